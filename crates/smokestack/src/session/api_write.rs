//! A write by JSON with the session, as `api_write` in the platform file describes it: sent as a page's script would send
//! it, looked for, and taken back.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue, LOCATION};
use serde_json::Value;
use smokestack_core::{Blame, Class, FailedCheck, Place};
use url::Url;

use super::request::Request;
use super::{Pending, Session};
use crate::clean_up::{OnExit, on_exit};
use crate::cookies::Occasion;
use crate::page::{Judged, Page, said};
use crate::platform::api_write::{
    ApiToken, ApiUndo, ApiWrite, LOCATION as LOCATION_WORD, TokenPlace, braces, filled,
};
use crate::run::{now, percent_decoded};
use crate::{Checked, Component, Stop};

/// What is taken away where a case does not come to do it.
const WRITTEN: &str = "what was written by JSON";

/// What a component answered to a write by JSON.
#[derive(Clone)]
pub struct Written {
    writing: Writing,
    text: String,
    answer: Page,
    /// What takes it away should the case not come to do it.
    left: Option<OnExit>,
}

/// A write on its way.
#[derive(Clone)]
pub(super) struct Writing {
    session: Session,
    pub(super) component: Component,
    pub(super) write: ApiWrite,
    /// The token against requests of other sites, and its header.
    token: Option<(HeaderName, HeaderValue)>,
    place: Place,
}

impl Session {
    /// Writes a text by the component's JSON API, as the platform file's `api_write` says: with its token, and from the
    /// component's own page. What was written and not taken back is when the case has ended, see [`Cx::on_exit`](crate::Cx::on_exit).
    ///
    /// # Errors
    ///
    /// No answer came; the target is protected and writes are not allowed; or the token cannot be had. Where another
    /// component should give it, the case is blocked: that one is another case's to tell.
    #[track_caller]
    pub fn write(&self, component: &Component, text: &str) -> Pending<'_, Written> {
        let (component, text, place) = (component.clone(), text.to_owned(), Place::caller());
        Box::pin(async move {
            let Some(mut writing) = Writing::of(self, &component, &place) else {
                let what = format!("this case writes by JSON, and {} has no `api_write`", component.name());
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
                self.scope
                    .log
                    .failed(check.help("list it with `.each_component_with(Component::can_write_json)`"));
                return Err(Stop::failed());
            };
            writing.fetch_token().await?;
            let address = writing.component.address(&writing.write.url);
            let body = filled(&writing.write.body, &text);
            let left = writing.leave_listed(&text)?;
            let answer = writing.send(&writing.write.method, &address, Some(&body)).await?;
            let mut written = Written { writing, text, answer, left };
            written.leave()?;
            Ok(written)
        })
    }
}

impl Written {
    /// The answer to the write.
    pub fn answer(&self) -> &Page {
        &self.answer
    }

    /// Checks that the write was accepted: a status of 200 to 299, and no way to the login.
    #[track_caller]
    pub fn accepted(&self) -> Judged {
        self.answer.judge(self.answer.accepted_write(), Place::caller())
    }

