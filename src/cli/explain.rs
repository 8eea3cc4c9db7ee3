//! `genomslag explain`: where a figure comes from.

use super::Ending;
use super::args::Explain;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Figure, MetricName, Observation, Value};
use crate::pipeline::{self, Explained, ExplainedSource, FigureLine, TraceAnswer};
use crate::report::Report;
use crate::words::{Locale, traces};

/// How many observations of a source are printed one by one.
const PRINTED: usize = 40;

pub(super) async fn run(setup: &Setup, options: &Explain) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let report = pipeline::find_report(&opened.app, &options.report).await?;
    let Some(figure) = &options.figure else {
        list(setup, &opened, &report)?;
        return Ok(Ending::Done);
    };
    let explained = pipeline::explain(&opened.app, &report, figure).await?;
    if setup.common.json {
        output::json(&TraceAnswer::of(explained))?;
    } else {
        show(&opened, &report, &explained);
    }
    Ok(Ending::Done)
}

fn list(setup: &Setup, opened: &Opened, report: &Report) -> anyhow::Result<()> {
    let lines = pipeline::list_figures(report);
    if setup.common.json {
        return output::json(&lines);
    }
    let row = |line: FigureLine| {
        let value = line.value.map_or_else(|| "–".to_owned(), |value| value.to_string());
        let how = traces::how(opened.language, &line.how, &|metric| title(opened, metric));
        vec![line.id.0, value, how]
    };
    let say = opened.say;
    let heads = [say.pick("siffra", "figure"), say.pick("värde", "value"), say.pick("uträkning", "how")];
    output::table(&heads, &lines.into_iter().map(row).collect::<Vec<_>>(), &[1]);
    Ok(())
}

/// What readers call the metric.
fn title(opened: &Opened, metric: &str) -> Option<String> {
    let canonical = opened.app.catalog.canonical(&MetricName::from(metric));
    canonical.map(|it| it.title.get(opened.language).to_owned())
}

fn written(locale: Locale, figure: &Figure) -> String {
    match &figure.value {
        Ok(number) => format!("{} ({})", locale.written(*number), number.value),
        Err(missing) => locale.missing(missing),
    }
}

fn show(opened: &Opened, report: &Report, explained: &Explained) {
    let (locale, say) = (Locale::of(opened.language), opened.say);
    let figure = &explained.figure;
    let titles = |metric: &str| title(opened, metric);
    let calendar = opened.app.config.organisation.calendar;
    output::line(format!("{} {}", figure.id, say.pick("i", "in")) + &format!(" {}", report.id));
    let rows = [
        (say.pick("värde", "value"), written(locale, figure)),
        (say.pick("mått", "metric"), figure.metric.to_string()),
        (say.pick("period", "period"), locale.period(figure.period, calendar)),
        (say.pick("uträkning", "computed"), traces::how(opened.language, &figure.trace.how, &titles)),
    ];
    for (name, text) in rows.into_iter().filter(|(_, text)| !text.is_empty()) {
        output::line(format!("  {name}: {text}"));
    }
    if figure.preliminary {
        output::line(format!(
            "  {}",
            say.pick("preliminärt: plattformen kan ännu ändra det", "preliminary: the platform may still change it")
        ));
    }
    if let Some(canonical) = opened.app.catalog.canonical(&figure.metric) {
        output::line(format!(
            "  {}: {}",
            say.pick("definition", "definition"),
            canonical.definition.get(opened.language)
        ));
    }
    for text in traces::configured(opened.language, &figure.trace.config, &titles) {
        output::line(format!("  {}: {text}", say.pick("ur inställningarna", "from the configuration")));
    }
    for other in &explained.figures {
        output::line(format!("  {} {}: {}", say.pick("ur", "from"), other.id, written(locale, other)));
    }
    for source in &explained.sources {
        show_source(opened, source);
    }
    let zone = opened.app.config.organisation.zone;
    for weeded in &explained.weeded {
        let (before, at) = (locale.date(weeded.before), locale.instant(weeded.at, zone));
        let what = match weeded.class.as_str() {
            "posts" => say.pick("Inlägg före", "Posts before"),
            _ => say.pick("Underlaget före", "Observations before"),
        };
        let gone = say.pick("gallrades", "were removed");
        let why = say.pick("enligt beslut", "by the decision");
        output::line(format!("\n{what} {before} {gone} {at} {why} {}.", weeded.decision));
    }
}

fn show_source(opened: &Opened, explained: &ExplainedSource) {
    let (source, say) = (&explained.source, opened.say);
    let post = source.post.as_ref().map(|post| format!(" {} {post}", say.pick("inlägg", "post"))).unwrap_or_default();
    output::line(format!(
        "\n{}{post}: {} ({}), {} – {}, {}",
        source.channel,
        source.metrics.join(" + "),
        source.window,
        source.start,
        source.end.pred_opt().unwrap_or(source.end),
        source.from.join(", "),
    ));
    if !explained.posts.is_empty() {
        let zone = opened.app.config.organisation.zone;
        let rows: Vec<Vec<String>> = explained
            .posts
            .iter()
            .map(|post| {
                let published = post.published.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
                vec![post.id.to_string(), published, post.permalink.clone().unwrap_or_default()]
            })
            .collect();
        output::table(&["post", "published", "link"], &rows, &[]);
        return;
    }
    let rows: Vec<Vec<String>> = explained.observations.iter().take(PRINTED).map(row).collect();
    output::table(&["metric", "start", "end", "value", "state", "seen", "source"], &rows, &[3]);
    if explained.observations.len() > PRINTED {
        let more = explained.observations.len() - PRINTED;
        output::line(format!("… {more} {}", say.pick("till; allt med --json", "more; all with --json")));
    }
}

fn row(observation: &Observation) -> Vec<String> {
    let reading = &observation.reading;
    vec![
        reading.metric.clone(),
        reading.start.to_string(),
        reading.end.to_string(),
        match reading.value {
            Some(Value::Whole(whole)) => whole.to_string(),
            Some(Value::Decimal(decimal)) => decimal.to_string(),
            None => "–".to_owned(),
        },
        reading.state.as_str().to_owned(),
        observation.seen.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        observation.source.clone(),
    ]
}
