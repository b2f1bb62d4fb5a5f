//! Two instances of which one is broken, asked in any order: whichever answers which request, it is the one that is named.
//!
//! A small platform answers the requests of the stock cases, and the cases write down what the suites write down.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{CaseNotes, Class, CookieAction, CookieNote, Ending, Event, Exchange, Held, Outcome};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Broken {
    /// The second instance keeps sessions in its own memory.
    LocalSessions,
    /// The second instance runs the release before, which knows another cookie.
    StaleInstance,
    /// The second instance runs ahead and rewrites every session that it sees.
    NewFormat,
    /// A session belongs to the instance that saw it first, and nobody is kept there.
    NotSticky,
}

/// Whoever answers, and what becomes of sessions.
struct Platform {
    broken: Broken,
    /// Which instance of `work-orders` answers the next request.
    order: Box<dyn Iterator<Item = u8>>,
    spoiled: BTreeSet<u8>,
    bound: BTreeMap<u8, u8>,
}

impl Platform {
    /// The answer of a component to somebody with this session, or with none.
    fn hop(&mut self, component: &str, session: Option<u8>) -> (Hop, bool) {
        let instance = if component == "work-orders" { self.order.next().unwrap() } else { 1 };
        let second = component == "work-orders" && instance == 2;
        let accepts = session.is_some_and(|session| match self.broken {
            Broken::LocalSessions | Broken::StaleInstance => !second,
            Broken::NewFormat if second => {
                self.spoiled.insert(session);
                true
            }
            Broken::NewFormat => !self.spoiled.contains(&session),
            Broken::NotSticky => {
                component != "work-orders" || *self.bound.entry(session).or_insert(instance) == instance
            }
        });
        let release = match self.broken {
            Broken::StaleInstance if second => "2023.7",
            Broken::NewFormat if second => "2023.9",
            _ => "2023.8",
        };
        let mut hop = hop(component, 200);
        hop.instance = Some(format!("{component}-{instance}"));
        hop.release = Some(release.into());
        if session.is_none() {
            hop.cookies.clear();
        }
        (hop, accepts)
    }
}

/// Somebody with the cookie of a session, until an answer deletes it.
#[derive(Clone)]
struct Visitor {
    session: Option<u8>,
}

/// A case while it runs.
struct Running<'p> {
    platform: &'p mut Platform,
    notes: CaseNotes,
    component: &'static str,
}

