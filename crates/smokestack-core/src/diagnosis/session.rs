//! A component does not accept the session.

use std::collections::{BTreeMap, BTreeSet};

use super::health_notes;
use super::refusal::{Refusal, refusals};
use super::seen::{Seen, Withheld};
use super::settings::{Difference, Meaning, differences, masked};
use crate::{Certainty, Class, CookieAction, Fact, Finding, Hop, Record, SessionCookie};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    let refusals = refusals(record, Class::SessionLost);
    if refusals.is_empty() {
        return Vec::new();
    }
    let seen = Seen::of(record, refusals.keys().copied().collect());
    // Whoever was not asked may well accept it: nothing is said of all when only some were looked at.
    let others = record.run.components.iter().filter(|component| !component.issuer);
    let everywhere = others.map(|component| component.name.as_str()).all(|name| seen.lost.contains(name));
    if seen.lost.len() > 1 && (everywhere || seen.passed.is_empty()) {
        return vec![lost_everywhere(&seen, &refusals)];
    }
    let names = record.run.components.iter().map(|component| component.name.as_str());
    names
        .filter_map(|name| Some((name, refusals.get(name)?)))
        .map(|(name, refusals)| lost_in(&seen, name, refusals))
        .collect()
}

/// Several components and no other but the issuer: what they share is to blame, not each of them.
fn lost_everywhere(seen: &Seen<'_>, refusals: &BTreeMap<&str, Vec<Refusal<'_>>>) -> Finding {
    let issuer = seen.issuer;
    let title = match issuer {
        Some(issuer) if seen.lost.contains(issuer) => "no component accepts the platform session",
        Some(issuer) if seen.passed.contains(&issuer) => {
            "no component but the issuer accepts the platform session"
        }
        _ => "no component that was asked accepts the platform session",
    };
    let lost: Vec<&str> = seen.lost.iter().copied().collect();
    let mut finding = Finding {
        title: title.to_owned(),
        component: issuer.unwrap_or("the issuer of the session").to_owned(),
        instance: None,
        certainty: Certainty::Possible,
        cause: String::new(),
        settings: Vec::new(),
        proof: vec![format!("refused by {}", lost.join(", "))],
        notes: cookie_lines(seen),
    };
    let others = seen.record.run.components.iter().map(|component| component.name.as_str());
    let unasked: Vec<&str> = others.filter(|name| !seen.asked.contains(name)).collect();
    if !unasked.is_empty() {
        finding.proof.push(format!("not asked in this run: {}", unasked.join(", ")));
    }
    let withheld = refusals.values().find_map(|refusals| seen.withheld(refusals));
    let apart = issuer
        .filter(|_| unasked.is_empty())
        .and_then(|issuer| Some((issuer, apart_from_all(seen, issuer)?)));
    if let Some((issuer, apart)) = apart {
        let sure = if apart.explains() { Certainty::Certain } else { Certainty::Likely };
        finding.certainty = sure;
        finding.cause =
            format!("{issuer} issues the session, and its `{}` is that of no other component", apart.key);
        finding.settings.push(setting(issuer, &apart.key, &apart.issuer));
        finding.settings.extend(lost.iter().map(|name| setting(name, &apart.key, &apart.component)));
    } else if let Some(Withheld { cookie, why, .. }) = withheld {
        finding.certainty = Certainty::Likely;
        finding.cause = format!("cookie `{cookie}` was not sent: {why}");
    } else if seen.passed.is_empty() {
        finding.cause =
            "something all components share, such as the session store, its cookie or the proxy in front"
                .to_owned();
    } else {
        let known = issuer.and_then(|issuer| seen.settings(issuer));
        let equal = |name: &&str| {
            known.zip(seen.settings(name)).is_some_and(|(ours, theirs)| differences(ours, theirs).is_empty())
        };
        finding.cause = if lost.iter().all(equal) {
            "the issuer's cookie or the proxy in front, since all session settings are equal".to_owned()
        } else {
            "the issuer's session settings, its cookie or the proxy in front".to_owned()
        };
    }
    let compared: Vec<&str> = issuer.into_iter().chain(lost).collect();
    finding.notes.extend(seen.unreadable(&compared));
    finding
}

/// A session setting of the issuer that differs from the one value that all who lost the session have.
fn apart_from_all(seen: &Seen<'_>, issuer: &str) -> Option<Difference> {
    let ours = seen.settings(issuer)?;
    let theirs: Vec<_> = seen.lost.iter().map(|name| seen.settings(name)).collect::<Option<_>>()?;
    let first = theirs.first()?;
    let alike = |difference: &Difference| {
        theirs.iter().all(|settings| settings.get(&difference.key) == first.get(&difference.key))
    };
    differences(ours, first).into_iter().find(alike)
}

fn cookie_lines(seen: &Seen<'_>) -> Vec<String> {
    let describe = |cookie: &&SessionCookie| {
        let domain =
            cookie.domain.as_ref().map_or("host-only".to_owned(), |domain| format!("Domain={domain}"));
        format!("the login set cookie `{}`: {domain}, Path={}", cookie.name, cookie.path)
    };
    seen.cookies.iter().map(describe).collect()
}

