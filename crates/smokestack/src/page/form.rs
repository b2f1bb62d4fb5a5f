//! Forms as the page has them: what is not filled keeps the value it came with.

use reqwest::Method;
use scraper::{ElementRef, Selector};
use smokestack_core::{Blame, Class, FailedCheck, Place};
use url::Url;

use super::{Page, document};
use crate::carried::KeptForm;
use crate::session::{Pending, Session, SessionRequest};

/// A form of a page, with its hidden fields and its token.
#[derive(Clone)]
pub struct Form {
    session: Session,
    /// The page it stands on.
    from: Url,
    /// The exchange that brought it, if that is one of this case's.
    exchange: Option<usize>,
    method: Method,
    action: Url,
    fields: Vec<(String, String)>,
    /// Fields that were filled and that the form does not have.
    unknown: Vec<String>,
}

/// All forms that a selector finds.
pub(super) fn all(page: &Page, selector: &str) -> Vec<Form> {
    page.document()
        .select(selector, usize::MAX, |element| Form::of(page, element))
        .unwrap_or_default()
        .into_iter()
        .flatten()
        .collect()
}

impl Form {
    fn of(page: &Page, element: ElementRef<'_>) -> Option<Form> {
        if element.value().name() != "form" {
            return None;
        }
        let action = element.attr("action").unwrap_or_default();
        let action = page.address().join(action).ok()?;
        let method = match element.attr("method") {
            Some(method) if method.eq_ignore_ascii_case("post") => Method::POST,
            _ => Method::GET,
        };
        let fields = fields(element);
        for (name, value) in hidden(element) {
            page.session().scope.run.learn_token(&value, &format!("form field `{name}`"));
        }
        let (session, from) = (page.session().clone(), page.address().clone());
        Some(Form {
            session,
            from,
            exchange: Some(page.index()),
            method,
            action,
            fields,
            unknown: Vec::new(),
        })
    }

    /// Fills a field. A field that the form does not have fails when the form is submitted.
    pub fn fill(mut self, name: &str, value: &str) -> Form {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.unknown.push(name.to_owned()),
        }
        self
    }

    /// The value that a field has now.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Sends the form as a browser would: to its action, by its method, with `Origin` and `Referer`.
    ///
    /// # Errors
    ///
    /// A field was filled that the form does not have, no answer came, or the target is protected and writes are
    /// not allowed; written down as a failure of this line.
    #[track_caller]
    pub fn submit(self) -> Pending<'static, Page> {
        let place = Place::caller();
        Box::pin(async move {
            if let Some(name) = self.unknown.first() {
                let what = format!("the form has no field `{name}`");
                let check = FailedCheck::new(Blame::Wrong, Class::Value, what);
                let check = check.note(format!("its fields: {}", self.field_names().join(", "))).at(place);
                self.session.scope.log.failed(FailedCheck { exchange: self.exchange, ..check });
                return Err(crate::Stop::failed());
            }
            let session = self.session.clone();
            session.send_watched(self.request(), place).await
        })
    }

    pub(crate) fn request(&self) -> SessionRequest {
        let from = self.from.clone();
        if self.method == Method::GET {
            let mut action = self.action.clone();
            action.query_pairs_mut().clear().extend_pairs(&self.fields);
            return SessionRequest::new(Method::GET, action.as_str()).made_from(from);
        }
        SessionRequest::new(Method::POST, self.action.as_str()).fields(self.fields.clone()).made_from(from)
    }

    /// The form as a carried file keeps it.
    pub(crate) fn kept(&self, component: &str, account: &str) -> KeptForm {
        KeptForm {
            component: component.to_owned(),
            account: account.to_owned(),
            page: self.from.to_string(),
            method: self.method.to_string(),
            action: self.action.to_string(),
            fields: self.fields.clone(),
        }
    }

    /// A form that was loaded before the deploy, to be submitted with this session; none if its addresses are none.
    pub(crate) fn carried(kept: &KeptForm, session: &Session) -> Option<Form> {
        Some(Form {
            session: session.clone(),
            from: Url::parse(&kept.page).ok()?,
            exchange: None,
            method: Method::from_bytes(kept.method.as_bytes()).ok()?,
            action: Url::parse(&kept.action).ok()?,
            fields: kept.fields.clone(),
            unknown: Vec::new(),
        })
    }

    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// Whether it came with a field that may be a token against forms of other sites.
    pub(crate) fn has_token(&self) -> bool {
        self.fields.iter().any(|(name, value)| is_token(name, value))
    }

    pub(crate) fn field_names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| format!("`{name}`")).collect()
    }

    /// Where it goes, and with what.
    pub(crate) fn into_parts(self) -> (Url, Vec<(String, String)>) {
        (self.action, self.fields)
    }

    pub(crate) fn goes_to(&self, url: &Url) -> bool {
        self.action.path() == url.path() && self.action.host_str() == url.host_str()
    }
}

fn select<'e>(element: ElementRef<'e>, selector: &str) -> Vec<ElementRef<'e>> {
    Selector::parse(selector).map(|selector| element.select(&selector).collect()).unwrap_or_default()
}

fn hidden(form: ElementRef<'_>) -> Vec<(String, String)> {
    let value =
        |input: ElementRef<'_>| Some((input.attr("name")?.to_owned(), input.attr("value")?.to_owned()));
    select(form, "input[type=hidden]").into_iter().filter_map(value).collect()
}

/// By its name, or by a value that nobody guesses.
fn is_token(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !value.is_empty()
        && (["csrf", "xsrf", "token"].iter().any(|word| name.contains(word)) || value.len() >= 16)
}

/// The fields that a browser would send if nobody touched the form (HTML, "constructing the entry list"), without
/// buttons.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for control in select(form, "input[name], textarea[name], select[name]") {
        let Some(name) = control.attr("name").filter(|name| !name.is_empty()) else { continue };
        if control.attr("disabled").is_some() {
            continue;
        }
        let value = match control.value().name() {
            "textarea" => Some(control.text().collect::<String>().trim_start_matches('\n').to_owned()),
            "select" => selected(control),
            _ => input_value(control),
        };
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    fields
}

fn input_value(input: ElementRef<'_>) -> Option<String> {
    let kind = input.attr("type").unwrap_or("text").to_ascii_lowercase();
    match kind.as_str() {
        "submit" | "button" | "reset" | "image" | "file" => None,
        "checkbox" | "radio" => input.attr("checked").map(|_| input.attr("value").unwrap_or("on").to_owned()),
        _ => Some(input.attr("value").unwrap_or_default().to_owned()),
    }
}

fn selected(select_element: ElementRef<'_>) -> Option<String> {
    let options = select(select_element, "option");
    let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first())?;
    Some(chosen.attr("value").map(str::to_owned).unwrap_or_else(|| document::folded(chosen.text())))
}
