//! One request with all its redirect hops, timings, and for each cookie why it was sent, stored or refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::millis;

/// One request with all its redirect hops. Holds no bodies and no cookie values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The component the first request went to, where its address belongs to one.
    pub component: Option<String>,
    /// The requests in order; the last one gave the answer that was judged.
    pub hops: Vec<Hop>,
    /// From the first request to the end of the last body.
    #[serde(with = "millis")]
    pub took: Duration,
}

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// The method, in capitals.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The component that this address belongs to.
    pub component: Option<String>,
    /// The answer's status; absent if none came.
    pub status: Option<u16>,
    /// The answer's `Location`, as it was sent.
    pub location: Option<String>,
    /// The instance that answered, by the platform's own header.
    pub instance: Option<String>,
    /// The release that answered, by the platform's own header.
    pub release: Option<String>,
    /// Whether this is the address of the platform's login page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub login: bool,
    /// What became of each cookie.
    pub cookies: Vec<CookieNote>,
    /// From sending to the end of the body.
    #[serde(with = "millis")]
    pub took: Duration,
    /// What that is made of.
    #[serde(default)]
    pub timing: Timing,
    /// Why no answer came.
    pub no_answer: Option<NoAnswer>,
}

/// What the time of a request is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Until the connection stood: name, TCP, TLS. Absent where it went over one that was open already.
    #[serde(default, with = "millis::maybe", skip_serializing_if = "Option::is_none")]
    pub connect: Option<Duration>,
    /// From sending to the head of the answer, the connection included; absent if none came.
    #[serde(default, with = "millis::maybe", skip_serializing_if = "Option::is_none")]
    pub first_byte: Option<Duration>,
}

/// What became of one cookie at one hop. Its value is never kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieNote {
    /// The cookie's name.
    pub name: String,
    /// What was done.
    pub action: CookieAction,
    /// Why, in a few words: ``Domain `platform.test` does not cover `other.test` ``.
    pub why: String,
    /// Where it goes: `Domain platform.test, Path /`; absent where nothing is stored and nothing could be read.
    pub scope: Option<String>,
    /// The answer that set it: `POST /login (303)`; absent where that is the answer of this hop.
    pub set_by: Option<String>,
}

/// What was done with a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CookieAction {
    /// It went out with the request.
    Sent,
    /// It is in the jar and did not go out.
    Withheld,
    /// The answer set it, and it was not there before.
    Stored,
    /// The answer set it in place of an older one.
    Replaced,
    /// The answer deleted it.
    Deleted,
    /// The answer set it, and a browser would not take it.
    Refused,
}

impl CookieAction {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            CookieAction::Sent => "sent",
            CookieAction::Withheld => "withheld",
            CookieAction::Stored => "stored",
            CookieAction::Replaced => "replaced",
            CookieAction::Deleted => "deleted",
            CookieAction::Refused => "refused",
        }
    }
}

impl CookieNote {
    /// A note that says no more than what was done and why.
    pub fn new(name: impl Into<String>, action: CookieAction, why: impl Into<String>) -> CookieNote {
        CookieNote { name: name.into(), action, why: why.into(), scope: None, set_by: None }
    }

    /// The whole in a line: ``cookie `sid` was sent (Domain, Path match), set by POST /login (303)``.
    pub fn sentence(&self) -> String {
        let CookieNote { name, action, why, .. } = self;
        let mut line = match action {
            CookieAction::Sent => format!("cookie `{name}` was sent ({why})"),
            _ => format!("cookie `{name}` was {}: {why}", action.word()),
        };
        if let Some(set_by) = &self.set_by {
            line.push_str(if *action == CookieAction::Sent { ", set by " } else { "; it was set by " });
            line.push_str(set_by);
        }
        line
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAnswer {
    /// How far it came.
    pub stage: Stage,
    /// The host and port that were asked, with the resolved address where it is known.
    pub address: String,
    /// The cause in the operating system's or the TLS library's words.
    pub cause: String,
}

/// How far a request came that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The name could not be resolved.
    Dns,
    /// No connection.
    Connect,
    /// No TLS session: certificate, protocol version.
    Tls,
    /// The answer did not come in time.
    TimeLimit,
    /// The connection broke before the answer was complete.
    BrokenOff,
    /// The answer came to its end, and what is packed in it does not: a body cut short.
    CutShort,
    /// The answer is larger than the target's `max_body`.
    TooLarge,
    /// What came is not HTTP.
    Protocol,
}

impl Stage {
    /// The words used in reports.
    pub fn words(self) -> &'static str {
        match self {
            Stage::Dns => "DNS",
            Stage::Connect => "connect",
            Stage::Tls => "TLS",
            Stage::TimeLimit => "time limit",
            Stage::BrokenOff => "connection broken off",
            Stage::CutShort => "answer cut short",
            Stage::TooLarge => "answer too large",
            Stage::Protocol => "HTTP protocol",
        }
    }
}

