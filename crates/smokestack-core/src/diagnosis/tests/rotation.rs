//! Sessions whose id changes with every answer.

use super::*;
use crate::Verdict;

fn rotates() -> Fact {
    Fact::Rotates {
        account: "dispatcher".into(),
        cookie: "sid".into(),
        by: "GET /home (200)".into(),
        why: "status 302 to /login".into(),
    }
}

#[test]
fn a_session_that_changes_with_every_answer_judges_nobody_and_names_the_cookie() {
    let cases = || {
        [accepted("portal", Probe::Page), refused("invoices", Probe::Page), refused("assets", Probe::Page)]
    };
    insta::assert_snapshot!(told(cases(), [rotates()]), @r"
        finding: the session changes with every answer, and cannot be shared by cases
          cause   cookie `sid` gets another value with each answer, such as GET /home (200), and the value before it is refused
          proof   tried with two visitors in one session of `dispatcher`: the first was accepted, the second refused, status 302 to /login, and the first still accepted
                  GET https://invoices.test/: answer 302 to /login
          note    have an old id stay good for a few seconds, as browsers that ask twice at once need it; or sign in in each case, with `cx.own_session(..)`
    ");
    let mut record = record(cases());
    assert_eq!(record.verdict(), Verdict::Fail);
    record.evidence = vec![rotates()];
    assert!(
        matches!(record.verdict(), Verdict::Inconclusive { why } if why.starts_with("the session changes with every answer"))
    );
}

#[test]
fn another_fault_beside_it_is_one_all_the_same() {
    let mut record = record([refused("invoices", Probe::Page), wrong("work-orders", Probe::Page)]);
    record.evidence = vec![rotates()];
    assert_eq!(record.verdict(), Verdict::Fail);
}
