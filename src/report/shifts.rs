//! New levels: changes that came on one day and stayed.

use super::Block;
use super::draft::{Draft, Part};
use super::goals::paragraph;
use crate::analysis::LevelShift;
use crate::model::told::traces;
use crate::model::{Figure, FigureId, Number, Period, Trace, Unit};

use Part::{Text, Value};

/// So many are told at most, the largest first.
const MOST: usize = 6;
/// A change by less than this share is no news.
const LEAST: f64 = 0.2;

/// The new levels of the period, under a heading of their own.
pub(super) fn blocks(draft: &mut Draft<'_>) -> Vec<Block> {
    let size = |it: &LevelShift| ((it.levels.1 + 1.0) / (it.levels.0 + 1.0)).ln().abs();
    let material = draft.material;
    let news = material.shifts.iter().filter(|it| material.period.contains(it.day) && size(it) >= LEAST.ln_1p());
    let mut told: Vec<&LevelShift> = news.collect();
    told.sort_by(|a, b| size(b).total_cmp(&size(a)));
    told.truncate(MOST);
    if told.is_empty() {
        return Vec::new();
    }
    told.sort_by_key(|it| (it.day, it.channel.clone(), it.metric.clone()));
    let items = told.into_iter().map(|it| sentence(draft, it)).collect();
    let words = &draft.words.change;
    vec![
        Block::Heading { text: words.shifts_heading.clone() },
        Block::List { items },
        paragraph(words.shifts_note.clone()),
    ]
}

fn sentence(draft: &mut Draft<'_>, shift: &LevelShift) -> super::Sentence {
    let of = |part: &str, value: f64| Figure {
        id: FigureId(format!("level.{}.{}.{}.{part}", shift.channel, shift.metric, shift.day)),
        metric: shift.metric.clone(),
        period: Period::day(shift.day),
        value: Ok(Number { value: value.round(), unit: Unit::Count }),
        preliminary: false,
        trace: Trace { how: traces::typical_day(&shift.metric, &shift.channel).into(), ..Trace::default() },
    };
    let (before, after) = (of("before", shift.levels.0), of("after", shift.levels.1));
    let date = draft.locale.date(shift.day);
    let (metric, channel) = (draft.metric_within(&shift.metric), draft.channel_title(&shift.channel));
    let parts = [
        ("channel", Text(&channel)),
        ("metric", Text(&metric)),
        ("date", Text(&date)),
        ("after", Value(&after)),
        ("before", Value(&before)),
    ];
    draft.say(&draft.words.change.shift, &parts)
}
