//! The whole of a campaign's effect, put together.

use chrono::{Days, NaiveDate};

use super::super::statistics::quantile;
use super::super::{Facts, total};
use super::claim::{self, Ground};
use super::estimate::{Run, Setting, bands, courses, cumulated};
use super::gates::Base;
use super::outcome::{self, Daily, Outcome, Steps};
use super::{CampaignEffect, Claim, ControlUse, CoursePoint, Design, EffectFigures, Limit, MakeBelieve, Variant};
use super::{peers, rivals};
use crate::catalog::Catalog;
use crate::model::told::{Told, traces};
use crate::model::{
    Campaign, ChannelId, Figure, FigureId, MetricName, Missing, Number, Period, Rollup, Source, Trace, Unit,
};

/// The time after is as long as the campaign, at most four weeks.
const AFTER: u32 = 28;
/// So many days before are drawn, or twice the campaign.
const DRAWN_BEFORE: usize = 28;
/// How far back is looked.
const BACK: u64 = 500;

/// A campaign with all that is known of its days.
struct Story<'a> {
    campaign: &'a Campaign,
    others: &'a [Campaign],
    facts: &'a Facts,
    catalog: &'a Catalog,
    outcome: Outcome,
    before: Period,
    window: Period,
    /// From the first day before to the last after.
    whole: Period,
    daily: Daily,
    weekly: bool,
    /// The last change of a definition before the campaign.
    broken: Option<NaiveDate>,
}

/// The controls that can be used, beside the reasons why others cannot.
struct Controls {
    uses: Vec<ControlUse>,
    channels: Vec<ChannelId>,
    steps: Vec<Steps>,
}

pub(super) fn told(campaign: &Campaign, others: &[Campaign], facts: &Facts, catalog: &Catalog) -> CampaignEffect {
    match Story::opened(campaign, others, facts, catalog) {
        Ok(story) => story.told(),
        Err((reason, outcome)) => {
            let channels = outcome.as_ref().map(|it| it.channels.clone()).unwrap_or_default();
            let beside = rivals::beside((campaign, &channels), others, (facts, catalog));
            nothing(campaign, reason, outcome.as_ref(), (&beside, facts))
        }
    }
}

impl<'a> Story<'a> {
    fn opened(
        campaign: &'a Campaign,
        others: &'a [Campaign],
        facts: &'a Facts,
        catalog: &'a Catalog,
    ) -> Result<Self, (Missing, Option<Outcome>)> {
        let outcome = Outcome::of(campaign, facts, catalog).map_err(|missing| (missing, None))?;
        let counted = outcome.channels.iter().map(|id| facts.counted_end(id, NaiveDate::MAX)).min();
        let counted = counted.unwrap_or(facts.today);
        let refuse = |missing: Missing| (missing, Some(outcome.clone()));
        let end = Period::day(campaign.end).end();
        let window = Period::new(campaign.start, end.min(counted)).ok_or_else(|| refuse(Missing::NothingClosed))?;
        let after = end + Days::new(u64::from(window.days().min(AFTER)));
        let whole_end = if after <= counted { after } else { window.end() };
        let first = outcome.first_day(facts).ok_or_else(|| refuse(Missing::NotFetched))?;
        let first = first.max(super::super::aggregate::days::day_before(campaign.start, BACK));
        let stretch = Period::new(campaign.start, whole_end).ok_or_else(|| refuse(Missing::NothingClosed))?;
        let (broken, inside) = outcome.breaks(facts, catalog, stretch);
        if let Some(on) = inside.filter(|on| *on < window.end()) {
            return Err(refuse(Missing::MetricBreak { on }));
        }
        // A definition that changes after the campaign ends the time after.
        let whole_end = inside.map_or(whole_end, |_| window.end());
        let first = broken.map_or(first, |on| on.max(first));
        let before =
            Period::new(first, campaign.start).ok_or_else(|| refuse(Missing::TooShort { have: 0, need: 28 }))?;
        let whole = Period::new(first, whole_end).ok_or_else(|| refuse(Missing::NothingClosed))?;
        let daily = outcome.days(facts, whole);
        let weekly = window.days() >= 7 && outcome.is_weekly(&outcome.days(facts, before));
        Ok(Self { campaign, others, facts, catalog, outcome, before, window, whole, daily, weekly, broken })
    }

