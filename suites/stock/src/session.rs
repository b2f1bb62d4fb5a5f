//! The platform session across all components: accepted where it has to be, refused where it must not be.

use smokestack::fake::faker::lorem::en::Words;
use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("session")
        .case(case!(page).each_component().probe(Probe::Page).tag("critical"))
        .case(case!(form).each_component_with(|component| component.form_page().is_some()).probe(Probe::Form))
        .case(
            case!(write).each_component_with(|component| component.can_write()).probe(Probe::Write).mutates(),
        )
        .case(case!(api).each_component_with(|component| component.api().is_some()).probe(Probe::Api))
        .case(case!(again).each_component().probe(Probe::Again))
        .case(case!(logout).each_component().probe(Probe::Logout))
        .case(case!(without).each_component().probe(Probe::Without))
}

/// The landing page knows who is signed in, and is a page.
async fn page(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let page = session.get(cx.component()?.landing()).await?;
    page.signed_in();
    page.status().is(200);
    page.title().is_present();
    page.find("h1").text().is_present();
    cx.done()
}

/// The page with a form knows it too, and has the form.
async fn form(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let component = cx.component()?;
    session.get(component.landing()).await?.signed_in_or_blocked_by("page")?;
    let page = session.get(component.form_page().unwrap_or_default()).await?;
    page.signed_in();
    page.status().is(200);
    page.form(component.form_selector().unwrap_or("form"))?;
    cx.done()
}

/// The form is accepted, what was written is there, and it is taken away again.
async fn write(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let component = cx.component()?;
    session.get(component.landing()).await?.signed_in_or_blocked_by("page")?;
    let words: Vec<String> = cx.fake(Words(4..6));
    let text = format!("smoke test {}", words.join(" "));
    let page = session.get(component.form_page().unwrap_or_default()).await?;
    page.signed_in();
    let form = page.form(component.form_selector().unwrap_or("form"))?;
    let saved = form.fill(component.form_field().unwrap_or_default(), &text).submit().await?;
    saved.status().is_success();
    saved.signed_in();
    saved.text().contains(&text);
    if let Some(undo) = component.undo_selector() {
        saved.form(undo)?.submit().await?.status().is_success();
    }
    cx.done()
}

/// The JSON API accepts the session.
async fn api(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let answer = session.get(cx.component()?.api().unwrap_or_default()).await?;
    answer.signed_in();
    answer.json("").is_present();
    cx.done()
}

/// It is accepted on a connection of its own, which another instance may answer.
async fn again(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let landing = cx.component()?.landing();
    for _ in 0..2 {
        session.on_fresh_connections().get(&landing).await?.signed_in();
    }
    cx.done()
}

/// After logout the component refuses the session that it accepted before.
async fn logout(cx: Cx) -> Checked {
    if !cx.can_log_out() {
        return cx.skip("credentials go with every request: there is no session to end");
    }
    let session = cx.own_session(&cx.account()?).await?;
    let landing = cx.component()?.landing();
    let page = session.get(&landing).await?;
    page.signed_in_or_blocked_by("page")?;
    let somebody_else = session.fork(); // still has the cookie after the browser has dropped it
    session.log_out(&page).await?.status().is_success();
    session.get(&landing).await?.refused();
    somebody_else.get(&landing).await?.refused();
    cx.done()
}

/// A visitor who never signed in is refused, on the page and on the API.
async fn without(cx: Cx) -> Checked {
    let component = cx.component()?;
    let visitor = cx.anonymous();
    visitor.get(component.landing()).await?.refused();
    if let Some(api) = component.api() {
        visitor.get(api).await?.refused();
    }
    cx.done()
}
