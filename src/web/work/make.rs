//! Having a report made now: the form, and the page where one waits for it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Tongue, again_in, allowed, go, who};
use crate::model::{Granularity, Language, Period, ReportKind, UnitId};
use crate::pipeline::{self, App, JobState, MakeWish, MakingStands, Role};
use crate::report::OPTIONAL_SECTIONS;
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::{not_taken, show};

/// The page looks again so often, in seconds.
const LOOK: u32 = 2;

/// What the form says.
#[derive(Debug, Default, Clone)]
pub(super) struct Wish {
    /// `spec:veckorapport` or `kind:monthly`.
    what: String,
    /// One of the suggested periods.
    suggested: String,
    /// Another one, in its place.
    period: String,
    language: String,
    unit: String,
    /// The sections to keep; the form names them all.
    section: Vec<String>,
    /// Whether the form named sections at all.
    sections: String,
    ticket: String,
}

/// The form.
pub(super) async fn form(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(wish): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let wish = Wish::of(&wish);
    Ok(page(&shared, &visitor, &wish, None))
}

/// Takes the wish.
pub(super) async fn ask(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(pairs): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let form = Wish::of(&pairs);
    let wish = match wish(&app, &visitor, &form) {
        Ok(wish) => wish,
        Err(what) => return Ok(not_taken(page(&shared, &visitor, &form, Some(what)))),
    };
    visitor.may_see(&app, wish.unit.as_ref())?;
    pipeline::ask_for_report(&app, &wish, shared.now()).await?;
    let now = shared.now();
    // Done here and at once; should this process end before, whoever finds the job goes on.
    tokio::spawn(async move {
        if let Err(error) = pipeline::do_wanted(&app, now).await {
            tracing::warn!(%error, "a report that somebody waits for was left to the workers");
        }
    });
    Ok(go(&format!("/reports/making/{}", wish.ticket)))
}

/// Where the report stands: once it is made, the report itself.
pub(super) async fn status(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(ticket): Path<String>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let stands = pipeline::making(&app, &ticket).await?.ok_or(Refusal::NotFound)?;
    visitor.may_see(&app, stands.wish.unit.as_ref())?;
    if let Some(report) = &stands.report {
        return Ok(go(&format!("/reports/{report}")));
    }
    let tongue = Tongue::of(&visitor, &app);
    let dead = stands.state == JobState::Dead;
    let context = json!({
        "wish": told(&app, tongue, &stands),
        "dead": dead,
        "error": stands.error,
        "since": tongue.moment(stands.since),
    });
    let mut response = show(&shared, &visitor, "work-making.html", tongue.text("work.making"), "/reports", context);
    if !dead {
        again_in(&mut response, LOOK);
    }
    Ok(response)
}

fn told(app: &App, tongue: Tongue, stands: &MakingStands) -> Value {
    let wish = &stands.wish;
    let unit = wish.unit.as_ref().and_then(|unit| app.config.units.find(unit)).map(|unit| unit.title.clone());
    json!({
        "kind": wish.kind.as_str(),
        "period": tongue.locale().period(wish.period, app.config.organisation.calendar),
        "unit": unit.unwrap_or_else(|| app.config.organisation.name.clone()),
        "language": wish.language.code(),
    })
}

fn page(shared: &Shared, visitor: &Visitor, form: &Wish, wrong: Option<&'static str>) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    let specs: Vec<Value> = app
        .config
        .reports
        .iter()
        .filter(|spec| allowed(visitor, &app, spec.unit.as_ref()))
        .map(|spec| json!({"value": format!("spec:{}", spec.id), "id": spec.id, "kind": spec.kind.as_str()}))
        .collect();
    let kinds = ReportKind::ALL.map(|kind| json!({"value": format!("kind:{}", kind.as_str()), "kind": kind.as_str()}));
    let granularity = chosen(&app, &form.what).map_or(Granularity::Week, |(_, kind)| kind.granularity());
    let sections: Vec<Value> = OPTIONAL_SECTIONS
        .iter()
        .map(|id| json!({"id": id, "kept": form.sections.is_empty() || form.section.iter().any(|kept| kept == id)}))
        .collect();
    let ticket = if is_ticket(&form.ticket) { form.ticket.clone() } else { format!("{:032x}", rand::random::<u128>()) };
    let whole = allowed(visitor, &app, None);
    let unit = if form.unit.is_empty() && !whole {
        super::units(visitor, &app).first().and_then(|unit| unit["id"].as_str().map(str::to_owned)).unwrap_or_default()
    } else {
        form.unit.clone()
    };
    let context = json!({
        "wrong": wrong.map(|key| tongue.text(key)),
        "specs": specs,
        "kinds": kinds,
        "what": form.what,
        "periods": suggestions(&app, tongue, granularity, shared.now()),
        "suggested": form.suggested,
        "period": form.period,
        "languages": Language::ALL.map(Language::code),
        "language": if form.language.is_empty() { app.config.organisation.language.code() } else { form.language.as_str() },
        "units": super::units(visitor, &app),
        "whole": whole,
        "organisation": app.config.organisation.name,
        "unit": unit,
        "sections": sections,
        "ticket": ticket,
    });
    show(shared, visitor, "work-make.html", tongue.text("work.make"), "/reports", context)
}

