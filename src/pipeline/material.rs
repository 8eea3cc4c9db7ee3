//! From what was read to what a report is composed of.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::compose::{Order, Read};
use super::{App, beside};
use crate::analysis::{self, Against, Facts};
use crate::model::{Campaign, ChannelId, Period, PostId, ReportKind};
use crate::report::{Comment, Material, Record};
use crate::words::{Locale, Words, fill};

/// What the report is composed of: judged, compared, ranked.
pub(super) fn material<'a>(app: &'a App, order: &'a Order, now: DateTime<Utc>, read: &'a Read) -> Material<'a> {
    let (config, catalog, facts) = (&app.config, app.catalog, &read.facts);
    let standings = analysis::standings(&read.goals, facts, catalog);
    let compared = analysis::compared(facts, catalog, &read.metrics, &read.channels, read.period);
    let mut quality = analysis::quality(facts, catalog, &read.metrics, &read.channels, read.period);
    for channel in &mut quality {
        // What a platform has settled counts once it was read.
        channel.complete &= !read.stale.contains(&channel.channel);
    }
    let record = Record {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        configuration: config.digest.clone(),
        cut_off: read.cut_off,
        retention: config.organisation.retention.clone(),
        case_no: order.case_no.clone(),
        data_through: quality.iter().map(|it| (it.channel.clone(), it.data_through)).collect(),
        left_out: order.without.clone(),
        configured: Vec::new(),
    };
    Material {
        kind: order.kind,
        language: order.language,
        organisation: &config.organisation,
        unit: read.unit.as_ref(),
        period: read.period,
        made: now,
        as_known_at: order.as_known_at,
        notices: notices(app, order, read),
        catalog,
        facts,
        channels: read.channels.clone(),
        rolled_up: analysis::roll_up(&standings, facts, catalog),
        units: analysis::roll_up_units(&standings, facts),
        forecasts: analysis::forecasts_of(&standings, facts, catalog),
        score: read.score.clone(),
        standings,
        changes: analysis::changes(facts, catalog, &compared, Against::Previous),
        changes_year: analysis::changes(facts, catalog, &compared, Against::YearBefore),
        compared,
        rankings: analysis::ranked(facts, catalog, &read.channels, read.period),
        post_labels: post_labels(app, facts),
        label_titles: app.config.labels.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect(),
        campaigns: campaigns(app, read),
        effects: effects(app, order, read),
        content: content(app, read),
        strange: analysis::strange_days(facts, catalog, &read.channels, read.period),
        shifts: analysis::level_shifts(facts, catalog, &read.channels, drawn(read.period)),
        quality,
        fetches: read.fetches.clone(),
        restated: read.restated.clone(),
        stood_back: read.stood_back.clone(),
        planned: read.planned.clone(),
        peers: if order.kind == ReportKind::Tertial { beside::peers(app, facts, read.period) } else { None },
        comment: comment(app, order, read.period),
        record,
    }
}

/// The period, or the quarter of a year that curves show.
fn drawn(period: Period) -> Period {
    let first = period.start().min(period.end() - TimeDelta::days(7 * 13));
    Period::new(first, period.end()).unwrap_or(period)
}

/// What every report must say first, and what was removed of its period.
fn notices(app: &App, order: &Order, read: &Read) -> Vec<String> {
    let mut notices: Vec<String> = app.notices.iter().map(|it| it.get(order.language).to_owned()).collect();
    notices.extend(read.weeded.as_ref().map(|weeded| {
        let date = Locale::of(order.language).date(weeded.before);
        let phrase = &Words::builtin(order.language).notice.weeded;
        fill(phrase, &[("date", &date), ("decision", &weeded.decision)])
    }));
    notices
}

/// The readers' names of the labels that each post carries.
fn post_labels(app: &App, facts: &Facts) -> BTreeMap<(ChannelId, PostId), Vec<String>> {
    let title = |id: &String| app.config.labels.iter().find(|rule| &rule.id == id).map(|rule| rule.title.clone());
    let titles = |ids: &Vec<String>| ids.iter().filter_map(title).collect();
    facts.scopes.labels.iter().map(|(post, ids)| (post.clone(), titles(ids))).collect()
}

/// The campaigns that touch what the report shows: from the first day of any goal to the end of the period.
fn campaigns(app: &App, read: &Read) -> Vec<Campaign> {
    let first = read.goals.iter().map(|goal| goal.start).chain([read.period.start()]).min();
    let first = first.unwrap_or(read.period.start());
    let touches = |campaign: &&Campaign| campaign.end >= first && campaign.start < read.period.end();
    app.config.campaigns.iter().filter(touches).cloned().collect()
}

/// What carries among the posts of the year up to the end of the period.
fn content(app: &App, read: &Read) -> Vec<analysis::ContentEffect> {
    let year = Period::new(read.period.end() - TimeDelta::days(364), read.period.end()).unwrap_or(read.period);
    analysis::content(&read.facts, app.catalog, &read.channels, &post_labels(app, &read.facts), year)
}

/// What the campaigns of the period achieved, in the kinds of report that tell it: an estimate every week would be looked
/// at until it pleases.
fn effects(app: &App, order: &Order, read: &Read) -> Vec<analysis::CampaignEffect> {
    if !matches!(order.kind, ReportKind::Tertial | ReportKind::Campaign) {
        return Vec::new();
    }
    let all = &app.config.campaigns;
    let ran = |it: &&Campaign| match &order.campaign {
        Some(about) => &it.id == about,
        None => it.start < read.period.end() && it.end >= read.period.start(),
    };
    let effects = all.iter().filter(ran).map(|it| analysis::campaign_effect(it, all, &read.facts, app.catalog));
    effects.filter_map(Result::ok).collect()
}

/// What people wrote about the period, for the unit and in the language.
fn comment(app: &App, order: &Order, period: Period) -> Option<Comment> {
    let fits = |comment: &&crate::config::Comment| {
        comment.period == period
            && comment.unit == order.unit
            && comment.language.is_none_or(|language| language == order.language)
    };
    app.config.comments.iter().find(fits).map(|comment| Comment {
        text: comment.text.clone(),
        decision: comment.decision.clone(),
        sections: comment.sections.clone(),
    })
}
