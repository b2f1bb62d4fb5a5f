//! Pages with status 200 that are not what they should be: a login form, an error, another environment's page, no records.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Probe};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in seen.components() {
        let all: Vec<Symptom<'r>> = symptoms.open().filter(|symptom| symptom.is_about(name)).collect();
        let of = |class| all.iter().filter(move |symptom| symptom.is(class)).copied();
        // Another environment's pages have other records too.
        let found = environment(seen, name, of(Class::Environment))
            .or_else(|| impostor(seen, name, of(Class::Impostor)))
            .or_else(|| login_form(seen, name, of(Class::SessionLost)))
            .or_else(|| records(seen, name, of(Class::Records)));
        let Some(finding) = found else { continue };
        symptoms.explain(|symptom| symptom.is_about(name) && follows(symptom));
        findings.push(finding);
    }
    findings
}

/// What is wrong with a page that is another one follows from that.
fn follows(symptom: &Symptom<'_>) -> bool {
    let answered = symptom.status().is_some_and(|status| status < 400);
    match symptom.check.class {
        Class::Environment | Class::Impostor | Class::Records => true,
        Class::SessionLost => is_a_form(symptom),
        Class::Value => answered,
        _ => false,
    }
}

fn environment<'r>(
    seen: &Seen<'r>,
    name: &str,
    mut symptoms: impl Iterator<Item = Symptom<'r>>,
) -> Option<Finding> {
    let first = symptoms.next()?;
    let (found, due) = (first.check.found.as_deref()?, first.check.expected.as_deref()?);
    let cause = format!("its pages say that they are of {found}, and this is {due}");
    let finding = Finding::new(name, format!("{name} shows pages of another environment"), cause)
        .sure(Certainty::Certain)
        .proven_by([first.line()]);
    Some(with_settings(seen, name, finding, &["environment", "database", "datasource"]))
}

fn impostor<'r>(seen: &Seen<'r>, name: &str, symptoms: impl Iterator<Item = Symptom<'r>>) -> Option<Finding> {
    let symptoms: Vec<_> = symptoms.collect();
    let first = symptoms.first()?;
    // `an error page with status 200: `h1` is "Something went wrong"`
    let found = first.check.found.as_deref()?;
    let (what, words) = found.split_once(": ").unwrap_or((found, "so its marks say"));
    let lines: BTreeSet<String> = symptoms.iter().map(Symptom::line).collect();
    let finding = Finding::new(name, format!("{name} shows {what} in place of its own"), words)
        .sure(Certainty::Certain)
        .proven_by(lines.into_iter().take(SHOWN))
        .noted(seen.notes(name));
    Some(finding)
}

/// A login form with status 200 to somebody whose session the component accepts elsewhere: no session was lost.
fn login_form<'r>(
    seen: &Seen<'r>,
    name: &str,
    symptoms: impl Iterator<Item = Symptom<'r>>,
) -> Option<Finding> {
    let lost: Vec<_> = symptoms.collect();
    let first = lost.first()?;
    let accepted = seen.accepted_by(name);
    let accepted: Vec<&str> = accepted
        .iter()
        .filter(|probe| matches!(probe, Probe::Api | Probe::ApiWrite))
        .map(|probe| probe.word())
        .collect();
    if accepted.is_empty() || !lost.iter().all(is_a_form) {
        return None;
    }
    let cause = format!(
        "a login form with status 200, to somebody whose session it accepts ({})",
        accepted.join(", ")
    );
    let finding = Finding::new(name, format!("{name} shows a login form in place of its pages"), cause)
        .proven_by([first.line()])
        .noted(seen.notes(name));
    Some(finding)
}

/// The page asked for is the form: nobody was led to it.
fn is_a_form(symptom: &Symptom<'_>) -> bool {
    let found = symptom.check.found.as_deref().unwrap_or_default();
    found.starts_with("a login form with status 2")
}

fn records<'r>(seen: &Seen<'r>, name: &str, symptoms: impl Iterator<Item = Symptom<'r>>) -> Option<Finding> {
    let symptoms: Vec<_> = symptoms.collect();
    let first = symptoms.first()?;
    let cause = "a known record is missing, and it knows who is signed in: it may read another database";
    let finding = Finding::new(name, format!("{name} lacks records that are known to be there"), cause)
        .proven_by([first.line()])
        .proven_by(symptoms.iter().map(|symptom| symptom.check.headline()).take(SHOWN));
    Some(with_settings(seen, name, finding, &["database", "datasource"]))
}

/// The component's settings of these names, beside the issuer's.
pub(super) fn with_settings(seen: &Seen<'_>, name: &str, mut finding: Finding, words: &[&str]) -> Finding {
    let issuer = seen.issuer.filter(|issuer| *issuer != name);
    for component in issuer.into_iter().chain([name]) {
        for (key, value) in seen.settings(component).into_iter().flatten() {
            let plain = key.to_ascii_lowercase().replace(['_', '-', '.'], "");
            if words.iter().any(|word| plain.contains(word)) {
                finding.settings.push((component.to_owned(), key.clone(), value.clone()));
            }
        }
    }
    finding.noted(seen.notes(name))
}
