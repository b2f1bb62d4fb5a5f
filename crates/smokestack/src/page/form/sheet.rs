//! A form as its page has it: the controls, and where a browser would send them.

use encoding_rs::Encoding;
use reqwest::Method;
use url::Url;

use super::control::{Button, Control};
use super::entries::{Entry, entries};
use super::sending::{self, Enctype};
use crate::session::{Referrer, SessionRequest};

/// A form of a page.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) id: String,
    /// What people call it, and its `name`.
    pub(super) names: Vec<String>,
    pub(super) action: Option<String>,
    pub(super) method: Option<String>,
    pub(super) enctype: Option<String>,
    pub(super) novalidate: bool,
    pub(super) encoding: &'static Encoding,
    /// What addresses on the page are relative to.
    pub(super) base: Url,
    /// The page, as a server may be told of it.
    pub(super) from: Referrer,
    pub(super) controls: Vec<Control>,
    /// What only a script could do is done.
    pub(super) scripted: bool,
}

/// How a form is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Get,
    Post,
    /// It is not sent, but closes a dialog.
    Dialog,
}

impl Sheet {
    /// How a message calls it.
    pub(super) fn called(&self) -> String {
        let own = || self.names.first().map(|name| format!("form `{name}`"));
        let action = || format!("form to `{}`", self.action.as_deref().unwrap_or_default());
        match self.id.as_str() {
            "" => own().unwrap_or_else(action),
            id => format!("form `#{id}`"),
        }
    }

    /// The button that Enter presses: the first that sends the form.
    pub(super) fn default_button(&self) -> Option<usize> {
        self.controls.iter().position(Control::sends)
    }

    pub(super) fn way(&self, pressed: Option<usize>) -> Way {
        let method = self.pressed(pressed).and_then(|button| button.method.as_deref());
        let method = method.or(self.method.as_deref()).unwrap_or_default();
        match method {
            post if post.eq_ignore_ascii_case("post") => Way::Post,
            dialog if dialog.eq_ignore_ascii_case("dialog") => Way::Dialog,
            _ => Way::Get,
        }
    }

    pub(super) fn enctype(&self, pressed: Option<usize>) -> Enctype {
        let enctype = self.pressed(pressed).and_then(|button| button.enctype.as_deref());
        Enctype::read(enctype.or(self.enctype.as_deref()).unwrap_or_default())
    }

    /// Where it goes. An error is what stands there and is no address.
    pub(super) fn action(&self, pressed: Option<usize>) -> Result<Url, String> {
        let action = self.pressed(pressed).and_then(|button| button.action.as_deref());
        let action = action.or(self.action.as_deref()).unwrap_or_default().trim_ascii();
        // No action is the page itself, whatever its base is.
        let base = if action.is_empty() { self.from.page() } else { &self.base };
        base.join(action).map_err(|_| action.to_owned())
    }

    pub(super) fn entries(&self, pressed: Option<usize>) -> Vec<Entry> {
        entries(&self.controls, pressed, self.encoding)
    }

    /// The request that a browser makes of it. An error says why it makes none.
    pub(super) fn request(&self, pressed: Option<usize>) -> Result<SessionRequest, String> {
        let action = self.action(pressed);
        let mut action = action.map_err(|action| format!("its action `{action}` is no address"))?;
        let entries = self.entries(pressed);
        let request = match self.way(pressed) {
            Way::Dialog => return Err("its method is `dialog`, which sends nothing".to_owned()),
            Way::Get => {
                action.set_query(Some(&sending::query(&entries, self.encoding)));
                SessionRequest::new(Method::GET, action.as_str())
            }
            Way::Post => {
                let (content_type, body) = sending::body(&entries, self.enctype(pressed), self.encoding);
                SessionRequest::new(Method::POST, action.as_str()).body(content_type, body)
            }
        };
        Ok(request.told_from(self.from.clone()))
    }

    fn pressed(&self, pressed: Option<usize>) -> Option<&Button> {
        self.controls.get(pressed?)?.button()
    }
}
