//! Settings as variables, the way `.env` files have them. Variables within values are not replaced: they belong to
//! the process that reads the file.

use super::format::Plain;

pub(super) fn read(text: &str) -> Result<Plain, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut settings = Plain::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = after;
            continue;
        }
        let wrong = || {
            let before = &text[..text.len() - rest.len()];
            format!("not dotenv: line {}", before.matches('\n').count() + 1)
        };
        let (name, value) = line.split_once('=').ok_or_else(wrong)?;
        let name = name.trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let value = value.trim_start();
        let (value, left) = match value.chars().next() {
            // It may go on over several lines.
            Some(quote @ ('"' | '\'' | '`')) => {
                let opened = &rest[line.len() - value.len() + 1..];
                quoted(quote, opened).ok_or_else(wrong)?
            }
            _ => (bare(value).to_owned(), after),
        };
        settings.insert(name.to_owned(), value);
        rest = left;
    }
    Ok(settings)
}

/// The value up to its closing quote, and the lines behind it.
fn quoted(quote: char, text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            _ if letter == quote => {
                let (behind, after) = text[at + 1..].split_once('\n').unwrap_or((&text[at + 1..], ""));
                let behind = behind.trim();
                return (behind.is_empty() || behind.starts_with('#')).then_some((value, after));
            }
            '\\' if quote == '"' => match letters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                other @ ('"' | '\\' | '$') => value.push(other),
                other => value.extend(['\\', other]),
            },
            _ => value.push(letter),
        }
    }
    None
}

/// A value without quotes ends at its comment.
fn bare(value: &str) -> &str {
    let comment = value.match_indices('#').map(|(at, _)| at).find(|&at| value[..at].ends_with([' ', '\t']));
    value[..comment.unwrap_or(value.len())].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Ok(settings) => {
                settings.iter().map(|(key, value)| format!("{key}→{value}")).collect::<Vec<_>>().join("|")
            }
            Err(why) => format!("no: {why}"),
        }
    }

    #[test]
    fn a_line_is_a_variable() {
        for line in
            ["A=b", " A = b ", "export A=b", "A='b'", "A=\"b\"", "A=`b`", "# x\n\nA=b # y\r\n", "A=\"b\" # y"]
        {
            assert_eq!(shown(line), "A→b", "{line:?}");
        }
        assert_eq!(shown("A=\nB=''"), "A→|B→");
        assert_eq!(shown("A=redis://h/0#x"), "A→redis://h/0#x");
        assert_eq!(shown("A=b=c\nA.b=1"), "A→b=c|A.b→1");
        assert_eq!(shown("A=b c"), "A→b c");
    }

    #[test]
    fn quotes_keep_what_they_hold() {
        assert_eq!(shown(r#"A="b\n\"c\" \$D \q # e""#), "A→b\n\"c\" $D \\q # e");
        assert_eq!(shown(r"A='b\n$C'"), "A→b\\n$C");
        assert_eq!(shown("A=$B ${C}"), "A→$B ${C}");
        assert_eq!(shown("A=\"-----BEGIN\nkey\n-----END\"\nB=1"), "A→-----BEGIN\nkey\n-----END|B→1");
    }

    #[test]
    fn what_is_no_variable_is_told_by_its_line() {
        assert_eq!(shown("A=1\nhunter22"), "no: not dotenv: line 2");
        assert_eq!(shown("A=1\nB C=2"), "no: not dotenv: line 2");
        assert_eq!(shown("=2"), "no: not dotenv: line 1");
        assert_eq!(shown("A=\"b\nc\nd"), "no: not dotenv: line 1");
        assert_eq!(shown("A=\"b\nc\"\nd"), "no: not dotenv: line 3");
        assert_eq!(shown("A='b' c"), "no: not dotenv: line 1");
    }
}
