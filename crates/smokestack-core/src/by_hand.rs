//! Records written by hand, for tests: a platform of four components, `portal` issues the session.

use std::time::Duration;

use crate::{
    Attempt, Blame, CaseNotes, CaseRecord, Cell, Class, ComponentInfo, CookieAction, CookieNote, Ending,
    Exchange, Fact, FailedCheck, Hop, NoAnswer, Outcome, Place, Probe, Record, RunInfo, SessionCookie, Stage,
};

pub(crate) const COOKIE: &str = "platform_session";

/// When the run began, and every case.
pub(crate) const STARTED: i64 = 1_691_488_800_000;

/// The record of these cases, which ended in this order.
pub(crate) fn record(cases: impl IntoIterator<Item = CaseRecord>) -> Record {
    let component = |name: &str| ComponentInfo { name: name.into(), issuer: name == "portal" };
    let components = ["portal", "work-orders", "invoices", "assets"].map(component).to_vec();
    let run = RunInfo {
        platform: "acme".into(),
        target: "prod".into(),
        components,
        started_unix_ms: STARTED,
        ..RunInfo::default()
    };
    Record { run, cases: cases.into_iter().collect(), ..Record::default() }
}

/// A case with these notes.
pub(crate) fn case(component: &str, probe: Probe, notes: CaseNotes, ending: Ending) -> CaseRecord {
    let took = Duration::from_millis(12);
    CaseRecord {
        full_name: format!("session::{component}::{}", probe.word()),
        suite: "session".into(),
        component: Some(component.into()),
        name: probe.word().into(),
        place: Place { file: "suites/src/session.rs".into(), line: 9, column: 5 },
        tags: vec!["critical".into()],
        cell: Some(Cell { component: component.into(), probe }),
        started_unix_ms: STARTED,
        took,
        outcome: Outcome::of(ending, Attempt::of(&notes, took), Vec::new()),
        notes,
    }
}

/// The component accepts the session.
pub(crate) fn accepted(component: &str, probe: Probe) -> CaseRecord {
    let notes =
        CaseNotes { checks: 1, exchanges: vec![exchange(vec![hop(component, 200)])], ..CaseNotes::default() };
    case(component, probe, notes, Ending::Done)
}

/// The component leads to the login page.
pub(crate) fn refused(component: &str, probe: Probe) -> CaseRecord {
    let away = Hop { location: Some("/login".into()), ..hop(component, 302) };
    let login = Hop { url: "https://portal.test/login".into(), login: true, ..hop("portal", 200) };
    failed(component, probe, Class::SessionLost, vec![away, login])
}

/// The session cookie does not go out to the component.
pub(crate) fn withheld(component: &str, probe: Probe) -> CaseRecord {
    let mut case = refused(component, probe);
    let why = format!("Domain `portal.test` does not cover `{component}.test`");
    case.notes.exchanges[0].hops[0].cookies = vec![CookieNote::new(COOKIE, CookieAction::Withheld, why)];
    case
}

/// The component lets somebody in whom it has to refuse.
pub(crate) fn let_in(component: &str, probe: Probe) -> CaseRecord {
    failed(component, probe, Class::SessionNotRefused, vec![hop(component, 200)])
}

/// After a visit to the component the issuer does not know the session.
pub(crate) fn ended(component: &str) -> CaseRecord {
    failed(component, Probe::Kept, Class::SessionDestroyed, vec![hop(component, 200)])
}

/// The component answers, and not as it should.
pub(crate) fn wrong(component: &str, probe: Probe) -> CaseRecord {
    failed(component, probe, Class::Value, vec![hop(component, 200)])
}

/// The component gives no answer.
pub(crate) fn silent(component: &str, probe: Probe, stage: Stage) -> CaseRecord {
    let cause = match stage {
        Stage::Connect => "connection refused",
        _ => "nothing came",
    };
    let no_answer = NoAnswer { stage, address: format!("{component}.test:443"), cause: cause.into() };
    let silent = Hop { status: None, cookies: Vec::new(), no_answer: Some(no_answer), ..hop(component, 200) };
    failed(component, probe, Class::NoAnswer, vec![silent])
}

/// The harness could not do its part.
pub(crate) fn hindered(component: &str, probe: Probe) -> CaseRecord {
    failed(component, probe, Class::Harness, Vec::new())
}

pub(crate) fn blocked(component: &str, probe: Probe) -> CaseRecord {
    let by = "the login as `dispatcher`, see `login::dispatcher`".into();
    case(component, probe, CaseNotes::default(), Ending::Blocked { by })
}

pub(crate) fn skipped(component: &str, probe: Probe) -> CaseRecord {
    case(component, probe, CaseNotes::default(), Ending::Skipped { why: "ignored".into() })
}

/// The same case after earlier attempts.
pub(crate) fn after(earlier: Vec<Attempt>, case: CaseRecord) -> CaseRecord {
    let last = case.outcome.reason().cloned();
    CaseRecord { outcome: Outcome::of(Ending::Done, last, earlier), ..case }
}

/// An attempt that failed for these reasons.
pub(crate) fn attempt(blames: &[Blame]) -> Attempt {
    let failed = blames.iter().map(|blame| FailedCheck::new(*blame, Class::Value, "a check")).collect();
    Attempt::of(&CaseNotes { failed, ..CaseNotes::default() }, Duration::from_millis(5)).unwrap()
}

