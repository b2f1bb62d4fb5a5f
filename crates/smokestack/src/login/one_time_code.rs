//! One-time codes (RFC 6238): each is used once, and the platform's clock is the one that counts.

use std::time::Duration;

use totp_rs::{Builder, Secret, Totp};

use super::Visitor;
use super::server_clock::ServerClock;

/// A secret is neither base32 nor an `otpauth` address of codes that can be made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither base32, as in `JBSWY3DPEHPK3PXP`, nor an address `otpauth://totp/…`")]
pub(super) struct NoSecret;

/// What an authenticator holds.
pub(super) fn authenticator(secret: &str) -> Result<Totp, NoSecret> {
    let totp = if secret.starts_with("otpauth:") {
        Totp::from_url_unchecked(secret).map_err(|_| NoSecret)?
    } else {
        // People copy secrets in groups of four, and in small letters.
        let plain: String = secret.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let plain = plain.trim_end_matches('=').to_ascii_uppercase();
        let secret = Secret::try_from_base32(plain).map_err(|_| NoSecret)?;
        Builder::new().with_secret(secret).build_noncompliant()
    };
    // Of more digits, or steps of no length, no code can be made.
    if totp.step() == 0 || !(1..=9).contains(&totp.digits()) { Err(NoSecret) } else { Ok(totp) }
}

/// The account's next code that was not used before. Waits for its time to come.
pub(super) async fn next(visitor: &Visitor, totp: &Totp, clock: ServerClock) -> String {
    let scope = &visitor.scope;
    // A used step and those before it are used up (RFC 6238, section 5.2), whichever process used it.
    let account = scope.run.account_state(visitor.account(), &scope.case);
    let step = account.take_code_step(clock.now() / totp.step()).await;
    let begins = step * totp.step();
    let wait = begins.saturating_sub(clock.now());
    if wait > 0 {
        let what = format!("waiting {wait} s for the next one-time code of `{}`", visitor.account());
        let phase = scope.log.entered(what, scope.elapsed());
        let wait = Duration::from_secs(wait);
        tokio::time::sleep(wait).await;
        scope.log.left(phase, scope.elapsed());
        visitor.has_waited(wait);
    }
    let code = totp.generate(begins).to_string();
    scope.run.redactor.learn(&code, &format!("one-time code of `{}`", visitor.account()));
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secrets of RFC 6238, appendix B, in base32.
    const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
    const SHA512: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let vectors = [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ];
        for (time, sha1, sha256, sha512) in vectors {
            for (algorithm, secret, code) in
                [("SHA1", SHA1, sha1), ("SHA256", SHA256, sha256), ("SHA512", SHA512, sha512)]
            {
                let address =
                    format!("otpauth://totp/Facilities:alice?secret={secret}&algorithm={algorithm}&digits=8");
                let totp = authenticator(&address).unwrap();
                assert_eq!(totp.generate(time).to_string(), code, "{algorithm} at {time}");
            }
            assert_eq!(authenticator(SHA1).unwrap().generate(time).to_string(), sha1[2..]);
        }
    }

    #[test]
    fn a_secret_is_read_as_people_copy_it() {
        let code = |secret: &str| authenticator(secret).unwrap().generate(59).to_string();
        for secret in [SHA1.to_lowercase(), format!("{} {}==", &SHA1[..4], &SHA1[4..])] {
            assert_eq!(code(&secret), "287082");
        }
    }

    #[test]
    fn what_no_code_can_be_made_of_is_refused() {
        for secret in [
            "0189!",
            "otpauth://totp/x",
            "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=12",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=0",
        ] {
            assert_eq!(authenticator(secret).err(), Some(NoSecret), "{secret}");
        }
    }
}
