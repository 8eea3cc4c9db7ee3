//! Names that refer to something: whether it is there, and what may have been meant.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::fault::{Place, say};
use super::near::{listed, nearest};
use super::table::Table;

/// The names of everything that others may refer to, right or wrong otherwise, with the place of each.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub units: BTreeMap<String, Place>,
    pub channels: BTreeMap<String, Place>,
    pub goals: BTreeMap<String, Place>,
    pub campaigns: BTreeMap<String, Place>,
    pub labels: BTreeMap<String, Place>,
}

/// What a name refers to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing {
    Unit,
    Channel,
    Goal,
    Campaign,
    Label,
}

impl Names {
    /// Collects the names; one that stands twice is a fault. Tables are opened silently here and told about later.
    pub(super) fn collect(root: &Table<'_>) -> Self {
        let names = |key: &str| {
            let mut places: BTreeMap<String, Place> = BTreeMap::new();
            let quiet = super::table::Faults::default();
            let mut versions: BTreeSet<(String, Option<NaiveDate>)> = BTreeSet::new();
            for table in root.told_to(&quiet).tables(key) {
                let Some((id, place)) = table.name("id") else { continue };
                if let Some(first) = places.get(&id) {
                    // A goal that was changed stands once per version, each from a day of its own.
                    if key == "goal"
                        && table.day("valid_from").is_some_and(|day| versions.insert((id.clone(), Some(day))))
                    {
                        continue;
                    }
                    root.faults.push(
                        super::Fault::new(
                            place,
                            say(format!("the id `{id}` stands twice"), format!("id `{id}` står två gånger")),
                            say(
                                format!("every `[[{key}]]` has an id of its own"),
                                format!("varje `[[{key}]]` har ett eget id"),
                            ),
                        )
                        .help(match key {
                            "goal" => say(
                                format!("it stands first at {first}; a goal that is changed gets `valid_from` and `change_reason`"),
                                format!("det står först på {first}; ett mål som ändras får `valid_from` och `change_reason`"),
                            ),
                            _ => say(format!("it stands first at {first}"), format!("det står först på {first}")),
                        })
                        .other(first.clone(), say("the first", "den första")),
                    );
                } else {
                    if key == "goal" {
                        versions.insert((id.clone(), table.day("valid_from")));
                    }
                    places.insert(id, place);
                }
            }
            places
        };
        let all = Self {
            units: names("unit"),
            channels: names("channel"),
            goals: names("goal"),
            campaigns: names("campaign"),
            labels: names("label"),
        };
        // Nobody refers to a report this way, nor to a metric, but each name stands once all the same.
        names("report");
        names("formula");
        all
    }

    fn of(&self, thing: Thing) -> (&BTreeMap<String, Place>, &'static str, &'static str, &'static str) {
        match thing {
            Thing::Unit => (&self.units, "unit", "unit", "ingen enhet"),
            Thing::Channel => (&self.channels, "channel", "channel", "ingen kanal"),
            Thing::Goal => (&self.goals, "goal", "goal", "inget mål"),
            Thing::Campaign => (&self.campaigns, "campaign", "campaign", "ingen insats"),
            Thing::Label => (&self.labels, "label", "label", "ingen etikett"),
        }
    }

    /// Whether the thing is there; a fault when it is not.
    pub(super) fn check(&self, thing: Thing, name: &str, place: Place, faults: &super::table::Faults) -> bool {
        let (known, key, en, sv) = self.of(thing);
        if known.contains_key(name) {
            return true;
        }
        let names = || known.keys().map(String::as_str);
        let help = match (nearest(name, names()), known.is_empty()) {
            (Some(near), _) => say(format!("did you mean `{near}`?"), format!("menade du `{near}`?")),
            (None, true) => say(format!("there is no `[[{key}]]` at all"), format!("det finns ingen `[[{key}]]` alls")),
            (None, false) => {
                let all = listed(names());
                say(format!("there are: {all}"), format!("det finns: {all}"))
            }
        };
        let unknown = super::Fault::new(
            place,
            say(format!("there is no {en} `{name}`"), format!("det finns {sv} `{name}`")),
            say(format!("expected the id of a `[[{key}]]`"), format!("väntade id för en `[[{key}]]`")),
        );
        faults.push_unsure(unknown.help(help));
        false
    }

    /// The name that stands under the key, when there is such a thing.
    pub(super) fn one(&self, table: &Table<'_>, key: &str, thing: Thing) -> Option<String> {
        let (name, place) = table.name(key)?;
        self.check(thing, &name, place, table.faults).then_some(name)
    }

    /// The names that stand under the key, those that there are.
    pub(super) fn many(&self, table: &Table<'_>, key: &str, thing: Thing) -> Vec<String> {
        table
            .texts(key)
            .into_iter()
            .filter(|(name, place)| self.check(thing, name, place.clone(), table.faults))
            .map(|(name, _)| name)
            .collect()
    }
}
