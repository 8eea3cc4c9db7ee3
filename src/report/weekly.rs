//! The weekly report: at most two pages. Goals with needed pace, what changed, what needs attention.

use super::compose::Room;
use super::draft::Draft;
use super::{Section, channels, goals, method, quality};

/// What page one has room for.
pub(super) const ROOM: Room = Room { goals: 7, changes: 4, attention: 4 };
/// Small charts of goals on page two.
const CHARTS: usize = 4;
/// Channels in the table of page two.
const CHANNELS: usize = 10;

/// Page two.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    sections.extend(goals::compact(draft, CHARTS, ROOM.goals));
    sections.extend(channels::compact(draft, CHANNELS));
    sections.push(quality::compact(draft));
    sections.push(method::compact(draft));
    sections
}
