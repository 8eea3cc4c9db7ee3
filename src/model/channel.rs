//! A channel: one account on one platform.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChannelId, UnitId};

/// The platforms: those that we can ask, then those whose figures come only as files. A new one of the first kind is a
/// variant here, a file in `connectors`, lines in the catalogue; of the second, a variant, a layout in `imports`, lines in
/// the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
    /// X (Twitter), by its export files.
    X,
    /// `YouTube`, by the export files of its Studio.
    YouTube,
    /// Google Analytics 4, by its export files.
    Ga4,
    /// The organisation's own values: surveys, applications, calls, visits to a desk.
    Own,
}

impl Platform {
    /// Every platform, in the order in which reports list them.
    pub const ALL: [Self; 8] =
        [Self::Facebook, Self::Instagram, Self::LinkedIn, Self::Matomo, Self::X, Self::YouTube, Self::Ga4, Self::Own];

    /// The word used in configuration, the store and the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::LinkedIn => "linkedin",
            Self::Matomo => "matomo",
            Self::X => "x",
            Self::YouTube => "youtube",
            Self::Ga4 => "ga4",
            Self::Own => "own",
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
            Self::X => "X",
            Self::YouTube => "YouTube",
            Self::Ga4 => "Google Analytics",
            Self::Own => "Egna värden",
        }
    }

    /// Whether its figures come only as files: there is no connector, and nothing is fetched.
    pub fn only_files(self) -> bool {
        matches!(self, Self::X | Self::YouTube | Self::Ga4 | Self::Own)
    }

    /// Whether its channels publish posts.
    pub fn has_posts(self) -> bool {
        !matches!(self, Self::Matomo | Self::Ga4 | Self::Own)
    }

    /// The zone in which the platform cuts its days; none where the site decides (Matomo, Google Analytics) or the
    /// organisation does (own values). Meta and `YouTube`: US Pacific; LinkedIn and X: UTC.
    pub fn zone(self) -> Option<chrono_tz::Tz> {
        match self {
            Self::Facebook | Self::Instagram | Self::YouTube => Some(chrono_tz::America::Los_Angeles),
            Self::LinkedIn | Self::X => Some(chrono_tz::UTC),
            Self::Matomo | Self::Ga4 | Self::Own => None,
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
    /// The zone in which its days are cut (the platform's, or the site's for web analytics).
    pub zone: chrono_tz::Tz,
    /// Which door for LinkedIn; `Community` elsewhere, where it means nothing.
    pub door: LinkedInDoor,
    /// The Page whose token opens an Instagram account, where it has to be named.
    pub page: Option<String>,
    /// Whether stories are asked for (several times a day).
    pub stories: bool,
    /// Whether demographics are asked for: off unless the organisation decides otherwise.
    pub demographics: bool,
    /// Whether it is fed by export files although the platform could be asked: it is not, and files are believed more.
    #[serde(default)]
    pub by_files: bool,
}
