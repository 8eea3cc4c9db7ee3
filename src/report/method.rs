//! How the numbers were made, and what the words mean.

use std::collections::BTreeSet;

use super::draft::{Draft, Part, lower_first};
use super::goals::paragraph;
use super::{Block, Report, Section, goal_line};
use crate::model::{MetricName, Period, Platform, Status};

use Part::Text;

/// Every status word, the best first.
const STATUSES: [Status; 5] =
    [Status::Achieved, Status::OnTrack, Status::Lagging, Status::Behind, Status::CannotBeJudged];

/// The section on method.
pub(super) fn section(draft: &mut Draft<'_>) -> Section {
    let words = &draft.words.method;
    let mut blocks = super::sections::opening(draft, "method");
    blocks.extend(days(draft).into_iter().map(paragraph));
    for text in [&words.unique, &words.absent, &words.rates, &words.comparisons, &words.changes] {
        blocks.push(paragraph(text.clone()));
    }
    let breaks = breaks(draft);
    if !breaks.is_empty() {
        blocks.push(Block::Heading { text: words.breaks_heading.clone() });
        blocks.push(paragraph(words.breaks.clone()));
        blocks.push(Block::Terms { items: breaks });
    }
    blocks.push(Block::Heading { text: words.statuses_heading.clone() });
    blocks.push(paragraph(words.statuses.clone()));
    blocks.push(Block::Terms { items: statuses(draft) });
    blocks.push(Block::Heading { text: words.rules_heading.clone() });
    blocks.push(paragraph(words.rules.clone()));
    let rules = &draft.words.decision;
    let rules = [&rules.rule_behind, &rules.rule_lagging, &rules.rule_cannot, &rules.rule_achieved];
    let items = rules.into_iter().map(|rule| super::Sentence { text: rule.clone(), figures: Vec::new() });
    blocks.push(Block::List { items: items.collect() });
    Section { id: "method".to_owned(), heading: draft.words.section.method.clone(), blocks }
}

/// The same in a few lines: whose days, and what is never added.
pub(super) fn compact(draft: &Draft<'_>) -> Section {
    let blocks = vec![Block::Note { text: draft.words.method.compact.clone() }];
    Section { id: "method".to_owned(), heading: draft.words.section.method.clone(), blocks }
}

/// Whose days a platform's days are, for the platforms that occur.
fn days(draft: &Draft<'_>) -> Vec<String> {
    let material = draft.material;
    let occurs: BTreeSet<Platform> =
        material.channels.iter().filter_map(|id| Some(draft.channel(id)?.platform)).collect();
    let words = &draft.words.method;
    let mut told = Vec::new();
    let meta: Vec<String> = [Platform::Facebook, Platform::Instagram]
        .iter()
        .filter(|it| occurs.contains(it))
        .map(|it| it.title().to_owned())
        .collect();
    if !meta.is_empty() {
        told.push(crate::words::fill(&words.days_meta, &[("platforms", &draft.locale.list(&meta))]));
    }
    if occurs.contains(&Platform::LinkedIn) {
        told.push(words.days_linkedin.clone());
    }
    for platform in [Platform::X, Platform::YouTube] {
        if let Some(zone) = platform.zone().filter(|_| occurs.contains(&platform)) {
            let parts = [("platforms", platform.title()), ("zone", zone.name())];
            told.push(crate::words::fill(&words.days_other, &parts));
        }
    }
    let is_site = super::website::is_site;
    if occurs.iter().any(|platform| is_site(*platform)) {
        let zones: BTreeSet<String> = material
            .facts
            .channels
            .iter()
            .filter(|it| is_site(it.platform) && material.channels.contains(&it.id))
            .map(|it| it.zone.name().to_owned())
            .collect();
        let zones = draft.locale.list(&zones.into_iter().collect::<Vec<_>>());
        told.push(crate::words::fill(&words.days_matomo, &[("zone", &zones)]));
    }
    told
}

/// The definitions that changed within what the report looks at: last year's period up to this one.
fn breaks(draft: &Draft<'_>) -> Vec<(String, String)> {
    let material = draft.material;
    let first = material.period.year_before(material.facts.calendar).start();
    let looked_at = Period::new(first, material.period.end()).unwrap_or(material.period);
    let mut found: BTreeSet<(chrono::NaiveDate, Platform, String, String)> = BTreeSet::new();
    for compared in &material.compared {
        let breaks = material.facts.breaks_of(material.catalog, &compared.channel, &compared.metric);
        for it in breaks.into_iter().filter(|it| looked_at.contains(it.day)) {
            let metric = draft.metric_within(&compared.metric);
            let names = crate::words::fill(
                &draft.words.method.break_names,
                &[("metric", &metric), ("before", &it.before), ("after", &it.after)],
            );
            found.insert((it.day, compared.platform, metric, names));
        }
    }
    let term = |day: chrono::NaiveDate, platform: Platform| format!("{}, {}", draft.locale.date(day), platform.title());
    found.into_iter().map(|(day, platform, _, names)| (term(day, platform), names)).collect()
}

fn statuses(draft: &Draft<'_>) -> Vec<(String, String)> {
    let words = &draft.words.method;
    let meaning = |status: Status| match status {
        Status::Achieved => &words.achieved,
        Status::OnTrack => &words.on_track,
        Status::Lagging => &words.lagging,
        Status::Behind => &words.behind,
        Status::CannotBeJudged => &words.cannot,
    };
    STATUSES.iter().map(|status| (goal_line::word(draft, *status), meaning(*status).clone())).collect()
}

/// The metrics that occur in the report, with their definitions.
pub(super) fn glossary(draft: &Draft<'_>, report: &Report) -> Option<Section> {
    let mut occurs: BTreeSet<&MetricName> = report.figures.iter().map(|figure| &figure.metric).collect();
    occurs.extend(draft.material.compared.iter().map(|it| &it.metric));
    let canonical = draft.material.catalog.canonical.iter().filter(|it| occurs.contains(&it.name));
    let language = draft.material.language;
    let items: Vec<(String, String)> =
        canonical.map(|it| (it.title.get(language).to_owned(), it.definition.get(language).to_owned())).collect();
    let heading = draft.words.section.glossary.clone();
    (!items.is_empty()).then(|| Section { id: "glossary".to_owned(), heading, blocks: vec![Block::Terms { items }] })
}

/// `preliminär` and since when: which channels are not complete, and through which day each has data.
pub(super) fn preliminary(draft: &mut Draft<'_>) -> Option<String> {
    let material = draft.material;
    let open: Vec<_> = material.quality.iter().filter(|it| !it.complete).collect();
    if open.is_empty() {
        return None;
    }
    let words = &draft.words.notice;
    if open.iter().all(|it| it.data_through.is_none()) {
        // Nothing came yet, or only some posts are looked at: how far the days of the channels reach is not known.
        let titles: Vec<String> = open.iter().map(|it| draft.channel_title(&it.channel)).collect();
        let list = draft.locale.list(&titles);
        return Some(draft.say(&words.preliminary_only, &[("channels", Text(&list))]).text);
    }
    let mut channels = Vec::new();
    for quality in open {
        let title = draft.channel_title(&quality.channel);
        let through = match quality.data_through {
            Some(day) => draft.locale.day_month(day),
            None => lower_first(&words.no_data),
        };
        let parts = [("channel", Text(&title)), ("through", Text(&through))];
        channels.push(draft.say(&words.through, &parts).text);
    }
    let list = draft.locale.list(&channels);
    Some(draft.say(&words.preliminary, &[("channels", Text(&list))]).text)
}
