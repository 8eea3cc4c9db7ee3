//! Posts as `LinkedIn` tells them: which are the page's own, what kind they are, and their text made plain.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::restli;
use crate::connectors::PostReading;
use crate::model::{PostFormat, PostId};

/// Stands where a member was mentioned by name. Names of people are not kept.
pub(super) const SOMEBODY: &str = "[person]";

/// The post, unless it is dark (an advertisement that never stood in the feed), a draft, or without id or time.
pub(super) fn reading(post: &Json) -> Option<PostReading> {
    let id = id(post)?;
    if dark(post) || post.get("lifecycleState").and_then(Json::as_str).is_some_and(|state| state != "PUBLISHED") {
        return None;
    }
    let text = plain(post.get("commentary").and_then(Json::as_str).unwrap_or_default());
    let article = post.pointer("/content/article/source").and_then(Json::as_str).map(str::to_owned);
    Some(PostReading {
        id: PostId::from(id),
        published: published(post)?,
        format: format(post),
        link: article.or_else(|| first_link(&text)),
        text,
        permalink: Some(format!("https://www.linkedin.com/feed/update/{id}")),
    })
}

/// The post's URN: `urn:li:share:…` or `urn:li:ugcPost:…`.
pub(super) fn id(post: &Json) -> Option<&str> {
    post.get("id").and_then(Json::as_str).filter(|id| id.starts_with("urn:li:"))
}

/// When it was published; the time of creation where that is all there is.
pub(super) fn published(post: &Json) -> Option<DateTime<Utc>> {
    let number = |name: &str| post.get(name).and_then(Json::as_i64);
    let created = || post.pointer("/created/time").and_then(Json::as_i64);
    restli::moment(number("publishedAt").or_else(|| number("createdAt")).or_else(created)?)
}

fn dark(post: &Json) -> bool {
    let distribution = post.pointer("/distribution/feedDistribution").and_then(Json::as_str);
    let sponsored = post.pointer("/adContext/isDsc").and_then(Json::as_bool);
    distribution == Some("NONE") || sponsored == Some(true)
}

fn format(post: &Json) -> PostFormat {
    let Some(content) = post.get("content").and_then(Json::as_object).filter(|content| !content.is_empty()) else {
        let reshared = post.get("reshareContext").is_some_and(|context| !context.is_null());
        return if reshared { PostFormat::Other } else { PostFormat::Text };
    };
    if let Some(media) = content.get("media") {
        let id = media.get("id").and_then(Json::as_str).unwrap_or_default();
        return match id.split(':').nth(2) {
            Some("video") => PostFormat::Video,
            Some("image") => PostFormat::Image,
            Some("document") => PostFormat::Document,
            _ => PostFormat::Other,
        };
    }
    let kinds = [
        ("multiImage", PostFormat::Carousel),
        ("carousel", PostFormat::Carousel),
        ("poll", PostFormat::Poll),
        ("article", PostFormat::Link),
    ];
    kinds.iter().find(|(key, _)| content.contains_key(*key)).map_or(PostFormat::Other, |(_, format)| *format)
}

fn first_link(text: &str) -> Option<String> {
    let word = text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))?;
    Some(word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '”']).to_owned())
}

/// "Little text" made plain: `{hashtag|\#|sommarjobb}` becomes `#sommarjobb`, `@[Name](urn…)` the organisation's name or
/// [`SOMEBODY`], and a backslash before a reserved character goes. What does not parse stays as it is written.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (written, length) = mention(rest)
            .or_else(|| template(rest))
            .or_else(|| escape(rest))
            .unwrap_or_else(|| (character.to_string(), character.len_utf8()));
        plain.push_str(&written);
        rest = &rest[length..];
    }
    plain
}

/// `@[Name](urn:li:organization:1)`: what to write instead, and how long it is.
fn mention(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix("@[")?;
    let name_end = unescaped(inner, ']')?;
    let after = inner[name_end + 1..].strip_prefix('(')?;
    let urn_end = unescaped(after, ')')?;
    let urn = &after[..urn_end];
    let organisation = ["urn:li:organization:", "urn:li:organizationBrand:", "urn:li:company:"];
    let written = if organisation.iter().any(|kind| urn.starts_with(kind)) {
        unescape(&inner[..name_end])
    } else {
        SOMEBODY.to_owned()
    };
    Some((written, 2 + name_end + 1 + 1 + urn_end + 1))
}

