//! Whose page this is. A page of somebody else is the worst that a platform can show.

use smokestack_core::{Blame, Class, FailedCheck};

use super::Page;

/// Headers by which a cache says that an answer was not made for whoever asked.
const CACHE_HEADERS: [&str; 5] = ["x-cache", "age", "cf-cache-status", "x-cache-hits", "via"];

/// The page shows the account's own marker.
pub(super) fn belongs_to(page: &Page, account: &str) -> Result<(), Box<FailedCheck>> {
    let run = &page.session().scope.run;
    let what = format!("account shown at {}", page.asked());
    let harness = |found: String, help: &str| {
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what.clone()).help(help);
        Err(Box::new(FailedCheck { found: Some(found), ..check }))
    };
    let Some(who) = &run.platform.session.who else {
        return harness(
            "nobody knows where it stands".to_owned(),
            "`who` in `[session]` of the platform file says it",
        );
    };
    let Some(expected) = run.shown_name(account) else {
        let help = format!("ask for a session of `{account}` first");
        return harness(format!("what pages of `{account}` show is not known"), &help);
    };
    let found = page.document().select(&who.selector, 1, |element| match &who.attribute {
        Some(attribute) => element.attr(attribute).map(str::to_owned),
        None => Some(super::document::folded(element.text())),
    });
    let found = found.ok().and_then(|found| found.into_iter().next()).flatten();
    let check = FailedCheck::new(Blame::Wrong, Class::Identity, what.clone());
    let check = match &found {
        Some(found) if *found == expected => return Ok(()),
        Some(found) => check.expected_found(page.shown(&expected), page.shown(found)),
        None => {
            let check = FailedCheck { class: Class::Value, ..check };
            let check =
                check.expected_found(page.shown(&expected), format!("no `{}` on the page", who.selector));
            return Err(Box::new(FailedCheck { notes: page.heading_notes(), ..check }));
        }
    };
    let stranger = found.as_ref().filter(|found| !run.is_shown_by_an_account(found));
    let check = match stranger {
        Some(found) => check.note(format!(
            "no account of the platform file is called {}: if that is no name, `who` in `[session]` finds the wrong thing",
            page.shown(found)
        )),
        None => check,
    };
    let cached = CACHE_HEADERS.iter().filter_map(|name| {
        let value = page.header_value(name)?;
        Some(format!("header `{name}: {value}`: an answer out of a cache"))
    });
    let notes = check.notes.iter().cloned().chain(cached).collect();
    Err(Box::new(FailedCheck { notes, ..check }))
}
