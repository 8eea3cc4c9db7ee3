//! The delivery ledger: one row for every report, recipient and way. A row that is there keeps the same from being entered
//! again, however often a job is repeated; what becomes of a row over the network stands in `sending`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::word::words;
use super::{State, StateError, new_id};

words! {
    /// How a report gets to somebody.
    Way {
        /// By mail.
        Mail = "mail",
        /// Into a folder.
        Folder = "folder",
        /// To a Teams channel.
        Teams = "teams",
        /// To a Slack channel.
        Slack = "slack",
    }
}

words! {
    /// Where a delivery stands.
    DeliveryStatus {
        /// To be sent.
        Pending = "pending",
        /// Being handed over right now.
        Sending = "sending",
        /// Taken, with an answer that says so.
        Sent = "sent",
        /// Taken by a service that does not say whether anybody was shown it.
        Accepted = "accepted",
        /// Refused for good.
        Refused = "refused",
        /// Refused for now, to be tried again.
        Later = "later",
        /// Nobody knows whether it was taken: never sent again by itself.
        Uncertain = "uncertain",
        /// Held back until a person decides.
        Held = "held",
        /// Not to be sent: unsubscribed, or not on the list of allowed domains.
        Skipped = "skipped",
    }
}

/// What is to be delivered. Report in the configuration, part, instant, recipient and way say what "the same" is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryOrder {
    /// The report that was made.
    pub report: String,
    /// The report in the configuration.
    pub spec: String,
    /// The part of it, where one recipient may get several: a unit, a language. Empty: the whole.
    pub part: String,
    /// The instant of the schedule that it answers, or of the wish for it.
    pub instant: DateTime<Utc>,
    /// The address, the folder, the channel.
    pub recipient: String,
    /// The way.
    pub way: Way,
    /// The message id, chosen before anything is sent.
    pub message_id: String,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// The report that was made.
    pub report: String,
    /// The report in the configuration.
    pub spec: String,
    /// The part of it; empty: the whole.
    pub part: String,
    /// The instant that it answers.
    pub instant: DateTime<Utc>,
    /// The address, the folder, the channel.
    pub recipient: String,
    /// The way.
    pub way: Way,
    /// Which copy: 0 for the first, then one more with each that a person had sent again.
    pub copy: i64,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// When it is tried again.
    pub retry_at: Option<DateTime<Utc>>,
    /// The message id.
    pub message_id: String,
    /// What the other side answered, or why nothing was sent.
    pub answer: Option<String>,
    /// How often it was handed over or tried to.
    pub attempts: i64,
    /// Who is sending it, or sent it.
    pub worker: Option<String>,
    /// Until when whoever is sending it is thought to live.
    pub sending_until: Option<DateTime<Utc>>,
    /// The delivery that a person wanted sent again.
    pub resend_of: Option<String>,
    /// When it was entered.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// It was new.
    New(Delivery),
    /// The same was ordered before; here is where it stands.
    Known(Delivery),
}

impl Entered {
    /// The row, new or not.
    pub fn delivery(self) -> Delivery {
        match self {
            Self::New(delivery) | Self::Known(delivery) => delivery,
        }
    }
}

/// Which deliveries are wanted; what is none is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryFilter {
    /// The report that was made.
    pub report: Option<String>,
    /// The report in the configuration.
    pub spec: Option<String>,
    /// The recipient.
    pub recipient: Option<String>,
    /// The status.
    pub status: Option<DeliveryStatus>,
    /// At most so many; none: all.
    pub most: Option<u32>,
}

impl State {
    /// Enters an order, once. If the same was entered before and nothing of it was ever handed over, it now means the
    /// report that this order names: a job that is repeated may have made its report anew.
    pub async fn enter_delivery(&self, order: &DeliveryOrder, now: DateTime<Utc>) -> Result<Entered, StateError> {
        let id = new_id(now);
        let row = self
            .database
            .first(
                "INSERT INTO deliveries (id, report, spec, part, instant, recipient, way, copy, status, message_id, \
                 attempts, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'pending', $8, 0, $9, $9) \
                 ON CONFLICT (spec, part, instant, recipient, way, copy) DO UPDATE SET report = \
                 CASE WHEN deliveries.attempts = 0 AND deliveries.status IN ('pending', 'held') \
                 THEN excluded.report ELSE deliveries.report END RETURNING *",
                cells![
                    &id,
                    &order.report,
                    &order.spec,
                    &order.part,
                    order.instant,
                    &order.recipient,
                    order.way.as_str(),
                    &order.message_id,
                    now,
                ],
            )
            .await?;
        let delivery = row.as_ref().map(read).transpose()?;
        match delivery {
            Some(delivery) if delivery.id == id => Ok(Entered::New(delivery)),
            Some(delivery) => Ok(Entered::Known(delivery)),
            None => Err(StateError::Wrong("the database kept no delivery".to_owned())),
        }
    }

    /// The delivery of the id.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>, StateError> {
        let row = self.database.first("SELECT * FROM deliveries WHERE id = $1", cells![id]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The deliveries that are wanted, newest first.
    pub async fn deliveries(&self, filter: &DeliveryFilter) -> Result<Vec<Delivery>, StateError> {
        let sql = "SELECT * FROM deliveries WHERE ($1 IS NULL OR report = $1) AND ($2 IS NULL OR spec = $2) \
                   AND ($3 IS NULL OR recipient = $3) AND ($4 IS NULL OR status = $4) \
                   ORDER BY created DESC, id DESC LIMIT $5";
        let cells = cells![
            filter.report.as_deref(),
            filter.spec.as_deref(),
            filter.recipient.as_deref(),
            filter.status.map(DeliveryStatus::as_str),
            filter.most.map_or(i64::MAX, i64::from),
        ];
        self.database.all(sql, cells, read).await
    }

    /// How many deliveries stand where.
    pub async fn delivery_counts(&self) -> Result<Vec<(DeliveryStatus, u64)>, StateError> {
        let sql = "SELECT status, COUNT(*) AS many FROM deliveries GROUP BY status ORDER BY status";
        self.database
            .all(sql, cells![], |row| Ok((row.word("status", DeliveryStatus::parse)?, row.count("many")?)))
            .await
    }
}

pub(super) fn read(row: &Row) -> Result<Delivery, StateError> {
    Ok(Delivery {
        id: row.text("id")?,
        report: row.text("report")?,
        spec: row.text("spec")?,
        part: row.text("part")?,
        instant: row.time("instant")?,
        recipient: row.text("recipient")?,
        way: row.word("way", Way::parse)?,
        copy: row.whole("copy")?,
        status: row.word("status", DeliveryStatus::parse)?,
        retry_at: row.maybe_time("retry_at")?,
        message_id: row.text("message_id")?,
        answer: row.maybe_text("answer")?,
        attempts: row.whole("attempts")?,
        worker: row.maybe_text("worker")?,
        sending_until: row.maybe_time("sending_until")?,
        resend_of: row.maybe_text("resend_of")?,
        created: row.time("created")?,
        updated: row.time("updated")?,
    })
}
