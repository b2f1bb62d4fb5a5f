//! The answers of a component on fresh connections, until every instance was seen: one request proves one instance.

use std::collections::BTreeMap;

use smokestack_core::{Blame, Class, CookieAction, Fact, FailedCheck, Place};

use super::{Pending, Session};
use crate::page::{Judged, Page};
use crate::run::now;
use crate::{Checked, Component};

/// So many requests for each instance that there should be.
const PATIENCE: usize = 10;

/// What the instances of a component answered, each on connections of its own.
#[derive(Clone)]
pub struct Sample {
    component: Component,
    answers: Vec<Answer>,
    /// The edge's cookie by which a visitor stays with one instance, and whether it was there after the first answer.
    affinity: Option<(String, bool)>,
}

#[derive(Clone)]
struct Answer {
    page: Page,
    instance: Option<String>,
    /// It answered somebody who has a session, not a visitor without one.
    in_session: bool,
}

impl Session {
    /// Asks a component on fresh connections until as many instances were seen as the platform file says, or ten
    /// requests for each of them were made. Without `instances` in the platform file it asks once.
    ///
    /// Where the platform file names an `affinity` cookie, the session keeps it and stays with one instance; the
    /// others are then seen by a visitor without a session.
    ///
    /// # Errors
    ///
    /// A request got no answer; that is written down as a failure of this line.
    #[track_caller]
    pub fn sample(&self, component: &Component) -> Pending<'_, Sample> {
        let (component, place) = (component.clone(), Place::caller());
        Box::pin(async move {
            let mut sample = Sample { component, answers: Vec::new(), affinity: None };
            match self.scope.run.platform.session.affinity.clone() {
                Some(cookie) if !self.is_anonymous() => sample.stay(self, cookie, &place).await?,
                _ => sample.ask_around(self, &place).await?,
            }
            Ok(sample)
        })
    }

    /// Whether nobody has signed in with it.
    fn is_anonymous(&self) -> bool {
        let state = self.state();
        state.jar.len() == 0 && state.headers.is_empty()
    }
}

impl Sample {
    /// Checks that every instance accepts the session.
    #[track_caller]
    pub fn signed_in(&self) -> Judged {
        self.judge(Place::caller())
    }

    /// Checks as [`Sample::signed_in`] does. A component that accepts the session on no instance is another case's to
    /// tell; where the run has a case of that name for it, this one is blocked by it.
    ///
    /// # Errors
    ///
    /// No instance accepts the session.
    #[track_caller]
    pub fn signed_in_or_blocked_by(&self, case: &str) -> Checked {
        let place = Place::caller();
        let accepted = self.answers.iter().any(|answer| answer.in_session && answer.page.is_signed_in());
        match self.answers.first() {
            Some(answer) if !accepted => answer.page.signed_in_or_blocked_at(case, place),
            _ => {
                self.judge(place);
                Ok(())
            }
        }
    }

