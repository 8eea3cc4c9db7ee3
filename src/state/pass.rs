//! Passes: random texts that open a door to whoever shows them. Only their hashes are kept, so that who reads the database
//! opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::model::Secret;

/// A new pass, 256 bits, as it may stand in an address or a cookie.
pub(super) fn new_pass() -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

/// What is kept of a pass. A plain hash is enough: what it hashes cannot be guessed.
pub(super) fn hash_of(pass: &Secret) -> String {
    hex::encode(Sha256::digest(pass.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_differ_and_fit_into_addresses() {
        let (one, other) = (new_pass(), new_pass());
        assert_ne!(one, other);
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'));
    }

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash_of(&Secret::new("abc")), abc);
    }
}
