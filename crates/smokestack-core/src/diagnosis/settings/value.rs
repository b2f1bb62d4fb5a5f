//! What values of settings mean: secrets that cannot be seen, and the same thing written in two ways.

use super::meaning::Meaning;

/// How a reader of settings shows a secret: by a fingerprint that is the same for the same secret within a run.
const FINGERPRINT: &str = "secret, fingerprint ";

/// Whether a value is a secret that can be compared by its fingerprint.
pub(super) fn is_secret(value: &str) -> bool {
    value.starts_with(FINGERPRINT)
}

/// Whether the platform gave stars instead of the value.
pub(super) fn is_masked(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte == b'*')
}

/// The fingerprint of a secret, which stands alone or behind the stars within an address.
pub(super) fn fingerprint(value: &str) -> String {
    value.strip_prefix(FINGERPRINT).unwrap_or(value).rsplit(['*', ':']).next().unwrap_or_default().to_owned()
}

/// Whether two values of settings of this meaning are the same thing.
pub(super) fn same(meaning: Meaning, ours: &str, theirs: &str) -> bool {
    match meaning {
        Meaning::Ttl => ours == theirs || same_time(ours, theirs),
        Meaning::Other | Meaning::Format => ours.eq_ignore_ascii_case(theirs),
        _ => ours == theirs,
    }
}

/// Whether two texts may be the same time. A bare number is seconds, minutes or milliseconds, as its reader knows.
fn same_time(ours: &str, theirs: &str) -> bool {
    let (Some((ours, our_unit)), Some((theirs, their_unit))) = (milliseconds(ours), milliseconds(theirs))
    else {
        return false;
    };
    const BARE: [f64; 3] = [1.0, 1_000.0, 60_000.0];
    match (our_unit, their_unit) {
        (true, false) => BARE.iter().any(|unit| theirs * unit == ours),
        (false, true) => BARE.iter().any(|unit| ours * unit == theirs),
        _ => ours == theirs,
    }
}

/// Whether a time is longer than another; bare numbers are seconds, unless both are bare.
pub(super) fn is_longer(time: &str, than: &str) -> bool {
    let seconds =
        |text| milliseconds(text).map(|(number, has_unit)| if has_unit { number } else { number * 1_000.0 });
    seconds(time).zip(seconds(than)).is_some_and(|(time, than)| time > than)
}

/// A time and whether it has units: `1800`, `30m`, `1h 30m`, `PT30M`, `1800 seconds`, `00:30:00`.
fn milliseconds(text: &str) -> Option<(f64, bool)> {
    let text = text.trim().to_ascii_lowercase();
    if let Ok(number) = text.parse::<f64>() {
        return Some((number, false));
    }
    if let [hours, minutes, seconds] = text.split(':').collect::<Vec<_>>()[..] {
        let part = |part: &str, unit: f64| part.parse::<f64>().ok().map(|number| number * unit);
        return Some((part(hours, 3_600_000.0)? + part(minutes, 60_000.0)? + part(seconds, 1_000.0)?, true));
    }
    let iso = text.strip_prefix('p').map(|rest| rest.replacen('t', "", 1));
    let mut rest = iso.as_deref().unwrap_or(&text);
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let after = rest[digits..].trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        sum += number
            * match &after[..letters] {
                "ms" | "millis" | "milliseconds" => 1.0,
                "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
                "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
                "h" | "hour" | "hours" => 3_600_000.0,
                "d" | "day" | "days" => 86_400_000.0,
                "w" | "week" | "weeks" => 604_800_000.0,
                _ => return None,
            };
        rest = after[letters..].trim_start();
    }
    (sum > 0.0).then_some((sum, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_same_in_every_spelling() {
        for (ours, theirs, equal) in [
            ("30m", "1800s", true),
            ("30m", "1800", true),
            ("30m", "30", true),
            ("1800000", "30m", true),
            ("PT30M", "30 minutes", true),
            ("PT1H30M", "1h 30m", true),
            ("00:30:00", "30m", true),
            ("1800", "3600", false),
            ("1800", "30", false),
            ("30m", "60m", false),
            ("30m", "never", false),
            ("", "30m", false),
        ] {
            assert_eq!(same(Meaning::Ttl, ours, theirs), equal, "{ours} {theirs}");
            assert_eq!(same(Meaning::Ttl, theirs, ours), equal, "{theirs} {ours}");
        }
    }

    #[test]
    fn case_matters_where_it_matters_to_the_platform() {
        assert!(same(Meaning::Other, "Lax", "lax"));
        assert!(!same(Meaning::CookieName, "sid", "SID"));
        assert!(!same(Meaning::Secret, "secret, fingerprint 7f3a09bc", "secret, fingerprint 7f3a09bd"));
    }
}
