//! Which form of a page the platform file means, and what is said where that is not clear.

use smokestack_core::{Blame, Class, FailedCheck, Place};

use url::Url;

use super::Page;
use super::form::Form;
use crate::{Checked, Component, Stop};

/// A page with more forms than these needs no longer list.
const MOST: usize = 6;

impl Page {
    /// The form that the platform file means by a component's `form`: what its `selector` finds, or else the page's
    /// only form that does not sign the visitor out.
    ///
    /// # Errors
    ///
    /// There is none, or it is not clear which one is meant: without a `selector` that is no fault of the platform.
    #[track_caller]
    pub fn form_of(&self, component: &Component) -> Checked<Form> {
        if let Some(selector) = component.form_selector() {
            return self.form(selector);
        }
        let place = Place::caller();
        let mut forms = self.forms_of(component);
        let name = component.name();
        let mut check = match forms.len() {
            1 => return forms.pop().ok_or_else(Stop::failed),
            0 => FailedCheck::new(Blame::Wrong, Class::Value, format!("form of {name}"))
                .expected_found("a form that does not sign out", "none"),
            several => {
                let what = format!("which of {several} forms is meant by `form` of {name} is not clear");
                let help =
                    format!("set `selector` in `form` of `[components.{name}]`, a CSS selector of the one");
                FailedCheck::new(Blame::Harness, Class::Harness, what).help(help)
            }
        };
        check.notes.extend(self.heading_notes());
        check.notes.extend(forms.iter().take(MOST).map(Form::told));
        if let Some(more) = forms.len().checked_sub(MOST).filter(|more| *more > 0) {
            check.notes.push(format!("and {more} more"));
        }
        self.fail(check, place);
        Err(Stop::failed())
    }

    /// The forms that may be the one that the platform file means by a component's `form`.
    pub(crate) fn forms_of(&self, component: &Component) -> Vec<Form> {
        match component.form_selector() {
            Some(selector) => self.forms(selector),
            None => self.forms("form").into_iter().filter(|form| !self.signs_out(form)).collect(),
        }
    }

    /// Whether a form goes to the `logout` address, here or where the session is issued.
    fn signs_out(&self, form: &Form) -> bool {
        self.logout_addresses().iter().any(|logout| form.goes_to(logout))
    }

    /// The form that signs out, if the page has one.
    pub(crate) fn logout_form(&self) -> Option<Form> {
        self.forms("form").into_iter().find(|form| self.signs_out(form))
    }

    /// Where somebody may sign out: here, and where the session is issued.
    pub(crate) fn logout_addresses(&self) -> Vec<Url> {
        let run = &self.session().scope.run;
        let logout = &run.platform.session.logout;
        let issuer = run.component(&run.platform.login.component);
        let there = issuer.and_then(|issuer| run.url().join(&issuer.address(logout)).ok());
        let here = self.address().join(logout).ok();
        [here, there].into_iter().flatten().collect()
    }
}
