//! The reports that were made, where they went, and their files.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tongue, allowed};
use crate::model::{Recipient, ReportKind, UnitId};
use crate::pipeline::{self, App, Delivery, DeliveryStatus, ReportFile, Role, Shelved};
use crate::web::Shared;
use crate::web::gate::Visitor;
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// So many reports are on one page.
const PER_PAGE: usize = 50;

/// How a file is shown: type, and whether the browser shows it or keeps it.
const TYPES: [(&str, &str, bool); 8] = [
    ("pdf", "application/pdf", true),
    ("png", "image/png", true),
    ("svg", "image/svg+xml", true),
    ("html", "text/html; charset=utf-8", true),
    ("csv", "text/csv; charset=utf-8", false),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false),
    ("json", "application/json", false),
    ("txt", "text/plain; charset=utf-8", true),
];

/// A file of a report may style itself, and nothing else: no script, nothing from elsewhere.
pub(in crate::web) const OWN_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; object-src 'none'; \
                          base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// What the list is narrowed to.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Narrowed {
    kind: Option<String>,
    unit: Option<String>,
    page: Option<usize>,
}

/// The list: what waits for approval, then what was made.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(narrowed): Query<Narrowed>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let tongue = Tongue::of(&visitor, &app);
    let shelf = pipeline::shelf(&app, true).await?;
    let seen: Vec<Shelved> = shelf.into_iter().filter(|it| allowed(&visitor, &app, it.entry.unit.as_ref())).collect();
    let waiting: Vec<Value> =
        seen.iter().filter(|it| it.approval.as_ref().is_some_and(is_open)).map(|it| row(&app, tongue, it)).collect();
    let kind = narrowed.kind.as_deref().and_then(ReportKind::parse);
    let unit = narrowed.unit.as_deref().filter(|unit| !unit.is_empty()).map(UnitId::from);
    let kept: Vec<&Shelved> = seen
        .iter()
        .filter(|it| !it.entry.draft)
        .filter(|it| kind.is_none_or(|kind| it.entry.kind == kind))
        .filter(|it| unit.is_none() || it.entry.unit == unit)
        .collect();
    let page = narrowed.page.unwrap_or(1).max(1);
    let shown: Vec<Value> =
        kept.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).map(|it| row(&app, tongue, it)).collect();
    let context = json!({
        "waiting": waiting,
        "reports": shown,
        "total": kept.len(),
        "page": page,
        "more": kept.len() > page * PER_PAGE,
        "kinds": ReportKind::ALL.map(ReportKind::as_str),
        "kind": kind.map(ReportKind::as_str),
        "units": super::units(&visitor, &app),
        "unit": unit,
        "may_make": visitor.needs(Role::Editor).is_ok(),
    });
    Ok(show(&shared, &visitor, "work-reports.html", tongue.text("work.reports"), "/reports", context))
}

/// One report: what it is, where it went, its files, and what can be done with it.
pub(super) async fn one(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let (shelved, files) = found(&app, &visitor, &id).await?;
    Ok(page(&shared, &visitor, &app, &shelved, &files, &json!({})))
}

