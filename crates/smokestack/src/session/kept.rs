//! What the processes of a run know of an account's login: a file for each, or a value where this process is the whole run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use smokestack_core::{Ending, Fact, FailedCheck};

use super::State;
use super::proof::Proof;
use crate::cx::Scope;
use crate::run::Run;
use crate::store::{Holder, KEPT, now_ms};

/// All that is known of an account's login.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// The login settings it was made with.
    pub(super) settings: String,
    pub(super) login: Login,
    /// A login of a case's own was refused: no other is tried.
    pub(super) barred: Option<Barred>,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Login {
    SignedIn(Made),
    /// The platform refused it.
    Refused(Told),
    /// Its session was lost, and so was the one made after it.
    Lost(Told),
}

/// A session that was made for many cases, and what belongs to it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Made {
    /// Who signed in.
    pub(super) by: Holder,
    /// When the platform was last seen to accept it, milliseconds since 1970.
    pub(super) good_at: i64,
    /// Whether the issuer itself, asked for a page, ever accepted it.
    pub(super) by_issuer: bool,
    /// Whether one was lost on the server before and this one was made in its place.
    pub(super) renewed: bool,
    /// The issuer refuses whoever asks, also straight after a login.
    pub(super) is_mute: bool,
    pub(super) state: State,
    pub(super) facts: Vec<Fact>,
}

/// What was wrong, and who saw it.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) by: Holder,
    pub(super) checks: Vec<FailedCheck>,
}

/// A refused login of a case's own.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Barred {
    pub(super) by: Holder,
    pub(super) why: String,
}

/// Why there is no session for the cases of a run.
#[derive(Clone)]
pub(super) enum Trouble {
    /// Nobody signs in.
    Refused(Ending),
    /// Whoever signs in is signed out soon after.
    Lost(Ending),
}

impl Trouble {
    pub(super) fn ending(&self) -> &Ending {
        match self {
            Trouble::Refused(ending) | Trouble::Lost(ending) => ending,
        }
    }
}

impl Kept {
    /// Why it may not be used at this time with these login settings.
    pub(super) fn is_unfit(&self, settings: &str, now: i64) -> Option<String> {
        if self.settings != settings {
            return Some("the kept session is of other login settings".to_owned());
        }
        let Login::SignedIn(made) = &self.login else { return None };
        // A few seconds are nobody's fault: clocks are set while they run.
        if made.by.since > now.saturating_add(60_000) {
            return Some(
                "the kept session is from the future: the clock was wrong when it was made".to_owned(),
            );
        }
        let age = between(made.by.since, now);
        (age > KEPT).then(|| {
            let (age, limit) = (ago(age), humantime::format_duration(KEPT));
            format!("the kept session is too old: it was made {age}, and is kept for {limit}")
        })
    }
}

impl Made {
    /// A session that somebody has just signed in to.
    pub(super) fn new(by: Holder, renewed: bool, state: State, facts: Vec<Fact>) -> Made {
        let made = Made { by, good_at: now_ms(), by_issuer: false, renewed, is_mute: false, state, facts };
        made.proven()
    }

    /// The same with a proof that its forks share, as old as what is known of it.
    pub(super) fn proven(mut self) -> Made {
        let good = Instant::now().checked_sub(age(self.good_at));
        let proof = good.map_or_else(Proof::default, |good| Proof::since(good, self.by_issuer));
        if self.is_mute {
            proof.give_up();
        }
        self.state.proof = Some(Arc::new(proof));
        self
    }

    /// The same after the issuer accepted it.
    pub(super) fn accepted(self, state: State, asked: Instant) -> Made {
        if let Some(proof) = &state.proof {
            proof.accepted(asked);
        }
        Made { state, good_at: now_ms(), by_issuer: true, ..self }
    }

    /// `made 4 m ago by process 311`, or for whom where that is this process.
    pub(super) fn origin(&self) -> String {
        if self.by.process == std::process::id() {
            return format!("made for `{}`", self.by.case);
        }
        format!("made {} by process {}", ago(age(self.by.since)), self.by.process)
    }
}

