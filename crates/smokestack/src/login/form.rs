//! Login by form, in one step or several: hidden fields and tokens are kept as the page has them.

use super::refusal::{self, Refusal};
use super::{LoginWay, Visitor};
use crate::Checked;
use crate::page::Page;
use crate::page::form::Form;
use crate::platform::login::{FormStep, PASSWORD_FORM};
use crate::session::Pending;

/// Forms, one after the other.
pub(super) struct Forms(pub(super) Vec<FormStep>);

impl LoginWay for Forms {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        Box::pin(async move {
            let address = visitor.scope.run.platform.login.page.clone();
            visitor.step(format!("the login page {address}"));
            let page = visitor.get(&address).await?;
            let landed = walk(visitor, page, &self.0, &|_| None).await?;
            landing(visitor, &landed, self.0.last())
        })
    }
}

/// Fills and sends the forms, beginning with the one on this page; the page that they lead to. `judge` is asked about
/// each answer first. Whoever has come to where the visitor stops is there.
pub(super) async fn walk(
    visitor: &Visitor,
    page: Page,
    steps: &[FormStep],
    judge: &(dyn Fn(&Page) -> Option<Refusal> + Sync),
) -> Checked<Page> {
    let mut page = page;
    for (n, step) in steps.iter().enumerate() {
        if visitor.session.has_arrived(&page) {
            return Ok(page);
        }
        if let Some(refusal) = refusal::plain(&page, "the page") {
            return Err(visitor.refused(refusal));
        }
        let form = match find(&page, step) {
            Ok(form) => form,
            Err(_) if step.optional => continue,
            Err(refusal) => {
                visitor.step(label(n, steps, &page));
                return Err(visitor.refused(refusal));
            }
        };
        visitor.step(label(n, steps, &page));
        let (has_token, mut form) = (form.has_token(), form);
        for (field, template) in &step.fill {
            form = form.with(field, &visitor.filled(template).await?);
        }
        page = visitor.submit(form).await?;
        if visitor.session.has_arrived(&page) {
            return Ok(page);
        }
        if let Some(refusal) = judge(&page).or_else(|| answer(visitor, &page, step, has_token)) {
            return Err(visitor.refused(refusal));
        }
    }
    Ok(page)
}

/// `step 2 of 2, form#secret on /login/password`
fn label(n: usize, steps: &[FormStep], page: &Page) -> String {
    let form = match (&steps[n].form, steps[n].fill.first()) {
        (Some(selector), _) if selector == PASSWORD_FORM => "the login form".to_owned(),
        (Some(selector), _) => selector.clone(),
        (None, Some((field, _))) => format!("the form with field `{field}`"),
        (None, None) => "form".to_owned(),
    };
    let address = page.address();
    let own = page.session().scope.run.is_own(address);
    let host = if own { "" } else { address.host_str().unwrap_or_default() };
    let on = format!("{host}{}", address.path());
    match steps.len() {
        1 => format!("{form} on {on}"),
        many => format!("step {} of {many}, {form} on {on}", n + 1),
    }
}

/// The form to fill, once it is known to have the fields.
fn find(page: &Page, step: &FormStep) -> Result<Form, Refusal> {
    if page.code() >= 400 {
        let found = format!("the page answers status {}", page.code());
        return Err(Refusal::new(found).notes(page.alerts()));
    }
    let help = "`page` and `form`, or `steps`, in `[login]` of the platform file say where the form is";
    let has_fields = |form: &Form| step.fill.iter().all(|(field, _)| form.has_field(field));
    let (mut forms, such) = match &step.form {
        Some(selector) if selector == PASSWORD_FORM => (page.forms(selector), "form with a password field"),
        Some(selector) => (page.forms(selector), "such form"),
        None => (page.forms("form").into_iter().filter(has_fields).collect(), "form with these fields"),
    };
    let form = match forms.len() {
        1 => forms.remove(0),
        0 => {
            let refusal = Refusal::new(format!("the page has no {such}")).notes(page.heading_notes());
            return Err(match scripts(page) {
                Some(scripts) => refusal.notes([scripts]).help(BUILT_BY_SCRIPT),
                None => refusal.help(help),
            });
        }
        more => {
            let refusal = Refusal::new(format!("the page has {more} {}", such.replacen("form", "forms", 1)));
            let refusal = refusal.notes(page.heading_notes()).notes(forms.iter().map(Form::told));
            // A selector that somebody wrote found one when it was written.
            return Err(match step.form.as_deref() {
                Some(PASSWORD_FORM) | None => {
                    refusal.help("set `form` in `[login]` of the platform file, or in its `steps`, a CSS selector of the one").unclear()
                }
                Some(_) => refusal.help(help),
            });
        }
    };
    if let Some((field, _)) = step.fill.iter().find(|(field, _)| !form.has_field(field)) {
        let refusal = Refusal::new(format!("the form has no field `{field}`"));
        let names = format!("its fields: {}", form.field_names().join(", "));
        let help = "`username` and `password`, or `fill`, in `[login]` of the platform file name the fields";
        return Err(refusal.notes([names]).help(help));
    }
    Ok(form)
}

