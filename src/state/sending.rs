//! What becomes of a delivery over the network. It is marked as being sent, durably, before the first byte leaves; if the
//! program dies between that and the answer, nobody can know whether the other side took it. Such a delivery is marked
//! uncertain and shown, and only a person can have it sent again.

use chrono::{DateTime, TimeDelta, Utc};

use super::database::cells;
use super::deliveries::{Delivery, DeliveryStatus, read};
use super::{State, StateError, new_id};

/// How a handing over ended, each with the other side's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendingResult {
    /// Taken.
    Sent(String),
    /// Taken by a service that does not say whether anybody was shown it.
    Accepted(String),
    /// Refused for good.
    Refused(String),
    /// Not taken; to be tried again at a time.
    Later(String, DateTime<Utc>),
    /// The line broke at the wrong moment.
    Uncertain(String),
}

impl State {
    /// Takes a delivery for sending, durably. None: it is not to be sent, not yet, or somebody else has it; look at its
    /// status. `lease` must be longer than the handing over can take.
    pub async fn begin_sending(
        &self,
        id: &str,
        worker: &str,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Option<Delivery>, StateError> {
        let row = self
            .database
            .first(
                "UPDATE deliveries SET status = 'sending', worker = $2, sending_until = $3, attempts = attempts + 1, \
                 retry_at = NULL, updated = $4 \
                 WHERE id = $1 AND (status = 'pending' OR (status = 'later' AND retry_at <= $4)) RETURNING *",
                cells![id, worker, now + lease, now],
            )
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Notes how the handing over ended. The answer counts also when it came so late that the delivery was already
    /// thought to be uncertain; not when a person has decided otherwise since.
    pub async fn end_sending(
        &self,
        begun: &Delivery,
        result: &SendingResult,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let (status, answer, retry_at) = match result {
            SendingResult::Sent(answer) => (DeliveryStatus::Sent, answer, None),
            SendingResult::Accepted(answer) => (DeliveryStatus::Accepted, answer, None),
            SendingResult::Refused(answer) => (DeliveryStatus::Refused, answer, None),
            SendingResult::Later(answer, at) => (DeliveryStatus::Later, answer, Some(*at)),
            SendingResult::Uncertain(answer) => (DeliveryStatus::Uncertain, answer, None),
        };
        let changed = self
            .database
            .run(
                "UPDATE deliveries SET status = $4, answer = $5, retry_at = $6, sending_until = NULL, updated = $7 \
                 WHERE id = $1 AND worker = $2 AND attempts = $3 AND status IN ('sending', 'uncertain')",
                cells![&begun.id, begun.worker.as_deref(), begun.attempts, status.as_str(), answer, retry_at, now,],
            )
            .await?;
        if changed == 0 {
            return Err(StateError::Wrong(format!(
                "the delivery `{}` is no longer being sent by `{}`",
                begun.id,
                begun.worker.as_deref().unwrap_or_default()
            )));
        }
        Ok(())
    }

    /// Marks as uncertain what was being sent by somebody who is dead by now. To be called at the start and now and then.
    pub async fn recover_interrupted(&self, now: DateTime<Utc>) -> Result<Vec<Delivery>, StateError> {
        let sql = "UPDATE deliveries SET status = 'uncertain', sending_until = NULL, updated = $1, \
                   answer = 'the program stopped between the handing over and the answer' \
                   WHERE status = 'sending' AND sending_until <= $1 RETURNING *";
        let mut found = self.database.all(sql, cells![now], read).await?;
        found.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        Ok(found)
    }

    /// What is to be sent now: what is pending and what was put off until now. Oldest first.
    pub async fn due_deliveries(&self, now: DateTime<Utc>) -> Result<Vec<Delivery>, StateError> {
        let sql = "SELECT * FROM deliveries WHERE status = 'pending' OR (status = 'later' AND retry_at <= $1) \
                   ORDER BY created, id";
        self.database.all(sql, cells![now], read).await
    }

    /// Holds back what was not sent yet; whether it could.
    pub async fn hold_delivery(&self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.turn(id, &[DeliveryStatus::Pending, DeliveryStatus::Later], DeliveryStatus::Held, why, now).await
    }

    /// Lets go of what was held back; whether it was.
    pub async fn release_delivery(&self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.turn(id, &[DeliveryStatus::Held], DeliveryStatus::Pending, why, now).await
    }

    /// Decides that something is not to be sent at all; whether it could.
    pub async fn skip_delivery(&self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let from = [DeliveryStatus::Pending, DeliveryStatus::Later, DeliveryStatus::Held];
        self.turn(id, &from, DeliveryStatus::Skipped, why, now).await
    }

    /// Gives up what was put off again and again; whether it could.
    pub async fn give_up_delivery(&self, id: &str, why: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.turn(id, &[DeliveryStatus::Later], DeliveryStatus::Refused, why, now).await
    }

    /// Notes what a person found out about an uncertain delivery: it did arrive. (If it did not, it is sent again.)
    pub async fn confirm_delivery(&self, id: &str, how: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.turn(id, &[DeliveryStatus::Uncertain], DeliveryStatus::Sent, how, now).await
    }

    /// Enters the same once more because a person wants it so. Refused while the first may still go by itself.
    pub async fn resend(&self, id: &str, message_id: &str, now: DateTime<Utc>) -> Result<Delivery, StateError> {
        let original = self.delivery(id).await?.ok_or_else(|| unknown(id))?;
        if matches!(original.status, DeliveryStatus::Pending | DeliveryStatus::Sending | DeliveryStatus::Later) {
            return Err(StateError::GoesYet { id: id.to_owned(), status: original.status });
        }
        let row = self
            .database
            .first(
                "INSERT INTO deliveries (id, report, spec, part, instant, recipient, way, copy, status, message_id, \
                 attempts, resend_of, created, updated) \
                 SELECT $2, d.report, d.spec, d.part, d.instant, d.recipient, d.way, \
                 (SELECT MAX(o.copy) + 1 FROM deliveries o WHERE o.spec = d.spec AND o.part = d.part \
                 AND o.instant = d.instant AND o.recipient = d.recipient AND o.way = d.way), \
                 'pending', $3, 0, d.id, $4, $4 FROM deliveries d WHERE d.id = $1 RETURNING *",
                cells![id, new_id(now), message_id, now],
            )
            .await?;
        row.as_ref().map(read).transpose()?.ok_or_else(|| unknown(id))
    }

    /// From one of at most three statuses to another; whether it stood in one of them.
    async fn turn(
        &self,
        id: &str,
        from: &[DeliveryStatus],
        to: DeliveryStatus,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let word = |at: usize| from.get(at).map(|status| status.as_str());
        let sql = "UPDATE deliveries SET status = $5, answer = $6, retry_at = NULL, updated = $7 \
                   WHERE id = $1 AND (status = $2 OR status = $3 OR status = $4)";
        Ok(self.database.run(sql, cells![id, word(0), word(1), word(2), to.as_str(), why, now]).await? > 0)
    }
}

fn unknown(id: &str) -> StateError {
    StateError::Unknown { what: "delivery", id: id.to_owned() }
}
