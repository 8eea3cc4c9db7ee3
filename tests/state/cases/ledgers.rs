//! Tokens, secrets, imported files, reports, and the small tables.

use chrono::{DateTime, Utc};
use genomslag::model::{ChannelId, Secret};
use genomslag::state::{ImportedFile, ReportFilter, StateError, TokenCheck, TokenWarning};
use serde_json::json;

use super::{at, open, open_with, report};

const DAY: i64 = 24 * 60;

fn check(expires: Option<DateTime<Utc>>, valid: bool) -> TokenCheck {
    TokenCheck {
        subject: "linkedin".to_owned(),
        valid,
        expires,
        never_expires: false,
        data_access_expires: None,
        scopes: vec!["r_organization_social".to_owned(), "rw_organization_admin".to_owned()],
    }
}

pub async fn tokens_are_warned_of_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    state.note_token(&check(Some(at(30 * DAY)), true), at(0)).await.unwrap();
    let token = state.token("linkedin").await.unwrap().unwrap();
    assert_eq!(token.check, check(Some(at(30 * DAY)), true));
    assert_eq!((token.checked_at, token.last_success), (at(0), None));
    assert_eq!(token.due_warning(at(0)), Some(TokenWarning::Days30));
    let (one, two) = tokio::join!(
        state.claim_token_warning("linkedin", TokenWarning::Days30, at(0)),
        other.claim_token_warning("linkedin", TokenWarning::Days30, at(0)),
    );
    assert!(one.unwrap() != two.unwrap(), "exactly one warns");
    state.note_token(&check(Some(at(30 * DAY)), true), at(DAY)).await.unwrap();
    state.note_token_success("linkedin", at(DAY + 1)).await.unwrap();
    let token = state.token("linkedin").await.unwrap().unwrap();
    assert_eq!(token.due_warning(at(DAY)), None);
    assert_eq!((token.warned, token.last_success), (Some(TokenWarning::Days30), Some(at(DAY + 1))));
    assert_eq!(token.check.scopes.len(), 2);
    assert!(!state.claim_token_warning("linkedin", TokenWarning::Days30, at(DAY)).await.unwrap());
    assert!(state.claim_token_warning("linkedin", TokenWarning::Dead, at(31 * DAY)).await.unwrap());
    assert!(!state.claim_token_warning("linkedin", TokenWarning::Day1, at(31 * DAY)).await.unwrap());
    assert!(state.claim_token_warning("nobody", TokenWarning::Dead, at(0)).await.is_err());
}

pub async fn renewed_tokens_start_again(url: &str) {
    let state = open(url).await;
    state.note_token(&check(Some(at(7 * DAY)), true), at(0)).await.unwrap();
    assert!(state.claim_token_warning("linkedin", TokenWarning::Days7, at(0)).await.unwrap());
    state.note_token(&check(Some(at(60 * DAY)), true), at(DAY)).await.unwrap();
    let token = state.token("linkedin").await.unwrap().unwrap();
    assert_eq!((token.warned, token.warning(at(DAY))), (None, None));
    state.note_token(&check(Some(at(60 * DAY)), false), at(2 * DAY)).await.unwrap();
    let token = state.token("linkedin").await.unwrap().unwrap();
    assert_eq!(token.due_warning(at(2 * DAY)), Some(TokenWarning::Dead));
    assert!(state.claim_token_warning("linkedin", TokenWarning::Dead, at(2 * DAY)).await.unwrap());
    state.note_token(&check(Some(at(60 * DAY)), true), at(3 * DAY)).await.unwrap();
    assert_eq!(state.token("linkedin").await.unwrap().unwrap().warned, None);
    assert_eq!(state.tokens().await.unwrap().len(), 1);
}

pub async fn secrets_need_their_key(url: &str) {
    let (name, token) = ("linkedin refresh", Secret::new("AQW-hemligt"));
    let error = open(url).await.keep_secret(name, &token, at(0)).await.unwrap_err();
    assert!(matches!(error, StateError::NoKey { .. }) && error.to_string().contains("GENOMSLAG_KEY"), "{error}");
    let state = open_with(url, "nyckel").await;
    assert_eq!(state.secret(name).await.unwrap(), None);
    state.keep_secret(name, &Secret::new("older"), at(0)).await.unwrap();
    state.keep_secret(name, &token, at(1)).await.unwrap();
    assert_eq!(state.secret(name).await.unwrap(), Some(token));
    assert_eq!(state.secrets().await.unwrap()[0].stored_at, at(1));
    let error = open_with(url, "annan").await.secret(name).await.unwrap_err();
    assert!(matches!(error, StateError::WrongKey { .. }) && !error.to_string().contains("hemligt"), "{error}");
    assert!(matches!(open(url).await.secret(name).await.unwrap_err(), StateError::NoKey { .. }));
    assert!(!format!("{state:?}").contains("nyckel"));
    assert!(state.forget_secret(name).await.unwrap() && !state.forget_secret(name).await.unwrap());
}

pub async fn a_changed_key_takes_everything_along(url: &str) {
    let old = open_with(url, "gammal").await;
    for name in ["access", "refresh"] {
        old.keep_secret(name, &Secret::new(format!("hemligt {name}")), at(0)).await.unwrap();
    }
    let new = open_with(url, "ny").await;
    assert!(matches!(new.change_key(&Secret::new("fel")).await.unwrap_err(), StateError::WrongKey { .. }));
    assert_eq!(old.secret("access").await.unwrap(), Some(Secret::new("hemligt access")));
    assert_eq!(new.change_key(&Secret::new("gammal")).await.unwrap(), 2);
    assert_eq!(new.secret("refresh").await.unwrap(), Some(Secret::new("hemligt refresh")));
    assert!(old.secret("refresh").await.is_err());
    assert_eq!(new.change_key(&Secret::new("gammal")).await.unwrap(), 0);
}