impl Running<'_> {
    /// A page, and whether it was that of somebody signed in; its index among the exchanges.
    fn get(&mut self, visitor: &mut Visitor, component: &str) -> (usize, bool) {
        let (hop, accepts) = self.platform.hop(component, visitor.session);
        self.ended(visitor, Vec::new(), hop, accepts)
    }

    /// A form; whoever takes it sends the visitor on to a page.
    fn post(&mut self, visitor: &mut Visitor) -> (usize, bool) {
        let (mut taken, accepts) = self.platform.hop(self.component, visitor.session);
        taken.method = "POST".into();
        if !accepts {
            return self.ended(visitor, Vec::new(), taken, false);
        }
        (taken.status, taken.location) = (Some(303), Some("/records/7".into()));
        let (hop, accepts) = self.platform.hop(self.component, visitor.session);
        self.ended(visitor, vec![taken], hop, accepts)
    }

    fn ended(
        &mut self,
        visitor: &mut Visitor,
        mut hops: Vec<Hop>,
        mut hop: Hop,
        accepts: bool,
    ) -> (usize, bool) {
        let login = Hop { login: true, ..super::hop("portal", 200) };
        if accepts {
            hops.push(hop);
        } else {
            if visitor.session.take().is_some() {
                hop.cookies.push(CookieNote::new(COOKIE, CookieAction::Deleted, "the answer ends it"));
            }
            hops.extend([Hop { status: Some(302), location: Some("/login".into()), ..hop }, login]);
        }
        let component = hops[0].component.clone();
        self.notes.exchanges.push(Exchange { component, hops, took: Duration::ZERO });
        self.notes.checks += 1;
        (self.notes.exchanges.len() - 1, accepts)
    }

    fn fails(&mut self, class: Class, what: &str, index: usize) {
        self.notes.failed.push(check(class, what, "something else").about(index));
    }

    /// `signed_in`: soft.
    fn signed_in(&mut self, (index, accepts): (usize, bool)) {
        if !accepts {
            self.fails(Class::SessionLost, "signed in", index);
        }
    }

    /// `signed_in_or_blocked_by("page")`: whether the case goes on.
    fn or_blocked(&mut self, (index, accepts): (usize, bool)) -> bool {
        if !accepts {
            let case = format!("session::{}::page", self.component);
            let check = check(Class::SessionLost, "signed in", "something else").about(index);
            self.notes.held = Some(Held { case, check });
        }
        accepts
    }

    fn form(&mut self, visitor: &mut Visitor) {
        let page = self.get(visitor, self.component);
        self.signed_in(page);
        if !page.1 {
            self.fails(Class::Value, "form `form#new-record`", page.0);
        }
    }

    fn instances(&mut self, visitor: &Visitor) {
        let mut answers: BTreeMap<u8, Vec<(usize, bool)>> = BTreeMap::new();
        let sticky = self.platform.broken == Broken::NotSticky;
        let mut staying = visitor.clone();
        for asked in 0..20 {
            let mut fork = visitor.clone();
            let answer = self.get(if sticky { &mut staying } else { &mut fork }, self.component);
            let hop = &self.notes.exchanges[answer.0].hops[0];
            let number = if hop.instance.as_deref().unwrap().ends_with('2') { 2 } else { 1 };
            let Fact::Sampled { component, instance, release, accepted, url, .. } =
                sampled(self.component, number, hop.release.as_deref().unwrap(), answer.1)
            else {
                unreachable!()
            };
            let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
            let cookies = sent.map(|note| note.name.clone()).collect();
            let fact = Fact::Sampled { component, instance, release, accepted, cookies, url };
            self.notes.facts.push(fact);
            answers.entry(number).or_default().push(answer);
            if (sticky && asked == 1) || (!sticky && answers.len() == 2) {
                break;
            }
        }
        if sticky {
            self.fails(Class::Contract, "affinity cookie `edge_affinity`", 0);
        } else if self.platform.broken != Broken::LocalSessions {
            self.fails(Class::Release, "release of work-orders", 0);
        }
        for lost in answers.values().filter_map(|of| of.iter().find(|(_, accepts)| !accepts)) {
            self.signed_in(*lost);
        }
    }

    fn kept(&mut self, visitor: &mut Visitor) {
        let mut seen = BTreeSet::new();
        let most = if self.platform.broken == Broken::NotSticky { 1 } else { 20 };
        for _ in 0..most {
            let there = self.get(visitor, self.component);
            seen.insert(self.notes.exchanges[there.0].hops[0].instance.clone());
            if !self.or_blocked(there) {
                return;
            }
            let (index, accepts) = self.get(visitor, "portal");
            if !accepts {
                return self.fails(Class::SessionDestroyed, "signed in after a visit", index);
            }
            if seen.len() == 2 || self.component != "work-orders" {
                return;
            }
        }
    }

    fn run(&mut self, probe: Probe, visitor: &mut Visitor) {
        let own = &mut visitor.clone();
        match probe {
            Probe::Form | Probe::Write | Probe::Idle | Probe::Accounts | Probe::Logout => {
                let page = self.get(own, self.component);
                if !self.or_blocked(page) {
                    return;
                }
            }
            _ => {}
        }
        match probe {
            Probe::Form => self.form(own),
            Probe::Write => {
                self.form(own);
                if self.notes.failed.is_empty() {
                    let saved = self.post(own);
                    self.signed_in(saved);
                }
            }
            Probe::Again => {
                for _ in 0..2 {
                    let page = self.get(&mut visitor.clone(), self.component);
                    self.signed_in(page);
                }
            }
            Probe::Accounts => {
                let other = self.get(&mut Visitor { session: Some(100) }, self.component);
                self.signed_in(other);
                let page = self.get(own, self.component);
                self.signed_in(page);
            }
            Probe::Instances => self.instances(visitor),
            Probe::Kept => self.kept(own),
            Probe::Idle => {
                let page = self.get(&mut Visitor { session: Some(101) }, self.component);
                self.signed_in(page);
            }
            Probe::Logout => {}
            _ => {
                let page = self.get(own, self.component);
                self.signed_in(page);
            }
        }
    }
}

/// The stock cases of a platform of four components.
fn plan() -> Vec<(&'static str, Probe)> {
    use Probe::{Accounts, Again, Api, Form, Idle, Instances, Kept, Logout, Page, Write};
    let mut plan = Vec::new();
    for component in ["portal", "work-orders", "invoices", "assets"] {
        plan.extend([Page, Form, Write, Api, Again, Idle, Accounts, Logout].map(|probe| (component, probe)));
        if component != "portal" {
            plan.push((component, Kept));
        }
        if component == "work-orders" {
            plan.push((component, Instances));
        }
    }
    plan
}

