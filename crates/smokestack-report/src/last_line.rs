//! The last line of a run: what it came to, and why.

use anstyle::Style;
use smokestack_core::{Blame, CaseRecord, Finding, Record, Signal, Verdict, diagnosis};

use crate::page_text::one_line;
use crate::paint::{BAD, GOOD, Paint, UNSURE};
use crate::summary::Closing;

/// The last line of a run.
pub(crate) fn verdict_line(closing: &Closing<'_>, findings: &[Finding], paint: Paint) -> String {
    let code = closing.code as u8;
    let (style, words) = words(closing.record, closing.verdict, findings);
    format!("verdict: {} (exit {code})", paint.paint(style, &words))
}

/// What a run came to, and why, with the colour of that.
pub(crate) fn words(record: &Record, verdict: &Verdict, findings: &[Finding]) -> (Style, String) {
    match verdict {
        Verdict::Pass => (GOOD, "PASS".to_owned()),
        Verdict::Fail => (BAD, format!("FAIL, roll back: {}", one_line(&reason(record, findings)))),
        Verdict::Inconclusive { why } => (UNSURE, format!("INCONCLUSIVE, {}", one_line(why))),
        Verdict::NothingRan => (UNSURE, "nothing ran".to_owned()),
        Verdict::Interrupted { signal } => (UNSURE, interrupted(record, *signal)),
    }
}

/// How far a run came that was ended before its time.
fn interrupted(record: &Record, signal: Signal) -> String {
    let judged = ["passed", "flaky", "failed"].map(|word| record.count(word)).iter().sum::<usize>();
    let (all, failed) = (record.cases.len(), record.count("failed"));
    format!("INTERRUPTED by {}: {judged} of {all} cases were judged, {failed} failed", signal.word())
}

/// Why the platform is broken, in a line that can be sent on alone.
pub(crate) fn reason(record: &Record, findings: &[Finding]) -> String {
    let beside = beside(record);
    match findings {
        [] => {
            let is_unjudged = |case: &&CaseRecord| case.outcome.blame() == Some(Blame::Harness);
            let binding = || record.cases.iter().filter(|case| !case.is_advisory());
            let failed = binding().filter(|case| case.outcome.reason().is_some());
            let (unjudged, failed): (Vec<_>, Vec<_>) = failed.partition(is_unjudged);
            if failed.is_empty()
                && let Some(flaky) = binding().find(|case| case.outcome.word() == "flaky")
            {
                return format!("{} is flaky, and `--flaky fail` counts that", flaky.full_name);
            }
            let first = failed.first().map(|case| case.full_name.as_str()).unwrap_or_default();
            let told = match failed.len() {
                0 | 1 => format!("{first} failed"),
                2 => format!("{first} and one more case failed"),
                more => format!("{first} and {} more cases failed", more - 1),
            };
            match unjudged.len() {
                0 => told,
                1 => format!("{told}; one case could not be judged"),
                more => format!("{told}; {more} cases could not be judged"),
            }
        }
        [only] => format!("{}{beside}", only.title),
        [first, _] => format!("{}, and one more finding{beside}", first.title),
        [first, more @ ..] => format!("{}, and {} more findings{beside}", first.title, more.len()),
    }
}

/// What failed beside the findings: whoever mends what they say will not be done.
fn beside(record: &Record) -> String {
    let left = diagnosis::unexplained(record);
    let names: Vec<&str> = left.iter().map(|(case, _)| case.full_name.as_str()).collect();
    match left.iter().map(|(_, checks)| checks).sum() {
        0 => String::new(),
        1 => format!(", and one failed check that no finding explains: {}", few(&names)),
        checks => format!(", and {checks} failed checks that no finding explains: {}", few(&names)),
    }
}

/// Names in a line that can be read: three at most, and how many there are more.
pub(crate) fn few(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    match names.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_names_are_shown_and_the_others_counted() {
        assert_eq!(few(&["a"]), "a");
        assert_eq!(few(&["a", "b", "c"]), "a, b, c");
        assert_eq!(few(&["a", "b", "c", "d"]), "a, b, c and 1 more");
    }
}
