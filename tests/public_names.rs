//! The names that suites may use, so that the public face grows only by decision.

/// The lines of a crate's root that make a name public.
fn public(root: &str) -> String {
    let lines = root
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("pub ") || line.starts_with("macro_rules!"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_the_dsl() {
    insta::assert_snapshot!(public(include_str!("../crates/smokestack/src/lib.rs")), @r"
        pub use carried::{CarriedError, PrimeError, Primed};
        pub use clean_up::{CleanUp, OnExit, SweepError, Sweeping, Swept};
        pub use component::Component;
        pub use cookies::Explanation;
        pub use cx::Cx;
        pub use demo::Demo;
        pub use fake;
        pub use given::Given;
        pub use health::Health;
        pub use login::{LoginWay, Visitor};
        pub use page::form::Form;
        pub use page::{Chain, ConnectTime, Count, Each, EachJson, Found, Header, Hops, Hsts, Images, Json};
        pub use page::{JsonValues, Judged, Link, Links, Page, Percentile, Repeats, Row, Shape, Status};
        pub use page::{Security, Table, Text, Texts, Took};
        pub use program::Suites;
        pub use resources::{FollowedLinks, Resources};
        pub use session::{Every, Lease, Pending, RoundTrip, Sample, Session, Tries, Written, every};
        pub use smokestack_core::Probe;
        pub use snapshot::Snapshot;
        pub use stop::{Checked, Stop};
        pub use suite::{Case, Suite, ms, secs};
        pub use transport::{Certificate, DaysLeft, Transport};
        pub use twin::{Allowance, Difference, Twin, TwinError, TwinSide};
        pub mod prelude {
        pub use crate::{Case, Checked, Cx, Form, Page, Probe, Session, Stop, Suite, case, every, ms, secs};
        pub mod __private {
        pub use crate::suite::new_case;
        pub mod fuzzed {
        pub use crate::cookies::fuzzed::set_cookies;
        macro_rules! case {
    ");
}

#[test]
fn of_the_runner() {
    insta::assert_snapshot!(public(include_str!("../crates/smokestack-runner/src/lib.rs")), @r"
        pub use journals::{JournalsError, newest as newest_reports, records_at};
        pub use refusal::text as refusal_text;
        pub use report_file::write as write_report;
        pub use run::main;
        pub use world::state_folder;
    ");
}

#[test]
fn of_the_core() {
    insta::assert_snapshot!(public(include_str!("../crates/smokestack-core/src/lib.rs")), @r"
        pub mod diagnosis;
        pub mod retry;
        pub use baseline::{Baseline, Change};
        pub use blame::Blame;
        pub use case::{Body, BoxFuture, Case, Cell, Ending, Probe};
        pub use case_info::CaseInfo;
        pub use check::{Class, FailedCheck};
        pub use diagnosis::{Certainty, Finding};
        pub use event::Event;
        pub use exchange::{CookieAction, CookieNote, Exchange, Hop, NoAnswer, Stage, Timing};
        pub use exit::Exit;
        pub use fact::{Fact, SessionCookie};
        pub use log::{CaseLog, CaseNotes, Held, Phase};
        pub use mistake::{Mistake, Refusal, Span};
        pub use name_hash::name_hash;
        pub use outcome::{Attempt, Outcome};
        pub use place::Place;
        pub use plan::{Limits, Plan, duplicate_names};
        pub use policy::{ADVISORY, Policy};
        pub use program::{LiveTarget, Program, Trouble, Wishes};
        pub use record::{CaseRecord, ComponentInfo, Record, RunInfo};
        pub use redact::{Redactor, SHORTEST_SECRET};
        pub use selection::{Expression, ExpressionError, Selection, Shard};
        pub use session_table::{CellState, InstanceRow, SessionTable};
        pub use verdict::{ExitCode, Signal, Verdict};
    ");
}

#[test]
fn of_the_reports() {
    insta::assert_snapshot!(public(include_str!("../crates/smokestack-report/src/lib.rs")), @r"
        pub mod journal;
        pub mod page_text;
        pub mod summary;
        pub mod text;
        pub use format::{Format, RenderError};
        pub use merge::{MergeError, merge};
        pub use paint::{BAD, GOOD, Paint, UNSURE};
    ");
}