/// The record of a run in which the cases end in this order and instances answer in that.
fn run(broken: Broken, plan: &[(&'static str, Probe)], answering: Vec<u8>) -> Record {
    let order = Box::new(answering.into_iter().cycle());
    let mut platform = Platform { broken, order, spoiled: BTreeSet::new(), bound: BTreeMap::new() };
    let mut cases = Vec::new();
    for (index, (component, probe)) in plan.iter().enumerate() {
        // Who signs in for itself has a session of its own.
        let own = matches!(probe, Probe::Kept | Probe::Logout).then(|| u8::try_from(index + 1).unwrap());
        let mut visitor = Visitor { session: own.or(Some(0)) };
        let mut running = Running { platform: &mut platform, notes: CaseNotes::default(), component };
        running.run(*probe, &mut visitor);
        let notes = running.notes;
        let by = notes.held.as_ref().map(|held| format!("`{}`", held.case));
        cases.push(case(component, *probe, notes, by.map_or(Ending::Done, |by| Ending::Blocked { by })));
    }
    let mut record = record(cases);
    record.hear(&Event::CasesFinished);
    record.evidence.push(signed_in(None));
    record.evidence.push(settings("portal", [("session.store", STORE), ("session.ttl", "1800")]));
    for number in [1, 2] {
        let local = broken == Broken::LocalSessions && number == 2;
        let store = if local { "memory://work-orders-2" } else { STORE };
        let values = [("session.store", store), ("session.ttl", "1800")];
        let Fact::Settings { component, source, values, .. } = settings("work-orders", values) else {
            unreachable!()
        };
        let instance = Some(format!("work-orders-{number}"));
        record.evidence.push(Fact::Settings { component, instance, source, values });
    }
    record
}

/// Whom a record's findings blame, and why.
fn blamed(record: &Record) -> Vec<(String, String)> {
    diagnose(record).into_iter().map(|finding| (finding.blamed(), finding.cause)).collect()
}

fn is_red(record: &Record) -> bool {
    record.cases.iter().any(|case| matches!(case.outcome, Outcome::Failed { .. }))
}

fn order() -> impl Strategy<Value = Vec<u8>> {
    let any = prop::collection::vec(1..=2_u8, 2..80);
    // In turn, as a front does it that nobody else asks; or as other cases leave it.
    prop_oneof![Just(vec![1, 2]), Just(vec![2, 1]), any]
        .prop_filter("one never answers", |order| [1, 2].iter().all(|number| order.contains(number)))
}

fn shuffled() -> impl Strategy<Value = Vec<(&'static str, Probe)>> {
    Just(plan()).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..Default::default() })]

    #[test]
    fn an_instance_with_sessions_of_its_own_is_named_in_every_order(plan in shuffled(), order in order()) {
        let record = run(Broken::LocalSessions, &plan, order);
        prop_assume!(is_red(&record));
        let cause = "its instances disagree: it keeps sessions in another store than the component that issues them";
        prop_assert_eq!(blamed(&record), [("work-orders (work-orders-2)".to_owned(), cause.to_owned())]);
    }

    #[test]
    fn an_instance_of_an_old_release_is_named_in_every_order(plan in shuffled(), order in order()) {
        let record = run(Broken::StaleInstance, &plan, order);
        let cause = "its instances disagree: work-orders-2 runs release 2023.7, the others 2023.8";
        prop_assert_eq!(blamed(&record), [("work-orders (work-orders-2)".to_owned(), cause.to_owned())]);
    }

    #[test]
    fn an_instance_with_a_format_of_its_own_is_named_in_every_order(
        plan in shuffled(),
        order in order(),
        again in any::<bool>(),
    ) {
        let mut record = run(Broken::NewFormat, &plan, order);
        if again {
            record.cases.push(told_again("portal"));
        }
        let cause = "its instances disagree: work-orders-2 runs release 2023.9, the others 2023.8";
        prop_assert_eq!(blamed(&record), [("work-orders (work-orders-2)".to_owned(), cause.to_owned())]);
    }

    #[test]
    fn an_edge_that_keeps_nobody_is_named_in_every_order(plan in shuffled(), order in order()) {
        let record = run(Broken::NotSticky, &plan, order);
        let names: Vec<_> = blamed(&record).into_iter().map(|(blamed, _)| blamed).collect();
        prop_assert_eq!(names, ["edge"]);
    }
}
