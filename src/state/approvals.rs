//! Approvals: a draft waits for its owner until a deadline. Whoever decides first decides: the owner by link, command or
//! web, or the deadline.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::pass::{hash_of, new_pass};
use super::word::words;
use super::{State, StateError};
use crate::model::Secret;

words! {
    /// What happens to a draft that nobody decided about in time.
    OnDeadline {
        /// It is held back.
        Hold = "hold",
        /// It is sent.
        Send = "send",
    }
}

words! {
    /// Where an approval stands.
    ApprovalState {
        /// Nobody has decided.
        Waiting = "waiting",
        /// The owner said yes.
        Approved = "approved",
        /// The owner said no.
        Rejected = "rejected",
        /// Nobody decided in time: sent.
        Lapsed = "lapsed",
        /// Nobody decided in time: held back.
        Held = "held",
    }
}

/// What the owner is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApproval {
    /// The draft.
    pub report: String,
    /// The report in the configuration.
    pub spec: String,
    /// The instant of the schedule at which it is to be sent.
    pub instant: DateTime<Utc>,
    /// Who is asked.
    pub owner: String,
    /// Until when.
    pub deadline: DateTime<Utc>,
    /// What happens then.
    pub on_deadline: OnDeadline,
    /// Every part that the owner is shown: its name, and the draft of it.
    pub parts: Vec<(String, String)>,
}

/// A draft that waits, or waited, for its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftApproval {
    /// The draft.
    pub report: String,
    /// The report in the configuration.
    pub spec: String,
    /// The instant of the schedule at which it is to be sent.
    pub instant: DateTime<Utc>,
    /// Who was asked.
    pub owner: String,
    /// Until when.
    pub deadline: DateTime<Utc>,
    /// What happens then.
    pub on_deadline: OnDeadline,
    /// Where it stands.
    pub state: ApprovalState,
    /// When the owner was asked.
    pub asked_at: DateTime<Utc>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

/// What became of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it stands.
    pub approval: DraftApproval,
    /// The pass for the link, if the question was new: it cannot be had again.
    pub pass: Option<Secret>,
}

impl State {
    /// Asks the owner about a draft, once; asked again, it tells where the question stands.
    pub async fn ask_approval(&self, new: &NewApproval, now: DateTime<Utc>) -> Result<Asked, StateError> {
        let pass = new_pass();
        let mut work = self.database.begin().await?;
        let changed = work
            .run(
                "INSERT INTO approvals (report, spec, instant, owner, pass_hash, deadline, on_deadline, state, asked) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8) ON CONFLICT (report) DO NOTHING",
                cells![
                    &new.report,
                    &new.spec,
                    new.instant,
                    &new.owner,
                    hash_of(&pass),
                    new.deadline,
                    new.on_deadline.as_str(),
                    now,
                ],
            )
            .await?;
        if changed > 0 {
            for (part, report) in &new.parts {
                let sql = "INSERT INTO approval_parts (approval, part, report) VALUES ($1, $2, $3)";
                work.run(sql, cells![&new.report, part, report]).await?;
            }
        }
        work.commit().await?;
        let approval = self.approval(&new.report).await?;
        let approval = approval.ok_or_else(|| StateError::Unknown { what: "approval", id: new.report.clone() })?;
        Ok(Asked { approval, pass: (changed > 0).then_some(pass) })
    }

    /// The parts that the owner was shown with the draft: each part's name, and the draft of it.
    pub async fn approval_parts(&self, report: &str) -> Result<BTreeMap<String, String>, StateError> {
        let sql = "SELECT part, report FROM approval_parts WHERE approval = $1";
        let parts = self.database.all(sql, cells![report], |row| Ok((row.text("part")?, row.text("report")?))).await?;
        Ok(parts.into_iter().collect())
    }

