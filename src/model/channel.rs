//! A channel: one account on one platform.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChannelId, UnitId};

/// The platforms that we can ask. A new one is a variant here, a file in `connectors`, lines in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Facebook Pages.
    Facebook,
    /// Instagram professional accounts.
    Instagram,
    /// LinkedIn organisations.
    LinkedIn,
    /// Matomo, web analytics.
    Matomo,
}

impl Platform {
    /// Every platform, in the order in which reports list them.
    pub const ALL: [Self; 4] = [Self::Facebook, Self::Instagram, Self::LinkedIn, Self::Matomo];

    /// The word used in configuration, the store and the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::LinkedIn => "linkedin",
            Self::Matomo => "matomo",
        }
    }

    /// The platform of the word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == word)
    }

    /// The name as readers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
            Self::LinkedIn => "LinkedIn",
            Self::Matomo => "Matomo",
        }
    }

    /// The zone in which the platform cuts its days; none where the site decides (Matomo).
    /// Meta: US Pacific (`end_time` of the insights edges); LinkedIn: UTC.
    pub fn zone(self) -> Option<chrono_tz::Tz> {
        match self {
            Self::Facebook | Self::Instagram => Some(chrono_tz::America::Los_Angeles),
            Self::LinkedIn => Some(chrono_tz::UTC),
            Self::Matomo => None,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which of LinkedIn's two legal doors a channel goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum LinkedInDoor {
    /// Community Management API.
    #[default]
    Community,
    /// Pages Data Portability API, under the Digital Markets Act.
    Dma,
}

/// One account on one platform, as configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Its name in configuration and store.
    pub id: ChannelId,
    /// Its name for readers, e.g. `Granviks kommun på Facebook`.
    pub title: String,
    /// The platform.
    pub platform: Platform,
    /// The platform's id of the account: Page id, Instagram user id, LinkedIn organisation number, Matomo site id.
    pub account: String,
    /// The unit that it belongs to.
    pub unit: UnitId,
    /// The zone in which its days are cut (the platform's, or the site's for Matomo).
    pub zone: chrono_tz::Tz,
    /// Which door for LinkedIn; `Community` elsewhere, where it means nothing.
    pub door: LinkedInDoor,
    /// The Page whose token opens an Instagram account, where it has to be named.
    pub page: Option<String>,
    /// Whether stories are asked for (several times a day).
    pub stories: bool,
    /// Whether demographics are asked for: off unless the organisation decides otherwise.
    pub demographics: bool,
}
