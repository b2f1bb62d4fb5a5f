//! What people had open when the deploy came: their sessions and their forms. Runs with `--carried FILE`.

use smokestack::fake::faker::lorem::en::Words;
use smokestack::prelude::*;

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
    let words: Vec<String> = cx.fake(Words(4..6));
    let text = format!("smoke test {}", words.join(" "));
    let saved = form.fill(component.form_field().unwrap_or_default(), &text).submit().await?;
    saved.signed_in_or_relogin();
    if saved.is_signed_in() {
        saved.status().is_success();
        saved.text().contains(&text);
        if let Some(undo) = component.undo_selector() {
            saved.form(undo)?.submit().await?.status().is_success();
        }
    }
    cx.done()
}
