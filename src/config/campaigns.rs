//! Campaigns, and the rules that label posts.

use super::fault::say;
use super::hand_labels::HandLabel;
use super::refer::{Names, Thing};
use super::table::Table;
use crate::catalog::Catalog;
use crate::model::{
    Campaign, CampaignId, ChannelId, GoalId, KnownEvent, MetricName, PeerValue, Rollup, Survey, UnitId,
};

/// More would mean more combinations than can be compared.
const MOST_CONTROLS: usize = 8;

/// A rule that labels posts: any of its conditions is enough. Letters' case does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRule {
    /// The label.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// Words or phrases in the post's text.
    pub text: Vec<String>,
    /// Hashtags, without `#`, lower case.
    pub hashtags: Vec<String>,
    /// Parts of the address that the post leads to.
    pub links: Vec<String>,
}

impl LabelRule {
    /// Whether a post with this text and link gets the label.
    pub fn matches(&self, text: &str, link: Option<&str>) -> bool {
        let text = text.to_lowercase();
        let link = link.map(str::to_lowercase).unwrap_or_default();
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let has_tag = |tag: &String| {
            text.match_indices('#').any(|(at, _)| {
                let rest = &text[at + 1..];
                rest.strip_prefix(tag.as_str()).is_some_and(|after| !after.starts_with(is_letter))
            })
        };
        self.text.iter().any(|words| text.contains(&words.to_lowercase()))
            || self.hashtags.iter().any(has_tag)
            || self.links.iter().any(|part| link.contains(&part.to_lowercase()))
    }
}

pub(super) fn labels(root: &Table<'_>, by_hand: &[HandLabel]) -> Vec<LabelRule> {
    root.tables("label")
        .into_iter()
        .filter_map(|table| {
            let texts = |key: &str| -> Vec<String> { table.texts(key).into_iter().map(|(text, _)| text).collect() };
            let hashtags = texts("hashtags").iter().map(|tag| tag.trim_start_matches('#').to_lowercase()).collect();
            let used_by_hand = |id: String| by_hand.iter().any(|it| it.with.contains(&id));
            let has_rule = ["text", "hashtags", "links"].iter().any(|key| table.has(key));
            if !has_rule && !table.text("id").is_some_and(used_by_hand) {
                table.faults.push_unsure(super::Fault::new(
                    table.start(),
                    say("the label has no rule", "etiketten har inget villkor"),
                    say(
                        "expected `text`, `hashtags` or `links`, or posts that carry it in `labels.csv`",
                        "väntade `text`, `hashtags` eller `links`, eller inlägg som har den i `labels.csv`",
                    ),
                ));
            }
            let id = table.text("id")?;
            let title = table.text("title").unwrap_or_else(|| id.clone());
            Some(LabelRule { id, title, text: texts("text"), hashtags, links: texts("links") })
        })
        .collect()
}

pub(super) fn campaigns(root: &Table<'_>, names: &Names, catalog: &Catalog) -> Vec<Campaign> {
    root.tables("campaign").into_iter().filter_map(|table| campaign(&table, names, catalog)).collect()
}

fn campaign(table: &Table<'_>, names: &Names, catalog: &Catalog) -> Option<Campaign> {
    let channels = names.many(table, "channels", Thing::Channel);
    let control = names.many(table, "control_channels", Thing::Channel);
    let unit = names.one(table, "unit", Thing::Unit).map(UnitId::from);
    let labels = names.many(table, "labels", Thing::Label);
    for (name, place) in table.texts("control_channels") {
        if channels.contains(&name) {
            table.faults.push(super::Fault::new(
                place,
                say(
                    format!("`{name}` is both used by the campaign and its control"),
                    format!("`{name}` både används av insatsen och är dess kontroll"),
                ),
                say("expected a channel that it did not touch", "väntade en kanal som den inte rörde"),
            ));
        }
    }
    if control.len() > MOST_CONTROLS {
        table.faults.push(table.fault(
            "control_channels",
            say(format!("{} control channels", control.len()), format!("{} jämförelsekanaler", control.len())),
            say(
                format!("expected at most {MOST_CONTROLS}, chosen by judgement and before looking at the outcome"),
                format!("väntade högst {MOST_CONTROLS}, valda med omdöme och innan någon sett utfallet"),
            ),
        ));
    }
    let events = table.tables("events").iter().filter_map(event).collect();
    in_order(table);
    Some(Campaign {
        id: CampaignId::from(table.text("id")?),
        title: table.text("title")?,
        start: table.day("start")?,
        end: table.day("end")?,
        unit,
        channels: channels.into_iter().map(ChannelId::from).collect(),
        labels,
        landing_pages: table.texts("landing_pages").into_iter().map(|(text, _)| text).collect(),
        control_channels: control.into_iter().map(ChannelId::from).collect(),
        events,
        why: table.text("why"),
        outcome: outcome(table, catalog),
        outcome_channels: names
            .many(table, "outcome_channels", Thing::Channel)
            .into_iter()
            .map(ChannelId::from)
            .collect(),
        smallest_effect: table.number("smallest_effect"),
        drawn: table.flag("drawn").unwrap_or(false),
    })
}

