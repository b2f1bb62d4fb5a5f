//! Whatever a server sends, the jar says what became of it.

use proptest::prelude::*;
use smokestack_core::CookieAction;
use url::Url;

use super::super::{Jar, Occasion, value};
use super::row::NOW;

/// Bytes as servers send them, and bytes as nobody should.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let attribute = prop_oneof![
        "(Domain|Path|Max-Age|Expires|SameSite|Secure|HttpOnly|domain|X)=?[ -~é]{0,12}",
        Just("Max-Age=0".to_owned()),
        Just("Domain=b.test".to_owned()),
        Just("Expires=Wed, 09 Jun 2021 10:18:14 GMT".to_owned()),
    ];
    let likely = ("(__Host-|__secure-)?[a-c]{0,2}", "[ -~é]{0,12}", prop::collection::vec(attribute, 0..4))
        .prop_map(|(name, value, attributes)| {
            format!("{name}={value}; {}", attributes.join("; ")).into_bytes()
        });
    prop_oneof![3 => likely, 1 => prop::collection::vec(any::<u8>(), 0..80)]
}

fn address() -> impl Strategy<Value = Url> {
    let host =
        prop_oneof!["[a-b](\\.[a-b]){0,2}\\.test", Just("test".to_owned()), Just("127.0.0.1".to_owned())];
    ("https?", host, "(/[a-b]{1,2}){0,3}/?")
        .prop_map(|(scheme, host, path)| Url::parse(&format!("{scheme}://{host}{path}")).unwrap())
}

proptest! {
    #[test]
    fn any_header_is_taken_or_refused_with_a_reason(headers in prop::collection::vec((header(), address()), 1..6), to in address()) {
        let mut jar = Jar::default();
        for (header, from) in &headers {
            let before = jar.clone();
            let note = jar.take(header, 200, &Occasion::typed(from, NOW));
            prop_assert!(!note.why.is_empty());
            let changed = matches!(note.action, CookieAction::Stored | CookieAction::Replaced | CookieAction::Deleted);
            prop_assert!(changed || before == jar, "{note:?}");
            prop_assert!(before != jar || !matches!(note.action, CookieAction::Stored | CookieAction::Deleted), "{note:?}");
            prop_assert!(value(header).len() <= 3 * header.len());
        }
        let (sent, notes) = jar.header(&Occasion::typed(&to, NOW));
        let any = notes.iter().any(|note| note.action == CookieAction::Sent);
        prop_assert_eq!(sent.is_some(), any);
    }

    #[test]
    fn whatever_comes_the_jar_keeps_its_promises(lines in prop::collection::vec(header(), 0..6)) {
        // The first byte of each line chooses an address.
        let lines: Vec<Vec<u8>> = lines.into_iter().zip("abcdab".bytes()).map(|(line, first)| [vec![first], line].concat()).collect();
        super::super::fuzzed::set_cookies(&lines.join(&b'\n'));
    }

    #[test]
    fn a_jar_is_the_same_after_it_was_written_and_read(headers in prop::collection::vec((header(), address()), 0..6)) {
        let mut jar = Jar::default();
        for (header, from) in &headers {
            jar.take(header, 200, &Occasion::typed(from, NOW));
        }
        let written = serde_json::to_string(&jar).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Jar>(&written).unwrap(), &jar);
    }

    /// What a component tells again to a jar that knows it changes nothing but when it was told.
    #[test]
    fn a_header_taken_twice_is_taken_once(header in header(), from in address()) {
        let mut jar = Jar::default();
        jar.take(&header, 200, &Occasion::typed(&from, NOW));
        let once = jar.clone();
        jar.take(&header, 200, &Occasion::typed(&from, NOW));
        prop_assert_eq!(once, jar);
    }
}
