//! What the redactor hides, and what it leaves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::writers::{WRITERS, spelled};
use super::*;

fn redacted(secret: &str, text: &str) -> String {
    let redactor = Redactor::default();
    assert!(redactor.learn(secret, "secret"));
    redactor.redact(text).into_owned()
}

#[test]
fn a_secret_is_hidden_in_every_form_in_which_it_may_stand() {
    let secret = "a/b \"c\"&<d>";
    for text in [
        "a/b \"c\"&<d>",
        "a%2Fb%20%22c%22%26%3Cd%3E",
        "a%2fb%20%22c%22%26%3cd%3e",
        "a%2Fb+%22c%22%26%3Cd%3E",
        "a/b+\"c\"&<d>",
        "a/b%20%22c%22&%3Cd%3E",
        "YS9iICJjIiY8ZD4",
        "612f622022632226 3c643e".replace(' ', "").as_str(),
        "a/b &quot;c&quot;&amp;&lt;d&gt;",
        "a/b \\\"c\\\"&<d>",
    ] {
        assert_eq!(redacted(secret, text), "[secret]", "{text}");
    }
    let part = "612f62202263222";
    assert_eq!(redacted(secret, part), part, "a part of a form is not the secret");
}

#[test]
fn a_secret_is_hidden_in_the_base64_of_a_longer_text() {
    let secret = "correct horse";
    for before in ["", "x", "al", "bob:", "alice:"] {
        for after in ["", "!", "; and more"] {
            let text = redacted(secret, &STANDARD.encode(format!("{before}{secret}{after}")));
            assert!(text.contains("[secret]"), "{before}{after}: {text}");
            let rest = text.replace("[secret]", "").len();
            assert!(rest <= (before.len() + after.len()) * 4 / 3 + 8, "{before}{after}: {text}");
        }
    }
}

#[test]
fn a_secret_is_hidden_as_each_program_escapes_it() {
    let secret = "Zoë's 1/2=\"~*!\"<+>";
    for (program, text) in [
        ("encodeURIComponent", "Zo%C3%AB's%201%2F2%3D%22~*!%22%3C%2B%3E"),
        ("encodeURI", "Zo%C3%AB's%201/2=%22~*!%22%3C+%3E"),
        ("a posted form", "Zo%C3%AB%27s+1%2F2%3D%22%7E*%21%22%3C%2B%3E"),
        ("a query", "Zo%C3%AB%27s%201/2=%22~*!%22%3C+%3E"),
        ("a path", "Zo%C3%AB's%201/2=%22~*!%22%3C+%3E"),
        ("Python's json", "Zo\\u00eb's 1/2=\\\"~*!\\\"<+>"),
        ("PHP's json_encode", "Zo\\u00eb's 1\\/2=\\\"~*!\\\"<+>"),
        ("Go's json", "Zoë's 1/2=\\\"~*!\\\"\\u003c+\\u003e"),
        ("PHP's htmlspecialchars", "Zoë&#039;s 1/2=&quot;~*!&quot;&lt;+&gt;"),
        ("Django", "Zoë&#x27;s 1/2=&quot;~*!&quot;&lt;+&gt;"),
        ("minijinja", "Zoë&#x27;s 1&#x2f;2=&quot;~*!&quot;&lt;+&gt;"),
        ("Go's html/template", "Zoë&#39;s 1/2=&#34;~*!&#34;&lt;&#43;&gt;"),
        ("Handlebars", "Zoë&#x27;s 1/2&#x3D;&quot;~*!&quot;&lt;+&gt;"),
        ("text of HTML", "Zoë's 1/2=\"~*!\"&lt;+&gt;"),
    ] {
        assert_eq!(redacted(secret, text), "[secret]", "{program}");
    }
}

