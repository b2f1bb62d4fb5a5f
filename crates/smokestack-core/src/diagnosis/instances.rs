//! Some instances of a component accept the session and others do not.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::fleet::{self, Fleet, release_of_all};
use super::seen::Seen;
use super::session::setting;
use super::settings::{self, Difference, differences};
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Certainty, Class, Fact, Probe};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in seen.components() {
        let own: Vec<Symptom<'r>> = symptoms
            .open()
            .filter(|symptom| symptom.is_about(name) && speaks_of_the_session(symptom))
            .collect();
        let Some(first) = own.first() else { continue };
        let fleet = Fleet::of(seen, name);
        let release = release_of_all(seen);
        let left_behind = release.map(|release| fleet.apart_from(release)).unwrap_or_default();
        let refusing = fleet.refusing();
        if left_behind.is_empty()
            && let Some(finding) = bound(seen, name, &fleet, first)
        {
            findings.push(finding);
            symptoms.explain(|symptom| symptom.is_about(name) && speaks_of_the_session(symptom));
            continue;
        }
        let guilty = if left_behind.is_empty() { refusing.clone() } else { left_behind.clone() };
        let [instance] = guilty.as_slice() else { continue };
        let destroyed = own.iter().find(|symptom| symptom.is(Class::SessionDestroyed));
        let title = match destroyed {
            _ if refusing.contains(instance) => {
                format!("{instance} of {name} does not accept the platform session")
            }
            Some(_) => {
                format!("after a visit to {instance} of {name} the platform session is refused elsewhere")
            }
            None => format!("{name} does not always accept the platform session"),
        };
        // What came after the visit says more than a request that was refused at some time.
        let shown = destroyed.unwrap_or(first);
        let mut finding = Finding::new(name, title, "")
            .of_instance(Some(instance))
            .proven_by(fleet.lines())
            .proven_by(destroyed.and_then(|symptom| visit(symptom, name)))
            .proven_by([match destroyed {
                Some(_) => format!("after the visit: {}", shown.line()),
                None => shown.line(),
            }])
            .proven_by(shown.hop().into_iter().flat_map(|hop| seen.sent(hop)).take(1))
            .noted(seen.notes(name));
        let differing = differing(seen, name, instance);
        if let (Some(release), [_]) = (release, left_behind.as_slice()) {
            let own: Vec<&str> = fleet.instances[instance].releases.iter().copied().collect();
            finding.certainty = Certainty::Certain;
            finding.cause = format!(
                "its instances disagree: {instance} runs release {}, the others {release}",
                own.join(", ")
            );
            finding.settings =
                differing.map(|(other, difference)| rows(&other, instance, &difference)).unwrap_or_default();
        } else if let Some((other, difference)) = differing {
            finding.certainty = Certainty::Certain;
            finding.cause = format!("its instances disagree: {}", difference.words());
            finding.settings = rows(&other, instance, &difference);
        } else {
            finding.cause =
                "its instances disagree: this one keeps sessions in memory of its own, has another \
                             signing key, or was left out of the deploy; or each knows whom it saw first alone, and nothing \
                             keeps visitors there"
                    .to_owned();
        }
        findings.push(finding);
        symptoms.explain(|symptom| {
            symptom.is_about(name) && (speaks_of_the_session(symptom) || symptom.is(Class::Release))
        });
        // Where the others refuse what this one accepts, sessions made anew may have been with it too.
        if !refusing.contains(instance) {
            symptoms.explain(|symptom| symptom.is(Class::SessionShortLived));
        }
        // A session that it writes so that the others cannot read it is lost to them too.
        if own.iter().any(|symptom| symptom.is(Class::SessionDestroyed)) {
            symptoms.explain(|symptom| {
                let other = symptom.component.filter(|other| !seen.is_explained_by_settings(other));
                symptom.is(Class::SessionLost) && other.is_some()
            });
            // Nor can the issuer end it at logout, so that this instance goes on with it.
            symptoms.explain(|symptom| {
                symptom.is_about(name) && symptom.is(Class::SessionNotRefused) && symptom.is_of(Probe::Logout)
            });
        }
    }
    findings
}

fn rows(other: &str, instance: &str, difference: &Difference) -> Vec<(String, String, String)> {
    vec![
        setting(other, &difference.key, &difference.issuer),
        setting(instance, &difference.key, &difference.component),
    ]
}

/// The visit after which the session was refused elsewhere.
fn visit(symptom: &Symptom<'_>, name: &str) -> Option<String> {
    let before = symptom.check.exchange?;
    let mut hops = symptom.case.notes.exchanges.iter().take(before).flat_map(|exchange| &exchange.hops);
    let hop = hops.rfind(|hop| hop.component.as_deref() == Some(name))?;
    Some(format!("the visit: {} by {}", answer(hop), hop.instance.as_deref().unwrap_or(name)))
}

