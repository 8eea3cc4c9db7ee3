//! A report in a language of brackets: whatever is not bracketed stands in the code, and should stand in the words.

use genomslag::model::{Language, ReportKind};
use genomslag::report::{Report, compose};
use genomslag::words::{Words, placeholders};
use regex::Regex;
use toml_edit::{DocumentMut, Item, Value};

use super::sample::{Held, covered, sample};

/// Each phrase as `⟦⟧` around its places, which stay outside.
fn bracketed(phrase: &str) -> String {
    placeholders(phrase).into_iter().fold("⟦phrase⟧".to_owned(), |text, name| format!("{text}{{{name}}}⟦⟧"))
}

fn bracket(item: &mut Item) {
    match item {
        Item::Value(value) => bracket_value(value),
        Item::Table(table) => table.iter_mut().for_each(|(_, item)| bracket(item)),
        _ => {}
    }
}

fn bracket_value(value: &mut Value) {
    match value {
        Value::String(text) => *value = bracketed(text.value()).into(),
        Value::Array(list) => list.iter_mut().for_each(bracket_value),
        Value::InlineTable(table) => table.iter_mut().for_each(|(_, value)| bracket_value(value)),
        _ => {}
    }
}

fn pseudo() -> Words {
    let mut document: DocumentMut = include_str!("../../reports/words/sv.toml").parse().unwrap();
    document.as_table_mut().iter_mut().for_each(|(_, item)| bracket(item));
    Words::read(&document.to_string()).unwrap()
}

/// The sample with every name in brackets.
fn nameless(mut held: Held) -> Held {
    let name = || "⟦name⟧".to_owned();
    for goal in &mut held.goals {
        goal.title = name();
        goal.why = goal.why.as_ref().map(|_| name());
        goal.owner_role = goal.owner_role.as_ref().map(|_| name());
        goal.record.decided_by = goal.record.decided_by.as_ref().map(|_| name());
        goal.record.case_no = goal.record.case_no.as_ref().map(|_| name());
    }
    held.facts.channels.iter_mut().for_each(|it| it.title = name());
    held.facts.units.0.iter_mut().for_each(|it| it.title = name());
    held.unit.iter_mut().for_each(|it| it.title = name());
    held.facts.population.iter_mut().for_each(|it| it.source = name());
    held.facts.posts.iter_mut().for_each(|it| it.text = name());
    held.campaigns.iter_mut().for_each(|it| it.title = name());
    held.labels.values_mut().for_each(|labels| *labels = vec![name()]);
    held.organisation.name = name();
    for it in &mut held.catalog.canonical {
        (it.title.sv, it.definition.sv) = (name(), name());
    }
    held.fetches.iter_mut().flat_map(|it| &mut it.problems).for_each(|it| (it.what, it.told) = (name(), None));
    held
}

/// What a reader reads, without ids and figures.
fn read_texts(report: &Report) -> Vec<String> {
    let mut json = serde_json::to_value(report).unwrap();
    for key in ["id", "hash", "figures", "kind", "language", "made", "period", "period_text", "title", "identity"] {
        json.as_object_mut().unwrap().remove(key);
    }
    let mut texts = Vec::new();
    collect(&json, &mut texts);
    texts
}

fn collect(json: &serde_json::Value, texts: &mut Vec<String>) {
    const NOT_READ: [&str; 14] = [
        "id",
        "figure",
        "figures",
        "also",
        "counts",
        "why_figures",
        "block",
        "drawing",
        "role",
        "size",
        "align",
        "status",
        "link",
        "points",
    ];
    const NOT_READ_EITHER: [&str; 2] = ["days", "day"];
    match json {
        serde_json::Value::String(text) => texts.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|it| collect(it, texts)),
        serde_json::Value::Object(map) => {
            // A table's and a chart's drawing are read; what tells the variant is not.
            for (key, value) in map {
                let skipped = (NOT_READ.contains(&key.as_str()) || NOT_READ_EITHER.contains(&key.as_str()))
                    && !(key == "drawing" && value.is_object());
                let dated = ["start", "end"].contains(&key.as_str());
                if !skipped && !dated {
                    collect(value, texts);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn no_word_stands_in_the_code() {
    let words = pseudo();
    let brackets = Regex::new("⟦[^⟧]*⟧").unwrap();
    let calendar = &Words::builtin(Language::Swedish).calendar;
    let mut known: Vec<String> = calendar.months.iter().chain(&calendar.months_short).cloned().collect();
    known.extend(
        [
            "vecka",
            "Vecka",
            "v.",
            "V.",
            "T2",
            "okt",
            "Okt",
            "och",
            "kl.",
            "tertialet",
            "andra",
            "Europe/Stockholm",
            "min",
        ]
        .map(str::to_owned),
    );
    known.extend(["Facebook", "Instagram", "LinkedIn", "Matomo", "UTC"].map(str::to_owned));
    // What the plan and the peers of the sample are called.
    let named = ["Jobb", "Kultur", "Trafik", "Badhuset stänger", "Ny lekplats", "tavla.json"];
    known.extend(named.into_iter().chain(["Ekarp", "Granvik", "Lindås", "Tallmo", "Ånäs"]).map(str::to_owned));
    // A reason comes from the locale, whose words are tested for themselves.
    known.push("nika personer får inte läggas ihop, och plattformen har inte räknat hela perioden".to_owned());
    known.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let mut wrong = Vec::new();
    for kind in [ReportKind::Weekly, ReportKind::Unit, ReportKind::Monthly, ReportKind::Tertial] {
        let held = nameless(sample(kind));
        let report = compose(&held.material(kind, Language::Swedish, covered(kind)), &words);
        for text in read_texts(&report) {
            let mut bare = brackets.replace_all(&text, "").into_owned();
            for word in &known {
                bare = bare.replace(word, "");
            }
            let bare = bare.trim_start_matches(['U', 'u']);
            if bare.chars().any(char::is_alphabetic) {
                wrong.push(format!("{kind:?}: `{text}` leaves `{bare}`"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
