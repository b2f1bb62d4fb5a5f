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
            Outcome::Failed { last, .. } => {
                let any = |class| last.failed().any(|check| check.class == class);
                if any(Class::Identity) {
                    CellState::Other
                } else if any(Class::SessionDestroyed) {
                    CellState::Ended
                } else if any(Class::SessionLost) {
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
                        cells.iter().filter(|(cell, _)| cell.component == *name && cell.probe == *probe);
                    let states = filled.map(|(_, state)| *state);
                    states.max_by_key(|state| state.weight()).unwrap_or(CellState::NotJudged)
                };
                (name.clone(), probes.iter().map(state).collect())
            })
            .collect();
        Some(SessionTable { probes, rows })
    }

    /// Whether a component did not accept the session, whatever the probe.
    pub fn is_lost(&self, component: &str) -> bool {
        self.rows.iter().any(|(name, states)| name == component && states.contains(&CellState::Lost))
    }

    /// The table as aligned text, without colour. Where it is wider than a terminal, columns in which nothing is wrong
    /// are named below it instead.
    pub fn text(&self) -> String {
        const HEAD: &str = "session across components";
        const WIDEST: usize = 100;
        let names = self.rows.iter().map(|(name, _)| name.chars().count() + 2);
        let first = names.max().unwrap_or(0).max(HEAD.len()) + 3;
        let width = |probe: &Probe| probe.word().len().max(5) + 2;
        let whole = first + self.probes.iter().map(width).sum::<usize>();
        // The columns that say nothing new, by their places.
        let fine = |at: &usize| {
            self.rows.iter().all(|(_, states)| {
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
        for (name, states) in &self.rows {
            text.truncate(text.trim_end().len());
            let _ = write!(text, "\n  {name:width$}", width = first - 2);
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
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;
    use crate::by_hand::*;

    fn text(cases: impl IntoIterator<Item = crate::CaseRecord>) -> String {
        SessionTable::of(&record(cases)).unwrap().text()
    }

    #[test]
    fn each_state_has_its_word() {
        insta::assert_snapshot!(text([
            accepted("portal", Probe::Page),
            refused("work-orders", Probe::Page),
            blocked("work-orders", Probe::Form),
            skipped("invoices", Probe::Write),
            wrong("invoices", Probe::Page),
            silent("assets", Probe::Page, Stage::Connect),
            hindered("assets", Probe::Form),
            let_in("assets", Probe::Without),
        ]), @r"
            session across components   page   form   write  without
              portal                    ok     -      -      -
              work-orders               LOST   -      -      -
              invoices                  FAIL   -      -      -
              assets                    ERROR  ERROR  -      OPEN
        ");
    }

    #[test]
    fn rows_and_columns_have_their_order_whatever_ended_first() {
        let table = SessionTable::of(&record([
            accepted("assets", Probe::Logout),
            accepted("invoices", Probe::Again),
            accepted("work-orders", Probe::Api),
            accepted("portal", Probe::Page),
        ]))
        .unwrap();
        assert_eq!(table.probes, [Probe::Page, Probe::Api, Probe::Again, Probe::Logout]);
        let rows: Vec<_> = table.rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(rows, ["portal", "work-orders", "invoices", "assets"]);
    }

    #[test]
    fn a_component_or_a_probe_that_nobody_asked_has_no_place() {
        insta::assert_snapshot!(text([accepted("invoices", Probe::Api)]), @r"
            session across components   api
              invoices                  ok
        ");
    }

    #[test]
    fn long_names_and_names_beyond_ascii_stay_aligned() {
        let mut record = record([accepted("portal", Probe::Page), refused("portal", Probe::Again)]);
        for name in ["höhenförderbänder", "a-component-with-a-rather-long-name"] {
            record.run.components.push(crate::ComponentInfo { name: name.into(), issuer: false });
            record.cases.extend([accepted(name, Probe::Page), accepted(name, Probe::Again)]);
        }
        insta::assert_snapshot!(SessionTable::of(&record).unwrap().text(), @r"
            session across components               page   again
              portal                                ok     LOST
              höhenförderbänder                     ok     ok
              a-component-with-a-rather-long-name   ok     ok
        ");
    }

    #[test]
    fn a_run_without_cells_has_no_table() {
        let case = crate::CaseRecord { cell: None, ..accepted("portal", Probe::Page) };
        assert_eq!(SessionTable::of(&record([case])), None);
        assert_eq!(SessionTable::of(&record([])), None);
    }

    #[test]
    fn the_worst_of_several_cases_in_a_cell_is_shown_whichever_ended_first() {
        let cases = [accepted("portal", Probe::Page), refused("portal", Probe::Page)];
        let state =
            |cases: &[crate::CaseRecord]| SessionTable::of(&record(cases.to_vec())).unwrap().rows[0].1[0];
        let [first, second] = cases.clone();
        assert_eq!(state(&cases), CellState::Lost);
        assert_eq!(state(&[second, first]), CellState::Lost);
        assert_eq!(
            state(&[skipped("portal", Probe::Page), accepted("portal", Probe::Page)]),
            CellState::Ok,
            "one that was not run says nothing",
        );
    }

    #[test]
    fn a_lost_session_outweighs_what_else_failed_in_the_case() {
        let mut case = refused("portal", Probe::Page);
        let other = crate::FailedCheck::new(crate::Blame::Wrong, crate::Class::Value, "title");
        let Outcome::Failed { last, .. } = &mut case.outcome else { unreachable!() };
        last.others = vec![std::mem::replace(&mut last.first, other)];
        let table = SessionTable::of(&record([case, accepted("assets", Probe::Page)])).unwrap();
        assert!(table.is_lost("portal") && !table.is_lost("assets"));
    }

    #[test]
    fn a_flaky_pass_is_a_pass() {
        let flaky = after(vec![attempt(&[crate::Blame::Silent])], accepted("portal", Probe::Page));
        assert_eq!(CellState::of(&flaky.outcome), CellState::Ok);
    }

    #[test]
    fn where_all_columns_do_not_fit_those_with_nothing_wrong_are_named_below() {
        let all = |name: &'static str| Probe::ALL.into_iter().map(move |probe| accepted(name, probe));
        let mut cases: Vec<crate::CaseRecord> = all("portal").chain(all("assets")).collect();
        cases.push(refused("assets", Probe::Idle));
        cases.retain(|case| case.cell.as_ref().is_some_and(|cell| cell.probe != Probe::Write));
        cases.push(skipped("assets", Probe::Write));
        insta::assert_snapshot!(text(cases), @r"
            session across components   page   idle
              portal                    ok     ok
              assets                    ok     LOST
              ok where it was judged: form, api, api-write, again, instances, kept, accounts, logout, without, foreign, carried
              not judged: write
        ");
    }
}
