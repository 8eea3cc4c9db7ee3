//! One proposed decision: what a person wrote, else what the first rule proposes that holds. The rules are printed in
//! the section on method.

use super::Decision;
use super::draft::{Draft, Part};
use crate::analysis::Standing;
use crate::model::{Missing, Status};

use Part::{Text, Value};

/// The decision, if there is one to propose.
pub(super) fn decision(draft: &mut Draft<'_>) -> Option<Decision> {
    let written = draft.material.comment.as_ref().and_then(|comment| comment.decision.clone());
    if let Some(text) = written {
        let label = draft.words.decision.label_written.clone();
        return Some(Decision { label, text, rule: None, figures: Vec::new() });
    }
    [Status::Behind, Status::Lagging, Status::CannotBeJudged, Status::Achieved]
        .into_iter()
        .find_map(|status| heaviest(draft, status).and_then(|standing| proposed(draft, standing)))
}

/// The goal with the status word that weighs most, the first of equals.
fn heaviest<'m>(draft: &Draft<'m>, status: Status) -> Option<&'m Standing> {
    let of = draft.material.standings.iter().filter(|it| it.status == status);
    let of = of.filter(|it| status != Status::Achieved || it.goal.due >= draft.material.facts.today);
    of.fold(None, |best: Option<&Standing>, it| match best {
        Some(other) if other.goal.weight >= it.goal.weight => Some(other),
        _ => Some(it),
    })
}

fn proposed(draft: &mut Draft<'_>, standing: &Standing) -> Option<Decision> {
    let words = &draft.words.decision;
    let goal = Text(&standing.goal.title);
    let needed = standing.needed_per_week.as_ref().filter(|it| it.number().is_some_and(|need| need > 0.0));
    let (sentence, rule) = match standing.status {
        Status::Behind | Status::Lagging => {
            let behind = standing.status == Status::Behind;
            let rule = if behind { &words.rule_behind } else { &words.rule_lagging };
            let sentence = match needed {
                Some(needed) => {
                    let phrase = if behind { &words.behind } else { &words.lagging };
                    draft.say(phrase, &[("goal", goal), ("needed", Value(needed))])
                }
                None => draft.say(if behind { &words.behind_level } else { &words.lagging_level }, &[("goal", goal)]),
            };
            (sentence, rule)
        }
        Status::CannotBeJudged => (draft.say(remedy(draft, standing)?, &[("goal", goal)]), &words.rule_cannot),
        Status::Achieved => (draft.say(&words.achieved, &[("goal", goal)]), &words.rule_achieved),
        Status::OnTrack => return None,
    };
    let rule = Some(rule.clone());
    Some(Decision { label: words.label_rule.clone(), text: sentence.text, rule, figures: sentence.figures })
}

/// What would make the goal judgeable; nothing where waiting is all that helps.
fn remedy<'w>(draft: &Draft<'w>, standing: &Standing) -> Option<&'w str> {
    let words = &draft.words.decision;
    let phrase = match standing.reason.as_ref()? {
        Missing::NoBaseline => &words.set_baseline,
        Missing::NoPopulation => &words.set_population,
        Missing::MetricBreak { .. } => &words.settle_break,
        Missing::NotAdditive | Missing::DefinitionsDiffer => &words.narrow_channels,
        Missing::NotFetched
        | Missing::Refused
        | Missing::Unreadable
        | Missing::Coverage { .. }
        | Missing::PostsLacking { .. }
        | Missing::ChannelsLacking { .. } => &words.mend_fetching,
        Missing::NothingClosed
        | Missing::SampleTooSmall { .. }
        | Missing::TooShort { .. }
        | Missing::TooFewEvents { .. }
        | Missing::NoSurvey
        | Missing::TooFewPeers { .. }
        | Missing::NoVariation => return None,
        Missing::Absent
        | Missing::Suppressed
        | Missing::ZeroDenominator
        | Missing::NotJudged
        | Missing::NotOfPosts
        | Missing::NotByCampaign
        | Missing::NoLabels => &words.change_metric,
    };
    Some(phrase)
}
