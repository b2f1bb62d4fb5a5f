//! The session across components: one row a component, one column a way of using the session.

use std::fmt::Write as _;

use crate::{Class, Outcome, Probe, Record};

/// The session across components, as a run saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTable {
    /// The columns that any case filled, in their order.
    pub probes: Vec<Probe>,
    /// The rows, in the platform file's order: component and one state per column.
    pub rows: Vec<(String, Vec<CellState>)>,
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
            CellState::Wrong => "FAIL",
            CellState::Error => "ERROR",
            CellState::NotJudged => "-",
        }
    }

    fn of(outcome: &Outcome) -> CellState {
        match outcome {
            Outcome::Passed { .. } => CellState::Ok,
            Outcome::Failed { last, .. } => {
                let any = |class| last.failed().any(|check| check.class == class);
                if any(Class::SessionLost) {
                    CellState::Lost
                } else if any(Class::SessionNotRefused) {
                    CellState::Open
                } else {
                    CellState::Wrong
                }
            }
            Outcome::Errored { .. } => CellState::Error,
            Outcome::Blocked { .. } | Outcome::Skipped { .. } => CellState::NotJudged,
        }
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
        let rows = names
            .filter(|name| cells.iter().any(|(cell, _)| cell.component == **name))
            .map(|name| {
                let state = |probe: &Probe| {
                    let filled =
                        cells.iter().find(|(cell, _)| cell.component == *name && cell.probe == *probe);
                    filled.map_or(CellState::NotJudged, |(_, state)| *state)
                };
                (name.clone(), probes.iter().map(state).collect())
            })
            .collect();
        Some(SessionTable { probes, rows })
    }

    /// Whether a component did not accept the session through this probe.
    pub fn is_lost(&self, component: &str) -> bool {
        self.rows.iter().any(|(name, states)| name == component && states.contains(&CellState::Lost))
    }

    /// The table as aligned text, without colour.
    pub fn text(&self) -> String {
        const HEAD: &str = "session across components";
        let first = self.rows.iter().map(|(name, _)| name.len() + 2).max().unwrap_or(0).max(HEAD.len()) + 3;
        let width = |probe: &Probe| probe.word().len().max(5) + 2;
        let mut text = format!("{HEAD:first$}");
        for probe in &self.probes {
            let _ = write!(text, "{:width$}", probe.word(), width = width(probe));
        }
        for (name, states) in &self.rows {
            text.truncate(text.trim_end().len());
            let _ = write!(text, "\n  {name:width$}", width = first - 2);
            for (probe, state) in self.probes.iter().zip(states) {
                let _ = write!(text, "{:width$}", state.word(), width = width(probe));
            }
        }
        text.truncate(text.trim_end().len());
        text
    }
}
