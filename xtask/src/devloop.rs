//! `cargo xtask devloop`: from an edited case to its result, as an author of cases waits for it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use crate::signals::Signals;
use crate::world::World;
use crate::{Done, Trouble};

/// The file that is edited, and the first line of the case in it.
const FILE: &str = "suites/stock/src/session.rs";
const CASE: &str = "async fn page(cx: Cx) -> Checked {\n";
const FILTER: &str = "session::portal::page";
/// Stands in every edit.
const MARK: &str = "// put here by `cargo xtask devloop`";

const ROUNDS: usize = 5;
const TARGET: Duration = Duration::from_secs(2);

/// A file that loses our line when this is dropped: after an error and a panic too. Only our line, since somebody
/// may have saved the file meanwhile.
#[derive(Debug)]
struct Edited {
    path: PathBuf,
}

/// Runs it.
pub(crate) fn run(world: &World) -> Done {
    let mut signals = Signals::hear()?;
    let file = Edited::open(world.root.join(FILE))?;
    let case = ["test", "--quiet", "--package", "suites", FILTER];

    println!("warming up: cargo {}", case.join(" "));
    let warm = world.cargo().args(["test", "--package", "suites", "--no-run"]).status()?;
    if !warm.success() || !passed(&world.cargo().args(case).output()?) {
        return Err(format!("`cargo {}` fails without an edit", case.join(" ")).into());
    }
    let mut times = Vec::new();
    for round in 1..=ROUNDS {
        file.edit(round)?;
        let begun = Instant::now();
        let output = world.cargo().args(case).output()?;
        let took = begun.elapsed();
        if signals.within(Duration::ZERO) {
            return Err("interrupted".into());
        }
        if !passed(&output) {
            return Err(format!("{}the edited case fails", String::from_utf8_lossy(&output.stderr)).into());
        }
        println!("  {round}  {:.2} s", took.as_secs_f64());
        times.push(took);
    }
    let median = median(times);
    let met = median <= TARGET;
    let words = if met { "met" } else { "not met" };
    let (median, target) = (median.as_secs_f64(), TARGET.as_secs_f64());
    println!("median {median:.2} s; the target of {target:.0} s is {words}");
    Ok(met)
}

/// Whether the one case ran and passed: a filter that matches nothing is a success to cargo.
fn passed(output: &Output) -> bool {
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains(" 1 passed")
}

impl Edited {
    fn open(path: PathBuf) -> Result<Edited, Trouble> {
        let text = fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
        if text.contains(MARK) {
            return Err(
                format!("`{FILE}` still has a line of a killed run; take it out and try again").into()
            );
        }
        Ok(Edited { path })
    }

    fn edit(&self, round: usize) -> Result<(), Trouble> {
        let text = without_edit(&fs::read_to_string(&self.path)?);
        fs::write(&self.path, edit(&text, round).ok_or("the case to edit is not there any more")?)?;
        Ok(())
    }

    fn restore(&self) -> io::Result<()> {
        let text = fs::read_to_string(&self.path)?;
        if text.contains(MARK) { fs::write(&self.path, without_edit(&text)) } else { Ok(()) }
    }
}

impl Drop for Edited {
    fn drop(&mut self) {
        if let Err(error) = self.restore() {
            eprintln!("error: `{FILE}` was not restored: {error}; take out the line with `{MARK}`");
        }
    }
}

fn without_edit(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.contains(MARK)).collect()
}

/// The text with one more line of code in the case. Other code in each round, so that nothing is up to date.
fn edit(text: &str, round: usize) -> Option<String> {
    let (before, after) = text.split_once(CASE)?;
    Some(format!("{before}{CASE}    std::hint::black_box(\"edit {round}\"); {MARK}\n{after}"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_edits_the_case_in_another_way() {
        let text = format!("{CASE}    cx.done()\n}}\n");
        let edited = edit(&text, 1).unwrap();
        assert_eq!(
            edited,
            format!("{CASE}    std::hint::black_box(\"edit 1\"); {MARK}\n    cx.done()\n}}\n")
        );
        assert_ne!(edited, edit(&text, 2).unwrap());
        assert_eq!(edit("fn other() {}", 1), None);
    }

    #[test]
    fn the_file_is_as_before_even_after_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.rs");
        let before = format!("//! x\n{CASE}    cx.done()\n}}");
        fs::write(&path, &before).unwrap();
        let file = Edited::open(path.clone()).unwrap();
        let panicked = std::panic::catch_unwind(move || {
            file.edit(1).unwrap();
            file.edit(2).unwrap();
            assert_eq!(fs::read_to_string(&file.path).unwrap().matches(MARK).count(), 1);
            panic!("on purpose");
        });
        assert!(panicked.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }

    #[test]
    fn what_somebody_saves_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.rs");
        fs::write(&path, CASE).unwrap();
        let file = Edited::open(path.clone()).unwrap();
        file.edit(1).unwrap();
        let saved = fs::read_to_string(&path).unwrap() + "// theirs\n";
        fs::write(&path, saved).unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{CASE}// theirs\n"));
    }

    #[test]
    fn a_file_that_a_killed_run_left_behind_is_not_taken_for_the_original() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.rs");
        fs::write(&path, format!("x; {MARK}\n")).unwrap();
        assert!(Edited::open(path).unwrap_err().to_string().contains("take it out"));
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median([5, 1, 3].map(Duration::from_secs).into()), Duration::from_secs(3));
    }
}
