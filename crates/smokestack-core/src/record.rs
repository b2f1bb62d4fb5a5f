//! All that happened in a run. Every report is a function of it, and it is a fold over the events.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    Attempt, Baseline, CaseInfo, CaseNotes, Cell, Ending, Event, Exchange, Fact, Outcome, Place, Policy,
    Signal, millis,
};

/// What is known of a run from its start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The suite binary.
    pub program: String,
    /// The platform's name.
    pub platform: String,
    /// The target's name.
    pub target: String,
    /// The target's address.
    pub url: String,
    /// The seed of made-up data; the same seed gives the same data.
    pub seed: u64,
    /// When it started, milliseconds since 1970 UTC.
    pub started_unix_ms: i64,
    /// The platform's components, in the platform file's order.
    pub components: Vec<ComponentInfo>,
    /// The release that every instance should show, if one was named.
    #[serde(default)]
    pub expected_release: Option<String>,
    /// How many cases the suites have, before selection.
    pub planned: usize,
    /// How the cases were narrowed down beyond libtest's filters, in words: `shard 2/4`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narrowed: Vec<String>,
    /// What a pipeline relies on.
    #[serde(default)]
    pub policy: Policy,
    /// The required cases that were not selected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// What an earlier run came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// The cases that were selected, in the order of the suites' lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseInfo>,
    /// What all processes of one run have in common; absent if one process is the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
}

/// A component, as diagnosis needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentInfo {
    /// Its name.
    pub name: String,
    /// Whether it issues the session.
    pub issuer: bool,
}

/// All that became of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The full name.
    pub full_name: String,
    /// The suite.
    pub suite: String,
    /// The component it was about.
    pub component: Option<String>,
    /// The case's own name.
    pub name: String,
    /// Where the suite lists it.
    pub place: Place,
    /// Its tags.
    pub tags: Vec<String>,
    /// Which cell of the session table it fills.
    pub cell: Option<Cell>,
    /// When it started, milliseconds since 1970 UTC.
    pub started_unix_ms: i64,
    /// How long all attempts took.
    #[serde(with = "millis")]
    pub took: Duration,
    /// What became of it.
    pub outcome: Outcome,
    /// What it saw in its last attempt.
    pub notes: CaseNotes,
}

/// All that happened in a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What was known from the start.
    pub run: RunInfo,
    /// The cases, in the order they ended.
    pub cases: Vec<CaseRecord>,
    /// The cases that began and did not end yet: when they began, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub under_way: BTreeMap<String, i64>,
    /// What was learned after the cases.
    pub evidence: Vec<Fact>,
    /// The signal that ended it before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Signal>,
    /// Why the run itself could not be carried out as it should, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// How long it took; absent if the run never ended.
    pub took_ms: Option<f64>,
}