pub async fn files_are_known_by_their_hash(url: &str) {
    let state = open(url).await;
    let file = ImportedFile {
        hash: "ab12".to_owned(),
        name: "Följare 2026.xls".to_owned(),
        channel: Some(ChannelId::from("li-kommun")),
        format: "linkedin followers".to_owned(),
        imported_at: at(0),
        rows: 365,
        skipped: 1,
        run: "run".to_owned(),
    };
    assert!(state.keep_import(&file).await.unwrap());
    let renamed = ImportedFile { name: "kopia.xls".to_owned(), imported_at: at(5), ..file.clone() };
    assert!(!state.keep_import(&renamed).await.unwrap());
    assert_eq!(state.import("ab12").await.unwrap(), Some(file.clone()));
    assert_eq!(state.imports().await.unwrap(), [file]);
    assert!(state.forget_import("ab12").await.unwrap());
    assert_eq!(state.import("ab12").await.unwrap(), None);
}

pub async fn reports_are_found_by_prefix(url: &str) {
    let state = open(url).await;
    for id in ["ab", "abc1", "abd2", "x%1"] {
        state.keep_report(&report(id)).await.unwrap();
    }
    let found = |prefix: &'static str| {
        let state = state.clone();
        async move { state.report(prefix).await.map(|report| report.map(|report| report.id)) }
    };
    assert_eq!(found("abc").await.unwrap().as_deref(), Some("abc1"));
    assert_eq!(found("ab").await.unwrap().as_deref(), Some("ab"));
    assert_eq!(found("x%").await.unwrap().as_deref(), Some("x%1"));
    for none in ["", "%", "abcd", "_b"] {
        assert_eq!(found(none).await.unwrap(), None, "{none}");
    }
    let error = found("a").await.unwrap_err();
    assert!(error.to_string().contains("ab, abc1, abd2"), "{error}");
    assert_eq!(state.report("abc1").await.unwrap(), Some(report("abc1")));
}

pub async fn drafts_become_reports(url: &str) {
    let state = open(url).await;
    let draft = genomslag::state::ReportEntry { draft: true, folder: "drafts/a".to_owned(), ..report("a") };
    state.keep_report(&draft).await.unwrap();
    state.keep_report(&report("b")).await.unwrap();
    let drafts = ReportFilter { draft: Some(true), ..ReportFilter::default() };
    assert_eq!(state.reports(&drafts).await.unwrap(), std::slice::from_ref(&draft));
    assert!(state.finalise_report("a", "reports/a").await.unwrap());
    assert!(!state.finalise_report("a", "elsewhere").await.unwrap());
    // Made again as a draft, what readers got stays what it is.
    state.keep_report(&genomslag::state::ReportEntry { folder: "reports/a".to_owned(), ..draft }).await.unwrap();
    assert_eq!(state.report("a").await.unwrap(), Some(report("a")));
    assert!(state.reports(&drafts).await.unwrap().is_empty());
    let wanted = ReportFilter { period_code: Some("2026-W46".to_owned()), most: Some(1), ..ReportFilter::default() };
    assert_eq!(state.reports(&wanted).await.unwrap().len(), 1);
    let other = ReportFilter { spec: Some("månaden".to_owned()), ..ReportFilter::default() };
    assert!(state.reports(&other).await.unwrap().is_empty());
}

pub async fn unsubscribed_is_unsubscribed(url: &str) {
    let state = open(url).await;
    assert!(state.unsubscribe(" Anna@Granvik.example", Some("veckan"), "one-click", at(0)).await.unwrap());
    assert!(!state.unsubscribe("anna@granvik.example", Some("veckan"), "one-click", at(1)).await.unwrap());
    assert!(state.is_unsubscribed("ANNA@granvik.example", "veckan").await.unwrap());
    assert!(!state.is_unsubscribed("anna@granvik.example", "månaden").await.unwrap());
    state.unsubscribe("bo@granvik.example", None, "mail", at(2)).await.unwrap();
    assert!(state.is_unsubscribed("bo@granvik.example", "månaden").await.unwrap());
    assert_eq!(state.unsubscribes().await.unwrap().len(), 2);
    assert_eq!(state.unsubscribes().await.unwrap()[1].spec, None);
    assert!(state.resubscribe("Bo@granvik.example", None).await.unwrap());
    assert!(!state.is_unsubscribed("bo@granvik.example", "månaden").await.unwrap());
}

pub async fn settings_and_audit(url: &str) {
    let state = open(url).await;
    assert_eq!(state.setting("heartbeat").await.unwrap(), None);
    state.keep_setting("heartbeat", "a", at(0)).await.unwrap();
    state.keep_setting("heartbeat", "b", at(1)).await.unwrap();
    assert_eq!(state.setting("heartbeat").await.unwrap().as_deref(), Some("b"));
    assert!(!state.claim_setting("heartbeat", "c", at(2)).await.unwrap());
    assert!(state.claim_setting("login abc", "verifier", at(2)).await.unwrap());
    assert!(state.forget_setting("login abc").await.unwrap());
    state.note("anna", "goal changed", "foljare-2027", &json!({ "target": [14_000, 15_000] }), at(0)).await.unwrap();
    state.note("anna", "logged in", "", &json!({}), at(1)).await.unwrap();
    let log = state.audit_log(None, 10).await.unwrap();
    assert_eq!(log.iter().map(|line| line.what.as_str()).collect::<Vec<_>>(), ["logged in", "goal changed"]);
    let about = state.audit_log(Some("foljare-2027"), 10).await.unwrap();
    assert_eq!((about.len(), &about[0].detail["target"][1]), (1, &json!(15_000)));
}
