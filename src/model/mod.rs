//! The domain's words. No I/O, no clock, no heavy crate: everything else speaks in these types.

mod channel;
mod figure;
mod goal;
mod how;
mod ids;
mod metric;
mod observation;
mod organisation;
mod peer;
mod period;
mod plan;
mod post;
mod problem;
mod report_spec;
mod secret;
mod series;
pub mod told;

pub use channel::{Channel, LinkedInDoor, Platform};
pub use figure::{Figure, FigureId, Missing, Number, Source, Trace, Unit};
pub use goal::{
    Audience, Break, BreakPolicy, Campaign, Closing, Compare, Direction, EffectState, Goal, GoalKind, GoalRecord,
    KnownEvent, Level, Normalise, Pace, PeerValue, Scope, Status, Step, Survey, Tolerance,
};
pub use how::{Configured, How};
pub use ids::{CampaignId, ChannelId, GoalId, OrganisationId, PostId, UnitId};
pub use metric::{MetricName, Rollup};
pub use observation::{Observation, Reading, State, Value, Window};
pub use organisation::{Language, Organisation, Population, Unit as OrganisationUnit, Units};
pub use peer::{PeerTotal, PeerTotals};
pub use period::{Calendar, Granularity, Period, PeriodError};
pub use plan::{EarlierDue, PlannedPost};
pub use post::{Post, PostFormat, place_of};
pub use problem::{Gravity, Problem};
pub use report_spec::{Approval, Recipient, ReportKind, ReportSpec};
pub use secret::Secret;
pub use series::{Point, Series};
