//! The cookie of the session is not as it should be: browsers do not keep it, do not send it, or keep it too freely.

use std::collections::BTreeSet;

use super::disguise::with_settings;
use super::edge::is_of_the_edge;
use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, path};
use crate::{Certainty, Class, CookieAction, CookieNote, Hop, Probe};

/// How many lines of a kind a finding shows.
const SHOWN: usize = 4;

/// What a check says of an id that the login did not change.
const SAME_ID: &str = "the same id before and after login";
/// Nothing that could be meant.
const FIXATION: &str = "whoever planted the id before the login is signed in with it after it";

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let broken: Vec<Symptom<'r>> =
        symptoms.of_class(Class::Contract).filter(|symptom| !is_of_the_edge(symptom)).collect();
    let lost =
        twice(seen, symptoms).or_else(|| not_kept(seen, symptoms)).or_else(|| not_sent(seen, symptoms));
    let found = match lost {
        Some(finding) => Some(finding.proven_by(changes(&broken).into_iter().take(SHOWN))),
        None => not_as_agreed(seen, &broken),
    };
    let Some(finding) = found else { return Vec::new() };
    symptoms.explain(|symptom| symptom.is(Class::Contract) && !is_of_the_edge(symptom));
    vec![finding]
}

/// Two cookies of one name go out together, and whoever reads the wrong one knows nobody.
fn twice<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let lost = |symptom: &Symptom<'_>| symptom.is(Class::SessionLost) || symptom.is(Class::Login);
    let (symptom, both) =
        symptoms.open().filter(lost).find_map(|symptom| Some((symptom, sent_twice(seen, &symptom)?)))?;
    symptoms.explain(|symptom| {
        lost(symptom) && (symptom.is(Class::Login) || sent_twice(seen, symptom).is_some())
    });
    let name = &both[0].name;
    // A component that sets one of its own beside the issuer's is the one that has to stop it.
    let setters = both.map(|note| set_by(seen, note));
    let other =
        setters.into_iter().flatten().find(|setter| seen.issuer.is_some_and(|issuer| issuer != *setter));
    let issuer = seen.issuer_or_words();
    let guilty = other.unwrap_or(issuer);
    let title = match other {
        Some(other) => format!("{other} sets another cookie of the name that the session of {issuer} has"),
        None => format!("{issuer} leaves people with two session cookies of one name"),
    };
    let cause =
        format!("two cookies of one name for one URL: `{name}` is sent twice, and the wrong one is read");
    let scopes = both.iter().map(|note| match (&note.scope, &note.set_by) {
        (Some(scope), Some(set_by)) => format!("cookie `{name}`: {scope}, set by {set_by}"),
        (Some(scope), None) => format!("cookie `{name}`: {scope}"),
        (None, _) => note.sentence(),
    });
    let finding = Finding::new(guilty, title, cause)
        .sure(Certainty::Certain)
        .proven_by(scopes)
        .proven_by([symptom.line()]);
    Some(finding)
}

/// The component whose answer set this cookie, where it was seen.
fn set_by<'r>(seen: &Seen<'r>, cookie: &CookieNote) -> Option<&'r str> {
    let exchanges = seen.record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let mut hops = exchanges.flat_map(|exchange| &exchange.hops);
    let sets = |hop: &&Hop| {
        let mut set = hop.cookies.iter().filter(|note| is_set(note));
        set.any(|note| note.name == cookie.name && note.scope == cookie.scope)
    };
    hops.find(sets)?.component.as_deref()
}

/// Whether this is a cookie that an answer set.
fn is_set(note: &CookieNote) -> bool {
    matches!(note.action, CookieAction::Stored | CookieAction::Replaced)
}

/// The two cookies of one name that went out with one request.
fn sent_twice<'r>(seen: &Seen<'r>, symptom: &Symptom<'r>) -> Option<[&'r CookieNote; 2]> {
    let hops = symptom.exchange.map(|exchange| exchange.hops.as_slice()).unwrap_or_default();
    hops.iter().find_map(|hop| {
        // Which cookies are the session's is known once anybody has signed in.
        let session =
            |name: &str| seen.cookies.is_empty() || seen.cookies.iter().any(|cookie| cookie.name == name);
        let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
        let sent: Vec<&CookieNote> = sent.filter(|note| session(&note.name)).collect();
        sent.iter().enumerate().find_map(|(index, note)| {
            let other = sent[index + 1..].iter().find(|other| other.name == note.name)?;
            Some([*note, *other])
        })
    })
}