impl Record {
    /// Adds what an event says.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::RunStarted(run) => self.run = run.clone(),
            Event::CaseStarted { case, started_unix_ms } => {
                self.under_way.insert(case.clone(), *started_unix_ms);
            }
            Event::CaseFinished(case) => {
                self.under_way.remove(&case.full_name);
                self.cases.push((**case).clone());
            }
            Event::Interrupted { signal } => self.interrupted = Some(*signal),
            Event::Trouble { what } => {
                self.trouble.get_or_insert_with(|| what.clone());
            }
            Event::CasesFinished => self.settle(),
            Event::EvidenceFound(fact) => self.evidence.push(fact.clone()),
            Event::RunFinished { took_ms } => self.took_ms = Some(*took_ms),
        }
    }

    /// Tells of every selected case that came to no end: all that can be said of a run that was killed.
    pub fn complete(&mut self) {
        let ended: BTreeSet<&str> = self.cases.iter().map(|case| case.full_name.as_str()).collect();
        let missing = self.run.cases.iter().filter(|case| !ended.contains(case.full_name.as_str()));
        let missing = missing.map(|case| match (self.under_way.get(&case.full_name), &case.skipped) {
            (Some(started), _) => case.not_run("the run was ended while this case was under way", *started),
            (None, Some(why)) => {
                let skipped = Outcome::Skipped { why: why.clone() };
                case.without_run(skipped, self.run.started_unix_ms)
            }
            (None, None) => case.not_run("the run came to no end", self.run.started_unix_ms),
        });
        let missing: Vec<CaseRecord> = missing.collect();
        self.cases.extend(missing);
        self.under_way.clear();
        self.settle();
    }

    /// The cases in the order of the suites' lists, so that the reports of two runs can be compared.
    pub fn in_order(&self) -> Vec<&CaseRecord> {
        let names = self.run.cases.iter().map(|case| case.full_name.as_str());
        let places: HashMap<&str, usize> = names.enumerate().map(|(place, name)| (name, place)).collect();
        let mut cases: Vec<&CaseRecord> = self.cases.iter().collect();
        cases.sort_by_key(|case| places.get(case.full_name.as_str()).copied());
        cases
    }

    /// A case that was blocked by another fails after all if that other one did not: what it saw is told by nobody
    /// else.
    fn settle(&mut self) {
        let told: BTreeSet<String> = self
            .cases
            .iter()
            .filter(|case| case.outcome.reason().is_some())
            .map(|case| case.full_name.clone())
            .collect();
        for case in &mut self.cases {
            let Outcome::Blocked { .. } = case.outcome else { continue };
            let Some(held) = case.notes.held.clone().filter(|held| !told.contains(&held.case)) else {
                continue;
            };
            case.notes.failed.push(held.check.note(format!("`{}` did not see it", held.case)));
            let last = Attempt::of(&case.notes, case.took);
            case.outcome = Outcome::of(Ending::Done, last, Vec::new());
        }
    }

    /// Everything learned, in cases and after them.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.cases.iter().flat_map(|case| &case.notes.facts).chain(&self.evidence)
    }

    /// How many cases have this outcome, by [`Outcome::word`].
    pub fn count(&self, word: &str) -> usize {
        self.cases.iter().filter(|case| case.outcome.word() == word).count()
    }

    /// Whether the target gave any answer at all.
    pub fn was_answered(&self) -> bool {
        self.cases.iter().any(|case| {
            let earlier = case.outcome.earlier().iter().any(|attempt| attempt.answered);
            earlier || case.notes.exchanges.iter().any(Exchange::was_answered)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::*;
    use crate::{Blame, Phase, Probe, Stage};

    /// One of everything.
    fn full() -> Record {
        let mut wrote = refused("work-orders", Probe::Page);
        wrote.notes.facts = vec![signed_in(Some("platform.test")), signed_in(None)];
        wrote.notes.phases = vec![
            Phase { what: "signing in".into(), began: Duration::from_nanos(1), took_ms: Some(25.125) },
            Phase { what: "waiting".into(), began: Duration::from_secs(3600), took_ms: None },
        ];
        let Outcome::Failed { last, .. } = &mut wrote.outcome else { unreachable!() };
        last.first = last.first.clone().at(wrote.place.clone()).expected_found("a", "b").note("c").help("d");
        let stages = [
            Stage::Dns,
            Stage::Connect,
            Stage::Tls,
            Stage::TimeLimit,
            Stage::BrokenOff,
            Stage::CutShort,
            Stage::TooLarge,
            Stage::Protocol,
        ];
        let cases = [
            wrote,
            withheld("invoices", Probe::Form),
            after(vec![attempt(&[Blame::Silent])], accepted("portal", Probe::Again)),
            CaseRecord { cell: None, component: None, ..hindered("portal", Probe::Write) },
            blocked("portal", Probe::Api),
            skipped("portal", Probe::Logout),
            let_in("portal", Probe::Without),
        ];
        let silences = stages.into_iter().map(|stage| silent("assets", Probe::Page, stage));
        let mut record = record(cases.into_iter().chain(silences));
        record.run.seed = u64::MAX;
        record.run.started_unix_ms = 1_691_488_800_000;
        record.evidence = vec![
            settings("portal", [("session.store", "redis://sessions:6379/0"), ("ü", "\"\n")]),
            unreadable("work-orders"),
            health("work-orders", Some(200)),
            health("assets", None),
        ];
        record.interrupted = Some(Signal::Terminate);
        record.trouble = Some("the list of outcomes could not be written".into());
        record.took_ms = Some(1234.5);
        record
    }

    fn events(record: &Record) -> Vec<Event> {
        let mut events = vec![Event::RunStarted(record.run.clone())];
        for case in &record.cases {
            events.push(Event::CaseStarted { case: case.full_name.clone(), started_unix_ms: STARTED });
            events.push(Event::CaseFinished(Box::new(case.clone())));
        }
        events.extend(record.interrupted.map(|signal| Event::Interrupted { signal }));
        events.extend(record.trouble.clone().map(|what| Event::Trouble { what }));
        events.extend(record.evidence.iter().cloned().map(Event::EvidenceFound));
        events.extend(record.took_ms.map(|took_ms| Event::RunFinished { took_ms }));
        events
    }

    fn heard(events: &[Event]) -> Record {
        events.iter().fold(Record::default(), |mut record, event| {
            record.hear(event);
            record
        })
    }

    fn through_json<T: Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    #[test]
    fn the_record_is_a_fold_over_the_events() {
        assert_eq!(heard(&events(&full())), full());
    }

    #[test]
    fn the_record_of_a_run_that_was_killed_has_all_that_happened() {
        let mut killed = full();
        killed.took_ms = None;
        killed.evidence.clear();
        assert_eq!(heard(&events(&killed)), killed);
    }

    #[test]
    fn of_a_killed_run_every_selected_case_is_told() {
        let mut killed = record([accepted("portal", Probe::Page)]);
        let names = ["portal", "invoices", "assets"].map(|name| accepted(name, Probe::Page));
        let selected = names.iter().map(|case| CaseInfo {
            full_name: case.full_name.clone(),
            suite: case.suite.clone(),
            component: case.component.clone(),
            place: case.place.clone(),
            tags: case.tags.clone(),
            cell: case.cell.clone(),
            skipped: None,
        });
        killed.run.cases = selected.collect();
        killed.run.cases.swap(0, 2);
        killed
            .hear(&Event::CaseStarted { case: "session::assets::page".into(), started_unix_ms: STARTED + 5 });
        killed.complete();
        let told = killed.in_order().into_iter().map(|case| {
            let why = case.outcome.reason().map(|last| last.first.what.as_str()).unwrap_or("passed");
            format!("{} {}: {why}", case.full_name, case.started_unix_ms - STARTED)
        });
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
            session::assets::page 5: not run: the run was ended while this case was under way
            session::invoices::page 0: not run: the run came to no end
            session::portal::page 0: passed
        ");
        assert!(killed.under_way.is_empty());
    }

    #[test]
    fn every_event_survives_a_journey_through_json() {
        for event in events(&full()) {
            assert_eq!(through_json(&event), event);
        }
        assert_eq!(through_json(&full()), full());
    }

    #[test]
    fn an_event_is_one_line_that_says_what_it_is() {
        for event in events(&full()) {
            let line = serde_json::to_string(&event).unwrap();
            assert!(line.starts_with("{\"event\":\"") && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn facts_of_cases_come_before_evidence() {
        let record = full();
        let facts: Vec<_> = record.facts().collect();
        assert_eq!(facts.len(), 6);
        assert_eq!(facts[0], &signed_in(Some("platform.test")));
        assert_eq!(facts[5], &health("assets", None));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_duration_survives_to_the_nanosecond(nanos in 0..30 * 24 * 3_600_000_000_000_u64) {
            let case = CaseRecord { took: Duration::from_nanos(nanos), ..accepted("portal", Probe::Page) };
            proptest::prop_assert_eq!(through_json(&case).took, case.took);
        }

        #[test]
        fn milliseconds_survive_to_the_last_digit(nanos in 0..24 * 3_600_000_000_000_u64) {
            let event = Event::RunFinished { took_ms: millis::of(Duration::from_nanos(nanos)) };
            proptest::prop_assert_eq!(through_json(&event), event);
        }
    }
}
