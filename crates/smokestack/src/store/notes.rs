//! Notes of what has to be done should this process never come to do it. Whoever wrote one holds its lock while it lives:
//! a note that nobody holds was left.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use smokestack_core::Wishes;

use super::folder::Folder;
use super::lock::{Held, Holder, LockFile};
use super::{StoreError, whole};

/// What a note's name ends with.
const EXTENSION: &str = "note";

/// A folder of notes; without one nothing outlives the process.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    folder: Option<Folder>,
}

/// A note that is held: nobody else does what it says.
#[derive(Debug)]
pub(crate) struct Note {
    path: PathBuf,
    _held: Held,
}

impl Notes {
    /// The notes below the folder that the wishes name. They are kept until somebody has done what they say.
    pub(crate) fn of(wishes: &Wishes) -> Notes {
        Notes { folder: wishes.state.as_ref().map(|state| Folder::lasting(state.join("clean-ups"))) }
    }

    /// Writes a note under a name that no other has; none where nothing outlives the process.
    pub(crate) fn write(
        &self,
        name: &str,
        holder: &Holder,
        note: &impl Serialize,
    ) -> Result<Option<Note>, StoreError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.file(&format!("{name}.{EXTENSION}"))?;
        let held = LockFile::beside(&path).try_take(holder)?;
        let held = held.map_err(|_| StoreError::new(&path, "is held by somebody else"))?;
        whole::write(&path, note)?;
        Ok(Some(Note { path, _held: held }))
    }

    /// The notes that nobody holds, in the order in which they were written, each held from here on; and what is odd about
    /// others.
    pub(crate) fn left<T: DeserializeOwned>(&self) -> (Vec<(Note, T)>, Vec<StoreError>) {
        let (mut left, mut odd) = (Vec::new(), Vec::new());
        for path in self.paths() {
            match take::<T>(path) {
                Ok(note) => left.extend(note),
                Err(why) => odd.push(why),
            }
        }
        (left, odd)
    }

    /// By age: names say nothing of it.
    fn paths(&self) -> Vec<PathBuf> {
        let Some(entries) = self.folder.as_ref().and_then(|folder| fs::read_dir(folder.path()).ok()) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == EXTENSION))
            .map(|entry| (entry.metadata().and_then(|found| found.modified()).ok(), entry.path()))
            .collect();
        paths.sort();
        paths.into_iter().map(|(_, path)| path).collect()
    }
}

impl Note {
    /// It was done: nobody needs to know.
    pub(crate) fn done(self) {
        // The lock goes last: whoever takes it then finds no note.
        let _ = fs::remove_file(&self.path);
        let lock = LockFile::beside(&self.path);
        drop(self);
        lock.remove();
    }
}

/// Takes a note that nobody holds.
fn take<T: DeserializeOwned>(path: PathBuf) -> Result<Option<(Note, T)>, StoreError> {
    let holder = Holder::new("what was left");
    let Ok(held) = LockFile::beside(&path).try_take(&holder)? else { return Ok(None) };
    // Its writer may have done it since the folder was read.
    let note = whole::read(&path)?;
    Ok(note.map(|note| (Note { path, _held: held }, note)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(folder: &tempfile::TempDir) -> Notes {
        Notes::of(&Wishes { state: Some(folder.path().to_owned()), ..Wishes::default() })
    }

    fn left(notes: &Notes) -> Vec<String> {
        notes.left::<String>().0.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_note_that_somebody_holds_is_not_left_and_one_that_was_done_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let notes = notes(&folder);
        let holder = Holder::new("s::a");
        let note = notes.write("a", &holder, &"the record").unwrap().unwrap();
        assert!(left(&notes).is_empty());
        // As the system does for a process that was killed.
        drop(note);
        assert_eq!(left(&notes), ["the record"]);
        let (mut found, _) = notes.left::<String>();
        found.pop().unwrap().0.done();
        assert!(left(&notes).is_empty());
        assert_eq!(fs::read_dir(folder.path().join("clean-ups")).unwrap().count(), 0);
    }

    #[test]
    fn a_note_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let notes = notes(&folder);
        let _note = notes.write("a", &Holder::new("s::a"), &"x").unwrap();
        let told = notes.write("a", &Holder::new("s::b"), &"x").unwrap_err().to_string();
        assert!(told.ends_with("a.note` is held by somebody else"), "{told}");
    }

    #[test]
    fn a_note_that_was_cut_short_is_said_and_keeps_no_other_from_being_found() {
        let folder = tempfile::tempdir().unwrap();
        let notes = notes(&folder);
        drop(notes.write("a", &Holder::new("s::a"), &"x").unwrap());
        drop(notes.write("b", &Holder::new("s::b"), &"y").unwrap());
        fs::write(folder.path().join("clean-ups/a.note"), "smokestack").unwrap();
        let (found, odd) = notes.left::<String>();
        assert_eq!((found.len(), odd.len()), (1, 1));
        assert!(odd[0].to_string().ends_with("a.note` is damaged: it is not what was written"));
    }

    #[test]
    fn where_nothing_outlives_the_process_nothing_is_written_and_nothing_left() {
        let notes = Notes::default();
        assert!(notes.write("a", &Holder::new("s::a"), &"x").unwrap().is_none());
        assert!(left(&notes).is_empty());
    }
}
