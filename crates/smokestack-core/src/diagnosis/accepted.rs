//! A component that no longer says what somebody accepted.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Certainty, Class};

/// How many texts a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let changed: Vec<Symptom<'r>> = symptoms.of_class(Class::Snapshot).collect();
    let finding = |name: &str| {
        let mut own = changed.iter().filter(|symptom| symptom.is_about(name));
        let first = own.next()?;
        let finding = Finding::new(name, format!("{name} is not as it was accepted"), first.check.headline());
        Some(
            finding
                .sure(Certainty::Certain)
                .proven_by(first.check.diff.iter().filter_map(|line| changed_line(line)).take(SHOWN))
                .proven_by(first.last().map(answer))
                .proven_by(own.map(|symptom| symptom.check.headline()).take(SHOWN)),
        )
    };
    seen.components().filter_map(finding).collect()
}

/// A line of the diff that is not there only for what is around it.
fn changed_line(line: &str) -> Option<String> {
    let (sign, text) = line.split_at_checked(1)?;
    matches!(sign, "-" | "+").then(|| format!("{sign} {}", text.trim()))
}
