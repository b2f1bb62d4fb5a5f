//! The headers of an answer.

use smokestack_core::Place;

use super::judged::{Judged, Subject};
use super::{Count, Page, Text, Texts};
use crate::Checked;

/// A header of the last answer; one that was sent several times is one text with commas.
#[derive(Clone)]
pub struct Header {
    subject: Subject,
    name: String,
    values: Vec<String>,
    joined: Option<String>,
}

impl Page {
    /// A header of the last answer.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.header("x-frame-options").is("DENY");
    /// page.header("server").is_absent();
    /// page.header("cache-control").has("no-store");
    /// page.header("cache-control").directive("max-age").is("3600");
    /// page.header("vary").values().include("Cookie");
    /// # }
    /// ```
    pub fn header(&self, name: &str) -> Header {
        let values = self.header_values(name);
        let joined = (!values.is_empty()).then(|| values.join(", "));
        let subject = Subject::new(self, &format!("header `{name}`"));
        Header { subject, name: name.to_owned(), values, joined }
    }
}

impl Header {
    /// Checks that the value is this one.
    #[track_caller]
    pub fn is(&self, expected: &str) -> Judged {
        self.text().is(expected)
    }

    /// Checks that the value has this in it.
    #[track_caller]
    pub fn contains(&self, expected: &str) -> Judged {
        self.text().contains(expected)
    }

    /// Checks that the value does not have this in it. A header that is not there has nothing in it.
    #[track_caller]
    pub fn lacks(&self, unwanted: &str) -> Judged {
        self.text().lacks(unwanted)
    }

    /// Checks that the value begins so.
    #[track_caller]
    pub fn starts_with(&self, expected: &str) -> Judged {
        self.text().starts_with(expected)
    }

    /// Checks that the header is there and not empty.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        self.text().is_present()
    }

    /// Checks that the answer has no such header.
    #[track_caller]
    pub fn is_absent(&self) -> Judged {
        let place = Place::caller();
        let found = || self.subject.page.shown(self.value().unwrap_or_default());
        let met = self.values.is_empty();
        let found = if met { String::new() } else { found() };
        self.subject.expect(met, &self.what(), "no such header", found, Vec::new, place)
    }

    /// How often the header was sent.
    pub fn count(&self) -> Count {
        Count::of(self.subject.clone(), format!("number of `{}` headers", self.name), self.values.len())
    }

    /// Its values: each header of this name, taken apart at commas. Not for dates and cookies, which have commas of their
    /// own.
    pub fn values(&self) -> Texts {
        let parts = self.values.iter().flat_map(|value| parts(value, ','));
        Texts::of(self.subject.clone(), format!("values of {}", self.what()), parts.collect())
    }

    /// What a directive says: `page.header("cache-control").directive("max-age").is("3600")`. One without a value is an
    /// empty text: see [`Header::has`].
    pub fn directive(&self, name: &str) -> Text {
        let value = self.directives().into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let missing = match &self.joined {
            Some(all) => format!("not in {}", self.subject.page.shown(all)),
            None => MISSING.to_owned(),
        };
        let what = format!("directive `{name}` of {}", self.what());
        Text::of(self.subject.clone(), what, value.map(|(_, value)| value), missing)
    }

    /// Checks that a directive is there, whatever it says: `page.header("cache-control").has("no-store")`.
    #[track_caller]
    pub fn has(&self, directive: &str) -> Judged {
        let place = Place::caller();
        let met = self.directives().iter().any(|(known, _)| known.eq_ignore_ascii_case(directive));
        let found = match &self.joined {
            Some(all) => self.subject.page.shown(all),
            None => MISSING.to_owned(),
        };
        let expected = format!("directive `{directive}`");
        self.subject.expect(met, &self.what(), expected, found, || self.others(), place)
    }

    /// Ends the case if a check of this header failed before, or else if it is not there.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        self.text().required()
    }

    /// The value itself.
    pub fn value(&self) -> Option<&str> {
        self.joined.as_deref()
    }

    fn what(&self) -> String {
        format!("header `{}`", self.name)
    }

    fn text(&self) -> Text {
        let text = Text::of(self.subject.clone(), self.what(), self.joined.clone(), MISSING);
        text.told(self.others())
    }

    /// The headers that there are, where this one is not.
    fn others(&self) -> Vec<String> {
        if self.joined.is_some() {
            return Vec::new();
        }
        vec![format!("its headers: {}", self.subject.page.header_names().join(", "))]
    }

    /// Names and values between commas and semicolons, quotes taken off.
    fn directives(&self) -> Vec<(String, String)> {
        let parts = self.values.iter().flat_map(|value| parts(value, ',')).collect::<Vec<_>>();
        let parts = parts.iter().flat_map(|part| parts_of(part));
        parts.collect()
    }
}

const MISSING: &str = "the answer has no such header";

fn parts_of(part: &str) -> Vec<(String, String)> {
    let pair = |part: String| match part.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), value.trim().trim_matches('"').to_owned()),
        // `max-age 3600` of `Content-Security-Policy` and the like.
        None => match part.split_once(char::is_whitespace) {
            Some((name, value)) => (name.to_owned(), value.trim().to_owned()),
            None => (part, String::new()),
        },
    };
    parts(part, ';').into_iter().map(pair).collect()
}

/// What stands between separators outside of quotes.
fn parts(value: &str, separator: char) -> Vec<String> {
    let mut quoted = false;
    let parts = value.split(|c| {
        if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_taken_apart_outside_of_quotes() {
        assert_eq!(
            parts("no-store, private=\"a, b\",, max-age=5 ", ','),
            ["no-store", "private=\"a, b\"", "max-age=5"]
        );
        let pairs = parts_of("max-age=31536000; includeSubDomains; default-src 'self' https:");
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [("max-age", "31536000"), ("includeSubDomains", ""), ("default-src", "'self' https:")]
        );
        assert_eq!(parts_of("private=\"a, b\""), [("private".to_owned(), "a, b".to_owned())]);
    }
}
