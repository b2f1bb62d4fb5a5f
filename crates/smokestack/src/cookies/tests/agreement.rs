//! `cookie_store` and the jar agree wherever both follow the same rules.

use std::collections::BTreeSet;

use cookie_store::CookieStore;
use proptest::prelude::*;
use url::Url;

use super::super::{Jar, Occasion};

const HOSTS: [&str; 4] = ["site.test", "a.site.test", "b.a.site.test", "other.test"];
const PATHS: [&str; 5] = ["/", "/a", "/a/", "/a/b", "/ab"];

#[derive(Clone, Debug)]
struct Set {
    from: Url,
    header: String,
}

/// Not in it, since the rules differ: public suffixes, `SameSite`, prefixes, plain http together with `Secure`, dates
/// as no server writes them, cookies without a name, and one name both with and without a `Domain`, which
/// `cookie_store` takes for one cookie.
fn set() -> impl Strategy<Value = Set> {
    let name_and_domain = prop_oneof![
        1 => "[ab]".prop_map(|name| (name, String::new())),
        2 => ("[cd]", "\\.?", prop::sample::select(&HOSTS[..]))
            .prop_map(|(name, dot, host)| (name, format!("; Domain={dot}{host}"))),
    ];
    let path = prop_oneof![
        1 => Just(String::new()),
        3 => prop::sample::select(&PATHS[..]).prop_map(|path| format!("; Path={path}")),
    ];
    let life = prop::sample::select(
        &["", "", "", "; Max-Age=3600", "; Max-Age=0", "; Expires=Thu, 01 Jan 1970 00:00:00 GMT"][..],
    );
    let flags = prop::sample::select(&["", "; Secure", "; HttpOnly", "; Secure; HttpOnly"][..]);
    (address(), name_and_domain, "[a-z0-9]{1,8}", path, life, flags).prop_map(
        |(from, (name, domain), value, path, life, flags)| Set {
            from,
            header: format!("{name}={value}{domain}{path}{life}{flags}"),
        },
    )
}

fn address() -> impl Strategy<Value = Url> {
    (prop::sample::select(&HOSTS[..]), prop::sample::select(&PATHS[..]))
        .prop_map(|(host, path)| Url::parse(&format!("https://{host}{path}")).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn both_send_the_same_cookies(sets in prop::collection::vec(set(), 1..12), to in address()) {
        let (mut jar, mut store) = (Jar::default(), CookieStore::default());
        let now = crate::run::now();
        for Set { from, header } in &sets {
            jar.take(header.as_bytes(), 200, &Occasion::typed(from, now));
            // Refusals are theirs to explain; what counts is what is sent.
            let _ = store.parse(header, from);
        }
        let (header, _) = jar.header(&Occasion::typed(&to, now));
        let ours = String::from_utf8(header.unwrap_or_default()).unwrap();
        let ours: BTreeSet<String> = ours.split("; ").filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        let theirs: BTreeSet<String> = store.get_request_values(&to).map(|(name, value)| format!("{name}={value}")).collect();
        prop_assert_eq!(ours, theirs);
    }
}
