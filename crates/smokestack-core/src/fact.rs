//! What a run learned beside outcomes; diagnosis reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CookieNote, Place};

/// Something learned about the platform while a run went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A login ended in a session.
    SignedIn {
        /// The account.
        account: String,
        /// The way of logging in, as the platform file names it.
        way: String,
        /// The cookies that the login set: the session.
        cookies: Vec<SessionCookie>,
        /// The cookies that pages set before anybody had signed in.
        anonymous: Vec<SessionCookie>,
        /// Whether a session cookie that was there before got a new value; absent if there was none.
        renewed: Option<bool>,
        /// The cookies of the login that browsers do not keep.
        #[serde(default)]
        refused: Vec<CookieNote>,
        /// Milliseconds from the first request of the login to its end.
        took_ms: f64,
    },
    /// A session that an earlier process of the run had made was used again.
    SessionReused {
        /// The account.
        account: String,
        /// How old it is, who made it, how it was validated.
        note: String,
    },
    /// A kept session was not used, or what should be kept or shared could not be.
    SessionRefused {
        /// The account.
        account: String,
        /// What is wrong with it, and where.
        why: String,
    },
    /// The session of an earlier run was not used, though the run may use it.
    SessionNotReused {
        /// The account.
        account: String,
        /// Why not.
        why: String,
    },
    /// The issuer no longer accepts a session that it had accepted.
    SessionLost {
        /// The account.
        account: String,
        /// What the issuer says.
        why: String,
        /// The cases that were refused since the issuer was last seen to accept it.
        cases: Vec<String>,
    },
    /// A session was lost on the server and made anew, once.
    SessionRenewed {
        /// The account.
        account: String,
        /// How the loss showed.
        why: String,
    },
    /// A login ends the session that the account had before, as more logins showed once all cases had ended.
    OneSession {
        /// The account.
        account: String,
        /// The case that was first to sign in as this account for itself.
        case: String,
        /// When it did, milliseconds since 1970 UTC: nobody suffered from it before.
        since_unix_ms: i64,
        /// What the issuer said to the session of before.
        why: String,
        /// The other account whose session stayed as good as it was meanwhile, if there is one.
        untouched: Option<String>,
    },
    /// Each answer gives the session another id, and the one before it is dead at once.
    Rotates {
        /// The account with which it was tried.
        account: String,
        /// The cookie.
        cookie: String,
        /// An answer that replaced it: `GET /home (200)`.
        by: String,
        /// What the issuer said to the id of before.
        why: String,
    },
    /// One answer of a component on a connection of its own, from whichever instance it was.
    Sampled {
        /// The component.
        component: String,
        /// The instance that answered.
        instance: Option<String>,
        /// The release that it shows.
        release: Option<String>,
        /// Whether it accepted the session.
        accepted: bool,
        /// The names of the cookies that went out with the request.
        #[serde(default)]
        cookies: Vec<String>,
        /// The address asked.
        url: String,
    },
    /// A component was asked through the edge and straight at an origin, with the same session.
    Compared {
        /// The component.
        component: String,
        /// The address at the edge.
        through: String,
        /// Whether the session was accepted through the edge.
        edge_accepts: bool,
        /// The address of the origin.
        origin: String,
        /// Whether the origin accepted it.
        origin_accepts: bool,
        /// The instance behind the origin's address.
        instance: Option<String>,
    },
    /// A login through the edge came to nothing, and the same was tried straight at an origin.
    LoginPastEdge {
        /// The account.
        account: String,
        /// The component that signs people in.
        component: String,
        /// The login page's address at the edge.
        through: String,
        /// The address of the origin.
        origin: String,
        /// The instance behind the origin's address.
        instance: Option<String>,
        /// Whether that login ended in a session.
        signed_in: bool,
        /// The names of the cookies that its answers set.
        cookies: Vec<String>,
    },
    /// The same component of another target was asked with a session of that target.
    OtherTarget {
        /// The other target.
        target: String,
        /// The component.
        component: String,
        /// Whether it accepted the session.
        accepted: bool,
    },
    /// The identity provider's discovery and keys were read.
    Provider {
        /// The issuer that the platform file names.
        issuer_expected: Option<String>,
        /// The issuer that discovery names.
        issuer_found: Option<String>,
        /// The ids of the keys that it publishes.
        kids: Vec<String>,
        /// Where they were read.
        source: String,
        /// Why they could not be read, if so.
        why: Option<String>,
    },
    /// Pages name files of another site, which were not looked at.
    NotLookedAt {
        /// Scheme, host and port.
        site: String,
    },
    /// A component was asked for its effective settings.
    Settings {
        /// The component.
        component: String,
        /// The instance that answered, where it says so.
        instance: Option<String>,
        /// Where they were read.
        source: String,
        /// Flat keys and values, secrets masked.
        values: BTreeMap<String, String>,
    },
    /// A component's settings could not be read.
    SettingsUnreadable {
        /// The component.
        component: String,
        /// Where they should be.
        source: String,
        /// Why not.
        why: String,
    },
    /// A page that was an error of the server is none any more.
    Recovered {
        /// The component.
        component: String,
        /// The address asked.
        url: String,
        /// Milliseconds from its first error to the first answer that was none.
        after_ms: f64,
    },
    /// A component that broke connections off was asked several times, each on a connection of its own and without a session.
    Connections {
        /// The component.
        component: String,
        /// The address asked.
        url: String,
        /// How often.
        tried: usize,
        /// How many of these got no answer.
        broken: usize,
        /// Why the first of them got none.
        cause: Option<String>,
    },
    /// A line of a suite asked several times for what needs time, as it says itself: `eventually`.
    Eventually {
        /// The line.
        place: Place,
        /// How often it asked.
        tries: usize,
        /// Milliseconds from the start of the first try to the end of the last.
        took_ms: f64,
        /// Whether all checks of the last try were met.
        met: bool,
        /// What the first try was told, if it was not the only one.
        first: Option<String>,
    },
    /// What a run that came to no end had left on the target was taken away, or was gone already.
    TakenAway {
        /// What it was.
        what: String,
        /// The case that left it.
        case: String,
    },
    /// What a run that came to no end has left on the target is still there.
    LeftBehind {
        /// What it is.
        what: String,
        /// The case that left it.
        case: String,
        /// Why it is still there.
        why: String,
    },
    /// A component was asked how it feels.
    Health {
        /// The component.
        component: String,
        /// The address asked.
        url: String,
        /// The status it gave; absent if no answer came.
        status: Option<u16>,
    },
}

/// The attributes of a session cookie, as the login set it. Never its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCookie {
    /// Name.
    pub name: String,
    /// The `Domain` attribute, or none for a host-only cookie.
    pub domain: Option<String>,
    /// The path it is valid for.
    pub path: String,
    /// Whether it has `Secure`.
    pub secure: bool,
    /// Whether it has `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`, where it says so.
    pub same_site: Option<String>,
    /// Seconds until it expires; absent if it ends with the browser.
    pub lifetime: Option<i64>,
    /// Bytes of name and value.
    pub size: usize,
    /// What the value looks like, without giving it away.
    pub shape: String,
    /// The answer that set it: `POST /login (303)`.
    pub set_by: String,
}
