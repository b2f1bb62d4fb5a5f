//! A component ends the session that it only should have read.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::session::setting;
use super::settings::{Difference, differences};
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Certainty, Class, CookieAction, Fact};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // An issuer that refuses a session nobody has visited anything with refuses it after a visit too.
    let never_accepts = seen.issuer.is_some_and(|issuer| {
        let refuses = symptoms.of_class(Class::SessionLost).any(|symptom| symptom.is_about(issuer));
        // After a visit to somebody else it accepted one.
        refuses && seen.accepted_by(issuer).is_empty() && !seen.keeps_after_a_visit()
    });
    if never_accepts {
        symptoms.explain(|symptom| symptom.is(Class::SessionDestroyed));
        return Vec::new();
    }
    let ended: Vec<Symptom<'r>> = symptoms.of_class(Class::SessionDestroyed).collect();
    let names: BTreeSet<&str> = ended.iter().filter_map(|symptom| symptom.component).collect();
    let guilty: Vec<&str> = seen.components().filter(|name| names.contains(name)).collect();
    if guilty.is_empty() {
        return Vec::new();
    }
    let others = seen.components().filter(|name| seen.issuer != Some(*name)).count();
    let findings = if guilty.len() > 1 && guilty.len() >= others {
        let cause = "it forgets sessions by itself, or whatever all of them do with a session ends it";
        let finding = Finding::new(seen.issuer_or_words(), "the platform session does not last", cause)
            .proven_by([format!("after a visit to any of {} the session is gone", guilty.join(", "))])
            .proven_by(ended.iter().take(1).map(Symptom::line));
        vec![finding]
    } else {
        guilty.iter().map(|name| finding(seen, name, &ended)).collect()
    };
    symptoms.explain(|symptom| {
        // A session that somebody ended is lost to everybody after that.
        let suffers = symptom.component.is_some_and(|name| !seen.is_explained_by_settings(name));
        symptom.is(Class::SessionDestroyed)
            || symptom.is(Class::SessionShortLived)
            || (symptom.is(Class::SessionLost) && suffers)
    });
    findings
}

fn finding<'r>(seen: &Seen<'r>, name: &str, ended: &[Symptom<'r>]) -> Finding {
    let own = || ended.iter().filter(|symptom| symptom.is_about(name));
    let hops = || {
        let exchanges = own().flat_map(|symptom| &symptom.case.notes.exchanges);
        exchanges.flat_map(|exchange| &exchange.hops).filter(|hop| hop.component.as_deref() == Some(name))
    };
    let does = |action: CookieAction| {
        hops().find_map(|hop| {
            let mut notes = seen.cookies.iter().filter_map(|cookie| hop.cookie(&cookie.name, action));
            notes.next().map(|note| format!("{}: {}", answer(hop), note.sentence()))
        })
    };
    let (deletes, overwrites) = (does(CookieAction::Deleted), does(CookieAction::Replaced));
    let differing = differing(seen, name);
    let words = differing.as_ref().and_then(Difference::words_of_the_end);
    let (cause, sure) = match (&deletes, words) {
        (Some(_), _) => ("it deletes the cookie of the session that it was sent", Certainty::Likely),
        (None, None) if overwrites.is_some() => {
            ("it sets another cookie in the place of the session's", Certainty::Likely)
        }
        (None, Some(words)) if differing.as_ref().is_some_and(Difference::explains) => {
            (words, Certainty::Certain)
        }
        // Where sessions may live shorter, nothing says that this one had to end.
        (None, Some(words)) => (words, Certainty::Likely),
        (None, None) => (
            "it deletes the session in the store, or writes it back so that the issuer cannot read it",
            Certainty::Likely,
        ),
    };
    let instances: BTreeSet<&str> = hops().filter_map(|hop| hop.instance.as_deref()).collect();
    let visited = instances.into_iter().collect::<Vec<_>>().join(", ");
    let issuer = seen.issuer_or_words();
    let mut finding = Finding::new(name, format!("{name} ends the platform session"), cause).sure(sure);
    if let Some(difference) = differing.filter(|_| deletes.is_none()) {
        finding.settings = vec![
            setting(issuer, &difference.key, &difference.issuer),
            setting(name, &difference.component_key, &difference.component),
        ];
    }
    let compared: Vec<&str> = seen.issuer.into_iter().chain([name]).collect();
    finding
        .proven_by(
            (!visited.is_empty())
                .then(|| format!("after a visit to {visited}, {issuer} does not know the session")),
        )
        .proven_by(deletes.or(overwrites))
        .proven_by(own().take(1).map(|symptom| symptom.line()))
        .noted(seen.notes(name))
        .noted(seen.unreadable(&compared))
}

/// The setting in which the component, or an instance of it, differs from the issuer so that sessions end by it; another
/// one that differs where none is such a reason.
fn differing(seen: &Seen<'_>, name: &str) -> Option<Difference> {
    let ours = seen.issuer.filter(|issuer| *issuer != name).and_then(|issuer| seen.settings(issuer))?;
    let own = seen.record.facts().filter_map(|fact| match fact {
        Fact::Settings { component, values, .. } if component == name => Some(values),
        _ => None,
    });
    let mut found: Vec<Difference> = own.flat_map(|theirs| differences(ours, theirs)).collect();
    found.sort_by_key(|difference| difference.words_of_the_end().is_none());
    found.into_iter().next()
}