    /// A new pass for a question that still stands, where the first was lost; the first opens nothing any more.
    pub async fn renew_approval_pass(&self, report: &str) -> Result<Option<Secret>, StateError> {
        let pass = new_pass();
        let sql = "UPDATE approvals SET pass_hash = $2 WHERE report = $1 AND state = 'waiting'";
        let changed = self.database.run(sql, cells![report, hash_of(&pass)]).await?;
        Ok((changed > 0).then_some(pass))
    }

    /// The approval of the draft.
    pub async fn approval(&self, report: &str) -> Result<Option<DraftApproval>, StateError> {
        let row = self.database.first("SELECT * FROM approvals WHERE report = $1", cells![report]).await?;
        row.as_ref().map(read).transpose()
    }

    /// What was asked about the report of an instant of its schedule, the oldest question first: a second one is asked when
    /// what is to be sent is no longer what was approved.
    pub async fn approvals_of_slot(
        &self,
        spec: &str,
        instant: DateTime<Utc>,
    ) -> Result<Vec<DraftApproval>, StateError> {
        let sql = "SELECT * FROM approvals WHERE spec = $1 AND instant = $2 ORDER BY asked, report";
        self.database.all(sql, cells![spec, instant], read).await
    }

    /// The approval that the pass of a link opens.
    pub async fn approval_of_pass(&self, pass: &Secret) -> Result<Option<DraftApproval>, StateError> {
        let row = self.database.first("SELECT * FROM approvals WHERE pass_hash = $1", cells![hash_of(pass)]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Decides about a draft; yes only for the first decision. After the deadline the owner may still decide about what was
    /// held back.
    pub async fn decide_approval(
        &self,
        report: &str,
        approved: bool,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let state = if approved { ApprovalState::Approved } else { ApprovalState::Rejected };
        let sql = "UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4 \
                   WHERE report = $1 AND state IN ('waiting', 'held')";
        Ok(self.database.run(sql, cells![report, state.as_str(), by, now]).await? > 0)
    }

    /// The drafts that wait, by deadline.
    pub async fn waiting_approvals(&self) -> Result<Vec<DraftApproval>, StateError> {
        let sql = "SELECT * FROM approvals WHERE state = 'waiting' ORDER BY deadline, report";
        self.database.all(sql, cells![], read).await
    }

    /// The drafts that somebody can still decide about: those that wait, and those that were held back. By deadline.
    pub async fn open_approvals(&self) -> Result<Vec<DraftApproval>, StateError> {
        let sql = "SELECT * FROM approvals WHERE state IN ('waiting', 'held') ORDER BY deadline, report";
        self.database.all(sql, cells![], read).await
    }

    /// Lets the deadline decide where it has passed. Every approval comes back once, to one of those who ask: those with
    /// [`ApprovalState::Lapsed`] are to be sent, those with [`ApprovalState::Held`] to be told of.
    pub async fn close_overdue_approvals(&self, now: DateTime<Utc>) -> Result<Vec<DraftApproval>, StateError> {
        let sql = "UPDATE approvals SET state = CASE WHEN on_deadline = 'send' THEN 'lapsed' ELSE 'held' END, \
                   decided_at = $1 WHERE state = 'waiting' AND deadline <= $1 RETURNING *";
        let mut closed = self.database.all(sql, cells![now], read).await?;
        closed.sort_by(|one, other| (one.deadline, &one.report).cmp(&(other.deadline, &other.report)));
        Ok(closed)
    }
}

fn read(row: &Row) -> Result<DraftApproval, StateError> {
    Ok(DraftApproval {
        report: row.text("report")?,
        spec: row.text("spec")?,
        instant: row.time("instant")?,
        owner: row.text("owner")?,
        deadline: row.time("deadline")?,
        on_deadline: row.word("on_deadline", OnDeadline::parse)?,
        state: row.word("state", ApprovalState::parse)?,
        asked_at: row.time("asked")?,
        decided_by: row.maybe_text("decided_by")?,
        decided_at: row.maybe_time("decided_at")?,
    })
}