/// The session cookie goes out with the request.
pub(crate) fn hop(component: &str, status: u16) -> Hop {
    Hop {
        method: "GET".into(),
        url: format!("https://{component}.test/"),
        component: Some(component.into()),
        status: Some(status),
        location: None,
        instance: Some(format!("{component}-1")),
        release: Some("2023.8".into()),
        login: false,
        cookies: vec![CookieNote::new(COOKIE, CookieAction::Sent, "Domain, Path match")],
        took: Duration::from_micros(10_250),
        timing: Default::default(),
        no_answer: None,
    }
}

pub(crate) fn signed_in(domain: Option<&str>) -> Fact {
    let cookie = SessionCookie {
        name: COOKIE.into(),
        domain: domain.map(Into::into),
        path: "/".into(),
        secure: true,
        http_only: true,
        same_site: Some("Lax".into()),
        lifetime: None,
        size: 103,
        shape: "43 of A-Za-z0-9_-".into(),
        set_by: "POST /login (303)".into(),
    };
    signed_in_with(vec![cookie])
}

/// The login set these cookies.
pub(crate) fn signed_in_with(cookies: Vec<SessionCookie>) -> Fact {
    Fact::SignedIn {
        account: "dispatcher".into(),
        way: "form".into(),
        cookies,
        anonymous: Vec::new(),
        renewed: None,
        refused: Vec::new(),
        took_ms: 12.5,
    }
}

pub(crate) fn settings<const N: usize>(component: &str, values: [(&str, &str); N]) -> Fact {
    Fact::Settings {
        component: component.into(),
        instance: None,
        source: format!("https://{component}.test/settings"),
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    }
}

pub(crate) fn unreadable(component: &str) -> Fact {
    Fact::SettingsUnreadable {
        component: component.into(),
        source: format!("https://{component}.test/settings"),
        why: "status 404".into(),
    }
}

pub(crate) fn health(component: &str, status: Option<u16>) -> Fact {
    Fact::Health { component: component.into(), url: format!("https://{component}.test/healthz"), status }
}

/// One request of a component's instance, on a connection of its own.
pub(crate) fn sampled(component: &str, number: u8, release: &str, accepted: bool) -> Fact {
    Fact::Sampled {
        component: component.into(),
        instance: Some(format!("{component}-{number}")),
        release: Some(release.into()),
        accepted,
        cookies: vec![COOKIE.into()],
        url: format!("https://{component}.test/"),
    }
}

/// What the edge and an origin said to the same session.
pub(crate) fn compared(component: &str, edge_accepts: bool, origin_accepts: bool) -> Fact {
    Fact::Compared {
        component: component.into(),
        through: format!("https://{component}.test/"),
        edge_accepts,
        origin: "http://10.0.0.8:9001".into(),
        origin_accepts,
        instance: Some(format!("{component}-1")),
    }
}

/// A failed check that blames the platform.
pub(crate) fn check(class: Class, what: &str, found: &str) -> FailedCheck {
    FailedCheck { found: Some(found.into()), ..FailedCheck::new(Blame::Wrong, class, what) }
}

/// A case that failed by this check about an exchange of these hops.
pub(crate) fn failed_by(component: &str, probe: Probe, check: FailedCheck, hops: Vec<Hop>) -> CaseRecord {
    let exchanges = if hops.is_empty() { Vec::new() } else { vec![exchange(hops)] };
    let check = FailedCheck { exchange: (!exchanges.is_empty()).then_some(0), ..check };
    case(
        component,
        probe,
        CaseNotes { checks: 1, failed: vec![check], exchanges, ..CaseNotes::default() },
        Ending::Done,
    )
}

/// The login came to nothing: the form was posted, and these hops answered.
pub(crate) fn login_failed(found: &str, notes: &[&str], hops: Vec<Hop>) -> CaseRecord {
    let mut check = check(Class::Login, "login as `dispatcher` fails", found);
    check.notes = notes.iter().map(|note| (*note).to_owned()).collect();
    let case = failed_by("portal", Probe::Page, check, hops);
    CaseRecord { full_name: "login::dispatcher".into(), cell: None, component: None, ..case }
}

/// The answer to the posted login form.
pub(crate) fn posted(status: u16, cookies: Vec<CookieNote>) -> Hop {
    let location = (300..400).contains(&status).then(|| "/home".to_owned());
    let url = "https://portal.test/login".to_owned();
    Hop { method: "POST".into(), url, location, cookies, ..hop("portal", status) }
}

fn exchange(hops: Vec<Hop>) -> Exchange {
    let component = hops.first().and_then(|hop| hop.component.clone());
    Exchange { component, hops, took: Duration::from_micros(20_500) }
}

fn failed(component: &str, probe: Probe, class: Class, hops: Vec<Hop>) -> CaseRecord {
    let (blame, what, found) = match class {
        Class::SessionLost => (Blame::Wrong, "signed in at", "status 302 to /login"),
        Class::SessionDestroyed => (Blame::Wrong, "the session after a visit to", "portal refuses it"),
        Class::Identity => (Blame::Wrong, "whose page it is at", "that of `bob`"),
        Class::Release => (Blame::Wrong, "the release shown at", "another one"),
        Class::SessionNotRefused => (Blame::Wrong, "refused at", "status 200: it let the visitor in"),
        Class::NoAnswer => (Blame::Silent, "an answer from", "none"),
        Class::Harness => (Blame::Harness, "credentials of `dispatcher` for", "`PASSWORD` is not set"),
        _ => (Blame::Wrong, "title of", "\"Untitled\""),
    };
    let mut check = FailedCheck::new(blame, class, format!("{what} https://{component}.test/"));
    check.found = Some(found.into());
    failed_by(component, probe, check, hops)
}
