//! Bringing in files: choose, see what they are, confirm.

use std::collections::BTreeSet;

use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tongue, allowed, go, who};
use crate::model::{ChannelId, Period, Platform};
use crate::pipeline::{
    self, App, Confirmed, FileSeen, LARGEST_UPLOAD, LARGEST_UPLOADS, MOST_UPLOADS, Need, PipelineError, Role,
    UploadedFile,
};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor, check_csrf};
use crate::web::refusal::Refusal;
use crate::web::show::{not_taken, show};
use crate::words::problems;

/// So many rows that are not taken are named one by one.
const NAMED: usize = 8;

/// What is to be said above the form.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Told {
    told: Option<String>,
}

/// Where files are chosen, and where to get them.
pub(super) async fn form(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(told): Query<Told>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let gone = told.told.as_deref() == Some("gone");
    Ok(page(&shared, &visitor, gone.then_some("work.import_gone")))
}

fn page(shared: &Shared, visitor: &Visitor, wrong: Option<&str>) -> Response {
    let app = shared.app();
    pipeline::sweep_uploads(&app);
    let tongue = Tongue::of(visitor, &app);
    let guides: Vec<Value> = pipeline::guides()
        .iter()
        .map(|guide| {
            let steps: Vec<&str> = guide.steps.iter().map(|text| text.get(tongue.language)).collect();
            let notes: Vec<&str> = guide.notes.iter().map(|text| text.get(tongue.language)).collect();
            json!({"title": guide.title.get(tongue.language), "steps": steps, "notes": notes})
        })
        .collect();
    let context = json!({
        "wrong": wrong.map(|key| tongue.text(key)),
        "largest": tongue.size(LARGEST_UPLOAD),
        "all": tongue.size(LARGEST_UPLOADS),
        "most": MOST_UPLOADS,
        "guides": guides,
    });
    show(shared, visitor, "work-import.html", tongue.text("work.import"), "/import", context)
}

/// Takes the files into their resting place. The form's first field is its mark, so that nothing is kept of a form that is
/// not ours.
pub(super) async fn take(
    State(shared): State<Shared>,
    visitor: Visitor,
    mut form: Multipart,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let broken = |_| Refusal::Bad(Tongue::of(&visitor, &app).text("work.import_broken").to_owned());
    let mut signed = false;
    let mut upload: Option<pipeline::Upload> = None;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("csrf") => {
                let token = field.text().await.map_err(broken)?;
                check_csrf(&visitor, &token)?;
                signed = true;
            }
            Some("files") => {
                if !signed {
                    check_csrf(&visitor, "")?;
                }
                let name = field.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    continue;
                }
                let upload = match &mut upload {
                    Some(upload) => upload,
                    none => none.insert(pipeline::upload(&app, &who(&visitor)).await?),
                };
                let mut written = 0;
                let mut file = match upload.begin(&name).await {
                    Ok(file) => file,
                    Err(error) => return too_much(&shared, &visitor, upload, error).await,
                };
                while let Some(part) = field.chunk().await.map_err(broken)? {
                    written = match upload.write(&mut file, written, &part).await {
                        Ok(written) => written,
                        Err(error) => return too_much(&shared, &visitor, upload, error).await,
                    };
                }
            }
            _ => {}
        }
    }
    if !signed {
        check_csrf(&visitor, "")?;
    }
    match upload {
        Some(upload) => Ok(go(&format!("/import/{}", upload.id))),
        None => Ok(not_taken(page(&shared, &visitor, Some("work.import_none")))),
    }
}

/// Nothing is kept of an upload that is too large.
async fn too_much(
    shared: &Shared,
    visitor: &Visitor,
    upload: &pipeline::Upload,
    error: PipelineError,
) -> Result<Response, Refusal> {
    pipeline::forget_upload(&shared.app(), &upload.id, &who(visitor)).await?;
    match error {
        PipelineError::Unknown { .. } => Ok(not_taken(page(shared, visitor, Some("work.import_too_much")))),
        error => Err(error.into()),
    }
}

/// What is in the files.
pub(super) async fn look(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let now = shared.now();
    let own = super::imports_folder(&app);
    let Some(files) = pipeline::uploaded(&app, own.as_deref(), &id, &who(&visitor), now).await? else {
        return Ok(go("/import?told=gone"));
    };
    Ok(preview(&shared, &visitor, &id, &files, None))
}

fn preview(shared: &Shared, visitor: &Visitor, id: &str, files: &[UploadedFile], wrong: Option<&str>) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    let shown: Vec<Value> = files.iter().map(|file| uploaded(&app, visitor, tongue, file)).collect();
    let context = json!({
        "id": id,
        "files": shown,
        "platforms": Platform::ALL.map(|platform| json!({"id": platform.as_str(), "title": platform.title()})),
        "any": files.iter().any(|file| is_takeable(&app, visitor, file)),
        "wrong": wrong,
    });
    show(shared, visitor, "work-import-look.html", tongue.text("work.import_look"), "/import", context)
}

fn uploaded(app: &App, visitor: &Visitor, tongue: Tongue, file: &UploadedFile) -> Value {
    let asks_channel = file.seen.iter().any(|seen| seen.platform.is_some() && seen.channel.is_none());
    let platforms: Vec<Platform> = file.seen.iter().filter_map(|seen| seen.platform).collect();
    let channels: Vec<Value> = app
        .config
        .channels
        .iter()
        .filter(|channel| platforms.is_empty() || platforms.contains(&channel.platform))
        .filter(|channel| allowed(visitor, app, Some(&channel.unit)))
        .map(|channel| json!({"id": channel.id, "title": channel.title}))
        .collect();
    let needs = |need: Need| file.seen.iter().any(|seen| seen.needs.contains(&need));
    json!({
        "number": file.number,
        "name": file.name,
        "parts": file.seen.iter().map(|seen| part(app, tongue, seen)).collect::<Vec<_>>(),
        "takeable": is_takeable(app, visitor, file),
        "asks_channel": asks_channel,
        "channels": channels,
        "asks_platform": needs(Need::Platform),
        "asks_period": needs(Need::Period),
    })
}