/// Periods of every length, those that fit the kind first, so that the form is of use without script.
fn suggestions(app: &App, tongue: Tongue, first: Granularity, now: chrono::DateTime<chrono::Utc>) -> Vec<Value> {
    let mut lengths =
        vec![Granularity::Week, Granularity::Month, Granularity::Tertial, Granularity::Quarter, Granularity::Year];
    lengths.sort_by_key(|length| *length != first);
    let calendar = app.config.organisation.calendar;
    let groups = lengths.into_iter().map(|length| {
        let periods = pipeline::suggested_periods(app, length, now);
        let options: Vec<Value> = periods
            .into_iter()
            .map(|period| json!({"code": period.code(calendar), "text": tongue.locale().period(period, calendar)}))
            .collect();
        json!({"length": length_word(length), "periods": options})
    });
    groups.collect()
}

fn length_word(length: Granularity) -> &'static str {
    match length {
        Granularity::Week => "week",
        Granularity::Month => "month",
        Granularity::Tertial => "tertial",
        Granularity::Quarter => "quarter",
        Granularity::Year => "year",
    }
}

/// The report of the configuration, where it is one, and its kind.
fn chosen(app: &App, what: &str) -> Option<(Option<String>, ReportKind)> {
    match what.split_once(':')? {
        ("spec", id) => app.config.report(id).map(|spec| (Some(spec.id.clone()), spec.kind)),
        ("kind", word) => ReportKind::parse(word).map(|kind| (None, kind)),
        _ => None,
    }
}

/// The wish of a form, or the key of what is wrong with it.
fn wish(app: &App, visitor: &Visitor, form: &Wish) -> Result<MakeWish, &'static str> {
    let (spec, kind) = chosen(app, &form.what).ok_or("work.make_no_kind")?;
    let text = if form.period.trim().is_empty() { &form.suggested } else { &form.period };
    let calendar = app.config.organisation.calendar;
    let period = Period::parse(text, calendar).map_err(|_| "work.make_no_period")?;
    let configured = spec.as_ref().and_then(|spec| app.config.report(spec)).and_then(|spec| spec.unit.clone());
    let unit = Some(form.unit.trim()).filter(|unit| !unit.is_empty()).map(UnitId::from).or(configured);
    if let Some(unit) = unit.as_ref().filter(|unit| app.config.units.find(unit).is_none()) {
        tracing::debug!(%unit, "a form names no unit of ours");
        return Err("work.make_no_unit");
    }
    if kind == ReportKind::Unit && unit.is_none() {
        return Err("work.make_no_unit");
    }
    if !is_ticket(&form.ticket) {
        return Err("work.make_no_ticket");
    }
    let without = if form.sections.is_empty() {
        Vec::new()
    } else {
        let kept = |id: &&&str| !form.section.iter().any(|kept| kept == **id);
        OPTIONAL_SECTIONS.iter().filter(kept).map(|id| (*id).to_owned()).collect()
    };
    Ok(MakeWish {
        ticket: form.ticket.clone(),
        spec,
        kind,
        language: Language::parse(&form.language).unwrap_or(app.config.organisation.language),
        unit,
        period,
        without,
        by: who(visitor),
    })
}

fn is_ticket(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

impl Wish {
    fn of(pairs: &[(String, String)]) -> Self {
        let mut wish = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "what" => wish.what.clone_from(value),
                "suggested" => wish.suggested.clone_from(value),
                "period" => wish.period.clone_from(value),
                "language" => wish.language.clone_from(value),
                "unit" => wish.unit.clone_from(value),
                "section" => wish.section.push(value.clone()),
                "sections" => wish.sections.clone_from(value),
                "ticket" => wish.ticket.clone_from(value),
                _ => {}
            }
        }
        wish
    }
}
