//! What a person does at the web: looks at what was made and sent, has a report made and sends it, writes a comment, sets
//! a goal, brings in files, sees to it that everything runs. The pages only show what comes back from here.

mod comments;
mod consent;
mod files;
mod goals;
mod health;
mod shelf;
mod uploads;
mod wanted;

pub use comments::{CommentWish, comment_sheet, save_comment};
pub use consent::{ConsentError, begin_consent, consent_offered, finish_consent};
pub use files::{DiffLine, LineKind, NotSaved, Proposal};
pub use goals::{GoalSheet, GoalWish, goal_sheet, goal_units, propose_goal, save_goal};
pub(super) use health::counted;
pub use health::{COST_DAYS, Health, TokenLine, acknowledge, alert, coverage, health, retry_job};
pub use shelf::{ReportFile, Shelved, report_file, shelf, shelved};
pub(super) use uploads::look_into;
pub use uploads::{
    Confirmed, LARGEST_UPLOAD, LARGEST_UPLOADS, MOST_UPLOADS, Upload, UploadedFile, confirm_upload, forget_upload,
    sweep_uploads, upload, uploaded,
};
pub(super) use wanted::make_wanted;
pub use wanted::{MakingStands, ask_for_report, do_wanted, making, suggested_periods};
