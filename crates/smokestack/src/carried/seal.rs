//! Encryption of a carried file with a passphrase: Argon2id (RFC 9106) makes the key, XChaCha20-Poly1305 seals the text.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};

/// RFC 9106, section 4, the second recommended choice: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// Nobody is made to spend more than this on a file that somebody else wrote.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

const SALT: usize = 16;
const NONCE: usize = 24;
const KEY: usize = 32;

/// A sealed text, with all that its passphrase needs to open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    cipher: String,
    nonce: String,
    text: String,
}

const KDF: &str = "argon2id";
const CIPHER: &str = "xchacha20-poly1305";

/// Why a text could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SealError {
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
    #[error("it is sealed with {0}, which this version does not know")]
    Unknown(String),
    #[error("its parameters are not those of a sealed file")]
    Parameters,
    #[error("the passphrase is not the one it was sealed with, or the file was changed")]
    Refused,
}

/// Seals a text.
pub(super) fn seal(text: &[u8], passphrase: &str) -> Result<Sealed, SealError> {
    let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
    let random = |bytes: &mut [u8]| {
        SysRng.try_fill_bytes(bytes).map_err(|error| SealError::NoRandomness(error.to_string()))
    };
    random(&mut salt)?;
    random(&mut nonce)?;
    let mut sealed = Sealed {
        kdf: KDF.to_owned(),
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
        salt: STANDARD.encode(salt),
        cipher: CIPHER.to_owned(),
        nonce: STANDARD.encode(nonce),
        text: String::new(),
    };
    let cipher = sealed.cipher_of(passphrase, &salt)?;
    let payload = Payload { msg: text, aad: &sealed.head() };
    let text = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Parameters)?;
    sealed.text = STANDARD.encode(text);
    Ok(sealed)
}

/// Opens what [`seal`] sealed.
pub(super) fn open(sealed: &Sealed, passphrase: &str) -> Result<Vec<u8>, SealError> {
    if sealed.kdf != KDF || sealed.cipher != CIPHER {
        return Err(SealError::Unknown(format!("{} and {}", sealed.kdf, sealed.cipher)));
    }
    let decoded = |text: &str| STANDARD.decode(text).map_err(|_| SealError::Parameters);
    let salt = decoded(&sealed.salt)?;
    let nonce: [u8; NONCE] = decoded(&sealed.nonce)?.try_into().map_err(|_| SealError::Parameters)?;
    let text = decoded(&sealed.text)?;
    let cipher = sealed.cipher_of(passphrase, &salt)?;
    let payload = Payload { msg: &text, aad: &sealed.head() };
    cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Refused)
}

impl Sealed {
    fn cipher_of(&self, passphrase: &str, salt: &[u8]) -> Result<XChaCha20Poly1305, SealError> {
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES || self.lanes > MOST_LANES {
            return Err(SealError::Parameters);
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY));
        let params = params.map_err(|_| SealError::Parameters)?;
        let mut key = [0; KEY];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let made = argon.hash_password_into(passphrase.as_bytes(), salt, &mut key);
        made.map_err(|_| SealError::Parameters)?;
        Ok(XChaCha20Poly1305::new(&key.into()))
    }

    /// What is not secret and must not be changed either.
    fn head(&self) -> Vec<u8> {
        let Sealed { kdf, memory_kib, passes, lanes, salt, cipher, nonce, .. } = self;
        format!("{kdf} {memory_kib} {passes} {lanes} {salt} {cipher} {nonce}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passphrase_opens_what_it_sealed_and_no_other_does() {
        let sealed = seal(b"sessions", "correct horse").unwrap();
        assert_eq!(open(&sealed, "correct horse").unwrap(), b"sessions");
        assert_eq!(open(&sealed, "wrong horse"), Err(SealError::Refused));
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        let (one, two) = (seal(b"sessions", "horse").unwrap(), seal(b"sessions", "horse").unwrap());
        assert!(one.text != two.text && one.salt != two.salt && one.nonce != two.nonce);
    }

    #[test]
    fn a_sealed_text_that_was_changed_is_refused() {
        let sealed = seal(b"sessions", "horse").unwrap();
        let turned: String = sealed.text.chars().rev().collect();
        assert!(open(&Sealed { text: turned, ..sealed.clone() }, "horse").is_err());
        assert_eq!(open(&Sealed { passes: 2, ..sealed.clone() }, "horse"), Err(SealError::Refused));
        assert_eq!(
            open(&Sealed { memory_kib: u32::MAX, ..sealed.clone() }, "horse"),
            Err(SealError::Parameters),
            "nobody fills this machine's memory",
        );
        let unknown = open(&Sealed { cipher: "rot13".into(), ..sealed }, "horse").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "it is sealed with argon2id and rot13, which this version does not know"
        );
    }
}
