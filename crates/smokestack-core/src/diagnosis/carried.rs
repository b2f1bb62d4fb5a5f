//! Only who comes from before the deploy is hurt by it: the old session is refused, or signing in anew goes wrong.

use std::collections::BTreeSet;

use super::cookie::changes;
use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, Certainty, Class, CookieAction, CookieNote, Probe};

/// How many answers a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // Whoever refuses a new session too has another finding, and so has a store that nobody can sign in without.
    if symptoms.of_class(Class::Login).any(|symptom| !symptom.is_of(Probe::Carried)) {
        return Vec::new();
    }
    let mut findings = Vec::from_iter(twice(seen, symptoms));
    let refusing: BTreeSet<&str> = symptoms
        .open()
        .filter(|symptom| !symptom.is_of(Probe::Carried))
        .filter(|symptom| symptom.is(Class::SessionLost) || symptom.is_error())
        .filter_map(|symptom| symptom.component)
        .collect();
    let old: Vec<Symptom<'r>> = symptoms
        .open()
        .filter(|symptom| symptom.is_of(Probe::Carried) && symptom.check.blame == Blame::Wrong)
        .filter(|symptom| namesakes(symptom).is_none())
        .filter(|symptom| symptom.component.is_some_and(|name| !refusing.contains(name)))
        .collect();
    let names: BTreeSet<&str> = old.iter().filter_map(|symptom| symptom.component).collect();
    if names.is_empty() {
        return findings;
    }
    symptoms.explain(|symptom| {
        let named = symptom.component.is_some_and(|name| names.contains(name));
        symptom.is_of(Probe::Carried) && named && namesakes(symptom).is_none()
    });
    let asked = seen.record.cases.iter().filter(|case| case.notes.checks > 0);
    let asked: BTreeSet<&str> = asked
        .filter_map(|case| case.cell.as_ref())
        .filter(|cell| cell.probe == Probe::Carried)
        .map(|cell| cell.component.as_str())
        .collect();
    // Who accepts old sessions and no new ones looks where the issuer kept them before: it has moved away from the others,
    // and what is said of new sessions says so.
    let still = seen.accepting_old();
    let moved = seen.issuer.is_some_and(|issuer| names.contains(issuer))
        && old.iter().all(|symptom| symptom.is(Class::SessionLost))
        && refusing.iter().any(|name| still.contains(name));
    if moved {
        return findings;
    }
    // Who alone still takes old sessions proves that they could be read.
    let is_the_issuers =
        names.len() == asked.len() || seen.issuer.is_some_and(|issuer| names.contains(issuer));
    if is_the_issuers {
        findings.push(finding(seen, seen.issuer_or_words(), &old));
        return findings;
    }
    let one = |name: &&'r str| {
        let own: Vec<_> = old.iter().filter(|symptom| symptom.is_about(name)).copied().collect();
        finding(seen, name, &own)
    };
    findings.extend(names.iter().map(one));
    findings
}

/// The cookie of before stays beside the new one, since that has another Domain or Path.
fn twice<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let of_everybody = |symptom: &Symptom<'_>| {
        let twice = symptom.is(Class::Contract) && namesakes(symptom).is_some();
        !symptom.is_of(Probe::Carried) && (symptom.is(Class::SessionLost) || twice)
    };
    // Where people without old cookies are hurt too, what is wrong with the cookie is told of them.
    if symptoms.open().any(|symptom| of_everybody(&symptom)) {
        return None;
    }
    let carried = symptoms.open().filter(|symptom| symptom.is_of(Probe::Carried));
    let (symptom, (name, cookies)) =
        carried.filter_map(|symptom| Some((symptom, namesakes(&symptom)?))).next()?;
    symptoms.explain(|symptom| symptom.is_of(Probe::Carried) && namesakes(symptom).is_some());
    // What else was agreed of that cookie is why the old one stays.
    let quoted = format!("cookie `{name}`");
    let not_as_agreed =
        |symptom: &Symptom<'_>| symptom.is(Class::Contract) && symptom.check.headline().contains(&quoted);
    let broken: Vec<Symptom<'r>> = symptoms.open().filter(not_as_agreed).collect();
    symptoms.explain(not_as_agreed);
    let issuer = seen.issuer_or_words();
    let of_now: Vec<bool> = cookies.iter().map(|line| is_set_now(&symptom, &name, line)).collect();
    if of_now.iter().all(|now| *now) {
        let title = format!("{issuer} leaves people with two cookies of one name");
        let cause = format!("two cookies of one name for one URL: a login sets `{name}` twice");
        let finding = Finding::new(issuer, title, cause).sure(Certainty::Certain).proven_by(cookies);
        return Some(finding.proven_by([symptom.line()]).proven_by(changes(&broken)));
    }
    let title =
        format!("{issuer} leaves people who come from before the deploy with two cookies of one name");
    let cause = format!(
        "two cookies of one name for one URL: `{name}` has another Domain or Path than before, and the old one stays beside it"
    );
    let cookies = cookies.into_iter().zip(of_now).map(|(line, now)| match now {
        true => line,
        false => format!("{line} before the deploy"),
    });
    let finding = Finding::new(issuer, title, cause).sure(Certainty::Certain).proven_by(cookies);
    let end = "a cookie is replaced by one of the same name, Domain and Path: the release has to end the old one, or to name \
               the new one otherwise";
    Some(finding.proven_by([symptom.line()]).proven_by(changes(&broken)).noted([end.to_owned()]))
}

