//! A line of a suite's source.

use std::fmt;
use std::panic::Location;

use serde::{Deserialize, Serialize};

/// A line of a suite's source, as the compiler names it: the path is relative to where cargo ran the compiler,
/// which for a workspace member is the workspace root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Path of the source file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    /// The place of the code that called a `#[track_caller]` function.
    ///
    /// ```
    /// let here = smokestack_core::Place::caller();
    /// assert!(here.line > 0);
    /// ```
    #[track_caller]
    pub fn caller() -> Place {
        Location::caller().into()
    }
}

impl From<&Location<'_>> for Place {
    fn from(location: &Location<'_>) -> Place {
        Place { file: location.file().to_owned(), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
