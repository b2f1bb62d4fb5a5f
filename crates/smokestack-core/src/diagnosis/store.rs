//! The session store does not do its work: errors wherever a session is read or written, while health is green.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Fact};

/// How many answers a finding shows.
const SHOWN: usize = 3;

const STORE: &str = "session store";

/// How pages and logs speak of a store that does not do its work. Redis answers errors by these words:
/// <https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors>
const SPEAKS_OF_IT: [&str; 8] =
    ["session store", "redis", "readonly", "misconf", "noauth", "wrongpass", "noreplicas", "clusterdown"];

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let errors: Vec<Symptom<'r>> = symptoms.open().filter(Symptom::is_error).collect();
    let speaking: Vec<Symptom<'r>> =
        errors.iter().filter(|error| error.says(&SPEAKS_OF_IT)).copied().collect();
    let names: BTreeSet<&str> = errors.iter().filter_map(component).collect();
    let accepting: Vec<&str> = seen.accepting().into_iter().filter(|name| !names.contains(name)).collect();
    let signs_in = seen.record.facts().any(|fact| matches!(fact, Fact::SignedIn { .. }));
    let everywhere = names.len() > 1 && accepting.is_empty();
    let Some(first) = speaking.first().or(errors.first().filter(|_| everywhere)) else { return Vec::new() };
    if names.len() == 1 && !accepting.is_empty() && signs_in {
        // The others get on with it.
        return component(first).map(|name| of_one(seen, symptoms, name, first)).into_iter().collect();
    }
    let nobody_signs_in = !signs_in && symptoms.of_class(Class::Login).next().is_some();
    let telling: BTreeSet<&str> = speaking.iter().filter_map(component).collect();
    let told_by = telling.iter().copied().collect::<Vec<_>>().join(", ");
    let say = if telling.len() == 1 { "says" } else { "say" };
    let failing = names.iter().copied().collect::<Vec<_>>().join(", ");
    let finding = match Trouble::of(first) {
        // Whoever alone was seen to fail may be at fault itself; the page speaks of the store all the same.
        Trouble::Writes if !seen.accepting().is_empty() => {
            Finding::new(STORE, "the session store refuses writes", "a write fails while reads pass")
                .sure(Certainty::Certain)
        }
        Trouble::Writes => {
            let cause = format!("{told_by} {say} that it refuses a write; that reads pass was not seen");
            Finding::new(STORE, "the session store refuses writes", cause)
        }
        Trouble::Access => {
            let cause = format!("its credentials or rights are not those that {failing} knows");
            Finding::new(STORE, format!("the session store does not let {failing} in"), cause)
        }
        Trouble::Silence if speaking.is_empty() => {
            let cause =
                format!("{failing} cannot reach something, and no component was seen to accept a session");
            Finding::new(STORE, "the session store does not answer", cause).sure(Certainty::Possible)
        }
        Trouble::Silence => {
            let cause = format!("{told_by} {say} that it gives no answer");
            let sure = if telling.len() > 1 { Certainty::Certain } else { Certainty::Likely };
            Finding::new(STORE, "the session store does not answer", cause).sure(sure)
        }
        Trouble::Unknown if speaking.is_empty() => {
            let cause =
                "what every component needs to know a session: the store, or a setting that all share";
            Finding::new(STORE, "no component can read or write sessions", cause).sure(Certainty::Possible)
        }
        Trouble::Unknown => {
            let notes = first.check.notes.join(", ");
            Finding::new(STORE, "the session store does not do its work", format!("{}: {notes}", step(first)))
        }
    };
    let steps: BTreeSet<String> = errors.iter().map(step).collect();
    let finding = finding
        .proven_by(steps.into_iter().take(SHOWN))
        .proven_by(first.check.notes.iter().cloned())
        .noted(
            nobody_signs_in
                .then(|| "nobody could sign in, so no component was asked with a session of now".to_owned()),
        )
        .noted(green(seen));
    symptoms.explain(|symptom| symptom.is_error() || symptom.is(Class::Login));
    vec![finding]
}

/// One component alone cannot use the store.
fn of_one<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>, name: &str, first: &Symptom<'r>) -> Finding {
    symptoms.explain(|symptom| symptom.is_error() && component(symptom) == Some(name));
    let cause = match Trouble::of(first) {
        Trouble::Writes => "it can read sessions there and write none",
        Trouble::Access => {
            "the store does not let it in: its credentials or rights are not those of the others"
        }
        Trouble::Silence | Trouble::Unknown => "it does not reach the store, which answers the others",
    };
    Finding::new(name, format!("{name} cannot use the session store"), cause)
        .proven_by([step(first)])
        .proven_by(first.check.notes.iter().cloned())
        .noted(seen.notes(name))
}

/// The component that answered with the error.
fn component<'r>(symptom: &Symptom<'r>) -> Option<&'r str> {
    symptom.last().and_then(|hop| hop.component.as_deref()).or(symptom.component)
}

/// The step that failed: `signing in: POST https://platform.test/login: answer 500`.
fn step(symptom: &Symptom<'_>) -> String {
    let step = match (symptom.is(Class::Login), symptom.probe) {
        (true, _) => "signing in",
        (false, Some(probe)) => probe.word(),
        (false, None) => &symptom.case.name,
    };
    match symptom.last() {
        Some(hop) => format!("{step}: {}", super::symptom::answer(hop)),
        None => format!("{step}: {}", symptom.check.headline()),
    }
}

/// The health checks that answer as if nothing were wrong.
fn green(seen: &Seen<'_>) -> Option<String> {
    let green = seen.record.facts().filter_map(|fact| match fact {
        Fact::Health { component, status: Some(200), .. } => Some(component.as_str()),
        _ => None,
    });
    let green: BTreeSet<&str> = green.collect();
    let names = green.into_iter().collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| format!("health checks answer 200: {names}"))
}

/// What is wrong with the store, by what was said of it.
enum Trouble {
    Writes,
    Access,
    Silence,
    Unknown,
}

impl Trouble {
    fn of(symptom: &Symptom<'_>) -> Trouble {
        const WRITES: [&str; 6] =
            ["readonly", "read only", "read-only", "misconf", "oom command", "noreplicas"];
        const ACCESS: [&str; 3] = ["noauth", "wrongpass", "noperm"];
        const SILENCE: [&str; 10] = [
            "refused",
            "connect",
            "unreachable",
            "timed out",
            "timeout",
            "broken pipe",
            "closed",
            "clusterdown",
            "not answer",
            "is gone",
        ];
        if symptom.says(&WRITES) {
            Trouble::Writes
        } else if symptom.says(&ACCESS) {
            Trouble::Access
        } else if symptom.says(&SILENCE) {
            Trouble::Silence
        } else {
            Trouble::Unknown
        }
    }
}
