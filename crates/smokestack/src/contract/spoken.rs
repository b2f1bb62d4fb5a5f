//! The words for what a cookie has: the same in what is declared, in what was accepted and in failed checks.

use std::time::Duration;

use super::Lifetime;

pub(crate) const HOST_ONLY: &str = "none, host-only";
pub(super) const SET: &str = "set";
pub(super) const MISSING: &str = "missing";
/// In place of `Secure` over plain http, where no browser takes such a cookie.
pub(super) const NOT_JUDGED: &str = "not judged over plain http";
pub(super) const BROWSER: &str = "ends with the browser";
pub(super) const SAME_ID: &str = "the same id before and after login";
const SIZE: [&str; 2] = ["at most ", " bytes"];

pub(crate) fn flag(is_set: bool) -> &'static str {
    if is_set { SET } else { MISSING }
}

/// `30m`, as exactly as people would say it: a server that sets a date may be a second off.
pub(crate) fn lifetime(lifetime: Lifetime) -> String {
    let Lifetime::Seconds(seconds) = lifetime else { return BROWSER.to_owned() };
    let step = match seconds {
        ..120 => 1,
        120..7_200 => 10,
        7_200..172_800 => 60,
        _ => 3_600,
    };
    let rounded =
        u64::try_from(seconds + step / 2).unwrap_or_default() / step.unsigned_abs() * step.unsigned_abs();
    humantime::format_duration(Duration::from_secs(rounded)).to_string()
}

/// What [`lifetime`] said.
pub(super) fn read_lifetime(text: &str) -> Option<Lifetime> {
    if text == BROWSER {
        return Some(Lifetime::Browser);
    }
    let seconds = humantime::parse_duration(text).ok()?.as_secs();
    Some(Lifetime::Seconds(i64::try_from(seconds).ok()?))
}

pub(super) fn at_most(bytes: usize) -> String {
    format!("{}{bytes}{}", SIZE[0], SIZE[1])
}

/// What [`at_most`] said.
pub(super) fn read_at_most(text: &str) -> Option<usize> {
    text.strip_prefix(SIZE[0])?.strip_suffix(SIZE[1])?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_reads_as_people_say_it_and_can_be_read_again() {
        let shown =
            [30, 1800, 1799, 7200, 7195, 86_400, 86_399, 1_209_599].map(|s| lifetime(Lifetime::Seconds(s)));
        assert_eq!(shown, ["30s", "30m", "30m", "2h", "2h", "1day", "1day", "14days"]);
        assert_eq!(lifetime(Lifetime::Browser), BROWSER);
        for found in
            [Lifetime::Browser, Lifetime::Seconds(42), Lifetime::Seconds(1799), Lifetime::Seconds(900_001)]
        {
            let read = read_lifetime(&lifetime(found)).expect("it can be read");
            assert!(read.is_as_long_as(found), "{found:?} {read:?}");
        }
        assert_eq!(read_lifetime("for ever"), None);
    }

    #[test]
    fn a_size_can_be_read_again() {
        assert_eq!(read_at_most(&at_most(128)), Some(128));
        assert_eq!(read_at_most("128 bytes"), None);
    }
}
