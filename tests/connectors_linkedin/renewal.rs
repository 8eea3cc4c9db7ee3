//! Tokens that are renewed over the wire: secrets in the form of a POST and nowhere else.

use std::time::Duration;

use genomslag::connectors::fetch::{Limits, linkedin_tokens};
use genomslag::connectors::linkedin::oauth::{App, OauthError, Step, Tokens, code_form, refresh_form, step};
use genomslag::model::{Secret, told};

use crate::support::readings::{at, now};
use crate::support::server::{Answer, Asked, ok, start, status};

fn app() -> App {
    App { id: "app".to_owned(), secret: Secret::new("secret-of-the-app") }
}

fn tokens() -> Tokens {
    Tokens {
        access: Secret::new("old-access"),
        access_until: at("2026-11-25T00:00:00Z"),
        refresh: Some(Secret::new("the-refresher")),
        refresh_until: Some(at("2027-03-01T00:00:00Z")),
        scopes: Vec::new(),
    }
}

async fn renewed(
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Result<Tokens, OauthError>, Vec<Asked>) {
    let (base, log) = start(answer).await;
    let limits = Limits { call_deadline: Duration::from_millis(300), body_bytes: 1 << 16, ..Limits::default() };
    let (before, form) = (tokens(), refresh_form(&app(), &tokens()).unwrap());
    let outcome =
        linkedin_tokens(&base.join("oauth/v2/accessToken").unwrap(), &form, Some(&before), &limits, now()).await;
    let asked = log.lock().unwrap().clone();
    (outcome, asked)
}

#[tokio::test]
async fn a_token_that_ends_in_a_week_is_renewed() {
    assert_eq!(step(&tokens(), now()), Step::Refresh);
    let (outcome, asked) =
        renewed(|_| ok(r#"{"access_token":"new-access","expires_in":5184000,"refresh_token_expires_in":31536000}"#))
            .await;
    let renewed = outcome.unwrap();
    assert_eq!(renewed.access.expose(), "new-access");
    assert_eq!(renewed.access_until, at("2027-01-17T06:00:00Z"), "sixty days from now");
    assert_eq!((renewed.refresh, renewed.refresh_until), (tokens().refresh, tokens().refresh_until));
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].target, "/oauth/v2/accessToken");
    assert!(asked[0].head.starts_with("post ") && asked[0].head.contains("application/x-www-form-urlencoded"));
    assert_eq!(
        asked[0].body,
        "grant_type=refresh_token&refresh_token=the-refresher&client_id=app&client_secret=secret-of-the-app"
    );
}

#[tokio::test]
async fn what_goes_wrong_is_told_apart_and_names_no_secret() {
    let cases: [(fn() -> Answer, OauthError); 6] = [
        (
            || status(400, r#"{"error":"invalid_grant","error_description":"the-refresher is revoked"}"#),
            OauthError::ConsentNeeded,
        ),
        (|| status(401, r#"{"error":"invalid_client","error_description":"secret-of-the-app"}"#), OauthError::App),
        (|| status(503, "<html>"), OauthError::Later(503)),
        (|| ok("<html>Sign in</html>"), OauthError::Shape("no access token")),
        (|| Answer::Drip, OauthError::Unreachable(told::answer_slow())),
        (|| Answer::Huge(1 << 20), OauthError::Unreachable(told::answer_large())),
    ];
    for (answer, expected) in cases {
        let (outcome, _) = renewed(move |_| answer()).await;
        let error = outcome.unwrap_err();
        assert_eq!(error, expected);
        let told = format!("{error} {error:?}");
        assert!(!told.contains("the-refresher") && !told.contains("secret-of-the-app"), "{told}");
    }
}

#[tokio::test]
async fn another_address_is_not_followed_and_an_impossible_one_not_asked() {
    let (outcome, asked) =
        renewed(|_| Answer::Whole(302, "location: http://evil.example/\r\n".to_owned(), String::new())).await;
    assert!(matches!(outcome, Err(OauthError::Unreachable(what)) if what == told::redirected()));
    assert_eq!(asked.len(), 1);
    let form = code_form(&app(), &Secret::new("code"), "http://127.0.0.1/back");
    let address = url::Url::parse("ftp://linkedin.example/token").unwrap();
    let outcome = linkedin_tokens(&address, &form, None, &Limits::default(), now()).await;
    assert!(matches!(outcome, Err(OauthError::Unreachable(_))));
}
