//! The seal on secrets at rest: XChaCha20-Poly1305 under a key derived from the configured one. The name of a secret is
//! sealed in with it, so that nobody who can write the database can swap two of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::model::Secret;

/// What stands before a sealed text: another way of sealing gets another number.
const MAKE: &str = "v1:";

/// What the derived key is for; part of what it is derived from.
const PURPOSE: &[u8] = b"genomslag: secrets in the state, v1";

/// Bytes of chance in front of every sealed text: enough never to come twice.
const NONCE: usize = 24;

/// Seals and opens.
#[derive(Clone)]
pub(super) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// The seal of the configured key, which may be any text.
    pub(super) fn new(key: &Secret) -> Self {
        let mut derived = [0_u8; 32];
        // 32 bytes are far below what HKDF can give: this cannot fail, and if it did, nothing could be opened again.
        let _ = Hkdf::<Sha256>::new(None, key.expose().as_bytes()).expand(PURPOSE, &mut derived);
        Self(XChaCha20Poly1305::new(&derived.into()))
    }

    /// The secret, sealed under its name; none only if it is too long to be sealed at all.
    pub(super) fn close(&self, name: &str, secret: &Secret) -> Option<String> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: name.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(format!("{MAKE}{}", STANDARD.encode([nonce.as_slice(), sealed.as_slice()].concat())))
    }

    /// The secret of the name; none if another key sealed it, or under another name, or if it was changed.
    pub(super) fn open(&self, name: &str, sealed: &str) -> Option<Secret> {
        let bytes = STANDARD.decode(sealed.strip_prefix(MAKE)?).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let opened = self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: name.as_bytes() }).ok()?;
        String::from_utf8(opened).ok().map(Secret::new)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(key: &str) -> Seal {
        Seal::new(&Secret::new(key))
    }

    #[test]
    fn what_is_closed_opens_with_the_same_key_and_name_only() {
        let token = Secret::new("AQX-åäö");
        let sealed = seal("nyckel").close("linkedin refresh", &token).expect("sealed");
        assert!(!sealed.contains("AQX"));
        assert_eq!(seal("nyckel").open("linkedin refresh", &sealed), Some(token.clone()));
        assert_eq!(seal("annan").open("linkedin refresh", &sealed), None);
        assert_eq!(seal("nyckel").open("linkedin access", &sealed), None);
        assert_ne!(seal("nyckel").close("linkedin refresh", &token).expect("sealed"), sealed);
    }

    #[test]
    fn a_changed_byte_is_seen() {
        let sealed = seal("nyckel").close("a", &Secret::new("b")).expect("sealed");
        let mut bytes = STANDARD.decode(&sealed[MAKE.len()..]).expect("base64");
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let changed = format!("{MAKE}{}", STANDARD.encode(&bytes));
            assert_eq!(seal("nyckel").open("a", &changed), None, "byte {at}");
            bytes[at] ^= 1;
        }
        for broken in ["", "v1:", "v1:AAAA", "v2:AAAA", "åäö"] {
            assert_eq!(seal("nyckel").open("a", broken), None, "{broken}");
        }
    }

    /// Computed with Python's `cryptography` (HKDF, SHA-256, no salt) and `PyNaCl` (XChaCha20-Poly1305-IETF).
    #[test]
    fn another_program_sealed_this() {
        let sealed = include_str!("seal_reference.txt").trim();
        let opened = seal("en hemlig nyckel").open("linkedin refresh", sealed);
        assert_eq!(opened, Some(Secret::new("ett påhittat tecken")));
    }
}
