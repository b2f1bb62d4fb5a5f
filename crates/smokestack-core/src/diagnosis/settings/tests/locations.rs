//! Where sessions are kept, joined from settings in the spellings of frameworks.

use super::{meanings, told};

const URL: &str = "session.store = redis://a:6379/2";

#[test]
fn one_store_in_the_spellings_of_many_frameworks_is_one_store() {
    for component in [
        URL,
        "SESSION_STORE_URL = redis://a/2",
        "session.store = rediss://A:6379/2",
        "session.store = redis://app:********@a:6379/2",
        "session.redis = a:6379,defaultDatabase=2",
        "Session:Redis:ConnectionString = a,defaultDatabase=2,abortConnect=false",
        "session.save_handler = redis\nsession.save_path = tcp://a:6379?database=2",
        // django-redis-sessions
        "SESSION_REDIS_HOST = a\nSESSION_REDIS_PORT = 6379\nSESSION_REDIS_DB = 2",
        "SESSION_REDIS_HOST = a\nSESSION_REDIS_DB = 2",
        "SESSION_REDIS.host = a\nSESSION_REDIS.db = 2",
        // connect-redis, Authelia, a JSON of its own
        "session.store = redis\nsession.redis.host = a\nsession.redis.port = 6379\nsession.redis.db = 2",
        "session.redis.host = a\nsession.redis.port = 6379\nsession.redis.database_index = 2",
        "session.store.host = a:6379\nsession.store.database = 2",
        // Django's cache
        "SESSION_ENGINE = django.contrib.sessions.backends.cache\nCACHES.default.LOCATION = redis://a:6379/2",
        "SESSION_ENGINE = django.contrib.sessions.backends.cached_db\nSESSION_CACHE_ALIAS = session\n\
         CACHES.session.LOCATION = redis://a:6379/2\nCACHES.default.LOCATION = redis://elsewhere:6379/9",
        // Spring
        "spring.session.store-type = redis\nspring.redis.host = a\nspring.redis.database = 2",
        "spring.session.timeout = 30m\nspring.data.redis.host = a\nspring.data.redis.port = 6379\n\
         spring.data.redis.database = 2",
        "spring.session.store-type = redis\nspring.data.redis.url = redis://a:6379/2",
        // Symfony
        "framework.session.handler_id = redis://a:6379/2",
        // oauth2-proxy
        "session_store_type = redis\nredis_connection_url = redis://a:6379/2\nredis_use_sentinel = false",
        "session.redis.host = a\nsession.redis.db = 2\nsession.redis.cluster = false",
        // Laravel
        "SESSION_DRIVER = redis\nREDIS_HOST = a\nREDIS_PORT = 6379\nREDIS_DB = 2\nREDIS_CACHE_DB = 1",
        "SESSION_DRIVER = redis\nSESSION_CONNECTION = session\nREDIS_HOST = a\nREDIS_SESSION_DB = 2\nREDIS_DB = 0",
        "SESSION_DRIVER = redis\nSESSION_CONNECTION = cache\nREDIS_HOST = a\nREDIS_DB = 0\nREDIS_CACHE_DB = 2",
    ] {
        let of_store = |found: String| {
            let about = |word: &&str| ["Store", "Database", "Prefix"].iter().any(|part| word.contains(part));
            found.split(", ").filter(about).map(str::to_owned).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(of_store(meanings(URL, component)), "", "{component}");
        assert_eq!(of_store(meanings(component, URL)), "", "{component}");
        let elsewhere = of_store(meanings("session.store = redis://b:6379/2", component));
        assert_eq!(elsewhere, "Store", "{component}");
    }
}

#[test]
fn sentinels_and_clusters_are_joined_from_their_keys() {
    let sentinels = "session.store = redis+sentinel://s1:26379,s2:26379/main/2";
    let cluster = "session.store = redis+cluster://n1:7000,n2:7001";
    for (ours, theirs) in [
        (
            sentinels,
            "spring.session.store-type = redis\nspring.redis.sentinel.master = main\n\
             spring.redis.sentinel.nodes = s2:26379,s1:26379\nspring.redis.database = 2\nspring.redis.host = localhost",
        ),
        (
            sentinels,
            "session.redis.name = main\nsession.redis.masterName = main\nsession.redis.sentinels.0.host = s1\n\
             session.redis.sentinels.0.port = 26379\nsession.redis.sentinels.1.host = s2\nsession.redis.db = 2",
        ),
        (
            sentinels,
            "SESSION_REDIS_SENTINEL_LIST = [('s1', 26379), ('s2', 26379)]\n\
             SESSION_REDIS_SENTINEL_MASTER_ALIAS = main\nSESSION_REDIS_DB = 2",
        ),
        (sentinels, "session.redis = s1,s2,serviceName=main,defaultDatabase=2"),
        // Whoever knows one of them knows all.
        (sentinels, "session.store = redis+sentinel://s2,s3/main/2"),
        (cluster, "spring.session.store-type = redis\nspring.data.redis.cluster.nodes = n2:7001,n1:7000"),
        (cluster, "session.redis.cluster.nodes.0 = n1:7000\nsession.redis.cluster.nodes.1 = n2:7001"),
        (cluster, "session.store = redis+cluster://n2:7001,n3:7002"),
        (cluster, "session.redis.host = n1\nsession.redis.port = 7000\nsession.redis.cluster.enabled = true"),
        // A cluster has one database only.
        (cluster, "session.store = redis+cluster://n1:7000\nsession.redis.db = 4"),
    ] {
        assert!(!meanings(ours, theirs).contains("Store"), "{theirs}: {}", meanings(ours, theirs));
        assert!(!meanings(ours, theirs).contains("Database"), "{theirs}: {}", meanings(ours, theirs));
    }
    assert_eq!(meanings(sentinels, "session.store = redis+sentinel://s1,s2/other/2"), "Store");
    assert_eq!(meanings(sentinels, "session.store = redis+sentinel://s1,s2/main/3"), "Database");
}

#[test]
fn what_may_be_the_same_store_after_all_is_no_certain_cause() {
    for (ours, theirs) in [
        // Other nodes of what may be the same cluster, other sentinels of what may be the same master.
        ("session.store = redis+cluster://n1:7000", "session.store = redis+cluster://n2:7000"),
        ("session.store = redis+sentinel://s1/main", "session.store = redis+sentinel://s2/main"),
        // The master itself, and those who know who that is.
        ("session.store = redis://a:6379", "session.store = redis+sentinel://s1/main"),
    ] {
        assert_eq!(meanings(ours, theirs), "maybe Store", "{theirs}");
    }
    assert_eq!(meanings("session.url = https://a/s", "session.url = https://b/s"), "maybe Store");
    let one_of_them = "session.store = redis://n1:7000";
    assert_eq!(meanings("session.store = redis+cluster://n1:7000,n2:7000", one_of_them), "maybe Other");
}

#[test]
fn a_store_that_only_one_of_them_names_is_no_certain_cause() {
    assert_eq!(meanings(URL, ""), "maybe Other");
    assert_eq!(meanings(URL, "session.redis.timeout = 5s"), "maybe Other, maybe Other");
    assert_eq!(meanings(URL, "SESSION_DRIVER = redis"), "maybe Other, maybe Other");
}

#[test]
fn another_database_is_named_whatever_the_spelling() {
    insta::assert_snapshot!(told(URL, "SESSION_REDIS_HOST = a\nSESSION_REDIS_DB = 3"), @r"
    it keeps sessions in another database of the store than the component that issues them
      session.store = redis://a:6379/2
      SESSION_REDIS_DB = 3
    ");
    insta::assert_snapshot!(told(URL, "session.store = redis://a:6379"), @r"
    it keeps sessions in another database of the store than the component that issues them
      session.store = redis://a:6379/2
      session.store = redis://a:6379
    ");
    // A program may have a default of its own.
    insta::assert_snapshot!(told("session.redis.host = a\nsession.redis.db = 2", "session.redis.host = a"), @r"
    likely: it keeps sessions in another database of the store than the component that issues them
      session.redis.db = 2
      session.redis.db = (not set: 0 by default)
    ");
}

#[test]
fn another_server_is_named_by_host_or_port() {
    insta::assert_snapshot!(told(URL, "SESSION_REDIS_HOST = b\nSESSION_REDIS_PORT = 6379\nSESSION_REDIS_DB = 2"), @r"
    it keeps sessions in another store than the component that issues them
      session.store = redis://a:6379/2
      SESSION_REDIS_HOST = b
    ");
    insta::assert_snapshot!(told(URL, "SESSION_REDIS_HOST = a\nSESSION_REDIS_PORT = 6380\nSESSION_REDIS_DB = 2"), @r"
    it keeps sessions in another store than the component that issues them
      session.store = redis://a:6379/2
      SESSION_REDIS_PORT = 6380
    ");
}

#[test]
fn another_kind_of_store_is_another_store() {
    insta::assert_snapshot!(told(URL, "session.store = memory"), @r"
    it keeps sessions in another store than the component that issues them
      session.store = redis://a:6379/2
      session.store = memory
    ");
    assert_eq!(meanings("SESSION_DRIVER = redis", "SESSION_DRIVER = file"), "Store");
    let engine = |name: &str| format!("SESSION_ENGINE = django.contrib.sessions.backends.{name}");
    assert_eq!(meanings(&engine("db"), &engine("cache")), "Store");
    assert_eq!(meanings(URL, "session.store = postgres://a/2"), "Store");
    assert_eq!(meanings(URL, "session.store = memory\nsession.redis.host = a"), "Store");
}

#[test]
fn prefixes_are_compared_to_the_letter_and_namespaces_without_their_colon() {
    let with = |prefix: &str| format!("{URL}\n{prefix}");
    insta::assert_snapshot!(told(&with("session.prefix = sess:"), &with("SESSION_REDIS_PREFIX = wo:")), @r"
    it keeps sessions under another key prefix than the component that issues them
      session.prefix = sess:
      SESSION_REDIS_PREFIX = wo:
    ");
    assert_eq!(meanings(&with("session.prefix = wo"), &with("session.prefix = wo:")), "Prefix");
    assert_eq!(meanings(&with("session.prefix = wo:"), &with("session.namespace = wo")), "");
    assert_eq!(meanings("session.store = redis://a/2/wo", &with("session.prefix = wo:")), "");
    assert_eq!(meanings("session.store = redis://a/2/wo", &with("session.prefix = s:")), "Prefix");
    // The braces choose the node of a cluster, and are part of the key.
    assert_eq!(meanings(&with("session.prefix = {wo}:"), &with("session.prefix = wo:")), "Prefix");
    assert_eq!(meanings(&with("session.prefix = wo:"), URL), "maybe Other");
}

#[test]
fn a_store_for_something_else_is_not_the_sessions() {
    for (ours, theirs) in [
        ("REDIS_CACHE_URL = redis://a", "REDIS_CACHE_URL = redis://b"),
        ("celery.broker.redis.host = a", "celery.broker.redis.host = b"),
        ("database.url = postgres://a/x", "database.url = postgres://b/x"),
        ("SESSION_DRIVER = cookie\nREDIS_HOST = a", "SESSION_DRIVER = cookie\nREDIS_HOST = b"),
        (
            "session.store = redis://s\nREDIS_URL = redis://a",
            "session.store = redis://s\nREDIS_URL = redis://b",
        ),
        (
            "spring.session.store-type = jdbc\nspring.redis.host = a",
            "spring.session.store-type = jdbc\nspring.redis.host = b",
        ),
    ] {
        assert_eq!(told(ours, theirs), "nothing", "{ours}");
    }
}

#[test]
fn a_store_that_may_hold_sessions_is_no_certain_cause() {
    insta::assert_snapshot!(told("REDIS_URL = redis://a", "REDIS_URL = redis://b"), @r"
    likely: it keeps sessions in another store than the component that issues them
      REDIS_URL = redis://a
      REDIS_URL = redis://b
    ");
}

#[test]
fn settings_of_several_stores_are_compared_one_by_one() {
    let two = |primary: &str, backup: &str| {
        format!("session.primary.url = {primary}\nsession.backup.url = {backup}")
    };
    insta::assert_snapshot!(
        told(&two("redis://a:6379/0", "redis://z:6379"), &two("redis://a", "redis://y:6379/1")),
        @r"
    it keeps sessions in another store than the component that issues them
      session.backup.url = redis://z:6379
      session.backup.url = redis://y:6379/1
    "
    );
}
