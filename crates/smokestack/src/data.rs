//! Made-up data that a printed seed gives back.

use rand::SeedableRng;
use rand::rngs::StdRng;

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

#[cfg(test)]
mod tests {
    use fake::{Fake, faker::lorem::en::Sentence};

    use super::*;

    fn sentence(seed: u64, case: &str) -> String {
        Sentence(3..6).fake_with_rng(&mut source(seed, case))
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
