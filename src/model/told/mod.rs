//! What went wrong, what is worth telling, and how figures were computed, in no language yet: a kind and what fills its
//! places. The phrases of each language stand in `reports/words/problems.*.toml`, `files.*.toml`, `faults.*.toml` and `traces.sv.toml`; tests
//! hold them against the lists here.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text in no language yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// Its kind: the name of a phrase. Kinds are only ever added.
    pub kind: String,
    /// What fills the places of the phrase, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, Part>,
}

/// What fills a place of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Part {
    /// A name, a number, a day, or words of others: the same in every language.
    Text(String),
    /// A phrase of its own.
    Told(Told),
}

impl Told {
    fn new(kind: &str, parts: Vec<(&str, Part)>) -> Self {
        Self { kind: kind.to_owned(), parts: parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect() }
    }

    /// The phrase with its places filled by the parts, each written by `part`.
    pub fn filled(&self, phrase: &str, part: &dyn Fn(&str, &Part) -> String) -> String {
        let texts: Vec<(&str, String)> =
            self.parts.iter().map(|(name, value)| (name.as_str(), part(name, value))).collect();
        let values: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        fill(phrase, &values)
    }

    /// Whether what it counts is one, so that it takes the singular.
    pub fn is_one(&self) -> bool {
        matches!(self.parts.get("count"), Some(Part::Text(count)) if count == "1")
    }

    /// The same with every text put through `change`: secrets taken out, say.
    #[must_use]
    pub fn map(self, change: &dyn Fn(&str) -> String) -> Self {
        let changed = |part| match part {
            Part::Text(text) => Part::Text(change(&text)),
            Part::Told(told) => Part::Told(told.map(change)),
        };
        Self { kind: self.kind, parts: self.parts.into_iter().map(|(name, part)| (name, changed(part))).collect() }
    }
}

impl From<Told> for Part {
    fn from(told: Told) -> Self {
        Self::Told(told)
    }
}

/// For logs: the kind, and its parts in brackets. Readers get the phrase of their language.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        for (name, part) in &self.parts {
            match part {
                Part::Text(text) => write!(f, " ({name}: {text})")?,
                Part::Told(told) => write!(f, " ({name}: {told})")?,
            }
        }
        Ok(())
    }
}

macro_rules! texts {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Part {
            fn from(value: $kind) -> Self {
                Self::Text(value.to_string())
            }
        }
    )*};
}

texts!(&str, String, &String, u16, u32, u64, i32, i64, usize, f64, chrono::NaiveDate, super::Platform, super::Period);
texts!(&super::MetricName, &super::ChannelId, &super::GoalId, &super::FigureId);

macro_rules! kinds {
    ($($kind:ident($($part:ident),*);)*) => {
        /// Every kind, with the places that it fills.
        pub const KINDS: &[(&str, &[&str])] = &[$((stringify!($kind), &[$(stringify!($part)),*])),*];
        $(
            #[doc = concat!("The phrase `", stringify!($kind), "`.")]
            pub fn $kind($($part: impl Into<Part>),*) -> Told {
                Told::new(stringify!($kind), vec![$((stringify!($part), $part.into())),*])
            }
        )*
    };
}

pub mod faults;
pub mod files;
mod fill;
pub mod traces;

pub use fill::{fill, placeholders};

