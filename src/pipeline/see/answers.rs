//! What is seen as plain data: the answers of the interface for programs, made of the same values as the pages.

use super::shapes::{
    CampaignAnswer, CampaignLine, ChannelAnswer, ChannelLine, EffectAnswer, FigureAnswer, Frame, GoalAnswer,
    GoalsAnswer, MetricAnswer, PostAnswer, PostFigure, PostsAnswer,
};
use super::{Sight, campaigns_of};
use crate::analysis::{CampaignEffect, Compared, PostFigures, Standing};
use crate::model::{Campaign, Channel, Figure, Language, Status, UnitId};
use crate::pipeline::App;
use crate::report::{Block, GoalLine, Report, Table};
use crate::words::Locale;

impl FigureAnswer {
    fn of(figure: &Figure, locale: Locale) -> Self {
        Self {
            figure: figure.id.to_string(),
            value: figure.number().filter(|it| it.is_finite()),
            why: figure.value.as_ref().err().map(|missing| locale.missing(missing)),
            preliminary: figure.preliminary,
        }
    }
}

impl Sight {
    /// What every answer says of itself.
    pub fn frame(&self, app: &App, unit: Option<&UnitId>) -> Frame {
        let report = &self.report;
        Frame {
            organisation: app.config.organisation.id.to_string(),
            unit: unit.map(ToString::to_string),
            language: report.language.code().to_owned(),
            period: report.period.code(app.config.organisation.calendar),
            first: report.period.start(),
            last: report.period.last(),
            preliminary: self.not_complete.iter().map(ToString::to_string).collect(),
            notices: report.notices.clone(),
            made: report.made,
        }
    }

    /// The lines of all goals, in the order of the configuration.
    pub fn goal_lines(&self) -> Vec<&GoalLine> {
        let blocks = self.report.sections.iter().flat_map(|section| &section.blocks);
        blocks
            .filter_map(|block| match block {
                Block::Goal { line, .. } => Some(line),
                _ => None,
            })
            .collect()
    }

    /// How many goals stand how, the worst first; what nobody has is left out.
    pub fn status_counts(&self) -> Vec<(Status, u32)> {
        let worst_first = [Status::CannotBeJudged, Status::Behind, Status::Lagging, Status::OnTrack, Status::Achieved];
        let count = |status: Status| self.standings.iter().filter(|it| it.status == status).count();
        let counted = worst_first.into_iter().map(|it| (it, u32::try_from(count(it)).unwrap_or(u32::MAX)));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// How the goals stand.
    pub fn goals(&self, app: &App) -> GoalsAnswer {
        let lines = self.goal_lines();
        let frame = self.frame(app, None);
        let goal = |it: &Standing| goal(it, lines.iter().find(|line| line.id == it.goal.id.as_str()).copied());
        GoalsAnswer {
            organisation: frame.organisation,
            period: frame.period,
            first: frame.first,
            last: frame.last,
            preliminary: frame.preliminary,
            goals: self.standings.iter().map(goal).collect(),
        }
    }

    /// The channels with their metrics.
    pub fn channels(&self, app: &App) -> Vec<ChannelLine> {
        let mut lines: Vec<ChannelLine> = Vec::new();
        for it in &self.compared {
            let known = lines.last().is_some_and(|line| line.id == it.channel.as_str());
            if !known {
                lines.extend(app.config.channel(&it.channel).map(channel_line));
            }
            if let Some(line) = lines.last_mut().filter(|line| line.id == it.channel.as_str()) {
                line.metrics.push(metric(it, Locale::of(self.report.language)));
            }
        }
        lines
    }

    /// The one channel that was looked at.
    pub fn channel(&self, app: &App, channel: &Channel) -> ChannelAnswer {
        let line = self.channels(app).into_iter().find(|line| line.id == channel.id.as_str());
        ChannelAnswer {
            frame: self.frame(app, None),
            channel: line.unwrap_or_else(|| channel_line(channel)),
            tables: tables(&self.report),
        }
    }

    /// The posts that were looked at, the latest first.
    pub fn posts(&self, app: &App, unit: Option<&UnitId>) -> PostsAnswer {
        let mut posts: Vec<&PostFigures> = self.posts.iter().collect();
        posts.sort_by_key(|it| std::cmp::Reverse((it.post.published, it.post.id.clone())));
        let language = self.report.language;
        PostsAnswer {
            frame: self.frame(app, unit),
            posts: posts.into_iter().map(|it| post(app, it, language)).collect(),
        }
    }

    /// The one campaign that was looked at.
    pub fn campaign(&self, app: &App, campaign: &Campaign) -> CampaignAnswer {
        let effect = self.effects.iter().find(|it| it.campaign.id == campaign.id);
        CampaignAnswer {
            frame: self.frame(app, None),
            campaign: CampaignLine::of(campaign),
            effect: effect.map(|it| effect_answer(it, Locale::of(self.report.language))),
            tables: tables(&self.report),
        }
    }
}

impl CampaignLine {
    /// The campaigns of the unit, the latest first.
    pub fn all(app: &App, unit: Option<&UnitId>) -> Vec<Self> {
        let mut all = campaigns_of(app, unit);
        all.sort_by_key(|it| std::cmp::Reverse((it.start, it.id.clone())));
        all.iter().map(Self::of).collect()
    }

