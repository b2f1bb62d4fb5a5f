//! The table as text, from records written by hand.

use super::*;
use crate::by_hand::*;
use crate::{Fact, Stage};

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
fn what_has_no_column_and_went_wrong_stands_below_the_table() {
    let beside =
        |case: crate::CaseRecord, name: &str| crate::CaseRecord { cell: None, name: name.into(), ..case };
    insta::assert_snapshot!(text([
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        beside(wrong("portal", Probe::Page), "contract"),
        beside(wrong("assets", Probe::Page), "contract"),
        beside(accepted("reports", Probe::Page), "contract"),
        beside(hindered("invoices", Probe::Page), "contract"),
        crate::CaseRecord { suite: "pages".into(), ..beside(wrong("portal", Probe::Page), "home") },
    ]), @r"
        session across components   page
          portal                    ok
          assets                    ok
          contract: ERROR invoices
          contract: FAIL assets, portal
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
    let state = |cases: &[crate::CaseRecord]| SessionTable::of(&record(cases.to_vec())).unwrap().rows[0].1[0];
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
          ok where it was judged: form, api, api_write, again, instances, kept, accounts, logout, without, foreign, carried
          not judged: write
    ");
}

/// Cases about two components, and what was sampled of the instances of one.
fn with_instances(sampled: Vec<Fact>) -> SessionTable {
    let of = |mut case: crate::CaseRecord, instance: &str| {
        case.notes.exchanges[0].hops[0].instance = Some(instance.into());
        case
    };
    let cases = [
        accepted("portal", Probe::Page),
        accepted("portal", Probe::Again),
        of(accepted("work-orders", Probe::Page), "work-orders-1"),
        of(refused("work-orders", Probe::Again), "work-orders-2"),
        of(refused("work-orders", Probe::Instances), "work-orders-2"),
        blocked("work-orders", Probe::Idle),
    ];
    SessionTable::of(&Record { evidence: sampled, ..record(cases) }).unwrap()
}

#[test]
fn instances_that_disagree_have_rows_of_their_own() {
    let table = with_instances(vec![
        sampled("portal", 1, "2023.8", true),
        sampled("work-orders", 1, "2023.8", true),
        sampled("work-orders", 2, "2023.8", false),
        sampled("work-orders", 2, "2023.8", true),
    ]);
    insta::assert_snapshot!(table.text(), @r"
    session across components   page   again  instances  idle
      portal                    ok     ok     -          -
      work-orders               ok     LOST   LOST       -
        work-orders-1           ok     -      ok         -
        work-orders-2           -      LOST   LOST       -
    ");
    let heads = ["  portal", "  work-orders", "    work-orders-1", "    work-orders-2"];
    assert_eq!(table.heads(), heads);
}

#[test]
fn instances_of_several_releases_show_them_and_the_one_that_is_not_expected_fails() {
    let facts = || vec![sampled("work-orders", 1, "2023.8", true), sampled("work-orders", 2, "2023.7", true)];
    insta::assert_snapshot!(with_instances(facts()).text(), @r"
    session across components    page   again  instances  idle
      portal                     ok     ok     -          -
      work-orders                ok     LOST   LOST       -
        work-orders-1 (2023.8)   ok     -      ok         -
        work-orders-2 (2023.7)   -      LOST   ok         -
    ");
    let mut record = Record { evidence: facts(), ..record([wrong("work-orders", Probe::Instances)]) };
    record.run.expected_release = Some("2023.8".into());
    insta::assert_snapshot!(SessionTable::of(&record).unwrap().text(), @r"
    session across components    instances
      work-orders                FAIL
        work-orders-1 (2023.8)   ok
        work-orders-2 (2023.7)   FAIL
    ");
}

#[test]
fn instances_that_agree_have_none() {
    let agreed = |accepted| {
        vec![sampled("work-orders", 1, "2023.8", accepted), sampled("work-orders", 2, "2023.8", accepted)]
    };
    assert_eq!(with_instances(agreed(true)).instances, []);
    assert_eq!(with_instances(agreed(false)).instances, [], "none accepts it: that is the component's row");
    assert_eq!(with_instances(Vec::new()).instances, [], "nobody looked");
}

#[test]
fn the_instance_that_was_visited_last_is_the_one_that_ended_the_session() {
    let mut case = ended("work-orders");
    let visit = |number: u8| crate::Hop {
        instance: Some(format!("work-orders-{number}")),
        ..hop("work-orders", 200)
    };
    let exchange = |hop: crate::Hop| crate::Exchange { hops: vec![hop], ..case.notes.exchanges[0].clone() };
    case.notes.exchanges = vec![
        exchange(visit(1)),
        exchange(hop("portal", 200)),
        exchange(visit(2)),
        exchange(hop("portal", 302)),
    ];
    let Outcome::Failed { last, .. } = &mut case.outcome else { unreachable!() };
    last.first.exchange = Some(3);
    let facts = vec![sampled("work-orders", 1, "2023.8", true), sampled("work-orders", 2, "2023.8", false)];
    insta::assert_snapshot!(SessionTable::of(&Record { evidence: facts, ..record([case]) }).unwrap().text(), @r"
    session across components   kept
      work-orders               ENDED
        work-orders-1           ok
        work-orders-2           ENDED
    ");
}
