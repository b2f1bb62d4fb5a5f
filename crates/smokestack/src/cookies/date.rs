//! Dates in `Expires`, in whichever order and dress they come (RFC 6265bis, section 5.1.1).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

/// Seconds since 1970, or none where browsers see no date.
pub(super) fn seconds(text: &[u8]) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|byte| is_delimiter(*byte)).filter(|token| !token.is_empty()) {
        // Each token is the first thing that is still missing and that it can be.
        if time.is_none() && self::time(token).is_some() {
            time = self::time(token);
        } else if day.is_none() && number(token, 1, 2).is_some() {
            day = number(token, 1, 2);
        } else if month.is_none() && self::month(token).is_some() {
            month = self::month(token);
        } else if year.is_none() {
            year = number(token, 2, 4);
        }
    }
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year @ 1601.. => year,
        _ => return None,
    };
    let (hour, minute, second) = time?;
    let [day, hour, minute, second] = [day?, hour, minute, second].map(|number| i8::try_from(number).ok());
    let at = DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'/' | b';'..=b'@' | b'['..=b'`' | b'{'..=b'~')
}

fn time(token: &[u8]) -> Option<(i16, i16, i16)> {
    let mut parts = token.splitn(3, |byte| *byte == b':');
    let mut whole = || {
        let part = parts.next()?;
        (part.iter().all(u8::is_ascii_digit)).then(|| number(part, 1, 2))?
    };
    let (hour, minute) = (whole()?, whole()?);
    Some((hour, minute, number(parts.next()?, 1, 2)?))
}

fn month(token: &[u8]) -> Option<i8> {
    let start = token.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| *month == start)?;
    i8::try_from(index + 1).ok()
}

/// The number at the beginning, if it has so many digits; whatever else may follow.
fn number(token: &[u8], fewest: usize, most: usize) -> Option<i16> {
    let digits = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(fewest..=most).contains(&digits) {
        return None;
    }
    std::str::from_utf8(&token[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_every_dress_that_browsers_know() {
        let ninth_of_june = Some(1_623_233_894);
        for text in [
            "Wed, 09 Jun 2021 10:18:14 GMT",
            "Wed, 9 Jun 2021 10:18:14 GMT",
            "Wednesday, 09-Jun-21 10:18:14 GMT",
            "Wed Jun  9 10:18:14 2021",
            "10:18:14 9 june 2021",
            "2021 Jun 09 10:18:14",
            "Wed, 09-JUNE-2021 10:18:14.5 +0200",
            "June 9th 2021x 10:18:14Z",
        ] {
            assert_eq!(seconds(text.as_bytes()), ninth_of_june, "{text}");
        }
        assert_eq!(seconds(b"Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds(b"Thu, 01-Jan-70 00:00:01 GMT"), Some(1));
        assert_eq!(seconds(b"01 Jan 1601 00:00:00"), Some(-11_644_473_600));
        assert_eq!(seconds(b"31 Dec 69 23:59:59"), Some(3_155_759_999));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "tomorrow",
            "2021-06-09T10:18:14Z",
            "Wed, 09 Jun 2021",
            "Wed, 32 Jun 2021 10:18:14 GMT",
            "Wed, 31 Jun 2021 10:18:14 GMT",
            "Wed, 09 Jun 1600 10:18:14 GMT",
            "Wed, 09 Jun 21600 10:18:14 GMT",
            "Wed, 09 Jun 2021 24:18:14 GMT",
            "Wed, 09 Jun 2021 10:60:14 GMT",
            "Wed, 09 Jun 2021 10:18 GMT",
            "Wed, 09 Juli 10:18:14 GMT",
            "1623233894",
        ] {
            assert_eq!(seconds(text.as_bytes()), None, "{text}");
        }
    }
}
