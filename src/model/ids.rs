//! Names for things: newtypes, so that a channel can never stand where a unit is meant.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as it is written in the configuration or by the platform.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

id!(
    /// The organisation, a slug such as `granvik`: the unit of distribution and the table's partition.
    OrganisationId
);
id!(
    /// A unit (förvaltning, enhet) in the organisation's tree.
    UnitId
);
id!(
    /// One account on one platform, by the name that the configuration gives it.
    ChannelId
);
id!(
    /// A post, by the platform's own id.
    PostId
);
id!(
    /// A goal, by the name that the configuration gives it.
    GoalId
);
id!(
    /// A campaign (insats), by the name that the configuration gives it.
    CampaignId
);
