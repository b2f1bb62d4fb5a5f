//! What is known of a session that many cases use: when the issuer was last seen to accept it, and who was refused since.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a session is taken for good that nobody has seen to be good.
const UNPROVED: Duration = Duration::from_secs(30);

/// Goes with every fork of one login's session.
#[derive(Debug, Default)]
pub(crate) struct Proof(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// When the request was sent that showed it last; nobody knows it of a session that comes from elsewhere.
    good: Option<Instant>,
    /// Whether the issuer itself, asked for a page, ever accepted it.
    by_issuer: bool,
    /// The cases that were refused, and when they were told.
    refused: Vec<(Instant, String)>,
    /// When the issuer gave no answer that tells.
    unanswered: Option<Instant>,
    /// The issuer refuses whoever comes, also straight after a login: it is of no use to ask it.
    is_mute: bool,
}

impl Proof {
    /// Of a session that somebody saw to be good, with these words of the issuer before.
    pub(super) fn since(good: Instant, by_issuer: bool) -> Proof {
        Proof(Mutex::new(Seen { good: Some(good), by_issuer, ..Seen::default() }))
    }

    /// The issuer accepted it when it was asked at this time. Whoever was refused before that has their own fault to tell.
    pub(crate) fn accepted(&self, asked: Instant) {
        let mut seen = self.lock();
        seen.good = seen.good.max(Some(asked));
        seen.by_issuer = true;
        seen.refused.retain(|(at, _)| *at > asked);
    }

    /// A case was refused.
    pub(crate) fn refused(&self, case: &str, told: Instant) {
        let mut seen = self.lock();
        let known = seen.refused.iter().any(|(_, known)| known == case);
        if seen.good.is_none_or(|good| told > good) && !known {
            seen.refused.push((told, case.to_owned()));
        }
    }

    /// The issuer was asked and gave no answer that tells.
    pub(super) fn unanswered(&self, asked: Instant) {
        self.lock().unanswered = Some(asked);
    }

    /// The issuer refuses everybody.
    pub(super) fn give_up(&self) {
        self.lock().is_mute = true;
    }

    /// Whether the issuer has to be asked before the next case goes on with it.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let seen = self.lock();
        let long_ago =
            |at: Option<Instant>| at.is_none_or(|at| now.saturating_duration_since(at) >= UNPROVED);
        !seen.is_mute && long_ago(seen.unanswered) && (long_ago(seen.good) || !seen.refused.is_empty())
    }

    /// The cases that were refused since the session was last seen to be good.
    pub(crate) fn refused_since(&self) -> Vec<String> {
        self.lock().refused.iter().map(|(_, case)| case.clone()).collect()
    }

    /// Whether the issuer itself was ever seen to accept it.
    pub(super) fn by_issuer(&self) -> bool {
        self.lock().by_issuer
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment, in seconds after the login.
    struct Clock(Instant);

    impl Clock {
        fn at(&self, second: u64) -> Instant {
            self.0 + Duration::from_secs(second)
        }
    }

    fn made() -> (Clock, Proof) {
        let clock = Clock(Instant::now());
        let proof = Proof::since(clock.at(0), false);
        (clock, proof)
    }

    #[test]
    fn a_session_is_asked_about_once_nobody_has_seen_it_for_a_while() {
        let (clock, proof) = made();
        assert!(!proof.is_due(clock.at(29)));
        assert!(proof.is_due(clock.at(30)));
        proof.accepted(clock.at(20));
        assert!(!proof.is_due(clock.at(49)) && proof.is_due(clock.at(50)));
        proof.accepted(clock.at(10));
        assert!(!proof.is_due(clock.at(49)), "an older answer takes nothing away");
    }

    #[test]
    fn a_session_is_asked_about_once_somebody_was_refused() {
        let (clock, proof) = made();
        proof.refused("s::a", clock.at(3));
        assert!(proof.is_due(clock.at(3)));
        assert_eq!(proof.refused_since(), ["s::a"]);
    }

    #[test]
    fn what_the_issuer_said_before_the_refusal_proves_nothing() {
        let (clock, proof) = made();
        proof.refused("s::a", clock.at(3));
        proof.accepted(clock.at(2));
        assert!(proof.is_due(clock.at(3)));
        proof.accepted(clock.at(4));
        assert!(!proof.is_due(clock.at(4)) && proof.refused_since().is_empty());
    }

    #[test]
    fn a_refusal_that_is_told_late_does_not_outweigh_a_later_answer() {
        let (clock, proof) = made();
        proof.accepted(clock.at(4));
        proof.refused("s::a", clock.at(3));
        assert!(!proof.is_due(clock.at(5)));
    }

    #[test]
    fn a_case_that_is_refused_many_times_is_named_once() {
        let (clock, proof) = made();
        for (second, case) in [(1, "s::a"), (2, "s::a"), (3, "s::b")] {
            proof.refused(case, clock.at(second));
        }
        assert_eq!(proof.refused_since(), ["s::a", "s::b"]);
    }

    #[test]
    fn of_a_session_from_elsewhere_nothing_is_known() {
        let clock = Clock(Instant::now());
        assert!(Proof::default().is_due(clock.at(0)));
        assert!(!Proof::default().by_issuer());
    }

    #[test]
    fn an_issuer_that_gives_no_answer_is_not_waited_for_by_every_case() {
        let (clock, proof) = made();
        proof.refused("s::a", clock.at(1));
        proof.unanswered(clock.at(2));
        assert!(!proof.is_due(clock.at(31)) && proof.is_due(clock.at(32)));
    }

    #[test]
    fn an_issuer_that_refuses_everybody_is_not_asked_again() {
        let (clock, proof) = made();
        proof.refused("s::a", clock.at(1));
        proof.give_up();
        assert!(!proof.is_due(clock.at(99)));
    }
}
