//! Weeding (gallring): what is removed, class by class, by a decision that is named in the audit log.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::database::cells;
use super::word::words;
use super::{State, StateError, new_id};

/// How many names of what was removed the audit log takes; the number is always there.
const NAMED: usize = 1_000;

words! {
    /// A class of things that are weeded together.
    WeedClass {
        /// Runs that ended, with what their channels gave and cost.
        Runs = "runs",
        /// Numbers that the store confirmed; the counting goes on.
        Versions = "versions",
        /// Jobs that are done or dead.
        Jobs = "jobs",
        /// Slots, but never the latest of a schedule.
        Slots = "slots",
        /// Drafts and previews, with their deliveries; never one that still waits.
        Drafts = "drafts",
        /// Reports with their deliveries; never one that is still being delivered.
        Reports = "reports",
        /// Alerts that are over.
        Alerts = "alerts",
        /// Lines of the audit log, but for those of weeding.
        Audit = "audit",
        /// Sessions that ended.
        Sessions = "sessions",
        /// Failed attempts to log in.
        LoginFailures = "login failures",
        /// Invitations that were used or ended.
        Invitations = "invitations",
        /// Tokens of the interface that ended or were revoked.
        ApiTokens = "api tokens",
        /// Links to reports that ended or were revoked.
        ShareLinks = "share links",
    }
}

/// Where a class stands in the database: its table, what names a row, and which rows are old at `$1`.
struct Place {
    table: &'static str,
    name: &'static str,
    old: &'static str,
}

impl WeedClass {
    fn place(self) -> Place {
        let place = |table, name, old| Place { table, name, old };
        match self {
            Self::Runs => place("runs", "id", "finished < $1"),
            Self::Versions => place("versions", "application", "committed < $1"),
            Self::Jobs => place("jobs", "id", "state IN ('done', 'dead') AND finished < $1"),
            Self::Slots => place(
                "slots",
                "schedule",
                "instant < $1 AND instant < (SELECT MAX(l.instant) FROM slots l WHERE l.schedule = slots.schedule)",
            ),
            Self::Drafts => place(
                "reports",
                "id",
                "draft = 1 AND made < $1 AND NOT EXISTS (SELECT 1 FROM approvals a JOIN approval_parts p \
                 ON p.approval = a.report WHERE p.report = reports.id AND a.state = 'waiting') AND NOT EXISTS \
                 (SELECT 1 FROM approvals a WHERE a.report = reports.id AND a.state = 'waiting') AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.report = reports.id \
                 AND d.status IN ('pending', 'sending', 'later', 'held'))",
            ),
            Self::Reports => place(
                "reports",
                "id",
                "draft = 0 AND made < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.report = reports.id \
                 AND d.status IN ('pending', 'sending', 'later', 'held'))",
            ),
            Self::Alerts => place("alerts", "id", "resolved < $1"),
            // What a decision removed is known for good: reports about those days go on saying it.
            Self::Audit => place("audit", "id", "happened < $1 AND what <> 'weeded'"),
            Self::Sessions => place("sessions", "holder", "expires < $1"),
            Self::LoginFailures => place("login_failures", "id", "happened < $1"),
            Self::Invitations => place("invitations", "id", "(used IS NOT NULL AND used < $1) OR expires < $1"),
            Self::ApiTokens => place("api_tokens", "id", "(revoked IS NOT NULL AND revoked < $1) OR expires < $1"),
            Self::ShareLinks => place("share_links", "id", "(revoked IS NOT NULL AND revoked < $1) OR expires < $1"),
        }
    }
}

impl State {
    /// What of the class is older than `before`: nothing is removed.
    pub async fn weed_dry(&self, class: WeedClass, before: DateTime<Utc>) -> Result<Vec<String>, StateError> {
        let Place { table, name, old } = class.place();
        let sql = format!("SELECT {name} AS name FROM {table} WHERE {old} ORDER BY {name}");
        self.database.all(AssertSqlSafe(sql), cells![before], |row| row.text("name")).await
    }

    /// Removes what of the class is older than `before`, and notes it in the audit log together with the decision that it
    /// follows; both or neither. What was removed: its files in the archive are for the caller to remove.
    pub async fn weed(
        &self,
        class: WeedClass,
        before: DateTime<Utc>,
        decision: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StateError> {
        let Place { table, name, old } = class.place();
        let mut work = self.database.begin().await?;
        if table == "reports" {
            let sql = format!("DELETE FROM deliveries WHERE report IN (SELECT id FROM reports WHERE {old})");
            work.run(AssertSqlSafe(sql), cells![before]).await?;
        }
        let sql = format!("DELETE FROM {table} WHERE {old} RETURNING {name} AS name");
        let rows = work.rows(AssertSqlSafe(sql), cells![before]).await?;
        let mut removed = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        removed.sort();
        if !removed.is_empty() {
            let named = &removed[..removed.len().min(NAMED)];
            let detail = json!({ "before": before, "decision": decision, "removed": removed.len(), "named": named });
            work.run(
                "INSERT INTO audit (id, happened, who, what, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)",
                cells![new_id(now), now, "genomslag", "weeded", class.as_str(), super::json(&detail)?],
            )
            .await?;
        }
        work.commit().await?;
        Ok(removed)
    }
}
