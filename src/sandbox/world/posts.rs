//! What was published, and what each post brings in the end.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Timelike, Weekday};
use chrono_tz::Europe::Stockholm;

use super::noise::{Noise, decimal, whole};
use super::texts::{DAYS, PLACES, Template, of_voice};
use super::{Account, Campaign, FIRST_DAY, Post, Season, Voice, World, midnight};
use crate::model::{Platform, PostFormat};

/// Every post of the account up to the world's time, ascending.
pub(super) fn of_account(world: &World, account: &Account) -> Vec<Post> {
    let noise = Noise::new(world.seed, &account.id);
    let mut monday = FIRST_DAY - Days::new(u64::from(FIRST_DAY.weekday().num_days_from_monday()));
    let mut posts = Vec::new();
    let mut turn = 0;
    while midnight(monday, Stockholm) <= world.now {
        for slot in slots(account, noise, monday) {
            let day = monday + Days::new(slot / 2);
            posts.push(one(world, account, noise, day, slot, turn));
            turn += 1;
        }
        monday = monday + Days::new(7);
    }
    posts.retain(|post| post.published <= world.now && post.published >= midnight(FIRST_DAY, Stockholm));
    posts.sort_by_key(|post| post.published);
    posts
}

/// The half-days of the week on which something is published: 0 is Monday morning, 13 Sunday afternoon.
fn slots(account: &Account, noise: Noise, monday: NaiveDate) -> Vec<u64> {
    let at = i64::from(monday.num_days_from_ce());
    let holiday = if (27..=31).contains(&monday.iso_week().week()) { 0.45 } else { 1.0 };
    let expected = account.posts_per_week * holiday;
    let planned = usize::try_from(noise.round("posts", at, expected)).unwrap_or(0);
    let count =
        if account.quiet.contains(&monday) { planned.min(1) } else { planned.max(usize::from(expected >= 1.0)) };
    let mut slots: Vec<(u64, f64)> = (0..14_u64)
        .map(|slot| {
            let weekend = if slot >= 10 { 2.5 } else { 1.0 };
            let evening = if slot % 2 == 1 { 1.0 } else { 1.15 };
            (slot, noise.share("slot", at * 16 + slot.cast_signed()) * weekend * evening)
        })
        .collect();
    slots.sort_by(|left, right| left.1.total_cmp(&right.1));
    slots.truncate(count);
    let mut chosen: Vec<u64> = slots.into_iter().map(|(slot, _)| slot).collect();
    chosen.sort_unstable();
    chosen
}

fn one(world: &World, account: &Account, noise: Noise, day: NaiveDate, slot: u64, turn: i64) -> Post {
    let at = i64::from(day.num_days_from_ce()) * 2 + (slot % 2).cast_signed();
    // Never before nine: the day is then the same in Stockholm, in UTC and on the US west coast.
    let (opens, minutes) = if slot.is_multiple_of(2) { (9 * 60 + 12, 160.0) } else { (13 * 60, 280.0) };
    let minute = opens + whole(noise.share("minute", at) * minutes);
    let published = midnight(day, Stockholm) + TimeDelta::minutes(minute) + TimeDelta::seconds(at % 60);
    let published = published.with_nanosecond(0).unwrap_or(published);
    // At most every second post belongs to the campaign.
    let campaign = world.campaigns_of(&account.id).find(|campaign| campaign.runs(day) && turn % 2 == 0);
    let template = choose(account, campaign, noise, day, turn);
    let format = format_of(account.platform, account.voice, template, noise, at);
    let id = identify(account, noise, published.timestamp_millis(), at);
    let link = address(world, account, campaign, template);
    let mut text = fill(template, noise, at, day);
    if let (Platform::Facebook | Platform::LinkedIn, Some(link)) = (account.platform, &link) {
        text = format!("{text}\n\n{link}");
    }
    let mut post = Post {
        permalink: permalink(account, &id),
        id,
        published,
        format,
        text,
        link,
        campaign: campaign.map(|campaign| campaign.slug.clone()),
        views: 0,
        reach: 0,
        reactions: 0,
        comments: 0,
        shares: 0,
        saves: 0,
        clicks: 0,
        settled: false,
    };
    weigh(account, noise, at, &mut post);
    post
}

/// Takes the texts of a voice in turn, those that fit the season.
fn choose(
    account: &Account,
    campaign: Option<&Campaign>,
    noise: Noise,
    day: NaiveDate,
    turn: i64,
) -> &'static Template {
    let voice = campaign.map_or(account.voice, |campaign| campaign.voice);
    let season = match day.month() {
        6..=8 => Season::Summer,
        11 | 12 | 1 | 2 => Season::Winter,
        _ => Season::Always,
    };
    let fitting: Vec<&Template> = of_voice(voice)
        .iter()
        .filter(|template| template.season == Season::Always || template.season == season)
        .collect();
    let start = noise.pick("first text", i64::from(campaign.is_some()), fitting.len());
    let steps = usize::try_from(if campaign.is_some() { turn / 2 } else { turn * 5 }).unwrap_or(0);
    fitting[(start + steps) % fitting.len()]
}

