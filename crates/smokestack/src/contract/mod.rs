//! The session contract: what the cookies of a session have to look like. Pure comparisons of what was declared, or of
//! the text that somebody accepted, with what a login set; values of cookies are no part of it.

mod judge;
pub(crate) mod login;
mod portrait;
mod rules;
mod sheet;
mod snapshot;
pub(crate) mod spoken;

pub(crate) use judge::anonymous;
pub(crate) use rules::twice;

/// The contract, as the platform file declares it. What it does not name is not looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contract {
    /// What a login leaves is compared with the text that somebody accepted.
    pub(crate) snapshot: bool,
    /// The session's cookie.
    pub(crate) cookie: Option<String>,
    /// Other cookies that a login may set.
    pub(crate) others: Option<Vec<String>>,
    pub(crate) domain: Option<Domain>,
    pub(crate) path: Option<String>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    /// `Lax`, `Strict`, `None`, or `unset`.
    pub(crate) same_site: Option<String>,
    pub(crate) lifetime: Option<Lifetime>,
    /// Bytes of name and value.
    pub(crate) max_size: Option<usize>,
    pub(crate) shape: Option<String>,
    /// Method and path of the request whose answer sets it.
    pub(crate) set_by: Option<String>,
    /// Whether a login gives a session that was there before a new id.
    pub(crate) renewed: Option<bool>,
    /// The cookies that pages may set for visitors who have not signed in.
    pub(crate) anonymous: Option<Vec<String>>,
    /// Cookies of a login that browsers may refuse.
    pub(crate) refused: Vec<String>,
}

/// Which hosts a cookie is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// The one that set it.
    HostOnly,
    /// This one and those below it; `{host}` is the target's.
    Covers(String),
}

/// How long a cookie lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// As long as the browser runs.
    Browser,
    /// So many seconds, give or take a twentieth.
    Seconds(i64),
}

impl Lifetime {
    pub(crate) fn of(seconds: Option<i64>) -> Lifetime {
        seconds.map_or(Lifetime::Browser, Lifetime::Seconds)
    }

    /// Servers set what is left of a session's time, and clocks differ.
    pub(crate) fn is_as_long_as(self, found: Lifetime) -> bool {
        match (self, found) {
            (Lifetime::Seconds(expected), Lifetime::Seconds(found)) => {
                (expected - found).abs() <= (expected / 20).max(5)
            }
            (expected, found) => expected == found,
        }
    }
}
