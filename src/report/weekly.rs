//! The weekly report: at most two pages. Goals with needed pace, what changed, what needs attention.

use super::compose::Room;
use super::draft::Draft;
use super::{Section, channels, goals, method, quality};

/// What page one has room for.
pub(super) const ROOM: Room = Room { goals: 7, changes: 3, attention: 3 };
/// Small charts of goals on page two: two rows, or one where the table of channels is long.
const CHARTS: usize = 4;
const CHARTS_BESIDE_MANY: usize = 2;
/// From so many channels on the table is long.
const MANY: usize = 6;
/// Channels in the table of page two.
const CHANNELS: usize = 10;

/// Page two.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let charts = if draft.material.channels.len() < MANY { CHARTS } else { CHARTS_BESIDE_MANY };
    sections.extend(goals::compact(draft, charts, ROOM.goals));
    sections.extend(channels::compact(draft, CHANNELS));
    sections.push(quality::compact(draft));
    sections.push(method::compact(draft));
    sections
}
