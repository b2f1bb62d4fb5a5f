//! How long an answer may be kept (RFC 9111), and whether a file's name changes with what is in it.

use reqwest::header::{AGE, CACHE_CONTROL, EXPIRES, HeaderMap, LAST_MODIFIED};
use url::Url;

/// Seconds for which a cache may use the answer without asking again; `None` where only a guess says so.
pub(super) fn freshness(headers: &HeaderMap) -> Option<u64> {
    let directives = directives(headers);
    let has = |name: &str| directives.iter().any(|(known, _)| known == name);
    if has("no-store") || has("no-cache") {
        return Some(0);
    }
    let seconds = |name: &str| directives.iter().find(|(known, _)| known == name)?.1.parse::<u64>().ok();
    if let Some(seconds) = seconds("s-maxage").max(seconds("max-age")) {
        return Some(seconds);
    }
    if headers.contains_key(EXPIRES) {
        let date = |name| httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok();
        let (expires, sent) = (date(EXPIRES), date(reqwest::header::DATE));
        // A date that cannot be read is in the past.
        return Some(
            expires
                .zip(sent)
                .and_then(|(end, sent)| end.duration_since(sent).ok())
                .map_or(0, |it| it.as_secs()),
        );
    }
    // Without a date of change no cache has anything to guess from.
    (!headers.contains_key(LAST_MODIFIED)).then_some(0)
}

/// What the headers say of it: `cache-control: public, max-age=3600`.
pub(super) fn told(headers: &HeaderMap) -> String {
    let named = [CACHE_CONTROL, EXPIRES, AGE].into_iter().filter_map(|name| {
        let value = headers.get(&name)?;
        Some(format!("`{name}: {}`", String::from_utf8_lossy(value.as_bytes())))
    });
    let told: Vec<String> = named.collect();
    if told.is_empty() { "no `cache-control`".to_owned() } else { told.join(", ") }
}

/// Why an answer may come from a cache, and be an old one: it is of some age, or may be used without asking.
pub(super) fn is_old(headers: &HeaderMap) -> bool {
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse::<u64>().ok());
    age.is_some_and(|age| age > 0) || freshness(headers).is_some_and(|seconds| seconds > 0)
}

/// Whether a file's name changes with what is in it: it has a part that looks like a hash, `app.3f2a9c1b.js`.
pub(super) fn has_hashed_name(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_hash = |part: &str| {
        let hex = part.len() >= 8 && part.chars().all(|c| c.is_ascii_hexdigit());
        let mixed = part.len() >= 8 && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let letters = part.chars().filter(char::is_ascii_alphabetic).count();
        let both_cases =
            part.chars().any(|c| c.is_ascii_uppercase()) && part.chars().any(|c| c.is_ascii_lowercase());
        digits > 0 && letters > 0 && (hex || (mixed && both_cases))
    };
    stem.split(['.', '-']).skip(1).any(is_hash) || is_hash(stem)
}

fn directives(headers: &HeaderMap) -> Vec<(String, String)> {
    let values = headers.get_all(CACHE_CONTROL).iter();
    let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let parts: Vec<String> =
        texts.flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>()).collect();
    let directive = |part: String| {
        let (name, value) = part.split_once('=').unwrap_or((&part, ""));
        (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned())
    };
    parts.into_iter().map(directive).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn fresh(pairs: &[(&'static str, &str)]) -> Option<u64> {
        freshness(&headers(pairs))
    }

    #[test]
    fn an_answer_is_fresh_for_as_long_as_its_headers_say() {
        assert_eq!(fresh(&[("cache-control", "public, Max-Age=60")]), Some(60));
        assert_eq!(fresh(&[("cache-control", "max-age=0, s-maxage=\"90\"")]), Some(90));
        assert_eq!(fresh(&[("cache-control", "no-cache, max-age=60")]), Some(0));
        assert_eq!(fresh(&[("cache-control", "no-store")]), Some(0));
        let dates = [("date", "Tue, 08 Aug 2023 10:00:00 GMT"), ("expires", "Tue, 08 Aug 2023 10:01:00 GMT")];
        assert_eq!(fresh(&dates), Some(60));
        assert_eq!(fresh(&[("expires", "0")]), Some(0));
    }

    #[test]
    fn without_a_word_a_cache_guesses_from_the_date_of_change() {
        assert_eq!(fresh(&[]), Some(0));
        assert_eq!(fresh(&[("last-modified", "Tue, 08 Aug 2023 10:00:00 GMT")]), None);
    }

    #[test]
    fn names_with_a_hash_are_told_from_names_with_a_version() {
        let hashed =
            |name: &str| has_hashed_name(&Url::parse("http://a.test/static/").unwrap().join(name).unwrap());
        for name in ["app.3f2a9c1b.js", "index-BX7a9QzP.css", "4fd2c0a1b2c3.woff2", "main.min.0a1b2c3d4e.js"]
        {
            assert!(hashed(name), "{name}");
        }
        for name in [
            "app.js",
            "jquery-3.7.1.min.js",
            "site.css?v=3f2a9c1b",
            "background.png",
            "20230808.png",
            "bootstrap5.css",
        ] {
            assert!(!hashed(name), "{name}");
        }
    }
}
