//! When cases run: in which order, beside whom, and until when.

use super::specimen::specimen;

#[test]
fn cases_of_one_lock_and_serial_cases_never_run_beside_each_other() {
    for kind in ["locked", "serial"] {
        for _ in 0..5 {
            let left = specimen(kind).run();
            assert!(left.out.contains("2 passed"), "{kind}: {}", left.out);
        }
    }
}

#[test]
fn how_long_cases_took_is_remembered() {
    let left = specimen("uneven").run();
    let took = left.durations();
    assert!(took["suite::long"].as_u64() > took["suite::short"].as_u64(), "{took}");
}

#[test]
fn what_took_longest_begins_first() {
    // The others wait for it in both places that there are.
    let known = r#"{"suite::awaited": 900000, "suite::waits-1": 1, "suite::waits-2": 1}"#;
    let left = specimen("relay").remembering(known).args("--test-threads 2").run();
    assert!(left.out.contains("3 passed"), "{}", left.out);
    let listed = specimen("uneven").remembering(r#"{"suite::long": 900000}"#).args("--test-threads 1").run();
    assert_eq!(listed.began(), ["short", "long"]);
}

#[test]
fn a_seed_is_an_order() {
    let began =
        |seed: &str| specimen("many").args("--shuffle --test-threads 1 --seed").args(seed).run().began();
    let seven = began("7");
    assert_eq!(seven, began("7"));
    assert_ne!(seven, began("8"));
    assert!(!seven.is_sorted() && seven.len() == 2000);
}

#[test]
fn the_first_failure_ends_a_run_that_says_so() {
    let left = specimen("wrong,many").args("--fail-fast --test-threads 1").run();
    assert_eq!((left.code, left.began()), (101, vec!["wrong".to_owned()]));
    assert!(left.junit_text().contains("not run: suite::wrong failed, and `--fail-fast` ends the run"));
    assert_eq!(left.junit().tests, 2001);
}

#[test]
fn a_run_that_used_up_its_time_could_not_be_judged() {
    let left = specimen("green,forever,touch").args("--run-limit 300ms --test-threads 1").run();
    assert_eq!(left.code, 3, "{}", left.err);
    let xml = left.junit_text();
    assert!(xml.contains("the time of the whole run, `--run-limit`, was used up"), "{xml}");
    assert!(xml.contains("not run: the 300ms of `--run-limit` were used up"), "{xml}");
    assert!(!left.err.contains("body called"));
}
