//! Single objects: `/{page}`, `/{ig-user}`, `/{post}`, `/{media}` with `fields`.

use serde_json::{Map, Value, json};

use super::fields::{Field, parse};
use super::{feed, media, no_field, no_object, page, token};
use crate::model::Platform;
use crate::sandbox::ask::{Answer, Ask};
use crate::sandbox::model::Model;
use crate::sandbox::world::ledger::Ledger;

/// Answers `/{id}?fields=…`.
pub(super) fn answer(model: &Model, ask: &Ask, id: &str) -> Answer {
    let now = model.world.now;
    if let Some(ledger) = model.account_of(id) {
        let page = ledger.account.platform == Platform::Facebook;
        let default = if page { "id,name" } else { "id" };
        let mut body = Map::new();
        for field in parse(ask.get("fields").unwrap_or(default)) {
            if field.name == "insights" && page {
                let answer = page::insights(ledger, &expanded(ask, &field), now);
                if answer.status != 200 {
                    return answer;
                }
                body.insert("insights".to_owned(), answer.body);
                continue;
            }
            let value = if page { page_field(model, ledger, &field) } else { user_field(ledger, &field) };
            match value {
                Some(Value::Null) => {}
                Some(value) => {
                    body.insert(field.key().to_owned(), value);
                }
                None => return no_field(&field.name, if page { "Page" } else { "IGUser" }),
            }
        }
        body.entry("id").or_insert_with(|| json!(id));
        return Answer::ok(Value::Object(body));
    }
    // A Page that only carries an Instagram account.
    if let Some(linked) = model.world.accounts.iter().find(|account| account.page.as_deref() == Some(id)) {
        return Answer::ok(json!({
            "id": id,
            "name": linked.name,
            "access_token": token::of_page(id),
            "instagram_business_account": {"id": linked.id, "username": linked.handle},
        }));
    }
    let Some((ledger, post)) = model.object(id) else { return no_object(id) };
    let fields = parse(ask.get("fields").unwrap_or("id"));
    match ledger.account.platform {
        Platform::Facebook => feed::one(post, &fields, ask, now),
        _ => media::one(ledger, post, &fields, ask, now),
    }
}

/// The question that a field asks of an edge.
pub(super) fn expanded(ask: &Ask, field: &Field) -> Ask {
    let mut inner = ask.clone();
    inner.query.clone_from(&field.arguments);
    inner.form.clear();
    inner
}

fn page_field(model: &Model, ledger: &Ledger, field: &Field) -> Option<Value> {
    let account = &ledger.account;
    Some(match field.name.as_str() {
        "id" => json!(account.id),
        "name" => json!(account.name),
        "username" => json!(account.handle),
        "followers_count" => json!(ledger.followers()),
        "fan_count" => json!(ledger.followers() * 955 / 1000),
        "link" => json!(format!("https://www.facebook.com/{}", account.handle)),
        "category" => json!("Government organization"),
        "verification_status" => json!("blue_verified"),
        "is_published" => json!(true),
        "access_token" => json!(token::of_page(&account.id)),
        "tasks" => json!(["ANALYZE", "CREATE_CONTENT", "MANAGE"]),
        "instagram_business_account" | "connected_instagram_account" => {
            let linked = model.world.accounts.iter().find(|other| other.page.as_deref() == Some(&account.id));
            linked.map_or(Value::Null, |linked| {
                if field.below.iter().any(|below| below.name == "username") {
                    json!({"id": linked.id, "username": linked.handle})
                } else {
                    json!({"id": linked.id})
                }
            })
        }
        _ => return None,
    })
}

fn user_field(ledger: &Ledger, field: &Field) -> Option<Value> {
    let account = &ledger.account;
    Some(match field.name.as_str() {
        "id" => json!(account.id),
        // A number here, a string on media.
        "ig_id" => json!(account.id.get(5..).and_then(|digits| digits.parse::<i64>().ok())),
        "username" => json!(account.handle),
        "name" => json!(account.name),
        "followers_count" => json!(ledger.followers()),
        "follows_count" => json!(84),
        "media_count" => json!(ledger.posts.len()),
        "biography" => json!("Officiellt konto. Frågor? Ring kontaktcenter."),
        "website" => json!("https://www.bjorkvalla.example"),
        "profile_picture_url" => json!(format!("https://scontent.example/{}.jpg", account.handle)),
        _ => return None,
    })
}
