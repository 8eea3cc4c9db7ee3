//! The phrases of what the program tells by itself: alerts, drafts, mails.

use serde::{Deserialize, Serialize};

use super::Plural;

phrases! {
    /// What is told to the operator and to owners.
    AlertWords {
        subject_action: Plural,
        subject: Plural,
        closing,
        action,
        warning,
        notice,
        rule_failed,
        fetch_nothing,
        fetch_partial,
        silent,
        asleep,
        token_ends,
        token_dead,
        goal,
        unusual,
        missed,
        job_dead,
        preliminary,
        held,
        awaits_owner,
        approved_changed,
        delivery_refused,
        delivery_uncertain,
        deliveries_wait,
    }

    /// What mails say besides the report.
    MailWords {
        draft,
        draft_note,
        draft_link,
        draft_command,
        draft_hold,
        draft_send,
        unsubscribe,
        open,
        test_subject,
        test,
    }
}
