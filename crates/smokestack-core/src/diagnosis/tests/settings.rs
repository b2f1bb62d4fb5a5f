//! One component refuses, and its settings say why or do not.

use super::*;
use crate::{ComponentInfo, Probe};

/// `work-orders` refuses; it has these settings and `portal` those.
fn one_refuses_with<const N: usize, const M: usize>(
    ours: [(&str, &str); N],
    theirs: [(&str, &str); M],
) -> String {
    let facts = [signed_in(Some("platform.test")), settings("portal", ours), settings("work-orders", theirs)];
    told(one_refuses(), facts)
}

#[test]
fn a_component_with_another_store_is_named_with_both_settings() {
    let facts = [
        signed_in(Some("platform.test")),
        settings("portal", [("session.store", STORE), ("log.level", "info")]),
        settings("work-orders", [("session.store", "redis://sessions-old:6379/0"), ("log.level", "debug")]),
        health("work-orders", Some(200)),
    ];
    insta::assert_snapshot!(told(one_refuses(), facts), @r"
        finding: work-orders does not accept the platform session
          cause   it keeps sessions in another store than the component that issues them
                    portal        session.store = redis://sessions:6379/0
                    work-orders   session.store = redis://sessions-old:6379/0
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    its health check answers 200 (https://work-orders.test/healthz)
    ");
}

#[test]
fn a_component_with_another_database_is_named_so() {
    insta::assert_snapshot!(
        one_refuses_with([("session.store", STORE)], [("session.store", "redis://sessions:6379/1")]),
        @r"
        finding: work-orders does not accept the platform session
          cause   it keeps sessions in another database of the store than the component that issues them
                    portal        session.store = redis://sessions:6379/0
                    work-orders   session.store = redis://sessions:6379/1
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    "
    );
}

#[test]
fn a_component_with_another_key_prefix_is_named_so() {
    insta::assert_snapshot!(one_refuses_with([("session.prefix", "sess:")], [("session.prefix", "wo:")]), @r"
        finding: work-orders does not accept the platform session
          cause   it keeps sessions under another key prefix than the component that issues them
                    portal        session.prefix = sess:
                    work-orders   session.prefix = wo:
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    ");
}

#[test]
fn a_component_that_looks_for_another_cookie_is_named_so() {
    insta::assert_snapshot!(
        one_refuses_with([("session.cookie.name", COOKIE)], [("session.cookie.name", "acme_session")]),
        @r"
        finding: work-orders does not accept the platform session
          cause   it looks for the session in a cookie of another name than the issuer's
                    portal        session.cookie.name = platform_session
                    work-orders   session.cookie.name = acme_session
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    "
    );
}

#[test]
fn the_difference_that_explains_most_is_the_cause_and_all_are_shown() {
    insta::assert_snapshot!(
        one_refuses_with(
            [("session.store", STORE), ("session.prefix", "s:"), ("session.ttl", "30m")],
            [("session.store", "redis://old:6379/0"), ("session.prefix", "wo:"), ("session.ttl", "60m")],
        ),
        @r"
        finding: work-orders does not accept the platform session
          cause   it keeps sessions in another store than the component that issues them
                    portal        session.store  = redis://sessions:6379/0
                    work-orders   session.store  = redis://old:6379/0
                    portal        session.prefix = s:
                    work-orders   session.prefix = wo:
                    portal        session.ttl    = 30m
                    work-orders   session.ttl    = 60m
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    "
    );
}

#[test]
fn a_difference_that_need_not_matter_is_only_likely_the_cause() {
    insta::assert_snapshot!(one_refuses_with([("session.ttl", "30m")], [("session.ttl", "60m")]), @r"
        finding: work-orders does not accept the platform session
          cause   likely: its session settings differ from those of the component that issues the session
                    portal        session.ttl = 30m
                    work-orders   session.ttl = 60m
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    ");
    insta::assert_snapshot!(one_refuses_with([("session.store", STORE)], [("session.ttl", "60m")]), @r"
        finding: work-orders does not accept the platform session
          cause   likely: its session settings differ from those of the component that issues the session
                    portal        session.store = redis://sessions:6379/0
                    work-orders   session.store = (not set)
                    portal        session.ttl   = (not set)
                    work-orders   session.ttl   = 60m
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    ");
}

#[test]
fn equal_settings_are_not_the_cause() {
    insta::assert_snapshot!(one_refuses_with([("session.store", STORE)], [("session.store", STORE)]), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: the edge, which may drop the session's cookie on the way to it, or something other than its settings, since those about sessions equal the issuer's
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
    ");
}

#[test]
fn secrets_are_masked_and_do_not_count_as_equal() {
    let both = [("session.store", STORE), ("session.secret", "********")];
    insta::assert_snapshot!(one_refuses_with(both, both), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: the edge, which may drop the session's cookie on the way to it, or something other than the settings that can be compared, which equal the issuer's
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    `session.secret` is masked by the platform and cannot be compared
                  with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
    ");
}

#[test]
fn settings_that_could_not_be_read_are_said_to_be_so() {
    let facts = [
        unreadable("work-orders"),
        settings("portal", [("session.store", STORE)]),
        health("work-orders", None),
    ];
    insta::assert_snapshot!(told(one_refuses(), facts), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    its health check gives no answer (https://work-orders.test/healthz)
                  with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
                  settings of work-orders could not be read from https://work-orders.test/settings: status 404
    ");
    let facts = [unreadable("portal"), settings("work-orders", [("session.store", STORE)])];
    insta::assert_snapshot!(told(one_refuses(), facts), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
                  settings of portal could not be read from https://portal.test/settings: status 404
    ");
}

#[test]
fn without_settings_the_finding_says_how_to_have_them_compared() {
    insta::assert_snapshot!(told(one_refuses(), []), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    settings of work-orders and portal were not read: `settings` in the platform file says where they are
                  with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
    ");
}

#[test]
fn settings_are_aligned_whatever_the_names() {
    let mut record = record([accepted("portal", Probe::Page), refused("höhenförderung", Probe::Page)]);
    record.run.components.push(ComponentInfo { name: "höhenförderung".into(), issuer: false });
    record.evidence = vec![
        settings("portal", [("session.store", "a"), ("session.db", "0")]),
        settings("höhenförderung", [("session.store", "b"), ("session.db", "1")]),
    ];
    insta::assert_snapshot!(diagnose(&record)[0].to_string(), @r"
        finding: höhenförderung does not accept the platform session
          cause   it keeps sessions in another store than the component that issues them
                    portal           session.store = a
                    höhenförderung   session.store = b
                    portal           session.db    = 0
                    höhenförderung   session.db    = 1
          proof   GET https://höhenförderung.test/: answer 302 to /login
                  the same login's session is accepted by portal
    ");
}
