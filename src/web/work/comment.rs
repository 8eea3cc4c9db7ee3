//! A comment on a period: the form writes the file that reports of the period read.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Tongue, allowed, go, who};
use crate::model::{Granularity, Language, Period, UnitId};
use crate::pipeline::{self, App, CommentWish, NotSaved, Role};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::{not_taken, show};

/// The longest text.
const LONGEST: usize = 20_000;

/// Which comment.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Which {
    period: Option<String>,
    unit: Option<String>,
    language: Option<String>,
    saved: Option<String>,
}

/// What the form says.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Written {
    period: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    digest: String,
}

/// The form: first which period, then the text.
pub(super) async fn form(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut written = Written {
        period: text(&which.period),
        unit: text(&which.unit),
        language: text(&which.language),
        ..Written::default()
    };
    let Some(wish) = wish(&app, &written) else { return Ok(page(&shared, &visitor, &written, &json!({}))) };
    visitor.may_see(&app, wish.unit.as_ref())?;
    let told = match pipeline::comment_sheet(&app, &super::source(&app), &wish).await {
        Ok((parts, digest)) => {
            written = Written { decision: parts.decision, text: parts.text, digest, ..written };
            json!({"saved": which.saved.is_some()})
        }
        Err(error) => json!({"wrong": super::goals::wrong(Tongue::of(&visitor, &app), &error)}),
    };
    Ok(page(&shared, &visitor, &written, &told))
}

/// Saves the comment.
pub(super) async fn save(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(written): Signed<Written>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let tongue = Tongue::of(&visitor, &app);
    let Some(wish) = wish(&app, &written).filter(|_| written.text.len() <= LONGEST) else {
        let told = json!({"wrong": [tongue.text("work.comment_no_period")]});
        return Ok(not_taken(page(&shared, &visitor, &written, &told)));
    };
    visitor.may_see(&app, wish.unit.as_ref())?;
    let parts = (written.decision.as_str(), written.text.as_str(), written.digest.as_str());
    match pipeline::save_comment(&app, &super::source(&app), &wish, parts, &who(&visitor), shared.now()).await {
        Ok(()) => {
            super::reload(&shared).await;
            let unit = wish.unit.as_ref().map(|unit| format!("&unit={unit}")).unwrap_or_default();
            let language = wish.language.map(|language| format!("&language={}", language.code())).unwrap_or_default();
            let period = wish.period.code(app.config.organisation.calendar);
            Ok(go(&format!("/reports/comment?period={period}{unit}{language}&saved=yes")))
        }
        Err(NotSaved::Conflict(proposal)) => {
            let told = json!({
                "wrong": [tongue.text("work.conflict")],
                "lines": proposal.lines,
                "digest": proposal.digest,
            });
            Ok(page(&shared, &visitor, &written, &told))
        }
        Err(NotSaved::Trouble(error)) => Err(error.into()),
        Err(error) => {
            let told = json!({"wrong": super::goals::wrong(tongue, &error)});
            Ok(not_taken(page(&shared, &visitor, &written, &told)))
        }
    }
}

fn page(shared: &Shared, visitor: &Visitor, written: &Written, told: &Value) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    let calendar = app.config.organisation.calendar;
    let chosen = wish(&app, written);
    let now = shared.now();
    let periods: Vec<Value> = [Granularity::Week, Granularity::Month, Granularity::Tertial]
        .into_iter()
        .flat_map(|length| pipeline::suggested_periods(&app, length, now))
        .map(|period| json!({"code": period.code(calendar), "text": tongue.locale().period(period, calendar)}))
        .collect();
    let there: Vec<Value> = app
        .config
        .comments
        .iter()
        .rev()
        .filter(|comment| allowed(visitor, &app, comment.unit.as_ref()))
        .take(20)
        .map(|comment| {
            let unit = comment.unit.as_ref().and_then(|unit| app.config.units.find(unit));
            json!({
                "code": comment.period.code(calendar),
                "period": tongue.locale().period(comment.period, calendar),
                "unit": comment.unit,
                "title": unit.map(|unit| unit.title.clone()),
                "language": comment.language.map(Language::code),
            })
        })
        .collect();
    let context = json!({
        "told": {"wrong": told.get("wrong"), "saved": told.get("saved"), "lines": told.get("lines")},
        "chosen": chosen.as_ref().map(|wish| tongue.locale().period(wish.period, calendar)),
        "period": written.period,
        "periods": periods,
        "unit": written.unit,
        "units": super::units(visitor, &app),
        "whole": allowed(visitor, &app, None),
        "language": written.language,
        "languages": Language::ALL.map(Language::code),
        "decision": written.decision,
        "text": written.text,
        // After a conflict the form is about what stands there now.
        "digest": told.get("digest").and_then(Value::as_str).unwrap_or(&written.digest),
        "there": there,
    });
    show(shared, visitor, "work-comment.html", tongue.text("work.comment"), "/reports", context)
}

fn wish(app: &App, written: &Written) -> Option<CommentWish> {
    let calendar = app.config.organisation.calendar;
    let period = Period::parse(&written.period, calendar).ok().filter(|it| it.granularity(calendar).is_some())?;
    let unit = Some(written.unit.trim()).filter(|unit| !unit.is_empty()).map(UnitId::from);
    if unit.as_ref().is_some_and(|unit| app.config.units.find(unit).is_none()) {
        return None;
    }
    Some(CommentWish { period, unit, language: Language::parse(&written.language) })
}
