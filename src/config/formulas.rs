//! The organisation's own metrics: `[[formula]]`.

use super::fault::{Fault, Place, say};
use super::near::{listed, nearest};
use super::table::Table;
use crate::catalog::{Catalog, Formula, FormulaError, FormulaErrorKind as Kind, OwnMetric, Texts};
use crate::model::{MetricName, Unit};

/// The metrics that formulas make.
pub(super) fn formulas(root: &Table<'_>) -> Vec<OwnMetric> {
    root.tables("formula").iter().filter_map(formula).collect()
}

fn formula(table: &Table<'_>) -> Option<OwnMetric> {
    let (id, title, text) = (table.text("id"), table.text("title"), table.text("formula"));
    let catalog = Catalog::builtin();
    if let Some(id) = id.as_ref().filter(|id| catalog.canonical(&MetricName::from(id.as_str())).is_some()) {
        table.faults.push(table.fault(
            "id",
            say(format!("`{id}` is a metric already"), format!("`{id}` är redan ett mått")),
            say("expected a name of its own", "väntade ett eget namn"),
        ));
        return None;
    }
    let text = text?;
    let formula = match Formula::read(&text, catalog) {
        Ok(formula) => formula,
        Err(error) => {
            table.faults.push(fault(&table.place("formula"), &text, &error));
            return None;
        }
    };
    let unit: Option<Unit> = table.word("unit");
    if unit == Some(Unit::Share) && matches!(formula, Formula::Sum(_)) {
        table.faults.push(table.fault(
            "unit",
            say("a count is no share", "ett antal är ingen andel"),
            say("expected a formula with `/`, or no unit", "väntade en formel med `/`, eller ingen enhet"),
        ));
    }
    let both = |name: &str, english: &str| -> Option<Texts> {
        let swedish = table.text(name)?;
        Some(Texts { en: table.text(english).unwrap_or_else(|| swedish.clone()), sv: swedish })
    };
    title?;
    Some(OwnMetric {
        name: MetricName::from(id?.as_str()),
        title: both("title", "title_en")?,
        definition: both("definition", "definition_en"),
        unit,
        text,
        formula,
    })
}

/// The fault, pointing at the sign or word within the formula.
fn fault(place: &Place, text: &str, error: &FormulaError) -> Fault {
    let (what, expected, help) = words(text, error);
    let fault = Fault::new(within(place, text, error), what, expected);
    match help {
        Some(help) => fault.help(help),
        None => fault,
    }
}

/// The place of the error within the text as it stands in the file, where it stands there as it is read.
fn within(place: &Place, text: &str, error: &FormulaError) -> Place {
    let Some(start) = place.text().find(text) else { return place.clone() };
    let start = place.span.start + start;
    // What is missing at the end is shown at the last sign.
    let (from, to) = if error.at.is_empty() {
        (error.at.start.saturating_sub(1), error.at.start)
    } else {
        (error.at.start, error.at.end)
    };
    let file = &place.file.text;
    let mut begin = start + from;
    while !file.is_char_boundary(begin) {
        begin -= 1;
    }
    Place { file: std::sync::Arc::clone(&place.file), span: begin..start + to }
}

fn words(text: &str, error: &FormulaError) -> (Texts, Texts, Option<Texts>) {
    let found = text.get(error.at.clone()).unwrap_or_default();
    let counts =
        || say("expected counts that add, such as `views`", "väntade antal som går att lägga ihop, som `views`");
    match &error.kind {
        Kind::Unexpected => (
            say(format!("`{found}` means nothing here"), format!("`{found}` betyder inget här")),
            say("expected metrics, numbers, `+ - * /` and brackets", "väntade mått, tal, `+ - * /` och parenteser"),
            None,
        ),
        Kind::Ends => (
            say("the formula ends too early", "formeln tar slut för tidigt"),
            say("expected a metric, a number or `)`", "väntade ett mått, ett tal eller `)`"),
            None,
        ),
        Kind::Unknown(name) => unknown(name),
        Kind::Unique(name) => (
            say(
                format!("`{name}` counts people once, and has no sum that a formula could use"),
                format!("`{name}` räknar varje person en gång och har ingen summa som en formel kan använda"),
            ),
            counts(),
            Some(say(
                "added over days or channels, the same person would be counted several times",
                "över flera dagar eller kanaler skulle samma person räknas flera gånger",
            )),
        ),
        Kind::Stock(name) => (
            say(
                format!("`{name}` is a level on a day, and has no sum over days"),
                format!("`{name}` är ett läge en dag och har ingen summa över dagar"),
            ),
            counts(),
            Some(say(
                "per follower is written `normalise = \"per_follower\"` in the goal",
                "per följare skrivs `normalise = \"per_follower\"` i målet",
            )),
        ),
        Kind::Inhabitants => (
            say("inhabitants are no metric", "invånare är inget mått"),
            counts(),
            Some(say(
                "per 1,000 inhabitants is written `normalise = \"per_1000_inhabitants\"` in the goal",
                "per 1 000 invånare skrivs `normalise = \"per_1000_inhabitants\"` i målet",
            )),
        ),
        kind => arithmetic(kind),
    }
}

fn unknown(name: &str) -> (Texts, Texts, Option<Texts>) {
    let names = || Catalog::builtin().canonical.iter().map(|canonical| canonical.name.as_str());
    let help = match nearest(name, names()) {
        Some(near) => say(format!("did you mean `{near}`?"), format!("menade du `{near}`?")),
        None => say(format!("there are: {}", listed(names())), format!("det finns: {}", listed(names()))),
    };
    (
        say(format!("there is no metric `{name}`"), format!("det finns inget mått `{name}`")),
        say("expected a canonical metric", "väntade ett mått ur katalogen"),
        Some(help),
    )
}

fn arithmetic(kind: &Kind) -> (Texts, Texts, Option<Texts>) {
    let sums = || {
        Some(say(
            "sum the parts first: `(clicks + shares) / views`",
            "summera delarna först: `(clicks + shares) / views`",
        ))
    };
    match kind {
        Kind::AddsRates => (
            say("rates are never added", "kvoter läggs aldrig ihop"),
            say("expected one sum divided by another", "väntade en summa delad med en annan"),
            sums(),
        ),
        Kind::DividesRates => (
            say(
                "a rate is not divided by a count, nor a count by a rate",
                "en kvot delas inte med ett antal, och ett antal inte med en kvot",
            ),
            say("expected one sum divided by another", "väntade en summa delad med en annan"),
            sums(),
        ),
        Kind::AddsNumber => (
            say(
                "a number added to a count means another thing for a day than for a year",
                "ett tal som läggs till ett antal betyder olika saker för en dag och ett år",
            ),
            say("expected metrics to add; numbers multiply", "väntade mått att lägga ihop; tal multiplicerar"),
            None,
        ),
        Kind::MultipliesCounts => (
            say("a count times a count is no count", "ett antal gånger ett antal är inget antal"),
            say("expected a number times a metric", "väntade ett tal gånger ett mått"),
            None,
        ),
        Kind::DividesNumber => (
            say("a number divided by a count is no rate", "ett tal delat med ett antal är ingen kvot"),
            say("expected a metric before `/`", "väntade ett mått före `/`"),
            None,
        ),
        Kind::ByZero => {
            (say("divided by zero", "delat med noll"), say("expected another number", "väntade ett annat tal"), None)
        }
        _ => (
            say("there is no metric in the formula", "det finns inget mått i formeln"),
            say("expected at least one metric", "väntade minst ett mått"),
            None,
        ),
    }
}