    /// Checks that the text is there: in the platform file's `list`, or else in the answer. Asks nothing where the write
    /// was not accepted.
    ///
    /// # Errors
    ///
    /// The list gave no answer.
    #[track_caller]
    pub fn is_there(&self) -> Pending<'_, ()> {
        let place = Place::caller();
        Box::pin(async move {
            if self.answer.accepted_write().is_err() {
                return Ok(());
            }
            let Some(list) = self.list(&place).await? else {
                expect(
                    &self.answer,
                    said(self.answer.body(), &self.text),
                    &format!("{:?} in it", self.text),
                    place,
                );
                return Ok(());
            };
            if let Err(check) = list.accepted() {
                list.fail(*check, place);
            } else {
                expect(
                    &list,
                    said(list.body(), &self.text),
                    &format!("{:?} in it, which was written", self.text),
                    place,
                );
            }
            Ok(())
        })
    }

    /// Takes back what was written, as the platform file's `undo` says, and checks that the component accepts that, and
    /// that `list` no longer shows the text. Asks nothing where the write was not accepted, or nothing says how.
    ///
    /// # Errors
    ///
    /// No answer came.
    #[track_caller]
    pub fn undo(&self) -> Pending<'_, ()> {
        let place = Place::caller();
        Box::pin(async move {
            let Some(undo) =
                self.writing.write.undo.as_ref().filter(|_| self.answer.accepted_write().is_ok())
            else {
                return Ok(());
            };
            let address = match self.undo_address(undo) {
                Ok(address) => address,
                Err(missing) => {
                    let check = FailedCheck::new(Blame::Wrong, Class::Value, "taking back what was written")
                        .expected_found(format!("an answer with {missing}"), "it has none")
                        .note("what was written is still there");
                    self.answer.fail(check.help("`undo` in `api_write` says where to find it"), place);
                    return Ok(());
                }
            };
            let page = Writing { place: place.clone(), ..self.writing.clone() };
            let page = page.send(&undo.method, &address, undo.body.as_ref()).await?;
            let judged = page
                .accepted_write()
                .map_err(|check| Box::new(check.note("what was written is still there")));
            let mut gone = judged.is_ok();
            page.judge(judged, place.clone());
            if let Some(list) = self.list(&place).await?.filter(|list| gone && list.is_signed_in()) {
                let expected = format!("{:?} no longer in it, which was taken back", self.text);
                gone = !said(list.body(), &self.text);
                expect(&list, gone, &expected, place);
            }
            if let Some(left) = self.left.as_ref().filter(|_| gone) {
                left.done();
            }
            Ok(())
        })
    }

    /// The platform file's `list`, if it names one.
    async fn list(&self, place: &Place) -> Checked<Option<Page>> {
        let Writing { session, component, write, .. } = &self.writing;
        match &write.list {
            Some(list) => session.fetch(&component.address(list), place).await.map(Some),
            None => Ok(None),
        }
    }

    /// The answer tells more of how to take it away, or that there is nothing.
    fn leave(&mut self) -> Checked {
        let Writing { session, component, write, place, .. } = &self.writing;
        if self.answer.accepted_write().is_err() && self.answer.code() < 500 {
            self.left.take().iter().for_each(OnExit::done);
        } else if let (None, Some(undo)) = (&self.left, &write.undo)
            && let Ok(address) = self.undo_address(undo)
        {
            let clean_up = session.clean_up(WRITTEN).take_back(component.name(), &address);
            self.left = Some(on_exit::leave(clean_up, place.clone())?);
        }
        Ok(())
    }

    /// Where to undo it; what the answer lacks for that, in words.
    fn undo_address(&self, undo: &ApiUndo) -> Result<String, String> {
        let json: Value = serde_json::from_str(self.answer.body()).unwrap_or_default();
        let address = undo.address(|word| match word {
            LOCATION_WORD => self.location().ok_or_else(|| "a `Location`".to_owned()),
            pointer => segment(json.pointer(pointer)).ok_or_else(|| format!("a value at `{pointer}`")),
        })?;
        Ok(self.writing.component.address(&address))
    }

    /// The `Location` of the answer, or where it has led already.
    fn location(&self) -> Option<String> {
        let answer = &self.answer;
        match answer.header(LOCATION.as_str()).value() {
            Some(location) => answer.address().join(location).ok().map(|url| url.to_string()),
            None => (answer.exchange().hops.len() > 1).then(|| answer.url().to_owned()),
        }
    }
}

impl Writing {
    /// A write to a component, if the platform file says how. Its token is not fetched yet.
    pub(super) fn of(session: &Session, component: &Component, place: &Place) -> Option<Writing> {
        let write = component.config.api_write.clone()?;
        let (session, component) = (session.clone(), component.clone());
        Some(Writing { session, component, write, token: None, place: place.clone() })
    }

    /// Before anything is sent: how it is taken away by its text alone, where the platform file says enough for that.
    fn leave_listed(&self, text: &str) -> Checked<Option<OnExit>> {
        let is_listed = |undo: &&ApiUndo| {
            let words = braces(&undo.url);
            self.write.list.is_some() && !words.is_empty() && !words.contains(&LOCATION_WORD)
        };
        if self.write.undo.as_ref().filter(is_listed).is_none() {
            return Ok(None);
        }
        let clean_up = self.session.clean_up(WRITTEN).take_back_listed(self.component.name(), text);
        on_exit::leave(clean_up, self.place.clone()).map(Some)
    }

    /// A request as a script of the component's page would send it.
    pub(super) async fn send(&self, method: &Method, address: &str, body: Option<&Value>) -> Checked<Page> {
        let mut request = Request::new(method.clone(), address);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some((name, value)) = &self.token {
            request = request.header(name.clone(), value.clone());
        }
        let page = self.component.has_pages().then(|| self.url(&self.component.landing())).flatten();
        if let Some(page) = page {
            request = request.made_from(page);
        }
        self.session.send(request, self.place.clone()).await
    }

