//! Choosing period, comparison and unit: plain forms and links, the same resolver as the reports.

use serde::Serialize;

use super::super::gate::Visitor;
use super::asked::{Asked, Looked, given};
use crate::model::{Period, Status, UnitId};
use crate::pipeline::{Against, Sight, named_period};

/// The named periods that are offered.
const NAMED: [&str; 5] = ["week", "month", "quarter", "tertial", "year"];

/// One choice of a list.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

/// The form above a page.
#[derive(Debug, Serialize)]
pub(super) struct Picker {
    /// The path that the form leads to.
    path: String,
    /// What else is kept.
    kept: Vec<(&'static str, String)>,
    /// The period in words.
    text: String,
    /// The last period of each kind, and the one that is shown if it is none of them.
    periods: Vec<Choice>,
    /// The period before.
    before: String,
    /// The period after, where it has ended.
    after: Option<String>,
    /// Its first day.
    first: String,
    /// Its last day.
    last: String,
    /// Whether the comparison is last year.
    year: bool,
}

impl Picker {
    /// The form of a page.
    pub(super) fn of(looked: &Looked, asked: &Asked, path: &str, now: chrono::DateTime<chrono::Utc>) -> Self {
        let (app, period) = (&looked.app, looked.sight.report.period);
        let calendar = app.config.organisation.calendar;
        let code = period.code(calendar);
        let named: Vec<(&str, Period)> =
            NAMED.iter().filter_map(|name| Some((*name, named_period(app, name, now).ok()?))).collect();
        let name = given(asked.period.as_ref()).filter(|it| NAMED.contains(it)).unwrap_or_default();
        let chosen = |value: &str, own: Period| if name.is_empty() { own == period } else { name == value };
        let mut periods: Vec<Choice> = Vec::new();
        for (value, own) in named {
            // One period may be the last of two kinds; only the first is marked.
            let chosen = chosen(value, own) && periods.iter().all(|it| !it.chosen);
            periods.push(Choice { value: value.to_owned(), text: looked.locale.period(own, calendar), chosen });
        }
        if periods.iter().all(|it| !it.chosen) {
            periods.insert(0, Choice { value: code, text: looked.locale.period(period, calendar), chosen: true });
        }
        let today = now.with_timezone(&app.config.organisation.zone).date_naive();
        let following = period.following(calendar);
        let turned = |to: Period| looked.links.with(path, &[("period", &to.code(calendar))]);
        Self {
            path: path.to_owned(),
            kept: looked.links.kept(&["period", "compare"]),
            text: looked.sight.report.period_text.clone(),
            periods,
            before: turned(period.previous(calendar)),
            after: (following.end() <= today).then(|| turned(following)),
            first: period.start().to_string(),
            last: period.last().to_string(),
            year: looked.order.against == Against::YearBefore,
        }
    }
}

/// A unit in the tree at the side.
#[derive(Debug, Serialize)]
pub(super) struct TreeUnit {
    title: String,
    href: String,
    /// How deep it lies.
    depth: usize,
    chosen: bool,
    /// How many goals stand how, the worst first: status, number, whole text for those who hear it.
    counts: Vec<(Status, u32)>,
}

/// The units with how their goals stand; those that the visitor may see.
pub(super) fn tree(looked: &Looked, visitor: &Visitor, whole: &Sight) -> Vec<TreeUnit> {
    let units = &looked.app.config.units;
    let mut found = Vec::new();
    if visitor.units.is_none() {
        found.push(TreeUnit {
            title: looked.app.config.organisation.name.clone(),
            href: looked.links.with("/", &[("unit", "")]),
            depth: 0,
            chosen: looked.order.unit.is_none(),
            counts: whole.status_counts(),
        });
    }
    let mut open: Vec<(usize, &crate::model::OrganisationUnit)> =
        units.0.iter().rev().filter(|unit| unit.parent.is_none()).map(|unit| (1, unit)).collect();
    while let Some((depth, unit)) = open.pop() {
        if found.len() > units.0.len() {
            break;
        }
        open.extend(units.0.iter().rev().filter(|it| it.parent.as_ref() == Some(&unit.id)).map(|it| (depth + 1, it)));
        if !may(visitor, units, &unit.id) {
            continue;
        }
        let standing = whole.units.iter().find(|it| it.unit == unit.id);
        let counts = standing.map(|it| it.counts.iter().rev().filter(|(_, count)| *count > 0).copied().collect());
        found.push(TreeUnit {
            title: unit.title.clone(),
            href: looked.links.with("/", &[("unit", unit.id.as_str())]),
            depth,
            chosen: looked.order.unit.as_ref() == Some(&unit.id),
            counts: counts.unwrap_or_default(),
        });
    }
    found
}

fn may(visitor: &Visitor, units: &crate::model::Units, unit: &UnitId) -> bool {
    visitor.units.as_ref().is_none_or(|own| own.iter().any(|own| units.within(unit, own)))
}
