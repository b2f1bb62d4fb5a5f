//! Components by checks: a table for each suite whose cases recur.

use std::collections::BTreeMap;

use maud::{Markup, html};
use smokestack_core::{CaseRecord, Outcome};

use super::Section;
use super::seen::{Seen, was_run};

/// More columns than that are no table that anybody reads.
const WIDEST: usize = 30;

/// One suite's table.
struct Grid<'r> {
    suite: &'r str,
    components: Vec<&'r str>,
    names: Vec<&'r str>,
    cells: BTreeMap<(&'r str, &'r str), &'r CaseRecord>,
}

/// The tables of all suites of which a case was run for several components.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let mut suites: Vec<&str> = Vec::new();
    for case in &seen.cases {
        if suites.last() != Some(&case.suite.as_str()) && !suites.contains(&case.suite.as_str()) {
            suites.push(&case.suite);
        }
    }
    let grids: Vec<Grid<'_>> = suites.into_iter().filter_map(|suite| Grid::of(seen, suite)).collect();
    let body = html! { div .grids { @for grid in &grids { (grid.table(seen)) } } };
    (!grids.is_empty()).then_some(Section { id: "grid", title: "Components by checks", count: None, body })
}

impl<'r> Grid<'r> {
    fn of(seen: &Seen<'r>, suite: &'r str) -> Option<Grid<'r>> {
        let own = seen.cases.iter().copied().filter(|case| case.suite == suite);
        let own: Vec<(&str, &CaseRecord)> =
            own.filter_map(|case| Some((case.component.as_deref()?, case))).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, case) in &own {
            *counts.entry(&case.name).or_default() += 1;
        }
        let recurs = |name: &str| counts.get(name).is_some_and(|count| *count > 1);
        let (mut components, mut names, mut cells) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (component, case) in own.into_iter().filter(|(_, case)| recurs(&case.name)) {
            if cells.insert((component, case.name.as_str()), case).is_some() {
                continue;
            }
            if !components.contains(&component) {
                components.push(component);
            }
            if !names.contains(&case.name.as_str()) {
                names.push(&case.name);
            }
        }
        let order =
            |name: &&str| seen.record.run.components.iter().position(|component| component.name == *name);
        components.sort_by_key(|name| order(name).unwrap_or(usize::MAX));
        (!names.is_empty() && names.len() <= WIDEST).then_some(Grid { suite, components, names, cells })
    }

    fn table(&self, seen: &Seen<'_>) -> Markup {
        html! {
            div .scroll tabindex="0" role="region" aria-label={ "Components by checks of " (self.suite) ", a table" } {
                table .grid {
                    caption { (self.suite) }
                    thead { tr {
                        th scope="col" { "component" }
                        @for name in &self.names { th scope="col" { (name) } }
                    } }
                    tbody {
                        @for component in &self.components {
                            tr {
                                th scope="row" { (component) }
                                @for name in &self.names { (cell(seen, self.cells.get(&(*component, *name)).copied())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(seen: &Seen<'_>, case: Option<&CaseRecord>) -> Markup {
    let Some(case) = case else { return html! { td {} } };
    let (word, class) = match &case.outcome {
        Outcome::Passed { earlier } if earlier.is_empty() => ("ok", "passed"),
        Outcome::Errored { .. } if !was_run(case) => ("not run", "errored"),
        outcome => (outcome.word(), outcome.word()),
    };
    html! {
        td .(class) {
            @match seen.anchor(&case.full_name) {
                Some(anchor) => a href={ "#" (anchor) } { (word) },
                None => (word),
            }
        }
    }
}
