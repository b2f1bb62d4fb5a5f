//! Several texts: those of all elements that match, a column, the lines of a plain text.

use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Text;
use super::count::Count;
use super::excerpt::quoted;
use super::judged::{Judged, Subject};
use crate::Checked;

/// How many texts of a list are shown.
const MOST: usize = 8;

/// Several texts: those of all elements that match, a column, the lines of a plain text.
#[derive(Clone)]
pub struct Texts {
    subject: Subject,
    what: String,
    /// The texts, or why there cannot be any.
    values: Result<Arc<[String]>, String>,
    notes: Vec<String>,
}

/// Every one of several texts. Of none, nothing is true.
#[derive(Clone)]
pub struct Each {
    texts: Texts,
}

impl Texts {
    pub(super) fn of(subject: Subject, what: impl Into<String>, values: Vec<String>) -> Texts {
        Texts { subject, what: what.into(), values: Ok(values.into()), notes: Vec::new() }
    }

    pub(super) fn missing(subject: Subject, what: impl Into<String>, why: String) -> Texts {
        Texts { subject, what: what.into(), values: Err(why), notes: Vec::new() }
    }

    /// The same with what is to be told where a check fails.
    pub(super) fn told(self, notes: Vec<String>) -> Texts {
        Texts { notes, ..self }
    }

    /// Every one of them: `page.find("td.status").texts().each().is("open")`.
    pub fn each(&self) -> Each {
        Each { texts: self.clone() }
    }

    /// How many there are.
    pub fn count(&self) -> Count {
        let what = format!("number of {}", self.what);
        match &self.values {
            Ok(values) => Count::of(self.subject.clone(), what, values.len()),
            Err(why) => Count::missing(self.subject.clone(), what, why.clone()),
        }
        .told(self.notes.clone())
    }

    /// The first of them.
    pub fn first(&self) -> Text {
        self.at(0)
    }

    /// One of them, counted from 0.
    pub fn at(&self, index: usize) -> Text {
        let value = self.values().get(index).cloned();
        let missing = match &self.values {
            Ok(values) => format!("there are {}", values.len()),
            Err(why) => why.clone(),
        };
        let what = format!("{}, number {index}", self.what);
        Text::of(self.subject.clone(), what, value, missing).told(self.notes.clone())
    }

    /// Checks that they are these, in this order.
    #[track_caller]
    pub fn are(&self, expected: &[&str]) -> Judged {
        let place = Place::caller();
        let differs = || self.values().iter().zip(expected).take_while(|(one, other)| one == *other).count();
        self.expect(
            |values| values.iter().map(String::as_str).eq(expected.iter().copied()),
            || listed(expected, differs()),
            differs,
            place,
        )
    }

    /// Checks that one of them is this.
    #[track_caller]
    pub fn include(&self, expected: &str) -> Judged {
        let place = Place::caller();
        let met = |values: &[String]| values.iter().any(|value| value == expected);
        self.expect(met, || format!("{} among them", quoted(expected, 0)), || 0, place)
    }

    /// Checks that none of them is this.
    #[track_caller]
    pub fn lack(&self, unwanted: &str) -> Judged {
        let place = Place::caller();
        let at = || self.values().iter().position(|value| value == unwanted).unwrap_or(0);
        let met = |values: &[String]| !values.iter().any(|value| value == unwanted);
        self.expect(met, || format!("not {} among them", quoted(unwanted, 0)), at, place)
    }

    /// Ends the case if a check of them failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        let some = |values: &[String]| !values.is_empty();
        self.subject.required(|| self.expect(some, || "one or more".to_owned(), || 0, place))
    }

    /// The texts themselves.
    pub fn values(&self) -> &[String] {
        self.values.as_deref().unwrap_or_default()
    }

    /// `at` is the place in the list that matters.
    fn expect(
        &self,
        met: impl Fn(&[String]) -> bool,
        expected: impl Fn() -> String,
        at: impl Fn() -> usize,
        place: Place,
    ) -> Judged {
        let subject = &self.subject;
        let notes = || [subject.page.heading_notes(), self.notes.clone()].concat();
        match &self.values {
            Err(why) => subject.expect(false, &self.what, expected(), why, notes, place),
            Ok(values) if met(values) => subject.expect(true, &self.what, "", "", Vec::new, place),
            Ok(values) => {
                let shown: Vec<String> =
                    values.iter().map(|value| subject.page.without_secrets(value)).collect();
                let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
                let notes = || if values.is_empty() { notes() } else { self.notes.clone() };
                subject.expect(false, &self.what, expected(), listed(&shown, at()), notes, place)
            }
        }
    }
}

