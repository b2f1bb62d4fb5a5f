//! The table of faults: a line each.

use fault_scenarios::{Judgement, Scenario, Told};

pub(super) const HEAD: &str =
    "switch                                      red  component  cause  seconds  what the finding says";

/// How much of a cause a line shows.
const LONGEST: usize = 100;

pub(super) fn row(scenario: &Scenario, told: &Told, judgement: &Judgement) -> String {
    let word = |is_right: bool| if is_right { "yes" } else { "NO" };
    let cause = judgement.found.lines().next().unwrap_or_default();
    let mut shown: String = cause.chars().take(LONGEST).collect();
    if shown.len() < cause.len() {
        shown.push('…');
    }
    format!(
        "{:<44}{:<5}{:<11}{:<7}{:<9.1}{shown}",
        scenario.name(),
        word(judgement.red),
        word(judgement.guilty),
        word(judgement.cause),
        told.took.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use fault_scenarios::Setup;

    use super::*;

    #[test]
    fn a_row_stands_under_its_head() {
        let scenario = Scenario { switch: "wrong-store=work-orders", setup: Setup::Stock, cause: "store" };
        let told = Told {
            code: Some(101),
            stderr: String::new(),
            report: String::new(),
            took: Duration::from_millis(1250),
        };
        let judgement =
            Judgement { red: true, guilty: true, cause: false, found: "x".repeat(120), blamed: Vec::new() };
        let row = row(&scenario, &told, &judgement);
        let column = |word: &str| HEAD.find(word).unwrap();
        assert!(row[column("red")..].starts_with("yes"), "{row}");
        assert!(row[column("cause")..].starts_with("NO"), "{row}");
        assert!(row[column("seconds")..].starts_with("1.2"), "{row}");
        assert!(row.ends_with("x…"), "{row}");
    }
}
