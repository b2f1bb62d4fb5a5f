//! The request that was judged, as a line for a terminal.

use smokestack_core::{CaseRecord, CookieAction, Hop};

use super::waterfall;
use crate::page_text::escape;

/// What stands for the value of a cookie.
pub(super) const VALUE: &str = "VALUE";

/// The line; `None` where the case judged no request.
pub(super) fn line(case: &CaseRecord) -> Option<String> {
    waterfall::judged(case).into_values().next().map(of)
}

fn of(hop: &Hop) -> String {
    let mut line = "curl -i".to_owned();
    match hop.method.as_str() {
        "GET" => {}
        "HEAD" => line.push_str(" --head"),
        method => line.push_str(&format!(" -X {}", quoted(method))),
    }
    if hop.url.contains(['[', ']', '{', '}']) {
        line.push_str(" --globoff");
    }
    let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
    let cookies: Vec<String> = sent.map(|note| format!("{}={VALUE}", note.name)).collect();
    if !cookies.is_empty() {
        line.push_str(&format!(" -b {}", quoted(&cookies.join("; "))));
    }
    line.push_str(&format!(" --url {}", quoted(&hop.url)));
    line
}

/// A word that a shell takes as it is, in one line.
pub(super) fn quoted(word: &str) -> String {
    let word = escape(word).replace('\n', " ");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/@%+=".contains(c);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_quoted_word_for_itself() {
        let words = ["session::portal::page", "", "a b", "it's", "$(x)", "a\nb", "-o", "`x`"];
        insta::assert_snapshot!(words.map(quoted).join("\n"), @r"
        session::portal::page
        ''
        'a b'
        'it'\''s'
        '$(x)'
        'a b'
        '-o'
        '`x`'
        ");
    }
}