fn fill(template: &Template, noise: Noise, at: i64, day: NaiveDate) -> String {
    let place = PLACES[noise.pick("place", at, PLACES.len())];
    let ahead = noise.pick("ahead", at, 5) + 1;
    let weekday = DAYS[(day.weekday().num_days_from_monday() as usize + ahead) % 5];
    template.text.replace("{plats}", place).replace("{dag}", weekday)
}

fn format_of(platform: Platform, voice: Voice, template: &Template, noise: Noise, at: i64) -> PostFormat {
    let draw = noise.share("format", at);
    match platform {
        Platform::Instagram if draw < 0.24 => PostFormat::Reel,
        Platform::Instagram if draw < 0.5 => PostFormat::Carousel,
        Platform::Facebook if draw < 0.06 && voice == Voice::Kommun => PostFormat::Reel,
        Platform::Facebook | Platform::LinkedIn if draw < 0.12 => PostFormat::Video,
        Platform::Facebook | Platform::LinkedIn if !template.path.is_empty() && draw < 0.55 => PostFormat::Link,
        Platform::Facebook | Platform::LinkedIn if draw > 0.9 => PostFormat::Text,
        _ => PostFormat::Image,
    }
}

/// An id that looks like the platform's.
fn identify(account: &Account, noise: Noise, milliseconds: i64, at: i64) -> String {
    let salt = noise.number("id", at);
    match account.platform {
        // The end of the Page's number keeps posts of two Pages apart in the same second.
        Platform::Facebook => {
            let page = account.id.get(account.id.len().saturating_sub(3)..).unwrap_or_default();
            format!("{}_122{:09}{page}", account.id, milliseconds / 1000 % 1_000_000_000)
        }
        Platform::Instagram => format!("{}", 17_900_000_000_000_000 + salt % 90_000_000_000_000),
        Platform::LinkedIn => {
            let kind = if salt.is_multiple_of(3) { "ugcPost" } else { "share" };
            format!("urn:li:{kind}:{}", (milliseconds.cast_unsigned() << 22) | (salt & 0x3f_ffff))
        }
        Platform::Matomo | Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => salt.to_string(),
    }
}

fn permalink(account: &Account, id: &str) -> String {
    match account.platform {
        Platform::Facebook => {
            let post = id.rsplit('_').next().unwrap_or(id);
            format!("https://www.facebook.com/{}/posts/{post}", account.handle)
        }
        Platform::Instagram => {
            let number: u64 = id.parse().unwrap_or_default();
            format!("https://www.instagram.com/p/{}/", shortcode(number))
        }
        _ => format!("https://www.linkedin.com/feed/update/{id}"),
    }
}

/// The number written with Instagram's sixty-four signs.
fn shortcode(mut number: u64) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut code = Vec::new();
    while number > 0 {
        code.push(char::from(SIGNS[usize::try_from(number % 64).unwrap_or(0)]));
        number /= 64;
    }
    code.iter().rev().collect()
}

fn address(world: &World, account: &Account, campaign: Option<&Campaign>, template: &Template) -> Option<String> {
    let site = world.sites.first()?;
    if template.path.is_empty() {
        return None;
    }
    let address = format!("{}{}", site.address, template.path);
    Some(match campaign {
        Some(campaign) => format!(
            "{address}?utm_source={}&utm_medium=social&utm_campaign={}",
            account.platform.as_str(),
            campaign.slug
        ),
        None => address,
    })
}

/// What the post brings in the end.
fn weigh(account: &Account, noise: Noise, at: i64, post: &mut Post) {
    let liking = match post.format {
        PostFormat::Reel => 1.7,
        PostFormat::Video => 1.3,
        PostFormat::Link => 0.75,
        PostFormat::Text => 0.85,
        _ => 1.0,
    } * match account.voice {
        Voice::Kommun if post.text.contains("Vattenläcka") || post.text.contains("invigde") => 1.9,
        _ => 1.0,
    };
    let weekend = matches!(post.published.weekday(), Weekday::Sat | Weekday::Sun);
    let strength = liking * noise.factor("strength", at, 0.42) * if weekend { 0.85 } else { 1.0 };
    let share = 0.62 * 7.0 / account.posts_per_week.max(0.5);
    let views = account.views_per_day * share * strength;
    let engaged = views * account.engagement * noise.factor("engaged", at, 0.3);
    let parts = super::ledger::shares(account.platform);
    let count = |what: &str, part: f64| noise.round(what, at, engaged * part);
    post.views = whole(views);
    post.reach = whole(decimal(post.views) * (0.62 + 0.22 * noise.share("reach", at)));
    post.reactions = count("reactions", parts.reactions);
    post.comments = count("comments", parts.comments);
    post.shares = count("shares", parts.shares);
    post.saves = count("saves", parts.saves);
    let leads = if post.link.is_some() { 1.3 } else { 0.5 };
    post.clicks = count("clicks", parts.clicks * leads);
}