/// The login came to nothing because browsers refuse its cookie.
fn not_kept<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let (symptom, hop, note) = symptoms.of_class(Class::Login).find_map(|symptom| {
        let (hop, note) = notes(&symptom).find(|(_, note)| note.action == CookieAction::Refused)?;
        Some((symptom, hop, note))
    })?;
    symptoms.explain(|symptom| symptom.is(Class::Login));
    let issuer = hop.component.as_deref().unwrap_or(seen.issuer_or_words());
    let cause = format!("cookie `{}` is refused: {}", note.name, note.why);
    let finding = Finding::new(issuer, format!("browsers do not keep the session cookie of {issuer}"), cause)
        .sure(Certainty::Certain)
        .proven_by([format!("{} sets cookie `{}`", super::symptom::answer(hop), note.name)])
        .proven_by([symptom.check.headline()]);
    Some(finding)
}

/// Browsers keep the cookie and do not send it where it is needed.
fn not_sent<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let issuer = seen.issuer_or_words();
    if let Some(finding) = not_sent_at_once(seen, symptoms) {
        return Some(finding);
    }
    let nothing_went = |symptom: &Symptom<'r>| {
        symptom.is(Class::SessionLost)
            && seen.withheld([symptom]).is_some_and(|withheld| withheld.nothing_went)
    };
    let lost: Vec<Symptom<'r>> = symptoms.open().filter(nothing_went).collect();
    let withheld = seen.withheld(&lost)?;
    let names: BTreeSet<&str> = lost.iter().filter_map(|symptom| symptom.component).collect();
    // Where the cookie does not come, nothing else can be said of the session.
    symptoms.explain(|symptom| {
        let named = symptom.component.is_some_and(|name| names.contains(name));
        named && (symptom.is(Class::SessionLost) || symptom.is(Class::SessionDestroyed))
    });
    // A logout that was sent without the cookie ends no session.
    symptoms.explain(|symptom| {
        let hops = symptom.case.notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
        let mut posts = hops.filter(|hop| hop.method == "POST");
        symptom.is_of(Probe::Logout)
            && symptom.is(Class::SessionNotRefused)
            && posts.any(|hop| hop.cookie(&withheld.cookie, CookieAction::Withheld).is_some())
    });
    // Of whom some pages are reached it is told which are not.
    let listed: Vec<&str> = seen.components().filter(|name| names.contains(name)).collect();
    let (partly, never): (Vec<&str>, Vec<&str>) =
        listed.into_iter().partition(|name| !seen.accepted_by(name).is_empty());
    let some =
        |name: &&str| lost.iter().filter(|symptom| symptom.is_about(name)).copied().collect::<Vec<_>>();
    let title = match never.as_slice() {
        [] => format!("the session cookie of {issuer} does not reach all of {}", partly.join(", ")),
        never => format!("the session cookie of {issuer} does not reach {}", never.join(", ")),
    };
    let shown: Vec<Symptom<'r>> = match never.is_empty() {
        true => lost.clone(),
        false => lost
            .iter()
            .filter(|symptom| !symptom.component.is_some_and(|name| partly.contains(&name)))
            .copied()
            .collect(),
    };
    let withheld = seen.withheld(&shown).unwrap_or(withheld);
    let cause = format!("cookie `{}` is not sent there: {}", withheld.cookie, withheld.why);
    let in_part = partly.iter().map(|name| {
        let addresses: BTreeSet<&str> =
            some(name).iter().filter_map(Symptom::hop).map(|hop| path(&hop.url)).collect();
        format!(
            "of {name} it reaches some addresses, and not {}",
            addresses.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ")
        )
    });
    let described = seen.cookies.iter().filter(|cookie| cookie.name == withheld.cookie).map(|cookie| {
        let domain =
            cookie.domain.as_ref().map_or("host-only".to_owned(), |domain| format!("Domain={domain}"));
        format!("the login set cookie `{}`: {domain}, Path={}", cookie.name, cookie.path)
    });
    let finding = Finding::new(issuer, title, cause)
        .sure(Certainty::Certain)
        .proven_by(described)
        .proven_by(shown.iter().take(1).map(Symptom::line))
        .proven_by(in_part)
        .proven_by(accepting(seen, &never));
    Some(finding)
}

/// Not even the page after the login gets it, so that the login comes to nothing.
fn not_sent_at_once<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let failed: Vec<Symptom<'r>> = symptoms.of_class(Class::Login).collect();
    let (symptom, note) = failed.iter().find_map(|symptom| Some((symptom, withheld_at_once(symptom)?)))?;
    symptoms.explain(|symptom| symptom.is(Class::Login));
    let issuer = seen.issuer_or_words();
    let title = format!("the session cookie of {issuer} does not reach its own pages");
    let cause = format!("cookie `{}` is not sent to the page after the login: {}", note.name, note.why);
    let finding = Finding::new(issuer, title, cause)
        .sure(Certainty::Certain)
        .proven_by(symptom.last().map(super::symptom::answer))
        .proven_by([symptom.check.headline()]);
    Some(finding)
}

