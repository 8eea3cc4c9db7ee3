//! The forecasts that were made, each with what came of it once its day has come.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::{State, StateError};
use crate::model::GoalId;

/// A forecast that was made of a goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastEntry {
    /// The goal.
    pub goal: GoalId,
    /// The day on which it was made: the day after the last that was known.
    pub made: NaiveDate,
    /// What exactly was forecast: a name for the goal as it was defined then.
    pub about: String,
    /// The day that it is about.
    pub due: NaiveDate,
    /// The goal as it was defined then, as JSON.
    pub definition: String,
    /// The report that it stood in first.
    pub report: String,
    /// The chance that was given, as a share.
    pub chance: f64,
    /// The lower end of the range that was to hold the value in eight cases of ten.
    pub low: f64,
    /// Its middle.
    pub middle: f64,
    /// Its upper end.
    pub high: f64,
    /// When it was kept.
    pub kept: DateTime<Utc>,
    /// What came of it, once that is settled.
    pub outcome: Option<ForecastOutcome>,
}

/// What came of a forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastOutcome {
    /// Whether the goal was met; none: it could not be judged.
    pub met: Option<bool>,
    /// The value on its day, where there was one.
    pub value: Option<f64>,
    /// Why it could not be judged.
    pub why: Option<String>,
    /// When that was settled.
    pub scored: DateTime<Utc>,
}

impl State {
    /// Keeps a forecast; whether it is new. One of the same goal, definition and day is there already: the first stands.
    pub async fn keep_forecast(&self, entry: &ForecastEntry) -> Result<bool, StateError> {
        let sql = "INSERT INTO forecasts (goal, made, about, due, definition, report, chance, low, middle, high, kept) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (goal, made, about) DO NOTHING";
        let cells = cells![
            entry.goal.as_str(),
            entry.made.to_string(),
            &entry.about,
            entry.due.to_string(),
            &entry.definition,
            &entry.report,
            decimal(entry.chance),
            decimal(entry.low),
            decimal(entry.middle),
            decimal(entry.high),
            entry.kept,
        ];
        Ok(self.database.run(sql, cells).await? > 0)
    }

    /// Every forecast that was kept, by the day that it is about and the day on which it was made.
    pub async fn forecasts(&self) -> Result<Vec<ForecastEntry>, StateError> {
        self.database.all("SELECT * FROM forecasts ORDER BY due, goal, made, about", cells![], read).await
    }

    /// Settles what came of a forecast; whether that was open until now.
    pub async fn settle_forecast(&self, entry: &ForecastEntry, outcome: &ForecastOutcome) -> Result<bool, StateError> {
        let sql = "UPDATE forecasts SET met = $4, outcome = $5, why = $6, scored = $7 \
                   WHERE goal = $1 AND made = $2 AND about = $3 AND scored IS NULL";
        let cells = cells![
            entry.goal.as_str(),
            entry.made.to_string(),
            &entry.about,
            outcome.met,
            outcome.value.map(decimal),
            outcome.why.as_deref(),
            outcome.scored,
        ];
        Ok(self.database.run(sql, cells).await? > 0)
    }
}

/// The shortest text that is read as the same number.
fn decimal(value: f64) -> String {
    format!("{value:?}")
}

fn read(row: &Row) -> Result<ForecastEntry, StateError> {
    let number = |column: &str| row.word(column, |text| text.parse::<f64>().ok());
    let outcome = match row.maybe_time("scored")? {
        None => None,
        Some(scored) => Some(ForecastOutcome {
            met: row.maybe_flag("met")?,
            value: row.maybe_word("outcome", |text| text.parse().ok())?,
            why: row.maybe_text("why")?,
            scored,
        }),
    };
    Ok(ForecastEntry {
        goal: GoalId::from(row.text("goal")?),
        made: row.word("made", |text| text.parse().ok())?,
        about: row.text("about")?,
        due: row.word("due", |text| text.parse().ok())?,
        definition: row.text("definition")?,
        report: row.text("report")?,
        chance: number("chance")?,
        low: number("low")?,
        middle: number("middle")?,
        high: number("high")?,
        kept: row.time("kept")?,
        outcome,
    })
}
