//! Instances of one component that do not agree, and releases that did not arrive.

use super::*;
use crate::Class;

fn all_at(release: &str, but: &[(&str, u8, &str)]) -> Vec<Fact> {
    let others = ["portal", "invoices", "assets"].map(|name| sampled(name, 1, release, true));
    let work_orders = [1, 2].map(|number| {
        let own = but.iter().find(|(name, of, _)| *name == "work-orders" && *of == number);
        sampled("work-orders", number, own.map_or(release, |(.., release)| release), own.is_none())
    });
    others.into_iter().chain(work_orders).collect()
}

/// `work-orders-2` refuses what `work-orders-1` accepts.
fn one_instance_refuses() -> Vec<CaseRecord> {
    let mut lost = refused("work-orders", Probe::Instances);
    lost.notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    vec![
        accepted("portal", Probe::Page),
        accepted("work-orders", Probe::Page),
        accepted("assets", Probe::Page),
        lost,
    ]
}

fn settings_of(instance: &str, store: &str) -> Fact {
    let Fact::Settings { component, source, values, .. } =
        settings("work-orders", [("session.store", store)])
    else {
        unreachable!()
    };
    Fact::Settings { component, instance: Some(instance.into()), source, values }
}

fn other_release(name: &str, number: u8, found: &str) -> CaseRecord {
    let check = check(Class::Release, &format!("release shown by {name}-{number}"), found);
    let hop =
        Hop { instance: Some(format!("{name}-{number}")), release: Some(found.into()), ..hop(name, 200) };
    failed_by(name, Probe::Instances, check, vec![hop])
}