/// Sessions belong to the instance that they reached first, and visitors come to others too. Whether the edge should keep
/// them there, or the component not need that, is not to be seen.
fn bound(seen: &Seen<'_>, name: &str, fleet: &Fleet<'_>, first: &Symptom<'_>) -> Option<Finding> {
    let told = told_to_be_bound(seen, name);
    let accepts = fleet.instances.values().any(|instance| instance.accepted > 0);
    let explained = fleet.refusing().iter().any(|instance| differing(seen, name, instance).is_some());
    let says_so = !told.is_empty() || disagree_both_ways(seen, name);
    if fleet.instances.len() < 2 || !accepts || explained || !says_so {
        return None;
    }
    let title = format!("{name} accepts the platform session on one instance at a time");
    let cause = "sessions belong to the instance that they reached first, and nothing keeps visitors there: the edge should, \
                 or the component should not need it";
    let mut finding = Finding::new(name, title, cause)
        .sure(Certainty::Possible)
        .proven_by(fleet.lines())
        .proven_by([first.line()])
        .proven_by(first.hop().into_iter().flat_map(|hop| seen.sent(hop)).take(1))
        .noted(["`affinity` in `[session]` names the cookie by which the edge keeps visitors on one instance: with it \
                 a run tells whether the edge still sets it"
            .to_owned()])
        .noted(seen.notes(name));
    finding.settings = told;
    Some(finding)
}

/// The setting by which every instance of the component says that its sessions are its own, with each one's value.
fn told_to_be_bound(seen: &Seen<'_>, name: &str) -> Vec<(String, String, String)> {
    let own: Vec<_> = seen
        .record
        .facts()
        .filter_map(|fact| match fact {
            Fact::Settings { component, instance, values, .. } if component == name => {
                let (key, value) = settings::bound_to_an_instance(values)?;
                let who = instance.clone().unwrap_or_else(|| component.clone());
                Some((who, key.to_owned(), value.to_owned()))
            }
            _ => None,
        })
        .collect();
    let all = seen
        .record
        .facts()
        .filter(|fact| matches!(fact, Fact::Settings { component, .. } if component == name));
    if all.count() == own.len() { own } else { Vec::new() }
}

/// Whether one instance refused what another accepted, and with another session the other way round. A case has one
/// session; in the cases that have two, or end it, that is not to be seen.
fn disagree_both_ways(seen: &Seen<'_>, name: &str) -> bool {
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for case in &seen.record.cases {
        let one_session =
            |probe: Probe| !probe.is_negative() && !matches!(probe, Probe::Accounts | Probe::Carried);
        if !case.cell.as_ref().is_some_and(|cell| cell.component == name && one_session(cell.probe)) {
            continue;
        }
        let (accepted, refused): (Vec<_>, Vec<_>) =
            fleet::judged_in(seen, case).into_iter().partition(|(_, accepted)| *accepted);
        for (yes, _) in &accepted {
            for (no, _) in &refused {
                if let (Some(yes), Some(no)) = (&yes.instance, &no.instance) {
                    pairs.insert((yes, no));
                }
            }
        }
    }
    // An instance that refused what it had accepted is unsteady, not bound.
    pairs.iter().all(|(yes, no)| yes != no) && pairs.iter().any(|(yes, no)| pairs.contains(&(no, yes)))
}

fn speaks_of_the_session(symptom: &Symptom<'_>) -> bool {
    symptom.is(Class::SessionLost) || symptom.is(Class::SessionDestroyed)
}

/// The first difference between the settings of this instance and those of another of its component, or of the
/// issuer, that is a reason to lose sessions; with the name of that other.
fn differing(seen: &Seen<'_>, name: &str, instance: &str) -> Option<(String, Difference)> {
    let settings = |wanted: &dyn Fn(&str, Option<&str>) -> bool| {
        seen.record.facts().find_map(|fact| match fact {
            Fact::Settings { component, instance, values, .. } if wanted(component, instance.as_deref()) => {
                Some((instance.clone().unwrap_or_else(|| component.clone()), values))
            }
            _ => None,
        })
    };
    let (_, own) = settings(&|component, of| component == name && of == Some(instance))?;
    let other = settings(&|component, of| component == name && of.is_some_and(|of| of != instance));
    let issuer = settings(&|component, _| Some(component) == seen.issuer && component != name);
    [other, issuer].into_iter().flatten().find_map(|(other, values)| {
        let difference = differences(values, own).into_iter().find(Difference::explains)?;
        Some((other, difference))
    })
}