fn lost_in(seen: &Seen<'_>, name: &str, refusals: &[Refusal<'_>]) -> Finding {
    let mut finding = Finding {
        title: format!("{name} does not accept the platform session"),
        component: name.to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: String::new(),
        settings: Vec::new(),
        proof: proof(seen, refusals),
        notes: health_notes(seen.record, name),
    };
    let accepted = seen.accepted_by(name);
    if !accepted.is_empty() {
        finding.title = format!("{name} does not always accept the platform session");
        let refused: BTreeSet<&str> =
            refusals.iter().filter_map(|refusal| refusal.probe).map(|probe| probe.word()).collect();
        let refused: Vec<&str> = refused.into_iter().collect();
        finding.proof.push(format!(
            "accepted on: {}; refused on: {}",
            accepted.join(", "),
            refused.join(", ")
        ));
    }
    let issuer = seen.issuer.filter(|issuer| *issuer != name);
    let compared: Vec<&str> = std::iter::once(name).chain(issuer).collect();
    let known = issuer.and_then(|issuer| Some((issuer, seen.settings(issuer)?, seen.settings(name)?)));
    let mut differing = Vec::new();
    if let Some((issuer, ours, theirs)) = known {
        differing = differences(ours, theirs);
        for Difference { key, issuer: ours, component: theirs } in &differing {
            finding.settings.extend([setting(issuer, key, ours), setting(name, key, theirs)]);
        }
    }
    let withheld = seen.withheld(refusals);
    let nothing_went = withheld.as_ref().is_some_and(|withheld| withheld.nothing_went);
    finding.cause = match (differing.first(), withheld) {
        // What a component does with sessions matters only once it is sent one.
        (Some(difference), _) if !nothing_went => {
            if difference.explains() {
                finding.certainty = Certainty::Certain;
                difference.meaning().words().to_owned()
            } else {
                Meaning::Other.words().to_owned()
            }
        }
        (_, Some(Withheld { cookie, why, .. })) => format!("cookie `{cookie}` does not reach it: {why}"),
        _ if !accepted.is_empty() => {
            "something that changes from request to request, such as the instance that answers".to_owned()
        }
        _ if seen.issuer == Some(name) => "it issues the session and does not accept it itself".to_owned(),
        _ => match known {
            Some((_, ours, theirs)) => {
                let hidden = masked(ours, theirs);
                let cause = match hidden.is_empty() {
                    true => {
                        "something other than its settings, since those about sessions equal the issuer's"
                    }
                    false => {
                        "something other than the settings that can be compared, which equal the issuer's"
                    }
                };
                let notes =
                    hidden.into_iter().map(|key| format!("`{key}` is secret and could not be compared"));
                finding.notes.extend(notes);
                cause.to_owned()
            }
            None => {
                finding.notes.extend(unread(seen, &compared));
                "its session settings, which could not be compared with the issuer's".to_owned()
            }
        },
    };
    finding.notes.extend(seen.unreadable(&compared));
    finding
}

fn setting(component: &str, key: &str, value: &Option<String>) -> (String, String, String) {
    let value = value.as_deref().unwrap_or("(not set)");
    (component.to_owned(), key.to_owned(), value.to_owned())
}

fn proof(seen: &Seen<'_>, refusals: &[Refusal<'_>]) -> Vec<String> {
    let mut proof = Vec::new();
    let hops: Vec<&Hop> = refusals.iter().filter_map(Refusal::hop).collect();
    if let Some(hop) = hops.first() {
        let answer = match (hop.status, &hop.location) {
            (Some(status), Some(location)) => format!("answer {status} to {location}"),
            (Some(status), None) => format!("answer {status}"),
            (None, _) => "no answer".to_owned(),
        };
        proof.extend(seen.sent(hop));
        proof.push(format!("{} {}: {answer}", hop.method, hop.url));
        let deleted = |cookie: &&&SessionCookie| hop.cookie(&cookie.name, CookieAction::Deleted).is_some();
        if let Some(cookie) = seen.cookies.iter().find(deleted) {
            proof.push(format!("the answer deletes cookie `{}`", cookie.name));
        }
    } else if let Some(refusal) = refusals.first() {
        proof.push(refusal.check.headline());
    }
    let instances: BTreeSet<&str> = hops.iter().filter_map(|hop| hop.instance.as_deref()).collect();
    if instances.len() > 1 {
        proof.push(format!("refused by instances {}", instances.into_iter().collect::<Vec<_>>().join(", ")));
    }
    proof.push(if !seen.accepting.is_empty() {
        format!("the same login's session is accepted by {}", seen.accepting.join(", "))
    } else if !seen.passed.is_empty() {
        format!("cases about {} passed with the same login", seen.passed.join(", "))
    } else if seen.asked.len() > 1 {
        "no other component was seen to accept it in this run".to_owned()
    } else {
        "no other component was asked in this run".to_owned()
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
