//! What a login did to cookies: the session's, those that pages had set before it, and those that did not go where they should.

use smokestack_core::{CookieAction, CookieNote, Exchange, Hop, SessionCookie};

use super::Visitor;
use crate::cookies::Jar;
use crate::cx::Scope;
use crate::page::Page;
use crate::run::now;

impl Visitor {
    /// The cookies that the login set: those of the platform that answers to credentials left behind.
    pub(super) fn cookies(&self) -> Vec<SessionCookie> {
        let seen = self.seen();
        let from = seen.before.as_ref().map_or(0, |(count, _)| *count);
        self.described(seen.exchanges.get(from..).unwrap_or_default())
    }

    /// The cookies that pages before that had set.
    pub(super) fn anonymous_cookies(&self) -> Vec<SessionCookie> {
        let seen = self.seen();
        let Some((count, jar)) = &seen.before else { return Vec::new() };
        let names = names(&self.scope, seen.exchanges.get(..*count).unwrap_or_default());
        names.into_iter().flat_map(|name| jar.described(&name, now())).collect()
    }

    /// The cookies of the login's own answers that browsers do not keep. Ending one that is not there refuses nothing.
    pub(super) fn refused_cookies(&self) -> Vec<CookieNote> {
        let seen = self.seen();
        let from = seen.before.as_ref().map_or(0, |(count, _)| *count);
        let mut refused: Vec<CookieNote> = Vec::new();
        for hop in own_hops(&self.scope, seen.exchanges.get(from..).unwrap_or_default()) {
            let status = hop.status.map(|status| format!(" ({status})")).unwrap_or_default();
            let path =
                hop.url.parse().map_or_else(|_| hop.url.clone(), |url: url::Url| url.path().to_owned());
            let is_refused =
                |note: &&CookieNote| note.action == CookieAction::Refused && note.scope.is_none();
            for note in hop.cookies.iter().filter(is_refused) {
                let note =
                    CookieNote { set_by: Some(format!("{} {path}{status}", hop.method)), ..note.clone() };
                if !refused.contains(&note) {
                    refused.push(note);
                }
            }
        }
        refused
    }

    fn described(&self, exchanges: &[(String, Exchange, usize)]) -> Vec<SessionCookie> {
        let state = self.session.state();
        names(&self.scope, exchanges).into_iter().flat_map(|name| state.jar.described(&name, now())).collect()
    }

    /// Whether a session cookie that was there before the login got a new value. A login that sets no cookie leaves the
    /// session in one that was there before.
    pub(super) fn renewed(&self, cookies: &[SessionCookie], anonymous: &[SessionCookie]) -> Option<bool> {
        let seen = self.seen();
        let (_, before) = seen.before.as_ref()?;
        renewed([before, &self.session.state().jar], cookies, anonymous)
    }

    /// Notes down that a form was taken, or was not looked at, and its cookies may have been lost on the way: the password
    /// was not what was wrong. `again` says whether the page shows the form again.
    pub(super) fn may_have_lost_cookies(&self, page: &Page, again: bool) {
        let hops = &page.exchange().hops;
        let Some(sent) = hops.first().filter(|hop| hop.method == "POST") else { return };
        let issuer = &self.scope.run.platform.login.component;
        let lost = match sent.status {
            // Its token was there, and not the cookie that it is compared with.
            Some(403) => !again,
            // Whoever sends people straight back to the form has looked at what they sent.
            Some(300..400) => hops.get(1).is_some_and(|next| !next.login),
            _ => false,
        };
        if lost && sent.component.as_ref() == Some(issuer) {
            self.is_cookieless();
        }
    }

    /// Notes it down of a login that succeeded and left no cookie, if not one was set.
    pub(super) fn got_no_cookies(&self) {
        let is_set = |action| action != CookieAction::Sent && action != CookieAction::Withheld;
        if !self.hops().iter().flat_map(|hop| &hop.cookies).any(|note| is_set(note.action)) {
            self.is_cookieless();
        }
    }

    fn is_cookieless(&self) {
        // The first one will do.
        let _ = self.scope.run.cookieless.set(self.account().to_owned());
    }

