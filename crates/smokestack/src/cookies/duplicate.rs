//! Two cookies of one name for one address: a login loop for whoever has the old one.

use std::fmt;

use super::stored::Stored;

/// Cookies of one name that go out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The cookies' name.
    pub(crate) name: String,
    /// Scope and origin of each, in the order in which they are sent.
    pub(crate) cookies: Vec<(String, String)>,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Duplicate { name, cookies } = self;
        let each: Vec<_> = cookies.iter().map(|(scope, by)| format!("{scope}, set by {by}")).collect();
        write!(f, "{} cookies `{name}` go out together: {}", cookies.len(), each.join("; "))
    }
}

/// The names that occur more than once.
pub(super) fn duplicates<'a>(sent: impl Iterator<Item = &'a Stored>) -> Vec<Duplicate> {
    let mut names: Vec<(&Stored, Duplicate)> = Vec::new();
    for cookie in sent {
        let described = (cookie.scope.to_string(), cookie.set_by.clone());
        match names.iter_mut().find(|(first, _)| first.name == cookie.name) {
            Some((_, known)) => known.cookies.push(described),
            None => names.push((cookie, Duplicate { name: cookie.shown(), cookies: vec![described] })),
        }
    }
    names.into_iter().map(|(_, known)| known).filter(|known| known.cookies.len() > 1).collect()
}
