//! The monthly report: everything but campaign effect.

use super::compose::Room;
use super::draft::Draft;
use super::{
    Section, campaigns, channels, goals, inhabitants, method, peers, planned, posts, quality, scored, units, website,
};

/// What page one has room for.
pub(super) const ROOM: Room = Room { goals: 7, changes: 4, attention: 5 };

/// All that follows page one.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = vec![goals::section(draft)];
    sections.extend(scored::section(draft));
    sections.extend(units::section(draft));
    sections.extend(channels::changes(draft));
    sections.extend(channels::section(draft));
    sections.push(posts::section(draft));
    sections.extend(planned::section(draft));
    sections.extend(campaigns::section(draft));
    sections.extend(website::section(draft));
    sections.extend(inhabitants::section(draft));
    sections.extend(peers::section(draft));
    sections.push(quality::section(draft));
    sections.push(method::section(draft));
    sections
}
