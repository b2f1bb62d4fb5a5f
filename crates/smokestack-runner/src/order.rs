//! In which order cases begin: what took longest the last time first, so that nobody waits for it at the end; cases that must
//! be alone last.

use std::collections::BTreeMap;

use smokestack_core::{Case, name_hash};

/// How cases are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As the suites list them.
    Listed,
    /// The longest first, by what is remembered of earlier runs.
    LongestFirst,
    /// Another one for every seed.
    Shuffled(u64),
}

/// The places of the cases in the order in which they begin. `took` is what is known of earlier runs, in milliseconds; who is
/// not in it is new, and may take long.
pub(crate) fn order(cases: &[Case], order: Order, took: &BTreeMap<String, u64>) -> Vec<usize> {
    let mut places: Vec<usize> = (0..cases.len()).collect();
    match order {
        Order::Listed => {}
        Order::LongestFirst => {
            let took = |place: &usize| took.get(&cases[*place].full_name()).copied().unwrap_or(u64::MAX);
            places.sort_by_cached_key(|place| (cases[*place].serial, std::cmp::Reverse(took(place))));
        }
        Order::Shuffled(seed) => {
            places.sort_by_cached_key(|place| name_hash(seed, &cases[*place].full_name()))
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use smokestack_core::{Ending, Place};

    use super::*;

    fn cases(names: &[&str]) -> Vec<Case> {
        let case = |name: &&str| {
            let body =
                Arc::new(|_| Box::pin(async { Ending::Done }) as smokestack_core::BoxFuture<'static, Ending>);
            let serial = name.starts_with("alone");
            Case { suite: "s".into(), name: (*name).into(), serial, ..Case::new(Place::caller(), body) }
        };
        names.iter().map(case).collect()
    }

    fn ordered(names: &[&str], by: Order, took: &[(&str, u64)]) -> String {
        let cases = cases(names);
        let took = took.iter().map(|(name, took)| (format!("s::{name}"), *took)).collect();
        let names = order(&cases, by, &took).into_iter().map(|place| cases[place].name.clone());
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_longest_begins_first_after_whoever_is_new_and_serial_cases_last() {
        let took = [("a", 5), ("b", 90), ("c", 40), ("alone", 900)];
        assert_eq!(ordered(&["alone", "a", "b", "new", "c"], Order::LongestFirst, &took), "new b c a alone");
    }

    #[test]
    fn what_took_as_long_stays_as_it_is_listed() {
        assert_eq!(ordered(&["c", "a", "b"], Order::LongestFirst, &[]), "c a b");
        assert_eq!(ordered(&["c", "a", "b"], Order::Listed, &[("b", 9)]), "c a b");
    }

    #[test]
    fn a_seed_is_an_order_whatever_else_is_selected() {
        let shuffled = |names: &[&str], seed| ordered(names, Order::Shuffled(seed), &[]);
        let names = ["a", "b", "c", "d", "e", "f"];
        assert_eq!(shuffled(&names, 7), shuffled(&names, 7));
        assert!((0..20).any(|seed| shuffled(&names, seed) != shuffled(&names, 7)));
        let fewer = shuffled(&names, 7).replace("c ", "");
        assert_eq!(shuffled(&["a", "b", "d", "e", "f"], 7), fewer.replace(" c", ""));
    }
}
