//! One post under two names. `LinkedIn`'s files name a post by its activity, its interface by the share; the two ids have
//! nothing in common but the moment of their making, which is written into both. Seen here so that no post counts twice,
//! whichever came first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use polars::prelude::*;

use super::frame::to_posts;
use super::rank::{rank, ranked};
use super::resolve::descending;
use super::{StoreError, View, computed};
use crate::model::{ChannelId, Platform, Post, PostId, place_of};

/// Ids made so close together belong to one post, if nothing in its text speaks against it.
const NEAR: TimeDelta = TimeDelta::seconds(90);
/// Texts of fewer letters are no proof by themselves.
const TELLING: usize = 20;

/// Which posts of files are the interface's under another name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Twins {
    /// The post of the file, by channel and id: the interface's id of the same post.
    pub same: BTreeMap<(ChannelId, PostId), PostId>,
    /// Posts of files that may be one of the interface's, and it cannot be told which: they stand back.
    pub unclear: BTreeSet<(ChannelId, PostId)>,
}

impl Twins {
    /// The name under which the post counts; none: it stands back.
    pub(super) fn name<'a>(&'a self, channel: &ChannelId, post: &'a PostId) -> Option<&'a PostId> {
        let key = (channel.clone(), post.clone());
        if self.unclear.contains(&key) { None } else { Some(self.same.get(&key).unwrap_or(post)) }
    }

    /// The channels that have a post under two names, or one that stands back.
    pub(super) fn channels(&self) -> BTreeSet<&ChannelId> {
        self.same.keys().chain(&self.unclear).map(|(channel, _)| channel).collect()
    }

    /// Every name of the post.
    pub(super) fn names(&self, channel: &ChannelId, post: &str) -> Vec<PostId> {
        let others = self.same.iter().filter(|((of, _), name)| of == channel && name.as_str() == post);
        std::iter::once(PostId::from(post)).chain(others.map(|((_, id), _)| id.clone())).collect()
    }
}

impl View {
    /// Which posts of the channels (none named: all) are known under two names.
    pub fn twins(&self, channels: &[ChannelId]) -> Result<Twins, StoreError> {
        Ok(twins(&self.told_posts(channels)?))
    }

    /// Every post of the channels as last told, under every name.
    pub(super) fn told_posts(&self, channels: &[ChannelId]) -> Result<Vec<Post>, StoreError> {
        let names = channels.iter().map(|channel| channel.as_str().to_owned()).collect();
        let rows = ranked(self.post_rows(names)?, &self.files_first)
            .sort_by_exprs([col("rank"), col("made"), col("seen")], descending(3))
            .unique_stable(Some(cols(["channel", "object"])), UniqueKeepStrategy::First)
            .sort(["published", "channel", "object"], SortMultipleOptions::default());
        to_posts(&computed(rows)?, &self.organisation)
    }
}

/// What of the posts is said twice.
pub(super) fn twins(posts: &[Post]) -> Twins {
    let mut found = Twins::default();
    let mut channels: HashMap<&ChannelId, (Vec<&Post>, Vec<&Post>)> = HashMap::new();
    for post in posts {
        let of_channel = channels.entry(&post.channel).or_default();
        if rank(&post.source, false) == 2 { of_channel.0.push(post) } else { of_channel.1.push(post) }
    }
    for (asked, filed) in channels.into_values().filter(|(asked, filed)| !asked.is_empty() && !filed.is_empty()) {
        let mut left = by_address(&asked, &filed, &mut found);
        if left.first().is_some_and(|post| post.platform == Platform::LinkedIn) {
            left.retain(|post| post.id.as_str().contains("activity") || snowflake(post.id.as_str()).is_none());
            by_moment(&asked, &left, &mut found);
        }
    }
    found
}

fn key(post: &Post) -> (ChannelId, PostId) {
    (post.channel.clone(), post.id.clone())
}

/// Pairs posts that stand at the same address; those that are left.
fn by_address<'p>(asked: &[&Post], filed: &[&'p Post], found: &mut Twins) -> Vec<&'p Post> {
    let (theirs, ours) = (at_places(asked), at_places(filed));
    let ids: BTreeSet<&PostId> = asked.iter().map(|post| &post.id).collect();
    let mut left = Vec::new();
    for post in filed.iter().filter(|post| !ids.contains(&post.id)) {
        let place = post.permalink.as_deref().map(place_of);
        // An address that several posts of one side have tells none of them.
        match place.and_then(|place| Some((theirs.get(&place)?.as_slice(), ours.get(&place)?.len()))) {
            Some(([other], 1)) => {
                found.same.insert(key(post), (*other).clone());
            }
            _ => left.push(*post),
        }
    }
    left
}

