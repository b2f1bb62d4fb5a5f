//! The contract that somebody accepted: a snapshot file of insta's beside the platform file. `cargo insta review` shows
//! what changed and accepts it; insta itself is not needed for that, and its assertions would panic and print.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use smokestack_core::{Blame, Class, FailedCheck};

use super::judge::Circumstances;
use super::portrait::{VISITORS, Visit, portrait};
use super::sheet::{Change, Sheet};
use crate::run::Run;

/// Compares what a login left with what was accepted; the error says what is not as it was. Where insta would, what was
/// found is written beside it, to be looked at.
pub(super) fn as_accepted(
    run: &Run,
    login: &Circumstances<'_>,
    visits: &[Visit],
) -> Result<(), Box<FailedCheck>> {
    let platform = &run.platform;
    let snapshot = Snapshot::of(&platform.beside(Path::new("snapshots")), &platform.name, &run.target.name);
    let text = snapshot.read().map_err(|error| snapshot.trouble("read", &error))?;
    let accepted = text.as_deref().map(Sheet::parse);
    let found = portrait(login, visits, accepted.as_ref());
    // Names and paths are the platform's.
    let found = Sheet::parse(&run.redactor.redact(&found.to_string()));
    let changes = accepted.as_ref().map(|accepted| accepted.changes(&found));
    let trouble = |error: io::Error| snapshot.trouble("written", &error);
    if changes.as_ref().is_some_and(Vec::is_empty) {
        snapshot.forget_pending();
        return Ok(());
    }
    let update = Update::wanted(&run.env(), text.is_some());
    let written = match update {
        Update::No => None,
        Update::Pending => Some(snapshot.pending()),
        Update::Accept => {
            snapshot.write(&snapshot.path, &found).map_err(trouble)?;
            snapshot.forget_pending();
            return Ok(());
        }
    };
    if let Some(pending) = &written {
        snapshot.write(pending, &found).map_err(trouble)?;
    }
    Err(Box::new(match (accepted, changes) {
        (Some(accepted), Some(changes)) => {
            snapshot.changed(&changes, accepted.diff(&found), visits, written.is_some())
        }
        _ => snapshot.missing(written.as_deref()),
    }))
}

/// With the tool, which looks below a cargo workspace alone, or by hand.
const ACCEPT: &str = "with `cargo insta review`, or take the `.new` off its name with `mv`";

/// Where an accepted contract is.
struct Snapshot {
    path: PathBuf,
}

/// What insta does with a text that is not the accepted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Update {
    /// Nothing is written.
    No,
    /// It is written beside the accepted one, for `cargo insta review`.
    Pending,
    /// It is accepted as it is.
    Accept,
}

impl Snapshot {
    /// The target's own, where there is one; else the one of all targets.
    fn of(folder: &Path, platform: &str, target: &str) -> Snapshot {
        let name = format!("{}__session-contract", file_name(platform));
        let own = folder.join(format!("{name}@{target}.snap"));
        if own.is_file() {
            return Snapshot { path: own };
        }
        Snapshot { path: folder.join(format!("{name}.snap")) }
    }

    fn pending(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".new");
        name.into()
    }

    /// The accepted text; none if none was accepted.
    fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => contents(&text).map(|text| Some(text.to_owned())).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "it is no snapshot: it does not begin with `---`")
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it whole, so that whoever reads at the same time finds the old one or the new one.
    fn write(&self, path: &Path, found: &Sheet) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file =
            tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
        write!(file, "---\nsource: smokestack.toml\nexpression: session contract\n---\n{found}")?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// What was to be looked at no longer differs.
    fn forget_pending(&self) {
        // There mostly is none.
        let _ = fs::remove_file(self.pending());
    }

    fn changed(
        &self,
        changes: &[Change],
        diff: Vec<String>,
        visits: &[Visit],
        is_pending: bool,
    ) -> FailedCheck {
        let told: Vec<String> = Change::together(changes).iter().map(Change::to_string).collect();
        let what = if changes.iter().all(|change| change.head == VISITORS) {
            "session contract: cookies for visitors"
        } else {
            "session contract"
        };
        let check = FailedCheck::new(Blame::Wrong, Class::Contract, what);
        let check =
            FailedCheck { found: Some(told.join("; ")), diff, exchange: only(changes, visits), ..check };
        let check = check.note(format!("accepted: {}", self.path.display()));
        let when = "if the release is meant to change it,";
        check.help(match is_pending {
            true => format!("{when} accept it {}", ACCEPT),
            false => format!("{when} run it where `CI` is not set, and accept it {}", ACCEPT),
        })
    }

    /// Nobody has said what it should be: that is not the platform's fault.
    fn missing(&self, written: Option<&Path>) -> FailedCheck {
        let check =
            FailedCheck::new(Blame::Harness, Class::Harness, "no session contract has been accepted so far");
        match written {
            Some(pending) => check
                .note(format!("what was found: {}", pending.display()))
                .help(format!("look at it and accept it {}", ACCEPT)),
            None => check
                .note(format!("it should be {}", self.path.display()))
                .help(format!("run it where `CI` is not set, accept it {}, and commit the file", ACCEPT)),
        }
    }

    fn trouble(&self, done: &str, error: &io::Error) -> Box<FailedCheck> {
        let what = format!("the session contract cannot be {done}: `{}`", self.path.display());
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
        Box::new(FailedCheck { found: Some(error.to_string()), ..check })
    }
}

