//! What holds for settings of any kind.

use proptest::prelude::*;

use super::super::address::Address;
use super::{Settings, differences, masked, notes};

/// Pieces of addresses, in any order.
fn address() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "redis://",
        "rediss+sentinel://",
        "redis:?",
        "unix://",
        "a",
        "B:6379",
        "[::1]",
        ":",
        ",",
        ";",
        "/",
        "?",
        "#",
        "@",
        "&",
        "=",
        "db=2",
        "serviceName=m",
        "host[",
        "]",
        "%2F",
        "%",
        "%é",
        "é",
        " ",
        "2",
        "********",
        "ssl=true",
        "://",
    ]);
    prop::collection::vec(prop_oneof![6 => pieces.prop_map(str::to_owned), 1 => ".{0,4}"], 0..10)
        .prop_map(|pieces| pieces.concat())
}

fn settings() -> impl Strategy<Value = Settings> {
    let keys = prop::sample::select(vec![
        "session.store",
        "SESSION_REDIS_HOST",
        "session.redis.port",
        "session.redis.db",
        "session.prefix",
        "session.ttl",
        "session.redis.0",
        "session.redis.1",
        "session.sentinels.0.host",
        "session.sentinels.0.port",
        "session.secret",
        "REDIS_URL",
        "REDIS_DB",
        "SESSION_DRIVER",
        "SESSION_CONNECTION",
        "spring.session.redis.namespace",
        "spring.data.redis.sentinel.nodes",
        "spring.data.redis.sentinel.master",
        "CACHES.default.LOCATION",
        "SESSION_ENGINE",
        "session.cookie.name",
        "session.format",
        "sessionstore",
        "",
        "é.session.É",
    ]);
    let values = prop_oneof![
        4 => address(),
        2 => prop::sample::select(vec!["redis", "memory", "a", "0", "2", "30m", "********", "null", "cache",
            "secret, fingerprint 7f3a09bc"]).prop_map(str::to_owned),
    ];
    prop::collection::btree_map(keys.prop_map(str::to_owned), values, 0..9)
}

fn servers() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        ("[a-z]{1,5}", 1024_u16..60000).prop_map(|(host, port)| format!("{host}:{port}")),
        1..6,
    )
}

proptest! {
    #[test]
    fn any_text_is_an_address_or_none(text in address()) {
        if let Some(address) = Address::parse(&text) {
            prop_assert!(!address.servers.is_empty(), "{address:?}");
        }
    }

    #[test]
    fn settings_never_differ_from_themselves(settings in settings()) {
        prop_assert_eq!(differences(&settings, &settings), vec![]);
    }

    #[test]
    fn whoever_is_compared_with_whom_as_much_is_found(ours in settings(), theirs in settings()) {
        let (there, back) = (differences(&ours, &theirs), differences(&theirs, &ours));
        let explaining = |found: &[super::Difference]| {
            let mut meanings: Vec<_> = found.iter().filter(|d| d.explains()).map(|d| d.meaning).collect();
            meanings.sort();
            meanings
        };
        prop_assert_eq!(explaining(&there), explaining(&back));
        prop_assert_eq!(masked(&ours, &theirs).len(), masked(&theirs, &ours).len());
        notes(&ours, &theirs);
    }

    #[test]
    fn every_difference_shows_settings_that_are_there(ours in settings(), theirs in settings()) {
        for difference in differences(&ours, &theirs) {
            prop_assert!(difference.issuer.is_some() || difference.component.is_some());
            prop_assert!(ours.contains_key(&difference.key) || theirs.contains_key(&difference.key));
            prop_assert!(
                ours.contains_key(&difference.component_key) || theirs.contains_key(&difference.component_key)
            );
        }
    }

    #[test]
    fn the_order_of_nodes_means_nothing(nodes in servers(), seed in any::<u64>()) {
        let mut shuffled = nodes.clone();
        shuffled.sort_by_key(|node| node.bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte)));
        for form in ["redis+cluster://NODES", "redis+sentinel://NODES/main/2", "redis://NODES/0", "NODES,ssl=true"] {
            let with = |nodes: &[String]| {
                Settings::from([("session.store".to_owned(), form.replace("NODES", &nodes.join(",")))])
            };
            prop_assert_eq!(differences(&with(&nodes), &with(&shuffled)), vec![]);
        }
    }
}