kinds! {
    // What came instead of an answer.
    answer_empty();
    answer_web_page();
    answer_breaks_off(line, column);
    answer_not_json(line, column);
    answer_slow();
    answer_large();
    answer_packed();
    list_missing(name);
    map_missing(name);
    nobody_asked(ask);
    batch_no_list();
    batch_count(asked, came);
    reports_count(asked, came);
    no_report();
    video_without_post();
    page_not_in_answer(account);
    only_files(platform);
    status_unasked(status);

    // What went wrong on the way.
    connection_none();
    connection_broke();
    connection_broke_midway();
    redirected();
    unsendable(why);
    app_secret_unusable();
    header_unusable();
    address_unusable(address);
    connections_unusable(why);

    // What a platform says, in its own words or in ours.
    said(text);
    said_status(text, code, status);
    no_reason();
    app_blocked(text);
    token_not_accepted(status);
    too_many_questions();
    platform_fault(status);
    not_the_platforms(status);
    app_removed(code);
    checkpoint(code);
    password_changed(code);
    token_expired(code);
    account_unconfirmed(code);
    token_invalid(code);
    role_lost(code);
    older_than_account();
    span_not_accepted(text);
    too_long_for_server();
    server_pause();

    // LinkedIn.
    linkedin_too_long();
    linkedin_version_refused(text);
    linkedin_version_missing();
    linkedin_status(status);
    linkedin_status_said(status, text);
    linkedin_span(text);
    linkedin_question(text);
    linkedin_revoked();
    linkedin_expired();
    linkedin_no_token();
    linkedin_token(text);
    linkedin_dma_permission(permission);
    linkedin_posts_permission(permission, role);
    linkedin_statistics_permission(permission, role);
    linkedin_not_approved();
    linkedin_post_gone();
    linkedin_page_gone();
    linkedin_quota();
    linkedin_pause();
    linkedin_row_without_days(ask);
    linkedin_row_other_days(ask, days);
    linkedin_row_no_day(ask);
    linkedin_posts_refused(refused, asked);
    linkedin_no_role(account);
    linkedin_other_role(roles, wanted);
    linkedin_privacy();
    linkedin_privacy_until(day);
    linkedin_more_pages(pages);
    linkedin_version_ending(version, until, count);
    linkedin_version_ending_about(version, until, count);
    linkedin_version_ended(version, since);
    linkedin_version_none(version);
    linkedin_version_unreadable(version);
    linkedin_consent_needed();
    linkedin_app_unknown();
    linkedin_renewal_later(status);
    linkedin_renewal_unreachable(why);
    linkedin_renewal_shape(what);
    linkedin_ends(day);
    linkedin_ended();
    linkedin_no_refresh_token();
    linkedin_no_renewal_address();
    linkedin_not_kept(why);

    // Matomo.
    matomo_token(text);
    matomo_address(text);
    matomo_none_here();
    matomo_status(status, text);
    matomo_refuses(text);
    matomo_no_report(text);
    matomo_no_site(text);
    matomo_not_now(text);
    matomo_report_refused(report, text);
    matomo_zone(site, zone, configured);

    // Lists and tokens.
    list_no_cursor(ask);
    list_repeats(ask, pages);
    list_idle(ask, pages);
    list_long(ask, pages);
    list_circle(ask, pages);
    rows_left_out(count, ask);
    foreign_host(host);
    posts_gone(count);
    absent(names);
    token_untold();
    page_token_none();
    meta_no_token(text);
    meta_later(status);
    meta_unreachable(why);
    meta_shape();
    exchange_without_token();
    page_token_refused(page, why);
    page_token_not_kept(why);

    // What became of a question.
    token_dead(why);
    version_not_served(why);
    not_understood(why, ask);
    no_answer(attempts, why, ask);
    asks_to_wait(why);
    too_much(why, ask);
    metric_refused(metric, ask, why);
    question_refused(why, ask);
    object_silent(why, ask);
    no_permission(ask, why);
    refused(why, ask);
    other_version(asked, served);
    run_time_up();
    budget_used(used);
    budget_used_until(used, minutes);
    token_lacks(permission);
    token_ends(count);

    // What stood in the way here.
    nothing_kept(why);
    no_address();
    no_token(platform);
    token_unreadable(why);
    app_secret_unreadable(why);
    secret_unset(name);
    secret_file(path, why);
    secret_file_empty(path);
    file_unreadable(why);
    file_refused(why);
    plan_unreadable(why);
    peers_unreadable(why);
    fed_by_files(platform);
    no_token_files(platform);
    row_skipped(line, why);
    row_skipped_column(line, column, why);
    more_rows_skipped(count);

    // How it is mended.
    mend_connect();
    mend_served_version();
    mend_permission(permission);
    mend_permissions();
    mend_permission_renew(permission);
    mend_renew_before();
    mend_disk();
    mend_linkedin_version();
    mend_write_base_url(platform);
    mend_correct_base_url(platform);
    mend_write_token(platform, form);
    mend_put_token();
    mend_put_secret();
    mend_put_app_secret();
    mend_app_secret();
    mend_same_key();
    mend_set_key();
    mend_consent();
    mend_remove_token_url();
    mend_client();
    mend_page_token();
    mend_nothing_yet();
    mend_file_there();
    mend_like_export();
    mend_row();
    mend_values();
    mend_plan();
    mend_peers();
    mend_export_guide(platform);
    mend_import_or_token(platform, form);
}
