//! From what is known to what is told.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::{
    Material, Report, Section, attention, campaign_page, decision, furniture, identity, method, monthly, page_one,
    printed_figures, quality, seal, sections, tertial, unit, weekly,
};
use crate::model::{Figure, FigureId, Granularity, ReportKind};
use crate::words::{Words, fill};

/// How much of each thing a kind of report has room for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Goals on page one.
    pub goals: usize,
    /// Changes on page one.
    pub changes: usize,
    /// Sentences on what needs attention.
    pub attention: usize,
}

/// Composes the report: words, order, figures, hash. The same material gives the same report, to the byte.
pub fn compose(material: &Material<'_>, words: &Words) -> Report {
    let room = match material.kind {
        ReportKind::Unit => unit::ROOM,
        ReportKind::Weekly => weekly::ROOM,
        ReportKind::Monthly => monthly::ROOM,
        ReportKind::Tertial | ReportKind::Campaign => tertial::ROOM,
    };
    composed(material, words, room, |draft| match material.kind {
        ReportKind::Unit => unit::sections(draft),
        ReportKind::Weekly => weekly::sections(draft),
        ReportKind::Monthly => monthly::sections(draft),
        ReportKind::Tertial | ReportKind::Campaign => tertial::sections(draft),
    })
}

/// Composes page one and whatever sections follow it.
pub(super) fn composed<'m>(
    material: &'m Material<'m>,
    words: &'m Words,
    room: Room,
    sections: impl FnOnce(&mut Draft<'m>) -> Vec<Section>,
) -> Report {
    let mut draft = Draft::new(material, words);
    // A report on a campaign is about the campaign, from its first line on.
    let about_goals = material.kind != ReportKind::Campaign;
    let headline = if about_goals { page_one::headline(&mut draft) } else { campaign_page::headline(&mut draft) };
    let (goals, note) = if about_goals { page_one::goals(&mut draft, room.goals) } else { (Vec::new(), None) };
    let changes = if about_goals { page_one::changes(&mut draft, room.changes) } else { Vec::new() };
    let attention = if about_goals { attention::attention(&mut draft, room.attention) } else { Vec::new() };
    let decision = if about_goals { decision::decision(&mut draft) } else { None };
    let sections = without(sections(&mut draft), &material.record.left_out);
    let mut counts = headline.figures;
    counts.extend(note.iter().flat_map(|it| it.figures.clone()));
    let mut report = Report {
        id: String::new(),
        hash: String::new(),
        kind: material.kind,
        language: material.language,
        organisation: material.organisation.name.clone(),
        unit: material.unit.map(|unit| unit.title.clone()),
        title: Some(material.kind)
            .filter(|kind| *kind == ReportKind::Campaign)
            .and_then(|_| campaign_page::title(&draft))
            .unwrap_or_else(|| title(&draft)),
        period: material.period,
        period_text: draft.locale.period(material.period, material.facts.calendar),
        made: material.made,
        as_known_at: material.as_known_at,
        notices: notices(&mut draft),
        headline: headline.text,
        counts,
        comment: comment(&draft, &sections),
        goals,
        goals_note: note.map(|it| it.text),
        changes,
        attention,
        decision,
        sections,
        identity: identity::identity(&draft),
        figures: Vec::new(),
        furniture: furniture::furniture(&words.furniture),
    };
    report.figures = kept(&report, material, draft.figures());
    if matches!(material.kind, ReportKind::Monthly | ReportKind::Tertial | ReportKind::Campaign) {
        report.sections.extend(method::glossary(&draft, &report));
    }
    seal(report, material.facts.calendar)
}

/// The sections that may be left out: how good the data are and how they were counted belongs to every report.
pub const OPTIONAL_SECTIONS: [&str; 10] =
    ["goals", "units", "changes", "channels", "posts", "planned", "campaigns", "website", "inhabitants", "peers"];

/// The sections but those that were left out.
fn without(mut sections: Vec<Section>, left_out: &[String]) -> Vec<Section> {
    let kept = |id: &str| !OPTIONAL_SECTIONS.contains(&id) || !left_out.iter().any(|out| out == id);
    sections.retain(|section| kept(&section.id));
    sections
}

