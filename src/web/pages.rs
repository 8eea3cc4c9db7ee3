//! The two pages that mails lead to: to stop the mails, and to approve a draft. A link alone does nothing, because programs
//! that look through mail follow links; a person presses the button.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::Shared;
use crate::model::Language;
use crate::pipeline::{approve as decide, draft_of_link, unsubscribe as stop, unsubscription};

/// What is asked with the form of a draft.
#[derive(Deserialize)]
pub(super) struct Decision {
    decision: String,
}

/// Asks whether to stop the mails.
pub(super) async fn ask_unsubscribe(State(shared): State<Shared>, Path(pass): Path<String>) -> Response {
    let language = shared.app().config.organisation.language;
    let Some((address, _)) = unsubscription(&shared.app(), &pass) else { return unknown(language) };
    let (title, text, button) = match language {
        Language::Swedish => {
            ("Avsluta utskicken", format!("Ska rapporten inte längre skickas till {address}?"), "Avsluta")
        }
        Language::English => ("Stop these mails", format!("Shall the report no longer be sent to {address}?"), "Stop"),
    };
    let form = format!("<form method=\"post\"><button>{button}</button></form>");
    page(language, title, &text, &form)
}

/// Stops the mails: by the button, or by one click in a mail program (RFC 8058).
pub(super) async fn unsubscribe(State(shared): State<Shared>, Path(pass): Path<String>) -> Response {
    let language = shared.app().config.organisation.language;
    match stop(&shared.app(), &pass, "one-click", shared.now()).await {
        Ok(Some(address)) => {
            let (title, text) = match language {
                Language::Swedish => {
                    ("Utskicken är avslutade", format!("Rapporten skickas inte längre till {address}."))
                }
                Language::English => ("The mails are stopped", format!("The report is no longer sent to {address}.")),
            };
            page(language, title, &text, "")
        }
        Ok(None) => unknown(language),
        Err(error) => trouble(language, &error.to_string()),
    }
}

/// Shows what is asked of the owner of a draft.
pub(super) async fn ask_approval(State(shared): State<Shared>, Path(pass): Path<String>) -> Response {
    let language = shared.app().config.organisation.language;
    let asked = match draft_of_link(&shared.app(), &pass).await {
        Ok(Some(asked)) => asked,
        Ok(None) => return unknown(language),
        Err(error) => return trouble(language, &error.to_string()),
    };
    let (title, text, yes, no) = match language {
        Language::Swedish => ("Godkänn utkastet", format!("{} ({})", asked.spec, asked.report), "Godkänn", "Stoppa"),
        Language::English => ("Approve the draft", format!("{} ({})", asked.spec, asked.report), "Approve", "Stop"),
    };
    let form = format!(
        "<form method=\"post\"><button name=\"decision\" value=\"approve\">{yes}</button> \
         <button name=\"decision\" value=\"reject\">{no}</button></form>"
    );
    page(language, title, &text, &form)
}

/// Decides about a draft.
pub(super) async fn approve(
    State(shared): State<Shared>,
    Path(pass): Path<String>,
    Form(form): Form<Decision>,
) -> Response {
    let language = shared.app().config.organisation.language;
    let owner = match draft_of_link(&shared.app(), &pass).await {
        Ok(Some(asked)) => asked.owner,
        Ok(None) => return unknown(language),
        Err(error) => return trouble(language, &error.to_string()),
    };
    let approved = form.decision == "approve";
    match decide(&shared.app(), &pass, approved, &owner, shared.now()).await {
        Ok(asked) => {
            let title = match (language, approved) {
                (Language::Swedish, true) => "Utkastet är godkänt",
                (Language::Swedish, false) => "Utkastet är stoppat",
                (Language::English, true) => "The draft is approved",
                (Language::English, false) => "The draft is stopped",
            };
            page(language, title, &asked.report, "")
        }
        Err(error) => trouble(language, &error.to_string()),
    }
}

fn unknown(language: Language) -> Response {
    let (title, text) = match language {
        Language::Swedish => ("Länken gäller inte", "Den är för gammal, eller inte hel."),
        Language::English => ("The link is not valid", "It is too old, or not whole."),
    };
    (StatusCode::NOT_FOUND, page(language, title, text, "")).into_response()
}

fn trouble(language: Language, why: &str) -> Response {
    let title = match language {
        Language::Swedish => "Det gick inte",
        Language::English => "That did not work",
    };
    (StatusCode::CONFLICT, page(language, title, why, "")).into_response()
}

/// A page with nothing from elsewhere. Its address is a secret: no other page is told of it.
fn page(language: Language, title: &str, text: &str, form: &str) -> Response {
    let (code, title, text) = (language.code(), escaped(title), escaped(text));
    let html = format!(
        "<!doctype html><html lang=\"{code}\"><head><meta charset=\"utf-8\"><title>{title} – Genomslag</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>\
         body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}}\
         button{{font:inherit;padding:.5rem 1.25rem;min-height:44px}}</style></head>\
         <body><main><h1>{title}</h1><p>{text}</p>{form}</main></body></html>"
    );
    let headers = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
    ];
    (headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
