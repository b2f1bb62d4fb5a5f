//! The files that a style sheet names: `@import`, `url()` and the sources of fonts.

use cssparser::{ParseError, Parser, Token};

use super::kind::Kind;

/// The files of a style sheet with what they are for.
pub(super) fn files(text: &str) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    walk(&mut Parser::new(text), Kind::Image, &mut found);
    // `#id` is something in the page itself.
    found.retain(|(_, address)| !address.is_empty() && !address.starts_with('#'));
    found
}

fn walk(parser: &mut Parser<'_>, plain: Kind, found: &mut Vec<(Kind, String)>) {
    // What an `@` rule before its block or semicolon is about.
    let mut rule: Option<String> = None;
    loop {
        let token = match parser.next() {
            Ok(token) => token.clone(),
            Err(_) => return,
        };
        let kind = match rule.as_deref() {
            Some("import") => Some(Kind::StyleSheet),
            // A name, which nobody fetches.
            Some("namespace") => None,
            _ => Some(plain),
        };
        match token {
            Token::AtKeyword(name) => rule = Some(name.to_ascii_lowercase()),
            Token::Semicolon => rule = None,
            Token::UnquotedUrl(address) => found.extend(kind.map(|kind| (kind, address.to_string()))),
            Token::QuotedString(address) if kind == Some(Kind::StyleSheet) && rule.is_some() => {
                found.push((Kind::StyleSheet, address.to_string()));
                // What follows are conditions.
                rule = Some("namespace".to_owned());
            }
            Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                let address = nested(parser, |inner| inner.expect_string().map(|text| text.to_string()).ok());
                found.extend(kind.zip(address.flatten()));
            }
            Token::CurlyBracketBlock if rule.as_deref() == Some("font-face") => {
                rule = None;
                found.extend(nested(parser, font).flatten().map(|address| (Kind::Font, address)));
            }
            Token::CurlyBracketBlock => {
                rule = None;
                nested(parser, |inner| walk(inner, plain, found));
            }
            Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock => {
                nested(parser, |inner| walk(inner, plain, found));
            }
            _ => {}
        }
    }
}

/// The source that a browser fetches: of the last `src` the first in a format of today.
fn font(parser: &mut Parser<'_>) -> Option<String> {
    let (mut sources, mut property): (Vec<String>, Option<String>) = (Vec::new(), None);
    while let Ok(token) = parser.next().cloned() {
        let is_source = property.as_deref() == Some("src");
        match token {
            Token::Ident(name) if property.is_none() => {
                property = Some(name.to_ascii_lowercase());
                if name.eq_ignore_ascii_case("src") {
                    sources.clear();
                }
            }
            Token::Semicolon => property = None,
            Token::UnquotedUrl(address) if is_source => sources.push(address.to_string()),
            Token::Function(name) if is_source && name.eq_ignore_ascii_case("url") => {
                let address = nested(parser, |inner| inner.expect_string().map(|text| text.to_string()).ok());
                sources.extend(address.flatten());
            }
            Token::Function(_) => {
                nested(parser, |_| ());
            }
            _ => {}
        }
    }
    let path = |address: &String| address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    sources.into_iter().find(|address| !path(address).ends_with(".eot") && !path(address).ends_with(".svg"))
}

/// What a function makes of a block, which is left behind however far it was read.
fn nested<T>(parser: &mut Parser<'_>, read: impl FnOnce(&mut Parser<'_>) -> T) -> Option<T> {
    let mut made = None;
    let ended: Result<(), ParseError<()>> = parser.parse_nested_block(|inner| {
        made = Some(read(inner));
        while inner.next().is_ok() {}
        Ok(())
    });
    drop(ended);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        files(text).into_iter().map(|(kind, address)| format!("{} {address}", kind.word())).collect()
    }

    #[test]
    fn imports_are_style_sheets_and_urls_are_images() {
        let text = "@charset \"utf-8\"; @import 'a.css' layer(x) screen; @import url(b.css); @IMPORT url(\"c.css\");\n\
            body { background: url( d.png ) no-repeat, url('e.png') } @media print { p { background: url(f.png) } }";
        assert_eq!(
            found(text),
            [
                "style sheet a.css",
                "style sheet b.css",
                "style sheet c.css",
                "image d.png",
                "image e.png",
                "image f.png"
            ]
        );
    }

    #[test]
    fn of_a_font_the_source_of_today_is_fetched() {
        let text = "@font-face { font-family: X; src: url(x.eot); src: local('X'), url(x.eot?#iefix) \
            format('embedded-opentype'), url('x.woff2') format('woff2'), url(x.ttf) } p { color: red }";
        assert_eq!(found(text), ["font x.woff2"]);
        assert!(found("@font-face { src: local(X) }").is_empty());
    }

    #[test]
    fn what_is_in_comments_strings_and_namespaces_is_not_fetched() {
        let text = "@namespace svg url(http://www.w3.org/2000/svg); /* url(a.png) */ p::after { content: 'url(b.png)' }\n\
            p { filter: url(#soft); clip-path: url('#c') } q { background: url(data:image/gif;base64,R0lG) }";
        assert_eq!(found(text), ["image data:image/gif;base64,R0lG"]);
    }

    #[test]
    fn broken_style_sheets_are_read_as_far_as_browsers_read_them() {
        assert_eq!(found("p { background: url(a b.png) } q { background: url(c.png)"), ["image c.png"]);
        assert!(found("@import").is_empty());
        found(&"{".repeat(100_000));
    }
}
