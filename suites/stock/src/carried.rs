//! What people had open when the deploy came: their sessions and their forms. Runs with `--carried FILE`.

use smokestack::Component;
use smokestack::prelude::*;

use crate::record::Record;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("carried")
        .case(case!(session).each_component().probe(Probe::Carried).carried().tag("critical"))
        .case(
            case!(form)
                .each_component_with(|component| component.can_write())
                .probe(Probe::Carried)
                .carried()
                .mutates(),
        )
        .case(case!(login).each_component_with(Component::is_issuer).probe(Probe::Carried).carried())
        .case(case!(visitor).each_component_with(Component::is_issuer).probe(Probe::Carried).carried())
}

/// A session from before the deploy is accepted, on the page and on the API.
async fn session(cx: Cx) -> Checked {
    let session = cx.carried_session(&cx.account()?)?;
    let component = cx.component()?;
    if let Some(api) = component.api() {
        session.fork().get(api).await?.signed_in_or_relogin();
    }
    session.get(component.landing()).await?.signed_in_or_relogin();
    cx.done()
}

/// A form that was loaded before the deploy is accepted after it.
async fn form(cx: Cx) -> Checked {
    let account = cx.account()?;
    let session = cx.carried_session(&account)?;
    let component = cx.component()?;
    let Some(form) = cx.carried_form(&session, &account)? else {
        return cx.skip("the carried file has no form of this component");
    };
    let record = Record::of(&cx, &session)?;
    let saved = form.fill(component.form_field().unwrap_or_default(), record.text()).submit().await?;
    let is_saved = saved.accepted_as_sent_or_relogin().is_met() && saved.is_signed_in();
    if is_saved {
        saved.text().contains(record.text());
        return record.take_away(&cx, &saved, is_saved).await;
    }
    record.was_refused(&saved);
    cx.done()
}

/// Whoever was signed in can sign in again, the old cookies still there, and has no two cookies of one name after it.
async fn login(cx: Cx) -> Checked {
    if !cx.can_log_out() {
        return cx.skip("credentials go with every request: nobody signs in again");
    }
    let Some(session) = cx.signed_in_again().await? else {
        return cx.skip("the carried file has no session to be signed in anew");
    };
    session.get(cx.component()?.entry()).await?.signed_in();
    session.no_cookie_twice();
    cx.done()
}

/// So can whoever only looked around.
async fn visitor(cx: Cx) -> Checked {
    if !cx.can_log_out() {
        return cx.skip("credentials go with every request: nobody signs in");
    }
    let session = cx.signed_in_visitor(&cx.account()?).await?;
    session.get(cx.component()?.entry()).await?.signed_in();
    session.no_cookie_twice();
    cx.done()
}
