//! What happens in a run. Events are the only link between running and reporting.

use serde::{Deserialize, Serialize};

use crate::{CaseRecord, Fact, RunInfo, Signal};

/// Something that happened. Carries nothing of how a report is configured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The target is ready; cases follow.
    RunStarted(RunInfo),
    /// A case began.
    CaseStarted {
        /// Its full name.
        case: String,
        /// When, milliseconds since 1970 UTC.
        started_unix_ms: i64,
    },
    /// A case came to its end, whatever that was.
    CaseFinished(Box<CaseRecord>),
    /// A signal came: no further case starts.
    Interrupted {
        /// Which.
        signal: Signal,
    },
    /// The run could not be carried out as it should.
    Trouble {
        /// What happened.
        what: String,
    },
    /// All cases came to their ends.
    CasesFinished,
    /// Something was learned after the cases.
    EvidenceFound(Fact),
    /// Everything is over.
    RunFinished {
        /// Milliseconds since the run started.
        took_ms: f64,
    },
}
