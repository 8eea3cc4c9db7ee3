//! How good the data are: coverage, gaps, delays, tokens, restatements, and what fetching cost.

use super::draft::{Draft, Part, words_cell};
use super::goal_chart::{column, name_cell};
use super::goal_line::NONE;
use super::goals::{paragraph, told};
use super::sections::opening;
use super::{Align, Block, Cell, LastFetch, Material, Section, Sentence, Table};
use crate::analysis::{ChannelQuality, Gap};
use crate::model::told::traces;
use crate::model::{ChannelId, Figure, FigureId, Gravity, MetricName};
use crate::words::problems;

use Part::{Behind, Spelled, Text, Value};

/// Gaps of one channel beyond these are counted, not listed.
const GAPS: usize = 6;

/// The whole section.
pub(super) fn section(draft: &mut Draft<'_>) -> Section {
    let mut blocks = opening(draft, "quality");
    blocks.push(told(line(draft)));
    blocks.push(Block::Table(coverage_table(draft)));
    let gaps = gaps(draft);
    if gaps.is_empty() {
        blocks.push(paragraph(draft.words.quality.no_gaps.clone()));
    } else {
        blocks.push(Block::List { items: gaps });
    }
    if fetched(draft.material).next().is_some() {
        blocks.push(Block::Table(fetch_table(draft)));
    }
    let restated = restated(draft);
    blocks.extend(restated.into_iter().map(told));
    let stood_back = stood_back(draft);
    blocks.extend(stood_back.into_iter().map(told));
    let strange = super::carries::strange_days(draft);
    if !strange.is_empty() {
        blocks.push(Block::List { items: strange });
    }
    let problems = problems(draft);
    if !problems.is_empty() {
        blocks.push(paragraph(draft.words.quality.problems.clone()));
        blocks.push(Block::List { items: problems });
    }
    Section { id: "quality".to_owned(), heading: draft.words.section.quality.clone(), blocks }
}

/// The same in one paragraph.
pub(super) fn compact(draft: &mut Draft<'_>) -> Section {
    let mut blocks = opening(draft, "quality");
    blocks.push(told(line(draft)));
    Section { id: "quality".to_owned(), heading: draft.words.section.quality.clone(), blocks }
}

/// How many channels have the whole period, and which metric is covered least.
fn line(draft: &mut Draft<'_>) -> Sentence {
    let material = draft.material;
    let words = &draft.words.quality;
    let all = material.quality.len();
    let complete = material.quality.iter().filter(|it| it.complete).count();
    let all_count = draft.count("quality.channels", "channels", all, traces::channels_of_report());
    let complete_count = draft.count("quality.complete", "channels", complete, traces::channels_complete());
    if all == 0 {
        return draft.say(&words.no_channels, &[]);
    }
    let parts = [("complete", Spelled(&complete_count)), ("all", Spelled(&all_count))];
    let mut sentence = match complete {
        0 if all == 1 => draft.say(&words.one_open, &[("", Behind(&all_count)), ("", Behind(&complete_count))]),
        0 => draft.say(&words.none_complete, &[("all", Spelled(&all_count)), ("", Behind(&complete_count))]),
        _ if complete == all => {
            draft.say(words.all_complete.of(all), &[("all", Spelled(&all_count)), ("", Behind(&complete_count))])
        }
        _ => draft.say(words.some_complete.of(complete), &parts),
    };
    sentence.text = super::draft::upper_first(&sentence.text);
    let mut followed = Vec::new();
    if let Some((channel, figure)) = least_covered(material.quality.as_slice()) {
        let (channel, metric) = (draft.channel_title(channel), draft.metric_within(&figure.metric));
        let phrase = if figure.number().is_some_and(|share| share < 1.0) { &words.least } else { &words.full };
        let parts = [("channel", Text(&channel)), ("metric", Text(&metric)), ("coverage", Value(figure))];
        followed.push(draft.say(phrase, &parts));
    }
    followed.extend(cost(draft));
    for next in followed {
        sentence.text = format!("{} {}", sentence.text, next.text);
        sentence.figures.extend(next.figures);
    }
    sentence
}

/// What the last fetch of all channels cost together.
fn cost(draft: &mut Draft<'_>) -> Option<Sentence> {
    let fetches: Vec<&LastFetch> = fetched(draft.material).filter(|it| it.at.is_some()).collect();
    if fetches.is_empty() {
        return None;
    }
    let calls = fetches.iter().map(|it| usize::try_from(it.calls).unwrap_or(usize::MAX)).sum();
    let calls = draft.count("fetch.calls", "api_calls", calls, traces::questions_of_all());
    let bytes = kilobytes(draft, "fetch.kilobytes", fetches.iter().map(|it| it.bytes).sum());
    Some(draft.say(&draft.words.quality.cost, &[("calls", Value(&calls)), ("kilobytes", Value(&bytes))]))
}

