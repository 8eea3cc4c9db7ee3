//! Passwords: how they are hashed, and which are refused. Argon2id as OWASP recommends it, on a thread where it disturbs
//! nobody, and never more than two at once.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

use crate::model::Secret;
use crate::pipeline::{PipelineError, computing};

/// Memory in KiB, passes and lanes: the OWASP recommendation for Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// The fewest characters.
pub const SHORTEST: usize = 12;

/// The most bytes: hashing must not be a way to keep the machine busy.
const LONGEST: usize = 1024;

/// So many are hashed at the same time; each takes 19 MiB.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// A hash that no password has, of the same cost: an address without an account takes as long as one with.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z2Vub21zbGFnLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The most common passwords of twelve characters and more, in small letters, and what people make of the product's name.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123",
    "1234567891011",
    "123123123123",
    "111111111111",
    "000000000000",
    "121212121212",
    "qwertyuiopasdf",
    "qwertyuiop123",
    "qwertyuiop12",
    "qwerty123456",
    "qwerty1234567",
    "qwerty12345678",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u",
    "zaq12wsxcde3",
    "asdfghjklzxcvbnm",
    "qwertyuiopasdfghjkl",
    "asdfghjkl123",
    "abcdefghijkl",
    "abcdefghijklm",
    "abc123456789",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "passw0rd1234",
    "administrator",
    "administrator1",
    "administrator123",
    "letmeinletmein",
    "iloveyou1234",
    "iloveyouiloveyou",
    "changemechangeme",
    "welcome12345",
    "welcome123456",
    "lösenord1234",
    "lösenord12345",
    "lösenordlösenord",
    "losenord1234",
    "losenord12345",
    "sommar202612",
    "sommaren2026",
    "hemligt12345",
    "hejhejhejhej",
    "kommunikation",
    "kommunikation1",
    "välkommen123",
    "välkommen1234",
    "genomslag1234",
    "genomslag12345",
    "genomslaggenomslag",
    "genomslag2026",
];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer characters than [`SHORTEST`].
    Short,
    /// More than anybody types.
    Long,
    /// One of those that are tried first.
    Common,
}

/// What is wrong with a password; none: nothing. There are no rules about which characters stand in it.
pub fn weakness(password: &Secret, email: &str) -> Option<Weak> {
    let plain = password.expose().to_lowercase();
    let characters = plain.chars().count();
    if characters < SHORTEST {
        return Some(Weak::Short);
    }
    if password.expose().len() > LONGEST {
        return Some(Weak::Long);
    }
    let first = plain.chars().next();
    let one_letter = plain.chars().all(|letter| Some(letter) == first);
    let own = plain == email.trim().to_lowercase();
    (one_letter || own || COMMON.contains(&plain.as_str())).then_some(Weak::Common)
}

/// The hash of a password, as it is kept.
pub(super) async fn hash(password: &Secret) -> Result<String, PipelineError> {
    let (_slot, password) = (slot().await?, password.clone());
    computing(move || {
        let salt: [u8; 16] = rand::random();
        let hashed =
            hasher()?.hash_password_with_salt(password.expose().as_bytes(), &salt).map_err(|error| broken(&error))?;
        Ok(hashed.to_string())
    })
    .await?
}

/// Whether it is the password of the hash. Without a hash the same work is done, and the answer is no.
pub(super) async fn is(password: &Secret, hash: Option<String>) -> Result<bool, PipelineError> {
    if password.expose().len() > LONGEST {
        return Ok(false);
    }
    let (_slot, password) = (slot().await?, password.clone());
    computing(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        Ok(hasher()?.verify_password(password.expose().as_bytes(), hash.as_str()).is_ok() && known)
    })
    .await?
}

async fn slot() -> Result<tokio::sync::SemaphorePermit<'static>, PipelineError> {
    SLOTS.acquire().await.map_err(|error| broken(&error))
}

fn hasher() -> Result<Argon2<'static>, PipelineError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| broken(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(error: &dyn std::fmt::Display) -> PipelineError {
    PipelineError::BrokenOff(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_opens_to_its_password_only_and_is_argon2id_of_the_recommended_cost() {
        let secret = Secret::new("en mening som ingen gissar");
        let kept = hash(&secret).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is(&secret, Some(kept.clone())).await.unwrap());
        assert!(!is(&Secret::new("en mening som ingen gissade"), Some(kept.clone())).await.unwrap());
        assert!(!is(&secret, None).await.unwrap());
        assert_ne!(hash(&secret).await.unwrap(), kept, "every hash has a salt of its own");
    }

    #[tokio::test]
    async fn a_hash_of_the_reference_implementation_is_understood() {
        // By argon2-cffi 25, which is the reference implementation in C:
        // hash_secret(…, b"somesaltsomesalt", time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, type=ID).
        let kept = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$OazDUdOx4GCgzwr1S9b/uLjtFbGFIAH7Bqut4okYLMo";
        assert!(is(&Secret::new("en mening som ingen gissar"), Some(kept.to_owned())).await.unwrap());
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        let mail = "anna@granvik.example";
        let cases = [
            ("elva tecken", Some(Weak::Short)),
            ("tolv tecken!", None),
            ("åäöåäöåäöåäö", None),
            ("Password1234", Some(Weak::Common)),
            ("aaaaaaaaaaaaaaaa", Some(Weak::Common)),
            ("Anna@granvik.example", Some(Weak::Common)),
            ("bara små bokstäver", None),
        ];
        for (password, expected) in cases {
            assert_eq!(weakness(&Secret::new(password), mail), expected, "{password}");
        }
        assert_eq!(weakness(&Secret::new("lång ".repeat(300)), mail), Some(Weak::Long));
    }
}
