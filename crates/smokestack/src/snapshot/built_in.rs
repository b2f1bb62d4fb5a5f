//! Snapshots that a suite binary has in itself, for machines without its sources.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Their texts, by the names of their files.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuiltIn {
    files: BTreeMap<String, Arc<str>>,
}

impl BuiltIn {
    /// A second one of a name replaces the first.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        self.files.insert(name.to_owned(), text.into());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<str>> {
        self.files.get(name).cloned()
    }
}
