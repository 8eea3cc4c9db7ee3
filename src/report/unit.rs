//! The report of one unit: one page. Its own goals, its channels in a table, its best posts.

use super::compose::Room;
use super::draft::Draft;
use super::{Section, channels, goals, posts, quality};

/// What the page has room for.
pub(super) const ROOM: Room = Room { goals: 4, changes: 2, attention: 2 };
/// Channels in the table.
const CHANNELS: usize = 4;
/// Posts in the list.
const POSTS: usize = 3;

/// What stands below the goals.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    sections.extend(goals::compact(draft, 0, ROOM.goals));
    sections.extend(channels::compact(draft, CHANNELS));
    sections.extend(posts::compact(draft, POSTS));
    sections.push(quality::compact(draft));
    sections
}
