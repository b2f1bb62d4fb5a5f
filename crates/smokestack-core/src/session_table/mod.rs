//! The session across components: one row a component, one column a way of using the session.

mod instance;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub use instance::InstanceRow;

use crate::{Class, FailedCheck, Outcome, Probe, Record};

/// The session across components, as a run saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTable {
    /// The columns that any case filled, in their order.
    pub probes: Vec<Probe>,
    /// The rows, in the platform file's order: component and one state per column.
    pub rows: Vec<(String, Vec<CellState>)>,
    /// The instances of components whose instances disagree, below their component in the text.
    pub instances: Vec<InstanceRow>,
    /// What went wrong in cases of the same suites that have no column, a line each: `contract: FAIL portal`.
    pub beside: Vec<String>,
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    /// As it should be.
    Ok,
    /// The component did not accept the session.
    Lost,
    /// The component did not refuse what it has to refuse.
    Open,
    /// The component ended a session that it only should have read.
    Ended,
    /// It showed somebody else's page.
    Other,
    /// Something else was wrong.
    Wrong,
    /// No answer, or trouble of the harness.
    Error,
    /// Not judged: blocked, skipped or not selected.
    NotJudged,
}

impl CellState {
    /// The word in the cell.
    pub fn word(self) -> &'static str {
        match self {
            CellState::Ok => "ok",
            CellState::Lost => "LOST",
            CellState::Open => "OPEN",
            CellState::Ended => "ENDED",
            CellState::Other => "OTHER",
            CellState::Wrong => "FAIL",
            CellState::Error => "ERROR",
            CellState::NotJudged => "-",
        }
    }

    /// How much it says where several cases fill a cell; the one that says most stands in it.
    fn weight(self) -> u8 {
        match self {
            CellState::NotJudged => 0,
            CellState::Ok => 1,
            CellState::Error => 2,
            CellState::Wrong => 3,
            CellState::Open => 4,
            CellState::Lost => 5,
            CellState::Ended => 6,
            CellState::Other => 7,
        }
    }

    fn of(outcome: &Outcome) -> CellState {
        match outcome {
            Outcome::Passed { .. } => CellState::Ok,
            Outcome::Failed { last, .. } => CellState::of_checks(last.failed()).unwrap_or(CellState::Wrong),
            Outcome::Errored { .. } => CellState::Error,
            Outcome::Blocked { .. } | Outcome::Skipped { .. } => CellState::NotJudged,
        }
    }

    /// What failed checks say; nothing if there are none.
    fn of_checks<'c>(failed: impl Iterator<Item = &'c FailedCheck>) -> Option<CellState> {
        let state = |check: &FailedCheck| match check.class {
            Class::Identity => CellState::Other,
            Class::SessionDestroyed => CellState::Ended,
            Class::SessionLost => CellState::Lost,
            Class::SessionNotRefused => CellState::Open,
            _ => CellState::Wrong,
        };
        failed.map(state).max_by_key(|state| state.weight())
    }
}

impl SessionTable {
    /// The table of a run; `None` if no case of it fills a cell.
    pub fn of(record: &Record) -> Option<SessionTable> {
        let cells: Vec<_> = record
            .cases
            .iter()
            .filter_map(|case| Some((case.cell.as_ref()?, CellState::of(&case.outcome))))
            .collect();
        if cells.is_empty() {
            return None;
        }
        let probes: Vec<Probe> = Probe::ALL
            .into_iter()
            .filter(|probe| cells.iter().any(|(cell, _)| cell.probe == *probe))
            .collect();
        let names = record.run.components.iter().map(|component| &component.name);
        let rows: Vec<(String, Vec<CellState>)> = names
            .filter(|name| cells.iter().any(|(cell, _)| cell.component == **name))
            .map(|name| {
                let state = |probe: &Probe| {
                    let filled =
                        cells.iter().filter(|(cell, _)| cell.component == *name && cell.probe == *probe);
                    let states = filled.map(|(_, state)| *state);
                    states.max_by_key(|state| state.weight()).unwrap_or(CellState::NotJudged)
                };
                (name.clone(), probes.iter().map(state).collect())
            })
            .collect();
        let instances = rows.iter().flat_map(|(name, _)| instance::rows(record, name, &probes)).collect();
        Some(SessionTable { probes, rows, instances, beside: beside(record) })
    }

