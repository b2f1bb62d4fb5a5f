//! Login by form: the page's hidden fields and its token are kept, as a browser would.

use std::sync::Arc;

use smokestack_core::{Blame, Class, CookieAction, Fact, FailedCheck, Place, SessionCookie};

use super::Session;
use crate::cookies::Jar;
use crate::cx::Scope;
use crate::page::Page;
use crate::page::form::Form;
use crate::run::Credentials;
use crate::{Checked, Stop};

/// Logs an account in and returns the cookies of its session.
pub(super) async fn by_form(
    scope: &Arc<Scope>,
    account: &str,
    credentials: &Credentials,
    place: &Place,
) -> Checked<Jar> {
    let login = &scope.run.platform.login;
    let visitor = Session::new(scope.clone(), Jar::default());
    let page =
        visitor.send(super::SessionRequest::new(reqwest::Method::GET, &login.page), place.clone()).await?;
    let refuse = |page: &Page, found: String, notes: Vec<String>| {
        let mut check = FailedCheck::new(Blame::Wrong, Class::Login, format!("login as `{account}` fails"));
        check.found = Some(found);
        check.notes = notes;
        scope.log.failed(check.at(place.clone()).about(page.index()));
        Stop::failed()
    };
    if page.code() >= 400 {
        return Err(refuse(
            &page,
            format!("the login page answers status {}", page.code()),
            page.heading_notes(),
        ));
    }
    let form = match login_form(&page, login.form.as_deref()) {
        Ok(form) => form,
        Err(why) => return Err(refuse(&page, why, page.heading_notes())),
    };
    for field in [&login.username_field, &login.password_field] {
        if !form.has_field(field) {
            let why = format!("the login form has no field `{field}`");
            return Err(refuse(&page, why, vec![format!("its fields: {}", form.field_names().join(", "))]));
        }
    }
    let form = form
        .fill(&login.username_field, &credentials.username)
        .fill(&login.password_field, &credentials.password);
    let landed = visitor.send(form.request().belongs_to_login(), place.clone()).await?;
    if let Some(why) = refusal(&landed) {
        return Err(refuse(&landed, why, landed.alerts()));
    }
    let cookies = session_cookies(&landed, &visitor);
    if cookies.is_empty() {
        return Err(refuse(&landed, "the login set no cookie".to_owned(), cookie_refusals(&landed)));
    }
    scope.log.learned(Fact::SignedIn { account: account.to_owned(), cookies });
    let jar = visitor.jar().clone();
    Ok(jar)
}

fn login_form(page: &Page, selector: Option<&str>) -> Result<Form, String> {
    let selector = selector.unwrap_or("form:has(input[type=password])");
    let mut forms = page.forms(selector).into_iter();
    match (forms.next(), forms.len()) {
        (Some(form), 0) => Ok(form),
        (Some(_), more) => Err(format!("the login page has {} forms that match `{selector}`", more + 1)),
        (None, _) => Err(format!("the login page has no form that matches `{selector}`")),
    }
}

/// Why the page after the login is not that of somebody signed in; `None` if it is.
fn refusal(page: &Page) -> Option<String> {
    let first = page.exchange().hops.first();
    match first.and_then(|hop| hop.status) {
        Some(status) if status >= 500 => {
            return Some(format!("posting the login form answers status {status}"));
        }
        _ => {}
    }
    if page.code() >= 500 {
        return Some(format!("the page after it answers status {}", page.code()));
    }
    if page.is_signed_in() {
        return None;
    }
    Some(match (page.is_login_page(), page.code()) {
        (true, status) => format!("the platform answers with its login form again (status {status})"),
        (false, status) => format!("the page after it (status {status}) does not show who is signed in"),
    })
}

/// The cookies that the login set: everything stored or replaced from the moment the form was posted.
fn session_cookies(page: &Page, visitor: &Session) -> Vec<SessionCookie> {
    let mut names: Vec<&str> = Vec::new();
    for note in page.exchange().hops.iter().flat_map(|hop| &hop.cookies) {
        if matches!(note.action, CookieAction::Stored | CookieAction::Replaced)
            && !names.contains(&note.name.as_str())
        {
            names.push(&note.name);
        }
    }
    let jar = visitor.jar();
    names.into_iter().flat_map(|name| jar.described(name)).collect()
}

fn cookie_refusals(page: &Page) -> Vec<String> {
    let notes = page.exchange().hops.iter().flat_map(|hop| &hop.cookies);
    let refused = notes.filter(|note| note.action == CookieAction::Refused);
    refused.map(|note| format!("cookie `{}` was refused: {}", note.name, note.why)).collect()
}
