//! What a text field may hold, by its `type`.

use jiff::civil::{Date, ISOWeekDate, Time, Weekday};

/// The `type` of a text field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Line,
    Password,
    /// A `textarea`.
    Lines,
    Email,
    Address,
    Number,
    Range,
    Color,
    Date,
    Month,
    Week,
    Time,
    LocalTime,
}

impl Type {
    /// By the `type` of an `input`; what no browser knows is a line of text.
    pub(super) fn of_input(kind: &str) -> Type {
        match kind {
            "password" => Type::Password,
            "email" => Type::Email,
            "url" => Type::Address,
            "number" => Type::Number,
            "range" => Type::Range,
            "color" => Type::Color,
            "date" => Type::Date,
            "month" => Type::Month,
            "week" => Type::Week,
            "time" => Type::Time,
            "datetime-local" => Type::LocalTime,
            _ => Type::Line,
        }
    }

    pub(super) fn sort(self) -> &'static str {
        match self {
            Type::Line => "a text field",
            Type::Password => "a field for a password",
            Type::Lines => "a field for several lines",
            Type::Email => "a field for an e-mail address",
            Type::Address => "a field for a web address",
            Type::Number => "a field for a number",
            Type::Range => "a slider",
            Type::Color => "a field for a colour",
            Type::Date => "a field for a date",
            Type::Month => "a field for a month",
            Type::Week => "a field for a week",
            Type::Time => "a field for a time of day",
            Type::LocalTime => "a field for a date and a time",
        }
    }

    /// A text as the field would hold it; none if it cannot hold such a one (HTML, "value sanitization algorithm").
    pub(super) fn held(self, text: &str) -> Option<String> {
        match self {
            Type::Lines => Some(text.replace("\r\n", "\n").replace('\r', "\n")),
            Type::Line | Type::Password => Some(one_line(text)),
            Type::Email | Type::Address => Some(one_line(text).trim_ascii().to_owned()),
            _ if text.is_empty() => Some(String::new()),
            Type::Number | Type::Range => number(text).map(|_| text.to_owned()),
            Type::Color => is_color(text).then(|| text.to_ascii_lowercase()),
            Type::Date => is_date(text).then(|| text.to_owned()),
            Type::Month => is_month(text).then(|| text.to_owned()),
            Type::Week => is_week(text).then(|| text.to_owned()),
            Type::Time => is_time(text).then(|| text.to_owned()),
            Type::LocalTime => {
                let (date, time) = text.split_once(['T', ' '])?;
                (is_date(date) && is_time(time)).then(|| format!("{date}T{time}"))
            }
        }
    }

    /// How such a value is written.
    pub(super) fn example(self) -> &'static str {
        match self {
            Type::Number | Type::Range => "`12` or `-1.5`",
            Type::Color => "`#0a7f3c`",
            Type::Date => "`2026-12-31`",
            Type::Month => "`2026-12`",
            Type::Week => "`2026-W09`",
            Type::Time => "`23:59`",
            Type::LocalTime => "`2026-12-31T23:59`",
            _ => "a text",
        }
    }

    /// Whether it is written by hand, so that its length and pattern can be wrong.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Type::Line | Type::Password | Type::Lines | Type::Email | Type::Address)
    }

    /// Whether `readonly` and `required` mean anything to it.
    pub(super) fn can_be_empty(self) -> bool {
        !matches!(self, Type::Range | Type::Color)
    }
}

/// A number as HTML writes them ("valid floating-point number").
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !plain || text.starts_with('+') || text.ends_with('.') {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect()
}

/// Whether a text has this shape: `0` stands for any digit.
fn is_like(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, shape)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_date(text: &str) -> bool {
    is_like(text, "0000-00-00") && !text.starts_with("0000") && text.parse::<Date>().is_ok()
}

fn is_month(text: &str) -> bool {
    is_date(&format!("{text}-01"))
}

fn is_week(text: &str) -> bool {
    let parts = || {
        let (year, week) = text.split_once("-W")?;
        ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()
    };
    is_like(text, "0000-W00") && parts().is_some()
}

fn is_time(text: &str) -> bool {
    const SHAPES: [&str; 5] = ["00:00", "00:00:00", "00:00:00.0", "00:00:00.00", "00:00:00.000"];
    // Nobody's clock shows a leap second.
    SHAPES.iter().any(|shape| is_like(text, shape)) && text.parse::<Time>().is_ok() && !text.contains(":60")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_holds_what_its_type_allows() {
        let cases = [
            (Type::Line, "two\r\nlines", Some("twolines")),
            (Type::Lines, "two\r\nli\rnes", Some("two\nli\nnes")),
            (Type::Email, " a@b.test\n", Some("a@b.test")),
            (Type::Number, "-1.5e3", Some("-1.5e3")),
            (Type::Number, "+1", None),
            (Type::Number, "1.", None),
            (Type::Number, "inf", None),
            (Type::Number, "", Some("")),
            (Type::Color, "#0A7F3C", Some("#0a7f3c")),
            (Type::Color, "green", None),
            (Type::Date, "2024-02-29", Some("2024-02-29")),
            (Type::Date, "2023-02-29", None),
            (Type::Date, "31.12.2026", None),
            (Type::Month, "2026-12", Some("2026-12")),
            (Type::Month, "2026-13", None),
            (Type::Week, "2026-W53", Some("2026-W53")),
            (Type::Week, "2025-W53", None),
            (Type::Time, "23:59:59.5", Some("23:59:59.5")),
            (Type::Time, "24:00", None),
            (Type::LocalTime, "2026-12-31 23:59", Some("2026-12-31T23:59")),
            (Type::LocalTime, "2026-12-31", None),
        ];
        for (kind, text, held) in cases {
            assert_eq!(kind.held(text).as_deref(), held, "{kind:?} {text:?}");
        }
    }
}
