//! The platform is the provider's client: the visitor goes where it is sent, fills the provider's form and comes back.
//! What passes by in addresses is checked.

use smokestack_core::{Blame, Class, FailedCheck};

use super::redirect::{Question, callback_trouble};
use crate::Checked;
use crate::login::Visitor;
use crate::login::form::{landing, walk};
use crate::login::refusal::{self, Refusal};
use crate::page::Page;
use crate::platform::login::{Expected, OidcLogin};

pub(super) async fn log_in(login: &OidcLogin, visitor: &Visitor) -> Checked {
    let address = visitor.scope.run.platform.login.page.clone();
    visitor.step(format!("the way from {address} to the provider"));
    let page = visitor.get(&address).await?;
    let judge = |page: &Page| judged(login, visitor, page);
    if let Some(refusal) = judge(&page).or_else(|| refusal::plain(&page, "it")) {
        return Err(visitor.refused(refusal));
    }
    let landed = walk(visitor, page, &login.steps, &judge).await?;
    let Some(question) = Question::among(&visitor.hops()) else {
        let found = format!("nobody was asked at the provider {}", login.issuer);
        return Err(visitor.refused(Refusal::new(found).help("`provider` in `[login]` names its issuer")));
    };
    visitor.step("the way back from the provider");
    landing(visitor, &landed, login.steps.last())?;
    protection(login, visitor, &question);
    Ok(())
}

/// What is wrong with the answer that the visitor has brought back, if it has.
fn judged(login: &OidcLogin, visitor: &Visitor, page: &Page) -> Option<Refusal> {
    let question = Question::among(&visitor.hops())?;
    let reply = question.reply_among(&page.exchange().hops, &visitor.seen().sent_by_pages)?;
    visitor.step("the provider's answer");
    let trouble = reply.trouble(&question, &login.issuer);
    trouble.or_else(|| callback_trouble(page, &question, visitor.cookie_notes()))
}

/// What protects the request. A login without it works, and fails all the same.
fn protection(login: &OidcLogin, visitor: &Visitor, question: &Question) {
    let failed = |expected: &str, found: String| {
        let what = format!("request of the login as `{}` to the provider", visitor.account());
        let check = FailedCheck::new(Blame::Wrong, Class::Login, what).expected_found(expected, found);
        let help = "`expects` in `[login]` of the platform file says what the platform's requests have";
        visitor.failed(check.help(help));
    };
    for expected in &login.expects {
        match expected {
            Expected::State if question.has("state").is_none() => failed("a `state`", "none".to_owned()),
            Expected::Nonce if question.has("nonce").is_none() => failed("a `nonce`", "none".to_owned()),
            Expected::Pkce => match (question.has("code_challenge"), question.has("code_challenge_method")) {
                (Some(_), Some(method)) if method == "S256" => {}
                (Some(_), method) => {
                    let method = method.unwrap_or_else(|| "plain".to_owned());
                    failed("PKCE with `S256`", format!("PKCE with `{method}`"));
                }
                (None, _) => failed("PKCE with `S256`", "no PKCE".to_owned()),
            },
            _ => {}
        }
    }
    if let Some(at) = question.redirect_uri().filter(|at| !visitor.scope.run.is_own(at)) {
        failed("an answer at an address of the target", format!("{at}"));
    }
}
