//! Accounts, sessions and the doors that a pass opens.

use genomslag::model::{Secret, UnitId};
use genomslag::state::{NewUser, Role, User};

use super::{at, minutes, open, report};

fn new(email: &str, role: Role) -> NewUser {
    NewUser {
        email: email.to_owned(),
        name: "Anna Öberg".to_owned(),
        role,
        units: Some(vec![UnitId::from("kultur")]),
        password_hash: Some("$argon2id$…".to_owned()),
        oidc_subject: None,
    }
}

pub async fn accounts_are_made_changed_and_removed(url: &str) {
    let state = open(url).await;
    let chief = state.add_user(&new("chef@granvik.example", Role::Administrator), at(0)).await.unwrap();
    let anna = state.add_user(&new("Anna@Granvik.example", Role::Reader), at(1)).await.unwrap();
    assert_eq!(anna.email, "anna@granvik.example");
    assert!(state.add_user(&new("anna@granvik.example", Role::Editor), at(2)).await.is_err());
    assert_eq!(state.user_of_email("ANNA@granvik.example").await.unwrap(), Some(anna.clone()));
    let changed = User { role: Role::Editor, units: None, oidc_subject: Some("entra 17".to_owned()), ..anna.clone() };
    state.change_user(&changed).await.unwrap();
    state.note_login(&anna.id, at(3)).await.unwrap();
    let found = state.user_of_oidc("entra 17").await.unwrap().unwrap();
    assert_eq!(found, User { last_login: Some(at(3)), ..changed });
    assert!(!serde_json::to_string(&found).unwrap().contains("argon2"));
    assert_eq!(state.users().await.unwrap().len(), 2);
    assert!(state.remove_user(&anna.id).await.unwrap() && !state.remove_user(&anna.id).await.unwrap());
    assert!(state.change_user(&anna).await.is_err());
    assert_eq!(state.user(&chief.id).await.unwrap(), Some(chief));
}

pub async fn an_administrator_is_left(url: &str) {
    let state = open(url).await;
    let chief = state.add_user(&new("chef@granvik.example", Role::Administrator), at(0)).await.unwrap();
    let anna = state.add_user(&new("anna@granvik.example", Role::Reader), at(0)).await.unwrap();
    for attempt in [User { role: Role::Editor, ..chief.clone() }, User { active: false, ..chief.clone() }] {
        let error = state.change_user(&attempt).await.unwrap_err();
        assert!(error.to_string().contains("administrator"), "{error}");
    }
    assert!(state.remove_user(&chief.id).await.is_err());
    assert_eq!(state.user(&chief.id).await.unwrap(), Some(chief.clone()));
    state.change_user(&User { role: Role::Administrator, ..anna }).await.unwrap();
    assert!(state.remove_user(&chief.id).await.unwrap());
}

pub async fn sessions_end(url: &str) {
    let state = open(url).await;
    state.add_user(&new("chef@granvik.example", Role::Administrator), at(0)).await.unwrap();
    let anna = state.add_user(&new("anna@granvik.example", Role::Reader), at(0)).await.unwrap();
    let pass = state.open_session(&anna.id, at(60), at(0)).await.unwrap();
    let (session, user) = state.session(&pass, at(59)).await.unwrap().unwrap();
    assert_eq!((session.user, user.email), (anna.id.clone(), anna.email.clone()));
    assert_eq!(state.session(&pass, at(60)).await.unwrap(), None);
    assert_eq!(state.session(&Secret::new("guess"), at(1)).await.unwrap(), None);
    state.touch_session(&pass, at(120), at(30)).await.unwrap();
    assert_eq!(state.session(&pass, at(100)).await.unwrap().unwrap().0.last_seen, at(30));
    assert!(state.end_session(&pass).await.unwrap());
    assert_eq!(state.session(&pass, at(100)).await.unwrap(), None);
    // A new password, and no longer being let in, end what is open.
    let second = state.open_session(&anna.id, at(600), at(0)).await.unwrap();
    state.set_password(&anna.id, "$argon2id$new").await.unwrap();
    assert_eq!(state.session(&second, at(1)).await.unwrap(), None);
    let third = state.open_session(&anna.id, at(600), at(0)).await.unwrap();
    state.change_user(&User { active: false, ..anna.clone() }).await.unwrap();
    assert_eq!(state.session(&third, at(1)).await.unwrap(), None);
    let fourth = state.open_session(&anna.id, at(600), at(0)).await.unwrap();
    assert_eq!(state.session(&fourth, at(1)).await.unwrap(), None);
    assert_eq!(state.end_sessions_of(&anna.id).await.unwrap(), 1);
    for minute in 0..3 {
        state.note_login_failure("Anna@granvik.example", at(minute)).await.unwrap();
    }
    assert_eq!(state.login_failures("anna@granvik.example", at(1)).await.unwrap(), 2);
    state.forget_login_failures("anna@granvik.example").await.unwrap();
    assert_eq!(state.login_failures("anna@granvik.example", at(0)).await.unwrap(), 0);
}