/// `{hashtag|\#|jönköping}`: `#jönköping`.
fn template(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('{')?;
    let end = unescaped(inner, '}')?;
    let mut parts = inner[..end].splitn(3, '|');
    let (kind, sign, word) = (parts.next()?, parts.next()?, parts.next()?);
    (kind == "hashtag").then(|| (format!("{}{}", unescape(sign), unescape(word)), 1 + end + 1))
}

fn escape(text: &str) -> Option<(String, usize)> {
    const RESERVED: &str = "|{}@[]()<>#\\*_~";
    let next = text.strip_prefix('\\')?.chars().next()?;
    RESERVED.contains(next).then(|| (next.to_string(), 1 + next.len_utf8()))
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

/// Where the character stands without a backslash before it.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let found = character == wanted && !escaped;
        escaped = character == '\\' && !escaped;
        found.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn little_text_becomes_plain() {
        let cases = [
            (r"Sök {hashtag|\#|sommarjobb} i {hashtag|\#|jönköping}!", "Sök #sommarjobb i #jönköping!"),
            (r"Tack @[Granviks kommun](urn:li:organization:1) \(kl\. 9\)", "Tack Granviks kommun (kl\\. 9)"),
            ("Vi hälsar @[Anna Andersson](urn:li:person:abc) välkommen", "Vi hälsar [person] välkommen"),
            (r"@[Anna \[vikarie\]](urn:li:person:abc\)d) och @[Bo](urn:li:member:2)", "[person] och [person]"),
            (r"a \_ b \* c \\ d", r"a _ b * c \ d"),
            ("100 % {inte en mall} @ nio [x]", "100 % {inte en mall} @ nio [x]"),
            ("{hashtag|utan slut", "{hashtag|utan slut"),
            ("Å\\", "Å\\"),
            ("", ""),
        ];
        for (input, expected) in cases {
            assert_eq!(plain(input), expected);
        }
    }

    #[test]
    fn kinds_of_posts() {
        let cases = [
            (json!({}), PostFormat::Text),
            (json!({"content": {}}), PostFormat::Text),
            (json!({"content": {"media": {"id": "urn:li:video:C5"}}}), PostFormat::Video),
            (json!({"content": {"media": {"id": "urn:li:image:C5"}}}), PostFormat::Image),
            (json!({"content": {"media": {"id": "urn:li:document:C5"}}}), PostFormat::Document),
            (json!({"content": {"multiImage": {"images": []}}}), PostFormat::Carousel),
            (json!({"content": {"poll": {}}}), PostFormat::Poll),
            (json!({"content": {"article": {"source": "https://x.example"}}}), PostFormat::Link),
            (json!({"content": {"celebration": {}}}), PostFormat::Other),
            (json!({"reshareContext": {"parent": "urn:li:share:1"}}), PostFormat::Other),
        ];
        for (post, expected) in cases {
            assert_eq!(format(&post), expected, "{post}");
        }
    }

    #[test]
    fn a_link_is_the_articles_or_the_first_in_the_text() {
        let base = json!({"id": "urn:li:share:1", "publishedAt": 1_794_182_400_000_i64});
        let with = |key: &str, value: Json| {
            let mut post = base.clone();
            post[key] = value;
            reading(&post).expect("a post").link
        };
        let article = json!({"article": {"source": "https://www.bjorkvalla.example/sommarjobb"}});
        assert_eq!(with("content", article).as_deref(), Some("https://www.bjorkvalla.example/sommarjobb"));
        let text = json!("Läs mer (se https://lnkd.in/abc).");
        assert_eq!(with("commentary", text).as_deref(), Some("https://lnkd.in/abc"));
        assert_eq!(with("commentary", json!("Ingen länk")), None);
    }

    #[test]
    fn drafts_and_posts_without_time_are_left_out() {
        assert!(reading(&json!({"id": "urn:li:share:1", "publishedAt": 1})).is_some());
        assert!(reading(&json!({"id": "urn:li:share:1"})).is_none());
        assert!(reading(&json!({"publishedAt": 1})).is_none());
        assert!(reading(&json!({"id": "urn:li:share:1", "publishedAt": 1, "lifecycleState": "DRAFT"})).is_none());
    }
}