/// Whether the cookie of such a line was set since the deploy, in this case.
fn is_set_now(symptom: &Symptom<'_>, name: &str, line: &str) -> bool {
    let exchanges = symptom.case.notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
    let mut set = exchanges.flat_map(|hop| &hop.cookies).filter(|note| {
        note.name == name && matches!(note.action, CookieAction::Stored | CookieAction::Replaced)
    });
    set.any(|note| note.scope.as_ref().is_some_and(|scope| line.contains(&format!("`: {scope}"))))
}

/// The name of cookies that went out together with a line for each: Domain, Path, and which answer set it.
fn namesakes(symptom: &Symptom<'_>) -> Option<(String, Vec<String>)> {
    if symptom.is(Class::Contract) {
        let lines: Vec<String> =
            symptom.check.notes.iter().filter(|note| note.starts_with("cookie `")).cloned().collect();
        let name = lines.first()?.split('`').nth(1)?.to_owned();
        return Some((name, lines));
    }
    if !symptom.is(Class::Login) && !symptom.is(Class::SessionLost) {
        return None;
    }
    symptom.exchange?.hops.iter().find_map(|hop| {
        let sent = || hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
        let name = &sent().find(|note| sent().filter(|other| other.name == note.name).count() > 1)?.name;
        let line = |note: &CookieNote| {
            let (scope, by) = (note.scope.as_deref().unwrap_or(&note.why), note.set_by.as_deref());
            format!("cookie `{name}`: {scope}{}", by.map(|by| format!(", set by {by}")).unwrap_or_default())
        };
        Some((name.clone(), sent().filter(|note| note.name == *name).map(line).collect()))
    })
}

fn finding<'r>(seen: &Seen<'r>, component: &str, old: &[Symptom<'r>]) -> Finding {
    let errors = old.iter().filter(|symptom| symptom.is_error()).count();
    let names: BTreeSet<&str> = old.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let login = old.iter().find(|symptom| symptom.is(Class::Login));
    let lost = old.iter().any(|symptom| symptom.is(Class::SessionLost));
    let (title, cause, certainty) = if errors > 0 {
        let cause = "what cannot be read of a session from before the deploy is an error there, not a way to the login";
        (
            format!("{component} answers sessions from before the deploy with an error"),
            cause.to_owned(),
            Certainty::Likely,
        )
    } else if let Some(login) = login.filter(|_| !lost) {
        let title = format!("{component} does not let people in again who come from before the deploy");
        (title, login.check.headline(), Certainty::Likely)
    } else {
        let (cause, certainty) = cause(seen, old);
        (format!("{component} refuses sessions from before the deploy"), cause, certainty)
    };
    let accepts_new = !seen.cookies.is_empty() || seen.accepting().contains(&component);
    let mut finding = Finding::new(component, title, cause)
        .sure(if accepts_new { certainty } else { Certainty::Possible })
        .proven_by(old.iter().map(Symptom::line).collect::<BTreeSet<_>>().into_iter().take(SHOWN));
    if errors == 0 && !lost {
        return finding.proven_by(accepts_new.then(|| "whoever has no old cookies signs in".to_owned()));
    }
    let answered = if lost { "refused" } else { "answered with an error" };
    finding = finding.proven_by([format!(
        "a session from before the deploy is {answered} by {names}{}",
        match accepts_new {
            true => "; a new one is accepted",
            false => "",
        }
    )]);
    if let Some(login) = login {
        let again = format!("nor does signing in over the old cookies work: {}", login.line());
        return finding.proven_by([again]);
    }
    if accepts_new {
        return finding
            .noted(["everybody who was signed in when the deploy began is signed out by it".to_owned()]);
    }
    finding.noted([
        "nobody has signed in by this process: whether new sessions are accepted is not known".to_owned()
    ])
}

/// Why the old session is not known: another cookie, or the same cookie that is read in another way.
fn cause(seen: &Seen<'_>, old: &[Symptom<'_>]) -> (String, Certainty) {
    let sent: BTreeSet<&str> = old
        .iter()
        .filter_map(Symptom::hop)
        .flat_map(|hop| &hop.cookies)
        .filter(|note| note.action == CookieAction::Sent)
        .map(|note| note.name.as_str())
        .filter(|name| !seen.is_of_visitors(name))
        .collect();
    let new: Vec<&str> = seen.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    if new.is_empty() || sent.is_empty() || new.iter().any(|name| sent.contains(name)) {
        let cause = "a session from before the deploy is refused: the signing key or the session's format changed \
                     without a time in which both are read";
        return (cause.to_owned(), Certainty::Likely);
    }
    let (sent, new) = (sent.into_iter().collect::<Vec<_>>().join("`, `"), new.join("`, `"));
    let cause = format!("the session's cookie was `{sent}` before the deploy and is `{new}` now");
    (cause, Certainty::Certain)
}