    /// Whether a component did not accept the session, whatever the probe.
    pub fn is_lost(&self, component: &str) -> bool {
        self.rows.iter().any(|(name, states)| name == component && states.contains(&CellState::Lost))
    }

    /// What stands at the beginning of each row of the text: a component, or below it an instance.
    pub fn heads(&self) -> Vec<String> {
        self.lines().map(|(head, _)| head).collect()
    }

    /// All rows in the order of the text.
    fn lines(&self) -> impl Iterator<Item = (String, &[CellState])> {
        self.rows.iter().flat_map(|(name, states)| {
            let own = self.instances.iter().filter(move |row| row.component == *name);
            let own = own.map(|row| (format!("    {}", row.name()), row.states.as_slice()));
            std::iter::once((format!("  {name}"), states.as_slice())).chain(own)
        })
    }

    /// The table as aligned text, without colour. Where it is wider than a terminal, columns in which nothing is wrong
    /// are named below it instead.
    pub fn text(&self) -> String {
        const HEAD: &str = "session across components";
        const WIDEST: usize = 100;
        let heads = self.lines().map(|(head, _)| head.chars().count());
        let first = heads.max().unwrap_or(0).max(HEAD.len()) + 3;
        let width = |probe: &Probe| probe.word().len().max(5) + 2;
        let whole = first + self.probes.iter().map(width).sum::<usize>();
        // The columns that say nothing new, by their places.
        let fine = |at: &usize| {
            self.lines().all(|(_, states)| {
                states.get(*at).is_none_or(|state| matches!(state, CellState::Ok | CellState::NotJudged))
            })
        };
        let (left_out, shown): (Vec<usize>, Vec<usize>) = if whole > WIDEST {
            // The first column stays: a table of nothing but names would say nothing at all.
            (0..self.probes.len()).partition(|at| *at > 0 && fine(at))
        } else {
            (Vec::new(), (0..self.probes.len()).collect())
        };
        let mut text = format!("{HEAD:first$}");
        for probe in shown.iter().filter_map(|at| self.probes.get(*at)) {
            let _ = write!(text, "{:width$}", probe.word(), width = width(probe));
        }
        for (head, states) in self.lines() {
            text.truncate(text.trim_end().len());
            let _ = write!(text, "\n{head:first$}");
            for (probe, state) in shown.iter().filter_map(|at| self.probes.get(*at).zip(states.get(*at))) {
                let _ = write!(text, "{:width$}", state.word(), width = width(probe));
            }
        }
        text.truncate(text.trim_end().len());
        let judged = |at: &usize| self.rows.iter().any(|(_, states)| states.get(*at) == Some(&CellState::Ok));
        let (judged, unjudged): (Vec<usize>, Vec<usize>) = left_out.into_iter().partition(judged);
        for (what, columns) in [("ok where it was judged", judged), ("not judged", unjudged)] {
            let words: Vec<&str> =
                columns.iter().filter_map(|at| self.probes.get(*at)).map(|probe| probe.word()).collect();
            if !words.is_empty() {
                let _ = write!(text, "\n  {what}: {}", words.join(", "));
            }
        }
        self.beside.iter().for_each(|line| {
            let _ = write!(text, "\n  {line}");
        });
        text
    }
}

fn beside(record: &Record) -> Vec<String> {
    let suites: BTreeSet<&str> =
        record.cases.iter().filter(|case| case.cell.is_some()).map(|case| case.suite.as_str()).collect();
    let mut wrong: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let others =
        record.cases.iter().filter(|case| case.cell.is_none() && suites.contains(case.suite.as_str()));
    for case in others {
        let state = CellState::of(&case.outcome);
        if !matches!(state, CellState::Ok | CellState::NotJudged) {
            let component = case.component.as_deref().unwrap_or_default();
            wrong.entry((&case.name, state.word())).or_default().push(component);
        }
    }
    let line = |((name, state), mut components): ((&str, &str), Vec<&str>)| {
        components.sort_unstable();
        format!("{name}: {state} {}", components.join(", ")).trim_end().to_owned()
    };
    wrong.into_iter().map(line).collect()
}
