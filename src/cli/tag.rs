//! `genomslag tag`: campaign-tagged links, one per channel, so that visits can be told apart.

use serde_json::json;
use url::Url;

use super::Ending;
use super::args::Tag;
use super::output::{self, Hinted};
use super::setup::Setup;
use crate::model::{Channel, Platform};

pub(super) fn run(setup: &Setup, options: &Tag) -> anyhow::Result<Ending> {
    let config = setup.config()?;
    let campaign = config.campaigns.iter().find(|it| it.id.as_str() == options.campaign);
    let Some(campaign) = campaign else {
        let names: Vec<&str> = config.campaigns.iter().map(|it| it.id.as_str()).collect();
        let hint = format!("the campaigns are: {}", names.join(", "));
        let error = Hinted::new(format!("there is no campaign `{}`", options.campaign), hint).swedish(
            format!("det finns ingen insats `{}`", options.campaign),
            format!("insatserna är: {}", names.join(", ")),
        );
        return Err(error.into());
    };
    let link = Url::parse(&options.link)
        .ok()
        .filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host())
        .ok_or_else(|| {
            Hinted::new(format!("`{}` is no web address", options.link), "write it whole: https://example.se/sida")
                .swedish(format!("`{}` är ingen webbadress", options.link), "skriv den hel: https://example.se/sida")
        })?;
    let wanted = |channel: &&Channel| {
        let named = options.channels.iter().any(|id| id == channel.id.as_str());
        let of_unit = options.unit.as_deref().is_none_or(|unit| channel.unit.as_str() == unit);
        let used = campaign.channels.is_empty() || campaign.channels.contains(&channel.id);
        channel.platform != Platform::Matomo && if options.channels.is_empty() { used && of_unit } else { named }
    };
    let channels: Vec<&Channel> = config.channels.iter().filter(wanted).collect();
    if channels.is_empty() {
        let hint = "name a channel with --channel, or give the campaign `channels`";
        let error = Hinted::new("no channel to make a link for", hint)
            .swedish("ingen kanal att göra en länk för", "ange en kanal med --channel, eller ge insatsen `channels`");
        return Err(error.into());
    }
    let links: Vec<(&Channel, Url)> =
        channels.into_iter().map(|channel| (channel, tagged(&link, channel, campaign.id.as_str()))).collect();
    if setup.common.json {
        let links: Vec<_> =
            links.iter().map(|(channel, link)| json!({ "channel": channel.id, "link": link.as_str() })).collect();
        output::json(&links)?;
    } else {
        for (channel, link) in &links {
            output::line(format!("{}\n  {link}", channel.title));
        }
    }
    Ok(Ending::Done)
}

/// The link with the tags that Matomo and Google Analytics read; tags that stood there already are replaced, the rest
/// stays.
fn tagged(link: &Url, channel: &Channel, campaign: &str) -> Url {
    let tags = [
        ("utm_source", channel.platform.as_str()),
        ("utm_medium", "social"),
        ("utm_campaign", campaign),
        ("utm_content", channel.id.as_str()),
    ];
    let kept: Vec<(String, String)> = link
        .query_pairs()
        .filter(|(name, _)| !tags.iter().any(|(tag, _)| tag == name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut tagged = link.clone();
    tagged.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(tags);
    tagged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LinkedInDoor;

    #[test]
    fn tags_are_added_and_the_rest_of_the_address_stays() {
        let channel = Channel {
            id: "fb-kommun".into(),
            title: "Kommunen".to_owned(),
            platform: Platform::Facebook,
            account: "1".to_owned(),
            unit: "kommunikation".into(),
            zone: chrono_tz::UTC,
            door: LinkedInDoor::default(),
            page: None,
            stories: false,
            demographics: false,
            by_files: false,
        };
        let link = Url::parse("https://bjorkvalla.example/familjehem?utm_source=x&lang=sv#anmal").unwrap();
        assert_eq!(
            tagged(&link, &channel, "familjehem-hosten").as_str(),
            "https://bjorkvalla.example/familjehem?lang=sv&utm_source=facebook&utm_medium=social&utm_campaign=familjehem-hosten&utm_content=fb-kommun#anmal"
        );
    }
}
