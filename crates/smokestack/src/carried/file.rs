//! The file on disk: JSON, for its owner's eyes alone, sealed where there is a passphrase.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use rustix::fs::OFlags;

use super::kept::Carried;
use super::seal::{self, Sealed};

/// The name that such a file has for itself.
const FORMAT: &str = "smokestack carried sessions";
const VERSION: u32 = 1;
/// Larger than any such file, and small enough to read.
const LARGEST: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: String,
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carried: Option<Carried>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
    /// What is in a file that is not sealed, as a hash. It keeps nobody from changing both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

/// A carried file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("carried file `{}` {why}", path.display())]
pub struct CarriedError {
    path: PathBuf,
    why: String,
    help: Option<String>,
}

impl CarriedError {
    pub(super) fn new(path: &Path, why: impl Into<String>) -> CarriedError {
        CarriedError { path: path.to_owned(), why: why.into(), help: None }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> CarriedError {
        CarriedError { help: Some(help.into()), ..self }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Writes the file, readable by its owner alone; sealed if there is a passphrase. It is there whole or not at all.
pub(super) fn write(path: &Path, carried: &Carried, passphrase: Option<&str>) -> Result<(), CarriedError> {
    let failed = |why: String| CarriedError::new(path, format!("cannot be written: {why}"));
    let envelope = match passphrase {
        None => Envelope {
            format: FORMAT.to_owned(),
            version: VERSION,
            carried: Some(carried.clone()),
            sealed: None,
            hash: Some(hash(carried).map_err(|error| failed(error.to_string()))?),
        },
        Some(passphrase) => {
            let text = serde_json::to_vec(carried).map_err(|error| failed(error.to_string()))?;
            let sealed = seal::seal(&text, passphrase).map_err(|error| failed(error.to_string()))?;
            Envelope {
                format: FORMAT.to_owned(),
                version: VERSION,
                carried: None,
                sealed: Some(sealed),
                hash: None,
            }
        }
    };
    let text = serde_json::to_vec_pretty(&envelope).map_err(|error| failed(error.to_string()))?;
    let beside = beside(path);
    let written = write_whole(&beside, &text).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        // What is half written holds secrets too.
        let _ = std::fs::remove_file(&beside);
        failed(error.to_string())
    })
}

/// A hash of all that was saved, as it is written without its layout.
fn hash(carried: &Carried) -> serde_json::Result<String> {
    let digest = Sha256::digest(serde_json::to_vec(carried)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a file can be written there, found out before anything is sent.
pub(super) fn probe(path: &Path) -> Result<(), CarriedError> {
    let beside = beside(path);
    let written = write_whole(&beside, b"").and_then(|()| std::fs::remove_file(&beside));
    written.map_err(|error| CarriedError::new(path, format!("cannot be written: {error}")))
}

fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    // Whoever made a file of this name before, it is not written into.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// The name under which a file is written before it takes its place.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

/// Reads the file.
pub(crate) fn read(path: &Path, passphrase: Option<&str>) -> Result<Carried, CarriedError> {
    let failed = |why: String| CarriedError::new(path, why);
    let prime = "save one before the deploy with `smokestack prime --target TARGET --out FILE`";
    // Nobody may ever write into a pipe: opening one does not wait.
    let not_waiting = OFlags::NONBLOCK.bits().cast_signed();
    let mut file = File::options()
        .read(true)
        .custom_flags(not_waiting)
        .open(path)
        .map_err(|error| failed(format!("cannot be read: {error}")).with_help(prime))?;
    let metadata = file.metadata().map_err(|error| failed(format!("cannot be read: {error}")))?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(failed("is none: it is no file, or too large for one".to_owned()).with_help(prime));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        let mode = metadata.permissions().mode() & 0o777;
        let help = format!("`chmod 600 {}`, and see who could", path.display());
        return Err(failed(format!("may be read or written by others (mode {mode:o}), and holds sessions"))
            .with_help(help));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let envelope: Envelope = serde_json::from_slice(&text).map_err(|error| {
        // serde_json's messages may show a stretch of the text, which may be a secret.
        let place = format!("line {}, column {}", error.line(), error.column());
        failed(format!("is damaged, or none at all: it cannot be read from {place} on")).with_help(prime)
    })?;
    if envelope.format != FORMAT || envelope.version != VERSION {
        return Err(failed("is of another kind or version".to_owned()).with_help(prime));
    }
    match (envelope.carried, envelope.sealed, passphrase) {
        (Some(carried), None, _) => {
            let written = hash(&carried).ok();
            if written.is_none() || written != envelope.hash {
                let why = "was changed: what is in it is not what was saved, and nothing in it is believed";
                return Err(failed(why.to_owned()).with_help(prime));
            }
            Ok(carried)
        }
        (None, Some(_), None) => {
            Err(failed("is sealed".to_owned()).with_help("give the passphrase in `SMOKESTACK_PASSPHRASE`"))
        }
        (None, Some(sealed), Some(passphrase)) => {
            let text = seal::open(&sealed, passphrase)
                .map_err(|error| failed(format!("cannot be opened: {error}")))?;
            serde_json::from_slice(&text).map_err(|_| {
                failed("was opened, and what is in it cannot be read: another version wrote it".to_owned())
            })
        }
        _ => Err(failed("is damaged: it has neither sessions nor a seal".to_owned()).with_help(prime)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carried::kept::KeptSession;
    use crate::session::State;

    const SECRET: &str = "value-of-the-session-cookie";

    fn carried() -> Carried {
        let headers = vec![("authorization".to_owned(), SECRET.to_owned())];
        let state = State { headers, ..State::default() };
        Carried {
            platform: "Facilities".into(),
            target: "prod".into(),
            url: "https://platform.test/".into(),
            saved_at: 1_691_488_800,
            releases: vec!["2023.31".into()],
            sessions: vec![KeptSession { account: "dispatcher".into(), state, cookies: Vec::new() }],
            spare: None,
            anonymous: State::default(),
            forms: Vec::new(),
        }
    }

    fn told(path: &Path, passphrase: Option<&str>) -> String {
        let error = read(path, passphrase).unwrap_err();
        let text = error.to_string().replace(&path.display().to_string(), "FILE");
        format!("{text}\n{}", error.help().unwrap_or_default().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn what_is_written_is_read_again_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("carried.json");
        write(&path, &carried(), None).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = read(&path, None).unwrap();
        assert_eq!(read.session("dispatcher").unwrap().state.headers[0].1, SECRET);
        assert_eq!(read.told(1_691_488_800 + 720), "saved 12m ago, at release 2023.31");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_sealed_file_shows_nothing_and_opens_with_its_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("carried.json");
        write(&path, &carried(), Some("correct horse")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(SECRET) && !text.contains("dispatcher"), "{text}");
        assert!(read(&path, Some("correct horse")).is_ok());
        insta::assert_snapshot!(told(&path, None), @"
            carried file `FILE` is sealed
            give the passphrase in `SMOKESTACK_PASSPHRASE`
        ");
        insta::assert_snapshot!(told(&path, Some("wrong horse")), @"carried file `FILE` cannot be opened: the passphrase is not the one it was sealed with, or the file was changed");
    }

    #[test]
    fn a_file_in_which_anything_was_changed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("carried.json");
        write(&path, &carried(), None).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for (before, after) in [(SECRET, "another-value"), ("dispatcher", "viewer"), ("2023.31", "2023.30")] {
            let changed = text.replace(before, after);
            assert_ne!(changed, text);
            write_whole(&path, changed.as_bytes()).unwrap();
            insta::allow_duplicates! {
                insta::assert_snapshot!(told(&path, None), @"
                    carried file `FILE` was changed: what is in it is not what was saved, and nothing in it is believed
                    save one before the deploy with `smokestack prime --target TARGET --out FILE`
                ");
            }
        }
        let without = serde_json::from_str::<serde_json::Value>(&text).map(|mut file| {
            file.as_object_mut().unwrap().remove("hash");
            file.to_string()
        });
        write_whole(&path, without.unwrap().as_bytes()).unwrap();
        assert!(told(&path, None).contains("was changed"));
        // How it is laid out is nobody's business.
        let one_line = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
        write_whole(&path, one_line.as_bytes()).unwrap();
        assert!(read(&path, None).is_ok());
    }

    #[test]
    fn a_file_that_is_none_says_so_without_showing_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("carried.json");
        insta::assert_snapshot!(told(&path, None), @"
            carried file `FILE` cannot be read: No such file or directory (os error 2)
            save one before the deploy with `smokestack prime --target TARGET --out FILE`
        ");
        let put = |text: &[u8]| write_whole(&path, text).unwrap();
        put(format!("{{\"format\": \"{FORMAT}\", \"version\": \"{SECRET}\"}}").as_bytes());
        insta::assert_snapshot!(told(&path, None), @"
            carried file `FILE` is damaged, or none at all: it cannot be read from line 1, column 82 on
            save one before the deploy with `smokestack prime --target TARGET --out FILE`
        ");
        put(b"{\"format\": \"another\", \"version\": 1}");
        assert!(told(&path, None).contains("is of another kind or version"));
        put(format!("{{\"format\": \"{FORMAT}\", \"version\": 1}}").as_bytes());
        assert!(told(&path, None).contains("neither sessions nor a seal"));
        put(&[0xff, 0xfe, 0]);
        assert!(told(&path, None).contains("is damaged, or none at all"));
    }

    #[test]
    fn a_pipe_that_nobody_writes_into_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("carried.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = read(&pipe, None).err().unwrap();
        assert!(error.to_string().contains("it is no file"), "{error}");
    }

    #[test]
    fn a_file_that_others_may_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("carried.json");
        write(&path, &carried(), None).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        insta::assert_snapshot!(told(&path, None), @"
            carried file `FILE` may be read or written by others (mode 644), and holds sessions
            `chmod 600 FILE`, and see who could
        ");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_are_refused_or_read_and_never_end_the_run(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("carried.json");
            write_whole(&path, &bytes).unwrap();
            proptest::prop_assert!(read(&path, Some("x")).is_err());
        }
    }
}
