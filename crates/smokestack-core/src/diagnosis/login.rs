//! The login failed: nothing after it can be judged.

use crate::{Blame, Certainty, Class, Finding, Record};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    let failed = record.cases.iter().find_map(|case| {
        let attempt = case.outcome.reason()?;
        let check =
            attempt.failed().find(|check| check.class == Class::Login && check.blame == Blame::Wrong)?;
        Some((case, check))
    });
    let Some((case, check)) = failed else { return Vec::new() };
    // The hop that answered wrongly says which component did.
    let exchange = check.exchange.and_then(|index| case.notes.exchanges.get(index));
    let hop = exchange.and_then(|exchange| exchange.last());
    let issuer = record.run.components.iter().find(|component| component.issuer);
    let component = hop
        .and_then(|hop| hop.component.clone())
        .or_else(|| issuer.map(|component| component.name.clone()))
        .unwrap_or_else(|| "the issuer of the session".to_owned());
    let mut proof: Vec<String> = hop
        .map(|hop| match hop.status {
            Some(status) => format!("{} {} answered {status}", hop.method, hop.url),
            None => format!("{} {} got no answer", hop.method, hop.url),
        })
        .into_iter()
        .collect();
    proof.extend(check.notes.iter().cloned());
    let help = check.help.clone().into_iter().collect();
    vec![Finding {
        title: format!("{} at {component}", check.what),
        component,
        instance: None,
        certainty: Certainty::Likely,
        cause: check.found.clone().unwrap_or_else(|| check.headline()),
        settings: Vec::new(),
        proof,
        notes: help,
    }]
}