/// The posts at each address.
fn at_places<'p>(posts: &[&'p Post]) -> HashMap<String, Vec<&'p PostId>> {
    let mut places: HashMap<String, Vec<&PostId>> = HashMap::new();
    for post in posts {
        if let Some(link) = post.permalink.as_deref() {
            places.entry(place_of(link)).or_default().push(&post.id);
        }
    }
    places
}

/// Pairs posts by the moment of their making and their text. Each of the interface's is given to one file's post.
fn by_moment(asked: &[&Post], filed: &[&Post], found: &mut Twins) {
    let texts: HashMap<&PostId, String> =
        asked.iter().chain(filed).map(|post| (&post.id, normal(&post.text))).collect();
    let text = |post: &Post| texts.get(&post.id).map_or("", String::as_str);
    let mut pairs: Vec<(TimeDelta, &Post, &Post)> = Vec::new();
    let mut unclear: Vec<&Post> = Vec::new();
    for post in filed {
        let moment = snowflake(post.id.as_str());
        for other in asked.iter().filter(|other| (other.published - post.published).abs() <= TimeDelta::days(2)) {
            match alike(moment, post, other, text(post), text(other)) {
                Alike::Same(distance) => pairs.push((distance, post, other)),
                Alike::Perhaps => unclear.push(post),
                Alike::Different => {}
            }
        }
    }
    pairs.sort_by(|one, two| (one.0, &one.1.id, &one.2.id).cmp(&(two.0, &two.1.id, &two.2.id)));
    let (mut taken, mut placed) = (BTreeSet::new(), BTreeSet::new());
    for (_, post, other) in &pairs {
        if !taken.contains(&other.id) && !placed.contains(&post.id) {
            taken.insert(other.id.clone());
            placed.insert(post.id.clone());
            found.same.insert(key(post), other.id.clone());
        }
    }
    // One that was the same as a post that went to another, or perhaps the same as any, is not counted beside it.
    let stood = pairs.iter().map(|(_, post, _)| *post).chain(unclear);
    found.unclear.extend(stood.filter(|post| !placed.contains(&post.id)).map(key));
}

enum Alike {
    /// The same, made so far apart.
    Same(TimeDelta),
    /// It cannot be told.
    Perhaps,
    Different,
}

fn alike(moment: Option<DateTime<Utc>>, post: &Post, other: &Post, text: &str, other_text: &str) -> Alike {
    let same_text = match (text.is_empty(), other_text.is_empty()) {
        (false, false) => Some(text == other_text || begins(text, other_text) || begins(other_text, text)),
        _ => None,
    };
    let telling = text.chars().count().min(other_text.chars().count()) >= TELLING;
    let Some(moment) = moment else {
        // Only the day is known of the file's post.
        return match (same_text, telling) {
            (Some(true), true) => Alike::Same((post.published - other.published).abs()),
            (Some(false), _) => Alike::Different,
            _ => Alike::Perhaps,
        };
    };
    let times = [snowflake(other.id.as_str()), Some(other.published)];
    let distance = times.into_iter().flatten().map(|time| (time - moment).abs()).min().unwrap_or(TimeDelta::MAX);
    match (distance <= NEAR, same_text) {
        (true, Some(true) | None) => Alike::Same(distance),
        // A post that was planned has an id from when it was written.
        (false, Some(true)) if telling => Alike::Same(distance),
        (true, Some(false)) if distance <= TimeDelta::seconds(2) => Alike::Perhaps,
        _ => Alike::Different,
    }
}

/// Whether the longer text goes on where the shorter, which a file may have cut, ends.
fn begins(longer: &str, shorter: &str) -> bool {
    shorter.chars().count() >= TELLING && longer.starts_with(shorter.trim_end_matches(['…', '.']))
}

