//! The fixed words of the drawings: headings of page one, table heads, the page foot. Templates hold no words.
//!
//! The keys are the fields of [`crate::words::FurnitureWords`]; each template says in `reports/README.md` which it
//! needs: `goals`, `changes`, `attention`, `decision`, `identity` (headings), `goal`, `now`, `target`, `pace`, `status`,
//! `why` (heads of the goal table), `notice`, `page`, `page_of` (page foot), `name`, `content` (heads of the identity
//! table), `chart_data`, `skip`, `attached`, `goals_summary`, `term`, `meaning`, `figures`, `report_id`, `hash`,
//! `comment`.

use std::collections::BTreeMap;

use crate::words::FurnitureWords;

/// The words by key.
pub(super) fn furniture(words: &FurnitureWords) -> BTreeMap<String, String> {
    match serde_json::to_value(words) {
        Ok(serde_json::Value::Object(map)) => {
            map.into_iter().filter_map(|(key, text)| Some((key, text.as_str()?.to_owned()))).collect()
        }
        _ => BTreeMap::new(),
    }
}
