//! A component does not accept the session.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::seen::{Seen, Withheld};
use super::settings::{self, Difference, differences, masked};
use super::symptom::{Symptom, Symptoms, answer};
use super::{edge, everywhere};
use crate::{Certainty, Class, CookieAction, Fact, Hop, Probe, SessionCookie};

/// Who lost the session and who did not.
pub(super) struct Loss<'r> {
    /// The symptoms of each component that did not accept the session.
    pub(super) lost: BTreeMap<&'r str, Vec<Symptom<'r>>>,
    /// Of the other components, those about which a case passed, in the platform file's order.
    pub(super) passed: Vec<&'r str>,
    /// Of these, the ones whose case was about accepting the session.
    accepting: Vec<&'r str>,
    /// Those about which a case came to an end, in the platform file's order.
    pub(super) asked: Vec<&'r str>,
}

impl<'r> Loss<'r> {
    fn of(seen: &Seen<'r>, symptoms: &Symptoms<'r>) -> Loss<'r> {
        let mut lost: BTreeMap<&str, Vec<Symptom<'_>>> = BTreeMap::new();
        for symptom in symptoms.of_class(Class::SessionLost) {
            if let Some(component) = symptom.component {
                lost.entry(component).or_default().push(symptom);
            }
        }
        let (mut passed, mut accepting) = (seen.passing(), seen.accepting());
        passed.retain(|name| !lost.contains_key(name));
        accepting.retain(|name| !lost.contains_key(name));
        Loss { lost, passed, accepting, asked: seen.asked() }
    }
}

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let loss = Loss::of(seen, symptoms);
    if loss.lost.is_empty() {
        return Vec::new();
    }
    symptoms.explain(|symptom| symptom.is(Class::SessionLost) && symptom.component.is_some());
    // Whoever was not asked may well accept it: nothing is said of all when only some were looked at.
    let everywhere =
        seen.components().filter(|name| seen.issuer != Some(name)).all(|name| loss.lost.contains_key(name));
    if loss.lost.len() > 1 && (everywhere || loss.passed.is_empty()) {
        return vec![everywhere::finding(seen, &loss)];
    }
    seen.components()
        .filter_map(|name| Some((name, loss.lost.get(name)?)))
        .map(|(name, symptoms)| lost_in(seen, &loss, name, symptoms))
        .collect()
}

fn lost_in<'r>(seen: &Seen<'r>, loss: &Loss<'r>, name: &str, symptoms: &[Symptom<'r>]) -> Finding {
    let mut finding = Finding::new(name, format!("{name} does not accept the platform session"), "")
        .proven_by(proof(seen, loss, symptoms))
        .noted(seen.notes(name));
    finding.proof.extend(seen.of_before(&[name]));
    let accepted = seen.accepted_by(name);
    if !accepted.is_empty() {
        finding.title = format!("{name} does not always accept the platform session");
        let refused: BTreeSet<Probe> = symptoms.iter().filter_map(|symptom| symptom.probe).collect();
        finding.proof.push(format!("accepted on: {}; refused on: {}", words(&accepted), words(&refused)));
    }
    let issuer = seen.issuer.filter(|issuer| *issuer != name);
    let compared: Vec<&str> = std::iter::once(name).chain(issuer).collect();
    let known = issuer.and_then(|issuer| Some((issuer, seen.settings(issuer)?, seen.settings(name)?)));
    let mut differing = Vec::new();
    if let Some((issuer, ours, theirs)) = known {
        differing = differences(ours, theirs);
        for Difference { key, component_key, issuer: ours, component: theirs, .. } in &differing {
            finding.settings.extend([setting(issuer, key, ours), setting(name, component_key, theirs)]);
        }
    }
    let withheld = seen.withheld(symptoms);
    let nothing_went = withheld.as_ref().is_some_and(|withheld| withheld.nothing_went);
    finding.cause = match (differing.first(), withheld) {
        // What a component does with sessions matters only once it is sent one.
        (Some(difference), _) if !nothing_went => {
            if difference.explains() {
                finding.certainty = Certainty::Certain;
            }
            difference.words().to_owned()
        }
        (_, Some(Withheld { cookie, why, .. })) => format!("cookie `{cookie}` does not reach it: {why}"),
        _ if !accepted.is_empty() => {
            "something that changes from request to request, such as the instance that answers".to_owned()
        }
        _ if seen.issuer == Some(name) => "it issues the session and does not accept it itself".to_owned(),
        _ => match known {
            Some((_, ours, theirs)) => {
                let hidden = masked(ours, theirs);
                let other = match hidden.is_empty() {
                    true => {
                        "something other than its settings, since those about sessions equal the issuer's"
                    }
                    false => {
                        "something other than the settings that can be compared, which equal the issuer's"
                    }
                };
                finding.notes.extend(settings::notes(ours, theirs));
                if is_sent_it(seen, name, symptoms) {
                    other.to_owned()
                } else {
                    finding.certainty = Certainty::Possible;
                    finding.notes.push(edge::untold(name));
                    format!("the edge, which may drop the session's cookie on the way to it, or {other}")
                }
            }
            None => {
                finding.notes.extend(unread(seen, &compared));
                if is_sent_it(seen, name, symptoms) {
                    "its session settings, which could not be compared with the issuer's".to_owned()
                } else {
                    finding.certainty = Certainty::Possible;
                    finding.notes.push(edge::untold(name));
                    "its session settings, or the edge, which may not pass the session on to it".to_owned()
                }
            }
        },
    };
    finding.notes.extend(seen.unreadable(&compared));
    finding
}

