//! Files that pages name and that do not come, or not as they should: gone, of another release, of no use to a browser.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Certainty, Class};

/// How many files a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut wrong: BTreeMap<&str, Vec<Symptom<'r>>> = BTreeMap::new();
    for symptom in symptoms.of_class(Class::Resource) {
        if let Some(name) = culprit(&symptom) {
            wrong.entry(name).or_default().push(symptom);
        }
    }
    symptoms.explain(|symptom| symptom.is(Class::Resource) && culprit(symptom).is_some());
    seen.components().filter_map(|name| Some(finding(seen, name, wrong.get(name)?))).collect()
}

fn finding<'r>(seen: &Seen<'r>, name: &str, own: &[Symptom<'r>]) -> Finding {
    let of_before = own.iter().find(|symptom| is_of_before(symptom));
    let first = of_before.or(own.first()).copied();
    let cause = first.map(|symptom| match is_of_before(&symptom) {
        true => format!("its page is one of before, from a cache: it names {}", symptom.check.headline()),
        false => symptom.check.headline(),
    });
    let title = first.map_or_else(String::new, |symptom| title(name, &symptom));
    let notes = first.into_iter().flat_map(|symptom| symptom.check.notes.iter().cloned());
    // One file that several pages name is told once.
    let mut told: Vec<String> = first.iter().map(|symptom| symptom.check.headline()).collect();
    for symptom in own {
        let headline = symptom.check.headline();
        if !told.contains(&headline) {
            told.push(headline);
        }
    }
    let others: Vec<String> = told.into_iter().skip(1).collect();
    let more = others.len().saturating_sub(SHOWN);
    Finding::new(name, title, cause.unwrap_or_default())
        .sure(Certainty::Certain)
        .proven_by(first.and_then(|symptom| symptom.last()).map(answer))
        .proven_by(notes)
        .proven_by(others.into_iter().take(SHOWN))
        .proven_by((more > 0).then(|| format!("and {more} more")))
        .noted(first.and_then(|symptom| symptom.check.help.clone()))
        .noted(seen.notes(name))
}

fn title(name: &str, symptom: &Symptom<'_>) -> String {
    let check = symptom.check;
    let (what, found) = (check.what.as_str(), check.found.as_deref().unwrap_or_default());
    let is_hash = check.expected.as_deref().is_some_and(|expected| expected.starts_with("sha"));
    match what {
        _ if is_of_before(symptom) => format!("{name} shows a page of before, whose files are gone"),
        _ if what.starts_with("link to") => format!("a link to {name} leads to no page"),
        _ if what.starts_with("how long") => format!("{name} lets caches keep the wrong things"),
        _ if what.ends_with("over http") => format!("{name} asks for files over plain http"),
        _ if is_hash => format!("{name} serves other bytes than its pages mean"),
        _ if found.starts_with("status 404") || found.starts_with("status 410") => {
            format!("{name} lacks a file that pages name")
        }
        _ => format!("{name} serves a file that browsers cannot use"),
    }
}

/// Whoever should have the file; of a page that is one of before, whoever shows it.
fn culprit<'r>(symptom: &Symptom<'r>) -> Option<&'r str> {
    let owner = symptom.exchange.and_then(|exchange| exchange.component.as_deref());
    if is_of_before(symptom) { symptom.component } else { owner.or(symptom.component) }
}

fn is_of_before(symptom: &Symptom<'_>) -> bool {
    symptom.check.notes.iter().any(|note| note.starts_with("the page may be one of before"))
}