    fn told(&self) -> CampaignEffect {
        let from = usize::try_from(self.before.days()).unwrap_or(0);
        let steps = self.daily.without(&self.not_ordinary()).steps(from, self.weekly);
        let mut controls = self.controls();
        let setting = self.setting(&steps, &controls);
        let run = match setting.run() {
            Ok(run) => run,
            Err(reason) => return self.without(reason, controls.uses),
        };
        for (place, channel) in controls.channels.iter().enumerate() {
            if let Some(found) = controls.uses.iter_mut().find(|it| &it.channel == channel) {
                found.inclusion = run.posterior.inclusion().get(place).copied();
                found.distance = on_control(&setting, place);
            }
        }
        let (placebos, wider) = setting.make_believe();
        let make_believe: Vec<MakeBelieve> = placebos
            .iter()
            .map(|it| MakeBelieve { day: steps.day(it.start), change: it.effect.exp_m1(), distance: it.distance })
            .collect();
        let effect = run.effect.widened(wider);
        let base = Base {
            setting: &setting,
            effect: &effect,
            wider,
            controls: &controls.channels,
            steps: &steps,
            raw_controls: &controls.steps.iter().map(|it| it.values.clone()).collect::<Vec<_>>(),
            week: if self.weekly { 1 } else { 7 },
            counts: self.outcome.rollup == Rollup::Sum,
        };
        let variants = base.variants();
        let design = claim::design(self.before, self.campaign.drawn, &controls.uses);
        let events =
            rivals::events(self.campaign, self.window).len() + rivals::within(&self.beside(), self.window).len();
        let peers = peers::opinion(&setting);
        let ground = Ground {
            design,
            effect: &effect,
            distance: run.effect.mean() / run.effect.deviation(),
            before: self.before,
            window: self.window,
            present: self.present(),
            controls: &controls.uses,
            make_believe: &make_believe,
            peers: peers.as_ref(),
            variants: &variants,
            events: u32::try_from(events).unwrap_or(u32::MAX),
            no_matter: self.campaign.smallest_effect.map(|it| ((-it).ln_1p(), it.ln_1p())),
        };
        let (claim, limits) = ground.claim();
        let drawn = self.drawn(&setting, &steps, &run, wider);
        let mut found = self.empty(None, controls.uses, design);
        (found.claim, found.limits, found.inflation) = (claim, limits, wider);
        found.alike = Some(claim::alike(&effect));
        found.figures = self.figures(&setting, &run, wider, &drawn);
        (found.course, found.cumulative) = (drawn.course, drawn.cumulative);
        (found.make_believe, found.variants, found.peers) = (make_believe, variants, peers);
        found
    }

    fn setting(&self, steps: &Steps, controls: &Controls) -> Setting {
        let window = if self.weekly { self.window.days() / 7 } else { self.window.days() };
        let seen = steps.logarithms[steps.before..].to_vec();
        Setting {
            past: steps.logarithms[..steps.before].to_vec(),
            window: usize::try_from(window).unwrap_or(0).min(seen.len()),
            seen,
            controls: controls.steps.iter().map(|it| it.logarithms.clone()).collect(),
            season: if self.weekly { 1 } else { 7 },
        }
    }

    fn controls(&self) -> Controls {
        let mut found = Controls { uses: Vec::new(), channels: Vec::new(), steps: Vec::new() };
        for id in &self.campaign.control_channels {
            let around = (self.whole, self.window, self.weekly);
            let asked = outcome::control((id, &self.outcome), self.others, (self.facts, self.catalog), around);
            let (metric, refused) = match asked {
                Ok((metric, steps)) => {
                    found.channels.push(id.clone());
                    found.steps.push(steps);
                    (Some(metric), None)
                }
                Err(refusal) => (None, Some(refusal)),
            };
            found.uses.push(ControlUse { channel: id.clone(), metric, inclusion: None, refused, distance: None });
        }
        found
    }

    /// The other campaigns that touched the outcome.
    fn beside(&self) -> Vec<&Campaign> {
        rivals::beside((self.campaign, &self.outcome.channels), self.others, (self.facts, self.catalog))
    }

    /// The stretches before the campaign that are known not to be ordinary, none of them reaching into it.
    fn not_ordinary(&self) -> Vec<Period> {
        let found = rivals::not_ordinary(self.campaign, &self.beside());
        found.into_iter().filter_map(|it| it.intersect(self.before)).collect()
    }

    /// Days with a value and days in all, before and within.
    fn present(&self) -> (u32, u32) {
        let of = self.before.days() + self.window.days();
        let within = self.daily.values.iter().take(usize::try_from(of).unwrap_or(0));
        (u32::try_from(within.flatten().count()).unwrap_or(u32::MAX), of)
    }

    fn without(&self, reason: Missing, uses: Vec<ControlUse>) -> CampaignEffect {
        let design = claim::design(self.before, self.campaign.drawn, &uses);
        let mut found = self.empty(Some(reason), uses, design);
        let (have, need) = (self.before.days(), claim::needed_before(self.window));
        if have < need {
            found.limits.push(Limit::ShortHistory { have, need });
        }
        found
    }