/// Nothing is lost yet; the cookie is not what was agreed.
fn not_as_agreed<'r>(seen: &Seen<'r>, broken: &[Symptom<'r>]) -> Option<Finding> {
    let first = broken.first()?;
    let setters: BTreeSet<Option<&str>> = broken.iter().map(setter).collect();
    // What only one component gives to visitors is that one's; all else is the issuer's.
    let (guilty, title) = match setters.first() {
        Some(Some(component)) if setters.len() == 1 => {
            (*component, format!("the cookies that {component} gives to visitors are not as agreed"))
        }
        _ => {
            let issuer = seen.issuer_or_words();
            (issuer, format!("the session cookie of {issuer} is not as its contract says"))
        }
    };
    let fixed = broken.iter().find(|symptom| symptom.says(&[SAME_ID]));
    let title = match fixed {
        Some(_) => format!("{guilty} keeps the session id over the login (session fixation)"),
        None => title,
    };
    let changes = changes(broken);
    let more = changes.len().saturating_sub(SHOWN);
    let mut cause = changes.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    if more > 0 {
        cause.push_str(&format!("; and {more} more"));
    }
    let notes: BTreeSet<&String> = broken.iter().flat_map(|symptom| &symptom.check.notes).collect();
    let finding = Finding::new(guilty, title, cause);
    let finding = match fixed {
        Some(_) => {
            with_settings(seen, guilty, finding, &["rotat", "regenerat", "fixation"]).proven_by(kept(seen))
        }
        None => finding,
    };
    let finding = finding
        .sure(Certainty::Certain)
        .proven_by(first.hop().map(|_| first.line()))
        .proven_by(notes.into_iter().take(SHOWN).cloned())
        .noted(match fixed {
            Some(_) => Some(FIXATION.to_owned()),
            None => first.check.help.clone(),
        });
    Some(finding)
}

/// The login that was sent a session's cookie and set it again: its answer, and what became of the cookie.
fn kept(seen: &Seen<'_>) -> Vec<String> {
    let exchanges = seen.record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let posts = exchanges.flat_map(|exchange| &exchange.hops).filter(|hop| hop.method == "POST");
    let found = posts.into_iter().find_map(|hop| {
        let name = &seen
            .cookies
            .iter()
            .find(|cookie| {
                let set = hop.cookies.iter().any(|note| note.name == cookie.name && is_set(note));
                set && hop.cookie(&cookie.name, CookieAction::Sent).is_some()
            })?
            .name;
        let notes = hop.cookies.iter().filter(|note| note.name == *name).map(CookieNote::sentence);
        Some(std::iter::once(super::symptom::answer(hop)).chain(notes).collect())
    });
    found.unwrap_or_default()
}

/// What differs from what was agreed, each in a line and each once.
pub(super) fn changes(broken: &[Symptom<'_>]) -> Vec<String> {
    let mut changes: Vec<String> = Vec::new();
    for check in broken.iter().map(|symptom| symptom.check) {
        let line = match (&check.expected, &check.found) {
            (Some(expected), Some(found)) => format!("{} should be {expected}, is {found}", check.what),
            // Of a whole text that was compared: the changes are told already.
            (None, Some(found)) if !check.diff.is_empty() => found.clone(),
            _ => check.headline(),
        };
        if !changes.contains(&line) {
            changes.push(line);
        }
    }
    changes
}

/// The component whose answer set the cookie, where it is one of visitors.
fn setter<'r>(symptom: &Symptom<'r>) -> Option<&'r str> {
    if !symptom.says(&["visitors"]) {
        return None;
    }
    let found = symptom.check.found.as_deref().unwrap_or_default();
    let (hop, _) = notes(symptom).find(|(_, note)| is_set(note) && found.contains(note.name.as_str()))?;
    hop.component.as_deref()
}

/// A cookie that the login set and the very next request did not send.
fn withheld_at_once<'r>(symptom: &Symptom<'r>) -> Option<&'r CookieNote> {
    let set: BTreeSet<&str> = notes(symptom)
        .filter(|(_, note)| matches!(note.action, CookieAction::Stored | CookieAction::Replaced))
        .map(|(_, note)| note.name.as_str())
        .collect();
    let mut withheld = notes(symptom).filter(|(_, note)| note.action == CookieAction::Withheld);
    withheld.find(|(_, note)| set.contains(note.name.as_str())).map(|(_, note)| note)
}

fn notes<'r>(symptom: &Symptom<'r>) -> impl Iterator<Item = (&'r Hop, &'r CookieNote)> {
    let hops = symptom.exchange.map(|exchange| exchange.hops.as_slice()).unwrap_or_default();
    hops.iter().flat_map(|hop| hop.cookies.iter().map(move |note| (hop, note)))
}

fn accepting(seen: &Seen<'_>, lost: &[&str]) -> Option<String> {
    let accepting: Vec<&str> = seen.accepting().into_iter().filter(|name| !lost.contains(name)).collect();
    (!accepting.is_empty())
        .then(|| format!("the same login's session is accepted by {}", accepting.join(", ")))
}