#[test]
fn a_secret_is_hidden_by_whatever_a_page_or_a_redirect_may_spell_it() {
    for (secret, text) in [
        ("it's & so", r"it\u0027s \u0026 so"),
        ("it's & so", "it&#39;s &#38; so"),
        ("it's & so", "it&#x27;s &#x26; so"),
        ("it's & so", "it&apos;s &amp;amp; so"),
        ("it's & so", "it%2527s%2520%2526%2520so"),
        ("it's & so", r"it\\u0027s \\u0026 so"),
        ("it's & so", r"it\x27s \x26 so"),
        ("it's & so", r"it\047s \046 so"),
        ("it's & so", "it''s & so"),
        ("it's & so", "it&#39;&#39;s &amp; so"),
        ("Geheimnis für Bär", "Geheimnis f&uuml;r B&auml;r"),
        ("Geheimnis für Bär", "Geheimnis+f%FCr+B%E4r"),
        ("Geheimnis für Bär", "Geheimnis fÃ¼r BÃ¤r"),
        ("Geheimnis für Bär", "Geheimnis f%C3%83%C2%BCr B%C3%83%C2%A4r"),
        ("Geheimnis für Bär", "Geheimnis f&Atilde;&frac14;r B&Atilde;&curren;r"),
        ("Geheimnis für Bär", "Geheimnis f?r B?r"),
        ("Geheimnis für Bär", "Geheimnis f\u{fffd}r B\u{fffd}r"),
        ("Geheimnis für Bär", r"Geheimnis f\303\274r B\u{e4}r"),
        ("Geheimnis für Bär", "%u0047eheimnis f%u00fcr B%u00e4r"),
        ("10 € netto", "10 %80 netto"),
        ("10 € netto", "10 â‚¬ netto"),
        ("10 € netto", "10 &euro; netto"),
        ("smile 😀 now", r"smile \ud83d\ude00 now"),
        ("smile 😀 now", "smile &#128512; now"),
    ] {
        assert_eq!(redacted(secret, text), "[secret]", "{text}");
    }
}

#[test]
fn the_longer_of_two_secrets_is_hidden_whole() {
    let redactor = Redactor::default();
    redactor.learn("hunter", "short");
    redactor.learn("hunter22", "long");
    assert_eq!(redactor.redact("hunter22 hunter"), "[long] [short]");
}

#[test]
fn the_longer_of_two_secrets_is_hidden_whole_though_the_shorter_was_in_use_before() {
    let redactor = Redactor::default();
    for n in 0..10 {
        redactor.learn(&format!("other-{n}"), "other");
    }
    redactor.learn("hunter", "short");
    assert_eq!(redactor.redact("hunter"), "[short]");
    redactor.learn("hunter-of-the-22", "long");
    assert_eq!(redactor.redact("hunter-of-the-22 hunter"), "[long] [short]");
}

#[test]
fn secrets_that_overlap_leave_nothing_of_each_other() {
    let redactor = Redactor::default();
    redactor.learn("alpha-beta", "one");
    redactor.learn("beta-gamma-delta", "two");
    assert_eq!(redactor.redact("<alpha-beta-gamma-delta>"), "<[two]>");
}

#[test]
fn a_secret_that_is_a_form_of_another_has_forms_of_its_own() {
    let redactor = Redactor::default();
    redactor.learn("pass word", "one");
    redactor.learn("pass+word", "two");
    assert_eq!(redactor.redact("pass%2Bword"), "[two]");
}

#[test]
fn a_label_does_not_tell_the_secret_it_stands_for() {
    let redactor = Redactor::default();
    redactor.learn("dispatcher", "password of `dispatcher`");
    assert_eq!(redactor.redact("login as `dispatcher` fails"), "login as `***` fails");
}

#[test]
fn a_label_does_not_tell_another_secret() {
    let redactor = Redactor::default();
    redactor.learn("hunter22", "password of `alice`");
    redactor.learn("alice", "password of `bob`");
    assert_eq!(redactor.redact("hunter22"), "[password of `[password of `bob`]`]");
}

#[test]
fn labels_that_tell_each_others_secrets_give_way() {
    let redactor = Redactor::default();
    redactor.learn("alice", "password of `robert`");
    redactor.learn("robert", "password of `alice`");
    assert_eq!(redactor.redact("signed in as alice"), "***");
}

#[test]
fn a_label_and_what_stands_beside_it_spell_no_secret() {
    assert_eq!(redacted("]abc", "]abcabc"), "[secret[secret]");
}

