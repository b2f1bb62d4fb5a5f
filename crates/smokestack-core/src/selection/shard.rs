//! One of several machines that share a run: which cases are its own.

use std::fmt;

use crate::name_hash;

/// The share of one machine, `2/4`. A case's share follows from its name alone, so that a case that is added moves no other.
///
/// ```
/// use smokestack_core::Shard;
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!(shard.to_string(), "2/4");
/// let all: Vec<Shard> = (1..=4).filter_map(|index| Shard::new(index, 4)).collect();
/// assert_eq!(all.iter().filter(|shard| shard.has("session::invoices::page")).count(), 1);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// The share number `index` (from 1) of `count`; none where there is no such share.
    pub fn new(index: usize, count: usize) -> Option<Shard> {
        (1..=count).contains(&index).then_some(Shard { index, count })
    }

    /// Whether a case of this full name is this machine's.
    pub fn has(self, full_name: &str) -> bool {
        let share = name_hash(0, full_name) % u64::try_from(self.count).unwrap_or(u64::MAX);
        usize::try_from(share).is_ok_and(|share| share + 1 == self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let shard = text
            .split_once('/')
            .and_then(|(index, count)| Shard::new(index.trim().parse().ok()?, count.trim().parse().ok()?));
        shard.ok_or_else(|| "write a shard as `2/4`: the second of four".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("pages::work-orders::page_{number}")).collect()
    }

    #[test]
    fn every_case_belongs_to_one_shard_and_shares_are_alike() {
        for count in 1..=8 {
            let shards: Vec<Shard> = (1..=count).map(|index| Shard::new(index, count).unwrap()).collect();
            let mut sizes = vec![0; count];
            for name in names(2000) {
                let owners: Vec<usize> = (0..count).filter(|index| shards[*index].has(&name)).collect();
                assert_eq!(owners.len(), 1, "{name}");
                sizes[owners[0]] += 1;
            }
            let fair = 2000 / count;
            assert!(sizes.iter().all(|size| *size > fair * 8 / 10), "{count}: {sizes:?}");
        }
    }

    #[test]
    fn the_share_of_a_name_is_the_same_for_ever() {
        let share = |name: &str| (1..=4).find(|index| Shard::new(*index, 4).unwrap().has(name)).unwrap();
        assert_eq!(["login::alice", "session::portal::page", "pages::invoices::list"].map(share), [2, 1, 4]);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["", "1", "0/4", "5/4", "1/0", "a/b", "-1/4"] {
            assert_eq!(text.parse::<Shard>().unwrap_err(), "write a shard as `2/4`: the second of four");
        }
        assert_eq!(" 1 / 2 ".trim().parse::<Shard>(), Ok(Shard::new(1, 2).unwrap()));
    }
}
