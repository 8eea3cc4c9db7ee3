//! What the pages of the web show: the words, figures and charts of the reports, in the portions that a screen takes. Each
//! is a report of its own, sealed like any other, so that every figure on a page can be explained.

mod campaign;
mod channel;
mod lists;
mod post;
mod posts;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::compose::{Room, composed};
use super::draft::Draft;
use super::{Material, Report, Section};
use crate::analysis::Against;
use crate::model::{CampaignId, ChannelId, Observation, PostId};
use crate::words::Words;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Seen {
    /// Everything at a glance: goals, units, channels, campaigns.
    Whole,
    /// One channel.
    Channel(ChannelId),
    /// The posts of the period.
    Posts,
    /// One post.
    Post(ChannelId, PostId),
    /// One campaign.
    Campaign(CampaignId),
}

/// What a thing in a table leads to, as the `link` of its cell: the web makes an address of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// A unit.
    Unit(String),
    /// A channel.
    Channel(String),
    /// A post: its channel and its id.
    Post(String, String),
    /// A campaign.
    Campaign(String),
}

/// What tells a link within the program from an address on the web.
const WITHIN: &str = "see:";

impl Leads {
    /// What the link leads to, if that lies within the program.
    pub fn parse(link: &str) -> Option<Self> {
        let (kind, name) = link.strip_prefix(WITHIN)?.split_once('/')?;
        match kind {
            "unit" => Some(Self::Unit(name.to_owned())),
            "channel" => Some(Self::Channel(name.to_owned())),
            "campaign" => Some(Self::Campaign(name.to_owned())),
            "post" => name.split_once('/').map(|(channel, post)| Self::Post(channel.to_owned(), post.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Leads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(name) => write!(f, "{WITHIN}unit/{name}"),
            Self::Channel(name) => write!(f, "{WITHIN}channel/{name}"),
            Self::Campaign(name) => write!(f, "{WITHIN}campaign/{name}"),
            Self::Post(channel, post) => write!(f, "{WITHIN}post/{channel}/{post}"),
        }
    }
}

/// A screen has more room than a page.
const ROOM: Room = Room { goals: usize::MAX, changes: 6, attention: 12 };

/// Composes what is seen. `readings` are what the store was told of a post, for [`Seen::Post`].
pub fn compose_seen(
    material: &Material<'_>,
    words: &Words,
    (seen, against): (&Seen, Against),
    readings: &[Observation],
) -> Report {
    composed(material, words, ROOM, |draft| match seen {
        Seen::Whole => whole(draft, against),
        Seen::Channel(channel) => channel::sections(draft, channel, against),
        Seen::Posts => posts::sections(draft),
        Seen::Post(channel, post) => post::sections(draft, channel, post, readings),
        Seen::Campaign(campaign) => campaign::sections(draft, campaign),
    })
}

fn whole(draft: &mut Draft<'_>, against: Against) -> Vec<Section> {
    let mut sections = vec![super::goals::section(draft)];
    sections.extend(lists::units(draft));
    sections.push(lists::changes(draft, against));
    sections.extend(lists::channels(draft, against));
    sections.extend(super::website::section(draft));
    sections.extend(lists::campaigns(draft));
    sections.extend(super::inhabitants::section(draft));
    sections.push(super::quality::section(draft));
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_leads_to_is_read_as_it_was_written() {
        let all = [
            Leads::Unit("kultur".to_owned()),
            Leads::Channel("fb-kommun".to_owned()),
            Leads::Campaign("fixa".to_owned()),
            Leads::Post("li".to_owned(), "urn:li:share:1/2".to_owned()),
        ];
        for leads in all {
            assert_eq!(Leads::parse(&leads.to_string()), Some(leads));
        }
        assert_eq!(Leads::parse("https://example.org/see:unit/x"), None);
    }
}
