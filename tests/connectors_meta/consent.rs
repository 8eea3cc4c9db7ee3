//! Consent at Meta over the wire: secrets in the form of a POST, and never in what is told of a refusal.

use genomslag::connectors::fetch::{Limits, meta_token};
use genomslag::connectors::meta_consent::{App, ConsentError, code_form, long_form};
use genomslag::model::{Language, Secret};
use genomslag::words::problems::told;

use crate::support::readings::{at, now};
use crate::support::server::{ok, start, status};

const KEPT: [&str; 4] = ["secret-of-the-app", "code-of-the-person", "verifier-of-ours", "short-token"];

fn app() -> App {
    App { id: "4711".to_owned(), secret: Secret::new(KEPT[0]) }
}

#[tokio::test]
async fn what_meta_says_back_of_a_form_is_not_told_on() {
    let code = code_form(&app(), &Secret::new(KEPT[1]), "https://here.example/back", &Secret::new(KEPT[2]));
    for form in [code, long_form(&app(), &Secret::new(KEPT[3]))] {
        // A platform that is set on telling everything that it was sent.
        let (base, log) = start(|asked| {
            let body = serde_json::json!({"error": {"message": format!("Error validating {}", asked.body), "code": 1}});
            status(400, body.to_string())
        })
        .await;
        let error = meta_token(&base.join("oauth").unwrap(), &form, &Limits::default(), now()).await.unwrap_err();
        assert!(matches!(error, ConsentError::Refused(_)), "{error:?}");
        let sent = log.lock().unwrap()[0].clone();
        assert!(sent.body.contains(KEPT[0]) && !sent.target.contains("secret"), "{sent:?}");
        for text in [told(Language::Swedish, &error.told()), error.to_string(), format!("{error:?}")] {
            assert!(text.contains("Error validating") && text.contains("4711"), "{text}");
            assert!(!KEPT.iter().any(|secret| text.contains(secret)), "{text}");
        }
    }
}

#[tokio::test]
async fn a_token_comes_with_its_end() {
    let (base, _) = start(|_| ok(r#"{"access_token":"long-token","token_type":"bearer","expires_in":5184000}"#)).await;
    let form = long_form(&app(), &Secret::new(KEPT[3]));
    let token = meta_token(&base.join("oauth").unwrap(), &form, &Limits::default(), now()).await.unwrap();
    assert_eq!((token.access.expose(), token.until), ("long-token", Some(at("2027-01-17T06:00:00Z"))));
}
