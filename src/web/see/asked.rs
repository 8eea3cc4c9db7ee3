//! What an address asks for: the period, what it is held against, the unit, the language; and the addresses that keep them.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use crate::model::{CampaignId, ChannelId, PostId, UnitId};
use crate::pipeline::{Against, App, PostAnswer, SeeOrder, Sight, campaigns_of, find_channel, named_period, see};
use crate::report::{Leads, Seen};
use crate::words::Locale;

/// What may stand in a part of a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The part of an address after `?`. What is empty was not asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    /// `week`, `month`, `tertial`, `year`, or a period as people write it: `2026-W46`.
    pub(super) period: Option<String>,
    /// The first of two days, where they are asked for.
    pub(super) first: Option<String>,
    /// The last of them.
    pub(super) last: Option<String>,
    /// `year`: the same period last year; else the period before.
    pub(super) compare: Option<String>,
    /// Only this unit.
    pub(super) unit: Option<String>,
    /// What a figure or a table is part of.
    pub(in crate::web) view: Option<String>,
    /// Only posts of this channel.
    pub(super) channel: Option<String>,
    /// Only posts with this label.
    pub(super) label: Option<String>,
    /// Only posts of this kind.
    pub(super) format: Option<String>,
    /// The column that posts are sorted by.
    pub(super) sort: Option<String>,
    /// `up`: the least first.
    pub(super) order: Option<String>,
    /// Which page of a long table.
    pub(super) page: Option<usize>,
    /// The language of an answer for programs.
    pub(super) language: Option<String>,
}

impl Asked {
    /// Whether the post is among those that were asked for.
    pub(in crate::web) fn fits(&self, post: &PostAnswer) -> bool {
        given(self.channel.as_ref()).is_none_or(|it| post.channel == it)
            && given(self.label.as_ref()).is_none_or(|it| post.labels.iter().any(|label| label == it))
            && given(self.format.as_ref()).is_none_or(|it| post.format == it)
    }

    /// The unit that was asked for, if the visitor may see it.
    pub(in crate::web) fn unit(&self, app: &App, visitor: &Visitor) -> Result<Option<UnitId>, Refusal> {
        unit_of(app, visitor, self)
    }
}

/// The text, if there is any.
pub(super) fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// What was asked for, and what is seen of it.
pub(in crate::web) struct Looked {
    /// Everything opened.
    pub(in crate::web) app: App,
    /// What was asked for.
    pub(in crate::web) order: SeeOrder,
    /// What is seen.
    pub(in crate::web) sight: Arc<Sight>,
    /// The addresses around it.
    pub(in crate::web) links: Links,
    /// How numbers and dates are written.
    pub(in crate::web) locale: Locale,
}

/// Looks at what was asked for, if the visitor may.
pub(in crate::web) async fn look(
    shared: &Shared,
    visitor: &Visitor,
    asked: &Asked,
    seen: Seen,
) -> Result<Looked, Refusal> {
    let app = shared.app();
    let now = shared.now();
    let unit = unit_of(&app, visitor, asked)?;
    let order = order(&app, visitor, asked, seen, unit, now)?;
    allowed(&app, visitor, &order.seen)?;
    let sight = see(&app, &order, now).await?;
    let code = sight.report.period.code(app.config.organisation.calendar);
    let links = Links::of(asked, &order, &code);
    let locale = Locale::of(order.language);
    Ok(Looked { app, order, sight, links, locale })
}

