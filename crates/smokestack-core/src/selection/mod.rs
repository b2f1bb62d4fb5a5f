//! Which cases a run is about: by libtest's own rules, and by ours on top of them.

mod expression;
mod shard;

use std::collections::BTreeSet;

pub use expression::{Expression, ExpressionError};
pub use shard::Shard;

use crate::Case;

/// libtest's filters, which all work on the full name, and what narrows them further.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// A case is in if its name contains any of these; all are in if there are none.
    pub filters: Vec<String>,
    /// A case is out if its name contains any of these.
    pub skip: Vec<String>,
    /// Names must be equal rather than contain.
    pub exact: bool,
    /// Only cases marked ignored.
    pub ignored: bool,
    /// Ignored cases too.
    pub include_ignored: bool,
    /// Only cases that this says.
    pub expression: Option<Expression>,
    /// Only the cases of one machine of several.
    pub shard: Option<Shard>,
    /// Only cases of these full names.
    pub only: Option<BTreeSet<String>>,
}

impl Selection {
    /// Whether a case is listed and counted at all.
    pub fn selects(&self, case: &Case) -> bool {
        let name = &case.full_name();
        let matches =
            |pattern: &String| if self.exact { name == pattern } else { name.contains(pattern.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(matches))
            && !self.skip.iter().any(matches)
            && (case.ignored || !self.ignored)
            && self.expression.as_ref().is_none_or(|expression| expression.matches(case))
            && self.shard.is_none_or(|shard| shard.has(name))
            && self.only.as_ref().is_none_or(|only| only.contains(name))
    }

    /// Whether libtest itself could say this.
    pub fn is_libtests(&self) -> bool {
        self.expression.is_none() && self.shard.is_none() && self.only.is_none()
    }

    /// Whether a selected case is run rather than shown as ignored.
    pub fn runs(&self, ignored: bool) -> bool {
        !ignored || self.ignored || self.include_ignored
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Ending, Place};

    fn filters(filters: &[&str]) -> Selection {
        Selection { filters: filters.iter().map(ToString::to_string).collect(), ..Selection::default() }
    }

    /// A case of this full name.
    fn case(name: &str) -> Case {
        let (suite, name) = name.split_once("::").unwrap_or(("all", name));
        let place = Place { file: "a.rs".into(), line: 1, column: 1 };
        let body = Arc::new(|_| Box::pin(async { Ending::Done }) as crate::BoxFuture<'static, Ending>);
        Case { suite: suite.into(), name: name.into(), ..Case::new(place, body) }
    }

    fn ignored(name: &str) -> Case {
        Case { ignored: true, ..case(name) }
    }

    #[test]
    fn no_filter_selects_everything() {
        assert!(filters(&[]).selects(&case("session::page")));
    }

    #[test]
    fn several_filters_select_what_any_of_them_matches() {
        let selection = filters(&["login", "invoices"]);
        assert!(selection.selects(&case("session::invoices::page")));
        assert!(selection.selects(&case("login::dispatcher")));
        assert!(!selection.selects(&case("session::assets::page")));
    }

    #[test]
    fn exact_wants_the_whole_name() {
        let selection = Selection { exact: true, ..filters(&["session::page"]) };
        assert!(selection.selects(&case("session::page")));
        assert!(!selection.selects(&case("session::page_again")));
    }

    #[test]
    fn skip_wins_over_filter() {
        let selection = Selection { skip: vec!["api".into()], ..filters(&["invoices"]) };
        assert!(!selection.selects(&case("session::invoices::api")));
        assert!(selection.selects(&case("session::invoices::page")));
    }

    #[test]
    fn ignored_cases_are_listed_always_and_run_only_when_asked_for() {
        assert!(filters(&[]).selects(&ignored("slow")) && !filters(&[]).runs(true));
        let only = Selection { ignored: true, ..Selection::default() };
        assert!(!only.selects(&case("quick")) && only.runs(true));
        let both = Selection { include_ignored: true, ..Selection::default() };
        assert!(both.selects(&case("quick")) && both.runs(false) && both.runs(true));
    }

    #[test]
    fn what_is_ours_narrows_what_libtest_selects() {
        let only = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        let selection = Selection { only: only(&["session::page", "login::alice"]), ..filters(&["session"]) };
        assert!(selection.selects(&case("session::page")) && !selection.selects(&case("login::alice")));
        assert!(!selection.is_libtests() && filters(&["session"]).is_libtests());
        let expression = Some("suite(login)".parse().unwrap());
        let selection = Selection { expression, ..Selection::default() };
        assert!(selection.selects(&case("login::alice")) && !selection.selects(&case("session::page")));
    }
}