/// What to do about a page that only a browser with scripts can show.
const BUILT_BY_SCRIPT: &str = "if they build the form, sign in as they do, with `way = \"json\"` in `[login]` of the platform file; \
                               scripts are not run";

/// The scripts of a page without a form.
fn scripts(page: &Page) -> Option<String> {
    let count = |selector: &str| page.document().count(selector).unwrap_or_default();
    let (scripts, without) = (count("script"), count("noscript"));
    if count("form") > 0 || scripts == 0 {
        return None;
    }
    let scripts = if scripts == 1 { "1 script".to_owned() } else { format!("{scripts} scripts") };
    let without = if without > 0 { ", and words for browsers without them" } else { "" };
    Some(format!("it has {scripts} which may build one{without}"))
}

/// Why the answer to a form leads no further; `None` if it may.
fn answer(visitor: &Visitor, page: &Page, step: &FormStep, has_token: bool) -> Option<Refusal> {
    if let Some(refusal) = refusal::plain(page, "sending it") {
        return Some(refusal);
    }
    let status = page.code();
    let again = find_again(page, step);
    if !again && page.is_signed_in() {
        return None;
    }
    visitor.may_have_lost_cookies(page, again);
    // What servers answer to a form whose token is not theirs.
    if matches!(status, 400 | 403 | 419 | 422) && !has_token && !again {
        let refusal =
            Refusal::new(format!("sending it answers status {status}, and the form has no CSRF token"));
        return Some(
            refusal.notes(page.alerts()).help("the page with the form lost its hidden field or its cookie"),
        );
    }
    if again {
        let refusal = Refusal::new(format!("the platform shows the form again (status {status})"));
        let notes = page.alerts().into_iter().chain(visitor.cookie_notes());
        return Some(refusal.notes(notes).help(visitor.credentials_help()));
    }
    (status >= 400).then(|| {
        Refusal::new(format!("sending it answers status {status}"))
            .notes(page.alerts())
            .help(visitor.credentials_help())
    })
}

/// Whether the page has the form that was just sent; errors have it too.
fn find_again(page: &Page, step: &FormStep) -> bool {
    if page.has_marker() {
        return false;
    }
    let forms = page.forms(step.form.as_deref().unwrap_or("form"));
    !step.fill.is_empty() && forms.iter().any(|form| step.fill.iter().all(|(field, _)| form.has_field(field)))
}

/// Whether the page after the login is that of somebody signed in.
pub(super) fn landing(visitor: &Visitor, page: &Page, last: Option<&FormStep>) -> Checked {
    if page.is_signed_in() && !last.is_some_and(|step| find_again(page, step)) {
        visitor.has_signed_in();
        return Ok(());
    }
    visitor.may_have_lost_cookies(page, false);
    let status = page.code();
    let refusal = Refusal::new(format!("the page after it (status {status}) does not show who is signed in"));
    let refusal = refusal.notes(page.alerts().into_iter().chain(visitor.cookie_notes()));
    let help = "`signed_in` in `[session]` of the platform file says how such a page is known";
    Err(visitor.refused(if status < 400 { refusal.help(help) } else { refusal }))
}
