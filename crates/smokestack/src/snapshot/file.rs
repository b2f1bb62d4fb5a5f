//! A snapshot's file. What was accepted is read with insta's own type; what is found is written as insta writes it, for
//! which insta has no public function.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use smokestack_core::Place;

use super::{BuiltIn, Update, slug};

/// Where a snapshot is kept.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// What was accepted: for the target, where it has a text of its own, or else for all.
    pub(crate) path: PathBuf,
    /// What a text that is accepted now is accepted as; absent where there is no folder for it.
    goes_to: Option<PathBuf>,
    /// What was accepted, where the suite binary has it in itself.
    built_in: Option<Arc<str>>,
}

/// What stands above a snapshot's text.
#[derive(Clone, Debug)]
pub(crate) struct Head<'h> {
    /// The file of whoever asked.
    pub(crate) source: &'h str,
    pub(crate) line: Option<u32>,
    /// What was looked at.
    pub(crate) expression: &'h str,
}

/// What was left of a text that is not the accepted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    Pending(PathBuf),
    Accepted,
}

impl File {
    /// The file of a name in a folder, or else in the binary.
    pub(super) fn of(
        folder: Option<&Path>,
        built_in: &BuiltIn,
        name: &str,
        target: &str,
        apart: bool,
    ) -> File {
        let (common, own) = (format!("{name}.snap"), format!("{name}@{}.snap", slug(target)));
        let is_there = |file: &str| folder.is_some_and(|folder| folder.join(file).is_file());
        let used = if is_there(&own) || built_in.get(&own).is_some() { own.clone() } else { common };
        let goes_to = if apart { &own } else { &used };
        File {
            path: folder.map_or_else(|| PathBuf::from(&used), |folder| folder.join(&used)),
            goes_to: folder.map(|folder| folder.join(goes_to)),
            built_in: built_in.get(&used).filter(|_| !is_there(&used)),
        }
    }

    /// Where what was accepted is kept, for people.
    pub(super) fn told(&self) -> String {
        match self.built_in {
            Some(_) => format!("{}, in this binary", self.path.file_name().unwrap_or_default().display()),
            None => self.path.display().to_string(),
        }
    }

    /// Whether what is found can be written for somebody to accept it.
    pub(super) fn has_folder(&self) -> bool {
        self.goes_to.is_some()
    }

    /// The accepted text; none if none was accepted.
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        let Some(text) = &self.built_in else { return read(&self.path) };
        // insta reads files alone.
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(text.as_bytes())?;
        read(file.path())
    }

    /// Writes the text where insta would, as its variables say.
    pub(crate) fn leave(&self, update: Update, head: &Head<'_>, text: &str) -> io::Result<Left> {
        let (Some(goes_to), Some(pending)) = (&self.goes_to, self.pending()) else {
            return Ok(Left::Nothing);
        };
        match update {
            Update::No => Ok(Left::Nothing),
            Update::Pending => {
                write(&pending, head, text)?;
                Ok(Left::Pending(pending))
            }
            Update::Accept => {
                // Where it stands is told while it is looked at; a line more above would change all accepted ones.
                write(goes_to, &Head { line: None, ..head.clone() }, text)?;
                self.forget_pending();
                Ok(Left::Accepted)
            }
        }
    }

    /// What was to be looked at no longer differs.
    pub(crate) fn forget_pending(&self) {
        // There mostly is none.
        let _ = self.pending().map(fs::remove_file);
    }

    /// Tells cargo-insta that this snapshot is in use, where it asks: `cargo insta test --unreferenced`.
    pub(crate) fn note_reference(&self, env: &BTreeMap<String, String>) {
        let Some(list) = env.get("INSTA_SNAPSHOT_REFERENCES_FILE").filter(|path| !path.is_empty()) else {
            return;
        };
        let line = format!("{}\n", self.path.display());
        let written = OpenOptions::new().append(true).create(true).open(list);
        // Whoever asked for the list sees that it is not there.
        let _ = written.and_then(|mut list| list.write_all(line.as_bytes()));
    }

    fn pending(&self) -> Option<PathBuf> {
        let mut name = self.goes_to.clone()?.into_os_string();
        name.push(".new");
        Some(name.into())
    }
}

impl Head<'_> {
    /// The head of a text that this line asked for.
    pub(crate) fn at<'h>(place: &'h Place, expression: &'h str) -> Head<'h> {
        Head { source: &place.file, line: Some(place.line), expression }
    }
}

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "---\nsource: {}", yaml(self.source))?;
        if let Some(line) = self.line {
            writeln!(f, "assertion_line: {line}")?;
        }
        writeln!(f, "expression: {}\n---", yaml(self.expression))
    }
}

/// A text as YAML: in quotes as JSON has them, where it is more than a path or words.
fn yaml(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | ' ');
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain) && !text.ends_with(' ')
    {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

/// The accepted text of a file; none if there is no such file.
fn read(path: &Path) -> io::Result<Option<String>> {
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    // Where this is not so, insta reads a format of old and complains on stderr.
    let mut head = [0; 3];
    match fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ if head != *b"---" => {
            return Err(invalid("it is no snapshot: it does not begin with `---`".to_owned()));
        }
        _ => {}
    }
    let snapshot =
        insta::Snapshot::from_file(path).map_err(|error| invalid(format!("it is no snapshot: {error}")))?;
    let text = snapshot.contents().as_text().map(ToString::to_string);
    text.map(Some).ok_or_else(|| invalid("it is a snapshot of bytes, not of a text".to_owned()))
}