/// The page of a report, with what is to be said above it.
pub(super) fn page(
    shared: &Shared,
    visitor: &Visitor,
    app: &App,
    shelved: &Shelved,
    files: &[ReportFile],
    told: &Value,
) -> Response {
    let tongue = Tongue::of(visitor, app);
    let going = shelved.deliveries.iter().any(is_going);
    let deliveries: Vec<Value> = shelved.deliveries.iter().map(|it| delivery(tongue, it)).collect();
    let has = |name: &str| files.iter().any(|file| file.name == name);
    let mut pages: Vec<&str> =
        files.iter().map(|file| file.name.as_str()).filter(|name| name.starts_with("page-")).collect();
    // The tenth page comes after the second.
    pages.sort_by_key(|name| (name.len(), *name));
    let listed = |folder: &str, ending: &str| -> Vec<Value> {
        let within = files.iter().filter(|file| {
            let (before, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
            before == folder && name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
        });
        within.map(|file| json!({"name": file.name, "size": tongue.size(file.bytes)})).collect()
    };
    let mut figures = listed("", "csv");
    figures.extend(listed("tables", "csv"));
    let context = json!({
        "report": row(app, tongue, shelved),
        "told": {"wrong": told.get("wrong"), "recipients": told.get("recipients")},
        "deliveries": deliveries,
        "going": going,
        "readable": has("report.html"),
        "pdf": files.iter().find(|file| file.name == "report.pdf").map(|file| tongue.size(file.bytes)),
        "xlsx": files.iter().find(|file| file.name == "report.xlsx").map(|file| tongue.size(file.bytes)),
        "json": has("report.json"),
        "pages": pages,
        "charts": listed("charts", "png"),
        "tables": figures,
        "may_decide": visitor.needs(Role::Editor).is_ok() && shelved.approval.as_ref().is_some_and(is_open),
        "may_send": visitor.needs(Role::Editor).is_ok() && shelved.archived && !shelved.entry.draft,
        "mail": app.config.mail.is_some(),
        "allow": app.config.mail.as_ref().map(|mail| mail.allow.clone()).unwrap_or_default(),
        "recipients": recipients(app, shelved),
        "comment": format!("/reports/comment?period={}{}", shelved.entry.period_code,
            shelved.entry.unit.as_ref().map(|unit| format!("&unit={unit}")).unwrap_or_default()),
        "may_share": visitor.needs(Role::Editor).is_ok() && !shelved.entry.draft && has("report.html"),
        "may_comment": visitor.needs(Role::Editor).is_ok(),
    });
    let title = tongue.report_title(&shelved.entry);
    let mut response = show(shared, visitor, "work-report.html", &title, "/reports", context);
    if going {
        // Somebody waits for the answer of a mail server: the page looks again by itself.
        super::again_in(&mut response, 3);
    }
    response
}

/// The report as a page of its own, exactly as it was archived.
pub(super) async fn read(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    file(State(shared), visitor, Path((id, "report.html".to_owned()))).await
}

/// A file of a report, if the report's own list names it.
pub(super) async fn file(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let (shelved, _) = found(&app, &visitor, &id).await?;
    let bytes = pipeline::report_file(&app, &shelved.entry.id, &name).await?.ok_or(Refusal::NotFound)?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    let (_, media, inline) =
        TYPES.into_iter().find(|(known, _, _)| *known == ending).unwrap_or(("", "application/octet-stream", false));
    let last = name.rsplit('/').next().unwrap_or(&name);
    let safe: String = format!("{}-{last}", shelved.entry.id)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '_' })
        .collect();
    let how = if inline { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{how}; filename=\"{safe}\"")),
        (header::CONTENT_SECURITY_POLICY, OWN_POLICY.to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The report of the id, if the visitor may see it; else it is not there.
pub(super) async fn found(app: &App, visitor: &Visitor, id: &str) -> Result<(Shelved, Vec<ReportFile>), Refusal> {
    let (shelved, files) = pipeline::shelved(app, id).await?.ok_or(Refusal::NotFound)?;
    visitor.may_see(app, shelved.entry.unit.as_ref())?;
    Ok((shelved, files))
}

/// A report as lists show it.
pub(super) fn row(app: &App, tongue: Tongue, shelved: &Shelved) -> Value {
    let entry = &shelved.entry;
    let config = &app.config;
    let unit = entry.unit.as_ref().and_then(|unit| config.units.find(unit)).map(|unit| unit.title.clone());
    let mut counts: Vec<(DeliveryStatus, usize)> = Vec::new();
    for delivery in &shelved.deliveries {
        match counts.iter_mut().find(|(status, _)| *status == delivery.status) {
            Some((_, count)) => *count += 1,
            None => counts.push((delivery.status, 1)),
        }
    }
    let sent: Vec<Value> = counts
        .iter()
        .map(|(status, count)| json!({"status": status.as_str(), "count": count, "grave": is_grave(*status)}))
        .collect();
    json!({
        "id": entry.id,
        "spec": entry.spec,
        "kind": entry.kind.as_str(),
        "title": tongue.report_title(entry),
        "unit": unit.unwrap_or_else(|| config.organisation.name.clone()),
        "period": tongue.locale().period(entry.period, config.organisation.calendar),
        "period_code": entry.period_code,
        "language": entry.language.code(),
        "made": tongue.moment(entry.made_at),
        "known_at": tongue.moment(entry.known_at),
        "hash": entry.hash,
        "draft": entry.draft,
        "preliminary": entry.preliminary,
        "archived": shelved.archived,
        "sent": sent,
        "approval": shelved.approval.as_ref().map(|asked| json!({
            "state": asked.state.as_str(),
            "open": is_open(asked),
            "owner": asked.owner,
            "deadline": tongue.moment(asked.deadline),
            "sent_at": tongue.moment(asked.instant),
            "on_deadline": asked.on_deadline.as_str(),
            "decided_by": asked.decided_by,
            "decided_at": asked.decided_at.map(|at| tongue.moment(at)),
        })),
    })
}

fn delivery(tongue: Tongue, delivery: &Delivery) -> Value {
    json!({
        "id": delivery.id,
        "recipient": if delivery.recipient == "-" { "" } else { &delivery.recipient },
        "way": delivery.way.as_str(),
        "status": delivery.status.as_str(),
        "grave": is_grave(delivery.status),
        "going": is_going(delivery),
        "answer": delivery.answer.as_deref().map(|answer| tongue.known(answer)),
        "attempts": delivery.attempts,
        "copy": delivery.copy,
        "at": tongue.moment(delivery.updated),
        "retry_at": delivery.retry_at.map(|at| tongue.moment(at)),
        "uncertain": delivery.status == DeliveryStatus::Uncertain,
        "again": matches!(delivery.status, DeliveryStatus::Uncertain | DeliveryStatus::Refused | DeliveryStatus::Sent),
    })
}

/// Whom the report is meant for by the configuration: offered in the form, never filled in.
fn recipients(app: &App, shelved: &Shelved) -> Vec<String> {
    let Some(spec) = app.config.report(&shelved.entry.spec) else { return Vec::new() };
    // Each gets their own part: that of their unit, in their language.
    let theirs = |recipient: &&Recipient| {
        recipient.unit.as_ref().or(spec.unit.as_ref()) == shelved.entry.unit.as_ref()
            && recipient.language.unwrap_or(spec.language) == shelved.entry.language
    };
    spec.recipients.iter().filter(theirs).map(|recipient| recipient.address.clone()).collect()
}

/// Whether somebody can still decide about a draft.
fn is_open(asked: &pipeline::DraftApproval) -> bool {
    matches!(asked.state, pipeline::ApprovalState::Waiting | pipeline::ApprovalState::Held)
}

fn is_going(delivery: &Delivery) -> bool {
    matches!(delivery.status, DeliveryStatus::Pending | DeliveryStatus::Sending)
}

/// Whether a person should look at it.
fn is_grave(status: DeliveryStatus) -> bool {
    matches!(status, DeliveryStatus::Refused | DeliveryStatus::Uncertain)
}
