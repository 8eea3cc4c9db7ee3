//! The weekly report: at most two pages. Goals with needed pace, what changed, what needs attention.

use super::compose::Room;
use super::draft::Draft;
use super::{Section, channels, goals, method, quality};

/// What page one has room for.
pub(super) const ROOM: Room = Room { goals: 7, changes: 3, attention: 3 };
/// Small charts of goals on page two: two rows where there is room, else one.
const CHARTS: usize = 4;
const CHARTS_IN_LITTLE_ROOM: usize = 2;
/// With more channels the table is long, with more goals page one runs over.
const FEW_CHANNELS: usize = 5;
const FEW_GOALS: usize = 5;
/// Channels in the table of page two.
const CHANNELS: usize = 10;

/// Page two.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let material = draft.material;
    let roomy = material.channels.len() <= FEW_CHANNELS
        && material.standings.len() <= FEW_GOALS
        && material.comment.is_none()
        && material.notices.is_empty();
    let charts = if roomy { CHARTS } else { CHARTS_IN_LITTLE_ROOM };
    sections.extend(goals::compact(draft, charts, ROOM.goals));
    sections.extend(channels::compact(draft, CHANNELS));
    sections.push(quality::compact(draft));
    sections.push(method::compact(draft));
    sections
}
