//! Locks that processes hold against each other. The system takes them back from a process that ends, however it ends.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::{StoreError, now_ms};

/// A file that is locked and says who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LockFile {
    path: PathBuf,
}

/// The lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    file: File,
}

/// Who has a lock, for those who wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) process: u32,
    /// The case that needs it.
    pub(crate) case: String,
    /// Milliseconds since 1970.
    pub(crate) since: i64,
}

impl Holder {
    /// This process, for a case.
    pub(crate) fn new(case: &str) -> Holder {
        Holder { process: std::process::id(), case: case.to_owned(), since: now_ms() }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = (now_ms() - self.since).max(0) / 1000;
        write!(f, "process {} for `{}` since {seconds} s", self.process, self.case)
    }
}

impl LockFile {
    /// What such a file's name ends with.
    pub(super) const EXTENSION: &'static str = "lock";

    /// The lock at this path.
    pub(crate) fn at(path: PathBuf) -> LockFile {
        LockFile { path }
    }

    /// The lock that stands beside a file and is meant for it.
    pub(super) fn beside(path: &Path) -> LockFile {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(LockFile::EXTENSION);
        LockFile { path: name.into() }
    }

    /// Takes the lock, or says who has it where that can be read.
    pub(crate) fn try_take(&self, holder: &Holder) -> Result<Result<Held, Option<Holder>>, StoreError> {
        loop {
            let mut file = self.open()?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Err(read(&mut file))),
                Err(TryLockError::Error(error)) => return Err(self.not_locked(error)),
            }
            if let Some(mut held) = self.held(file)? {
                held.say(holder);
                return Ok(Ok(held));
            }
        }
    }

    /// Waits for the lock, no longer than this. `waiting` hears once who has it.
    pub(crate) async fn take(
        &self,
        holder: &Holder,
        limit: Duration,
        waiting: impl FnOnce(Option<&Holder>),
    ) -> Result<Result<Held, Option<Holder>>, StoreError> {
        let other = match self.try_take(holder)? {
            Ok(held) => return Ok(Ok(held)),
            Err(other) => other,
        };
        waiting(other.as_ref());
        let (tell, told) = oneshot::channel();
        self.wait(move |taken| {
            // Where nobody waits any more the lock is given back here.
            let _ = tell.send(taken);
        })?;
        match tokio::time::timeout(limit, told).await {
            Ok(Ok(taken)) => {
                let mut held = taken?;
                held.say(holder);
                Ok(Ok(held))
            }
            _ => Ok(Err(self.holder())),
        }
    }

    /// Waits for the lock on a thread of its own, and hands it over there; nobody is said to have it so far. The system
    /// calls no such thread back, so it waits on when nobody else does; no process stays for it.
    pub(super) fn wait(
        &self,
        then: impl FnOnce(Result<Held, StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        let lock = self.clone();
        let thread = thread::Builder::new().name("lock".to_owned());
        let started = thread.spawn(move || then(lock.take_in_time()));
        started.map(drop).map_err(|error| StoreError::io(&self.path, "waited for", &error))
    }

    /// Who has the lock, where that can be read.
    pub(super) fn holder(&self) -> Option<Holder> {
        read(&mut File::open(&self.path).ok()?)
    }

    fn take_in_time(&self) -> Result<Held, StoreError> {
        loop {
            let file = self.open()?;
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                locked => locked.map_err(|error| self.not_locked(error))?,
            }
            if let Some(held) = self.held(file)? {
                // Left by one that was killed.
                let _ = held.file.set_len(0);
                return Ok(held);
            }
        }
    }

    fn open(&self) -> Result<File, StoreError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        // What is written into it must not go where a link of somebody else leads, and a pipe would be waited for.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = options.custom_flags(flags.bits().cast_signed()).open(&self.path);
        let file = file.map_err(|error| self.not_locked(error))?;
        match file.metadata() {
            Ok(found) if found.is_file() => Ok(file),
            Ok(_) => Err(self.not_locked(io::Error::other("it is no file"))),
            Err(error) => Err(self.not_locked(error)),
        }
    }

    /// A lock on a file that was swept away meanwhile keeps nobody out.
    fn held(&self, file: File) -> Result<Option<Held>, StoreError> {
        let links = file.metadata().map_err(|error| self.not_locked(error))?.nlink();
        Ok((links > 0).then_some(Held { file }))
    }

    fn not_locked(&self, error: io::Error) -> StoreError {
        StoreError::io(&self.path, "locked", &error)
    }

    /// Takes the file away unless somebody has the lock.
    pub(super) fn remove(&self) {
        let Ok(file) = OpenOptions::new().write(true).open(&self.path) else { return };
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Held {
    /// Says who has it. Others wait as well without knowing.
    pub(super) fn say(&mut self, holder: &Holder) {
        let text = serde_json::to_vec(holder).unwrap_or_default();
        let written = self.file.set_len(0).and_then(|()| self.file.rewind());
        let _ = written.and_then(|()| self.file.write_all(&text));
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The next holder is not to be taken for this one.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn read(file: &mut File) -> Option<Holder> {
    let mut text = Vec::new();
    (&*file).take(4096).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(case: &str) -> Holder {
        Holder::new(case)
    }

    #[test]
    fn a_lock_is_held_by_one_and_says_by_whom() {
        let folder = tempfile::tempdir().unwrap();
        let lock = LockFile::at(folder.path().join("a.lock"));
        let held = lock.try_take(&holder("s::first")).unwrap().unwrap();
        let other = lock.try_take(&holder("s::second")).unwrap().unwrap_err().unwrap();
        assert_eq!(other.to_string(), format!("process {} for `s::first` since 0 s", std::process::id()));
        drop(held);
        assert!(lock.try_take(&holder("s::second")).unwrap().is_ok());
    }

    #[test]
    fn a_lock_whose_holder_cannot_be_read_is_held_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let file = File::create(&path).unwrap();
        file.lock().unwrap();
        fs::write(&path, "{\"proc").unwrap();
        assert_eq!(LockFile::at(path).try_take(&holder("s::a")).unwrap().unwrap_err(), None);
    }

    #[test]
    fn what_is_no_file_is_no_lock_and_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (elsewhere, link) = (folder.path().join("elsewhere"), folder.path().join("a.lock"));
        fs::write(&elsewhere, "somebody's").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        assert!(LockFile::at(link).try_take(&holder("s::a")).is_err());
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "somebody's");
        assert!(LockFile::at(folder.path().to_owned()).try_take(&holder("s::a")).is_err());
    }

    #[test]
    fn a_lock_file_that_is_held_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let lock = LockFile::at(folder.path().join("a.lock"));
        let held = lock.try_take(&holder("s::a")).unwrap().unwrap();
        lock.remove();
        assert!(lock.path.exists());
        drop(held);
        lock.remove();
        assert!(!lock.path.exists());
    }

    #[tokio::test]
    async fn whoever_waits_hears_who_has_it_and_gives_up_at_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let lock = LockFile::at(folder.path().join("a.lock"));
        let held = lock.try_take(&holder("s::first")).unwrap().unwrap();
        let mut told = None;
        let taken = lock.take(&holder("s::second"), Duration::ZERO, |by| told = by.cloned()).await.unwrap();
        assert_eq!(told.map(|by| by.case).as_deref(), Some("s::first"));
        assert!(taken.is_err());
        let waiting =
            tokio::spawn(async move { lock.take(&holder("s::second"), Duration::MAX, |_| {}).await });
        drop(held);
        assert!(waiting.await.unwrap().unwrap().is_ok());
    }
}
