//! What of a platform file no message may show. Read line by line and not as TOML, because a file that is refused may
//! be none, and a secret may stand where none belongs.

use std::ops::Range;

/// The stretches of a file that may hold a secret: user and password in an address, every quoted text of an account
/// but the name of a variable, a file or a pool, and whatever follows a key that speaks of a password.
pub(super) fn stretches(text: &str) -> Vec<Range<usize>> {
    let mut stretches = Vec::new();
    let mut start = 0;
    let mut of_account = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if trimmed.starts_with('[') {
            of_account = trimmed.trim_start_matches('[').trim_start().starts_with("accounts");
        }
        let is_head = trimmed.starts_with('[');
        let lower = trimmed.to_ascii_lowercase();
        let speaks =
            ["accounts", "pass", "pwd", "secret", "token", "value"].iter().any(|word| lower.contains(word));
        if !is_head && !trimmed.starts_with('#') && (of_account || (speaks && !names_a_field(&lower))) {
            stretches.extend(quoted(line).map(|range| start + range.start..start + range.end));
        }
        stretches.extend(userinfo(line).map(|range| start + range.start..start + range.end));
        start += line.len();
    }
    stretches
}

/// `password = "pw"` in `[login]` names a field of the form; of other words nobody can tell.
fn names_a_field(lower: &str) -> bool {
    let value = lower.split_once('=').map(|(_, value)| value.trim().trim_matches(['"', '\'']));
    value.is_some_and(|value| matches!(value, "password" | "passphrase" | "passwd" | "pass" | "pw"))
}

/// Whether an environment variable can be called so.
pub(super) fn is_variable(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

/// The quoted texts of a line, without the variable that follows `env =`, and without what follows `file =` or `pool =`. One that is not
/// closed goes on to the line's end.
fn quoted(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let open = rest + line[rest..].find(['"', '\''])?;
            let quote = &line[open..=open];
            let escaped = |close: &usize| quote == "\"" && line[open + 1..][..*close].ends_with('\\');
            let closes = line[open + 1..].match_indices(quote).map(|(close, _)| close);
            let close = { closes }.find(|close| !escaped(close)).map(|close| open + 1 + close);
            let end = close.unwrap_or(line.trim_end().len());
            let before = line[rest..open].trim_end();
            rest = close.map_or(line.len(), |close| close + 1);
            // A quoted key, or the name of a variable, a file or a pool.
            let is_key = line[rest..].trim_start().starts_with(['=', '.']);
            let key = before.strip_suffix('=').map(|key| key.trim_end()).unwrap_or_default();
            let is_name = ["file", "pool"].iter().any(|name| key.ends_with(name))
                || (key.ends_with("env") && is_variable(&line[open + 1..end]));
            if !is_key && !is_name && open + 1 < end {
                return Some(open + 1..end);
            }
        }
    })
}

/// User and password in the addresses of a line.
fn userinfo(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    line.match_indices("://").filter_map(|(scheme, _)| {
        let start = scheme + 3;
        let end = line[start..].find(['"', '\'', ' ', ',']).map_or(line.trim_end().len(), |end| start + end);
        let at = line[start..end].rfind('@')?;
        Some(start..start + at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        stretches(text).into_iter().for_each(|range| bytes[range].fill(b'*'));
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_was_put() {
        for text in [
            "[accounts.alice]\npasword = \"hunter22\"",
            "[accounts.alice]\npassword = { value = \"hunter22\" }",
            "[accounts]\nalice = \"hunter22\"",
            "[accounts]\nalice = [\"hunter22\"]",
            "[accounts]\nalice = { username = { env = \"U\" }, passwd = \"hunter22\" }",
            "accounts.alice.password = 'hunter22'",
            "\"password\" = \"hunter22",
            "alice.password = \"hunter22",
            "url = \"http://u:hunter22@host",
            "settings = \"http://u:hunter22@host/\"",
            "[accounts.alice]\npassword = { env = \"hunter22 literal=x\" }",
            "[accounts.alice]\npassword = { env = \"x\\\"hunter22\" }",
            "[accounts.alice]\npassword = { env = \"2hunter22",
        ] {
            assert!(!shown(text).contains("hunter22"), "{}", shown(text));
        }
    }

    #[test]
    fn names_of_variables_and_fields_stay() {
        let text =
            "[login]\npassword = \"passphrase\"\n[accounts.alice]\nusername = { env = \"SMOKE_USER\" }";
        assert_eq!(shown(text), text);
    }
}
