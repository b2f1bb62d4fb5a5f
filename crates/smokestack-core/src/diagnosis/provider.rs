//! Signing in at the identity provider fails: its documents are wrong, or the component that reads them rejects it.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, Certainty, Class, Fact};

const PROVIDER: &str = "identity provider";

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let failed = symptoms.of_class(Class::Login).find(|symptom| symptom.check.blame == Blame::Wrong);
    let facts = seen.record.facts().filter(|fact| matches!(fact, Fact::Provider { .. }));
    let Some((symptom, fact)) = failed.zip(facts.last()) else { return Vec::new() };
    let Some(finding) = finding(&symptom, fact) else { return Vec::new() };
    symptoms.explain(|symptom| symptom.is(Class::Login) || symptom.is_error_of_the_login());
    let finding = finding
        .proven_by([symptom.check.headline()])
        .proven_by(symptom.last().map(super::symptom::answer))
        .proven_by(symptom.check.notes.iter().cloned());
    vec![finding]
}

fn finding(symptom: &Symptom<'_>, fact: &Fact) -> Option<Finding> {
    let Fact::Provider { issuer_expected, issuer_found, kids, source, why } = fact else { return None };
    if let (Some(expected), Some(found)) = (issuer_expected, issuer_found)
        && expected != found
    {
        let cause = format!("`issuer` in its discovery is `{found}`, and should be `{expected}`");
        let title = "the identity provider calls itself by another name";
        return Some(
            Finding::new(PROVIDER, title, cause)
                .sure(Certainty::Certain)
                .proven_by([format!("read at {source}")]),
        );
    }
    if let Some(why) = why {
        let cause = format!("its discovery or its keys cannot be read: {why}");
        return Some(
            Finding::new(PROVIDER, "signing in at the identity provider fails", cause)
                .proven_by([format!("asked at {source}")]),
        );
    }
    if symptom.says(&["kid", "signing key", "jwks", "signed with", "unknown key", "matching key"]) {
        let known = if kids.is_empty() { "none".to_owned() } else { kids.join(", ") };
        let named = texts(symptom).find_map(key);
        if let (Some(kid), Some(component)) = (named, symptom.last().and_then(|hop| hop.component.as_deref()))
            && kids.iter().any(|known| known == kid)
            && component != PROVIDER
        {
            let cause = format!(
                "it does not know key `{kid}`, which the provider publishes: it holds on to older keys"
            );
            return Some(
                Finding::new(
                    component,
                    format!("{component} rejects what the identity provider signs"),
                    cause,
                )
                .proven_by([format!("kids at {source}: {known}")]),
            );
        }
        let cause = "it signs with a key that it does not publish: the token's `kid` is not in its JWKS";
        let finding = Finding::new(PROVIDER, "the identity provider signs with an unknown key", cause)
            .sure(Certainty::Certain)
            .proven_by([format!("kids at {source}: {known}")]);
        return Some(finding);
    }
    // Who rejects what the provider sent is the one to look at, if it came so far.
    let exchanges = symptom.case.notes.exchanges.iter();
    let mut hops = exchanges.flat_map(|exchange| &exchange.hops);
    hops.find(|hop| hop.component.is_none() && hop.status.is_some())?;
    let component = symptom.last()?.component.as_deref()?;
    let cause = "the provider signs people in and the callback fails: client secret, redirect URI, issuer or cookie secret";
    Some(Finding::new(component, format!("{component} rejects what the identity provider sends"), cause))
}

/// What the harness and the page say of it.
fn texts<'r>(symptom: &Symptom<'r>) -> impl Iterator<Item = &'r str> {
    symptom.check.found.iter().chain(&symptom.check.notes).map(String::as_str)
}

/// The key that a text speaks of first: ``signed with the key `2023-b` ``, `kid "2023-b"`.
fn key(text: &str) -> Option<&str> {
    let quoted = |quote: char| {
        let pieces: Vec<&str> = text.split(quote).collect();
        let mut pairs = pieces.chunks(2).filter_map(|pair| Some((pair.first()?, *pair.get(1)?)));
        pairs.find_map(|(before, quoted)| {
            let before = before.trim_end_matches([' ', ':', '=']).to_ascii_lowercase();
            ["key", "kid"].iter().any(|word| before.ends_with(word)).then_some(quoted)
        })
    };
    ['`', '"', '\''].into_iter().find_map(quoted)
}
