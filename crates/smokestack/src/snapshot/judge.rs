//! Compares a text with the one that somebody accepted.

use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::file::{Head, Left};
use super::seen::Other;
use super::told::Subject;
use super::{Update, diff, name, update};
use crate::scope::Scope;

/// The most bytes that are compared.
const LARGEST: usize = 1 << 20;

/// A text, and what it is compared with.
pub(super) struct Comparison<'c> {
    pub(super) scope: &'c Arc<Scope>,
    /// The name of what was accepted.
    pub(super) name: &'c str,
    /// What was looked at: `outline of the page`.
    pub(super) what: &'c str,
    /// What was found, the same from run to run.
    pub(super) text: &'c str,
    /// A target that differs gets a text of its own.
    pub(super) per_target: bool,
    /// The line that asked.
    pub(super) place: &'c Place,
}

impl Comparison<'_> {
    /// Whether the text is what was accepted; the error says what is not. Where insta would, what was found is written.
    pub(super) fn judge(&self) -> Result<(), Box<FailedCheck>> {
        let name = format!("snapshot `{}`", self.name.escape_debug());
        let subject = Subject { name: &name, class: Class::Snapshot };
        if let Err(near) = name::checked(self.name) {
            let what = format!("`{}` is not a name for a snapshot", self.name.escape_debug());
            let check = harness(what).note("small letters, digits, `-` and `_`: it is the name of a file");
            return Err(Box::new(check.help(format!("write it as `{near}`"))));
        }
        if self.text.len() > LARGEST {
            let what = format!("the {} is too large to be compared", self.what);
            let check = FailedCheck { found: Some(format!("{} bytes", self.text.len())), ..harness(what) };
            return Err(Box::new(check.help("compare a part of it: `page.find(\"main\").fragment()`")));
        }
        let run = &self.scope.run;
        let file = run.snapshots.file(self.name, &run.target.name, self.per_target)?;
        let env = run.env();
        file.note_reference(&env);
        let accepted = file.read().map_err(|error| subject.trouble("read", &file.path, &error))?;
        let other = run.snapshots.seen.note(&file.path, self.text, self.scope).err();
        if accepted.as_deref() == Some(self.text) {
            if other.is_none() {
                file.forget_pending();
            }
            return Ok(());
        }
        let update = Update::wanted(&env, accepted.is_some());
        if let Some(other) = &other
            && (accepted.is_none() || update == Update::Accept)
        {
            return Err(Box::new(self.twice(other)));
        }
        // What another case of the run compares by this name is not overwritten.
        let update = if other.is_some() { Update::No } else { update };
        let head = Head::at(self.place, self.what);
        let left = file.leave(update, &head, self.text);
        let left = left.map_err(|error| subject.trouble("written", &file.path, &error))?;
        if left == Left::Accepted || (update::is_forced(&env) && other.is_none()) {
            return Ok(());
        }
        let Some(accepted) = accepted else { return Err(Box::new(subject.missing(&file, &left))) };
        let what = format!("{name}, {}", self.what);
        let found = diff::counted(&accepted, self.text);
        let check = subject.changed(what, found, diff::diff(&accepted, self.text), &file, &left);
        Err(Box::new(match other {
            Some(other) => check
                .note(format!("`{}` compares another text by this name in the same run", other.case))
                .help("if both are right, give one of them another name"),
            None => check,
        }))
    }

    /// Two texts of one name: whichever came last would be accepted.
    fn twice(&self, other: &Other) -> FailedCheck {
        let what = format!("two texts go by the name `{}` in one run", self.name);
        let check = FailedCheck { diff: diff::diff(&other.text, self.text), ..harness(what) };
        let whose = if other.case == self.scope.case {
            "this case too".to_owned()
        } else {
            format!("`{}`", other.case)
        };
        check.note(format!("the other is compared by {whose}")).help("give one of them another name")
    }
}

fn harness(what: String) -> FailedCheck {
    FailedCheck::new(Blame::Harness, Class::Harness, what)
}
