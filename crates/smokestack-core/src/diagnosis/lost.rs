//! The issuer itself lost the session while the run went on: whoever was refused with it only suffers from that.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::idle::lifetimes;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Fact, Probe};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    let mut told: Vec<String> = Vec::new();
    for fact in seen.record.facts() {
        let Fact::SessionLost { account, why, cases } = fact else { continue };
        refused.extend(cases.iter().map(String::as_str));
        let line = format!("the session of `{account}`, which it had accepted: {why}");
        if !told.contains(&line) {
            told.push(line);
        }
    }
    // A component that cannot read the session would have refused it anyway.
    let suffers = |symptom: &Symptom<'_>| {
        symptom.is(Class::SessionLost)
            && refused.contains(symptom.case.full_name.as_str())
            && !symptom.component.is_some_and(|name| seen.is_explained_by_settings(name))
    };
    let again = symptoms.of_class(Class::SessionShortLived).next();
    // Where sessions do not last, one that nobody used has had its time too.
    let suffers = |symptom: &Symptom<'_>| {
        let idle = again.is_some() && symptom.is(Class::SessionLost) && symptom.is_of(Probe::Idle);
        suffers(symptom) || (idle && symptom.component.is_some_and(|name| !seen.accepted_by(name).is_empty()))
    };
    let first = symptoms.open().find(suffers);
    let Some(shown) = first.or(again) else { return Vec::new() };
    let explained: Vec<&str> = symptoms
        .open()
        .filter(|symptom| suffers(symptom))
        .filter_map(|symptom| symptom.component)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    symptoms.explain(|symptom| symptom.is(Class::SessionShortLived) || suffers(symptom));
    let issuer = seen.issuer_or_words();
    let (cause, certainty) = match again {
        Some(_) => ("it forgets sessions within the run, also the one that was made anew", Certainty::Likely),
        None => ("it no longer accepts a session that it had accepted in this run", Certainty::Possible),
    };
    let mut finding = Finding::new(issuer, format!("{issuer} loses the platform session"), cause)
        .sure(certainty)
        .proven_by(told)
        .proven_by([shown.line()])
        .proven_by((!explained.is_empty()).then(|| format!("refused meanwhile by {}", explained.join(", "))))
        .noted(again.and_then(|symptom| symptom.check.help.clone()))
        .noted(seen.notes(issuer));
    let settings = seen.settings(issuer).map(lifetimes).unwrap_or_default();
    finding.settings.extend(
        settings.into_iter().map(|(key, value)| (issuer.to_owned(), key.to_owned(), value.to_owned())),
    );
    vec![finding]
}
