//! The organisation's own posts: text and links are kept, people are not.

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChannelId, OrganisationId, Platform, PostId};

/// What kind of post it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostFormat {
    /// Text only.
    Text,
    /// One picture.
    Image,
    /// Several pictures.
    Carousel,
    /// A video.
    Video,
    /// A Reel or other short vertical video.
    Reel,
    /// A story.
    Story,
    /// A link with preview.
    Link,
    /// A document or article.
    Document,
    /// A poll.
    Poll,
    /// Something that the platform names otherwise.
    Other,
}

impl PostFormat {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Image,
        Self::Carousel,
        Self::Video,
        Self::Reel,
        Self::Story,
        Self::Link,
        Self::Document,
        Self::Poll,
        Self::Other,
    ];

    /// The word used in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Carousel => "carousel",
            Self::Video => "video",
            Self::Reel => "reel",
            Self::Story => "story",
            Self::Link => "link",
            Self::Document => "document",
            Self::Poll => "poll",
            Self::Other => "other",
        }
    }

    /// The format of the word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }
}

impl fmt::Display for PostFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One post of the organisation's own, as known at one time. Appended, never changed; the latest wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Post {
    /// Whose table.
    pub organisation: OrganisationId,
    /// The platform of the channel.
    pub platform: Platform,
    /// The channel.
    pub channel: ChannelId,
    /// The platform's id.
    pub id: PostId,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// What kind it is.
    pub format: PostFormat,
    /// The organisation's own text, plain.
    pub text: String,
    /// Where the post can be read.
    pub permalink: Option<String>,
    /// Where the post leads.
    pub link: Option<String>,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// Where it came from, as on an observation.
    pub source: String,
}

/// What tells pages apart after the `?`: Facebook's `permalink.php` and `photo.php`, and `watch` of `YouTube`.
const TELLING: [&str; 4] = ["fbid", "id", "story_fbid", "v"];

/// The address of a post without what does not tell pages apart: scheme, `www.` or `m.`, the last `/`, and what follows the
/// `?` unless it names the post. Paths keep their letters: Instagram tells `A` from `a`.
pub fn place_of(link: &str) -> String {
    let link = link.trim().split('#').next().unwrap_or_default();
    let bare = link.split_once("://").map_or(link, |(_, rest)| rest);
    let (page, query) = bare.split_once('?').unwrap_or((bare, ""));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(&host);
    let mut named: Vec<&str> =
        query.split('&').filter(|part| part.split_once('=').is_some_and(|(name, _)| TELLING.contains(&name))).collect();
    named.sort_unstable();
    let ask = if named.is_empty() { "" } else { "?" };
    format!("{host}/{}{ask}{}", path.trim_end_matches('/'), named.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_tells_posts_apart() {
        let one = place_of("https://www.facebook.com/permalink.php?story_fbid=1&id=7");
        assert_eq!(one, place_of("http://m.facebook.com/permalink.php?id=7&story_fbid=1&locale=sv_SE#top"));
        assert_ne!(one, place_of("https://www.facebook.com/permalink.php?story_fbid=2&id=7"));
        assert_eq!(place_of("https://Instagram.com/p/AbC/?img_index=1"), "instagram.com/p/AbC");
        assert_ne!(place_of("https://instagram.com/p/abc/"), place_of("https://instagram.com/p/AbC/"));
        assert_eq!(place_of("youtube.com/watch?v=x&t=4"), "youtube.com/watch?v=x");
    }
}
