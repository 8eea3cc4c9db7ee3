//! The claim in words: never more than the claim bears.

use super::super::Sentence;
use super::super::draft::{Draft, Part, upper_first};
use super::derived;
use crate::analysis::{Advice, CampaignEffect, Claim, Design, Limit, Rival};
use crate::model::told::traces;
use crate::model::{Period, Rollup, Unit};
use crate::words::fill;

use Part::{Behind, Text, Value};

/// The claim: number, range, word, limits and what to do next time.
pub(super) fn claim(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Sentence {
    let mut sentence = said(draft, effect);
    let words = &draft.words.effect;
    let claim = match effect.claim {
        Claim::StrongSupport => &words.strong,
        Claim::SomeSupport => &words.some,
        Claim::CannotTell => &words.cannot,
        Claim::NoEffectOfSize => &words.none,
    };
    let level = derived(effect, "level", f64::from(effect.claim.level()), Unit::Count, traces::level_of_claim());
    let named = draft.say(&words.claim, &[("claim", Text(claim)), ("level", Value(&level))]);
    sentence.text = format!("{}. {}", named.text, sentence.text);
    sentence.figures.extend(named.figures);
    if effect.claim <= Claim::CannotTell && !effect.advice.is_empty() {
        let advice: Vec<String> = effect.advice.iter().map(|it| advice(draft, effect, *it, &mut sentence)).collect();
        let advice = draft.locale.list(&advice);
        sentence.text.push(' ');
        sentence.text.push_str(&fill(&words.next_time, &[("advice", &advice)]));
    }
    sentence
}

/// The claim in one sentence, for the top of page one.
pub(in super::super) fn verdict(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Sentence {
    let words = &draft.words.effect;
    let subject = subject(draft, effect);
    let found = &effect.figures;
    if let Some(nothing) = nothing(draft, effect, &subject) {
        return nothing;
    }
    let change = found.change.number().unwrap_or(0.0);
    let more = change >= 0.0;
    let (phrase, claim) = match effect.claim {
        Claim::StrongSupport if more => (&words.verdict_more, &words.strong),
        Claim::StrongSupport => (&words.verdict_less, &words.strong),
        Claim::SomeSupport if more => (&words.verdict_more, &words.some),
        Claim::SomeSupport => (&words.verdict_less, &words.some),
        Claim::CannotTell => (&words.verdict_cannot, &words.cannot),
        Claim::NoEffectOfSize => (&words.verdict_none, &words.none),
    };
    let some = effect.claim == Claim::SomeSupport;
    let (low, high) = if some { (&found.low_80, &found.high_80) } else { (&found.low, &found.high) };
    let size = derived(effect, "change.size", change.abs(), Unit::Share, traces::without_sign());
    let shown = draft.locale.change(change.abs()).trim_start_matches('+').to_owned();
    let parts = [
        ("claim", Text(claim)),
        ("subject", Text(&subject)),
        ("size", Text(&shown)),
        ("", Behind(&size)),
        ("change", Value(&found.change)),
        ("low", Value(low)),
        ("high", Value(high)),
    ];
    draft.say(phrase, &parts)
}

/// Why there is no verdict, where there is none.
fn nothing(draft: &mut Draft<'_>, effect: &CampaignEffect, subject: &str) -> Option<Sentence> {
    let reason = draft.locale.missing(effect.reason.as_ref()?);
    let parts = [("subject", Text(subject)), ("reason", Text(&reason)), ("", Behind(&effect.figures.change))];
    Some(draft.say(&draft.words.effect.nothing, &parts))
}

/// The word of the claim alone.
pub(in super::super) fn word(draft: &Draft<'_>, claim: Claim) -> String {
    let words = &draft.words.effect;
    let word = match claim {
        Claim::StrongSupport => &words.strong,
        Claim::SomeSupport => &words.some,
        Claim::CannotTell => &words.cannot,
        Claim::NoEffectOfSize => &words.none,
    };
    word.clone()
}

fn said(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Sentence {
    let words = &draft.words.effect;
    let subject = subject(draft, effect);
    let found = &effect.figures;
    if let Some(nothing) = nothing(draft, effect, &subject) {
        return nothing;
    }
    let change = found.change.number().unwrap_or(0.0);
    let size = derived(effect, "change.size", change.abs(), Unit::Share, traces::without_sign());
    let unsigned = |value: f64| draft.locale.change(value.abs()).trim_start_matches('+').to_owned();
    let (shown, visible) = (unsigned(change), unsigned(found.visible.number().unwrap_or(0.0)));
    let more = change >= 0.0;
    let mut numbers = Vec::new();
    let weakness = weakness(draft, effect, &mut numbers);
    let (alike, alike_figure) = alike(draft, effect);
    let controls = controls(draft, effect);
    let (date_words, dates) = dates(draft, effect);
    let limit = derived(
        effect,
        "smallest",
        effect.campaign.smallest_effect.unwrap_or(0.0),
        Unit::Share,
        traces::decided_before(),
    );
    let phrase = match (effect.claim, effect.design, more) {
        (Claim::StrongSupport, Design::Lot, true) => &words.lot_more,
        (Claim::StrongSupport, Design::Lot, false) => &words.lot_less,
        (Claim::StrongSupport, _, true) => &words.strong_more,
        (Claim::StrongSupport, _, false) => &words.strong_less,
        (Claim::SomeSupport, _, true) => &words.some_more,
        (Claim::SomeSupport, _, false) => &words.some_less,
        (Claim::NoEffectOfSize, ..) => &words.none_of_size,
        (Claim::CannotTell, ..) if effect.limits.contains(&Limit::WithinVariation) => &words.cannot_within,
        (Claim::CannotTell, ..) => &words.cannot_limited,
    };
    let some = effect.claim == Claim::SomeSupport;
    let (low, high) = if some { (&found.low_80, &found.high_80) } else { (&found.low, &found.high) };
    let parts = [
        ("subject", Text(&subject)),
        ("size", Text(&shown)),
        ("", Behind(&size)),
        ("change", Value(&found.change)),
        ("low", Value(low)),
        ("high", Value(high)),
        ("controls", Text(&controls)),
        ("dates", Text(&date_words)),
        ("", Behind(&dates)),
        ("weakness", Text(&weakness)),
        ("alike", Text(&alike)),
        ("", Behind(&alike_figure)),
        ("visible", Text(&visible)),
        ("", Behind(&found.visible)),
        ("limit", Value(&limit)),
    ];
    let mut sentence = draft.say(phrase, &parts);
    sentence.figures.extend(numbers);
    sentence
}

/// `antalet besök`, or `måttet konverteringsgrad`.
pub(super) fn subject(draft: &Draft<'_>, effect: &CampaignEffect) -> String {
    let words = &draft.words.effect;
    let rate = draft
        .material
        .catalog
        .canonical(&effect.metric)
        .is_some_and(|it| matches!(it.rollup, Rollup::RatioOfSums { .. }));
    let phrase = if rate { &words.subject_rate } else { &words.subject_count };
    fill(phrase, &[("metric", &draft.metric_within(&effect.metric))])
}

/// What else may have mattered.
pub(super) fn rivals(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Sentence {
    let words = &draft.words.effect;
    let told = |rival: &Rival| match rival {
        Rival::Event(event) => {
            let days = Period::new(event.start, Period::day(event.end).end());
            let days = days.map_or_else(String::new, |it| draft.days(it));
            fill(&words.rival_event, &[("title", &event.title), ("days", &days)])
        }
        Rival::OtherCampaign { title } => fill(&words.rival_campaign, &[("title", title)]),
        Rival::Holiday => words.rival_holiday.clone(),
        Rival::DefinitionChange { on } => fill(&words.rival_definition, &[("date", &draft.locale.date(*on))]),
        Rival::Drift => words.rival_drift.clone(),
        Rival::Platform => words.rival_platform.clone(),
        Rival::OthersAtTheSameTime => words.rival_others.clone(),
    };
    let rivals: Vec<String> = effect.rivals.iter().map(told).collect();
    let rivals = draft.locale.list(&rivals);
    draft.say(&words.rivals, &[("rivals", Text(&rivals))])
}

/// How the campaign was laid out, from what the expectation was made, and by how much it was widened.
pub(super) fn method(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Sentence {
    let words = &draft.words.effect;
    let design = match effect.design {
        Design::Description => &words.design_description,
        Design::OwnHistory => &words.design_own,
        Design::Control => &words.design_control,
        Design::Peers => &words.design_peers,
        Design::Lot => &words.design_lot,
    };
    let before = draft.days(effect.before);
    let mut sentence = draft.say(&words.method, &[("design", Text(design)), ("before", Text(&before))]);
    if effect.inflation > 1.005 {
        let how = traces::widened_by_dates();
        let factor = derived(effect, "widened", effect.inflation, Unit::Decimal, how);
        let more = draft.say(&words.widened, &[("factor", Value(&factor))]);
        sentence.text = format!("{} {}", sentence.text, more.text);
        sentence.figures.extend(more.figures);
    }
    sentence.text = upper_first(&sentence.text);
    sentence
}

/// What a group of untouched channels says, beside the main answer.
pub(super) fn peers(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Option<Sentence> {
    let found = effect.peers?;
    let words = &draft.words.effect;
    let count = |name: &str, value: u32| {
        derived(effect, &format!("peers.{name}"), f64::from(value), Unit::Count, traces::channels_untouched())
    };
    let donors = count("donors", found.donors);
    if !found.follows {
        return Some(draft.say(&words.peers_unfit, &[("donors", Value(&donors))]));
    }
    let how = traces::beside_mixture();
    let change = derived(effect, "peers.change", found.change, Unit::Change, how);
    let (as_much, of) = (count("as_much", found.as_much), count("of", found.donors + 1));
    let parts =
        [("donors", Value(&donors)), ("change", Value(&change)), ("as_much", Value(&as_much)), ("of", Value(&of))];
    Some(draft.say(&words.peers, &parts))
}

/// What kept the claim from being stronger, as a list.
fn weakness(draft: &mut Draft<'_>, effect: &CampaignEffect, figures: &mut Vec<crate::model::FigureId>) -> String {
    let words = &draft.words.effect;
    let mut clauses = Vec::new();
    for limit in &effect.limits {
        let (phrase, numbers): (&str, Vec<(&str, u32)>) = match limit {
            Limit::ShortHistory { have, need } => (&words.limit_short, vec![("have", *have), ("need", *need)]),
            Limit::Gaps { have, of } => (&words.limit_gaps, vec![("have", *have), ("of", *of)]),
            Limit::NoControl => (&words.limit_no_control, Vec::new()),
            Limit::UselessControl => (&words.limit_useless, Vec::new()),
            Limit::FewMakeBelieve { have } => (&words.limit_few_dates, vec![("have", *have)]),
            Limit::NotMostExtreme => (&words.limit_not_extreme, Vec::new()),
            Limit::Sensitive { held, of } => (&words.limit_sensitive, vec![("held", *held), ("of", *of)]),
            Limit::PeersAlike { as_much, of } => (&words.limit_peers, vec![("have", *as_much), ("of", *of)]),
            Limit::OtherEvents { count } => {
                (words.limit_events.of(usize::try_from(*count).unwrap_or(usize::MAX)), Vec::new())
            }
            Limit::WithinVariation => (&words.limit_within, Vec::new()),
        };
        let counted: Vec<(&str, crate::model::Figure)> = numbers
            .into_iter()
            .map(|(name, value)| {
                let id = format!("limit.{}.{name}", clauses.len() + 1);
                (name, derived(effect, &id, f64::from(value), Unit::Count, traces::counted_for_gates()))
            })
            .collect();
        let parts: Vec<(&str, Part<'_>)> = counted.iter().map(|(name, figure)| (*name, Value(figure))).collect();
        let clause = draft.say(phrase, &parts);
        clauses.push(clause.text);
        figures.extend(clause.figures);
    }
    if clauses.is_empty() || effect.design == Design::Description {
        clauses.push(words.limit_design.clone());
    }
    draft.locale.list(&clauses)
}

/// How many make-believe dates were tried.
fn dates(draft: &Draft<'_>, effect: &CampaignEffect) -> (String, crate::model::Figure) {
    let count = effect.make_believe.len();
    let id = format!("campaign.{}.dates", effect.campaign.id);
    let figure = draft.count(id, effect.metric.as_str(), count, traces::dates_tried());
    let shown = draft.shown(&figure);
    (fill(draft.words.effect.dates.of(count), &[("count", &shown)]), figure)
}

/// How many campaigns without any effect show as much, in natural frequencies.
fn alike(draft: &Draft<'_>, effect: &CampaignEffect) -> (String, crate::model::Figure) {
    let words = &draft.words.effect;
    let share = effect.alike.unwrap_or(1.0);
    let how = traces::smaller_tail();
    let figure = derived(effect, "alike", share, Unit::Share, how);
    let (phrase, of) = if share >= 0.095 { (&words.of_ten, 10.0) } else { (&words.of_hundred, 100.0) };
    let count = draft.locale.whole((share * of).round().max(1.0));
    (fill(phrase, &[("count", &count)]), figure)
}

fn controls(draft: &Draft<'_>, effect: &CampaignEffect) -> String {
    let useful = effect.controls.iter().filter(|it| it.is_useful()).map(|it| draft.channel_title(&it.channel));
    draft.locale.list(&useful.collect::<Vec<String>>())
}

fn advice(draft: &mut Draft<'_>, effect: &CampaignEffect, advice: Advice, into: &mut Sentence) -> String {
    let words = &draft.words.effect;
    match advice {
        Advice::LongerHistory { weeks } => {
            let weeks = derived(effect, "advice.weeks", f64::from(weeks), Unit::Count, traces::weeks_for_dates());
            let said = draft.say(&words.advice_history, &[("weeks", Value(&weeks))]);
            into.figures.extend(said.figures);
            said.text
        }
        Advice::UntouchedControl => words.advice_control.clone(),
        Advice::TagLinks => words.advice_tags.clone(),
        Advice::DrawLot => words.advice_lot.clone(),
        Advice::DecideSize => words.advice_size.clone(),
    }
}
