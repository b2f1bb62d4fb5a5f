//! What differences mean, setting by setting.

use super::super::apart_from_all;
use super::{differences, masked, meanings, notes, of, told};

fn meaning(key: &str, issuer: &str, component: &str) -> String {
    meanings(&format!("{key} = {issuer}"), &format!("{key} = {component}"))
}

#[test]
fn another_server_is_another_store() {
    for key in ["session.store", "SESSION_STORE_URL", "session.redis", "sessionStore", "session.redis.0"] {
        assert_eq!(meaning(key, "redis://sessions:6379/0", "redis://old:6379/0"), "Store", "{key}");
    }
    assert_eq!(meaning("session.redis.host", "sessions", "sessions-old"), "Store");
    assert_eq!(meaning("session.redis.port", "6379", "6380"), "Store");
    assert_eq!(meaning("session.store", "redis", "memory"), "Store");
    assert_eq!(meaning("session.store", "main", "other"), "Store");
}

#[test]
fn another_index_on_the_same_server_is_another_database() {
    assert_eq!(meaning("session.store", "redis://a:6379/0", "redis://a:6379/1"), "Database");
    assert_eq!(meaning("session.store", "redis://a:6379", "redis://a:6379/1"), "Database");
    for key in ["session.db", "session.redis.database", "session.redis.dbIndex"] {
        assert_eq!(meaning(key, "0", "1"), "Database", "{key}");
    }
}

#[test]
fn the_same_database_written_otherwise_is_no_other_store() {
    assert_eq!(meaning("session.store", "redis://a:6379", "redis://a:6379/0"), "");
    assert_eq!(meaning("session.store", "redis://a:6379/0", "rediss://a:6379/"), "");
}

#[test]
fn cookie_names_keys_and_formats_are_reasons_of_their_own() {
    for (key, ours, theirs, meaning) in [
        ("session.store.prefix", "s:", "wo:", "Prefix"),
        ("session.cookie.name", "sid", "wo_sid", "CookieName"),
        ("SESSION_COOKIE", "sid", "wo_sid", "CookieName"),
        ("SESSION_COOKIE_NAME", "sid", "wo_sid", "CookieName"),
        ("server.servlet.session.cookie.name", "sid", "wo_sid", "CookieName"),
        ("cookie_name", "sid", "wo_sid", "CookieName"),
        ("session.name", "PHPSESSID", "WOSESSID", "CookieName"),
        ("session.format", "v1", "v2", "Format"),
        ("SESSION_SERIALIZER", "json", "pickle", "Format"),
        ("session.redis.codec", "json", "kryo", "Format"),
    ] {
        assert_eq!(self::meaning(key, ours, theirs), meaning, "{key}");
    }
    let [ours, theirs] = ["secret, fingerprint 7f3a09bc", "secret, fingerprint 11223344"];
    for key in ["session.secret", "SESSION_SECRET", "cookie_secret", "session.cookie.signing_key"] {
        assert_eq!(meaning(key, ours, theirs), "Secret", "{key}");
        assert_eq!(meaning(key, ours, ours), "", "{key}");
    }
}

#[test]
fn a_key_that_may_sign_something_else_is_no_certain_cause() {
    let [ours, theirs] = ["secret, fingerprint 7f3a09bc", "secret, fingerprint 11223344"];
    for key in ["SECRET_KEY_BASE", "DJANGO_SECRET_KEY", "APP_KEY", "session.key", "NEXTAUTH_SECRET"] {
        assert_eq!(meaning(key, ours, theirs), "maybe Secret", "{key}");
    }
    for key in ["session.redis.tls.key", "session.csrf.secret"] {
        assert_eq!(meaning(key, ours, theirs), "maybe Other", "{key}");
    }
    assert_eq!(meaning("session.api.key", ours, theirs), "maybe Credentials");
    assert_eq!(meaning("session.secret.store", ours, theirs), "Secret");
    for key in ["csrf.cookie.secret", "STRIPE_API_KEY", "database.password"] {
        assert_eq!(meaning(key, ours, theirs), "", "{key}");
    }
}

#[test]
fn what_is_set_beside_the_store_is_not_the_store() {
    for key in
        ["session.redis.timeout", "session.cookie.domain", "session.cookie.samesite", "session.login_url"]
    {
        assert_eq!(meaning(key, "a", "b"), "maybe Other", "{key}");
    }
    for key in ["session.affinity.cookie.name", "session.log.format", "session.refresh.cookie"] {
        assert_eq!(meaning(key, "a", "b"), "maybe Other", "{key}");
    }
    assert_eq!(meaning("session.ttl", "30m", "60m"), "maybe Ttl");
    assert_eq!(meaning("session.ttl", "30m", "1800"), "");
    assert_eq!(meaning("session.cookie.samesite", "Lax", "lax"), "");
}