impl Each {
    /// Checks that every one is this.
    #[track_caller]
    pub fn is(&self, expected: &str) -> Judged {
        self.expect(|text| text == expected, quoted(expected, 0), Place::caller())
    }

    /// Checks that every one is one of these.
    #[track_caller]
    pub fn is_one_of(&self, expected: &[&str]) -> Judged {
        let place = Place::caller();
        self.expect(|text| expected.contains(&text), format!("one of {}", listed(expected, 0)), place)
    }

    /// Checks that every one has this in it.
    #[track_caller]
    pub fn contains(&self, expected: &str) -> Judged {
        let place = Place::caller();
        self.expect(
            |text| text.contains(expected),
            format!("a text with {} in it", quoted(expected, 0)),
            place,
        )
    }

    /// Checks that none has this in it.
    #[track_caller]
    pub fn lacks(&self, unwanted: &str) -> Judged {
        let place = Place::caller();
        self.expect(|text| !text.contains(unwanted), format!("a text without {}", quoted(unwanted, 0)), place)
    }

    /// Checks that every one begins so.
    #[track_caller]
    pub fn starts_with(&self, expected: &str) -> Judged {
        let place = Place::caller();
        let words = format!("a text that begins with {}", quoted(expected, 0));
        self.expect(|text| text.starts_with(expected), words, place)
    }

    /// Checks that none is empty.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        self.expect(|text| !text.is_empty(), "a text".to_owned(), Place::caller())
    }

    fn expect(&self, met: impl Fn(&str) -> bool, expected: String, place: Place) -> Judged {
        let Texts { subject, what, values, notes } = &self.texts;
        let what = format!("each of {what}");
        let notes = || [subject.page.heading_notes(), notes.clone()].concat();
        let values = match values {
            Ok(values) if values.is_empty() => {
                return subject.expect(false, &what, expected, "there is none", notes, place);
            }
            Ok(values) => values,
            Err(why) => return subject.expect(false, &what, expected, why, notes, place),
        };
        let wrong: Vec<usize> =
            values.iter().enumerate().filter(|(_, value)| !met(value)).map(|(index, _)| index).collect();
        let Some(&first) = wrong.first() else {
            return subject.expect(true, &what, "", "", Vec::new, place);
        };
        let found = format!("{}, number {first} of {}", subject.page.shown(&values[first]), values.len());
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what).expected_found(expected, found);
        let check = match wrong.len() {
            1 => check,
            several => check.note(format!("{several} of {} are not so: {}", values.len(), numbers(&wrong))),
        };
        subject.fail(|| check, place)
    }
}

/// Texts in quotes; of many, those around one.
fn listed(texts: &[&str], at: usize) -> String {
    let from = at.saturating_sub(2).min(texts.len().saturating_sub(MOST));
    let shown: Vec<String> = texts.iter().skip(from).take(MOST).map(|text| short(text)).collect();
    let left = texts.len() - from - shown.len();
    match (texts.len(), from, left) {
        (0, ..) => "none".to_owned(),
        (_, 0, 0) => shown.join(", "),
        (all, 0, _) => format!("{}, … ({all} in all)", shown.join(", ")),
        (all, ..) => {
            let after = if left > 0 { ", …" } else { "" };
            format!("…, {}{after} ({all} in all, number {from} first)", shown.join(", "))
        }
    }
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{:?}…", &text[..cut]),
        None => format!("{text:?}"),
    }
}

fn numbers(indices: &[usize]) -> String {
    let first: Vec<String> = indices.iter().take(MOST).map(usize::to_string).collect();
    let more = if indices.len() > MOST { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_list_those_around_the_place_that_matters_are_shown() {
        let texts: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(listed(&texts[..2], 0), r#""0", "1""#);
        assert_eq!(listed(&texts, 0), r#""0", "1", "2", "3", "4", "5", "6", "7", … (100 in all)"#);
        assert!(listed(&texts, 50).starts_with(r#"…, "48", "49", "50","#));
        assert!(listed(&texts, 99).ends_with(r#""98", "99" (100 in all, number 92 first)"#));
        assert_eq!(listed(&[], 0), "none");
        assert_eq!(numbers(&(0..20).collect::<Vec<_>>()), "0, 1, 2, 3, 4, 5, 6, 7, …");
    }
}
