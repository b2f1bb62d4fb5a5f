//! Which texts a run compared by which name: two texts of one name would take turns in one file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::scope::Scope;

/// The texts that a run compared, by their files.
#[derive(Default)]
pub(super) struct Seen {
    texts: Mutex<BTreeMap<PathBuf, First>>,
}

/// The first that came with a name.
struct First {
    text: String,
    case: String,
    /// Which attempt at the case.
    attempt: Weak<Scope>,
}

/// Another text that goes by the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) text: String,
    /// The case that came with it first.
    pub(super) case: String,
}

impl Seen {
    /// Takes note of a text; the error is the other one of this name. A case that is tried again may find another text.
    pub(super) fn note(&self, file: &Path, text: &str, scope: &Arc<Scope>) -> Result<(), Other> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = Arc::downgrade(scope);
        match texts.get(file) {
            Some(first) if first.text == text => Ok(()),
            Some(first) if first.case != scope.case || first.attempt.ptr_eq(&attempt) => {
                Err(Other { text: first.text.clone(), case: first.case.clone() })
            }
            _ => {
                let first = First { text: text.to_owned(), case: scope.case.clone(), attempt };
                texts.insert(file.to_owned(), first);
                Ok(())
            }
        }
    }
}
