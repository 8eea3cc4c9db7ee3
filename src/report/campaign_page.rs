//! Page one of a report on a campaign: the verdict, and what it rests on right below.

use super::draft::{Draft, Part, upper_first};
use super::{Sentence, effects};
use crate::words::fill;

use Part::{Behind, Spelled, Text};

/// The verdict on the campaign; with several, the word for each.
pub(super) fn headline(draft: &mut Draft<'_>) -> Sentence {
    let material = draft.material;
    let sentence = match &material.effects[..] {
        [] => draft.say(&draft.words.campaigns.none_judged, &[]),
        [only] => effects::verdict(draft, only),
        several => {
            let count = draft.count(
                "campaigns.count",
                "campaigns",
                several.len(),
                crate::model::told::traces::campaigns_judged(),
            );
            let one = |it: &crate::analysis::CampaignEffect| {
                let claim = effects::word(draft, it.claim);
                fill(&draft.words.campaigns.one_of_several, &[("title", &it.campaign.title), ("claim", &claim)])
            };
            let each: Vec<String> = several.iter().map(one).collect();
            let list = each.join("; ");
            let parts = [("count", Spelled(&count)), ("list", Text(&list)), ("", Behind(&count))];
            draft.say(&draft.words.campaigns.several, &parts)
        }
    };
    Sentence { text: upper_first(&sentence.text), ..sentence }
}

/// `Insatsens effekt: Bli familjehem`.
pub(super) fn title(draft: &Draft<'_>) -> Option<String> {
    let [only] = &draft.material.effects[..] else { return None };
    Some(fill(&draft.words.campaigns.report_title, &[("title", &only.campaign.title)]))
}