pub async fn invitations_are_accepted_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    let units = [UnitId::from("kultur")];
    let (invitation, pass) =
        state.invite("Bo@granvik.example", Role::Editor, Some(&units), "chef", at(60), at(0)).await.unwrap();
    assert_eq!(state.invitation(&pass, at(59)).await.unwrap(), Some(invitation.clone()));
    assert_eq!(state.invitation(&pass, at(60)).await.unwrap(), None);
    assert_eq!(state.accept_invitation(&pass, "Bo", None, None, at(61)).await.unwrap(), None);
    let (one, two) = tokio::join!(
        state.accept_invitation(&pass, "Bo", Some("hash"), None, at(1)),
        other.accept_invitation(&pass, "Bo", Some("hash"), None, at(1)),
    );
    let accepted: Vec<User> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!((accepted[0].email.as_str(), accepted[0].role), ("bo@granvik.example", Role::Editor));
    assert_eq!(accepted[0].units.as_deref(), Some(units.as_slice()));
    assert!(!state.withdraw_invitation(&invitation.id).await.unwrap());
    let (second, pass) = state.invite("eva@granvik.example", Role::Reader, None, "chef", at(60), at(0)).await.unwrap();
    assert_eq!(state.open_invitations(at(1)).await.unwrap(), std::slice::from_ref(&second));
    assert!(state.withdraw_invitation(&second.id).await.unwrap());
    assert_eq!(state.accept_invitation(&pass, "Eva", None, None, at(1)).await.unwrap(), None);
}

pub async fn tokens_and_links_open_until_revoked(url: &str) {
    let state = open(url).await;
    let (token, pass) = state.make_api_token("Power BI", &["read"], None, "chef", Some(at(60)), at(0)).await.unwrap();
    let used = state.api_token(&pass, at(30)).await.unwrap().unwrap();
    assert_eq!((used.id.as_str(), used.last_used, used.scopes.len()), (token.id.as_str(), Some(at(30)), 1));
    assert_eq!(state.api_token(&pass, at(60)).await.unwrap(), None);
    let (endless, pass) = state.make_api_token("Arkiv", &[], None, "chef", None, at(0)).await.unwrap();
    assert!(state.api_token(&pass, at(0) + minutes(5_000_000)).await.unwrap().is_some());
    assert!(state.revoke_api_token(&endless.id, at(1)).await.unwrap());
    assert!(!state.revoke_api_token(&endless.id, at(1)).await.unwrap());
    assert_eq!(state.api_token(&pass, at(2)).await.unwrap(), None);
    assert_eq!(state.api_tokens().await.unwrap().len(), 2);
    state.keep_report(&report("r1")).await.unwrap();
    let (link, pass) = state.share_report("r1", "anna", at(60), at(0)).await.unwrap();
    assert_eq!(state.open_share_link(&pass, at(1)).await.unwrap().unwrap().opened, 1);
    assert_eq!(state.open_share_link(&pass, at(2)).await.unwrap().unwrap().opened, 2);
    assert_eq!(state.open_share_link(&pass, at(60)).await.unwrap(), None);
    assert!(state.revoke_share_link(&link.id, at(3)).await.unwrap());
    assert_eq!(state.open_share_link(&pass, at(4)).await.unwrap(), None);
    assert_eq!(state.share_links("r1").await.unwrap().len(), 1);
    assert!(state.share_report("none", "anna", at(60), at(0)).await.is_err());
}