    fn of(campaign: &Campaign) -> Self {
        Self {
            id: campaign.id.to_string(),
            title: campaign.title.clone(),
            start: campaign.start,
            end: campaign.end,
            unit: campaign.unit.as_ref().map(ToString::to_string),
            channels: campaign.channels.iter().map(ToString::to_string).collect(),
            why: campaign.why.clone(),
        }
    }
}

/// Every table of the report and those behind its charts, in reading order.
fn tables(report: &Report) -> Vec<Table> {
    let mut tables = Vec::new();
    for block in report.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Table(table) => tables.push(table.clone()),
            Block::Chart(chart) => tables.push(chart.data.clone()),
            Block::Goal { chart, .. } => tables.extend(chart.iter().map(|chart| chart.data.clone())),
            Block::Multiples { charts } => tables.extend(charts.iter().map(|chart| chart.data.clone())),
            _ => {}
        }
    }
    tables
}

fn goal(standing: &Standing, line: Option<&GoalLine>) -> GoalAnswer {
    let goal = &standing.goal;
    GoalAnswer {
        id: goal.id.to_string(),
        title: goal.title.clone(),
        metric: goal.metric.to_string(),
        unit: goal.unit.as_ref().map(ToString::to_string),
        due: goal.due,
        status: standing.status.as_str().to_owned(),
        word: line.map(|line| line.word.clone()),
        why: line.map(|line| line.why.clone()),
        reason: standing.reason.clone(),
        now: standing.now.number(),
        baseline: standing.baseline.number(),
        target: standing.target.number(),
        expected: standing.expected.number(),
        ahead: standing.ahead.number(),
        tolerance: standing.tolerance,
        needed_per_week: standing.needed_per_week.as_ref().and_then(Figure::number),
        lately_per_week: standing.lately_per_week.as_ref().and_then(Figure::number),
        coverage: standing.coverage.number(),
    }
}

fn channel_line(channel: &Channel) -> ChannelLine {
    ChannelLine {
        id: channel.id.to_string(),
        title: channel.title.clone(),
        platform: channel.platform.to_string(),
        unit: channel.unit.to_string(),
        metrics: Vec::new(),
    }
}

fn metric(it: &Compared, locale: Locale) -> MetricAnswer {
    let of = |figure: &Figure| FigureAnswer::of(figure, locale);
    MetricAnswer {
        metric: it.metric.to_string(),
        total: of(&it.total),
        previous: of(&it.previous),
        year_before: of(&it.year_before),
        change: of(&it.change),
        change_year: of(&it.change_year),
    }
}

fn post(app: &App, it: &PostFigures, language: Language) -> PostAnswer {
    let post = &it.post;
    let locale = Locale::of(language);
    let labels = app.config.labels.iter().filter(|rule| rule.matches(&post.text, post.link.as_deref()));
    let figure =
        |figure: &Figure| PostFigure { metric: figure.metric.to_string(), figure: FigureAnswer::of(figure, locale) };
    PostAnswer {
        channel: post.channel.to_string(),
        id: post.id.to_string(),
        published: post.published,
        format: post.format.to_string(),
        labels: labels.map(|rule| rule.title.clone()).collect(),
        text: post.text.clone(),
        permalink: post.permalink.clone(),
        link: post.link.clone(),
        young: it.young,
        figures: it.figures.iter().map(figure).collect(),
    }
}

fn effect_answer(it: &CampaignEffect, locale: Locale) -> EffectAnswer {
    let found = &it.figures;
    let figures = [&found.change, &found.low, &found.high, &found.observed, &found.expected, &found.visible];
    let word = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
    EffectAnswer {
        metric: it.metric.to_string(),
        design: word(serde_json::to_value(it.design)),
        claim: word(serde_json::to_value(it.claim)),
        level: it.claim.level(),
        reason: it.reason.clone(),
        figures: figures.into_iter().map(|figure| FigureAnswer::of(figure, locale)).collect(),
    }
}