/// `Effektrapport vecka 46`.
fn title(draft: &Draft<'_>) -> String {
    let (period, calendar) = (draft.material.period, draft.material.facts.calendar);
    let whole = draft.locale.period(period, calendar);
    // What a period is called, without the days that it has.
    let name = match period.granularity(calendar) {
        Some(Granularity::Week) => whole.split_once(',').map_or(whole.as_str(), |(name, _)| name),
        Some(_) => whole.split_once(" (").map_or(whole.as_str(), |(name, _)| name),
        None => &whole,
    };
    fill(&draft.words.report.title, &[("period", name)])
}

/// What a reader must know before anything else.
fn notices(draft: &mut Draft<'_>) -> Vec<String> {
    let mut notices = draft.material.notices.clone();
    notices.extend(method::preliminary(draft));
    if let Some(known) = draft.material.as_known_at {
        let moment = draft.locale.instant(known, draft.material.organisation.zone);
        notices.push(fill(&draft.words.notice.known_at, &[("moment", &moment)]));
    }
    notices
}

/// What people wrote for page one, and what they wrote about sections that this report does not have.
fn comment(draft: &Draft<'_>, told: &[Section]) -> Vec<String> {
    let Some(comment) = &draft.material.comment else { return Vec::new() };
    let mut paragraphs = sections::paragraphs(&comment.text);
    for (name, text) in &comment.sections {
        let left_out = draft.material.record.left_out.contains(name);
        if left_out || told.iter().any(|section| &section.id == name) || text.is_empty() {
            continue;
        }
        for (at, text) in sections::paragraphs(text).into_iter().enumerate() {
            let text = if at == 0 { format!("{}: {text}", heading(draft, name)) } else { text };
            paragraphs.push(text);
        }
    }
    paragraphs
}

/// The heading of the section; what names no section stands as it was written.
pub(super) fn heading(draft: &Draft<'_>, name: &str) -> String {
    let words = &draft.words.section;
    let known = [
        ("goals", &words.goals),
        ("units", &words.units),
        ("changes", &words.changes),
        ("inhabitants", &words.inhabitants),
        ("channels", &words.channels),
        ("posts", &words.posts),
        ("planned", &words.planned),
        ("peers", &words.peers),
        ("campaigns", &words.campaigns),
        ("website", &words.website),
        ("quality", &words.quality),
    ];
    known.iter().find(|(id, _)| *id == name).map_or_else(|| name.to_owned(), |(_, heading)| (*heading).clone())
}

/// The figures that are printed, and those that they were computed from as far as they are known: nothing else.
fn kept(report: &Report, material: &Material<'_>, registered: &[Figure]) -> Vec<Figure> {
    let mut known: BTreeMap<&FigureId, &Figure> = supporting(material).map(|figure| (&figure.id, figure)).collect();
    known.extend(registered.iter().map(|figure| (&figure.id, figure)));
    let printed = printed_figures(report);
    let mut wanted: Vec<&FigureId> = printed.iter().flat_map(|it| it.figures.iter().copied()).collect();
    let mut seen: BTreeSet<&FigureId> = BTreeSet::new();
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(id) = wanted.get(at).copied() {
        at += 1;
        if !seen.insert(id) {
            continue;
        }
        if let Some(figure) = known.get(id).copied() {
            wanted.extend(&figure.trace.figures);
            kept.push(figure.clone());
        }
    }
    kept
}

/// Every figure of the material.
fn supporting<'m>(material: &'m Material<'_>) -> impl Iterator<Item = &'m Figure> {
    let standings = material.standings.iter().flat_map(|it| {
        let fixed = [&it.now, &it.baseline, &it.target, &it.expected, &it.ahead, &it.coverage];
        let maybe = it.needed_per_week.iter().chain(&it.lately_per_week);
        fixed.into_iter().chain(maybe).chain(it.parts.iter().map(|(_, figure)| figure))
    });
    let compared =
        material.compared.iter().flat_map(|it| [&it.total, &it.previous, &it.year_before, &it.change, &it.change_year]);
    let posts = material.rankings.iter().flat_map(|it| it.posts.iter().flat_map(|post| &post.figures));
    let coverage = quality::supporting(&material.quality).map(|(_, figure)| figure);
    let peers = material.peers.iter().flat_map(|it| it.beside.iter().map(|beside| &beside.total));
    let together = material.rolled_up.iter().map(|it| &it.total);
    standings.chain(compared).chain(posts).chain(coverage).chain(peers).chain(together)
}
