//! The token ledger: what is known of every credential, and which warnings went out. The tokens themselves stand elsewhere.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::word::words;
use super::{State, StateError};

words! {
    /// The warnings before and at the end of a token, from mild to grave.
    TokenWarning {
        /// Thirty days are left.
        Days30 = "30 days",
        /// Fourteen days are left.
        Days14 = "14 days",
        /// Seven days are left.
        Days7 = "7 days",
        /// One day is left.
        Day1 = "1 day",
        /// It is dead.
        Dead = "dead",
    }
}

/// What a check of a credential found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCheck {
    /// Whose credential: a platform or a channel.
    pub subject: String,
    /// Whether the platform takes it.
    pub valid: bool,
    /// When it ends, where the platform says so.
    pub expires: Option<DateTime<Utc>>,
    /// The platform says that it never ends.
    pub never_expires: bool,
    /// When the access to data ends, which Meta counts apart.
    pub data_access_expires: Option<DateTime<Utc>>,
    /// The permissions that it has.
    pub scopes: Vec<String>,
}

/// What the ledger knows of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStanding {
    /// The last check.
    #[serde(flatten)]
    pub check: TokenCheck,
    /// When it was checked.
    pub checked_at: DateTime<Utc>,
    /// When data was last had with it.
    pub last_success: Option<DateTime<Utc>>,
    /// The gravest warning that went out since it was last renewed.
    pub warned: Option<TokenWarning>,
    /// When that was.
    pub warned_at: Option<DateTime<Utc>>,
}

impl TokenStanding {
    /// When it ends: whichever of token and access to data ends first.
    pub fn ends(&self) -> Option<DateTime<Utc>> {
        let token = self.check.expires.filter(|_| !self.check.never_expires);
        [token, self.check.data_access_expires].into_iter().flatten().min()
    }

    /// The warning that it stands at, sent or not.
    pub fn warning(&self, now: DateTime<Utc>) -> Option<TokenWarning> {
        if !self.check.valid {
            return Some(TokenWarning::Dead);
        }
        let left = self.ends()? - now;
        [
            (0, TokenWarning::Dead),
            (1, TokenWarning::Day1),
            (7, TokenWarning::Days7),
            (14, TokenWarning::Days14),
            (30, TokenWarning::Days30),
        ]
        .into_iter()
        .find(|(days, _)| left <= TimeDelta::days(*days))
        .map(|(_, warning)| warning)
    }

    /// The warning that should go out now: graver than any that went out.
    pub fn due_warning(&self, now: DateTime<Utc>) -> Option<TokenWarning> {
        self.warning(now).filter(|warning| self.warned.is_none_or(|warned| *warning > warned))
    }
}

impl State {
    /// Notes what a check found. A credential that was renewed (it is valid, and ends later than before or was dead) may
    /// be warned of again from the start.
    pub async fn note_token(&self, check: &TokenCheck, now: DateTime<Utc>) -> Result<(), StateError> {
        let scopes = super::json(&check.scopes)?;
        let mut work = self.database.begin().await?;
        let lock = if work.is_sqlite() { ONE } else { ONE_LOCKED };
        let before = work.first(lock, cells![&check.subject]).await?.as_ref().map(read).transpose()?;
        let after = |warned| TokenStanding {
            check: check.clone(),
            checked_at: now,
            last_success: None,
            warned,
            warned_at: None,
        };
        let warned = before.as_ref().and_then(|before| {
            let renewed = check.valid && (!before.check.valid || ends_later(before, &after(None)));
            before.warned.filter(|_| !renewed)
        });
        work.run(
            "INSERT INTO tokens (subject, valid, expires, never_expires, data_access_expires, scopes, checked, warned) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (subject) DO UPDATE SET valid = excluded.valid, \
             expires = excluded.expires, never_expires = excluded.never_expires, \
             data_access_expires = excluded.data_access_expires, scopes = excluded.scopes, \
             checked = excluded.checked, warned = excluded.warned",
            cells![
                &check.subject,
                check.valid,
                check.expires,
                check.never_expires,
                check.data_access_expires,
                scopes,
                now,
                warned.map(TokenWarning::as_str),
            ],
        )
        .await?;
        work.commit().await
    }

