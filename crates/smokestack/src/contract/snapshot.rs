//! The contract that somebody accepted: a snapshot beside the platform file.

use smokestack_core::{Class, FailedCheck};

use super::judge::Circumstances;
use super::portrait::{VISITORS, Visit, portrait};
use super::sheet::{Change, Sheet};
use crate::run::Run;
use crate::snapshot::{File, Head, Left, Told, Update, diff, is_forced, slug};

const SUBJECT: Told<'_> = Told { name: "session contract", class: Class::Contract };

/// Compares what a login left with what was accepted; the error says what is not as it was. Where insta would, what was
/// found is written beside it, to be looked at.
pub(super) fn as_accepted(
    run: &Run,
    login: &Circumstances<'_>,
    visits: &[Visit],
) -> Result<(), Box<FailedCheck>> {
    let file = run.snapshots.file(&name(&run.platform.name), &run.target.name, false)?;
    let env = run.env();
    file.note_reference(&env);
    let text = file.read().map_err(|error| SUBJECT.trouble("read", &file.path, &error))?;
    let accepted = text.as_deref().map(Sheet::parse);
    let found = portrait(login, visits, accepted.as_ref());
    // Names and paths are the platform's.
    let found = Sheet::parse(&run.redactor.redact(&found.to_string()));
    if accepted.as_ref().is_some_and(|accepted| accepted.changes(&found).is_empty()) {
        file.forget_pending();
        return Ok(());
    }
    let head = Head { source: "smokestack.toml", line: None, expression: SUBJECT.name };
    let left = file.leave(Update::wanted(&env, text.is_some()), &head, &found.to_string());
    let left = left.map_err(|error| SUBJECT.trouble("written", &file.path, &error))?;
    if left == Left::Accepted || is_forced(&env) {
        return Ok(());
    }
    Err(Box::new(match &accepted {
        Some(accepted) => changed(accepted, &found, visits, &file, &left),
        None => SUBJECT.missing(&file, &left),
    }))
}

fn changed(accepted: &Sheet, found: &Sheet, visits: &[Visit], file: &File, left: &Left) -> FailedCheck {
    let changes = accepted.changes(found);
    let told: Vec<String> = Change::together(&changes).iter().map(Change::to_string).collect();
    let what = if changes.iter().all(|change| change.head == VISITORS) {
        "session contract: cookies for visitors"
    } else {
        SUBJECT.name
    };
    let diff = diff(&accepted.to_string(), &found.to_string());
    let check = SUBJECT.changed(what, told.join("; "), diff, file, left);
    FailedCheck { exchange: only(&changes, visits), ..check }
}

/// The visit to which all changes belong, if there is one.
fn only(changes: &[Change], visits: &[Visit]) -> Option<usize> {
    let first = changes.first()?;
    let same = changes.iter().all(|change| change.head == VISITORS && change.key == first.key);
    let visit = visits.iter().find(|visit| Some(&visit.component) == first.key.as_ref());
    visit.filter(|_| same).map(|visit| visit.exchange)
}

fn name(platform: &str) -> String {
    let slug = slug(platform);
    format!("{}__session-contract", if slug.is_empty() { "platform" } else { &slug })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_named_after_the_platform() {
        assert_eq!(name("Our Shop!"), "our-shop__session-contract");
        assert_eq!(name("?"), "platform__session-contract");
    }
}
