//! How to run again what failed.

use maud::html;

use super::Section;
use super::curl::quoted;
use super::seen::Seen;

/// The command; nothing where nothing failed.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    if seen.failures.is_empty() {
        return None;
    }
    let run = &seen.record.run;
    let mut line = "cargo test".to_owned();
    // A merged report is of several test binaries.
    for program in run.program.split(", ") {
        line.push_str(&format!(" -p {}", quoted(program)));
    }
    line.push_str(&format!(" -- --target {} --seed {} --exact", quoted(&run.target), run.seed));
    for case in &seen.failures {
        line.push(' ');
        line.push_str(&quoted(&case.full_name));
    }
    let body = html! {
        p { "With the variables, and the " code { "--url" } " if there was one, of this run:" }
        pre .command { code { (line) } }
    };
    Some(Section { id: "rerun", title: "Run the failed ones again", count: None, body })
}
