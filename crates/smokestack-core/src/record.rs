//! All that happened in a run. Every report is a function of it, and it is a fold over the events.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{CaseNotes, Cell, Event, Exchange, Fact, Outcome, Place, millis};

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
    /// How many cases the suites have, before selection.
    pub planned: usize,
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
    /// What was learned after the cases.
    pub evidence: Vec<Fact>,
    /// How long it took; absent if the run never ended.
    pub took_ms: Option<f64>,
}

impl Record {
    /// Adds what an event says.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::RunStarted(run) => self.run = run.clone(),
            Event::CaseStarted { .. } => {}
            Event::CaseFinished(case) => self.cases.push((**case).clone()),
            Event::EvidenceFound(fact) => self.evidence.push(fact.clone()),
            Event::RunFinished { took_ms } => self.took_ms = Some(*took_ms),
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
