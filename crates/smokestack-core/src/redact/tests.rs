//! What the redactor hides, and what it leaves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

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

/// Anything printable, and what is most likely to be escaped or to run into a label.
fn secret() -> impl Strategy<Value = String> {
    let length = |secret: &String| (4..=40).contains(&secret.chars().count());
    prop_oneof!["\\PC{4,40}", "[ -~]{4,40}", "[]\\[ab\"'/%+&<\\\\ é]{4,8}"].prop_filter("4 to 40", length)
}

/// As others would write it down, independently of what is hidden.
fn written(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap();
    let quoted = format!("{secret:?}");
    let inner = |text: &str| text[1..text.len() - 1].to_owned();
    let padded = STANDARD.encode(secret);
    forms::of(secret).into_iter().chain([inner(&json), inner(&quoted), padded]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_form_of_any_secret_survives_in_any_text(
        secret in secret(),
        form in any::<prop::sample::Index>(),
        before in "\\PC{0,20}",
        after in "\\PC{0,20}",
    ) {
        let written = written(&secret);
        let form = form.get(&written);
        let shown = redacted(&secret, &format!("{before}{form}{after}"));
        prop_assert!(!shown.contains(&secret), "{shown:?} contains the secret");
        prop_assert!(!shown.contains(form.as_str()), "{shown:?} contains its form {form:?}");
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
        secrets in prop::collection::vec(secret(), 0..6),
        text in "\\PC{0,60}",
    ) {
        prop_assume!(!secrets.iter().any(|secret| forms::of(secret).iter().any(|form| text.contains(form))));
        let redactor = Redactor::default();
        for secret in &secrets {
            redactor.learn(secret, "secret");
        }
        prop_assert_eq!(redactor.redact(&text), text.clone());
    }
}
