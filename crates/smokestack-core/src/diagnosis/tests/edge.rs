//! What stands before all components: named only if behind it all is well.

use super::*;
use crate::Class;

fn sent_to_one_instance() -> FailedCheck {
    check(Class::Contract, "affinity cookie `edge_affinity`", "not set by any answer")
}

#[test]
fn what_is_refused_through_the_edge_and_accepted_behind_it_is_the_edges() {
    let facts = [signed_in(None), compared("work-orders", false, true)];
    insta::assert_snapshot!(told(one_refuses(), facts), @r"
        finding: the edge does not pass the platform session on
          cause   the session is sent by the client and not seen by the origin: straight at the origin it is accepted
          proof   cookie `platform_session` was sent (Domain, Path match)
                  https://work-orders.test/: refused; work-orders-1 at http://10.0.0.8:9001: accepted
    ");
}

#[test]
fn the_edge_is_not_named_if_the_origin_refuses_too() {
    assert_eq!(named(one_refuses(), [compared("work-orders", false, false)]), ["work-orders"]);
    assert_eq!(
        named(one_refuses(), [compared("assets", false, true)]),
        ["work-orders"],
        "somebody else's comparison"
    );
}

#[test]
fn a_missing_affinity_cookie_explains_who_is_signed_out_now_and_then() {
    let mut lost = refused("work-orders", Probe::Again);
    lost.notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    let cases = [
        failed_by("portal", Probe::Page, sent_to_one_instance(), Vec::new()),
        accepted("work-orders", Probe::Page),
        lost,
    ];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the edge no longer keeps a visitor on one instance
          cause   affinity cookie `edge_affinity`: not set by any answer
          proof   work-orders: the session is lost as often as another instance answers
    ");
}

#[test]
fn a_missing_affinity_cookie_does_not_explain_who_refuses_everything() {
    let mut cases = one_refuses();
    cases.push(failed_by("portal", Probe::Form, sent_to_one_instance(), Vec::new()));
    assert_eq!(named(cases, []), ["edge", "work-orders"]);
}
