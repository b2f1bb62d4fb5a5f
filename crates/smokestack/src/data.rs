//! Made-up data that a printed seed gives back.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::Cx;

/// The random source of a case: the run's seed and the case's name decide it, so that a case gets the same data
/// whatever else runs beside it.
pub(crate) fn source(seed: u64, case: &str) -> StdRng {
    StdRng::seed_from_u64(seed ^ fnv1a(case))
}

/// FNV-1a, because the standard library's hash may change between releases and a seed must replay.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Cx {
    /// A text that nothing else has, in this run or any other, and that tells whose it is: `lamp smoke-t4xk2f3ab1`. By it
    /// a case knows again what it made, and people know it for a smoke test's.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let title = cx.unique("lamp");
    /// assert!(title.starts_with("lamp smoke-"));
    /// # cx.done() }
    /// ```
    pub fn unique(&self, what: &str) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        // Processes of one run begin in the same second, and one process asks more than once.
        let (run, count) = (&self.scope.run, COUNT.fetch_add(1, Ordering::Relaxed));
        let apart = fnv1a(&format!("{} {} {count}", self.scope.case, std::process::id())) % 36_u64.pow(4);
        let seconds = u64::try_from(run.began_at / 1000).unwrap_or_default();
        format!("{what} smoke-{}{:0>4}", base36(seconds), base36(apart))
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit((number % 36) as u32, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use fake::{Fake, faker::lorem::en::Sentence};

    use super::*;

    fn sentence(seed: u64, case: &str) -> String {
        Sentence(3..6).fake_with_rng(&mut source(seed, case))
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0, 35, 36, 1_795_000_000].map(base36), ["0", "z", "10", "top2v4"]);
    }

    #[test]
    fn a_seed_replays() {
        assert_eq!(sentence(7, "session::page"), sentence(7, "session::page"));
    }

    #[test]
    fn another_seed_or_another_case_gives_other_data() {
        assert_ne!(sentence(7, "session::page"), sentence(8, "session::page"));
        assert_ne!(sentence(7, "session::page"), sentence(7, "session::form"));
    }
}
