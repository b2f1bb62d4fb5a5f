//! Signing in somewhere else: the provider, or who rejects what it sends.

use super::*;
use crate::{Class, CookieAction, CookieNote};

const ISSUER: &str = "https://id.acme.test";

fn provider(found: &str, why: Option<&str>) -> Fact {
    Fact::Provider {
        issuer_expected: Some(ISSUER.into()),
        issuer_found: Some(found.into()),
        kids: vec!["2023-a".into()],
        source: format!("{ISSUER}/.well-known/openid-configuration"),
        why: why.map(Into::into),
    }
}

fn callback(found: &str, notes: &[&str]) -> [CaseRecord; 2] {
    let provider = Hop { url: format!("{ISSUER}/login"), component: None, ..hop("portal", 303) };
    let hop = Hop { url: "https://portal.test/callback".into(), ..hop("portal", 502) };
    [login_failed(found, notes, vec![provider, hop]), blocked("assets", Probe::Page)]
}

#[test]
fn a_provider_with_another_name_is_named() {
    let cases = callback("the callback answers status 502", &["the page says \"issuer mismatch\""]);
    insta::assert_snapshot!(told(cases, [provider("https://id.acme.example", None)]), @r#"
        finding: the identity provider calls itself by another name
          cause   `issuer` in its discovery is `https://id.acme.example`, and should be `https://id.acme.test`
          proof   read at https://id.acme.test/.well-known/openid-configuration
                  login as `dispatcher` fails: the callback answers status 502
                  GET https://portal.test/callback: answer 502
                  the page says "issuer mismatch"
    "#);
}

#[test]
fn a_key_that_the_provider_does_not_publish_is_its_fault() {
    let cases =
        callback("the callback answers status 502", &["the page says \"kid `2023-b` is not in the JWKS\""]);
    insta::assert_snapshot!(told(cases, [provider(ISSUER, None)]), @r#"
        finding: the identity provider signs with an unknown key
          cause   it signs with a key that it does not publish: the token's `kid` is not in its JWKS
          proof   kids at https://id.acme.test/.well-known/openid-configuration: 2023-a
                  login as `dispatcher` fails: the callback answers status 502
                  GET https://portal.test/callback: answer 502
                  the page says "kid `2023-b` is not in the JWKS"
    "#);
}

#[test]
fn a_provider_that_cannot_be_read_is_likely_to_blame() {
    let cases = callback("the callback answers status 502", &[]);
    insta::assert_snapshot!(told(cases, [provider(ISSUER, Some("status 503"))]), @r"
        finding: signing in at the identity provider fails
          cause   likely: its discovery or its keys cannot be read: status 503
          proof   asked at https://id.acme.test/.well-known/openid-configuration
                  login as `dispatcher` fails: the callback answers status 502
                  GET https://portal.test/callback: answer 502
    ");
}

#[test]
fn who_rejects_what_a_sound_provider_sends_is_named_itself() {
    let cases = callback("the callback answers status 401", &["the page says \"invalid_client\""]);
    insta::assert_snapshot!(told(cases, [provider(ISSUER, None)]), @r#"
        finding: portal rejects what the identity provider sends
          cause   likely: the provider signs people in and the callback fails: client secret, redirect URI, issuer or cookie secret
          proof   login as `dispatcher` fails: the callback answers status 401
                  GET https://portal.test/callback: answer 502
                  the page says "invalid_client"
    "#);
}

#[test]
fn a_login_without_a_provider_names_none() {
    assert_eq!(named(callback("the callback answers status 502", &["kid"]), []), ["portal"]);
}

#[test]
fn a_key_that_the_provider_publishes_and_the_component_does_not_know_is_the_components_fault() {
    let cases =
        callback("the callback answers status 502", &["the page says \"no key: kid `2023-a` is unknown\""]);
    insta::assert_snapshot!(told(cases, [provider(ISSUER, None)]), @r#"
        finding: portal rejects what the identity provider signs
          cause   likely: it does not know key `2023-a`, which the provider publishes: it holds on to older keys
          proof   kids at https://id.acme.test/.well-known/openid-configuration: 2023-a
                  login as `dispatcher` fails: the callback answers status 502
                  GET https://portal.test/callback: answer 502
                  the page says "no key: kid `2023-a` is unknown"
    "#);
}

#[test]
fn who_leads_to_a_login_page_that_fails_is_not_named_for_it() {
    let found = "the callback answers status 502";
    let away = Hop { location: Some("/login".into()), ..hop("assets", 302) };
    let login = Hop { login: true, ..hop("portal", 502) };
    let lost = failed_by("assets", Probe::Without, check(Class::Value, "refused", "502"), vec![away, login]);
    let cases = || callback(found, &[]).into_iter().chain([lost.clone()]);
    assert_eq!(named(cases(), [provider("https://id.acme.example", None)]), ["identity provider"]);
    assert_eq!(named(cases(), []), ["portal"]);
}

#[test]
fn where_the_provider_was_never_reached_nothing_is_said_of_what_it_sends() {
    let page = Hop { url: "https://portal.test/login".into(), login: true, ..hop("portal", 500) };
    let cases = [login_failed("it answers status 500", &[], vec![page]), blocked("assets", Probe::Page)];
    let told = told(cases, [provider(ISSUER, None)]);
    assert!(told.starts_with("finding: login as `dispatcher` fails at portal\n"), "{told}");
}

#[test]
fn a_platform_that_does_not_remember_who_comes_back_and_sets_no_cookie_is_told_so() {
    let way = |cookies| {
        let leave = Hop { url: "https://portal.test/login".into(), cookies, ..hop("portal", 302) };
        let provider = Hop { url: format!("{ISSUER}/login"), component: None, ..hop("portal", 303) };
        let back =
            Hop { url: "https://portal.test/callback".into(), cookies: Vec::new(), ..hop("portal", 400) };
        [login_failed("the callback answers status 400", &[], vec![leave, provider, back])]
    };
    insta::assert_snapshot!(told(way(Vec::new()), [provider(ISSUER, None)]), @r"
        finding: nobody can sign in, and no answer sets a cookie
          cause   possibly: the edge drops `Set-Cookie`, or portal no longer sets what the login is compared with
          proof   login as `dispatcher` fails: the callback answers status 400
                  GET https://portal.test/callback: answer 400
          note    with `origins` in the platform file the run asks portal past the edge, and tells one from the other
    ");
    let set = vec![CookieNote::new("platform_login", CookieAction::Stored, "Path=/")];
    assert!(told(way(set), [provider(ISSUER, None)]).contains("client secret, redirect URI"));
}
