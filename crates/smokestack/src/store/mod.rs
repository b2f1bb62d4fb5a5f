//! What the processes of a run share and what outlives them: files below the target folder, for their owner alone.
//!
//! A target that lives and dies with this process, and a run without a target folder, keep everything in memory.

mod account;
mod budget;
mod folder;
mod lease;
mod lock;
mod notes;
mod whole;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smokestack_core::Wishes;

pub(crate) use account::AccountState;
pub(crate) use budget::UsedUp;
use folder::Folder;
pub(crate) use folder::{KEPT, file_name, fingerprint};
pub(crate) use lease::{Busy, Desk, Leased, Wanted};
pub(crate) use lock::{Holder, LockFile};
pub(crate) use notes::{Note, Notes};

/// How long a file that is changed in an instant may be locked by somebody else.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a run keeps what it shares with other processes.
#[derive(Debug, Default)]
pub(crate) struct Store {
    folder: Option<Folder>,
    memory: Mutex<HashMap<String, Value>>,
    troubles: Mutex<Vec<String>>,
}

/// A file that is held: nobody else reads or writes it.
pub(crate) struct Drawer {
    path: std::path::PathBuf,
    _held: lock::Held,
}

impl Drawer {
    /// What is in it; none if nothing is.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        whole::read(&self.path)
    }

    /// Puts something else in.
    pub(crate) fn write(&self, value: &impl Serialize) -> Result<(), StoreError> {
        whole::write(&self.path, value)
    }
}

/// The store cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` {why}")]
pub(crate) struct StoreError {
    path: String,
    why: String,
}

impl StoreError {
    fn new(path: &std::path::Path, why: impl Into<String>) -> StoreError {
        StoreError { path: path.display().to_string(), why: why.into() }
    }

    fn io(path: &std::path::Path, doing: &str, error: &std::io::Error) -> StoreError {
        StoreError::new(path, format!("cannot be {doing}: {error}"))
    }
}

impl Store {
    /// The store below the folder that the wishes name.
    pub(crate) fn of(wishes: &Wishes) -> Store {
        let folder = wishes.state.as_ref().map(|state| Folder::new(state.join("sessions")));
        Store { folder, ..Store::default() }
    }

    /// The lock of this name that all processes see; none where nothing outlives the process.
    pub(crate) fn lock(&self, name: &str) -> Result<Option<LockFile>, StoreError> {
        let folder = self.folder.as_ref();
        folder.map(|folder| Ok(LockFile::beside(&folder.file(name)?))).transpose()
    }

    /// Holds a file, or says who has held it all the time; none where nothing outlives the process.
    pub(crate) async fn hold(
        &self,
        name: &str,
        holder: &Holder,
        limit: Duration,
        waiting: impl FnOnce(Option<&Holder>),
    ) -> Result<Option<Result<Drawer, Option<Holder>>>, StoreError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.file(name)?;
        let taken = LockFile::beside(&path).take(holder, limit, waiting).await?;
        Ok(Some(taken.map(|held| Drawer { path, _held: held })))
    }

    /// What is in a file, whoever holds it: files are there whole or not at all.
    pub(crate) fn look<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        whole::read(&folder.file(name)?)
    }

    /// Puts something into a file that nobody reads to change it: whoever comes last is right.
    pub(crate) fn put(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        whole::write(&folder.file(name)?, value)
    }

    /// Changes a value that all processes share, one at a time. What cannot be shared is kept in memory, and said in
    /// [`Store::troubles`].
    pub(crate) async fn change<T, R>(&self, name: &str, holder: Holder, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: Serialize + DeserializeOwned + Default,
    {
        let locked = match &self.folder {
            Some(folder) => self.locked(folder, name, holder).await,
            None => None,
        };
        let Some((path, _held)) = locked else { return self.change_in_memory(name, change) };
        let mut value = match whole::read(&path) {
            Ok(value) => value.unwrap_or_default(),
            Err(why) => {
                self.note(why.to_string());
                T::default()
            }
        };
        let result = change(&mut value);
        if let Err(why) = whole::write(&path, &value) {
            self.note(why.to_string());
        }
        result
    }

    /// What could not be shared or kept, each said once.
    #[cfg_attr(not(test), expect(dead_code, reason = "asked once sessions outlive a process"))]
    pub(crate) fn troubles(&self) -> Vec<String> {
        std::mem::take(&mut *self.troubles.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn locked(
        &self,
        folder: &Folder,
        name: &str,
        holder: Holder,
    ) -> Option<(std::path::PathBuf, lock::Held)> {
        let opened = folder.file(name).map(|path| (LockFile::beside(&path), path));
        let taken = match opened {
            Ok((lock, path)) => lock.take(&holder, PATIENCE, |_| {}).await.map(|held| (path, held)),
            Err(error) => Err(error),
        };
        match taken {
            Ok((path, Ok(held))) => Some((path, held)),
            Ok((path, Err(holder))) => {
                let by = holder.map_or("another process".to_owned(), |holder| holder.to_string());
                self.note(format!("`{}` is locked by {by}", path.display()));
                None
            }
            Err(error) => {
                self.note(error.to_string());
                None
            }
        }
    }

    fn change_in_memory<T, R>(&self, name: &str, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: Serialize + DeserializeOwned + Default,
    {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let known = memory.get(name).cloned();
        let mut value = known.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        let result = change(&mut value);
        if let Ok(value) = serde_json::to_value(&value) {
            memory.insert(name.to_owned(), value);
        }
        result
    }

    fn note(&self, trouble: String) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if !troubles.contains(&trouble) {
            troubles.push(trouble);
        }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
