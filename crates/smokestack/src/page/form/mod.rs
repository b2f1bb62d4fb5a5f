//! Forms as people fill them, sent as browsers send them: what is not touched goes out as it came.

mod constraints;
mod control;
mod element;
mod entries;
mod filling;
mod kept;
mod lookup;
mod reading;
mod search;
mod sending;
mod sheet;
mod spoken;
#[cfg(test)]
mod tests;
mod typed;

use smokestack_core::{Blame, Class, FailedCheck, Place};
use url::Url;

use super::Page;
use crate::session::{Pending, Session, SessionRequest};
use crate::{Checked, Stop};
use control::{Control, File};
use lookup::Miss;
use sheet::{Sheet, Way};

/// A form of a page, with everything in it that a browser would send: hidden fields and tokens too.
///
/// Fields are found by what people call them: their label (also `aria-label`, `aria-labelledby` and `title`), or else
/// their `name`, their placeholder, or their `#id`. A `*` or `:` around a label need not be said. Whatever cannot be
/// filled fails at the line that wanted to; such a form is not sent.
///
/// ```no_run
/// # use smokestack::prelude::*;
/// # async fn case(cx: Cx) -> Checked {
/// # let session = cx.session("dispatcher").await?;
/// let form = session.get("/work-orders/new").await?.form("#new")?;
/// let saved = form
///     .fill("Title", "Lamp in hall 3")
///     .choose("Priority", "High")
///     .check("Urgent")
///     .attach("Photo", "lamp.png", "image/png", b"\x89PNG")
///     .press("Save")
///     .await?;
/// saved.find("h1").text().is("Lamp in hall 3");
/// # cx.done()
/// # }
/// ```
#[derive(Clone)]
pub struct Form {
    session: Session,
    /// The exchange that brought it, if that is one of this case's.
    exchange: Option<usize>,
    sheet: Sheet,
    /// Something could not be filled, and that was told.
    spoiled: bool,
}

impl Form {
    /// Writes into a field, in place of what is there. A file, a box or a list is not written into.
    ///
    /// Fields with a type want its way of writing: a date is `2026-12-31`. Hidden fields are known by name alone.
    #[track_caller]
    pub fn fill(self, field: &str, value: &str) -> Form {
        self.change(field, Place::caller(), |sheet| sheet.fill(field, value))
    }

    /// Chooses an option of a list, one of a group of radio buttons, or one more where several can be chosen. The
    /// group is called by its legend or the buttons' common name, the option by its text or its value.
    #[track_caller]
    pub fn choose(self, field: &str, option: &str) -> Form {
        self.change(field, Place::caller(), |sheet| sheet.choose(field, option, true))
    }

    /// Takes a choice back, where several can be chosen.
    #[track_caller]
    pub fn unchoose(self, field: &str, option: &str) -> Form {
        self.change(field, Place::caller(), |sheet| sheet.choose(field, option, false))
    }

    /// Checks a box, or the radio button of this label.
    #[track_caller]
    pub fn check(self, field: &str) -> Form {
        self.change(field, Place::caller(), |sheet| sheet.check(field, true))
    }

    /// Takes the check out of a box.
    #[track_caller]
    pub fn uncheck(self, field: &str) -> Form {
        self.change(field, Place::caller(), |sheet| sheet.check(field, false))
    }

    /// Gives a field for files one, with its name and type; where a field takes several, one more.
    ///
    /// Nothing that is shown or written has its content in it.
    #[track_caller]
    pub fn attach(self, field: &str, file_name: &str, content_type: &str, content: &[u8]) -> Form {
        let (name, content_type) = (file_name.to_owned(), content_type.to_owned());
        let file = File { name, content_type, content: content.into() };
        self.change(field, Place::caller(), |sheet| sheet.attach(field, file))
    }

    /// Does what otherwise only a script of the page could: fills what is disabled or read-only, and sends a form that
    /// a browser holds back because a field is required, or too long, or not as its pattern says. To be said before
    /// the fields.
    pub fn scripted(mut self) -> Form {
        self.sheet.scripted = true;
        self
    }

