//! Settings as Java properties.
//! <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)>

use std::iter::Peekable;
use std::str::Chars;

use super::format::Plain;

const BLANK: [char; 3] = [' ', '\t', '\u{c}'];

pub(super) fn read(text: &str) -> Result<Plain, String> {
    let mut settings = Plain::new();
    let mut lines = text.split(['\n', '\r']).enumerate();
    while let Some((index, line)) = lines.next() {
        let mut line = line.trim_start_matches(BLANK).to_owned();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        while is_continued(&line) {
            line.pop();
            // The line break of Windows is two, with nothing between them.
            let next = lines.by_ref().map(|(_, next)| next).find(|next| !next.is_empty());
            line.push_str(next.unwrap_or_default().trim_start_matches(BLANK));
        }
        let (key, value) = pair(&line).ok_or_else(|| format!("not properties: line {}", index + 1))?;
        settings.insert(key, value);
    }
    Ok(settings)
}

/// Whether an odd number of backslashes ends it.
fn is_continued(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

fn pair(line: &str) -> Option<(String, String)> {
    let mut rest = line.chars().peekable();
    let (mut key, mut value) = (String::new(), String::new());
    while let Some(&next) = rest.peek() {
        if BLANK.contains(&next) || matches!(next, '=' | ':') {
            break;
        }
        key.push(character(&mut rest)?);
    }
    let skip = |rest: &mut Peekable<Chars<'_>>| while rest.next_if(|next| BLANK.contains(next)).is_some() {};
    skip(&mut rest);
    if rest.next_if(|next| matches!(next, '=' | ':')).is_some() {
        skip(&mut rest);
    }
    while rest.peek().is_some() {
        value.push(character(&mut rest)?);
    }
    Some((key, value))
}

/// The next character, its escape undone.
fn character(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    let first = rest.next()?;
    if first != '\\' {
        return Some(first);
    }
    Some(match rest.next()? {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        'u' => match unit(rest)? {
            high @ 0xd800..0xdc00 => {
                // The other half of a character beyond the first 65536.
                (rest.next()? == '\\' && rest.next()? == 'u').then_some(())?;
                char::decode_utf16([high, unit(rest)?]).next()?.ok()?
            }
            unit => char::from_u32(u32::from(unit))?,
        },
        other => other,
    })
}

fn unit(rest: &mut Peekable<Chars<'_>>) -> Option<u16> {
    let digits: String = rest.by_ref().take(4).collect();
    let is_hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(&digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let settings = read(text).unwrap();
        settings.iter().map(|(key, value)| format!("{key}→{value}")).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn keys_end_at_the_first_separator() {
        for line in
            ["a=b", "a = b", "a:b", "a :  b", "a b", "  a\tb", "a=b\r\n", "\n# c\n! d\na=b", "a=c\na=b"]
        {
            assert_eq!(shown(line), "a→b", "{line:?}");
        }
        assert_eq!(shown("a"), "a→");
        assert_eq!(shown("a=b=c"), "a→b=c");
        assert_eq!(shown("a=redis://h:6379/0"), "a→redis://h:6379/0");
        assert_eq!(shown("a\\ b\\:c=d"), "a b:c→d");
        assert_eq!(shown("a=b "), "a→b ");
    }

    #[test]
    fn a_backslash_continues_a_line_unless_it_is_escaped() {
        assert_eq!(shown("nodes=a,\\\n   b,\\\n   c\nx=1"), "nodes→a,b,c|x→1");
        assert_eq!(shown("nodes=a,\\\r\n   b\r\nx=1"), "nodes→a,b|x→1");
        assert_eq!(shown("a=b\\\\\nc=d"), "a→b\\|c→d");
        assert_eq!(shown("a=b\\"), "a→b");
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(shown(r"a=\t\n\\\u00e9\ud83d\ude00\q"), "a→\t\n\\é😀q");
        for broken in [r"a=\u00", r"a=\u00zz", r"a=\ud83d", r"a=\udc00", r"a=\ud83d\u0041"] {
            assert_eq!(read(&format!("x=1\n{broken}")).unwrap_err(), "not properties: line 2", "{broken}");
        }
    }
}