#[test]
fn a_secret_learned_after_a_redaction_is_hidden_too() {
    let redactor = Redactor::default();
    for n in 0..100 {
        let secret = format!("secret-{n:03}");
        redactor.learn(&secret, "token");
        assert_eq!(redactor.redact(&secret), "[token]");
    }
    assert_eq!(redactor.redact("secret-000 secret-050"), "[token] [token]");
}

#[test]
fn a_secret_too_short_to_hide_is_not_taken() {
    let redactor = Redactor::default();
    assert!(!redactor.learn("abc", "pin"));
    assert_eq!(redactor.redact("abc"), "abc");
    assert!(redactor.learn("abcd", "pin"));
}

/// Text full of what escapes are made of.
fn odd_text() -> impl Strategy<Value = String> {
    "(\\PC|[%&#;\\\\'\"+xuÃ¤/?=\\[\\]0-9a-f]|%[0-9A-F]{2}|&amp;|\\\\u00e4|/login\\?sid=){0,60}"
}

/// Anything printable, and what is most likely to be escaped or to run into a label.
fn secret() -> impl Strategy<Value = String> {
    let length = |secret: &String| (4..=40).contains(&secret.chars().count());
    prop_oneof!["\\PC{4,40}", "[ -~]{4,40}", "[]\\[ab\"'/%+&<\\\\ é]{4,8}"].prop_filter("4 to 40", length)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_survives_in_any_text_however_its_letters_are_spelled(
        secret in secret(),
        ways in prop::collection::vec(any::<prop::sample::Index>(), 40),
        again in prop::option::of(prop::collection::vec(any::<prop::sample::Index>(), 40)),
        before in "\\PC{0,20}",
        after in "\\PC{0,20}",
    ) {
        let once = spelled(&secret, &ways);
        let text = again.map_or(once.clone(), |again| spelled(&once, &again));
        let shown = redacted(&secret, &format!("{before} {text} {after}"));
        prop_assert!(shown.contains("[secret]") || shown == HIDDEN, "{shown:?} still holds {text:?}");
        prop_assert!(!shown.contains(&secret), "{shown:?} contains the secret");
        prop_assert!(!shown.contains(&text), "{shown:?} contains {text:?}");
    }

    #[test]
    fn no_secret_survives_that_was_escaped_as_a_whole(
        secret in secret(),
        way in any::<prop::sample::Index>(),
        again in any::<prop::sample::Index>(),
        twice in any::<bool>(),
    ) {
        let (name, writer) = way.get(&WRITERS);
        let (next, second) = again.get(&WRITERS);
        let text = writer(&secret);
        let text = if twice { second(&text) } else { text };
        let shown = redacted(&secret, &format!("it is {text} here"));
        let hidden = shown.contains("[secret]") || shown == HIDDEN;
        prop_assert!(hidden && !shown.contains(&text), "{name}, {next}: {shown:?} of {text:?}");
    }

    #[test]
    fn any_text_is_read_to_its_end(secrets in prop::collection::vec(secret(), 0..4), text in odd_text()) {
        let redactor = Redactor::default();
        for secret in &secrets {
            redactor.learn(secret, "secret");
        }
        let shown = redactor.redact(&text).into_owned();
        prop_assert_eq!(redactor.redact(&shown), shown.clone(), "what is clean stays as it is");
    }

    #[test]
    fn all_of_many_secrets_are_hidden_in_whatever_order_they_are_learned(
        secrets in prop::collection::vec(secret(), 1..12),
        order in any::<prop::sample::Index>(),
        asked_between in any::<bool>(),
    ) {
        let redactor = Redactor::default();
        let middle = order.index(secrets.len());
        for secret in secrets[middle..].iter().chain(&secrets[..middle]) {
            redactor.learn(secret, "secret");
            if asked_between {
                redactor.redact(secret);
            }
        }
        let shown = redactor.redact(&secrets.concat()).into_owned();
        for secret in &secrets {
            prop_assert!(!shown.contains(secret), "{shown:?} contains {secret:?}");
        }
        prop_assert_eq!(redactor.redact(&shown), shown.clone(), "what is clean stays as it is");
    }

    #[test]
    fn a_text_without_secrets_is_unchanged(
        secrets in prop::collection::vec("[a-m0-4 %&;'+\\\\é-]{0,10}[a-m]{4}", 0..6),
        // It spells none: an escape needs a letter or a digit that is not in it.
        text in "[n-z5-9 _.,'\"ö&%-]{0,60}",
    ) {
        let redactor = Redactor::default();
        for secret in &secrets {
            redactor.learn(secret, "secret");
        }
        let letters = text.replace(['%', '&'], "");
        prop_assert_eq!(redactor.redact(&letters), letters.clone());
    }
}

