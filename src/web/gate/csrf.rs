//! The token of forms: a page of somebody else cannot know it, so a form without it was not ours.
//!
//! What it proves is a hash of the session's pass (or of the door, for those without a session). On the page stands that
//! hash under a mask that is new each time, so that compressed pages give nothing away (BREACH).

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Guest, Visitor};
use crate::web::Shared;
use crate::web::refusal::Refusal;

/// What is proved: of the session's pass or of the door.
pub(super) fn proof(of: &str) -> [u8; 32] {
    Sha256::digest(format!("form of {of}").as_bytes()).into()
}

/// The proof under a new mask, as it stands in a form.
pub(super) fn masked(proof: &[u8; 32]) -> String {
    let mask: [u8; 32] = rand::random();
    let hidden = proof.iter().zip(mask).map(|(one, other)| one ^ other);
    URL_SAFE_NO_PAD.encode(mask.into_iter().chain(hidden).collect::<Vec<u8>>())
}

/// Whether the token is one of the proof. Compares everything, whatever it finds.
fn proves(token: &str, proof: &[u8; 32]) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    if bytes.len() != 64 {
        return false;
    }
    let (mask, hidden) = bytes.split_at(32);
    let pairs = mask.iter().zip(hidden).zip(proof);
    pairs.fold(0, |differences, ((mask, hidden), byte)| differences | (mask ^ hidden ^ byte)) == 0
}

/// Refuses a form whose token is not the visitor's: for forms that are read part by part (files). Others use [`Signed`].
pub(in crate::web) fn check_csrf(visitor: &Visitor, token: &str) -> Result<(), Refusal> {
    if proves(token, &visitor.proof) { Ok(()) } else { Err(Refusal::Stale) }
}

/// A form of ours, read: its hidden field `csrf` is that of the visitor. `T` as for [`Form`]; for fields that may stand
/// several times, `Vec<(String, String)>`.
pub(in crate::web) struct Signed<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Signed<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Refusal> {
        let Some(Guest(visitor)) = request.extensions().get::<Guest>().cloned() else { return Err(Refusal::Stale) };
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), shared).await;
        let bytes = body.map_err(|_| Refusal::Bad(visitor.t("common.too_large").to_owned()))?;
        let token = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf").map(|(_, value)| value);
        super::check_csrf(&visitor, &token.unwrap_or_default())?;
        let request = Request::from_parts(parts, Body::from(bytes));
        let form = Form::<T>::from_request(request, shared).await;
        let Form(value) = form.map_err(|_| Refusal::Bad(visitor.t("common.bad_text").to_owned()))?;
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_new_each_time_and_proves_only_its_own() {
        let (mine, other) = (proof("my pass"), proof("another"));
        let (one, two) = (masked(&mine), masked(&mine));
        assert_ne!(one, two);
        assert!(proves(&one, &mine) && proves(&two, &mine));
        assert!(!proves(&one, &other));
        for wrong in ["", "x", &one[1..], &one.replacen(&one[..1], "_", 1)] {
            assert!(wrong == one || !proves(wrong, &mine), "{wrong}");
        }
    }
}
