//! The organisation, its units and its inhabitants.

use super::fault::{Fault, say};
use super::refer::{Names, Thing};
use super::table::Table;
use crate::model::{Calendar, Organisation, OrganisationId, OrganisationUnit, Population, UnitId, Units};

pub(super) fn organisation(root: &Table<'_>) -> Option<Organisation> {
    let table = root.table("organisation")?;
    let municipality = table.text("municipality");
    if let Some(code) = &municipality
        && !(code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()))
    {
        table.faults.push(table.fault(
            "municipality",
            say(format!("`{code}` is no municipality code"), format!("`{code}` är ingen kommunkod")),
            say("expected four digits, such as \"0180\"", "väntade fyra siffror, som \"0180\""),
        ));
    }
    Some(Organisation {
        id: OrganisationId::from(table.text("id")?),
        name: table.text("name")?,
        zone: table.zone("zone").unwrap_or(chrono_tz::Europe::Stockholm),
        language: table.word("language").unwrap_or_default(),
        municipality,
        calendar: table.whole("year_start").map_or_else(Calendar::default, |year_start| Calendar { year_start }),
        vision: table.text("vision"),
        retention: table.text("retention"),
    })
}

pub(super) fn units(root: &Table<'_>, names: &Names) -> Units {
    let mut units = Vec::new();
    let mut places = Vec::new();
    for table in root.tables("unit") {
        let parent = names.one(&table, "parent", Thing::Unit).map(UnitId::from);
        let (Some(id), Some(title)) = (table.text("id"), table.text("title")) else { continue };
        places.push((UnitId::from(id.as_str()), table.place("parent")));
        units.push(OrganisationUnit { id: UnitId::from(id), title, parent, purpose: table.text("purpose") });
    }
    let units = Units(units);
    for (id, place) in places {
        if let Some(ring) = ring(&id, |id| units.find(id).and_then(|unit| unit.parent.as_ref())) {
            root.faults.push(ring_fault(place, &ring));
        }
    }
    units
}

/// The way from a thing upwards until it comes back to itself, if it does.
pub(super) fn ring<'a, T: PartialEq + 'a>(first: &'a T, above: impl Fn(&'a T) -> Option<&'a T>) -> Option<Vec<&'a T>> {
    let mut way = vec![first];
    while let Some(next) = above(way[way.len() - 1]) {
        if next == first {
            way.push(next);
            return Some(way);
        }
        if way.contains(&next) {
            // A ring further up, which is told there.
            return None;
        }
        way.push(next);
    }
    None
}

pub(super) fn ring_fault<T: std::fmt::Display>(place: super::Place, ring: &[&T]) -> Fault {
    let way = ring.iter().map(|thing| format!("`{thing}`")).collect::<Vec<_>>().join(" → ");
    Fault::new(
        place,
        say(format!("a ring: {way}"), format!("en ring: {way}")),
        say("expected a tree, which ends somewhere", "väntade ett träd, som tar slut någonstans"),
    )
    .help(say("take one of the links away", "ta bort en av länkarna"))
}

pub(super) fn population(root: &Table<'_>) -> Vec<Population> {
    let mut population: Vec<Population> = Vec::new();
    for table in root.tables("population") {
        let (Some(date), Some(inhabitants), Some(source)) =
            (table.day("date"), table.whole("inhabitants"), table.text("source"))
        else {
            continue;
        };
        if population.iter().any(|other| other.date == date) {
            table.faults.push(table.fault(
                "date",
                say(format!("{date} stands twice"), format!("{date} står två gånger")),
                say("expected one population per day", "väntade ett invånarantal per dag"),
            ));
        }
        population.push(Population { date, inhabitants, source });
    }
    population.sort_by_key(|population| population.date);
    population
}
