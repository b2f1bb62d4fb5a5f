//! What is going to be run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::{Case, Mistake, Redactor, RunInfo, Stage};

/// A checked plan: cases with their rows, and all a runner needs to carry it out.
pub struct Plan {
    /// What is known of the run before it starts.
    pub run: RunInfo,
    /// The cases, in the order of the suites' lists.
    pub cases: Vec<Case>,
    /// What the target allows.
    pub limits: Limits,
    /// What stands behind the cases: the target, its demo platform, its evidence.
    pub stage: Arc<dyn Stage>,
    /// Knows every secret that the run comes across.
    pub redactor: Arc<Redactor>,
}

/// What the target allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one attempt at a case may take, its login included.
    pub case: Duration,
    /// How many cases may be in flight at once.
    pub concurrency: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { case: Duration::from_secs(30), concurrency: 32 }
    }
}

/// A mistake for every name that more than one case has: reports could not tell them apart.
pub fn duplicate_names(cases: &[Case]) -> Vec<Mistake> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in cases {
        places.entry(case.full_name()).or_default().push(case.place.to_string());
    }
    places
        .into_iter()
        .filter(|(_, places)| places.len() > 1)
        .map(|(name, places)| {
            Mistake::new(format!("{} cases are called `{name}`: {}", places.len(), places.join(", ")))
                .help("give each case of a suite a name of its own")
        })
        .collect()
}
