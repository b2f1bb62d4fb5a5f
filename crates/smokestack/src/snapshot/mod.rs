//! Texts that somebody accepted, and what is compared with them. They are kept in files of insta's format, so that
//! `cargo insta review` shows and accepts what is new; insta's assertions would panic and print, and are not used.

mod address;
mod diff;
mod file;
mod judge;
mod name;
#[cfg(test)]
mod properties;
pub(crate) mod rules;
mod seen;
mod text;
mod told;
mod update;

use std::path::{Path, PathBuf};

pub(crate) use diff::diff;
pub(crate) use file::{File, Head, Left};
pub(crate) use name::slug;
use rules::Rules;
use seen::Seen;
pub use text::Snapshot;
pub(crate) use text::{Built, same_in_every_run};
pub(crate) use told::{Subject as Told, no_folder};
pub(crate) use update::{Update, is_forced, mistakes};

/// What a run knows of snapshots.
pub(crate) struct Snapshots {
    /// Where they are kept; absent where nobody said so.
    folder: Option<PathBuf>,
    /// What makes volatile parts of a text the same in every run.
    pub(crate) rules: Rules,
    seen: Seen,
}

impl Snapshots {
    pub(crate) fn new(folder: Option<PathBuf>, rules: Rules) -> Snapshots {
        Snapshots { folder, rules, seen: Seen::default() }
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
}
