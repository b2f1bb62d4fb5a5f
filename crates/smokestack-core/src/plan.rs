//! What is going to be run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::{Case, LiveTarget, Mistake, Redactor, RunInfo};

/// A checked plan: cases with their rows, and all a runner needs to carry it out.
pub struct Plan {
    /// What is known of the run before it starts.
    pub run: RunInfo,
    /// The cases, in the order of the suites' lists.
    pub cases: Vec<Case>,
    /// What the target allows.
    pub limits: Limits,
    /// What stands behind the cases: the target, its demo platform, its evidence.
    pub target: Arc<dyn LiveTarget>,
    /// Knows every secret that the run comes across.
    pub redactor: Arc<Redactor>,
}

/// What the target allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one attempt at a case may take, its login included.
    pub case: Duration,
    /// How many cases may be in flight at once.
    pub concurrency: usize,
    /// The same for those about one component, where that has a limit of its own.
    pub of_components: BTreeMap<String, usize>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { case: Duration::from_secs(30), concurrency: 32, of_components: BTreeMap::new() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ending, Place};

    fn case(component: Option<&str>, name: &str, line: u32) -> Case {
        Case {
            suite: "session".into(),
            name: name.into(),
            component: component.map(Into::into),
            ..Case::new(
                Place { file: "suites/src/session.rs".into(), line, column: 5 },
                Arc::new(|_| Box::pin(async { Ending::Done })),
            )
        }
    }

    #[test]
    fn each_name_that_several_cases_have_is_a_mistake_with_all_their_places() {
        let cases = [
            case(None, "page", 12),
            case(Some("portal"), "page", 9),
            case(None, "api", 10),
            case(Some("portal"), "page", 14),
            case(None, "page", 11),
            case(Some("portal"), "page", 16),
        ];
        let mistakes: Vec<_> = duplicate_names(&cases).into_iter().map(|mistake| mistake.what).collect();
        insta::assert_snapshot!(mistakes.join("\n"), @r"
            2 cases are called `session::page`: suites/src/session.rs:12, suites/src/session.rs:11
            3 cases are called `session::portal::page`: suites/src/session.rs:9, suites/src/session.rs:14, suites/src/session.rs:16
        ");
    }

    #[test]
    fn the_same_case_of_several_components_is_no_mistake() {
        let cases = [case(None, "page", 9), case(Some("portal"), "page", 9), case(Some("assets"), "page", 9)];
        assert_eq!(duplicate_names(&cases), []);
    }
}
