//! A component, or one of its instances, did not get the release.

use super::finding::Finding;
use super::fleet::{Fleet, release_of_all};
use super::seen::Seen;
use super::symptom::Symptoms;
use crate::{Certainty, Class};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let named: Vec<&str> = seen
        .components()
        .filter(|name| symptoms.of_class(Class::Release).any(|symptom| symptom.is_about(name)))
        .collect();
    let Some(release) = release_of_all(seen) else { return Vec::new() };
    let fleets: Vec<_> = named.iter().map(|name| (*name, Fleet::of(seen, name))).collect();
    let by_all = |fleet: &Fleet<'_>| !fleet.releases().contains(release);
    let asked = seen.asked();
    if named.len() > 1 && named.len() == asked.len() && fleets.iter().all(|(_, fleet)| by_all(fleet)) {
        symptoms.explain(|symptom| symptom.is(Class::Release));
        return vec![nowhere(&fleets, release)];
    }
    let mut findings = Vec::new();
    for (name, fleet) in fleets {
        let apart = fleet.apart_from(release);
        let finding = match apart.as_slice() {
            [] if by_all(&fleet) => Finding::new(
                name,
                format!("{name} did not get release {release}"),
                format!("every instance of it shows {}, not the release that is expected", shown(&fleet)),
            ),
            [instance] => Finding::new(
                name,
                format!("{instance} of {name} did not get release {release}"),
                format!("it shows {}, the others show {release}", shown_by(&fleet, instance)),
            )
            .of_instance(Some(instance)),
            _ => continue,
        };
        findings.push(finding.sure(Certainty::Certain).proven_by(lines(&fleet)).noted(seen.notes(name)));
        // Old pages, lost sessions, addresses that are not there: what an old release does.
        symptoms.explain(|symptom| symptom.is_about(name));
    }
    findings
}

/// Every component shows another release: nothing was deployed, or the wrong thing was expected.
fn nowhere(fleets: &[(&str, Fleet<'_>)], release: &str) -> Finding {
    let cause =
        "no component shows the release that is expected: nothing was deployed, or not to this target";
    Finding::new("every component", format!("the target does not run release {release}"), cause)
        .sure(Certainty::Certain)
        .proven_by(fleets.iter().map(|(name, fleet)| format!("{name} shows {}", shown(fleet))))
}

fn shown(fleet: &Fleet<'_>) -> String {
    fleet.releases().into_iter().collect::<Vec<_>>().join(", ")
}

fn shown_by(fleet: &Fleet<'_>, instance: &str) -> String {
    let releases = fleet.instances.get(instance).map(|instance| instance.releases.iter().copied());
    releases.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn lines(fleet: &Fleet<'_>) -> Vec<String> {
    fleet.instances.keys().map(|name| format!("{name} shows release {}", shown_by(fleet, name))).collect()
}
