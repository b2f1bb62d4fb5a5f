//! Every fault of the fixture platform: the stock suites turn red, name the guilty, and say why.

use fault_scenarios::{ALL, Programs, Scenario, Setup, Stage, judge, judge_healthy};
use harness_tests::{smokestack, suites};

const PROGRAMS: Programs<'static> = Programs { suites: &suites, smokestack: &smokestack };

/// What is wrong with what the suites say of a fault; nothing if all is as it should be.
fn complaint(scenario: &Scenario) -> Option<String> {
    let stage = Stage::start(scenario.setup).unwrap_or_else(|error| panic!("{}: {error:?}", scenario.name()));
    stage
        .break_with(scenario.fault(), &PROGRAMS)
        .unwrap_or_else(|error| panic!("{}: {error}", scenario.name()));
    let told = stage.run(&PROGRAMS).unwrap_or_else(|error| panic!("{}: {error}", scenario.name()));
    let judgement = judge(scenario, &told);
    let expected = (scenario.fault().guilty().to_string(), scenario.cause);
    (!judgement.is_right())
        .then(|| format!("{}: expected {expected:?}, {judgement:?}\n{}", scenario.name(), told.stderr))
}

#[test]
fn every_fault_is_seen_and_the_guilty_is_named_with_the_cause() {
    let complaints: Vec<String> = ALL.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{} of {}\n\n{}", complaints.len(), ALL.len(), complaints.join("\n\n"));
}

#[test]
fn the_healthy_platform_stays_green_however_it_is_set_up() {
    for setup in Setup::ALL {
        let stage = Stage::start(*setup).unwrap_or_else(|error| panic!("{setup:?}: {error:?}"));
        let told = stage.run(&PROGRAMS).unwrap_or_else(|error| panic!("{setup:?}: {error}"));
        assert!(judge_healthy(&told), "{setup:?}: exit code {:?}\n{}", told.code, told.stderr);
    }
}
