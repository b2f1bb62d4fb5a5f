//! Where the JUnit report lies, and how it gets there. It is written twice: before the run, with every case as not
//! run, so that a path that cannot be written is known and a killed run leaves a report; and after it.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use smokestack_core::{Event, Record};

use crate::report::junit;
use crate::reporters::Reporter;
use crate::world::World;

/// The reporter that writes the JUnit report.
#[derive(Debug)]
pub(crate) struct JunitFile {
    path: PathBuf,
    record: Record,
    /// The cases' places in the plan, so that the reports of two runs can be compared.
    order: HashMap<String, usize>,
}

impl JunitFile {
    /// Its name among the reporters.
    pub(crate) const NAME: &'static str = "JUnit";

    /// Writes the report of what is not run yet. Makes the folder if there is none.
    pub(crate) fn open(path: &Path, not_run: &Record) -> io::Result<JunitFile> {
        // It is written beside its place and moved there; a device or a pipe would be gone.
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(io::Error::other("there is something that is no regular file"));
        }
        write(path, not_run)?;
        let names = not_run.cases.iter().map(|case| case.full_name.clone());
        let order = names.enumerate().map(|(index, name)| (name, index)).collect();
        Ok(JunitFile { path: path.to_owned(), record: Record::default(), order })
    }
}

impl Reporter for JunitFile {
    fn name(&self) -> &'static str {
        JunitFile::NAME
    }

    fn hear(&mut self, event: &Event) -> Result<(), String> {
        self.record.hear(event);
        match event {
            Event::RunFinished { .. } => {
                self.record.cases.sort_by_key(|case| self.order.get(&case.full_name).copied());
                write(&self.path, &self.record)
                    .map_err(|error| format!("`{}` cannot be written: {error}", self.path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Where the report goes if nobody says: `target/smokestack/TEST-<program>-<target>.xml`, the name that CI servers
/// look for. `None` where there is no target folder.
pub(crate) fn default_path(world: &World, program: &str, target: &str) -> Option<PathBuf> {
    let folder = world.target_folder()?;
    Some(folder.join("smokestack").join(format!("TEST-{}-{}.xml", file_name(program), file_name(target))))
}

/// The path of one case's own report, where each case is a process of its own.
pub(crate) fn path_of_case(path: &Path, full_name: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.xml", file_name(full_name)))
}

fn write(path: &Path, record: &Record) -> io::Result<()> {
    let text = junit::xml(record).map_err(io::Error::other)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = temporary().tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".TEST-").suffix(".tmp");
    #[cfg(unix)]
    {
        // Whoever collects reports may be another user; the umask still has its say.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// The text as a part of a file's name. `::` stays apart from `-`, so that two cases do not share a file.
fn file_name(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    text.replace("::", "--").chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_path_is_in_the_target_folder() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("crates/a");
        std::fs::create_dir_all(&deep).unwrap();
        let executable = Some(PathBuf::from("/x/target/debug/deps/suites-1"));
        let mut world = World { directory: Some(deep), executable, ..World::default() };
        let path = |world: &World| default_path(world, "suites", "demo").unwrap();
        assert_eq!(path(&world), Path::new("/x/target/smokestack/TEST-suites-demo.xml"));
        std::fs::create_dir(root.path().join("target")).unwrap();
        assert_eq!(path(&world), root.path().join("target/smokestack/TEST-suites-demo.xml"));
        world.env.insert("CARGO_TARGET_DIR".into(), "/elsewhere".into());
        assert_eq!(path(&world), Path::new("/elsewhere/smokestack/TEST-suites-demo.xml"));
        assert_eq!(default_path(&World::default(), "suites", "demo"), None);
    }

    #[test]
    fn a_case_has_a_file_of_its_own() {
        let path = path_of_case(Path::new("out/junit.xml"), "session::work-orders::page/1");
        assert_eq!(path, Path::new("out/junit-session--work-orders--page_1.xml"));
    }
}
