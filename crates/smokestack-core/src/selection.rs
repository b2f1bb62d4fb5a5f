//! Which cases a run is about, by libtest's own rules.

/// libtest's filters. All of them work on the full name.
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
}

impl Selection {
    /// Whether a case of this name is listed and counted at all.
    pub fn selects(&self, name: &str, ignored: bool) -> bool {
        let matches =
            |pattern: &String| if self.exact { name == pattern } else { name.contains(pattern.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(matches))
            && !self.skip.iter().any(matches)
            && (ignored || !self.ignored)
    }

    /// Whether a selected case is run rather than shown as ignored.
    pub fn runs(&self, ignored: bool) -> bool {
        !ignored || self.ignored || self.include_ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(filters: &[&str]) -> Selection {
        Selection { filters: filters.iter().map(ToString::to_string).collect(), ..Selection::default() }
    }

    #[test]
    fn no_filter_selects_everything() {
        assert!(filters(&[]).selects("session::page", false));
    }

    #[test]
    fn several_filters_select_what_any_of_them_matches() {
        let selection = filters(&["login", "invoices"]);
        assert!(selection.selects("session::invoices::page", false));
        assert!(selection.selects("login::dispatcher", false));
        assert!(!selection.selects("session::assets::page", false));
    }

    #[test]
    fn exact_wants_the_whole_name() {
        let selection = Selection { exact: true, ..filters(&["session::page"]) };
        assert!(selection.selects("session::page", false));
        assert!(!selection.selects("session::page_again", false));
    }

    #[test]
    fn skip_wins_over_filter() {
        let selection = Selection { skip: vec!["api".into()], ..filters(&["invoices"]) };
        assert!(!selection.selects("session::invoices::api", false));
        assert!(selection.selects("session::invoices::page", false));
    }

    #[test]
    fn ignored_cases_are_listed_always_and_run_only_when_asked_for() {
        assert!(filters(&[]).selects("slow", true) && !filters(&[]).runs(true));
        let only = Selection { ignored: true, ..Selection::default() };
        assert!(!only.selects("quick", false) && only.runs(true));
        let both = Selection { include_ignored: true, ..Selection::default() };
        assert!(both.selects("quick", false) && both.runs(false) && both.runs(true));
    }
}
