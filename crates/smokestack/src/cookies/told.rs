//! The cookies of an exchange in a few lines, for a check that failed.

use smokestack_core::{CookieAction, CookieNote, Hop};

/// As many lines as leave the failure readable; the exchange below it shows the rest.
const MOST: usize = 4;

/// What went out with the request that decides, what did not, and what no answer could set. That a cookie was deleted is
/// how a component refuses a session, and stands with the exchange.
pub(crate) fn told(hops: &[Hop], deciding: Option<&Hop>) -> Vec<String> {
    let Some(deciding) = deciding else { return Vec::new() };
    let of = |hop: &Hop, action| -> Vec<CookieNote> {
        hop.cookies.iter().filter(|note| note.action == action).cloned().collect()
    };
    let (sent, withheld) = (of(deciding, CookieAction::Sent), of(deciding, CookieAction::Withheld));
    if sent.is_empty() && withheld.is_empty() {
        return vec!["no cookie was sent, since none is stored".to_owned()];
    }
    let refused = hops.iter().flat_map(|hop| of(hop, CookieAction::Refused));
    let mut lines = twice(&sent);
    for line in sent.iter().chain(&withheld).cloned().chain(refused).map(|note| note.sentence()) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if let Some(more @ 1..) = lines.len().checked_sub(MOST) {
        lines.truncate(MOST);
        lines.push(format!("and {more} more, below the exchange"));
    }
    lines
}

/// A server reads one of two cookies of a name, and which one is its secret.
fn twice(sent: &[CookieNote]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, note) in sent.iter().enumerate() {
        let namesakes = sent.iter().filter(|other| other.name == note.name).count();
        if namesakes > 1 && !sent[..index].iter().any(|other| other.name == note.name) {
            lines.push(format!("{namesakes} cookies `{}` were sent together", note.name));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hop(cookies: Vec<CookieNote>) -> Hop {
        Hop {
            method: "GET".to_owned(),
            url: "https://platform.test/".to_owned(),
            component: None,
            status: Some(302),
            location: None,
            instance: None,
            release: None,
            login: false,
            cookies,
            took: Duration::ZERO,
            timing: Default::default(),
            no_answer: None,
        }
    }

    fn note(name: &str, action: CookieAction, why: &str) -> CookieNote {
        let set_by = matches!(action, CookieAction::Sent | CookieAction::Withheld);
        let set_by = set_by.then(|| "POST /login (303)".to_owned());
        CookieNote { set_by, ..CookieNote::new(name, action, why) }
    }

    #[test]
    fn what_went_out_is_told_first_then_what_did_not_then_what_was_refused() {
        let hops = [
            hop(vec![
                note("theme", CookieAction::Withheld, "Path `/portal` does not cover `/`"),
                note("sid", CookieAction::Sent, "host, Path match"),
                note("sid", CookieAction::Deleted, "the answer ends it (host platform.test, Path /)"),
                note("flash", CookieAction::Stored, "host platform.test, Path /"),
            ]),
            hop(vec![
                note("csrf", CookieAction::Sent, "host, Path match"),
                note("other", CookieAction::Refused, "SameSite=None asks for Secure"),
            ]),
        ];
        insta::assert_snapshot!(told(&hops, hops.first()).join("\n"), @r"
        cookie `sid` was sent (host, Path match), set by POST /login (303)
        cookie `theme` was withheld: Path `/portal` does not cover `/`; it was set by POST /login (303)
        cookie `other` was refused: SameSite=None asks for Secure
        ");
    }

    #[test]
    fn an_empty_jar_is_said() {
        let hops = [hop(Vec::new())];
        assert_eq!(told(&hops, hops.first()), ["no cookie was sent, since none is stored"]);
        assert!(told(&[], None).is_empty());
    }

    #[test]
    fn two_of_one_name_are_said_first_and_many_are_cut() {
        let mut cookies = vec![note("sid", CookieAction::Sent, "host, Path match")];
        cookies.push(note("sid", CookieAction::Sent, "Domain, Path match"));
        cookies.extend(["a", "b", "c"].map(|name| note(name, CookieAction::Sent, "host, Path match")));
        let hops = [hop(cookies)];
        let lines = told(&hops, hops.first());
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], "2 cookies `sid` were sent together");
        assert_eq!(lines[4], "and 2 more, below the exchange");
    }
}
