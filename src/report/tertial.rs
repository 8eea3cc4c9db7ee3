//! The tertial report: everything, for those who follow up the year. Its sections are those of the monthly report; the
//! section on campaigns tells what they achieved as well.

use super::compose::Room;
use super::draft::Draft;
use super::{Section, monthly};
use crate::model::ReportKind;

/// What page one has room for.
pub(super) const ROOM: Room = Room { goals: 7, changes: 4, attention: 5 };

/// All that follows page one.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut sections = monthly::sections(draft);
    if draft.material.kind == ReportKind::Campaign {
        let kept = ["campaigns", "website", "quality", "method", "glossary"];
        sections.retain(|it| kept.contains(&it.id.as_str()));
    }
    sections
}
