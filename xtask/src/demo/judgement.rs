//! Whether an act came out as it should: what a run told, against what was expected of it.

use std::path::PathBuf;
use std::time::Duration;

/// What a run of the suites told.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// `None` if it was killed.
    pub(super) code: Option<i32>,
    pub(super) stderr: String,
    /// The JUnit report; empty if there is none.
    pub(super) report: String,
    pub(super) junit: PathBuf,
    pub(super) took: Duration,
    /// Whether the password stood anywhere.
    pub(super) leaks: bool,
}

/// What is expected of it.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    code: i32,
    /// The one finding: the component it blames, and what it has to show.
    finding: Option<(&'static str, [String; 2])>,
}

impl Expected {
    pub(super) fn pass() -> Expected {
        Expected { code: 0, finding: None }
    }

    /// A run that blames this component and shows these addresses.
    pub(super) fn rollback(component: &'static str, addresses: [String; 2]) -> Expected {
        Expected { code: 101, finding: Some((component, addresses)) }
    }
}

/// What differs, a line each.
pub(super) fn differences(act: &str, told: &Told, expected: &Expected) -> Vec<String> {
    let mut found = Vec::new();
    if told.code != Some(expected.code) {
        let code = told.code.map_or_else(|| "none, it was killed".to_owned(), |code| code.to_string());
        found.push(format!("the exit code is {code}, not {}", expected.code));
    }
    let text = without_colour(&told.stderr);
    let findings = findings(&text);
    match (&expected.finding, findings.as_slice()) {
        (None, []) => {}
        (None, findings) => {
            found.push(format!("there are {} findings on a healthy platform", findings.len()))
        }
        (Some((component, addresses)), [finding]) => {
            if !finding.lines().next().is_some_and(|title| title.contains(component)) {
                found.push(format!("the finding does not blame `{component}`"));
            }
            let missing = addresses.iter().filter(|address| !finding.contains(address.as_str()));
            found.extend(missing.map(|address| format!("the finding does not show `{address}`")));
        }
        (Some(_), findings) => found.push(format!("there are {} findings, not one", findings.len())),
    }
    if !told.report.contains("</testsuites>") {
        found.push(format!("there is no JUnit report at `{}`", told.junit.display()));
    }
    if told.leaks {
        found.push("the password stands in the output or in the report".to_owned());
    }
    found.into_iter().map(|difference| format!("{act}: {difference}")).collect()
}

/// The findings in the text: each stands between empty lines.
fn findings(text: &str) -> Vec<&str> {
    text.split("\n\n")
        .map(|block| block.trim_start_matches('\n'))
        .filter(|block| block.starts_with("finding: "))
        .collect()
}

/// Without escape sequences that only set colour.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDING: &str = "  work-orders  LOST\n\n\
        finding: work-orders does not accept the platform session\n  \
        portal   session.store = a://1\n  work-orders   session.store = b://2\n\nverdict: FAIL\n";

    fn told(code: i32, stderr: &str) -> Told {
        Told {
            code: Some(code),
            stderr: stderr.into(),
            report: "<testsuites></testsuites>".into(),
            junit: "x.xml".into(),
            took: Duration::ZERO,
            leaks: false,
        }
    }

    fn rollback() -> Expected {
        Expected::rollback("work-orders", ["a://1".into(), "b://2".into()])
    }

    #[test]
    fn a_run_that_blames_the_right_component_with_proof_is_as_it_should_be() {
        assert!(differences("act", &told(101, FINDING), &rollback()).is_empty());
        assert!(differences("act", &told(0, "verdict: PASS\n"), &Expected::pass()).is_empty());
    }

    #[test]
    fn colour_does_not_hide_a_finding() {
        let coloured = FINDING.replace("work-orders", "\u{1b}[1m\u{1b}[31mwork-orders\u{1b}[0m");
        assert!(differences("act", &told(101, &coloured), &rollback()).is_empty());
    }

    #[test]
    fn an_address_outside_the_finding_proves_nothing() {
        let text = FINDING.replace("b://2", "?") + "b://2";
        assert_eq!(
            differences("act", &told(101, &text), &rollback()),
            ["act: the finding does not show `b://2`"]
        );
    }

    #[test]
    fn a_second_finding_blames_somebody_who_is_well() {
        let text = format!("{FINDING}\nfinding: invoices is slow\n");
        assert_eq!(
            differences("act", &told(101, &text), &rollback()),
            ["act: there are 2 findings, not one"]
        );
    }

    #[test]
    fn everything_that_differs_is_said() {
        let mut bad = told(3, "finding: assets is away\n");
        bad.report.clear();
        bad.leaks = true;
        assert_eq!(
            differences("act", &bad, &rollback()),
            [
                "act: the exit code is 3, not 101",
                "act: the finding does not blame `work-orders`",
                "act: the finding does not show `a://1`",
                "act: the finding does not show `b://2`",
                "act: there is no JUnit report at `x.xml`",
                "act: the password stands in the output or in the report",
            ]
        );
        assert_eq!(differences("act", &bad, &Expected::pass()).len(), 4);
    }
}