/// Writes it whole, so that whoever reads at the same time finds the old one or the new one.
fn write(path: &Path, head: &Head<'_>, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(file, "{head}{text}{end}")?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "cookie sid\n  Path  /\n";
    const HEAD: Head<'_> =
        Head { source: "suites/src/a: b.rs", line: Some(7), expression: "outline of `main`" };

    fn file(folder: &Path) -> File {
        File::of(Some(folder), &BuiltIn::default(), "orders", "prod", false)
    }

    #[test]
    fn insta_reads_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let orders = file(folder.path());
        assert!(orders.read().unwrap().is_none());
        assert_eq!(orders.leave(Update::Accept, &HEAD, TEXT).unwrap(), Left::Accepted);
        insta::with_settings!({ snapshot_path => folder.path(), prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("orders", TEXT);
        });
        assert!(!orders.pending().unwrap().exists());
        assert_eq!(orders.read().unwrap().as_deref(), Some(TEXT.trim_end()));
        let snapshot = insta::Snapshot::from_file(&orders.path).unwrap();
        assert_eq!(snapshot.metadata().expression(), Some(HEAD.expression));
        assert_eq!(snapshot.metadata().source(), Some(HEAD.source));
        assert_eq!(snapshot.metadata().assertion_line(), None);
    }

    #[test]
    fn what_is_pending_says_which_line_asked() {
        let folder = tempfile::tempdir().unwrap();
        let orders = file(folder.path());
        let left = orders.leave(Update::Pending, &HEAD, TEXT).unwrap();
        let Left::Pending(path) = left else { panic!("{left:?}") };
        let snapshot = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(snapshot.metadata().assertion_line(), Some(7));
        assert_eq!(path.file_name().unwrap(), "orders.snap.new");
        orders.forget_pending();
        assert!(!path.exists());
        assert_eq!(orders.leave(Update::No, &HEAD, TEXT).unwrap(), Left::Nothing);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_snapshot_is_read_however_its_head_looks() {
        let folder = tempfile::tempdir().unwrap();
        let orders = file(folder.path());
        let text = format!("---\nsource: smokestack.toml\nassertion_line: 3\ninfo:\n  a: 1\n---\n{TEXT}");
        for text in [text.replace('\n', "\r\n"), text] {
            fs::write(&orders.path, text).unwrap();
            assert_eq!(orders.read().unwrap().as_deref(), Some(TEXT.trim_end()));
        }
    }

    #[test]
    fn a_targets_own_snapshot_wins_where_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("orders@prod.snap"), "").unwrap();
        let paths = |target, apart| {
            let file = File::of(Some(folder.path()), &BuiltIn::default(), "orders", target, apart);
            [&file.path, &file.pending().unwrap()]
                .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(paths("prod", false), ["orders@prod.snap", "orders@prod.snap.new"]);
        assert_eq!(paths("staging", false), ["orders.snap", "orders.snap.new"]);
        assert_eq!(paths("staging", true), ["orders.snap", "orders@staging.snap.new"]);
    }

    #[test]
    fn what_is_in_the_binary_is_read_where_no_file_is() {
        let mut built_in = BuiltIn::default();
        built_in.add("orders.snap", "---\nsource: a.rs\n---\nof all\n");
        built_in.add("orders@prod.snap", "---\nsource: a.rs\n---\nof prod\n");
        let read = |folder: Option<&Path>, target| {
            File::of(folder, &built_in, "orders", target, false).read().unwrap()
        };
        assert_eq!(read(None, "prod").as_deref(), Some("of prod"));
        assert_eq!(read(None, "staging").as_deref(), Some("of all"));
        assert!(File::of(None, &built_in, "bills", "prod", false).read().unwrap().is_none());
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(Some(folder.path()), "prod").as_deref(), Some("of prod"));
        fs::write(folder.path().join("orders@prod.snap"), "---\nsource: a.rs\n---\nof a file\n").unwrap();
        assert_eq!(read(Some(folder.path()), "prod").as_deref(), Some("of a file"));
    }

    #[test]
    fn without_a_folder_nothing_is_written() {
        let orders = File::of(None, &BuiltIn::default(), "orders", "prod", false);
        for update in [Update::No, Update::Pending, Update::Accept] {
            assert_eq!(orders.leave(update, &HEAD, TEXT).unwrap(), Left::Nothing);
        }
        orders.forget_pending();
    }

    #[test]
    fn what_is_no_snapshot_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let orders = file(folder.path());
        for (text, why) in [
            (TEXT, "it is no snapshot: it does not begin with `---`"),
            ("", "it is no snapshot: it does not begin with `---`"),
            ("---\nsnapshot_kind: binary\nextension: png\n---\n", "it is a snapshot of bytes, not of a text"),
        ] {
            fs::write(&orders.path, text).unwrap();
            assert_eq!(orders.read().unwrap_err().to_string(), why);
        }
    }
}
