//! What is said of a text that is not the accepted one.

use std::io;
use std::path::Path;

use smokestack_core::{Blame, Class, FailedCheck};

use super::file::{File, Left};

/// With the tool, which looks below a cargo workspace alone, or by hand.
const ACCEPT: &str = "with `cargo insta review`, or take the `.new` off its name with `mv`";

/// What a failed check is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'s> {
    /// ``session contract``, ``snapshot `orders` ``.
    pub(crate) name: &'s str,
    /// What is to blame if it changed.
    pub(crate) class: Class,
}

impl Subject<'_> {
    /// The platform does not say what was accepted.
    pub(crate) fn changed(
        self,
        what: impl Into<String>,
        found: String,
        diff: Vec<String>,
        file: &File,
        left: &Left,
    ) -> FailedCheck {
        let check = FailedCheck::new(Blame::Wrong, self.class, what);
        let check = FailedCheck { found: Some(found), diff, ..check };
        let check = check.note(format!("accepted: {}", file.told()));
        let when = "if the release is meant to change it,";
        check.help(match left {
            Left::Nothing if !file.has_folder() => {
                format!("{when} accept it where the suites are built: nothing is written here")
            }
            Left::Pending(_) | Left::Accepted => format!("{when} accept it {ACCEPT}"),
            Left::Nothing => format!("{when} run it where `CI` is not set, and accept it {ACCEPT}"),
        })
    }

    /// Nobody has said what it should be: that is not the platform's fault.
    pub(crate) fn missing(self, file: &File, left: &Left) -> FailedCheck {
        let what = format!("no {} has been accepted so far", self.name);
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
        match left {
            Left::Pending(pending) => check
                .note(format!("what was found: {}", pending.display()))
                .help(format!("look at it and accept it {ACCEPT}")),
            Left::Nothing if !file.has_folder() => check
                .note(format!("there is no {} in this binary", file.path.display()))
                .help("accept it where the suites are built, and build them with it: `Suites::snapshots`"),
            Left::Nothing | Left::Accepted => check
                .note(format!("it should be {}", file.path.display()))
                .help(format!("run it where `CI` is not set, accept it {ACCEPT}, and commit the file")),
        }
    }

    /// Its file cannot be read or written.
    pub(crate) fn trouble(self, done: &str, path: &Path, error: &io::Error) -> Box<FailedCheck> {
        let what = format!("the {} cannot be {done}: `{}`", self.name, path.display());
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
        Box::new(FailedCheck { found: Some(error.to_string()), ..check })
    }
}

/// Nobody knows where snapshots are kept.
pub(crate) fn no_folder() -> Box<FailedCheck> {
    let what = "there is no folder for snapshots: the platform file is built in";
    let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
    Box::new(check.help("name one with `--snapshots DIR` or `SMOKESTACK_SNAPSHOTS`"))
}
