//! The rules that are there by default. `docs/snapshots.md` lists them, each with its example.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::Rule;

/// The rule for the addresses of the target, which are no pattern.
pub(super) const ADDRESS: &str = "target-address";

struct Default {
    name: &'static str,
    pattern: &'static str,
    with: &'static str,
    only: Option<fn(&str) -> bool>,
}

const fn always(name: &'static str, pattern: &'static str, with: &'static str) -> Default {
    Default { name, pattern, with, only: None }
}

const fn only(
    name: &'static str,
    pattern: &'static str,
    with: &'static str,
    only: fn(&str) -> bool,
) -> Default {
    Default { name, pattern, with, only: Some(only) }
}

/// Applied in this order: what is part of another comes after it. A name may have several patterns. What a rule puts in
/// is found by none, so that a text that was made the same stays as it is.
const DEFAULTS: &[Default] = &[
    always(
        "varying-header",
        r"(?im)^(age|cf-ray|content-length|date|etag|expires|last-modified|server-timing|traceparent|x-cache|x-cache-hits|x-correlation-id|x-request-id|x-response-time|x-runtime|x-served-by|x-timer|x-trace-id): .*$",
        "$1: [varies]",
    ),
    always("jwt", r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*", "[jwt]"),
    always("nonce", r#"\bnonce="[^"]*""#, r#"nonce="[nonce]""#),
    always("nonce", r"'nonce-[^'\n]*'", "'nonce-[nonce]'"),
    always(
        "csrf-token",
        r#"(?i)(<(?:input|meta)\b[^>]*\bname="[^"]*(?:csrf|xsrf|token)[^"]*"[^>]*\b(?:content|value)=")[^"]*"#,
        "${1}[csrf-token]",
    ),
    always(
        "csrf-token",
        r#"(?i)(<meta\b[^>]*\bcontent=")[^"]*("[^>]*\bname="[^"]*(?:csrf|xsrf|token)[^"]*")"#,
        "${1}[csrf-token]$2",
    ),
    always("csrf-token", r#"(?i)("[^"\n]*(?:csrf|xsrf)[^"\n]*": ")[^"\n]*"#, "${1}[csrf-token]"),
    always("csrf-token", r#"(?i)([?&][^=&\s"]*(?:csrf|xsrf)[^=&\s"]*=)[^&\s"]*"#, "${1}[csrf-token]"),
    always("integrity", r"\bsha(256|384|512)-[A-Za-z0-9+/_-]{20,}={0,2}", "sha$1-[hash]"),
    always("secret-fingerprint", r"secret, fingerprint [0-9a-f]{8}\b", "[secret]"),
    always("secret-fingerprint", r"\*{8}[0-9a-f]{8}\b", "********"),
    always(
        "uuid",
        r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b",
        "[uuid]",
    ),
    always(
        "http-date",
        r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2}[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ -]\d{4} \d{2}:\d{2}:\d{2} GMT\b",
        "[date]",
    ),
    always(
        "iso-date",
        r"\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b",
        "[date]",
    ),
    always(
        "written-date",
        r"\b\d{1,2}\.? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? (?:19|20)\d{2}\b",
        "[date]",
    ),
    always(
        "written-date",
        r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}\b",
        "[date]",
    ),
    always("written-date", r"\b\d{1,2}[./]\d{1,2}[./](?:19|20)\d{2}\b", "[date]"),
    always("loopback-port", r"\b(127\.0\.0\.1|localhost):\d+\b", "$1:[port]"),
    always("time", r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?: ?[AaPp][Mm])?\b", "[time]"),
    always(
        "relative-time",
        r"\b(?:an?|a few|\d+) (?:second|minute|hour|day|week|month|year)s? ago\b",
        "[time] ago",
    ),
    always("milliseconds", r"\b\d+(?:\.\d+)? ?ms\b", "[ms]"),
    only(
        "hashed-file-name",
        r"[._-]([0-9A-Za-z_]{8,64})((?:\.[a-z]+)?\.(?:avif|css|gif|ico|jpe?g|js|json|map|mjs|png|svg|ttf|webmanifest|webp|woff2?))\b",
        ".[hash]$2",
        is_hash,
    ),
    always(
        "hashed-file-name",
        r#"\.(avif|css|gif|ico|jpe?g|js|map|mjs|png|svg|ttf|webmanifest|webp|woff2?)\?[^\s"'<>#]+"#,
        ".$1?[hash]",
    ),
    only("hex", r"\b([0-9a-f]{16,}|[0-9A-F]{16,})\b", "[hex]", has_digit),
    only("token", r"\b([A-Za-z0-9_][A-Za-z0-9_-]{23,})", "[token]", is_mixed),
    always("number-in-path", r#"([\s"'(\]}]|/[A-Za-z_~][A-Za-z0-9_.~%-]*)(?:/\d+)+\b"#, "$1/[id]"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |default: &Default| Rule {
        name: default.name.to_owned(),
        pattern: Regex::new(default.pattern).expect("a test looks at every pattern"),
        with: default.with.to_owned(),
        only: default.only,
    };
    DEFAULTS.iter().map(rule).collect()
});

pub(super) fn rules() -> &'static [Rule] {
    &RULES
}