    fn empty(&self, reason: Option<Missing>, uses: Vec<ControlUse>, design: Design) -> CampaignEffect {
        let about = (self.campaign, &self.outcome.channels[..]);
        let days = (self.before, self.window);
        let tagged = self.outcome.metric.as_str() == "campaign_visits";
        CampaignEffect {
            campaign: self.campaign.clone(),
            metric: self.outcome.metric.clone(),
            channels: self.outcome.channels.clone(),
            window: self.window,
            before: self.before,
            weekly: self.weekly,
            design,
            claim: Claim::CannotTell,
            limits: Vec::new(),
            figures: missing_figures(self.campaign, &self.outcome.metric, self.window, reason.as_ref()),
            reason,
            alike: None,
            course: Vec::new(),
            cumulative: Vec::new(),
            make_believe: Vec::new(),
            inflation: 1.0,
            rivals: rivals::rivals(about, &self.beside(), self.facts, days, (design, self.broken)),
            advice: rivals::advice(self.campaign, self.before, &uses, tagged),
            controls: uses,
            peers: None,
            variants: Vec::<Variant>::new(),
            journey: Vec::new(),
        }
    }
}

/// The same campaign, make-believe, on a control: its own days beside the other controls.
fn on_control(setting: &Setting, place: usize) -> Option<f64> {
    let own = &setting.controls[place];
    let before = setting.past.len();
    let mut others = setting.controls.clone();
    others.remove(place);
    let make_believe = Setting {
        past: own[..before].to_vec(),
        seen: own[before..before + setting.seen.len()].to_vec(),
        controls: others,
        ..setting.clone()
    };
    let run = make_believe.run().ok()?;
    Some(run.effect.mean() / run.effect.deviation()).filter(|it| it.is_finite())
}

/// What is drawn, and what the sums are.
struct Drawn {
    course: Vec<CoursePoint>,
    cumulative: Vec<(NaiveDate, super::Band)>,
    /// What was observed over the counted steps, and the middle and the ends of what was expected.
    observed: f64,
    expected: Option<[f64; 3]>,
}

impl Story<'_> {
    fn drawn(&self, setting: &Setting, steps: &Steps, run: &Run, wider: f64) -> Drawn {
        let counts = self.outcome.rollup == Rollup::Sum;
        let back = |value: f64| if counts { value.exp_m1().max(0.0) } else { value.exp() };
        let expected = bands(run, setting.seen.len(), wider, back);
        let lead = DRAWN_BEFORE.max(2 * setting.window) / if self.weekly { 7 } else { 1 };
        let lead = lead.max(8).min(steps.before);
        // What was left out of the expectation was observed all the same.
        let all = self.daily.steps(usize::try_from(self.before.days()).unwrap_or(0), self.weekly);
        let point = |step: usize| CoursePoint {
            day: steps.day(step),
            observed: all.values.get(step).copied().flatten(),
            expected: step.checked_sub(steps.before).and_then(|it| expected.get(it).copied().flatten()),
        };
        let course = (steps.before - lead..steps.before + setting.seen.len()).map(point).collect();
        let observed: Vec<f64> = run.counted.iter().filter_map(|step| steps.values[steps.before + step]).collect();
        let sum = observed.iter().sum();
        if !counts {
            return Drawn { course, cumulative: Vec::new(), observed: sum, expected: None };
        }
        let name = format!("{}/{}/{}", self.campaign.id, self.outcome.metric, self.window);
        let courses = courses(run, &name, wider, back);
        let sums: Vec<f64> = courses.iter().map(|course| course.iter().sum()).collect();
        let end = |share: f64| quantile(&sums, share).unwrap_or(f64::NAN);
        let days = run.counted.iter().map(|step| steps.day(steps.before + step));
        let cumulative = days.zip(cumulated(&observed, &courses)).collect();
        Drawn { course, cumulative, observed: sum, expected: Some([end(0.5), end(0.025), end(0.975)]) }
    }

    fn figures(&self, setting: &Setting, run: &Run, wider: f64, drawn: &Drawn) -> EffectFigures {
        let effect = run.effect.widened(wider);
        let ends = effect.quantiles(&super::estimate::SHARES);
        let mut figures = missing_figures(self.campaign, &self.outcome.metric, self.window, None);
        let (past, have, of) = (setting.past.len(), run.counted.len(), setting.window);
        let factor = format!("{wider:.2}");
        let how = if setting.controls.is_empty() {
            traces::beside_history(past, have, of, factor)
        } else {
            traces::beside_controls(past, have, of, factor)
        };
        let set = |figure: &mut Figure, value: f64, unit: Unit, how: &Told| {
            figure.value = if value.is_finite() { Ok(Number { value, unit }) } else { Err(Missing::NotJudged) };
            figure.trace = Trace { how: how.clone().into(), sources: sources(&self.daily.sources), ..Trace::default() };
        };
        let places = [
            (&mut figures.change, effect.mean()),
            (&mut figures.low, ends[0]),
            (&mut figures.high, ends[4]),
            (&mut figures.low_80, ends[1]),
            (&mut figures.high_80, ends[3]),
        ];
        for (figure, value) in places {
            set(figure, value.exp_m1(), Unit::Change, &how);
        }
        set(&mut figures.visible, claim::visible(&effect).exp_m1(), Unit::Change, &traces::visible_size());
        if let Some(after) = run.after.as_ref().map(|it| it.widened(wider)) {
            let (low, high) = after.interval(0.95);
            let places =
                [(&mut figures.after, after.mean()), (&mut figures.after_low, low), (&mut figures.after_high, high)];
            for (figure, value) in places {
                set(figure, value.exp_m1(), Unit::Change, &how);
            }
        }
        if let Some([middle, low, high]) = drawn.expected {
            let drawn_how = traces::courses_drawn(how.clone());
            set(&mut figures.observed, drawn.observed, Unit::Count, &traces::sum_of_campaign());
            set(&mut figures.expected, middle, Unit::Count, &drawn_how);
            set(&mut figures.extra, drawn.observed - middle, Unit::Count, &drawn_how);
            set(&mut figures.extra_low, drawn.observed - high, Unit::Count, &drawn_how);
            set(&mut figures.extra_high, drawn.observed - low, Unit::Count, &drawn_how);
        } else {
            let (id, channels) = (figures.observed.id.clone(), &self.outcome.channels);
            let rate = total(self.facts, self.catalog, &self.outcome.metric, channels, self.window, id);
            let value = rate.number().map(|it| it / effect.mean().exp());
            figures.observed = rate;
            if let Some(value) = value {
                let unit = figures.observed.value.as_ref().map_or(Unit::Share, |it| it.unit);
                set(&mut figures.expected, value, unit, &traces::observed_divided());
            }
        }
        figures
    }
}

