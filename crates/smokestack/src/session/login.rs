//! Login by form: the page's hidden fields and its token are kept, as a browser would.

use std::sync::Arc;
use std::time::Instant;

use smokestack_core::{Blame, Class, CookieAction, Fact, FailedCheck, Place, SessionCookie};

use reqwest::Method;

use super::{Session, SessionRequest, State};
use crate::cx::Scope;
use crate::page::Page;
use crate::page::form::Form;
use crate::platform::{Account, FormLogin};
use crate::run::{Credentials, now};
use crate::{Checked, Stop};

/// Logs an account in and returns the cookies of its session.
pub(super) async fn by_form(
    scope: &Arc<Scope>,
    account: &Account,
    credentials: &Credentials,
    place: &Place,
) -> Checked<State> {
    let began = Instant::now();
    let login = &scope.run.platform.login;
    let visitor = Session::new(scope.clone(), State::default());
    let page = visitor.send(SessionRequest::new(Method::GET, &login.page), place.clone()).await?;
    let refuse = |page: &Page, refusal: Refusal| {
        let name = &account.name;
        let check = FailedCheck::new(Blame::Wrong, Class::Login, format!("login as `{name}` fails"));
        let check =
            FailedCheck { found: Some(refusal.found), notes: refusal.notes, help: refusal.help, ..check };
        scope.log.failed(check.at(place.clone()).about(page.index()));
        Stop::failed()
    };
    let form = fillable(&page, login).map_err(|refusal| refuse(&page, refusal))?;
    let form = form
        .fill(&login.username_field, &credentials.username)
        .fill(&login.password_field, &credentials.password);
    let landed = visitor.send(form.request().belongs_to_login(), place.clone()).await?;
    landing(&landed, account).map_err(|refusal| refuse(&landed, refusal))?;
    let cookies = session_cookies(&landed, &visitor);
    if cookies.is_empty() {
        let notes = cookie_notes(&landed);
        let found = "the login set no cookie that a browser keeps".to_owned();
        return Err(refuse(&landed, Refusal { found, notes, help: None }));
    }
    scope.log.learned(Fact::SignedIn {
        account: account.name.clone(),
        way: "form".to_owned(),
        cookies,
        anonymous: session_cookies(&page, &visitor),
        renewed: None,
        took_ms: began.elapsed().as_secs_f64() * 1000.0,
    });
    let state = visitor.state().clone();
    Ok(state)
}

/// Why a login came to nothing.
struct Refusal {
    found: String,
    notes: Vec<String>,
    help: Option<String>,
}

/// The form to sign in with, once it is known to have the fields.
fn fillable(page: &Page, login: &FormLogin) -> Result<Form, Refusal> {
    let refuse = |found: String, notes: Vec<String>, help: Option<&str>| {
        Err(Refusal { found, notes, help: help.map(str::to_owned) })
    };
    if page.code() >= 400 {
        return refuse(format!("the login page answers status {}", page.code()), page.heading_notes(), None);
    }
    let selector = login.form.as_deref().unwrap_or("form:has(input[type=password])");
    let help = Some("`page` and `form` in `[login]` of the platform file say where the form is");
    let mut forms = page.forms(selector).into_iter();
    let form = match (forms.next(), forms.len()) {
        (Some(form), 0) => form,
        (Some(_), more) => {
            let found = format!("the login page has {} forms that match `{selector}`", more + 1);
            return refuse(found, page.heading_notes(), help);
        }
        (None, _) => {
            return refuse(
                format!("the login page has no form that matches `{selector}`"),
                page.heading_notes(),
                help,
            );
        }
    };
    for field in [&login.username_field, &login.password_field] {
        if !form.has_field(field) {
            let names = vec![format!("its fields: {}", form.field_names().join(", "))];
            let help = Some("`username` and `password` in `[login]` of the platform file name the fields");
            return refuse(format!("the login form has no field `{field}`"), names, help);
        }
    }
    Ok(form)
}

/// Whether the page after the login is that of somebody signed in.
fn landing(page: &Page, account: &Account) -> Result<(), Refusal> {
    let posted = page.exchange().hops.first().and_then(|hop| hop.status).unwrap_or_default();
    let refuse = |found: String, help: Option<String>| {
        let notes = page.alerts().into_iter().chain(cookie_notes(page)).collect();
        Err(Refusal { found, notes, help })
    };
    if posted >= 500 {
        return refuse(format!("posting the login form answers status {posted}"), None);
    }
    if page.code() >= 500 {
        return refuse(format!("the page after it answers status {}", page.code()), None);
    }
    if page.is_signed_in() {
        return Ok(());
    }
    let status = page.code();
    if page.is_login_page() {
        let help = format!(
            "if the release did not break the login, the credentials in `{}` and `{}` are wrong or the account is locked",
            account.username_env, account.password_env
        );
        return refuse(
            format!("the platform answers with its login form again (status {status})"),
            Some(help),
        );
    }
    let help = (status < 400)
        .then(|| "`signed_in` in `[session]` of the platform file says how such a page is known".to_owned());
    refuse(format!("the page after it (status {status}) does not show who is signed in"), help)
}

/// The cookies that an exchange set: of the one that posts the form, the session.
fn session_cookies(page: &Page, visitor: &Session) -> Vec<SessionCookie> {
    let mut names: Vec<&str> = Vec::new();
    for note in page.exchange().hops.iter().flat_map(|hop| &hop.cookies) {
        if matches!(note.action, CookieAction::Stored | CookieAction::Replaced)
            && !names.contains(&note.name.as_str())
        {
            names.push(&note.name);
        }
    }
    let state = visitor.state();
    names.into_iter().flat_map(|name| state.jar.described(name, now())).collect()
}

/// The cookies that did not go where they should.
fn cookie_notes(page: &Page) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for note in page.exchange().hops.iter().flat_map(|hop| &hop.cookies) {
        let line = format!("cookie `{}` was {}: {}", note.name, note.action.word(), note.why);
        if matches!(note.action, CookieAction::Refused | CookieAction::Withheld) && !notes.contains(&line) {
            notes.push(line);
        }
    }
    notes
}
