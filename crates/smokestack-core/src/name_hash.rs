//! A number that follows from a name and a seed and from nothing else.

/// The same on every machine and in every version, so that shards and seeded orders can rely on it. FNV-1a, with its bits stirred
/// at the end: its low bits follow the low bits of the text, and a remainder would too.
///
/// ```
/// use smokestack_core::name_hash;
/// assert_eq!(name_hash(7, "login::alice"), name_hash(7, "login::alice"));
/// assert_ne!(name_hash(7, "login::alice"), name_hash(8, "login::alice"));
/// ```
pub fn name_hash(seed: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}
