//! The runner seen from outside: exit code, stdout, stderr and reports of a binary whose outcome is known.

#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked `#[test]` as tests")]

mod endings;
mod flags;
mod narrowing;
mod reports;
mod scheduling;
mod specimen;
mod verdicts;
