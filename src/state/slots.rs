//! Slots: one instant of one schedule, claimed by exactly one of all processes, together with the jobs that answer it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, Work, cells};
use super::jobs::{NewJob, put_down};
use super::word::words;
use super::{State, StateError};

words! {
    /// What became of a slot.
    SlotFate {
        /// Its jobs were put down.
        Claimed = "claimed",
        /// It came too late to be caught up, and was reported.
        Missed = "missed",
    }
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The schedule.
    pub schedule: String,
    /// The instant.
    pub instant: DateTime<Utc>,
    /// What became of it.
    pub fate: SlotFate,
    /// When.
    pub claimed_at: DateTime<Utc>,
}

impl State {
    /// Claims a slot and puts down its jobs, both or neither: yes for exactly one of those who ask, however many processes.
    pub async fn claim_slot(
        &self,
        schedule: &str,
        instant: DateTime<Utc>,
        jobs: &[NewJob],
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let mut work = self.database.begin().await?;
        if !enter(&mut work, schedule, instant, SlotFate::Claimed, now).await? {
            return Ok(false);
        }
        for job in jobs {
            put_down(&mut work, job, now).await?;
        }
        work.commit().await?;
        Ok(true)
    }

    /// Notes that a slot was missed: yes for exactly one of those who ask, who then tells of it.
    pub async fn miss_slot(
        &self,
        schedule: &str,
        instant: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let mut work = self.database.begin().await?;
        let first = enter(&mut work, schedule, instant, SlotFate::Missed, now).await?;
        work.commit().await?;
        Ok(first)
    }

    /// The latest slot of the schedule: what lies after it and before now is to be caught up.
    pub async fn last_slot(&self, schedule: &str) -> Result<Option<Slot>, StateError> {
        let sql = "SELECT * FROM slots WHERE schedule = $1 ORDER BY instant DESC LIMIT 1";
        self.database.first(sql, cells![schedule]).await?.as_ref().map(read).transpose()
    }

    /// The slots of all schedules since a time, oldest first.
    pub async fn slots(&self, since: DateTime<Utc>) -> Result<Vec<Slot>, StateError> {
        let sql = "SELECT * FROM slots WHERE instant >= $1 ORDER BY instant, schedule";
        self.database.all(sql, cells![since], read).await
    }
}

async fn enter(
    work: &mut Work,
    schedule: &str,
    instant: DateTime<Utc>,
    fate: SlotFate,
    now: DateTime<Utc>,
) -> Result<bool, StateError> {
    let sql = "INSERT INTO slots (schedule, instant, fate, claimed) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (schedule, instant) DO NOTHING";
    Ok(work.run(sql, cells![schedule, instant, fate.as_str(), now]).await? > 0)
}

fn read(row: &Row) -> Result<Slot, StateError> {
    Ok(Slot {
        schedule: row.text("schedule")?,
        instant: row.time("instant")?,
        fate: row.word("fate", SlotFate::parse)?,
        claimed_at: row.time("claimed")?,
    })
}
