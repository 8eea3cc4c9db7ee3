//! The phrases: a struct of structs, one field per phrase. A missing translation fails a test, a misspelt key does not
//! compile.

use serde::{Deserialize, Serialize};

/// A phrase that depends on a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plural {
    /// For one.
    pub one: String,
    /// For none and for several.
    pub other: String,
}

impl Plural {
    /// The phrase for so many.
    pub fn of(&self, count: usize) -> &str {
        if count == 1 { &self.one } else { &self.other }
    }
}

/// A struct of phrases: a name alone is a text, `name: Type` something else.
macro_rules! phrases {
    (@kind) => { String };
    (@kind $kind:ty) => { $kind };
    ($($(#[$doc:meta])* $name:ident { $($field:ident $(: $kind:ty)?),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                #[doc = concat!("The phrase `", stringify!($field), "` of the files of words.")]
                pub $field: phrases!(@kind $($kind)?),
            )*
        }
    )*};
}

phrases! {
    /// Every text that a reader sees, but for those of the metric catalogue and the configuration.
    Words {
        calendar: CalendarWords,
        missing: MissingWords,
        status: StatusWords,
        format: FormatWords,
    }

    /// Days, periods and lists.
    CalendarWords {
        months: [String; 12],
        months_short: [String; 12],
        weekdays: [String; 7],
        and,
        week,
        week_short,
        tertials: [String; 3],
        tertial_short,
        quarters: [String; 4],
        quarter_short,
        year,
        instant,
        second,
        minute,
        hour,
    }

    /// Why there is no number.
    MissingWords {
        not_fetched,
        absent,
        suppressed,
        refused,
        unreadable,
        not_additive,
        definitions_differ,
        coverage,
        channels_lacking,
        metric_break,
        no_baseline,
        no_population,
        sample_too_small,
        nothing_closed,
        zero_denominator,
        not_judged, too_short, too_few_events, no_variation, no_survey, too_few_peers,
    }

    /// The words for how a goal stands.
    StatusWords { achieved, on_track, lagging, behind, cannot_be_judged }

    /// The words for what kind a post is.
    FormatWords { text, image, carousel, video, reel, story, link, document, poll, other }
}