    /// The value that a field has now: of a box that is not checked none, of a list the first that is chosen.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.sheet.value(field)
    }

    /// Sends the form as Enter would: by its first button, if it has one, with `Origin` and `Referer` as a browser
    /// sends them.
    ///
    /// # Errors
    ///
    /// A field could not be filled, a browser would not send the form, no answer came, or the target is protected and
    /// writes are not allowed; written down as a failure of this line or of the one that filled it.
    #[track_caller]
    pub fn submit(self) -> Pending<'static, Page> {
        let pressed = self.sheet.default_button();
        self.send(pressed, Place::caller())
    }

    /// Sends the form by a button: its text, value, `aria-label`, `alt`, name or `#id`. Its name and value are sent too,
    /// and it may say where the form goes and how.
    ///
    /// # Errors
    ///
    /// As [`Form::submit`], and where there is no such button.
    #[track_caller]
    pub fn press(mut self, button: &str) -> Pending<'static, Page> {
        let place = Place::caller();
        match lookup::button(&self.sheet.controls, button) {
            Ok(found) => self.send(Some(found), place),
            Err(miss) => {
                self.missed(format!("button `{button}`"), miss, place);
                Box::pin(async { Err(Stop::failed()) })
            }
        }
    }

    fn send(mut self, pressed: Option<usize>, place: Place) -> Pending<'static, Page> {
        Box::pin(async move {
            if !self.spoiled {
                self.judge(pressed, &place);
            }
            let request = if self.spoiled { Err(Stop::failed()) } else { self.request_by(pressed, &place) };
            let session = self.session.clone();
            session.send(request?, place).await
        })
    }

    /// Whether a browser would send it: each reason why not is told.
    fn judge(&mut self, pressed: Option<usize>, place: &Place) {
        for (what, miss) in self.sheet.held_back(pressed) {
            self.missed(what, miss, place.clone());
        }
    }

    fn request_by(&mut self, pressed: Option<usize>, place: &Place) -> Checked<SessionRequest> {
        self.sheet.request(pressed).map_err(|why| {
            let miss = Miss::new("a form that is sent", why);
            self.missed(String::new(), miss, place.clone());
            Stop::failed()
        })
    }

    fn change(
        mut self,
        field: &str,
        place: Place,
        change: impl FnOnce(&mut Sheet) -> Result<(), Miss>,
    ) -> Form {
        if let Err(miss) = change(&mut self.sheet) {
            self.missed(format!("field `{field}`"), miss, place);
        }
        self
    }

    /// Writes down what could not be done, and that the form is not to be sent.
    fn missed(&mut self, what: String, miss: Miss, place: Place) {
        self.spoiled = true;
        let form = self.sheet.called();
        let what = if what.is_empty() { form } else { format!("{what} of {form}") };
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what).at(place);
        let check = check.expected_found(miss.expected, miss.found);
        let check = FailedCheck { notes: miss.notes, help: miss.help, exchange: self.exchange, ..check };
        self.session.scope.log.failed(check);
    }

    /// The request that Enter makes, whatever a browser would say to the fields. An error says why there is none.
    pub(crate) fn request(&self) -> Result<SessionRequest, String> {
        if self.spoiled {
            return Err("a field of it could not be filled".to_owned());
        }
        let pressed = self.sheet.default_button().filter(|n| !self.sheet.controls[*n].disabled);
        self.sheet.request(pressed)
    }

    /// The request that a script makes of it: no button was pressed.
    pub(crate) fn request_by_script(&self) -> Result<SessionRequest, String> {
        self.sheet.request(None)
    }

    /// Writes into the field of this name, whatever it is. Whoever asked whether it has one.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Form {
        self.sheet.set(name, value);
        self
    }

    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.named().any(|control| control.name == name)
    }

    /// Whether it came with a field that may be a token against forms of other sites.
    pub(crate) fn has_token(&self) -> bool {
        self.pairs().iter().any(|(name, value)| is_token(name, value))
    }

    pub(crate) fn field_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.named().map(|control| format!("`{}`", control.name)).collect();
        names.dedup();
        names
    }

    /// Where it goes, and with what, unless a button is pressed.
    pub(crate) fn into_parts(self) -> Option<(Url, Vec<(String, String)>)> {
        Some((self.sheet.action(None).ok()?, self.pairs()))
    }

    pub(crate) fn goes_to(&self, url: &Url) -> bool {
        let goes = |action: Url| action.path() == url.path() && action.host_str() == url.host_str();
        self.sheet.way(None) != Way::Dialog && self.sheet.action(None).is_ok_and(goes)
    }

    /// Fields that can be filled by name.
    fn named(&self) -> impl Iterator<Item = &Control> {
        let fits = |control: &&Control| !control.is_button() && !control.name.is_empty() && !control.disabled;
        self.sheet.controls.iter().filter(fits)
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let entries = self.sheet.entries(None);
        entries
            .iter()
            .map(|entry| entry.pair())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// By its name, or by a value that nobody guesses.
fn is_token(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !value.is_empty()
        && (["csrf", "xsrf", "token"].iter().any(|word| name.contains(word)) || value.len() >= 16)
}