    /// The cookies that did not go where they should: those that were refused on the way, and those that stayed behind
    /// at the last exchange.
    pub(super) fn cookie_notes(&self) -> Vec<String> {
        let seen = self.seen();
        let own = names(&self.scope, &seen.exchanges);
        let last = seen.exchanges.len().saturating_sub(1);
        let mut notes: Vec<String> = Vec::new();
        let hops = seen
            .exchanges
            .iter()
            .enumerate()
            .flat_map(|(n, (_, exchange, _))| exchange.hops.iter().map(move |hop| (n, hop)));
        for (n, hop) in hops.filter(|(_, hop)| is_own(&self.scope, hop)) {
            for note in &hop.cookies {
                let told = match note.action {
                    CookieAction::Refused => true,
                    // What the provider set is no business of the platform's.
                    CookieAction::Withheld => n == last && own.contains(&note.name),
                    _ => false,
                };
                let line = format!("cookie `{}` was {}: {}", note.name, note.action.word(), note.why);
                if told && !notes.contains(&line) {
                    notes.push(line);
                }
            }
        }
        notes
    }
}

fn renewed(
    [before, after]: [&Jar; 2],
    cookies: &[SessionCookie],
    anonymous: &[SessionCookie],
) -> Option<bool> {
    let was_there = |name: &str| anonymous.iter().any(|cookie| cookie.name == name);
    let mut kept = cookies.iter().filter(|cookie| was_there(&cookie.name)).peekable();
    if kept.peek().is_none() {
        return (cookies.is_empty() && !anonymous.is_empty()).then_some(false);
    }
    Some(kept.all(|cookie| before.values_of(&cookie.name) != after.values_of(&cookie.name)))
}

/// The names of the cookies that the platform's answers set.
fn names(scope: &Scope, exchanges: &[(String, Exchange, usize)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for note in own_hops(scope, exchanges).flat_map(|hop| &hop.cookies) {
        let set = matches!(note.action, CookieAction::Stored | CookieAction::Replaced);
        if set && !names.contains(&note.name) {
            names.push(note.name.clone());
        }
    }
    names
}

/// The requests to the platform itself.
fn own_hops<'e>(scope: &Scope, exchanges: &'e [(String, Exchange, usize)]) -> impl Iterator<Item = &'e Hop> {
    let hops = exchanges.iter().flat_map(|(_, exchange, _)| &exchange.hops);
    hops.filter(|hop| is_own(scope, hop))
}

fn is_own(scope: &Scope, hop: &Hop) -> bool {
    hop.url.parse().is_ok_and(|url| scope.run.is_own(&url))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::cookies::Occasion;

    fn jar(headers: &[&str]) -> Jar {
        let url = Url::parse("https://platform.test/login").unwrap();
        let mut jar = Jar::default();
        for header in headers {
            jar.take(header.as_bytes(), 200, &Occasion::typed(&url, now()));
        }
        jar
    }

    /// What is said where pages set these cookies, and the login those.
    fn told(pages: &[&str], login: &[&str]) -> Option<bool> {
        let (before, after) = (jar(pages), jar(&[pages, login].concat()));
        let named = |headers: &[&str], jar: &Jar| -> Vec<SessionCookie> {
            let names = headers.iter().filter_map(|header| header.split('=').next());
            names.flat_map(|name| jar.described(name, now())).collect()
        };
        renewed([&before, &after], &named(login, &after), &named(pages, &before))
    }

    #[test]
    fn a_session_that_was_there_before_the_login_is_renewed_by_a_new_value_alone() {
        assert_eq!(told(&["sid=before"], &["sid=after"]), Some(true));
        assert_eq!(told(&["sid=before"], &["sid=before; Path=/; HttpOnly"]), Some(false));
        assert_eq!(
            told(&["sid=a", "role=b"], &["sid=after", "role=b"]),
            Some(false),
            "one of two is as it was"
        );
    }

    #[test]
    fn a_login_that_sets_no_cookie_has_renewed_none() {
        assert_eq!(told(&["sid=before"], &[]), Some(false));
    }

    #[test]
    fn where_no_session_was_there_before_nothing_is_said() {
        assert_eq!(told(&[], &["sid=after"]), None);
        assert_eq!(told(&["csrf=token"], &["sid=after"]), None, "another cookie is no session");
        assert_eq!(told(&[], &[]), None);
    }
}