#[test]
fn another_password_of_the_same_store_is_no_certain_cause() {
    let [ours, theirs] = ["redis://********7f3a09bc@a/0", "redis://********11223344@a/0"];
    insta::assert_snapshot!(told(&format!("session.store = {ours}"), &format!("session.store = {theirs}")), @r"
    likely: it opens the session store with other credentials than the component that issues them
      session.store = redis://********7f3a09bc@a/0
      session.store = redis://********11223344@a/0
    ");
    assert_eq!(meaning("session.store", ours, "redis://app:********@a/0"), "");
    assert_eq!(meaning("session.store", ours, &theirs.replace("@a", "@b")), "Store");
    let [ours, theirs] = ["secret, fingerprint 7f3a09bc", "secret, fingerprint 11223344"];
    assert_eq!(meaning("session.redis.password", ours, theirs), "maybe Credentials");
    let url = "session.store = redis://********7f3a09bc@a/0";
    let apart = |password: &str| {
        format!("SESSION_REDIS_HOST = a\nSESSION_REDIS_DB = 0\nSESSION_REDIS_PASSWORD = {password}")
    };
    assert_eq!(meanings(url, &apart(ours)), "");
    assert_eq!(meanings(url, &apart(theirs)), "maybe Credentials");
    assert_eq!(meanings(url, "session.redis = a:6379,password=********7f3a09bc"), "");
}

#[test]
fn a_setting_that_only_one_of_them_has_explains_nothing_by_itself() {
    assert_eq!(meanings("session.store = redis://a", ""), "maybe Other");
    assert_eq!(meanings("", "session.cookie.name = sid"), "maybe Other");
    insta::assert_snapshot!(told("session.cookie.name = sid", ""), @r"
    likely: its session settings differ from those of the component that issues the session
      session.cookie.name = sid
      session.cookie.name = (not set)
    ");
}

#[test]
fn a_setting_that_only_one_of_them_has_is_not_shown_beside_the_cause() {
    assert_eq!(meanings("session.store = redis://a\nsession.ttl = 5", "session.store = redis://b"), "Store");
}

#[test]
fn only_settings_about_sessions_are_compared() {
    let settings = |store, level| of([("session.store", store), ("log.level", level)]);
    let differences = differences(&settings("a", "info"), &settings("b", "debug"));
    assert_eq!(differences.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["session.store"]);
}

#[test]
fn what_explains_most_comes_first_and_both_spellings_are_named() {
    let ours = "session.ttl = 30m
        session.format = v1
        session.cookie.name = sid
        session.secret = secret, fingerprint 7f3a09bc
        session.prefix = s:
        session.store = redis://a:6379/0";
    let theirs = "SESSION_TTL = 60m
        SESSION_FORMAT = v2
        SESSION_COOKIE_NAME = wo_sid
        SESSION_SECRET = secret, fingerprint 11223344
        SESSION_PREFIX = wo:
        SESSION_REDIS_HOST = b
        SESSION_REDIS_DB = 1";
    insta::assert_snapshot!(told(ours, theirs), @r"
    it keeps sessions in another store than the component that issues them
      session.store = redis://a:6379/0
      SESSION_REDIS_HOST = b
    it keeps sessions in another database of the store than the component that issues them
      session.store = redis://a:6379/0
      SESSION_REDIS_DB = 1
    it keeps sessions under another key prefix than the component that issues them
      session.prefix = s:
      SESSION_PREFIX = wo:
    it verifies sessions with another key than the component that issues them
      session.secret = secret, fingerprint 7f3a09bc
      SESSION_SECRET = secret, fingerprint 11223344
    it looks for the session in a cookie of another name than the issuer's
      session.cookie.name = sid
      SESSION_COOKIE_NAME = wo_sid
    it reads sessions in another format than the component that issues them writes
      session.format = v1
      SESSION_FORMAT = v2
    likely: its session settings differ from those of the component that issues the session
      session.ttl = 30m
      SESSION_TTL = 60m
    ");
}

#[test]
fn one_address_that_differs_in_several_parts_is_shown_once() {
    insta::assert_snapshot!(told("session.store = redis://a/0", "session.store = redis://b/1"), @r"
    it keeps sessions in another store than the component that issues them
      session.store = redis://a/0
      session.store = redis://b/1
    ");
}

#[test]
fn what_the_platform_masks_in_one_of_them_was_not_compared() {
    let stars = "********";
    let ours =
        of([("session.secret", stars), ("db.password", stars), ("session.a", "*"), ("session.b", "1")]);
    let theirs =
        of([("SESSION_SECRET", stars), ("db.password", stars), ("session.a", "b"), ("session.b", "1")]);
    assert_eq!(masked(&ours, &theirs), ["session.a", "session.secret"]);
    assert_eq!(differences(&ours, &theirs), []);
    let store = of([("session.store", "redis://app:********@a/0")]);
    assert_eq!(masked(&store, &store), ["session.store"]);
    insta::assert_snapshot!(notes(&ours, &theirs).join("\n"), @r"
    `session.a` is masked by the platform and cannot be compared
    `session.secret` is masked by the platform and cannot be compared
    ");
}

#[test]
fn equal_stores_have_notes_where_they_may_still_be_two() {
    let store = |address| of([("session.store", address)]);
    let of = |ours, theirs| notes(&store(ours), &store(theirs)).join("\n");
    insta::assert_snapshot!(of("rediss://a", "redis://a"), @"the issuer speaks TLS to the session store, it does not");
    insta::assert_snapshot!(of("redis://a", "rediss://a"), @"it speaks TLS to the session store, the issuer does not");
    insta::assert_snapshot!(of("redis://127.0.0.1", "redis://localhost"), @"both keep sessions on `localhost`, which is one store only if they run on one machine");
    assert_eq!(of("redis://a", "redis://a"), "");
    assert_eq!(of("redis://localhost/0", "redis://localhost/1"), "");
}

#[test]
fn the_issuer_stands_apart_where_all_others_have_one_value() {
    let store = |address| of([("session.store", address), ("session.ttl", "30m")]);
    let (issuer, others, third) = (store("redis://a"), store("redis://b"), store("redis://c"));
    let apart = apart_from_all(&issuer, &[&others, &others]).unwrap();
    assert_eq!((apart.key.as_str(), apart.explains()), ("session.store", true));
    assert_eq!(apart_from_all(&issuer, &[&others, &third]), None);
    assert_eq!(apart_from_all(&issuer, &[&others, &issuer]), None);
}