/// Letters and digits only: the two ways write hashtags, mentions and breaks differently.
fn normal(text: &str) -> String {
    let text = text.replace("hashtag#", "#").to_lowercase();
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The moment that `LinkedIn` wrote into the upper bits of an id, where it is one of its long ids.
fn snowflake(id: &str) -> Option<DateTime<Utc>> {
    let digits = id.rsplit(':').next()?;
    let number: i64 = digits.parse().ok().filter(|_| digits.len() == 19)?;
    DateTime::from_timestamp_millis(number >> 22)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OrganisationId, PostFormat};

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn post(id: &str, published: &str, text: &str, source: &str) -> Post {
        Post {
            organisation: OrganisationId::from("granvik"),
            platform: Platform::LinkedIn,
            channel: ChannelId::from("li"),
            id: PostId::from(id),
            published: moment(published),
            format: PostFormat::Text,
            text: text.to_owned(),
            permalink: Some(format!("https://www.linkedin.com/feed/update/{id}/")),
            link: None,
            seen: moment("2024-01-01T00:00:00Z"),
            source: source.to_owned(),
        }
    }

    /// An id of the moment, as `LinkedIn` makes them.
    fn id(kind: &str, at: &str) -> String {
        format!("urn:li:{kind}:{}", moment(at).timestamp_millis() << 22 | 0x4d)
    }

    const API: &str = "api:202608";
    const FILE: &str = "import:0123456789abcdef@2024-01-01T00:00:00Z";

    #[test]
    fn a_recorded_id_tells_when_it_was_made() {
        // A recorded answer: this post says `createdAt` 2023-10-13 17:32:47.678.
        let told = snowflake("urn:li:ugcPost:7118649787851124736").unwrap();
        assert_eq!(told, moment("2023-10-13T17:32:47.541Z"));
        assert_eq!(snowflake("urn:li:share:1035074525"), None, "ids of the first years say nothing");
    }

    #[test]
    fn moment_and_text_make_one_of_two() {
        let posts = [
            post(
                &id("share", "2023-10-13T17:32:47Z"),
                "2023-10-13T17:32:47Z",
                "Vi söker #undersköterskor till natten",
                API,
            ),
            post(
                &id("ugcPost", "2023-10-13T17:33:10Z"),
                "2023-10-13T17:33:10Z",
                "Nu öppnar simhallen igen efter sommaren",
                API,
            ),
            post(&id("ugcPost", "2023-10-20T08:00:00Z"), "2023-10-20T08:00:00Z", "", API),
            post(
                &id("activity", "2023-10-13T17:32:48Z"),
                "2023-10-13T00:00:00Z",
                "Vi söker hashtag#undersköterskor till natten",
                FILE,
            ),
            post(&id("activity", "2023-10-13T17:33:11Z"), "2023-10-13T00:00:00Z", "Nu öppnar simhallen igen…", FILE),
            post(&id("activity", "2023-10-13T19:00:00Z"), "2023-10-13T00:00:00Z", "Något helt annat samma dag", FILE),
            post(&id("activity", "2021-01-01T19:00:00Z"), "2021-01-01T00:00:00Z", "Från före gränssnittets tid", FILE),
            post(&id("activity", "2023-10-20T08:00:01Z"), "2023-10-20T00:00:00Z", "", FILE),
        ];
        let found = twins(&posts);
        let same: Vec<(&str, &str)> = found.same.iter().map(|((_, file), api)| (file.as_str(), api.as_str())).collect();
        let pair = |file: usize, api: usize| (posts[file].id.as_str(), posts[api].id.as_str());
        assert_eq!(same, [pair(3, 0), pair(4, 1), pair(7, 2)]);
        assert!(found.unclear.is_empty(), "{found:?}");
    }

    #[test]
    fn what_cannot_be_told_stands_back() {
        // Only the day, and no text: it may be either of the two.
        let posts = [
            post(&id("share", "2023-10-13T10:00:00Z"), "2023-10-13T10:00:00Z", "Ett", API),
            post(&id("share", "2023-10-13T15:00:00Z"), "2023-10-13T15:00:00Z", "Två", API),
            post("row:1", "2023-10-13T00:00:00Z", "", FILE),
            post("row:2", "2023-09-13T00:00:00Z", "", FILE),
        ];
        let found = twins(&posts);
        assert!(found.same.is_empty());
        let unclear: Vec<&str> = found.unclear.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(unclear, ["row:1"], "a day on which the interface has no post is another post");
    }

    #[test]
    fn the_same_address_is_the_same_post() {
        let mut api = post("1", "2023-10-13T10:00:00Z", "Ett", API);
        let mut file = post("2", "2023-10-13T10:00:00Z", "Ett", FILE);
        (api.platform, file.platform) = (Platform::Instagram, Platform::Instagram);
        api.permalink = Some("https://www.instagram.com/p/C1/".to_owned());
        file.permalink = Some("https://instagram.com/p/C1?img_index=1".to_owned());
        assert_eq!(twins(&[api, file]).same.len(), 1);
    }
}