    /// Checks that as many instances were seen as the platform file says.
    #[track_caller]
    pub fn saw_all(&self) -> Judged {
        let wanted = self.component.instances().unwrap_or(1);
        let Some(last) = self.answers.last() else { return Judged::of(true) };
        let seen = self.by_instance();
        if wanted < 2 || seen.keys().flatten().count() >= wanted {
            return last.page.judge(Ok(()), Place::caller());
        }
        let name = |instance: &Option<&str>| instance.unwrap_or("one that does not say which").to_owned();
        let counts: Vec<_> = seen
            .iter()
            .map(|(instance, answers)| format!("{} answered {}", name(instance), times(answers.len())))
            .collect();
        let what = format!("instances of {}", self.component.name());
        let found = format!("{} in {} answers", seen.keys().flatten().count(), self.answers.len());
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what)
            .expected_found(format!("{wanted} different ones"), found)
            .help("an instance that gets no visitors is down or not in the load balancer; if there are fewer, `instances` says so");
        last.page.fail(FailedCheck { notes: counts, ..check }, Place::caller())
    }

    /// Checks that every answer shows one release, and the one that the run expects (`--expect-release`).
    #[track_caller]
    pub fn one_release(&self) -> Judged {
        let place = Place::caller();
        let Some(last) = self.answers.last() else { return Judged::of(true) };
        let run = &last.page.session().scope.run;
        let shown: BTreeMap<Option<&str>, Vec<&Answer>> =
            grouped(self.answers.iter().map(|answer| (answer.page.release(), answer)));
        let expected = run.expected_release.as_deref();
        let fine = match expected {
            Some(expected) => shown.keys().all(|release| *release == Some(expected)),
            None => shown.len() < 2,
        };
        if fine {
            return last.page.judge(Ok(()), place);
        }
        let on = |answers: &[&Answer]| {
            let names: Vec<_> = grouped(answers.iter().map(|answer| (answer.instance.as_deref(), ())))
                .into_keys()
                .flatten()
                .map(str::to_owned)
                .collect();
            if names.is_empty() { String::new() } else { format!(" on {}", names.join(", ")) }
        };
        let found: Vec<_> = shown
            .iter()
            .map(|(release, answers)| format!("{}{}", release.unwrap_or("none"), on(answers)))
            .collect();
        let odd = shown.iter().filter(|(release, _)| **release != expected).flat_map(|(_, answers)| answers);
        let page = odd.map(|answer| &answer.page).next().unwrap_or(&last.page);
        let check =
            FailedCheck::new(Blame::Wrong, Class::Release, format!("release of {}", self.component.name()))
                .expected_found(expected.unwrap_or("one on all instances"), found.join(", "));
        let header = &run.platform.session.release_header;
        let check = if shown.contains_key(&None) {
            check.help(format!("`release_header` in `[session]`, now `{header}`, says where it stands"))
        } else {
            check
        };
        page.fail(check, place)
    }

    /// Checks that the edge keeps the visitor with one instance, where the platform file names its `affinity` cookie.
    #[track_caller]
    pub fn stays(&self) -> Judged {
        let (Some((cookie, there)), Some(last)) = (&self.affinity, self.answers.last()) else {
            return Judged::of(true);
        };
        if *there {
            return last.page.judge(Ok(()), Place::caller());
        }
        let in_session: Vec<&Answer> = self.answers.iter().filter(|answer| answer.in_session).collect();
        let seen = grouped(in_session.iter().map(|answer| (answer.instance.as_deref(), ())));
        let names: Vec<_> = seen.into_keys().flatten().collect();
        let check = FailedCheck::new(Blame::Wrong, Class::Contract, format!("affinity cookie `{cookie}`"))
            .expected_found("set by the edge", format!("not set in {} answers", in_session.len()));
        let check =
            if names.is_empty() { check } else { check.note(format!("answered by {}", names.join(", "))) };
        last.page.fail(check, Place::caller())
    }

    /// The answers in their order.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.answers.iter().map(|answer| &answer.page)
    }

    /// The instance that answered last.
    pub fn last_instance(&self) -> Option<&str> {
        self.answers.iter().rev().find_map(|answer| answer.instance.as_deref())
    }

    /// One failed check for each instance that does not accept the session.
    fn judge(&self, place: Place) -> Judged {
        let mut met = true;
        let in_session = self.answers.iter().filter(|answer| answer.in_session);
        let by_instance = grouped(in_session.map(|answer| (answer.instance.as_deref(), answer)));
        for (instance, answers) in &by_instance {
            let refused = || answers.iter().filter(|answer| !answer.page.is_signed_in());
            let Some(first) = refused().next() else {
                for answer in answers {
                    answer.page.judge(Ok(()), place.clone());
                }
                continue;
            };
            let Err(mut check) = first.page.accepted() else { continue };
            if let Some(instance) = instance {
                let of = refused().count();
                check.notes.push(format!("instance {instance}: so in {of} of {}", times(answers.len())));
            }
            let accepting = |answers: &&Vec<&Answer>| answers.iter().all(|answer| answer.page.is_signed_in());
            let others = by_instance.iter().filter(|(_, answers)| accepting(answers));
            let others: Vec<&str> = others.filter_map(|(instance, _)| *instance).collect();
            if !others.is_empty() {
                check.notes.push(format!("accepted by {}", others.join(", ")));
            }
            met = first.page.fail(*check, place.clone()).is_met();
        }
        Judged::of(met)
    }

    /// Fresh connections, each with a fork of the session, until all instances were seen.
    async fn ask_around(&mut self, session: &Session, place: &Place) -> Checked {
        let wanted = self.component.instances().unwrap_or(1);
        let in_session = !session.is_anonymous();
        for _ in 0..patience(wanted) {
            self.ask(&session.on_fresh_connections(), in_session, place).await?;
            if self.by_instance().keys().flatten().count() >= wanted {
                break;
            }
        }
        Ok(())
    }

    /// One visitor who keeps the edge's cookie, and then visitors without a session to see the others.
    async fn stay(&mut self, session: &Session, cookie: String, place: &Place) -> Checked {
        let staying = session.on_fresh_connections();
        let wanted = self.component.instances().unwrap_or(1);
        for _ in 0..wanted.max(2) {
            self.ask(&staying, true, place).await?;
        }
        let there = !staying.state().jar.described(&cookie, now()).is_empty();
        self.affinity = Some((cookie, there));
        if self.by_instance().keys().flatten().count() < wanted {
            let visitor = Session::new(session.scope.clone(), Default::default());
            self.ask_around(&visitor, place).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, session: &Session, in_session: bool, place: &Place) -> Checked {
        let page = session.fetch(&self.component.entry(), place).await?;
        let instance = page.instance();
        if in_session {
            let decided = page.deciding().map(|hop| hop.cookies.as_slice()).unwrap_or_default();
            let sent = decided.iter().filter(|note| note.action == CookieAction::Sent);
            session.scope.log.learned(Fact::Sampled {
                component: self.component.name().to_owned(),
                instance: instance.clone(),
                release: page.release().map(str::to_owned),
                accepted: page.is_signed_in(),
                cookies: sent.map(|note| note.name.clone()).collect(),
                url: page.asked().to_owned(),
            });
        }
        self.answers.push(Answer { page, instance, in_session });
        Ok(())
    }

    fn by_instance(&self) -> BTreeMap<Option<&str>, Vec<&Answer>> {
        grouped(self.answers.iter().map(|answer| (answer.instance.as_deref(), answer)))
    }
}

/// How many requests may be made to see all instances of a component.
pub(super) fn most(session: &Session, component: &Component) -> usize {
    // Whoever is kept with one instance sees no other.
    let stays = session.scope.run.platform.session.affinity.is_some();
    if stays { 1 } else { patience(component.instances().unwrap_or(1)) }
}

fn patience(instances: usize) -> usize {
    if instances < 2 { 1 } else { PATIENCE * instances }
}

fn grouped<K: Ord, V>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

fn times(n: usize) -> String {
    if n == 1 { "1 answer".to_owned() } else { format!("{n} answers") }
}
