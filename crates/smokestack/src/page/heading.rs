//! What page this is, in a line or two: what failed checks tell beside what they looked at.

use super::{Page, json};

impl Page {
    /// The first heading, to show what page this is.
    pub(crate) fn heading_notes(&self) -> Vec<String> {
        let heading = match (self.first("h1"), self.first("title")) {
            (Some(h1), _) => Some(format!("`h1` is {}", self.shown(&h1))),
            (None, Some(title)) => Some(format!("the title is {}", self.shown(&title))),
            (None, None) if self.body().trim().is_empty() => Some("the body is empty".to_owned()),
            (None, None) => None,
        };
        heading.into_iter().chain(self.oddities()).collect()
    }

    /// The text of the first element that matches.
    pub(super) fn first(&self, selector: &str) -> Option<String> {
        self.document().texts(selector, 1).ok()?.into_iter().next()
    }

    /// What the page says went wrong.
    pub(crate) fn alerts(&self) -> Vec<String> {
        if self.is_json() {
            return json::complaints(self.body());
        }
        let texts =
            self.document().texts("[role=alert], .error, .alert-danger, .alert-error", 2).unwrap_or_default();
        let told =
            texts.into_iter().filter(|text| !text.is_empty()).map(|text| format!("the page says {text:?}"));
        let told: Vec<String> = told.collect();
        if told.is_empty() { self.heading_notes() } else { told }
    }
}