/// Whether something in the file can be taken in by this visitor.
fn is_takeable(app: &App, visitor: &Visitor, file: &UploadedFile) -> bool {
    file.seen.iter().any(|seen| {
        let unit = seen.channel.as_ref().and_then(|id| app.config.channel(id)).map(|channel| &channel.unit);
        seen.error.is_none() && (seen.channel.is_none() || allowed(visitor, app, unit))
    })
}

/// One answer of a file, as the page shows it.
fn part(app: &App, tongue: Tongue, seen: &FileSeen) -> Value {
    let channel = seen.channel.as_ref().and_then(|id| app.config.channel(id));
    let days = match (seen.first, seen.last) {
        (Some(first), Some(last)) => last.succ_opt().and_then(|end| Period::new(first, end)),
        _ => None,
    };
    let told = |text| problems::told(tongue.language, text);
    json!({
        "file": seen.file,
        "format": seen.format,
        "platform": seen.platform.map(Platform::title),
        "spoken": seen.language,
        "account": seen.account,
        "channel": channel.map(|channel| channel.title.clone()),
        "rows": tongue.whole(seen.rows),
        "posts": tongue.whole(seen.posts),
        "days": days.map(|days| tongue.locale().days(days, true)),
        "skipped": seen.skipped.iter().take(NAMED).map(|row| json!({"row": row.row, "why": told(&row.reason)})).collect::<Vec<_>>(),
        "skipped_more": seen.skipped.len().saturating_sub(NAMED),
        "left_out": seen.left_out.iter().map(|left| json!({"label": problems::part(tongue.language, &left.label), "why": told(&left.reason)})).collect::<Vec<_>>(),
        "notices": seen.notices.iter().map(told).collect::<Vec<_>>(),
        "error": seen.error.as_ref().map(told),
        "known": seen.known,
        "new": tongue.whole(seen.new),
        "restated": tongue.whole(seen.restated),
        "unchanged": tongue.whole(seen.unchanged),
        "stood_back": (seen.stood_back > 0).then(|| tongue.whole(seen.stood_back)),
        "same_posts": (seen.same_posts > 0).then(|| tongue.whole(seen.same_posts)),
        "unclear_posts": (seen.unclear_posts > 0).then(|| tongue.whole(seen.unclear_posts)),
    })
}

/// Takes in what was confirmed, and says what became of it.
pub(super) async fn confirm(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(form): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let (now, by, own) = (shared.now(), who(&visitor), super::imports_folder(&app));
    let step = form.iter().find(|(name, _)| name == "step").map(|(_, step)| step.as_str());
    if step == Some("forget") {
        pipeline::forget_upload(&app, &id, &by).await?;
        return Ok(go("/import"));
    }
    let Some(files) = pipeline::uploaded(&app, own.as_deref(), &id, &by, now).await? else {
        return Ok(go("/import?told=gone"));
    };
    let tongue = Tongue::of(&visitor, &app);
    let confirmed = match confirmed(&app, &files, &form) {
        Ok(confirmed) if !confirmed.is_empty() => confirmed,
        refused => {
            let key = refused.err().unwrap_or("work.import_nothing_chosen");
            return Ok(not_taken(preview(&shared, &visitor, &id, &files, Some(tongue.text(key)))));
        }
    };
    for one in &confirmed {
        let file = files.iter().find(|file| file.number == one.number);
        let found = file.into_iter().flat_map(|file| &file.seen).filter_map(|seen| seen.channel.as_ref());
        for channel in one.channel.iter().chain(found) {
            let unit = app.config.channel(channel).map(|channel| &channel.unit);
            visitor.may_see(&app, unit)?;
        }
    }
    let theirs = app.config.channels.iter().filter(|channel| allowed(&visitor, &app, Some(&channel.unit)));
    let theirs: BTreeSet<ChannelId> = theirs.map(|channel| channel.id.clone()).collect();
    let taken = pipeline::confirm_upload(&app, own.as_deref(), &id, (&confirmed, &theirs), &by, now).await?;
    let Some(seen) = taken else {
        return Ok(go("/import?told=gone"));
    };
    let parts: Vec<Value> = seen.iter().map(|seen| part(&app, tongue, seen)).collect();
    let context = json!({"parts": parts});
    Ok(show(&shared, &visitor, "work-import-done.html", tongue.text("work.import_done"), "/import", context))
}

/// What the form says of each file that is ticked.
fn confirmed(app: &App, files: &[UploadedFile], form: &[(String, String)]) -> Result<Vec<Confirmed>, &'static str> {
    let said = |name: String| {
        let value = form.iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim().to_owned());
        value.filter(|value| !value.is_empty())
    };
    let mut all = Vec::new();
    for file in files {
        let number = file.number;
        if said(format!("take-{number}")).is_none() {
            continue;
        }
        let channel = said(format!("channel-{number}")).map(ChannelId::from);
        if channel.as_ref().is_some_and(|id| app.config.channel(id).is_none()) {
            return Err("work.import_no_channel");
        }
        let period = said(format!("period-{number}"))
            .map(|text| Period::parse(&text, app.config.organisation.calendar))
            .transpose()
            .map_err(|_| "work.make_no_period")?;
        let platform = said(format!("platform-{number}")).and_then(|word| Platform::parse(&word));
        all.push(Confirmed { number, channel, platform, period });
    }
    Ok(all)
}