fn kilobytes(draft: &Draft<'_>, id: &str, bytes: u64) -> Figure {
    let count = usize::try_from(bytes.div_ceil(1000)).unwrap_or(usize::MAX);
    draft.count(id, "api_kilobytes", count, traces::kilobytes_rounded())
}

fn least_covered(qualities: &[ChannelQuality]) -> Option<(&ChannelId, &Figure)> {
    let all = qualities.iter().flat_map(|it| it.coverage.iter().map(move |figure| (&it.channel, figure)));
    all.filter(|(_, figure)| figure.value.is_ok())
        .min_by(|(_, left), (_, right)| left.number().unwrap_or(0.0).total_cmp(&right.number().unwrap_or(0.0)))
}

/// The fetches of channels that can be fetched; those that are fed by files have none.
pub(super) fn fetched<'m>(material: &'m Material<'_>) -> impl Iterator<Item = &'m LastFetch> {
    let by_files = |id: &ChannelId| {
        material.facts.channel(id).is_some_and(|channel| channel.platform.only_files() || channel.by_files)
    };
    material.fetches.iter().filter(move |fetch| !by_files(&fetch.channel))
}

/// How many answers within the period were refused.
pub(super) fn refusals(draft: &Draft<'_>, quality: &ChannelQuality) -> Figure {
    let count = usize::try_from(quality.states.refused).unwrap_or(usize::MAX);
    draft.count(format!("channel.{}.refused", quality.channel), "refused", count, traces::answers_refused())
}

fn coverage_table(draft: &mut Draft<'_>) -> Table {
    let material = draft.material;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for quality in &material.quality {
        let title = draft.channel_title(&quality.channel);
        let through = |day: Option<chrono::NaiveDate>, draft: &Draft<'_>| match day {
            Some(day) => words_cell(draft.locale.date(day)),
            None => words_cell(NONE),
        };
        let least = least_covered(std::slice::from_ref(quality)).map(|(_, figure)| figure);
        let coverage = match least {
            Some(figure) => draft.cell(figure),
            None => words_cell(NONE),
        };
        let refused = refusals(draft, quality);
        let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let hidden = size(quality.states.suppressed) + size(quality.states.absent);
        let how = traces::answers_without();
        let hidden = draft.count(format!("channel.{}.without", quality.channel), "without", hidden, how);
        rows.push(vec![
            name_cell(&title),
            through(quality.data_through, draft),
            through(quality.complete_through, draft),
            coverage,
            draft.cell(&hidden),
            draft.cell(&refused),
        ]);
    }
    let words = &draft.words.quality;
    let columns = vec![
        column(&draft.words.table.channel, Align::Text),
        column(&words.data_through, Align::Text),
        column(&words.complete_through, Align::Text),
        column(&words.coverage, Align::Number),
        column(&words.without, Align::Number),
        column(&words.refused, Align::Number),
    ];
    let note = Some(words.coverage_note.clone());
    Table { id: "quality".to_owned(), caption: words.caption.clone(), columns, rows, note }
}

/// The days without a value, per channel: metrics with the same days together.
fn gaps(draft: &mut Draft<'_>) -> Vec<Sentence> {
    let material = draft.material;
    let mut items = Vec::new();
    for quality in &material.quality {
        let grouped = by_days(&quality.gaps);
        let channel = draft.channel_title(&quality.channel);
        for (days, metrics) in grouped.iter().take(GAPS) {
            let metrics: Vec<String> = metrics.iter().map(|metric| draft.metric_within(metric)).collect();
            let (list, days) = (draft.locale.list(&metrics), draft.days(*days));
            let parts = [("channel", Text(&channel)), ("metrics", Text(&list)), ("days", Text(&days))];
            items.push(draft.say(&draft.words.quality.gap, &parts));
        }
        if grouped.len() > GAPS {
            let more = grouped.len() - GAPS;
            let id = format!("channel.{}.gaps.more", quality.channel);
            let figure = draft.count(id, "gaps", more, traces::stretches_more());
            let phrase = draft.words.quality.more_gaps.of(more);
            items.push(draft.say(phrase, &[("channel", Text(&channel)), ("count", Value(&figure))]));
        }
    }
    items
}