/// Whether the session is known to come through to the component.
fn is_sent_it<'r>(seen: &Seen<'r>, name: &str, symptoms: &[Symptom<'r>]) -> bool {
    saw_the_cookie(seen, symptoms) || seen.is_compared_with_an_origin(name)
}

/// Whoever deletes the session's cookie has been sent it.
fn saw_the_cookie<'r>(seen: &Seen<'r>, symptoms: &[Symptom<'r>]) -> bool {
    let mut hops = symptoms.iter().filter_map(Symptom::hop);
    hops.any(|hop| deleted(seen, hop).is_some())
}

/// The session's cookie that an answer deletes.
fn deleted<'r>(seen: &Seen<'r>, hop: &Hop) -> Option<&'r SessionCookie> {
    let mut cookies = seen.cookies.iter().copied();
    cookies.find(|cookie| hop.cookie(&cookie.name, CookieAction::Deleted).is_some())
}

pub(super) fn setting(component: &str, key: &str, value: &Option<String>) -> (String, String, String) {
    let value = value.as_deref().unwrap_or("(not set)");
    (component.to_owned(), key.to_owned(), value.to_owned())
}

/// The columns by their heads.
fn words<'p>(probes: impl IntoIterator<Item = &'p Probe>) -> String {
    probes.into_iter().map(|probe| probe.word()).collect::<Vec<_>>().join(", ")
}

fn proof<'r>(seen: &Seen<'r>, loss: &Loss<'r>, symptoms: &[Symptom<'r>]) -> Vec<String> {
    let mut proof = Vec::new();
    let hops: Vec<&Hop> = symptoms.iter().filter_map(Symptom::hop).collect();
    if let Some(hop) = hops.first() {
        proof.extend(seen.sent(hop));
        proof.push(answer(hop));
        if let Some(cookie) = deleted(seen, hop) {
            proof.push(format!("the answer deletes cookie `{}`", cookie.name));
        }
    } else if let Some(symptom) = symptoms.first() {
        proof.push(symptom.check.headline());
    }
    let asked = hops.iter().filter(|hop| seen.went_with(hop));
    let instances: BTreeSet<&str> = asked.filter_map(|hop| hop.instance.as_deref()).collect();
    if instances.len() > 1 {
        proof.push(format!("refused by instances {}", instances.into_iter().collect::<Vec<_>>().join(", ")));
    }
    proof.push(if !loss.accepting.is_empty() {
        format!("the same login's session is accepted by {}", loss.accepting.join(", "))
    } else if !loss.passed.is_empty() {
        format!("cases about {} passed with the same login", loss.passed.join(", "))
    } else if loss.asked.len() > 1 {
        "no other component was seen to accept it by this process".to_owned()
    } else {
        "no other component was asked by this process".to_owned()
    });
    proof
}

/// Of these components, those whose settings nobody tried to read.
fn unread(seen: &Seen<'_>, names: &[&str]) -> Option<String> {
    let tried = |name: &str| {
        seen.record.facts().any(|fact| match fact {
            Fact::Settings { component, .. } | Fact::SettingsUnreadable { component, .. } => {
                component == name
            }
            _ => false,
        })
    };
    let unread: Vec<&str> = names.iter().copied().filter(|name| !tried(name)).collect();
    (!unread.is_empty()).then(|| {
        let names = unread.join(" and ");
        format!("settings of {names} were not read: `settings` in the platform file says where they are")
    })
}