/// What a login depends on, as far as the platform file says it; only good to be compared.
pub(super) fn settings(run: &Run, account: &str) -> String {
    let platform = &run.platform;
    let account = platform.accounts.iter().find(|known| known.name == account);
    crate::store::fingerprint(&format!("{:?} {account:?}", platform.login))
}

/// What is in a session that comes from a file is not shown in this process either.
pub(super) fn learn(run: &Run, account: &str, state: &State) {
    fn texts(value: &serde_json::Value, learn: &dyn Fn(&str)) {
        match value {
            serde_json::Value::String(text) => learn(text),
            serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, learn)),
            serde_json::Value::Object(fields) => fields
                .iter()
                .filter(|(key, value)| *key == "value" || !value.is_string())
                .for_each(|(_, value)| texts(value, learn)),
            _ => {}
        }
    }
    let label = format!("session of `{account}`");
    texts(&serde_json::to_value(&state.jar).unwrap_or_default(), &|text| run.learn_token(text, &label));
    for (_, value) in &state.headers {
        run.learn_token(value, &label);
        run.learn_token(value.split_once(' ').map_or("", |(_, token)| token), &label);
    }
}

/// A check as it may be written to disk.
pub(super) fn redacted(scope: &Scope, check: FailedCheck) -> FailedCheck {
    let clean = |text: String| scope.run.redactor.redact(&text).into_owned();
    FailedCheck {
        what: clean(check.what),
        expected: check.expected.map(clean),
        found: check.found.map(clean),
        notes: check.notes.into_iter().map(clean).collect(),
        help: check.help.map(clean),
        exchange: None,
        ..check
    }
}

/// How long ago this was, milliseconds since 1970.
pub(super) fn age(at: i64) -> Duration {
    between(at, now_ms())
}

fn between(at: i64, now: i64) -> Duration {
    u64::try_from(now.saturating_sub(at)).map_or(Duration::ZERO, Duration::from_millis)
}

pub(super) fn ago(age: Duration) -> String {
    match age.as_secs() {
        0 => format!("{} ms ago", age.as_millis()),
        seconds @ 1..60 => format!("{seconds} s ago"),
        seconds @ 60..3600 => format!("{} m ago", seconds / 60),
        seconds => format!("{} h ago", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn kept(since: i64) -> Kept {
        let by = Holder { process: 311, case: "login::alice".to_owned(), since };
        let login = Login::SignedIn(Made::new(by, false, State::default(), Vec::new()));
        Kept { settings: "form".to_owned(), login, barred: None }
    }

    #[test]
    fn a_session_of_other_login_settings_is_not_used() {
        assert_eq!(
            kept(0).is_unfit("json", 0).as_deref(),
            Some("the kept session is of other login settings")
        );
        assert_eq!(kept(0).is_unfit("form", 0), None);
    }

    #[test]
    fn a_session_that_is_too_old_is_not_used_however_often_it_was_validated() {
        assert_eq!(kept(0).is_unfit("form", 8 * HOUR), None);
        assert_eq!(
            kept(0).is_unfit("form", 9 * HOUR).as_deref(),
            Some("the kept session is too old: it was made 9 h ago, and is kept for 8h")
        );
    }

    #[test]
    fn a_session_from_the_future_is_not_used() {
        assert!(kept(HOUR).is_unfit("form", 0).is_some_and(|why| why.contains("from the future")));
        assert_eq!(kept(1000).is_unfit("form", 0), None, "a clock that was set back by a second");
    }

    #[test]
    fn a_refused_login_stays_refused_for_as_long_as_the_run_lasts() {
        let by = Holder { process: 311, case: "login::alice".to_owned(), since: 0 };
        let login = Login::Refused(Told { by, checks: Vec::new() });
        let kept = Kept { settings: "form".to_owned(), login, barred: None };
        assert_eq!(kept.is_unfit("form", 99 * HOUR), None);
    }

    #[test]
    fn times_are_told_as_people_say_them() {
        let told = |seconds| ago(Duration::from_secs(seconds));
        assert_eq!([told(0), told(59), told(60), told(3600)], ["0 ms ago", "59 s ago", "1 m ago", "1 h ago"]);
    }
}