fn order(
    app: &App,
    visitor: &Visitor,
    asked: &Asked,
    seen: Seen,
    unit: Option<UnitId>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<SeeOrder, Refusal> {
    let written = match (given(asked.first.as_ref()), given(asked.last.as_ref())) {
        (Some(first), Some(last)) => Some(format!("{first}..{last}")),
        (Some(day), None) | (None, Some(day)) => Some(day.to_owned()),
        (None, None) => given(asked.period.as_ref()).map(str::to_owned),
    };
    let bad = |name: &str| Refusal::Bad(visitor.tell("see.bad_period", &[("period", name)]));
    let period = written.map(|name| named_period(app, &name, now).map_err(|_| bad(&name))).transpose()?;
    let against = if given(asked.compare.as_ref()) == Some("year") { Against::YearBefore } else { Against::Previous };
    let language = given(asked.language.as_ref()).and_then(crate::model::Language::parse).unwrap_or(visitor.language);
    Ok(SeeOrder { seen, against, language, unit, period, as_known_at: None })
}

/// The unit that was asked for; for a visitor who is limited to units the first of them.
fn unit_of(app: &App, visitor: &Visitor, asked: &Asked) -> Result<Option<UnitId>, Refusal> {
    let unit = match given(asked.unit.as_ref()) {
        Some(unit) => Some(UnitId::from(unit)),
        None => visitor.units.as_ref().and_then(|units| units.first().cloned()),
    };
    if let Some(unit) = unit.as_ref()
        && app.config.units.find(unit).is_none()
    {
        return Err(Refusal::NotFound);
    }
    visitor.may_see(app, unit.as_ref())?;
    Ok(unit)
}

/// Whether the visitor may see the one thing that is looked at. What they may not see is not there.
fn allowed(app: &App, visitor: &Visitor, seen: &Seen) -> Result<(), Refusal> {
    match seen {
        Seen::Whole | Seen::Posts => Ok(()),
        Seen::Channel(channel) | Seen::Post(channel, _) => {
            visitor.may_see(app, Some(&find_channel(app, channel)?.unit))
        }
        Seen::Campaign(id) => match visitor.units.as_ref() {
            None => Ok(()),
            Some(units) => {
                let within = |unit: &UnitId| campaigns_of(app, Some(unit)).iter().any(|it| &it.id == id);
                if units.iter().any(within) { Ok(()) } else { Err(Refusal::NotFound) }
            }
        },
    }
}

/// The addresses around what is looked at: they keep the period, the comparison and the unit.
#[derive(Debug, Clone)]
pub(in crate::web) struct Links {
    kept: Vec<(&'static str, String)>,
    view: String,
}

impl Links {
    fn of(asked: &Asked, order: &SeeOrder, code: &str) -> Self {
        let mut kept = Vec::new();
        if let Some(period) = given(asked.period.as_ref()).filter(|_| given(asked.first.as_ref()).is_none()) {
            kept.push(("period", period.to_owned()));
        } else if given(asked.first.as_ref()).or(given(asked.last.as_ref())).is_some() {
            kept.push(("period", code.to_owned()));
        }
        if order.against == Against::YearBefore {
            kept.push(("compare", "year".to_owned()));
        }
        if let Some(unit) = given(asked.unit.as_ref()) {
            kept.push(("unit", unit.to_owned()));
        }
        Self { kept, view: view_name(&order.seen) }
    }

    /// The address of a path.
    pub(super) fn to(&self, path: &str) -> String {
        self.with(path, &[])
    }

    /// The same with more, which goes before what is kept of the same name; an empty text takes it away.
    pub(super) fn with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        for (key, value) in self.kept.iter().filter(|(key, _)| !more.iter().any(|(other, _)| other == key)) {
            query.append_pair(key, value);
        }
        for (key, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(key, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Where a figure comes from.
    pub(super) fn trace(&self, figure: &str) -> String {
        self.with(&format!("/trace/now/{}", part(figure)), &[("view", &self.view)])
    }

    /// A table by itself: as a page with an empty ending, else as a file.
    pub(super) fn table(&self, id: &str, ending: &str) -> String {
        self.with(&format!("/table/now/{}{ending}", part(id)), &[("view", &self.view)])
    }

    /// What the link of a cell leads to; the second is true for an address elsewhere.
    pub(super) fn leads(&self, link: &str) -> Option<(String, bool)> {
        match Leads::parse(link) {
            Some(Leads::Unit(unit)) => Some((self.with("/", &[("unit", &unit)]), false)),
            Some(Leads::Channel(channel)) => Some((self.to(&format!("/channel/{}", part(&channel))), false)),
            Some(Leads::Campaign(campaign)) => Some((self.to(&format!("/campaign/{}", part(&campaign))), false)),
            Some(Leads::Post(channel, post)) => {
                Some((self.to(&format!("/post/{}/{}", part(&channel), part(&post))), false))
            }
            None if link.starts_with("https://") || link.starts_with("http://") => Some((link.to_owned(), true)),
            None => None,
        }
    }

    /// What is kept, for the hidden fields of forms; without the named ones.
    pub(super) fn kept(&self, but: &[&str]) -> Vec<(&'static str, String)> {
        self.kept.iter().filter(|(key, _)| !but.contains(key)).cloned().collect()
    }
}

/// A part of a path.
pub(super) fn part(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// What is looked at, as it stands in addresses.
fn view_name(seen: &Seen) -> String {
    match seen {
        Seen::Whole => "whole".to_owned(),
        Seen::Posts => "posts".to_owned(),
        Seen::Channel(channel) => format!("channel/{channel}"),
        Seen::Campaign(campaign) => format!("campaign/{campaign}"),
        Seen::Post(channel, post) => format!("post/{channel}/{post}"),
    }
}

/// The inverse.
pub(in crate::web) fn named_view(name: &str) -> Option<Seen> {
    match name.split_once('/') {
        None => match name {
            "whole" | "" => Some(Seen::Whole),
            "posts" => Some(Seen::Posts),
            _ => None,
        },
        Some(("channel", id)) => Some(Seen::Channel(ChannelId::from(id))),
        Some(("campaign", id)) => Some(Seen::Campaign(CampaignId::from(id))),
        Some(("post", rest)) => {
            rest.split_once('/').map(|(channel, post)| Seen::Post(ChannelId::from(channel), PostId::from(post)))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn what_is_looked_at_is_read_as_it_was_written() {
        let all = [
            Seen::Whole,
            Seen::Posts,
            Seen::Channel(ChannelId::from("fb")),
            Seen::Campaign(CampaignId::from("c")),
            Seen::Post(ChannelId::from("li"), PostId::from("urn:li:share:1/2")),
        ];
        for seen in all {
            assert_eq!(named_view(&view_name(&seen)), Some(seen));
        }
        assert_eq!(named_view("elsewhere"), None);
        assert_eq!(named_view("file//etc"), None);
    }

    #[test]
    fn addresses_keep_what_was_chosen_and_escape_what_they_are_given() {
        let asked = Asked {
            period: Some("2026-W46".to_owned()),
            compare: Some("year".to_owned()),
            unit: Some("kultur & fritid".to_owned()),
            ..Asked::default()
        };
        let order = SeeOrder { against: Against::YearBefore, ..SeeOrder::whole(Language::Swedish) };
        let links = Links::of(&asked, &order, "2026-W46");
        assert_eq!(links.to("/channels"), "/channels?period=2026-W46&compare=year&unit=kultur+%26+fritid");
        assert_eq!(links.with("/", &[("unit", ""), ("period", "2026-10")]), "/?compare=year&period=2026-10");
        assert_eq!(
            links.leads("see:post/fb/1_2?x"),
            Some(("/post/fb/1_2%3Fx?period=2026-W46&compare=year&unit=kultur+%26+fritid".to_owned(), false))
        );
        assert_eq!(links.leads("javascript:alert(1)"), None);
    }
}