impl Update {
    /// As insta decides it, from `INSTA_UPDATE` and the variables that pipelines set.
    fn wanted(env: &BTreeMap<String, String>, is_known: bool) -> Update {
        let is_ci = match env.get("CI").map(String::as_str) {
            Some("false" | "0" | "") => false,
            Some(_) => true,
            None => env.contains_key("TF_BUILD"),
        };
        match env.get("INSTA_UPDATE").map(String::as_str) {
            Some("always" | "1" | "force") => Update::Accept,
            Some("unseen") if !is_known => Update::Accept,
            Some("new" | "unseen") => Update::Pending,
            Some("no") => Update::No,
            _ if is_ci => Update::No,
            _ => Update::Pending,
        }
    }
}

/// The text below insta's head.
fn contents(text: &str) -> Option<&str> {
    let (head, text) =
        text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?.split_once("\n---")?;
    let (rest, text) = text.split_once('\n').unwrap_or((text, ""));
    (rest.trim().is_empty() && !head.is_empty()).then_some(text)
}

/// The visit to which all changes belong, if there is one.
fn only(changes: &[Change], visits: &[Visit]) -> Option<usize> {
    let first = changes.first()?;
    let same = changes.iter().all(|change| change.head == VISITORS && change.key == first.key);
    let visit = visits.iter().find(|visit| Some(&visit.component) == first.key.as_ref());
    visit.filter(|_| same).map(|visit| visit.exchange)
}

/// `facilities` of `Facilities`, `our-shop` of `Our shop`.
fn file_name(platform: &str) -> String {
    let lower: String =
        platform.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = lower.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "platform".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "cookie sid\n  Path  /\n";

    fn update(env: &[(&str, &str)], is_known: bool) -> Update {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Update::wanted(&env, is_known)
    }

    #[test]
    fn what_is_written_is_what_insta_would_write() {
        for is_known in [false, true] {
            assert_eq!(update(&[], is_known), Update::Pending);
            assert_eq!(update(&[("CI", "true")], is_known), Update::No);
            assert_eq!(update(&[("CI", "false")], is_known), Update::Pending);
            assert_eq!(update(&[("TF_BUILD", "True")], is_known), Update::No);
            assert_eq!(update(&[("INSTA_UPDATE", "no")], is_known), Update::No);
            assert_eq!(update(&[("INSTA_UPDATE", "new"), ("CI", "true")], is_known), Update::Pending);
            assert_eq!(update(&[("INSTA_UPDATE", "always"), ("CI", "true")], is_known), Update::Accept);
            assert_eq!(update(&[("INSTA_UPDATE", "auto"), ("CI", "1")], is_known), Update::No);
        }
        assert_eq!(update(&[("INSTA_UPDATE", "unseen")], false), Update::Accept);
        assert_eq!(update(&[("INSTA_UPDATE", "unseen")], true), Update::Pending);
    }

    #[test]
    fn insta_reads_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = Snapshot::of(folder.path(), "Our Shop!", "prod");
        assert!(snapshot.read().unwrap().is_none());
        snapshot.write(&snapshot.path, &Sheet::parse(TEXT)).unwrap();
        let name = folder.path().join("our-shop__session-contract.snap");
        assert!(name.is_file());
        insta::with_settings!({ snapshot_path => folder.path(), prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("our-shop__session-contract", TEXT);
        });
        assert!(!snapshot.pending().exists());
        assert_eq!(snapshot.read().unwrap().as_deref(), Some(TEXT));
    }

    #[test]
    fn a_snapshot_is_read_however_its_head_looks() {
        let head = "---\nsource: smokestack.toml\nassertion_line: 3\ninfo:\n  a: 1\n---\n";
        assert_eq!(contents(&format!("{head}{TEXT}")), Some(TEXT));
        assert_eq!(
            contents(&format!("{head}{TEXT}").replace('\n', "\r\n")).map(Sheet::parse),
            Some(Sheet::parse(TEXT))
        );
        assert_eq!(contents(TEXT), None);
    }

    #[test]
    fn a_targets_own_snapshot_wins_where_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let path = |target| {
            Snapshot::of(folder.path(), "Shop", target).path.strip_prefix(folder.path()).unwrap().to_owned()
        };
        fs::write(folder.path().join("shop__session-contract@prod.snap"), "").unwrap();
        assert_eq!(path("prod"), Path::new("shop__session-contract@prod.snap"));
        assert_eq!(path("staging"), Path::new("shop__session-contract.snap"));
    }

    #[test]
    fn what_is_no_snapshot_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = Snapshot::of(folder.path(), "Shop", "prod");
        fs::write(&snapshot.path, TEXT).unwrap();
        let error = snapshot.read().unwrap_err();
        assert_eq!(error.to_string(), "it is no snapshot: it does not begin with `---`");
        assert_eq!(snapshot.trouble("read", &error).blame, Blame::Harness);
    }
}
