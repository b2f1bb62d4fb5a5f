//! Some instances of a component accept the session and others do not.

use super::finding::Finding;
use super::fleet::{Fleet, release_of_all};
use super::seen::Seen;
use super::session::setting;
use super::settings::{Difference, differences};
use super::symptom::{Symptom, Symptoms};
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
        } else if let Some((other, difference)) = differing {
            finding.certainty = Certainty::Certain;
            finding.cause = format!("its instances disagree: {}", difference.words());
            finding.settings = vec![
                setting(&other, &difference.key, &difference.issuer),
                setting(instance, &difference.key, &difference.component),
            ];
        } else {
            finding.cause =
                "its instances disagree: this one keeps sessions in memory of its own, has another \
                             signing key, or was left out of the deploy"
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
