//! `smokestack twin`: two targets side by side.

use anstyle::{AnsiColor, Style};
use smokestack::{Allowance, Difference, Suites, TwinError};
use smokestack_core::{ExitCode, Mistake, Selection, Wishes};

use crate::args::Twin;
use crate::world::World;
use crate::{console, platform, runtime};

/// As many of the other pages that differ alike as are named.
const MOST_NAMED: usize = 4;

/// Runs it.
pub(crate) fn run(twin: &Twin, suites: &Suites, world: &World) -> ExitCode {
    let Some(runtime) = runtime::start() else { return ExitCode::Inconclusive };
    let targets = [&twin.one, &twin.other];
    if let Some((target, _)) = twin.url.iter().find(|(target, _)| !targets.contains(&target)) {
        let what = format!("`--url {target}=…` names a target that is not compared");
        let help = format!("name `{}` or `{}`", twin.one, twin.other);
        console::show(&smokestack_runner::refusal_text(&Mistake::new(what).help(help).into(), world.colour));
        return ExitCode::Usage;
    }
    let of_file = platform::of_file(twin.config.as_deref(), world);
    let wishes = targets.map(|target| {
        let url = twin.url.iter().rfind(|(named, _)| named == target).map(|(_, url)| url.clone());
        Wishes { target: Some(target.clone()), url, ..of_file.clone() }
    });
    let selection = Selection {
        filters: twin.filters.clone(),
        skip: twin.skip.clone(),
        exact: twin.exact,
        ..Selection::default()
    };
    match runtime.block_on(suites.twin(&wishes, &selection)) {
        Ok(found) => {
            console::say(&told(&found, world.stdout_colour));
            exit_code(&found)
        }
        Err(TwinError::Refused(refusal)) => {
            console::show(&smokestack_runner::refusal_text(&refusal, world.colour));
            ExitCode::Usage
        }
        Err(TwinError::NotJudged(mut lines)) => {
            lines.push("nothing was compared".to_owned());
            console::complain(&lines);
            ExitCode::Inconclusive
        }
    }
}

/// A difference is what this command is red for, whatever could not be compared beside it.
fn exit_code(found: &smokestack::Twin) -> ExitCode {
    match (found.differences.is_empty(), found.unanswered.is_empty()) {
        (false, _) => ExitCode::Fail,
        (true, false) => ExitCode::Inconclusive,
        (true, true) => ExitCode::Pass,
    }
}

/// The differences by component and page, then what may differ, then the sum.
fn told(found: &smokestack::Twin, colour: bool) -> String {
    let [one, other] = &found.sides;
    let mut lines = vec![
        painted(&format!("- {}  {}", one.target, one.url), colour),
        painted(&format!("+ {}  {}", other.target, other.url), colour),
    ];
    let mut by_component: Vec<(&str, Vec<&Difference>)> = Vec::new();
    for difference in &found.differences {
        match by_component.iter_mut().find(|(component, _)| *component == difference.component) {
            Some((_, differences)) => differences.push(difference),
            None => by_component.push((&difference.component, vec![difference])),
        }
    }
    for (component, differences) in by_component {
        lines.push(format!("\n{component}"));
        let mut page = None;
        for difference in differences {
            if page.replace(&difference.page) != Some(&difference.page) {
                lines.push(format!("  {}", difference.page));
            }
            lines.push(format!("    {}", difference.what));
            lines.extend(difference.lines.iter().map(|line| format!("      {}", painted(line, colour))));
            lines.extend(also(&difference.also).map(|line| format!("      {line}")));
        }
    }
    lines.push(String::new());
    lines.extend(found.unanswered.iter().map(|line| format!("not compared: {line}")));
    lines.extend(found.allowed.iter().map(|allowance| {
        let Allowance { what, reason, count, .. } = allowance;
        let answers = counted(*count, "answer", "answers");
        format!("allowed: {what}, in {answers}: {reason}")
    }));
    lines.extend(found.idle.iter().map(|Allowance { what, place, .. }| {
        format!("allowed, but the same everywhere: {what}; see {place}")
    }));
    let sum = match found.differences.len() {
        0 => "no difference".to_owned(),
        count => counted(count, "difference", "differences"),
    };
    lines.push(format!("{} compared: {sum}", counted(found.compared, "answer", "answers")));
    lines.join("\n")
}

/// The other answers that differ in the same way.
fn also(also: &[String]) -> impl Iterator<Item = String> {
    let more = also.len().saturating_sub(MOST_NAMED);
    let mut named = also.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        named.push_str(&format!(" and {more} more"));
    }
    (!also.is_empty()).then(|| format!("also: {named}")).into_iter()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn painted(line: &str, colour: bool) -> String {
    let style = match line.as_bytes().first() {
        Some(b'-') if colour => Style::new().fg_color(Some(AnsiColor::Red.into())),
        Some(b'+') if colour => Style::new().fg_color(Some(AnsiColor::Green.into())),
        _ => return line.to_owned(),
    };
    format!("{style}{line}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_and_for_lines_of_one_side() {
        assert_eq!(painted("- a", false), "- a");
        assert_eq!(painted("  a", true), "  a");
        assert_eq!(painted("- a", true), "\u{1b}[31m- a\u{1b}[0m");
    }

    #[test]
    fn of_many_pages_that_differ_alike_a_few_are_named() {
        let pages: Vec<String> = (1..=6).map(|page| format!("/{page}")).collect();
        assert_eq!(also(&pages).collect::<Vec<_>>(), ["also: /1, /2, /3, /4 and 2 more"]);
        assert_eq!(also(&pages[..1]).collect::<Vec<_>>(), ["also: /1"]);
        assert_eq!(also(&[]).count(), 0);
    }
}
