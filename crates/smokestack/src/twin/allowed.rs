//! Differences that the platform file declares: which of them there are.

use super::visit::Asked;
use crate::platform::twin::Allowed;

/// A difference that the platform file allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// What may differ, and where: ``header vary of /home``.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Where it is declared: `smokestack.toml:12`.
    pub place: String,
    /// How many answers differ in this.
    pub count: usize,
}

/// Those of the platform file, and how often each was needed.
pub(super) struct Allowances<'p> {
    counted: Vec<(&'p Allowed, usize)>,
}

impl<'p> Allowances<'p> {
    pub(super) fn of(allowed: &'p [Allowed]) -> Allowances<'p> {
        Allowances { counted: allowed.iter().map(|allowed| (allowed, 0)).collect() }
    }

    /// Whether this may differ. All that allow it are needed.
    pub(super) fn take(&mut self, asked: &Asked, what: &str) -> bool {
        let mut taken = false;
        for (_, count) in self.counted.iter_mut().filter(|(allowed, _)| allowed.covers(asked, what)) {
            *count += 1;
            taken = true;
        }
        taken
    }

    /// Those that were needed, and those that were not.
    pub(super) fn told(self) -> (Vec<Allowance>, Vec<Allowance>) {
        self.counted.into_iter().map(|(allowed, count)| allowed.told(count)).partition(|told| told.count > 0)
    }
}

impl Allowed {
    fn covers(&self, asked: &Asked, what: &str) -> bool {
        let path = asked.path.split(['?', '#']).next().unwrap_or_default();
        let is_page = |page: &String| *page == asked.path || page == path;
        self.what == what
            && self.component.as_ref().is_none_or(|component| *component == asked.component)
            && self.page.as_ref().is_none_or(is_page)
    }

    fn told(&self, count: usize) -> Allowance {
        let of = self.page.as_ref().or(self.component.as_ref()).map(|of| format!(" of {of}"));
        Allowance {
            what: format!("{}{}", self.what, of.unwrap_or_default()),
            reason: self.reason.clone(),
            place: self.place.to_string(),
            count,
        }
    }
}

#[cfg(test)]
mod tests {
    use smokestack_core::Place;

    use super::*;

    fn allowed(component: Option<&str>, page: Option<&str>, what: &str) -> Allowed {
        Allowed {
            component: component.map(str::to_owned),
            page: page.map(str::to_owned),
            what: what.to_owned(),
            reason: "it is meant".to_owned(),
            place: Place { file: "smokestack.toml".to_owned(), line: 3, column: 1 },
        }
    }

    #[test]
    fn what_is_allowed_of_one_page_is_not_of_another() {
        let asked = Asked::by_hand("portal", "/home?tab=2");
        let covers = |component, page, what| allowed(component, page, what).covers(&asked, "header vary");
        assert!(covers(None, None, "header vary"));
        assert!(covers(Some("portal"), Some("/home"), "header vary"));
        assert!(covers(None, Some("/home?tab=2"), "header vary"));
        assert!(!covers(None, None, "header etag"));
        assert!(!covers(Some("assets"), None, "header vary"));
        assert!(!covers(None, Some("/"), "header vary"));
    }

    #[test]
    fn what_was_allowed_for_nothing_is_told_apart() {
        let both = [allowed(None, Some("/home"), "status"), allowed(Some("portal"), None, "outline")];
        let mut allowances = Allowances::of(&both);
        assert!(allowances.take(&Asked::by_hand("portal", "/home"), "status"));
        let (needed, idle) = allowances.told();
        assert_eq!((needed[0].what.as_str(), needed[0].count), ("status of /home", 1));
        assert_eq!(
            (idle[0].what.as_str(), idle[0].place.as_str()),
            ("outline of portal", "smokestack.toml:3")
        );
    }
}