#[test]
fn what_looks_like_a_token_in_an_address_is_hidden() {
    for (text, shown) in [
        (
            "302 to /login;jsessionid=3F2A9C1B7D?next=/orders",
            "302 to /login;jsessionid=[hidden]?next=/orders",
        ),
        ("/;jsessionid=3F2A9C1B7D.node1", "/;jsessionid=[hidden]"),
        ("https://a.test/x?PHPSESSID=abc&page=2", "https://a.test/x?PHPSESSID=[hidden]&page=2"),
        ("href=\"/x?a=b&amp;sid=77&amp;c=d\"", "href=\"/x?a=b&amp;sid=[hidden]&amp;c=d\""),
        (r#"{"to":"/x?a=b\u0026sid=77"}"#, r#"{"to":"/x?a=b\u0026sid=[hidden]"}"#),
        ("/login?next=%2Fcb%3Fsid%3D77%26a%3Db", "/login?next=%2Fcb%3Fsid%3D[hidden]%26a%3Db"),
        ("/login?next=%252Fcb%253Fsid%253D77", "/login?next=%252Fcb%253Fsid%253D[hidden]"),
        ("/login?next=/cb;jsessionid=3F2A9C1B7D", "/login?next=/cb;jsessionid=[hidden]"),
        ("/a?t=x8Kd02mQ", "/a?t=[hidden]"),
        ("/a?u=YWxpY2VAZXhhbXBsZQ%3D%3D.", "/a?u=[hidden]."),
        (
            "https://a.test/cb#access_token=x&state=k3Jd9Q2mZ",
            "https://a.test/cb#access_token=[hidden]&state=[hidden]",
        ),
        ("/pay?x=q8Zk2LmN4pR7sT1v", "/pay?x=[hidden]"),
        ("/share/q8Zk2LmN4pR7sT1vW3xY/view", "/share/[hidden]/view"),
        ("/(S(lit3py55t21z5v55vlm25s55))/orders", "/[hidden]))/orders"),
        ("/reset/MQ/c5h8x2-39afe1d4c5b6a7988776655443322110/", "/reset/MQ/[hidden]/"),
        ("(see https://a.test/x?sid=77)", "(see https://a.test/x?sid=[hidden])"),
    ] {
        let redactor = Redactor::default();
        assert_eq!(redactor.redact(text), shown);
        assert_eq!(redactor.redact(shown), shown, "what is clean stays as it is");
    }
}

#[test]
fn what_people_need_of_an_address_is_left() {
    for text in [
        "/work-orders/170023456789012345?page=2&sort=created_at&q=lamp+in+hall+3",
        "https://a.test/releases/2024.11.24-rc1-g3f9a8b7c/index.html?v=3f9a8b7c6d5e4f3a2b1c0d9e",
        "/commits/3f9a8b7c6d5e4f3a2b1c3f9a8b7c6d5e4f3a2b1c",
        "/orders/507f1f77bcf86cd799439011?id=6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "/assets/index-BcD3fGh1jK5mN7pQ.js",
        "/login?session=expired&code=403&next=/work-orders/&state=open",
        "/x?redirect_uri=https%3A%2F%2Fa.test%2Fcb&client_id=portal&response_type=code&scope=openid+profile",
        "/x?from=2024-11-24T10%3A15%3A00%2B01%3A00&view=FacilityManagementOverview",
        "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
        "redis://127.0.0.1:6379/0, and/or host:6379,defaultDatabase=2,sid=1",
    ] {
        assert_eq!(Redactor::default().redact(text), text);
    }
}

#[test]
fn a_known_secret_in_an_address_is_called_by_its_name() {
    assert_eq!(redacted("3F2A9C1B", "/x;jsessionid=3F2A9C1B.node1?a=b"), "/x;jsessionid=[secret]?a=b");
}