fn by_days(gaps: &[Gap]) -> Vec<(crate::model::Period, Vec<MetricName>)> {
    let mut grouped: Vec<(crate::model::Period, Vec<MetricName>)> = Vec::new();
    for gap in gaps {
        match grouped.iter_mut().find(|(days, _)| *days == gap.days) {
            Some((_, metrics)) => metrics.push(gap.metric.clone()),
            None => grouped.push((gap.days, vec![gap.metric.clone()])),
        }
    }
    grouped.sort_by_key(|(days, _)| *days);
    grouped
}

fn fetch_table(draft: &mut Draft<'_>) -> Table {
    let material = draft.material;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for fetch in fetched(material) {
        let moment = |moment: Option<chrono::DateTime<chrono::Utc>>, none: &str| match moment {
            Some(moment) => words_cell(draft.locale.instant(moment, material.organisation.zone)),
            None => words_cell(none),
        };
        let words = &draft.words.quality;
        let (at, succeeded) = (moment(fetch.at, &words.never), moment(fetch.succeeded_at, &words.never));
        let token = match fetch.token_expires {
            Some(moment) => words_cell(draft.locale.date(material.facts.local_day(moment))),
            None if fetch.token_known => words_cell(words.no_end.clone()),
            None => words_cell(words.token_unknown.clone()),
        };
        let calls = usize::try_from(fetch.calls).unwrap_or(usize::MAX);
        let calls =
            draft.count(format!("fetch.{}.calls", fetch.channel), "api_calls", calls, traces::questions_of_channel());
        let bytes = kilobytes(draft, &format!("fetch.{}.kilobytes", fetch.channel), fetch.bytes);
        let title = draft.channel_title(&fetch.channel);
        rows.push(vec![name_cell(&title), at, succeeded, draft.cell(&calls), draft.cell(&bytes), token]);
    }
    let words = &draft.words.quality;
    let columns = vec![
        column(&draft.words.table.channel, Align::Text),
        column(&words.fetched, Align::Text),
        column(&words.succeeded, Align::Text),
        column(&words.calls, Align::Number),
        column(&words.kilobytes, Align::Number),
        column(&words.token, Align::Text),
    ];
    let caption = words.fetch_caption.clone();
    Table { id: "fetching".to_owned(), caption, columns, rows, note: None }
}

fn restated(draft: &mut Draft<'_>) -> Vec<Sentence> {
    let material = draft.material;
    let mut told = Vec::new();
    for (channel, days) in material.restated.iter().filter(|(_, days)| *days > 0) {
        let count = usize::try_from(*days).unwrap_or(usize::MAX);
        let how = traces::days_restated();
        let figure = draft.count(format!("channel.{channel}.restated"), "restated", count, how);
        let title = draft.channel_title(channel);
        let phrase = draft.words.quality.restated.of(count);
        told.push(draft.say(phrase, &[("channel", Text(&title)), ("count", Value(&figure))]));
    }
    told
}

fn stood_back(draft: &mut Draft<'_>) -> Vec<Sentence> {
    let material = draft.material;
    let mut told = Vec::new();
    for (channel, days) in material.stood_back.iter().filter(|(_, days)| *days > 0) {
        let count = usize::try_from(*days).unwrap_or(usize::MAX);
        let how = traces::days_stood_back();
        let figure = draft.count(format!("channel.{channel}.stood_back"), "stood_back", count, how);
        let title = draft.channel_title(channel);
        let phrase = draft.words.quality.stood_back.of(count);
        told.push(draft.say(phrase, &[("channel", Text(&title)), ("count", Value(&figure))]));
    }
    told
}

/// What the last fetches told, and how it is mended.
fn problems(draft: &mut Draft<'_>) -> Vec<Sentence> {
    let material = draft.material;
    let mut told: Vec<Sentence> = Vec::new();
    for fetch in &material.fetches {
        let channel = draft.channel_title(&fetch.channel);
        for problem in fetch.problems.iter().filter(|it| it.gravity >= Gravity::Warning) {
            let language = material.language;
            let what = problems::what(language, problem);
            let text = problems::mend(language, problem).map_or(what.clone(), |mend| format!("{what}; {mend}"));
            let parts = [("channel", Text(&channel)), ("text", Text(&text))];
            let sentence = draft.say(&draft.words.quality.problem, &parts);
            if !told.contains(&sentence) {
                told.push(sentence);
            }
        }
    }
    told
}

/// The figures of the coverage of single metrics, for those who look further than the least.
pub(super) fn supporting(qualities: &[ChannelQuality]) -> impl Iterator<Item = (&FigureId, &Figure)> {
    qualities.iter().flat_map(|it| it.coverage.iter().map(|figure| (&figure.id, figure)))
}
