//! The folder: made for its owner alone, its files named so that runs and targets do not meet, old ones swept.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::lock::LockFile;

/// How long a file is kept that nobody has changed.
pub(crate) const KEPT: Duration = Duration::from_secs(8 * 3600);

/// A folder that is made when it is first needed.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    ready: OnceLock<Result<(), String>>,
    /// Whether nothing in it grows too old.
    lasting: bool,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Folder {
        Folder { path, ready: OnceLock::new(), lasting: false }
    }

    /// One in which nothing is swept, however old.
    pub(super) fn lasting(path: PathBuf) -> Folder {
        Folder { lasting: true, ..Folder::new(path) }
    }

    /// Where it is, whether it was made yet or not.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> Result<PathBuf, StoreError> {
        let ready = self.ready.get_or_init(|| {
            make_ready(&self.path).map_err(|error| error.why)?;
            if !self.lasting {
                sweep(&self.path, SystemTime::now());
            }
            Ok(())
        });
        match ready {
            Ok(()) => Ok(self.path.join(name)),
            Err(why) => Err(StoreError::new(&self.path, why)),
        }
    }
}

/// A name that tells a person what it is about and that no other target, account or run has. `apart` is what must
/// not meet; it is hashed.
pub(crate) fn file_name(about: &[&str], apart: &[&str], kind: &str) -> String {
    const LONGEST: usize = 40;
    let mut name = String::new();
    for part in about {
        name.extend(part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(LONGEST));
        name.push('.');
    }
    let mut hash = Sha256::new();
    for part in about.iter().chain(apart) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    name.extend(hash.iter().take(8).map(|byte| format!("{byte:02x}")));
    name.push('.');
    name.push_str(kind);
    name
}

/// Settings as a text that tells only whether they are the same.
pub(crate) fn fingerprint(settings: &str) -> String {
    Sha256::digest(settings).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the folder, or takes the one that is there if it is our own.
fn make_ready(path: &Path) -> Result<(), StoreError> {
    let io = |doing: &str, error: std::io::Error| StoreError::io(path, doing, &error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| io("made", error))?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(io("made", error)),
        _ => {}
    }
    let found = fs::symlink_metadata(path).map_err(|error| io("read", error))?;
    if !found.is_dir() {
        return Err(StoreError::new(path, "is no folder"));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(StoreError::new(path, "belongs to somebody else"));
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o700))
            .map_err(|error| io("closed to others", error))?;
    }
    Ok(())
}

/// Takes away what nobody has changed for long. A file that cannot be taken away is somebody else's to complain of.
fn sweep(path: &Path, now: SystemTime) {
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let age = changed.ok().and_then(|changed| now.duration_since(changed).ok());
        if age.is_none_or(|age| age < KEPT) {
            continue;
        }
        if entry.path().extension().is_some_and(|extension| extension == LockFile::EXTENSION) {
            LockFile::at(entry.path()).remove();
        } else {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_they_are_about_and_differ_where_it_matters() {
        let name = |url: &str, run: &str| file_name(&["prod", "alice@x"], &[url, run], "session");
        assert!(name("http://a", "1").starts_with("prod.alice-x."), "{}", name("http://a", "1"));
        assert_eq!(name("http://a", "1"), name("http://a", "1"));
        assert_ne!(name("http://a", "1"), name("http://b", "1"));
        assert_ne!(name("http://a", "12"), name("http://a1", "2"));
        assert!(file_name(&[&"x".repeat(500)], &[], "session").len() < 100);
    }

    #[test]
    fn the_folder_is_for_its_owner_alone_even_if_it_was_open() {
        let below = tempfile::tempdir().unwrap();
        let path = below.path().join("smokestack/sessions");
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Folder::new(path.clone()).file("a").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        assert_ne!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_where_the_folder_should_be_is_said() {
        let below = tempfile::tempdir().unwrap();
        let path = below.path().join("sessions");
        fs::write(&path, "").unwrap();
        let told = Folder::new(path.clone()).file("a").unwrap_err().to_string();
        assert_eq!(told, format!("`{}` is no folder", path.display()));
    }

    #[test]
    fn what_nobody_has_changed_for_long_is_swept_but_for_locks_that_are_held() {
        let below = tempfile::tempdir().unwrap();
        let folder = below.path();
        for name in ["old.session", "left.lock", "held.lock", ".writing-x"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let held = fs::File::open(folder.join("held.lock")).unwrap();
        held.lock().unwrap();
        sweep(folder, SystemTime::now());
        assert_eq!(fs::read_dir(folder).unwrap().count(), 4);
        sweep(folder, SystemTime::now() + KEPT + Duration::from_secs(1));
        let left: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["held.lock"]);
    }
}
