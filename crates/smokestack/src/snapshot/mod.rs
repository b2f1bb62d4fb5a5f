//! Texts that somebody accepted, and what is compared with them. They are kept in files of insta's format, so that
//! `cargo insta review` shows and accepts what is new; insta's assertions would panic and print, and are not used.

mod address;
mod built_in;
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

use std::path::PathBuf;

pub(crate) use built_in::BuiltIn;
pub(crate) use diff::diff;
pub(crate) use file::{File, Head, Left};
pub(crate) use name::slug;
use rules::Rules;
use seen::Seen;
use smokestack_core::FailedCheck;
pub use text::Snapshot;
pub(crate) use text::{Built, same_in_every_run};
pub(crate) use told::Subject as Told;
pub(crate) use update::{Update, is_forced, mistakes};

/// What a run knows of snapshots.
pub(crate) struct Snapshots {
    /// Where they are kept; absent where nobody said so.
    folder: Option<PathBuf>,
    /// Those that the suite binary has in itself; a file in the folder wins.
    pub(crate) built_in: BuiltIn,
    /// What makes volatile parts of a text the same in every run.
    pub(crate) rules: Rules,
    seen: Seen,
}

impl Snapshots {
    pub(crate) fn new(folder: Option<PathBuf>, rules: Rules) -> Snapshots {
        Snapshots { folder, built_in: BuiltIn::default(), rules, seen: Seen::default() }
    }

    /// The file of a name. A target's own text wins where it has one; with `apart` it gets one as soon as it differs.
    ///
    /// The error says that nobody knows where snapshots are kept.
    pub(crate) fn file(&self, name: &str, target: &str, apart: bool) -> Result<File, Box<FailedCheck>> {
        if self.folder.is_none() && self.built_in.is_empty() {
            return Err(told::no_folder());
        }
        Ok(File::of(self.folder.as_deref(), &self.built_in, name, target, apart))
    }
}
