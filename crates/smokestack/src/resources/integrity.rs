//! Subresource integrity (<https://www.w3.org/TR/sri-2/>): whether bytes are those that a page means.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

/// The hashes of one algorithm that an `integrity` attribute names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    algorithm: Hash,
    /// In base64.
    hashes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Expected {
    /// Of an attribute; none where it names no hash that browsers know: they take anything then.
    pub(super) fn of(attribute: &str) -> Option<Expected> {
        let named: Vec<(Hash, String)> = attribute.split_ascii_whitespace().filter_map(read).collect();
        // The strongest algorithm counts alone.
        let algorithm = named.iter().map(|(hash, _)| *hash).max()?;
        let hashes = named.into_iter().filter(|(hash, _)| *hash == algorithm).map(|(_, value)| value);
        Some(Expected { algorithm, hashes: hashes.collect() })
    }

    /// The hash of these bytes, if it is none of the expected.
    pub(super) fn differs(&self, bytes: &[u8]) -> Option<String> {
        let found = STANDARD.encode(digest(self.algorithm.algorithm(), bytes));
        (!self.hashes.contains(&found)).then(|| format!("{}-{found}", self.algorithm.name()))
    }

    /// As an attribute names it.
    pub(super) fn shown(&self) -> String {
        let hashes: Vec<String> =
            self.hashes.iter().map(|hash| format!("{}-{hash}", self.algorithm.name())).collect();
        hashes.join(" or ")
    }
}

/// The hash of bytes, to be told apart from others.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, bytes)))
}

fn read(token: &str) -> Option<(Hash, String)> {
    let (name, value) = token.split_once('-')?;
    let hash = Hash::ALL.into_iter().find(|hash| name.eq_ignore_ascii_case(hash.name()))?;
    let value = value.split('?').next().unwrap_or_default();
    // Browsers take the alphabet for URLs too.
    Some((hash, value.replace('-', "+").replace('_', "/")))
}

impl Hash {
    const ALL: [Hash; 3] = [Hash::Sha256, Hash::Sha384, Hash::Sha512];

    fn name(self) -> &'static str {
        match self {
            Hash::Sha256 => "sha256",
            Hash::Sha384 => "sha384",
            Hash::Sha512 => "sha512",
        }
    }

    fn algorithm(self) -> &'static Algorithm {
        match self {
            Hash::Sha256 => &SHA256,
            Hash::Sha384 => &SHA384,
            Hash::Sha512 => &SHA512,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, section 1.
    const SCRIPT: &[u8] = b"alert('Hello, world.');";
    const SHA384_OF_IT: &str = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";

    #[test]
    fn bytes_are_what_their_hash_says() {
        let expected = Expected::of(SHA384_OF_IT).unwrap();
        assert_eq!(expected.differs(SCRIPT), None);
        assert_eq!(expected.shown(), SHA384_OF_IT);
        assert!(expected.differs(b"other").unwrap().starts_with("sha384-"));
    }

    #[test]
    fn the_strongest_algorithm_counts_and_any_of_its_hashes_will_do() {
        let weaker = format!("sha256-AAAA {SHA384_OF_IT}");
        assert_eq!(Expected::of(&weaker).unwrap().differs(SCRIPT), None);
        let several = format!("sha384-AAAA {SHA384_OF_IT}?ct=x");
        assert_eq!(Expected::of(&several).unwrap().differs(SCRIPT), None);
        let stronger = format!("{SHA384_OF_IT} SHA512-AAAA");
        assert!(Expected::of(&stronger).unwrap().differs(SCRIPT).is_some());
    }

    #[test]
    fn what_no_browser_knows_is_not_asked_for() {
        assert_eq!(Expected::of("md5-AAAA nonsense"), None);
        assert_eq!(Expected::of(""), None);
    }
}
