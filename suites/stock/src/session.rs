//! The platform session across all components: accepted where it has to be, refused where it must not be.

use smokestack::Component;
use smokestack::prelude::*;

use crate::record::{self, Record};

/// The suite. A case is planned only where the platform file gives what it needs.
pub fn suite() -> Suite {
    Suite::new("session")
        .case(case!(page).each_component_with(Component::has_pages).probe(Probe::Page).tag("critical"))
        .case(case!(form).each_component_with(|component| component.form_page().is_some()).probe(Probe::Form))
        .case(case!(write).each_component_with(Component::can_write).probe(Probe::Write).mutates())
        .case(case!(api).each_component_with(|component| component.api().is_some()).probe(Probe::Api))
        .case(
            case!(api_write).each_component_with(Component::can_write_json).probe(Probe::ApiWrite).mutates(),
        )
        .case(case!(again).each_component().probe(Probe::Again))
        .case(case!(instances).each_component_with(has_several).probe(Probe::Instances))
        .case(case!(idle).each_component().given(|given| given.idle().is_some()).probe(Probe::Idle))
        .case(case!(kept).each_component_with(|component| !component.is_issuer()).probe(Probe::Kept))
        .case(
            case!(accounts)
                .each_component_with(Component::has_pages)
                .given(|given| given.two_accounts())
                .probe(Probe::Accounts),
        )
        .case(case!(logout).each_component().probe(Probe::Logout))
        .case(case!(without).each_component().probe(Probe::Without))
        .case(case!(foreign).each_component().given(|given| given.foreign().is_some()).probe(Probe::Foreign))
        .case(case!(contract).each_component().given(|given| given.cookies()))
}

fn has_several(component: &Component) -> bool {
    component.instances().is_some_and(|instances| instances > 1)
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
    page.form_of(&component)?;
    cx.done()
}

/// The form is accepted, what was written is there, and it is taken away again. What scripts do to other fields is not done.
async fn write(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let component = cx.component()?;
    session.get(component.landing()).await?.signed_in_or_blocked_by("page")?;
    let page = session.get(component.form_page().unwrap_or_default()).await?;
    page.signed_in();
    let record = Record::of(&cx, &session)?;
    let form = page.form_of(&component)?.scripted();
    let saved = form.fill(component.form_field().unwrap_or_default(), record.text()).submit().await?;
    let is_saved = saved.accepted_as_sent().is_met();
    saved.text().contains(record.text());
    record.take_away(&cx, &saved, is_saved).await
}

/// The JSON API accepts the session.
async fn api(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let answer = session.get(cx.component()?.api().unwrap_or_default()).await?;
    answer.signed_in();
    answer.json("").is_present();
    cx.done()
}

/// The JSON API accepts a write, what was written is there, and it is taken away again.
async fn api_write(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let component = cx.component()?;
    let (entry, told_by) = component.api().map_or_else(|| (component.entry(), "page"), |api| (api, "api"));
    session.get(entry).await?.signed_in_or_blocked_by(told_by)?;
    let written = session.write(&component, &record::made_up(&cx)).await?;
    written.accepted();
    let seen = written.is_there().await;
    // Whatever was seen of it, nothing of it stays.
    written.undo().await?;
    seen
}

/// It is accepted on a connection of its own, which another instance may answer.
async fn again(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let entry = cx.component()?.entry();
    for _ in 0..2 {
        session.on_fresh_connections().get(&entry).await?.signed_in();
    }
    cx.done()
}

/// Every instance accepts it, and all show one release.
async fn instances(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let sample = session.sample(&cx.component()?).await?;
    sample.stays();
    sample.saw_all();
    sample.one_release();
    sample.signed_in_or_blocked_by("page")?;
    cx.done()
}

/// It is accepted after a pause in which nobody used it.
async fn idle(cx: Cx) -> Checked {
    let account = cx.account()?;
    let entry = cx.component()?.entry();
    cx.session(&account).await?.get(&entry).await?.signed_in_or_blocked_by("page")?;
    cx.idle_session(&account).await?.get(&entry).await?.signed_in();
    cx.done()
}

/// The issuer still accepts it after a visit to the component, to each of its instances.
async fn kept(cx: Cx) -> Checked {
    let session = cx.own_session(&cx.account()?).await?;
    let trip = session.there_and_back(&cx.component()?, &cx.issuer()?).await?;
    trip.kept();
    trip.signed_in_or_blocked_by("page")?;
    cx.done()
}

/// Two accounts in turn each see their own page.
async fn accounts(cx: Cx) -> Checked {
    let [first, second] = cx.two_accounts()?;
    let (one, other) = (cx.session(&first).await?, cx.session(&second).await?);
    let entry = cx.component()?.entry();
    let page = one.get(&entry).await?;
    page.signed_in_or_blocked_by("page")?;
    page.signed_in_as(&first);
    other.get(&entry).await?.signed_in_as(&second);
    one.get(&entry).await?.signed_in_as(&first);
    cx.done()
}

/// After logout the component refuses the session that it accepted before.
async fn logout(cx: Cx) -> Checked {
    if !cx.can_log_out() {
        return cx.skip("credentials go with every request: there is no session to end");
    }
    let session = cx.own_session(&cx.account()?).await?;
    let entry = cx.component()?.entry();
    let page = session.get(&entry).await?;
    page.signed_in_or_blocked_by("page")?;
    let somebody_else = session.fork(); // still has the cookie after the browser has dropped it
    session.log_out(&page).await?.status().is_success();
    session.get(&entry).await?.refused();
    somebody_else.get(&entry).await?.refused();
    cx.done()
}

/// A visitor who never signed in is refused, on the page and on the API.
async fn without(cx: Cx) -> Checked {
    let component = cx.component()?;
    let visitor = cx.anonymous();
    if component.has_pages() {
        visitor.get(component.landing()).await?.refused();
    }
    if let Some(api) = component.api() {
        visitor.get(api).await?.refused();
    }
    cx.done()
}

/// Another target's session is refused, on the page and on the API.
async fn foreign(cx: Cx) -> Checked {
    let component = cx.component()?;
    let session = cx.foreign_session(&cx.account()?).await?;
    if component.has_pages() {
        session.fork().get(component.landing()).await?.refused();
    }
    if let Some(api) = component.api() {
        session.fork().get(api).await?.refused();
    }
    cx.done()
}

/// The session's cookies are kept by browsers and as agreed: as the login sets them, as the component is sent them, and
/// only for whoever signs in.
async fn contract(cx: Cx) -> Checked {
    let (account, component) = (cx.account()?, cx.component()?);
    cx.anonymous().get(component.entry()).await?.cookies_as_agreed();
    let session = match component.is_issuer() {
        true => cx.contract_session(&account).await?,
        false => cx.session(&account).await?,
    };
    session.get(component.entry()).await?.cookies_as_agreed();
    cx.done()
}