    /// Notes that data was had with the credential.
    pub async fn note_token_success(&self, subject: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        self.database
            .run(
                "INSERT INTO tokens (subject, valid, never_expires, scopes, checked, last_success) \
                 VALUES ($1, 1, 0, '[]', $2, $2) ON CONFLICT (subject) DO UPDATE SET last_success = excluded.last_success",
                cells![subject, now],
            )
            .await?;
        Ok(())
    }

    /// Claims the sending of a warning: yes for exactly one of those who ask, and only if none as grave went out.
    pub async fn claim_token_warning(
        &self,
        subject: &str,
        warning: TokenWarning,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let mut work = self.database.begin().await?;
        let lock = if work.is_sqlite() { ONE } else { ONE_LOCKED };
        let Some(row) = work.first(lock, cells![subject]).await? else {
            return Err(StateError::Unknown { what: "token", id: subject.to_owned() });
        };
        if read(&row)?.warned.is_some_and(|warned| warned >= warning) {
            return Ok(false);
        }
        work.run(
            "UPDATE tokens SET warned = $2, warned_at = $3 WHERE subject = $1",
            cells![subject, warning.as_str(), now],
        )
        .await?;
        work.commit().await?;
        Ok(true)
    }

    /// What is known of one credential.
    pub async fn token(&self, subject: &str) -> Result<Option<TokenStanding>, StateError> {
        self.database.first(ONE, cells![subject]).await?.as_ref().map(read).transpose()
    }

    /// What is known of every credential, by subject.
    pub async fn tokens(&self) -> Result<Vec<TokenStanding>, StateError> {
        self.database.all("SELECT * FROM tokens ORDER BY subject", cells![], read).await
    }
}

const ONE: &str = "SELECT * FROM tokens WHERE subject = $1";
const ONE_LOCKED: &str = "SELECT * FROM tokens WHERE subject = $1 FOR UPDATE";

fn ends_later(before: &TokenStanding, after: &TokenStanding) -> bool {
    match (before.ends(), after.ends()) {
        (Some(before), Some(after)) => after > before,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn read(row: &Row) -> Result<TokenStanding, StateError> {
    Ok(TokenStanding {
        check: TokenCheck {
            subject: row.text("subject")?,
            valid: row.flag("valid")?,
            expires: row.maybe_time("expires")?,
            never_expires: row.flag("never_expires")?,
            data_access_expires: row.maybe_time("data_access_expires")?,
            scopes: row.json("scopes")?,
        },
        checked_at: row.time("checked")?,
        last_success: row.maybe_time("last_success")?,
        warned: row.maybe_word("warned", TokenWarning::parse)?,
        warned_at: row.maybe_time("warned_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T06:00:00Z").parse().expect("an instant")
    }

    fn standing(expires: Option<DateTime<Utc>>, warned: Option<TokenWarning>) -> TokenStanding {
        let check = TokenCheck {
            subject: "linkedin".to_owned(),
            valid: true,
            expires,
            never_expires: false,
            data_access_expires: None,
            scopes: Vec::new(),
        };
        TokenStanding { check, checked_at: day(1), last_success: None, warned, warned_at: None }
    }

    #[test]
    fn the_nearest_step_is_warned_of_and_none_twice() {
        let ends = Some(day(30));
        assert_eq!(standing(ends, None).due_warning(day(1) - TimeDelta::days(3)), None);
        assert_eq!(standing(ends, None).due_warning(day(1)), Some(TokenWarning::Days30));
        assert_eq!(standing(ends, Some(TokenWarning::Days30)).due_warning(day(2)), None);
        assert_eq!(standing(ends, Some(TokenWarning::Days30)).due_warning(day(16)), Some(TokenWarning::Days14));
        assert_eq!(standing(ends, None).due_warning(day(23)), Some(TokenWarning::Days7));
        assert_eq!(standing(ends, Some(TokenWarning::Days7)).due_warning(day(29)), Some(TokenWarning::Day1));
        assert_eq!(standing(ends, Some(TokenWarning::Day1)).due_warning(day(30)), Some(TokenWarning::Dead));
        assert_eq!(standing(ends, Some(TokenWarning::Dead)).due_warning(day(30)), None);
    }

    #[test]
    fn data_access_ends_before_a_token_that_never_does() {
        let mut token = standing(Some(day(2)), None);
        token.check.never_expires = true;
        assert_eq!(token.ends(), None);
        token.check.data_access_expires = Some(day(20));
        assert_eq!(token.ends(), Some(day(20)));
        assert_eq!(token.due_warning(day(19)), Some(TokenWarning::Day1));
    }
}
