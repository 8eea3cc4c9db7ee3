//! Alerts: what somebody should be told, once and a few times more, never daily without end.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::{State, StateError, new_id};
use crate::model::Gravity;

/// How often one alert is told at most, the first time counted, while it stays as grave as it is.
const MOST_NOTICES: i64 = 4;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// What "the same alert" is, e.g. `token linkedin`: open only once.
    pub key: String,
    /// How much it asks.
    pub gravity: Gravity,
    /// Where: a channel, a goal, a report.
    pub subject: String,
    /// What, in plain words.
    pub what: String,
    /// How long to wait before it is told again; twice as long each time.
    pub cool_down: TimeDelta,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// What "the same alert" is.
    pub key: String,
    /// How much it asks.
    pub gravity: Gravity,
    /// Where.
    pub subject: String,
    /// What.
    pub what: String,
    /// How many seconds to wait before it is told again; twice as long each time.
    pub cool_down_seconds: i64,
    /// When it was first raised.
    pub raised_at: DateTime<Utc>,
    /// When it was last raised.
    pub last_raised: DateTime<Utc>,
    /// How often.
    pub times: i64,
    /// How often it was told.
    pub notices: i64,
    /// How grave it was when it was last told.
    pub noticed_gravity: Option<Gravity>,
    /// When it, or the same alert before it, was last told.
    pub last_notified: Option<DateTime<Utc>>,
    /// Who said that they know.
    pub acknowledged_by: Option<String>,
    /// When.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub resolved_at: Option<DateTime<Utc>>,
}

impl Alert {
    /// Whether it is to be told now. An alert that comes and goes is told once per cool-down; one that was acknowledged is
    /// told again only if it has become graver since.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        if self.resolved_at.is_some() {
            return false;
        }
        if self.noticed_gravity.is_some_and(|noticed| self.gravity > noticed) {
            return true;
        }
        if self.acknowledged_at.is_some() || self.notices >= MOST_NOTICES {
            return false;
        }
        let doublings = u32::try_from(self.notices.saturating_sub(1).clamp(0, MOST_NOTICES)).unwrap_or_default();
        let wait = TimeDelta::seconds(self.cool_down_seconds) * 2_i32.pow(doublings);
        self.last_notified.is_none_or(|last| now >= last + wait)
    }
}

impl State {
    /// Raises an alert. While one of the same key is open, that one is raised again; whether it is to be told, it says
    /// itself ([`Alert::is_due`]).
    pub async fn raise_alert(&self, new: &NewAlert, now: DateTime<Utc>) -> Result<Alert, StateError> {
        let row = self
            .database
            .first(
                "INSERT INTO alerts (id, same_as, gravity, subject, what, cool_down, raised, last_raised, times, notices, \
                 last_notified) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, 0, \
                 (SELECT MAX(a.last_notified) FROM alerts a WHERE a.same_as = $2)) \
                 ON CONFLICT (same_as) WHERE resolved IS NULL DO UPDATE SET gravity = excluded.gravity, \
                 subject = excluded.subject, what = excluded.what, cool_down = excluded.cool_down, \
                 last_raised = excluded.last_raised, times = alerts.times + 1 RETURNING *",
                cells![
                    new_id(now),
                    &new.key,
                    gravity_word(new.gravity),
                    &new.subject,
                    &new.what,
                    new.cool_down.num_seconds(),
                    now,
                ],
            )
            .await?;
        row.as_ref().map(read).transpose()?.ok_or_else(|| StateError::Unknown { what: "alert", id: new.key.clone() })
    }

    /// The open alerts that are to be told now, gravest first.
    pub async fn due_alerts(&self, now: DateTime<Utc>) -> Result<Vec<Alert>, StateError> {
        let mut open = self.open_alerts().await?;
        open.retain(|alert| alert.is_due(now));
        Ok(open)
    }

    /// Claims the telling of an alert as it was read: yes for exactly one of those who ask.
    pub async fn claim_alert_notice(&self, alert: &Alert, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE alerts SET notices = notices + 1, noticed_gravity = gravity, last_notified = $3 \
                   WHERE id = $1 AND notices = $2 AND resolved IS NULL";
        Ok(self.database.run(sql, cells![&alert.id, alert.notices, now]).await? > 0)
    }

    /// Notes that somebody knows; whether it was open and nobody had said so.
    pub async fn acknowledge_alert(&self, id: &str, by: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE alerts SET acknowledged_by = $2, acknowledged_at = $3 \
                   WHERE id = $1 AND acknowledged_at IS NULL AND resolved IS NULL";
        Ok(self.database.run(sql, cells![id, by, now]).await? > 0)
    }

    /// Notes that it is over; whether it was open.
    pub async fn resolve_alert(&self, key: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE alerts SET resolved = $2 WHERE same_as = $1 AND resolved IS NULL";
        Ok(self.database.run(sql, cells![key, now]).await? > 0)
    }

    /// The alert of the id.
    pub async fn alert(&self, id: &str) -> Result<Option<Alert>, StateError> {
        self.database.first("SELECT * FROM alerts WHERE id = $1", cells![id]).await?.as_ref().map(read).transpose()
    }

    /// Every open alert, gravest first, then the oldest.
    pub async fn open_alerts(&self) -> Result<Vec<Alert>, StateError> {
        let sql = "SELECT * FROM alerts WHERE resolved IS NULL ORDER BY raised, id";
        let mut open = self.database.all(sql, cells![], read).await?;
        open.sort_by_key(|alert| std::cmp::Reverse(alert.gravity));
        Ok(open)
    }

    /// The latest alerts, open or not, newest first.
    pub async fn last_alerts(&self, most: u32) -> Result<Vec<Alert>, StateError> {
        self.database.all("SELECT * FROM alerts ORDER BY raised DESC, id DESC LIMIT $1", cells![most], read).await
    }
}

fn gravity_word(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Notice => "notice",
        Gravity::Warning => "warning",
        Gravity::Action => "action",
    }
}

fn gravity(word: &str) -> Option<Gravity> {
    [Gravity::Notice, Gravity::Warning, Gravity::Action].into_iter().find(|gravity| gravity_word(*gravity) == word)
}

fn read(row: &Row) -> Result<Alert, StateError> {
    Ok(Alert {
        id: row.text("id")?,
        key: row.text("same_as")?,
        gravity: row.word("gravity", gravity)?,
        subject: row.text("subject")?,
        what: row.text("what")?,
        cool_down_seconds: row.whole("cool_down")?,
        raised_at: row.time("raised")?,
        last_raised: row.time("last_raised")?,
        times: row.whole("times")?,
        notices: row.whole("notices")?,
        noticed_gravity: row.maybe_word("noticed_gravity", gravity)?,
        last_notified: row.maybe_time("last_notified")?,
        acknowledged_by: row.maybe_text("acknowledged_by")?,
        acknowledged_at: row.maybe_time("acknowledged_at")?,
        resolved_at: row.maybe_time("resolved")?,
    })
}