/// A metric whose days can be judged: in the catalogue, and no count of unique people.
fn outcome(table: &Table<'_>, catalog: &Catalog) -> Option<MetricName> {
    let name = MetricName::from(table.text("outcome")?.as_str());
    let known = catalog.canonical(&name).map(|canonical| &canonical.rollup);
    let expected = match known {
        None => say("expected a name of `genomslag metrics`", "väntade ett namn ur `genomslag metrics`"),
        Some(Rollup::Never | Rollup::Last) => say(
            "expected a metric whose days add, or a rate: people counted once and totals cannot be compared day by day",
            "väntade ett mått vars dagar går att lägga ihop, eller en andel: unika personer och totaler kan inte jämföras dag för dag",
        ),
        Some(_) => return Some(name),
    };
    table.faults.push(table.fault(
        "outcome",
        say(format!("effect cannot be measured on `{name}`"), format!("effekt kan inte mätas på `{name}`")),
        expected,
    ));
    None
}

pub(super) fn surveys(root: &Table<'_>, names: &Names) -> Vec<Survey> {
    let survey = |table: &Table<'_>| {
        let (answered, agreed): (u32, u32) = (table.whole("answered")?, table.whole("agreed")?);
        if agreed > answered {
            table.faults.push(table.fault(
                "agreed",
                say(
                    format!("{agreed} of {answered} is more than all"),
                    format!("{agreed} av {answered} är fler än alla"),
                ),
                say("expected at most `answered`", "väntade högst `answered`"),
            ));
        }
        let design_effect = table.number("design_effect").unwrap_or(1.0);
        if design_effect < 1.0 {
            table.faults.push(table.fault(
                "design_effect",
                say(format!("`design_effect` is {design_effect}"), format!("`design_effect` är {design_effect}")),
                say("expected 1 or more", "väntade 1 eller mer"),
            ));
        }
        Some(Survey {
            goal: GoalId::from(names.one(table, "goal", Thing::Goal)?),
            date: table.day("date")?,
            answered,
            agreed,
            population: table.whole("population"),
            design_effect,
            source: table.text("source")?,
        })
    };
    root.tables("survey").iter().filter_map(survey).collect()
}

pub(super) fn peers(root: &Table<'_>) -> Vec<PeerValue> {
    let peer = |table: &Table<'_>| {
        Some(PeerValue {
            group: table.text("group")?,
            name: table.text("name")?,
            metric: MetricName::from(table.text("metric")?.as_str()),
            date: table.day("date")?,
            value: table.number("value")?,
            source: table.text("source")?,
        })
    };
    root.tables("peer").iter().filter_map(peer).collect()
}

fn event(table: &Table<'_>) -> Option<KnownEvent> {
    in_order(table);
    Some(KnownEvent { start: table.day("start")?, end: table.day("end")?, title: table.text("title")? })
}

fn in_order(table: &Table<'_>) {
    if let (Some(start), Some(end)) = (table.day("start"), table.day("end"))
        && start > end
    {
        table.faults.push(table.fault(
            "end",
            say(
                format!("it ends on {end}, before it starts on {start}"),
                format!("det slutar {end}, innan det börjar {start}"),
            ),
            say("expected `start` on or before `end`", "väntade `start` före eller samma dag som `end`"),
        ));
    }
}
