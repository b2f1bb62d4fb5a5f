//! Redirects that come back to where they were.

use smokestack_core::{Blame, Class, CookieAction, Exchange, FailedCheck, Hop};

/// What is said of a chain that was given up: it has no end. `found` is said where no hop leads back, `within` is the login
/// that it belongs to.
pub(super) fn endless(
    exchange: &Exchange,
    found: &str,
    within: Option<String>,
    is_visitor: bool,
) -> FailedCheck {
    let first = exchange.hops.first().map(|hop| format!("{} {}", hop.method, hop.url)).unwrap_or_default();
    // Whom the component sends to the login page and the login page back has lost the session there.
    let loses_session = !is_visitor && exchange.hops.iter().skip(1).any(|hop| hop.login);
    let class = match within {
        Some(_) => Class::Login,
        None if loses_session => Class::SessionLost,
        None => Class::Redirect,
    };
    let found = back(&exchange.hops).map_or(found.to_owned(), |back| format!("{back} again and again"));
    let check = FailedCheck::new(Blame::Wrong, class, first).expected_found("a page", found);
    FailedCheck { notes: within.into_iter().collect(), ..check }
}

/// The first hop that leads back to a request which was made before: `hop 2 leads back to hop 1`.
///
/// An address that is asked again once an answer has set or deleted a cookie is no way back: so platforms look whether
/// cookies are kept, and so a login returns people to where they wanted to go.
pub(crate) fn back(hops: &[Hop]) -> Option<String> {
    let same = |one: &Hop, other: &Hop| one.method == other.method && one.url == other.url;
    (1..hops.len()).find_map(|at| {
        let before = (0..at).rev().find(|before| same(&hops[*before], &hops[at]))?;
        let changed = hops[before..at].iter().flat_map(|hop| &hop.cookies).any(|note| {
            matches!(note.action, CookieAction::Stored | CookieAction::Replaced | CookieAction::Deleted)
        });
        let to = if before + 1 == at { "itself".to_owned() } else { format!("hop {}", before + 1) };
        (!changed).then(|| format!("hop {at} leads back to {to}"))
    })
}

#[cfg(test)]
mod tests {
    use smokestack_core::CookieNote;

    use super::*;
    use crate::by_hand::hop;

    fn chain(urls: &[&str]) -> Vec<Hop> {
        urls.iter().map(|url| hop(url)).collect()
    }

    #[test]
    fn the_hop_that_leads_back_is_named_and_where_to() {
        assert_eq!(back(&chain(&["/a", "/b", "/c"])), None);
        assert_eq!(back(&chain(&["/a", "/a"])).as_deref(), Some("hop 1 leads back to itself"));
        assert_eq!(back(&chain(&["/a", "/b", "/c", "/b"])).as_deref(), Some("hop 3 leads back to hop 2"));
    }

    #[test]
    fn a_form_and_the_page_after_it_may_have_one_address() {
        let posted = Hop { method: "POST".into(), ..hop("/a") };
        assert_eq!(back(&[posted, hop("/a")]), None);
    }

    #[test]
    fn an_address_asked_again_with_other_cookies_is_no_way_back() {
        let mut hops = chain(&["/a", "/a"]);
        hops[0].cookies.push(CookieNote::new("probe", CookieAction::Stored, "new"));
        assert_eq!(back(&hops), None);
        hops[0].cookies[0].action = CookieAction::Sent;
        assert!(back(&hops).is_some());
    }
}
