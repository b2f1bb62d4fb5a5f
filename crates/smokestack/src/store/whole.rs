//! Files that are there whole or not at all, for their owner's eyes, and refused where anything about them is odd.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::StoreError;

/// What such a file begins with; the number changes with what is in it.
const FORMAT: &str = "smokestack 1";

/// Larger than any of them, and small enough to read.
const LARGEST: u64 = 16 << 20;

/// How a file is called while it is written.
const UNFINISHED: &str = ".writing-";

/// Writes the file beside its place and moves it there.
pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let io = |error: std::io::Error| StoreError::io(path, "written", &error);
    let text = serde_json::to_vec(value).map_err(|error| io(error.into()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Only its owner may read or write it, from the first byte on.
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(io)?;
    let head = format!("{FORMAT} {}\n", hash(&text));
    file.write_all(head.as_bytes()).and_then(|()| file.write_all(&text)).map_err(io)?;
    file.persist(path).map_err(|error| io(error.error))?;
    Ok(())
}

/// Reads the file; none if there is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    let odd = |why: String| StoreError::new(path, why);
    let io = |error: std::io::Error| StoreError::io(path, "read", &error);
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => return Err(odd("is no file".to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(no_follow).open(path).map_err(io)?;
    let found = file.metadata().map_err(io)?;
    is_private(found.uid(), rustix::process::geteuid().as_raw(), found.mode()).map_err(odd)?;
    let text = text(&file).map_err(io)?;
    let text = checked(&text).map_err(|why| odd(why.to_owned()))?;
    // What serde_json says may show a stretch of the text.
    serde_json::from_slice(text).map(Some).map_err(|_| odd("was written by another version".to_owned()))
}

fn text(file: &File) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}

/// Whether nobody else can have read or written it.
fn is_private(owner: u32, own: u32, mode: u32) -> Result<(), String> {
    if owner != own {
        return Err(format!("belongs to somebody else, user {owner}"));
    }
    if mode & 0o077 != 0 {
        return Err(format!("could be read or written by others, its mode is {:o}", mode & 0o777));
    }
    Ok(())
}

/// The text behind the head, if it is the one that was written.
fn checked(text: &[u8]) -> Result<&[u8], &'static str> {
    const DAMAGED: &str = "is damaged: it is not what was written";
    let end = text.iter().position(|byte| *byte == b'\n').ok_or(DAMAGED)?;
    let (head, text) = (&text[..end], &text[end + 1..]);
    let told = head.strip_prefix(FORMAT.as_bytes()).and_then(|rest| rest.strip_prefix(b" "));
    match told {
        Some(told) if told == hash(text).as_bytes() => Ok(text),
        None if head.starts_with(b"smokestack ") => Err("was written by another version"),
        _ => Err(DAMAGED),
    }
}

fn hash(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn told(path: &Path) -> String {
        let error = read::<Vec<String>>(path).unwrap_err().to_string();
        error.replace(&path.display().to_string(), "FILE")
    }

    fn written(folder: &tempfile::TempDir) -> std::path::PathBuf {
        let path = folder.path().join("a.session");
        write(&path, &["value-of-the-session-cookie"]).unwrap();
        path
    }

    #[test]
    fn what_is_written_is_read_again_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read::<Vec<String>>(&path).unwrap().unwrap(), ["value-of-the-session-cookie"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert!(read::<Vec<String>>(&folder.path().join("b")).unwrap().is_none());
    }

    #[test]
    fn a_file_that_was_cut_short_or_changed_anywhere_is_damaged_and_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder);
        let whole = fs::read(&path).unwrap();
        let head = whole.iter().position(|byte| *byte == b'\n').unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(told(&path), "`FILE` is damaged: it is not what was written", "{length}");
        }
        for at in head..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, &changed).unwrap();
            assert_eq!(told(&path), "`FILE` is damaged: it is not what was written", "{at}");
        }
    }

    #[test]
    fn a_file_of_another_version_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(FORMAT, "smokestack 99")).unwrap();
        assert_eq!(told(&path), "`FILE` was written by another version");
        write(&path, &7).unwrap();
        assert_eq!(told(&path), "`FILE` was written by another version");
    }

    #[test]
    fn a_file_that_others_could_have_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(told(&path), "`FILE` could be read or written by others, its mode is 644");
        assert_eq!(is_private(0, 1000, 0o600), Err("belongs to somebody else, user 0".to_owned()));
        assert_eq!(is_private(1000, 1000, 0o600), Ok(()));
    }

    #[test]
    fn a_link_or_a_folder_in_its_place_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(told(&link), "`FILE` is no file");
        assert_eq!(told(folder.path()), "`FILE` is no file");
    }
}
