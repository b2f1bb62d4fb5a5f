//! Texts nobody would think of.

use proptest::prelude::*;

use super::rules::{Rule, Rules};
use super::{diff, slug};

fn addresses() -> Vec<(String, String)> {
    [("https://shop.example:8443", "{target}"), ("shop.example:8443", "{host}"), ("shop.example", "{host}")]
        .map(|(address, word)| (address.to_owned(), word.to_owned()))
        .to_vec()
}

/// Pieces that the rules look for, side by side in ways that pages do not have them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("2026-11-24".to_owned()),
        Just("T10:00:00Z".to_owned()),
        Just("10:31".to_owned()),
        Just(" ms".to_owned()),
        Just("ago".to_owned()),
        Just("/".to_owned()),
        Just("/orders".to_owned()),
        Just("[id]".to_owned()),
        Just("[hash]".to_owned()),
        Just("nonce=\"".to_owned()),
        Just("\"".to_owned()),
        Just(".js?".to_owned()),
        Just(".css".to_owned()),
        Just("-".to_owned()),
        Just(" minutes ".to_owned()),
        Just("shop.example".to_owned()),
        Just("https://shop.example:8443".to_owned()),
        Just("127.0.0.1:".to_owned()),
        Just("550e8400-e29b-41d4-a716-446655440000".to_owned()),
        Just("<input name=\"csrf\" value=\"".to_owned()),
        Just("date: ".to_owned()),
        Just("\n".to_owned()),
        "[0-9]{1,20}",
        "[0-9a-f]{1,40}",
        "[A-Za-z0-9_-]{1,40}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_text_that_was_made_the_same_stays_as_it_is(text in pieces()) {
        let once = Rules::default().apply(&text, &addresses());
        prop_assert_eq!(Rules::default().apply(&once, &addresses()), once);
    }

    #[test]
    fn no_text_and_no_pattern_makes_the_rules_panic(text in ".{0,300}", pattern in ".{0,40}", with in ".{0,10}") {
        let mut rules = Rules::default();
        if let Ok(rule) = Rule::new("own", &pattern, &with) {
            rules.add(rule);
        }
        let _ = rules.apply(&text, &addresses());
    }

    #[test]
    fn a_diff_is_empty_only_between_texts_that_are_alike(old in "([ab ]{0,3}\n){0,8}", new in "([ab ]{0,3}\n){0,8}") {
        let visible = |text: &str| text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        if visible(&old) != visible(&new) {
            prop_assert!(diff(&old, &new).iter().any(|line| line.starts_with(['-', '+'])));
        }
        prop_assert!(diff(&old, &old).is_empty());
    }

    #[test]
    fn any_word_for_a_target_is_a_file_name(target in "\\PC{0,30}") {
        prop_assert!(!slug(&target).contains(['/', '\\', '.', '@', ' ']));
    }
}
