//! What holds for the cookies of any session, whatever is declared: browsers keep them, and send one of a name.

use std::collections::BTreeSet;

use smokestack_core::{Blame, Class, CookieAction, CookieNote, Exchange, FailedCheck};

/// Cookies that a login sets and browsers do not keep, but those that are known for it.
pub(super) fn refused(notes: &[CookieNote], known: &[String]) -> Vec<FailedCheck> {
    let told = notes.iter().filter(|note| !known.contains(&note.name));
    told.map(|note| {
        let what = format!("cookie `{}` of the login", note.name);
        let check = FailedCheck::new(Blame::Wrong, Class::Contract, what)
            .expected_found("one that browsers keep", format!("refused: {}", note.why));
        let help = "if nobody needs it, `refused` in `[session.contract]` names it";
        let by = note.set_by.as_ref().map(|set_by| format!("`{}` was set by {set_by}", note.name));
        let check = check.help(help);
        match by {
            Some(by) => check.note(by),
            None => check,
        }
    })
    .collect()
}

/// Cookies of one name that went out with one request: servers read one of them, and not always the same. Only of these
/// names, or of any.
pub(crate) fn twice(exchange: &Exchange, names: Option<&BTreeSet<String>>) -> Vec<FailedCheck> {
    let mut broken = Vec::new();
    for hop in &exchange.hops {
        let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
        let sent = sent.filter(|note| names.is_none_or(|names| names.contains(&note.name)));
        let mut seen: Vec<&CookieNote> = Vec::new();
        for note in sent {
            if let Some(first) = seen.iter().find(|first| first.name == note.name) {
                let what = format!("two cookies of one name for one address: `{}`", note.name);
                let check = FailedCheck::new(Blame::Wrong, Class::Contract, what);
                let check = check.note(format!("both went to {}", hop.url));
                broken.push(check.note(first.sentence()).note(note.sentence()));
            }
            seen.push(note);
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use smokestack_core::Hop;

    use super::*;

    fn told(checks: &[FailedCheck]) -> String {
        checks.iter().map(FailedCheck::headline).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_cookie_that_browsers_do_not_keep_is_told_unless_it_is_known_for_it() {
        let refused_for = |name: &str, why: &str| CookieNote::new(name, CookieAction::Refused, why);
        let notes = [
            refused_for("sid", "SameSite=None asks for Secure"),
            refused_for("balancer", "it is Secure and the answer came over plain http"),
        ];
        insta::assert_snapshot!(told(&refused(&notes, &["balancer".to_owned()])), @"cookie `sid` of the login: expected one that browsers keep, found refused: SameSite=None asks for Secure");
        assert_eq!(refused(&notes, &[]).len(), 2);
    }

    #[test]
    fn two_cookies_of_one_name_are_told_where_the_name_counts() {
        let sent = |name: &str| CookieNote::new(name, CookieAction::Sent, "Path match");
        let hop = Hop {
            method: "GET".into(),
            url: "https://platform.test/".into(),
            component: None,
            status: Some(200),
            location: None,
            instance: None,
            release: None,
            cookies: vec![sent("sid"), sent("theme"), sent("sid"), sent("theme")],
            took: Duration::ZERO,
            timing: Default::default(),
            no_answer: None,
            login: false,
        };
        let exchange = Exchange { component: None, hops: vec![hop], took: Duration::ZERO };
        let of_session = BTreeSet::from(["sid".to_owned()]);
        assert_eq!(
            told(&twice(&exchange, Some(&of_session))),
            "two cookies of one name for one address: `sid`"
        );
        assert_eq!(twice(&exchange, None).len(), 2);
        assert!(twice(&exchange, Some(&BTreeSet::new())).is_empty());
    }
}
