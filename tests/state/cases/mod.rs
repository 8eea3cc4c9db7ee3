//! What must hold in every database: each case gets the address of an empty one.

use chrono::{DateTime, TimeDelta, Utc};
use genomslag::model::{Language, Period, ReportKind, Secret};
use genomslag::state::{ReportEntry, State};

pub mod accounts;
pub mod alerts;
pub mod backup;
pub mod deliveries;
pub mod forecasts;
pub mod jobs;
pub mod ledgers;
pub mod opening;
pub mod queue;
pub mod runs;
pub mod slots;
pub mod weeding;

/// Makes a test of every case, with what gives the address of an empty database.
macro_rules! every_case {
    ($empty:path) => {
        every_case! { $empty;
            accounts: accounts_are_made_changed_and_removed, an_administrator_is_left, sessions_end,
                invitations_are_accepted_once, tokens_and_links_open_until_revoked;
            alerts: an_alert_is_open_once, nobody_is_told_without_end, a_graver_alert_is_told_again,
                an_alert_that_comes_and_goes_is_quiet, one_of_two_tells;
            backup: a_backup_brings_everything_back, a_backup_is_not_put_over_something;
            deliveries: the_same_is_entered_once, one_of_two_sends, a_crash_before_the_answer_is_uncertain,
                what_is_uncertain_never_goes_by_itself, a_late_answer_counts, what_is_put_off_waits,
                held_back_and_let_go, a_repeated_job_sends_its_own_report, approvals_are_decided_once,
                a_deadline_decides_once;
            forecasts: a_forecast_is_kept_once_and_settled_once;
            jobs: a_job_is_put_down_once, racing_workers_share_the_jobs, a_dead_workers_job_goes_on,
                whoever_lost_a_lease_changes_nothing, attempts_end, a_job_that_kills_is_buried,
                handed_back_is_untried, the_most_important_first, kinds_are_left_to_others;
            ledgers: tokens_are_warned_of_once, renewed_tokens_start_again, secrets_need_their_key,
                a_changed_key_takes_everything_along, files_are_known_by_their_hash, reports_are_found_by_prefix,
                drafts_become_reports, unsubscribed_is_unsubscribed, settings_and_audit;
            opening: many_open_at_once, a_newer_schema_is_refused, a_foreign_schema_is_refused;
            queue: whatever_happens_a_job_has_one_holder;
            runs: a_run_lives_and_ends, a_channels_results_are_kept, numbers_only_grow, racing_numbers_differ,
                a_killed_run_leaves_its_number;
            slots: one_of_many_claims_a_slot, a_slot_and_its_jobs_are_one, the_last_slot_is_known,
                a_missed_slot_is_told_once;
            weeding: each_class_is_weeded, what_is_needed_stays, weeding_names_its_decision;
        }
    };
    ($empty:path; $($subject:ident: $($case:ident),+;)+) => {$($(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let empty = $empty().await;
            $crate::state::cases::$subject::$case(empty.url()).await;
        }
    )+)+};
}
pub(crate) use every_case;

/// The state without secrets.
pub async fn open(url: &str) -> State {
    State::open(url, None, None).await.unwrap()
}

/// The state with a key.
pub async fn open_with(url: &str, key: &str) -> State {
    State::open(url, None, Some(&Secret::new(key))).await.unwrap()
}

/// Wednesday 18 November 2026, 07:00 in Stockholm, and so many minutes.
pub fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

/// So many minutes.
pub fn minutes(many: i64) -> TimeDelta {
    TimeDelta::minutes(many)
}

/// A report of week 46.
pub fn report(id: &str) -> ReportEntry {
    ReportEntry {
        id: id.to_owned(),
        spec: "veckan".to_owned(),
        kind: ReportKind::Weekly,
        period: Period::new("2026-11-09".parse().unwrap(), "2026-11-16".parse().unwrap()).unwrap(),
        period_code: "2026-W46".to_owned(),
        unit: None,
        language: Language::Swedish,
        hash: format!("hash of {id}"),
        made_at: at(0),
        draft: false,
        preliminary: false,
        folder: format!("reports/{id}"),
        known_at: at(-10),
        config_digest: "digest".to_owned(),
    }
}