/// The names of the rules, each once.
pub(super) fn names() -> Vec<&'static str> {
    let mut names = vec![ADDRESS];
    DEFAULTS.iter().for_each(|rule| {
        if !names.contains(&rule.name) {
            names.push(rule.name);
        }
    });
    names
}

/// Made by a machine: digits among letters, or capitals within.
fn is_hash(text: &str) -> bool {
    let letters = text.chars().any(|c| c.is_ascii_alphabetic());
    letters && (has_digit(text) || text.chars().filter(char::is_ascii_uppercase).count() > 2)
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

fn is_mixed(text: &str) -> bool {
    let any = |is: fn(&char) -> bool| text.chars().any(|c| is(&c));
    has_digit(text) && any(char::is_ascii_lowercase) && any(char::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;

    fn made(text: &str) -> String {
        let addresses = [("https://shop.example".to_owned(), "{target}".to_owned())];
        Rules::default().apply(text, &addresses)
    }

    /// The rows of the table of rules in the guide: name, before, after.
    fn documented() -> Vec<[String; 3]> {
        let text = include_str!("../../../../../docs/snapshots.md");
        let rows = text.lines().filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix("` |")?.split("` | `").collect();
            let [name, before, after] = cells[..] else { return None };
            Some([name, before, after].map(str::to_owned))
        });
        rows.collect()
    }

    #[test]
    fn the_guide_lists_every_rule_with_an_example_that_holds() {
        let documented = documented();
        let listed: Vec<&str> = documented.iter().map(|[name, ..]| name.as_str()).collect();
        for name in names() {
            assert!(listed.contains(&name), "`{name}` is not in docs/snapshots.md");
        }
        for [name, before, after] in &documented {
            assert_eq!(made(before), *after, "{name}");
            let mut without = Rules::default();
            assert!(without.switch_off(name), "there is no rule `{name}`");
            let addresses = [("https://shop.example".to_owned(), "{target}".to_owned())];
            assert_ne!(without.apply(before, &addresses), *after, "{name} is what does it");
        }
    }

    #[test]
    fn what_people_read_is_left_as_it_is() {
        for text in [
            "Open 24/7, 3 of 12 rooms, level 1.2",
            "form-settings.js and main.css, jquery-3.min.js",
            "a-very-long-slug-of-a-page-without-anything-made-by-a-machine",
            "link \"Work orders\" to /work-orders/new",
            "defaced deadbeef, ratio 16:9",
            "version 1.2.34",
        ] {
            assert_eq!(made(text), text);
        }
    }

    #[test]
    fn several_in_one_line_are_all_found() {
        assert_eq!(made("/orders/1/lines/22 and /orders/7"), "/orders/[id]/lines/[id] and /orders/[id]");
        assert_eq!(made("2026-11-24, 2026-11-24T10:00:00.123+01:00"), "[date], [date]");
    }
}