    pub(super) async fn fetch_token(&mut self) -> Checked {
        let Some(token) = &self.write.token else { return Ok(()) };
        let page = match &token.from {
            Some(from) => {
                let address = self.session.scope.run.address_of(&self.component, from);
                Some(self.session.fetch(&address, &self.place).await?)
            }
            None => None,
        };
        let found = self.token_of(token, page.as_ref());
        let value = found.and_then(|value| {
            let header =
                HeaderValue::from_str(&value).map_err(|_| "one that no header can hold".to_owned())?;
            self.session.scope.run.learn_token(&value, "token of `api_write`");
            Ok(header)
        });
        match value {
            Ok(value) => {
                self.token = Some((token.header.clone(), value));
                Ok(())
            }
            Err(why) => Err(self.without_token(page.as_ref(), why)),
        }
    }

    /// The token; or why there is none.
    fn token_of(&self, token: &ApiToken, page: Option<&Page>) -> Result<String, String> {
        if let TokenPlace::Cookie(name) = &token.place {
            let url = self.url(&self.component.address(&self.write.url)).ok_or("no address")?;
            let state = self.session.state();
            let value =
                state.jar.sent(name, &Occasion::typed(&url, now())).map(|value| percent_decoded(&value));
            return value.ok_or(format!("no cookie `{name}` that goes there"));
        }
        let page = page.ok_or("no answer")?;
        if let Err(check) = page.accepted() {
            return Err(check.found.unwrap_or_default());
        }
        let (value, nothing) = match &token.place {
            TokenPlace::Pointer(pointer) => {
                let json = page.json(pointer);
                (json.value().and_then(plain), format!("no text at `{pointer}`"))
            }
            TokenPlace::Selector { selector, attribute: Some(attribute) } => {
                let value = page.find(selector).attribute(attribute);
                (value.value().map(str::to_owned), format!("no `{selector}` with `{attribute}`"))
            }
            TokenPlace::Selector { selector, attribute: None } => {
                (page.find(selector).text().value().map(str::to_owned), format!("no `{selector}`"))
            }
            TokenPlace::Cookie(_) => (None, String::new()),
        };
        value.filter(|value| !value.is_empty()).ok_or(nothing)
    }

    /// Nothing can be written. The component is to blame if the token is its own to give.
    fn without_token(&self, page: Option<&Page>, why: String) -> Stop {
        let what = match page {
            Some(page) => format!("token of `api_write` at {}", page.asked()),
            None => "token of `api_write`".to_owned(),
        };
        let owner = page
            .and_then(|page| Url::parse(page.asked()).ok())
            .and_then(|url| self.session.scope.run.owner(&url));
        if owner.is_some_and(|owner| owner != self.component.name()) {
            return Stop::blocked(format!("the {what}: {why}"));
        }
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what).expected_found("a token", why);
        let check = check.at(self.place.clone()).help("`token` in `api_write` says where it stands");
        self.session.scope.log.failed(FailedCheck { exchange: page.map(Page::index), ..check });
        Stop::failed()
    }

    fn url(&self, address: &str) -> Option<Url> {
        self.session.scope.run.url().join(address).ok()
    }
}

/// A value as it may stand in an address, so that no answer leads elsewhere.
pub(super) fn segment(value: Option<&Value>) -> Option<String> {
    let value = plain(value?).filter(|value| !matches!(value.as_str(), "" | "." | ".."))?;
    Some(url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20"))
}

/// A text or a number.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn expect(page: &Page, met: bool, expected: &str, place: Place) -> Judged {
    if met {
        return page.judge(Ok(()), place);
    }
    let check = FailedCheck::new(Blame::Wrong, Class::Value, format!("what {} shows", page.asked()));
    let found = format!("{} bytes, {}", page.body().len(), page.media_type());
    page.fail(check.expected_found(expected, found), place)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_goes_into_the_address_and_nothing_else_does() {
        let in_address = |value: Value| segment(Some(&value));
        assert_eq!(in_address(json!(17)).as_deref(), Some("17"));
        assert_eq!(in_address(json!("a b/../c?d+e")).as_deref(), Some("a%20b%2F..%2Fc%3Fd%2Be"));
        for none in [json!(".."), json!("."), json!(""), json!(null), json!({ "id": 1 }), json!([1])] {
            assert_eq!(in_address(none), None);
        }
    }
}
