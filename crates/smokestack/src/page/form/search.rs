//! Which form of a page is meant.

use std::collections::HashSet;

use ego_tree::NodeId;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Form;
use super::control::{Control, Kind};
use super::lookup::told;
use super::reading::{self, About};
use super::sheet::Sheet;
use super::spoken::is_called;
use crate::page::{Page, document};
use crate::{Checked, Stop};

/// More of them are not told.
const MOST_TOLD: usize = 6;

impl Page {
    /// The form that a CSS selector finds, or else the one that is called so or has a button of this text:
    /// `page.form("#new")`, `page.form("Sign out")`.
    ///
    /// # Errors
    ///
    /// No form matches, or more than one; written down as a failure of this line.
    #[track_caller]
    pub fn form(&self, which: &str) -> Checked<Form> {
        let place = Place::caller();
        let selector = document::checked(which);
        let mut found = self.forms(which);
        if found.is_empty() {
            found = self
                .sheets("form")
                .into_iter()
                .filter(|sheet| sheet.is_called(which))
                .map(|sheet| Form::new(self, sheet))
                .collect();
        }
        if found.len() == 1 {
            return found.pop().ok_or_else(Stop::failed);
        }
        let check = FailedCheck::new(Blame::Wrong, Class::Value, format!("form `{which}`"));
        let mut check = match (&selector, found.as_slice()) {
            (Err(why), []) if is_meant_as_selector(which) => {
                let what = format!("`{which}` is not a CSS selector");
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
                FailedCheck { found: Some(why.clone()), ..check }
            }
            (Err(_), []) => check.expected_found("a form of this name, or with such a button", "none"),
            (Ok(_), []) => check.expected_found("one form", "none"),
            (_, several) => {
                let told = several.iter().map(|form| form.sheet.told()).collect();
                let check = check.expected_found("one form", several.len().to_string());
                check.note(listed(told)).help("a selector that finds one says which: `#id`")
            }
        };
        if found.is_empty() {
            let all: Vec<String> = self.sheets("form").iter().map(Sheet::told).collect();
            if !all.is_empty() {
                check = check.note(format!("forms of the page: {}", listed(all)));
            }
            check.notes.extend(self.heading_notes());
        }
        self.fail(check, place);
        Err(Stop::failed())
    }

    /// All forms that a selector finds.
    pub(crate) fn forms(&self, selector: &str) -> Vec<Form> {
        self.sheets(selector).into_iter().map(|sheet| Form::new(self, sheet)).collect()
    }

    fn sheets(&self, selector: &str) -> Vec<Sheet> {
        let found = self.document().select(selector, usize::MAX, |element| element.id());
        self.sheets_among(&found.unwrap_or_default().into_iter().collect())
    }

    /// Those of these elements that are forms.
    pub(crate) fn forms_among(&self, elements: &HashSet<NodeId>) -> Vec<Form> {
        self.sheets_among(elements).into_iter().map(|sheet| Form::new(self, sheet)).collect()
    }

    fn sheets_among(&self, found: &HashSet<NodeId>) -> Vec<Sheet> {
        if found.is_empty() {
            return Vec::new();
        }
        let header = self.header("referrer-policy");
        let about =
            About { url: self.address(), content_type: self.content_type_header(), policy: header.value() };
        let document = self.document();
        let read = document.select("html", 1, |root| reading::forms(*root, about));
        let mut sheets: Vec<_> = read.unwrap_or_default().pop().unwrap_or_default();
        sheets.retain(|(id, _)| found.contains(id));
        sheets.into_iter().map(|(_, sheet)| sheet).collect()
    }
}

impl Form {
    fn new(page: &Page, sheet: Sheet) -> Form {
        for control in &sheet.controls {
            if let Kind::Hidden(value) = &control.kind {
                page.session().scope.run.learn_token(value, &format!("form field `{}`", control.name));
            }
        }
        let session = page.session().clone();
        Form { session, exchange: Some(page.index()), sheet, spoiled: false }
    }

    /// What tells it from other forms of its page, in a line.
    pub(crate) fn told(&self) -> String {
        match self.field_names().as_slice() {
            [] => format!("form {}, no fields", self.sheet.told()),
            names => format!("form {}, fields {}", self.sheet.told(), names.join(", ")),
        }
    }
}

impl Sheet {
    fn is_called(&self, wanted: &str) -> bool {
        let own = self.names.iter().any(|name| is_called(name, wanted));
        let called = |button: &Control| button.labels.iter().any(|label| is_called(label, wanted));
        own || self.controls.iter().any(|control| control.sends() && called(control))
    }

    /// `` `#new` with `Save` ``
    fn told(&self) -> String {
        let buttons: Vec<String> = self.controls.iter().filter(|one| one.sends()).take(3).map(told).collect();
        let called = self.called();
        let called = called.strip_prefix("form ").unwrap_or(&called);
        if buttons.is_empty() { called.to_owned() } else { format!("{called} with {}", buttons.join(", ")) }
    }
}

/// Names of forms and buttons are words.
fn is_meant_as_selector(which: &str) -> bool {
    which.starts_with(['#', '.', '[', ':']) || which.contains(['[', '=']) || which.starts_with("form")
}

fn listed(mut told: Vec<String>) -> String {
    let more = told.len().saturating_sub(MOST_TOLD);
    told.truncate(MOST_TOLD);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}