/// One source per channel.
fn sources(all: &[Source]) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for source in all {
        if !found.iter().any(|it| it.channel == source.channel && it.metrics == source.metrics) {
            found.push(source.clone());
        }
    }
    found
}

fn missing_figures(campaign: &Campaign, metric: &MetricName, window: Period, why: Option<&Missing>) -> EffectFigures {
    let without = |name: &str| Figure {
        id: FigureId(format!("campaign.{}.{name}", campaign.id)),
        metric: metric.clone(),
        period: window,
        value: Err(why.cloned().unwrap_or(Missing::NotJudged)),
        preliminary: false,
        trace: Trace::default(),
    };
    EffectFigures {
        change: without("change"),
        low: without("change_low"),
        high: without("change_high"),
        low_80: without("change_low_80"),
        high_80: without("change_high_80"),
        observed: without("observed"),
        expected: without("expected"),
        extra: without("extra"),
        extra_low: without("extra_low"),
        extra_high: without("extra_high"),
        visible: without("visible"),
        after: without("after"),
        after_low: without("after_low"),
        after_high: without("after_high"),
    }
}

/// A campaign of which nothing can be estimated: the reason, the rivals and the advice are told all the same.
fn nothing(
    campaign: &Campaign,
    reason: Missing,
    outcome: Option<&Outcome>,
    (beside, facts): (&[&Campaign], &Facts),
) -> CampaignEffect {
    let window = Period::new(campaign.start, Period::day(campaign.end).end()).unwrap_or(Period::day(campaign.start));
    let before = Period::day(super::super::aggregate::days::day_before(campaign.start, 1));
    let metric = outcome.map(|it| it.metric.clone()).or(campaign.outcome.clone());
    let metric = metric.unwrap_or_else(|| MetricName::from("campaign_visits"));
    let channels = outcome.map(|it| it.channels.clone()).unwrap_or_default();
    let design = Design::Description;
    let figures = missing_figures(campaign, &metric, window, Some(&reason));
    CampaignEffect {
        campaign: campaign.clone(),
        rivals: rivals::rivals((campaign, &channels), beside, facts, (before, window), (design, None)),
        advice: rivals::advice(campaign, before, &[], metric.as_str() == "campaign_visits"),
        metric,
        channels,
        window,
        before,
        weekly: false,
        design,
        claim: Claim::CannotTell,
        limits: Vec::new(),
        reason: Some(reason),
        figures,
        alike: None,
        course: Vec::new(),
        cumulative: Vec::new(),
        make_believe: Vec::new(),
        inflation: 1.0,
        controls: Vec::new(),
        peers: None,
        variants: Vec::new(),
        journey: Vec::new(),
    }
}
