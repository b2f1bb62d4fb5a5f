//! What is told first: what hurts most, and of that what hurts most components.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::symptom::Symptom;
use crate::Class;

/// How early a finding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    harm: Harm,
    components: Reverse<usize>,
}

/// What people suffer, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// They see what is somebody else's.
    Mixed,
    /// They cannot sign in.
    Login,
    /// They are signed out, or not when they should be.
    Session,
    /// They get a wrong answer, or none.
    Answer,
    /// Nothing yet, or little.
    Little,
}

impl Weight {
    /// Of a finding that explains these symptoms.
    pub(super) fn of(explained: &[Symptom<'_>]) -> Weight {
        let harm = explained.iter().map(|symptom| Harm::of(symptom.check.class)).min();
        let components: BTreeSet<&str> = explained.iter().filter_map(|symptom| symptom.component).collect();
        Weight { harm: harm.unwrap_or(Harm::Answer), components: Reverse(components.len()) }
    }
}

impl Harm {
    fn of(class: Class) -> Harm {
        match class {
            Class::Identity => Harm::Mixed,
            Class::Login => Harm::Login,
            Class::SessionLost
            | Class::SessionNotRefused
            | Class::SessionDestroyed
            | Class::SessionShortLived => Harm::Session,
            Class::Contract | Class::Resource | Class::Slow | Class::Snapshot => Harm::Little,
            _ => Harm::Answer,
        }
    }
}
