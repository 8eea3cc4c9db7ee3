//! Where a figure comes from: how it was computed, from which observations, and when they were seen.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, Links, look, named_view, part};
use crate::model::told::Told;
use crate::model::{Figure, How, Language, MetricName, Observation, Post, State as Became, Value, Window};
use crate::pipeline::{App, Explained, ExplainedSource, explain, stored_report};
use crate::report::Report;
use crate::words::{Locale, traces, web_text};

/// So many observations are shown; the interface for programs gives all.
const SHOWN: usize = 200;
/// So many letters of a post's text.
const EXCERPT: usize = 90;

/// Where to find the figures that a figure was computed from.
enum Place<'a> {
    /// On the page that it stands on.
    Page(&'a Links),
    /// In a report that was made.
    Report(&'a str),
}

impl Place<'_> {
    fn trace(&self, figure: &str) -> String {
        match self {
            Self::Page(links) => links.trace(figure),
            Self::Report(id) => format!("/trace/{}/{}", part(id), part(figure)),
        }
    }
}

/// The trace of a figure: of what is shown now, or of a report that was made.
pub(super) async fn trace(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((report, figure)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    if report != "now" {
        let app = shared.app();
        let (entry, stored) = stored_report(&app, &report).await?;
        visitor.may_see(&app, entry.unit.as_ref())?;
        let context = context(&app, &stored, &figure, &Place::Report(&entry.id), visitor.language).await?;
        return Ok(show(&shared, &visitor, "see-trace.html", visitor.t("see.trace"), "/", context));
    }
    let seen = asked.view.as_deref().map_or(Some(crate::report::Seen::Whole), named_view);
    let looked = look(&shared, &visitor, &asked, seen.ok_or(Refusal::NotFound)?).await?;
    let place = Place::Page(&looked.links);
    let context = context(&looked.app, &looked.sight.report, &figure, &place, looked.order.language).await?;
    Ok(show(&shared, &visitor, "see-trace.html", visitor.t("see.trace"), "/", context))
}

async fn context(
    app: &App,
    report: &Report,
    figure: &str,
    place: &Place<'_>,
    language: Language,
) -> Result<Json, Refusal> {
    let explained: Explained = explain(app, report, figure).await?;
    let locale = Locale::of(language);
    let calendar = app.config.organisation.calendar;
    let found = &explained.figure;
    let canonical = app.catalog.canonical(&found.metric);
    let figures = explained.figures.iter();
    let value = |figure: &Figure| figure.value.as_ref().ok().map(|number| locale.written(*number));
    let why = |figure: &Figure| figure.value.as_ref().err().map(|missing| locale.missing(missing));
    Ok(json!({
        "id": found.id,
        "value": value(found),
        "why": why(found),
        "metric": canonical.map_or_else(|| counted(language, &found.metric), |it| it.title.get(language).to_owned()),
        "definition": canonical.map(|it| it.definition.get(language)),
        "period": locale.period(found.period, calendar),
        "preliminary": found.preliminary,
        "how": how(app, &found.trace.how, language),
        "config": configured(app, found, language),
        "report": report.title,
        "report_id": matches!(place, Place::Report(_)).then_some(&report.id),
        "made": locale.instant(report.made, app.config.organisation.zone),
        "figures": figures.map(|it| json!({
            "id": it.id,
            "value": value(it).or_else(|| why(it)),
            "how": how(app, &it.trace.how, language),
            "href": place.trace(&it.id.0),
        })).collect::<Vec<_>>(),
        "sources": explained.sources.iter().map(|it| source(app, it, locale)).collect::<Vec<_>>(),
    }))
}

/// How it was computed. What no phrase is known for is English, and is marked as that for those who hear the page.
fn how(app: &App, how: &How, language: Language) -> Json {
    worded(app, (how.english(), how.told()), language)
}

/// The values of the configuration behind it, likewise.
fn configured(app: &App, figure: &Figure, language: Language) -> Vec<Json> {
    figure.trace.config.lines().map(|line| worded(app, line, language)).collect()
}

fn worded(app: &App, (english, told): (&str, Option<&Told>), language: Language) -> Json {
    let text = told.and_then(|told| traces::text(language, told, &|metric| title(app, metric, language)));
    json!({ "lang": text.is_none().then_some("en"), "text": text.unwrap_or_else(|| english.to_owned()) })
}

/// What readers call the metric.
fn title(app: &App, metric: &str, language: Language) -> Option<String> {
    app.catalog.canonical(&MetricName::from(metric)).map(|it| it.title.get(language).to_owned())
}

/// What is counted that the catalogue does not know: goals, in words.
fn counted(language: Language, metric: &MetricName) -> String {
    web_text(language, &format!("see.metric_{metric}")).map_or_else(|| metric.to_string(), str::to_owned)
}

fn source(app: &App, explained: &ExplainedSource, locale: Locale) -> Json {
    let source = &explained.source;
    let zone = app.config.organisation.zone;
    let channel = app.config.channel(&source.channel);
    let days = crate::model::Period::new(source.start, source.end);
    let one = |it: &Observation| observation(it, locale, zone);
    let posts = |it: &Post| json!({ "id": it.id, "published": locale.instant(it.published, zone), "text": it.text.chars().take(EXCERPT).collect::<String>(), "permalink": web(it.permalink.as_ref()) });
    json!({
        "channel": channel.map_or(source.channel.as_str(), |it| it.title.as_str()),
        "platform": channel.map(|it| it.platform.title()),
        "post": source.post,
        "metrics": source.metrics.join(" + "),
        "window": window(source.window),
        "days": days.map(|days| locale.days(days, true)),
        "from": source.from.join(", "),
        "observations": explained.observations.iter().take(SHOWN).map(one).collect::<Vec<_>>(),
        "all": explained.observations.len(),
        "shown": SHOWN,
        "posts": explained.posts.iter().map(posts).collect::<Vec<_>>(),
    })
}

/// Only addresses on the web become links.
fn web(address: Option<&String>) -> Option<&String> {
    address.filter(|it| it.starts_with("https://") || it.starts_with("http://"))
}

fn observation(seen: &Observation, locale: Locale, zone: chrono_tz::Tz) -> Json {
    let reading = &seen.reading;
    let days = crate::model::Period::new(reading.start, reading.end);
    let value = reading.value.map(|value| match value {
        Value::Whole(whole) => locale.whole(Value::Whole(whole).as_f64()),
        Value::Decimal(decimal) => decimal.to_string(),
    });
    json!({
        "metric": reading.metric,
        "days": days.map(|days| locale.days(days, true)),
        "value": value,
        "state": state(reading.state),
        "seen": locale.instant(seen.seen, zone),
        "source": seen.source,
        "run": seen.run,
        "zone": seen.zone,
    })
}

/// The key of the words for a window.
fn window(window: Window) -> String {
    format!("see.window_{}", window.as_str())
}

/// The key of the words for what became of a question.
fn state(state: Became) -> String {
    format!("see.state_{}", state.as_str())
}
