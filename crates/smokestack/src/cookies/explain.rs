//! Why a cookie would go to an address, or not.

use std::fmt;

use super::duplicate::Duplicate;
use super::occasion::Occasion;
use super::stored::Stored;

/// What would become of every cookie of a session at an address; printed a line for each. Tells no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    lines: Vec<String>,
}

impl Explanation {
    /// The lines, without the one that says what is explained.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(1).map(String::as_str)
    }

    pub(super) fn of(
        occasion: &Occasion<'_>,
        decided: &[(&Stored, Result<String, String>)],
        duplicates: &[Duplicate],
    ) -> Explanation {
        let mut lines = vec![format!("cookies for {} {}", occasion.method, occasion.url)];
        let (go, stay): (Vec<_>, Vec<_>) = decided.iter().partition(|(_, decision)| decision.is_ok());
        for (cookie, decision) in go.into_iter().chain(stay) {
            let verdict = match decision {
                Ok(why) => format!("goes ({why})"),
                Err(why) => format!("stays: {why}"),
            };
            let Stored { scope, set_by, .. } = cookie;
            let end = end(cookie, occasion.now);
            lines.push(format!("`{}` {verdict}; {scope}; {end}; set by {set_by}", cookie.shown()));
        }
        if decided.is_empty() {
            lines.push("none is stored".to_owned());
        }
        lines.extend(duplicates.iter().map(ToString::to_string));
        Explanation { lines }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, lines) = self.lines.split_first().ok_or(fmt::Error)?;
        write!(f, "{head}")?;
        lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

fn end(cookie: &Stored, now: i64) -> String {
    match cookie.expires.map(|expires| expires.saturating_sub(now)) {
        None => "ends with the browser".to_owned(),
        Some(left @ 1..) => format!("ends in {}", span(left)),
        Some(_) => "has ended".to_owned(),
    }
}

/// The two largest units of a time: `29 m 5 s`, `3 d`.
fn span(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let first = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(units.len() - 1);
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, word) in units.iter().skip(first).take(2) {
        if left / unit > 0 {
            parts.push(format!("{} {word}", left / unit));
        }
        left %= unit;
    }
    parts.join(" ")
}
