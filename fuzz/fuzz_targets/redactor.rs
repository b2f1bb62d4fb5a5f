//! Any text, redacted by somebody who knows any secret.

#![no_main]

use smokestack_core::{Redactor, SHORTEST_SECRET};

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| {
    let (secret, text) = input;
    let redactor = Redactor::default();
    redactor.learn(secret, "secret");
    let shown = redactor.redact(text);
    assert!(secret.len() < SHORTEST_SECRET || !shown.contains(secret), "{shown:?} contains {secret:?}");
    assert_eq!(redactor.redact(&shown), shown, "what is clean stays as it is");
});