#[test]
fn an_instance_with_sessions_of_its_own_is_named() {
    let mut facts = all_at("2023.8", &[("work-orders", 2, "2023.8")]);
    facts.extend([settings_of("work-orders-1", STORE), settings_of("work-orders-2", "memory")]);
    insta::assert_snapshot!(told(one_instance_refuses(), facts), @r"
        finding: work-orders-2 of work-orders does not accept the platform session
          cause   its instances disagree: it keeps sessions in another store than the component that issues them
                    work-orders-1   session.store = redis://sessions:6379/0
                    work-orders-2   session.store = memory
          proof   work-orders-1 accepts it (2 of 2 requests, release 2023.8)
                  work-orders-2 refuses it (1 of 1 requests, release 2023.8)
                  GET https://work-orders.test/: answer 302 to /login
    ");
}

#[test]
fn an_instance_that_refuses_is_named_without_its_settings_too() {
    insta::assert_snapshot!(told(one_instance_refuses(), [signed_in(None)]), @r"
        finding: work-orders-2 of work-orders does not accept the platform session
          cause   likely: its instances disagree: this one keeps sessions in memory of its own, has another signing key, or was left out of the deploy; or each knows whom it saw first alone, and nothing keeps visitors there
          proof   work-orders-1 accepts it (1 of 1 requests, release 2023.8)
                  work-orders-2 refuses it (1 of 1 requests, release 2023.8)
                  GET https://work-orders.test/: answer 302 to /login
                  cookie `platform_session` was sent (Domain, Path match)
    ");
}

/// `work-orders` accepts a session on the instance of its first answer, and on no other.
fn bound_to_instances() -> Vec<CaseRecord> {
    let disagree = |probe: Probe, (accepts, refuses): (u8, u8)| {
        let mut case = refused("work-orders", probe);
        let mut well = accepted("work-orders", probe).notes.exchanges.remove(0);
        well.hops[0].instance = Some(format!("work-orders-{accepts}"));
        case.notes.exchanges[0].hops[0].instance = Some(format!("work-orders-{refuses}"));
        case.notes.exchanges.push(well);
        case
    };
    vec![
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        disagree(Probe::Again, (1, 2)),
        disagree(Probe::Kept, (2, 1)),
    ]
}

#[test]
fn instances_that_each_know_their_own_visitors_alone_are_not_blamed_one_by_one() {
    insta::assert_snapshot!(told(bound_to_instances(), [signed_in(None)]), @r"
        finding: work-orders accepts the platform session on one instance at a time
          cause   possibly: sessions belong to the instance that they reached first, and nothing keeps visitors there: the edge should, or the component should not need it
          proof   work-orders-1 refuses it (1 of 2 requests, release 2023.8)
                  work-orders-2 refuses it (1 of 2 requests, release 2023.8)
                  GET https://work-orders.test/: answer 302 to /login
                  cookie `platform_session` was sent (Domain, Path match)
          note    `affinity` in `[session]` names the cookie by which the edge keeps visitors on one instance: with it a run tells whether the edge still sets it
    ");
    let mut unsteady = bound_to_instances();
    unsteady.push({
        let mut case = refused("work-orders", Probe::Api);
        case.notes.exchanges.push(accepted("work-orders", Probe::Api).notes.exchanges.remove(0));
        case
    });
    let told = told(unsteady, [signed_in(None)]);
    assert!(!told.contains("one instance at a time"), "an instance that is at odds with itself: {told}");
}

#[test]
fn instances_that_say_that_sessions_are_bound_to_them_are_believed() {
    let bound = |instance: &str| {
        let Fact::Settings { component, source, .. } = settings("work-orders", []) else { unreachable!() };
        let values = [("session.instance_bound".to_owned(), "true".to_owned())].into();
        Fact::Settings { component, instance: Some(instance.into()), source, values }
    };
    let facts = || ["work-orders-1", "work-orders-2"].map(bound);
    let findings = diagnose(&Record { evidence: facts().into(), ..record(one_instance_refuses()) });
    assert_eq!((findings.len(), &findings[0].instance), (1, &None), "{findings:?}");
    assert_eq!(findings[0].settings.len(), 2, "{findings:?}");
    assert_eq!(named(one_refuses(), facts()), ["work-orders"]);
    let never = told(one_refuses(), facts());
    assert!(never.starts_with("finding: work-orders does not accept the platform session\n"), "{never}");
}

#[test]
fn a_component_that_refuses_on_every_instance_is_named_as_a_whole() {
    let mut cases = one_refuses();
    cases.push(refused("work-orders", Probe::Again));
    cases[4].notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    let findings = diagnose(&record(cases));
    assert_eq!((findings.len(), &findings[0].instance), (1, &None), "{findings:?}");
}

#[test]
fn an_instance_that_refuses_now_and_then_is_not_named_alone() {
    let mut facts = all_at("2023.8", &[]);
    facts.push(sampled("work-orders", 1, "2023.8", false));
    facts.push(sampled("work-orders", 2, "2023.8", false));
    let told = told(one_instance_refuses(), facts);
    assert!(told.starts_with("finding: work-orders does not always accept the platform session\n"), "{told}");
}

#[test]
fn an_instance_left_behind_by_the_deploy_is_named_with_both_releases() {
    let mut cases = one_instance_refuses();
    cases[3].notes.exchanges[0].hops[0].release = Some("2023.7".into());
    cases.push(other_release("work-orders", 2, "2023.7"));
    insta::assert_snapshot!(told(cases, all_at("2023.8", &[("work-orders", 2, "2023.7")])), @r"
        finding: work-orders-2 of work-orders does not accept the platform session
          cause   its instances disagree: work-orders-2 runs release 2023.7, the others 2023.8
          proof   work-orders-1 accepts it (2 of 2 requests, release 2023.8)
                  work-orders-2 refuses it (1 of 1 requests, release 2023.7)
                  GET https://work-orders.test/: answer 302 to /login
    ");
}

#[test]
fn an_instance_that_writes_what_the_others_cannot_read_explains_who_loses_the_session_after_it() {
    let cases = [ended("work-orders"), refused("assets", Probe::Page), refused("portal", Probe::Page)];
    let facts = all_at("2023.8", &[("work-orders", 2, "2023.9")]);
    let findings = diagnose(&Record { evidence: facts, ..record(cases) });
    let named: Vec<_> =
        findings.iter().map(|finding| (finding.component.as_str(), finding.instance.as_deref())).collect();
    assert_eq!(named, [("work-orders", Some("work-orders-2"))]);
}

#[test]
fn an_instance_after_which_the_session_is_refused_elsewhere_is_told_as_that() {
    let mut facts = all_at("2023.8", &[]);
    facts[4] = sampled("work-orders", 2, "2023.9", true);
    insta::assert_snapshot!(told([ended("work-orders"), refused("assets", Probe::Page)], facts), @r"
        finding: after a visit to work-orders-2 of work-orders the platform session is refused elsewhere
          cause   its instances disagree: work-orders-2 runs release 2023.9, the others 2023.8
          proof   work-orders-1 accepts it (1 of 1 requests, release 2023.8)
                  work-orders-2 accepts it (1 of 1 requests, release 2023.9)
                  after the visit: GET https://work-orders.test/: answer 200
    ");
}

#[test]
fn what_the_issuer_cannot_read_it_cannot_end_at_logout_either() {
    let facts = all_at("2023.8", &[("work-orders", 2, "2023.9")]);
    let named = |cases: Vec<crate::CaseRecord>| {
        let findings = diagnose(&Record { evidence: facts.clone(), ..record(cases) });
        findings.into_iter().map(|finding| (finding.component, finding.instance)).collect::<Vec<_>>()
    };
    let open = let_in("work-orders", Probe::Logout);
    let instance = ("work-orders".to_owned(), Some("work-orders-2".to_owned()));
    assert_eq!(named(vec![ended("work-orders"), open.clone()]), std::slice::from_ref(&instance));
    let elsewhere = let_in("assets", Probe::Logout);
    assert_eq!(named(vec![ended("work-orders"), elsewhere]), [instance, ("assets".to_owned(), None)]);
    assert_eq!(named(vec![open]), [("work-orders".to_owned(), None)], "it alone says nothing of that");
}

#[test]
fn an_instance_of_an_old_release_that_loses_nothing_is_named_too() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("work-orders", Probe::Page),
        other_release("work-orders", 2, "2023.7"),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: work-orders-2 of work-orders did not get release 2023.8
          cause   it shows 2023.7, the others show 2023.8
          proof   work-orders-1 shows release 2023.8
                  work-orders-2 shows release 2023.7
    ");
}

#[test]
fn a_component_that_did_not_get_the_release_is_named_once() {
    let mut record = record([
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        other_release("work-orders", 1, "2023.7"),
        other_release("work-orders", 2, "2023.7"),
        refused("work-orders", Probe::Api),
    ]);
    record.run.expected_release = Some("2023.8".into());
    for hop in &mut record.cases[4].notes.exchanges[0].hops[..1] {
        hop.release = Some("2023.7".into());
    }
    let told: Vec<_> = diagnose(&record).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r"
        finding: work-orders did not get release 2023.8
          cause   every instance of it shows 2023.7, not the release that is expected
          proof   work-orders-1 shows release 2023.7
                  work-orders-2 shows release 2023.7
    ");
}

#[test]
fn a_release_that_arrived_nowhere_is_nobodys_alone() {
    let names = ["portal", "work-orders", "invoices", "assets"];
    let mut record = record(names.map(|name| other_release(name, 1, "2023.7")));
    record.run.expected_release = Some("2023.8".into());
    let told: Vec<_> = diagnose(&record).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r"
        finding: the target does not run release 2023.8
          cause   no component shows the release that is expected: nothing was deployed, or not to this target
          proof   portal shows 2023.7
                  work-orders shows 2023.7
                  invoices shows 2023.7
                  assets shows 2023.7
    ");
}