impl Exchange {
    /// The hop that gave the answer which was judged.
    pub fn last(&self) -> Option<&Hop> {
        self.hops.last()
    }

    /// Of an exchange that ended in a refusal, the hop that refused: the one that led to the login page, or the last.
    ///
    /// Not the first: an instance that takes a form may send the visitor on to another one, which does not know them.
    pub fn refusing(&self) -> Option<&Hop> {
        let after = self.hops.iter().skip(1).position(|hop| hop.login);
        let led_away = |hop: &&Hop| hop.location.is_some() && hop.component == self.component;
        match after {
            Some(before) => self.hops.get(before),
            // A login form under an address that nobody named: the last of the component's own that led there.
            None if self.last()?.status.is_some_and(|status| status < 300) => {
                self.hops.iter().rfind(led_away).or(self.hops.last())
            }
            None => self.hops.last(),
        }
    }

    /// The hop that showed what the component says to the visitor: the one that refused, or the last of its own.
    pub fn deciding(&self, refused: bool) -> Option<&Hop> {
        if refused {
            return self.refusing();
        }
        self.hops.iter().rfind(|hop| hop.component == self.component).or(self.hops.last())
    }

    /// Whether a login form was taken and led on to a page that did not know anymore who had signed in.
    pub fn is_login_undone(&self) -> bool {
        let taken = self.hops.first();
        let taken = taken.is_some_and(|hop| hop.method == "POST" && matches!(hop.status, Some(300..400)));
        taken
            && self.hops.get(1).is_some_and(|next| !next.login)
            && self.hops.last().is_some_and(|last| last.login)
    }

    /// Whether any hop got an answer.
    pub fn was_answered(&self) -> bool {
        let began = |no: &NoAnswer| matches!(no.stage, Stage::CutShort | Stage::TooLarge);
        self.hops.iter().any(|hop| hop.status.is_some() || hop.no_answer.as_ref().is_some_and(began))
    }
}

impl Hop {
    /// What was done with the cookie of this name, if anything, in this direction.
    pub fn cookie(&self, name: &str, action: CookieAction) -> Option<&CookieNote> {
        self.cookies.iter().find(|note| note.name == name && note.action == action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::hop;

    fn led(hop: Hop, location: &str) -> Hop {
        Hop { status: Some(303), location: Some(location.into()), ..hop }
    }

    fn refusing(hops: Vec<Hop>) -> (usize, Option<String>) {
        let component = hops[0].component.clone();
        let exchange = Exchange { component, hops, took: Duration::ZERO };
        let refusing = exchange.refusing().unwrap();
        let at = exchange.hops.iter().position(|hop| std::ptr::eq(hop, refusing)).unwrap();
        (at, refusing.component.clone())
    }

    #[test]
    fn who_leads_to_the_login_page_refused_and_not_who_took_the_form_before() {
        let taken = led(hop("assets", 303), "/assets/7");
        let away = led(hop("assets", 302), "/login");
        let login = Hop { login: true, ..hop("portal", 200) };
        let on = led(login.clone(), "/login/form");
        assert_eq!(refusing(vec![away.clone(), login.clone()]).0, 0);
        assert_eq!(refusing(vec![taken.clone(), away.clone(), login.clone()]).0, 1);
        assert_eq!(refusing(vec![taken.clone(), away.clone(), on, hop("portal", 200)]).0, 1);
        assert_eq!(refusing(vec![taken.clone(), hop("assets", 401)]).0, 1);
        assert_eq!(
            refusing(vec![led(login.clone(), "/home"), led(hop("portal", 302), "/login"), login]).0,
            1
        );
    }

    #[test]
    fn a_login_form_under_another_address_was_not_what_refused() {
        let (taken, away) =
            (led(hop("assets", 303), "/assets/7"), led(hop("assets", 302), "https://sso.test/"));
        assert_eq!(refusing(vec![taken, away, led(hop("portal", 302), "/sso"), hop("portal", 200)]).0, 1);
        assert_eq!(refusing(vec![hop("assets", 200)]).0, 0);
    }

    #[test]
    fn a_cookie_is_told_with_the_answer_that_set_it() {
        let set_by = Some("POST /login (303)".to_owned());
        let sent = CookieNote::new("sid", CookieAction::Sent, "host, Path match");
        assert_eq!(sent.sentence(), "cookie `sid` was sent (host, Path match)");
        let sent = CookieNote { set_by: set_by.clone(), ..sent };
        assert_eq!(sent.sentence(), "cookie `sid` was sent (host, Path match), set by POST /login (303)");
        let withheld =
            CookieNote { set_by, ..CookieNote::new("sid", CookieAction::Withheld, "it has expired") };
        assert_eq!(
            withheld.sentence(),
            "cookie `sid` was withheld: it has expired; it was set by POST /login (303)"
        );
    }
}
