//! Which reports a run writes, and where they lie.

use std::path::{Path, PathBuf};

use smokestack_core::{Record, RunInfo};
use smokestack_report::{Format, journal};

use crate::console::Console;
use crate::journal_file::JournalFile;
use crate::journals::CASES;
use crate::report_file::ReportFile;
use crate::reporters::Reporter;
use crate::settings::Settings;
use crate::world::World;

/// The reports of a run, begun.
#[derive(Default)]
pub(crate) struct Reports {
    /// Where the JUnit report lies.
    pub(crate) junit: Option<PathBuf>,
    /// Where the report for people lies.
    pub(crate) html: Option<PathBuf>,
    /// Who writes them.
    pub(crate) reporters: Vec<Box<dyn Reporter>>,
}

/// Begins them all. Where nobody asked for a report, one that cannot be written is a warning.
pub(crate) fn open(
    info: &RunInfo,
    settings: &Settings,
    console: Console,
    world: &World,
) -> Result<Reports, String> {
    let runs = info.cases.iter().any(|case| case.skipped.is_none());
    let mut not_run = Record { run: info.clone(), ..Record::default() };
    not_run.complete();
    let mut reports = Reports::default();
    // A filter that matches nothing must not wipe out the reports of the run before.
    if let Some(folder) = settings.reports.clone().or_else(|| runs.then(|| folder(world, info)).flatten()) {
        reports.open_folder(&folder, &not_run, settings, console)?;
    }
    if let Some(path) = junit_path(info, settings, runs, world) {
        let opened = ReportFile::open(Format::Junit, &path, &not_run);
        let opened = opened.map_err(|error| cannot_be_written(Format::Junit.name(), &path, &error));
        if let Some(file) =
            asked_or_warned(opened, settings.junit.is_some() || settings.reports.is_some(), console)?
        {
            reports.reporters.push(Box::new(file));
            reports.junit = Some(path);
        }
    }
    Ok(reports)
}

impl Reports {
    /// The journal, and beside it what is made of it.
    fn open_folder(
        &mut self,
        folder: &Path,
        not_run: &Record,
        settings: &Settings,
        console: Console,
    ) -> Result<(), String> {
        let asked = settings.reports.is_some();
        let journal = match not_run.run.cases.as_slice() {
            [case] if settings.wishes.process_per_case => {
                folder.join(CASES).join(format!("{}.jsonl", file_name(&case.full_name)))
            }
            _ => folder.join(journal::FILE_NAME),
        };
        let opened =
            JournalFile::open(&journal).map_err(|error| cannot_be_written("journal", &journal, &error));
        let Some(file) = asked_or_warned(opened, asked, console)? else { return Ok(()) };
        self.reporters.push(Box::new(file));
        if settings.wishes.process_per_case {
            return Ok(());
        }
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Junit) {
            let path = folder.join(format.file_name());
            let opened = ReportFile::open(format, &path, not_run);
            let opened = opened.map_err(|error| cannot_be_written(format.name(), &path, &error));
            if let Some(file) = asked_or_warned(opened, asked, console)? {
                self.reporters.push(Box::new(file));
                if format == Format::Html {
                    self.html = Some(path);
                }
            }
        }
        Ok(())
    }
}

fn asked_or_warned<T>(opened: Result<T, String>, asked: bool, console: Console) -> Result<Option<T>, String> {
    match opened {
        Ok(file) => Ok(Some(file)),
        Err(why) if asked => Err(why),
        Err(why) => {
            console.say(&format!("warning: {why}"));
            Ok(None)
        }
    }
}

/// Where reports go if nobody says: `target/smokestack/<program>-<target>`. `None` where there is no target folder.
pub(crate) fn folder(world: &World, info: &RunInfo) -> Option<PathBuf> {
    let name = format!("{}-{}", file_name(&info.program), file_name(&info.target));
    Some(world.target_folder()?.join("smokestack").join(name))
}

fn junit_path(info: &RunInfo, settings: &Settings, runs: bool, world: &World) -> Option<PathBuf> {
    let per_case = settings.wishes.process_per_case;
    let named = settings.junit.clone();
    let in_folder = || settings.reports.as_ref().map(|folder| folder.join(Format::Junit.file_name()));
    match (named.or_else(in_folder), info.cases.as_slice()) {
        (Some(path), [case]) if per_case => Some(path_of_case(&path, &case.full_name)),
        (Some(path), _) => Some(path),
        (None, _) if per_case || !runs => None,
        (None, _) => default_junit(world, &info.program, &info.target),
    }
}

/// Where the JUnit report goes if nobody says: `target/smokestack/TEST-<program>-<target>.xml`, the name that CI servers
/// look for. `None` where there is no target folder.
fn default_junit(world: &World, program: &str, target: &str) -> Option<PathBuf> {
    let folder = world.target_folder()?;
    Some(folder.join("smokestack").join(format!("TEST-{}-{}.xml", file_name(program), file_name(target))))
}

/// The path of one case's own report, where each case is a process of its own.
fn path_of_case(path: &Path, full_name: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.xml", file_name(full_name)))
}

/// The text as a part of a file's name. `::` stays apart from `-`, so that two cases do not share a file.
fn file_name(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    text.replace("::", "--").chars().map(keep).collect()
}

fn cannot_be_written(name: &str, path: &Path, error: &std::io::Error) -> String {
    let report = if name == "journal" { "journal".to_owned() } else { format!("{name} report") };
    format!("the {report} `{}` cannot be written: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_paths_are_in_the_target_folder() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("crates/a");
        std::fs::create_dir_all(&deep).unwrap();
        let executable = Some(PathBuf::from("/x/target/debug/deps/suites-1"));
        let mut world = World { directory: Some(deep), executable, ..World::default() };
        let path = |world: &World| default_junit(world, "suites", "demo").unwrap();
        assert_eq!(path(&world), Path::new("/x/target/smokestack/TEST-suites-demo.xml"));
        let info = RunInfo { program: "suites".into(), target: "demo".into(), ..RunInfo::default() };
        assert_eq!(folder(&world, &info).unwrap(), Path::new("/x/target/smokestack/suites-demo"));
        std::fs::create_dir(root.path().join("target")).unwrap();
        assert_eq!(path(&world), root.path().join("target/smokestack/TEST-suites-demo.xml"));
        world.env.insert("CARGO_TARGET_DIR".into(), "/elsewhere".into());
        assert_eq!(path(&world), Path::new("/elsewhere/smokestack/TEST-suites-demo.xml"));
        assert_eq!(default_junit(&World::default(), "suites", "demo"), None);
    }

    #[test]
    fn a_case_has_a_file_of_its_own() {
        let path = path_of_case(Path::new("out/junit.xml"), "session::work-orders::page/1");
        assert_eq!(path, Path::new("out/junit-session--work-orders--page_1.xml"));
    }
}
