//! What the parts of a report share while it is composed: the words, the way numbers are written, and the register of
//! every figure that is printed. A number reaches the page through here or not at all.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Cell, Material, Sentence};
use crate::model::told::Told;
use crate::model::{Channel, ChannelId, Figure, FigureId, MetricName, Missing, Number, Period, Trace, Unit};
use crate::words::{Locale, Words, fill};

/// A report under way.
pub(super) struct Draft<'a> {
    pub material: &'a Material<'a>,
    pub words: &'a Words,
    pub locale: Locale,
    figures: Vec<Figure>,
    places: BTreeMap<FigureId, usize>,
}

/// What fills a place of a phrase.
#[derive(Clone, Copy)]
pub(super) enum Part<'p> {
    /// Words, names and dates: no number of ours.
    Text(&'p str),
    /// A figure as its unit is written.
    Value(&'p Figure),
    /// The same with its sign.
    Signed(&'p Figure),
    /// The same without its sign.
    Size(&'p Figure),
    /// A count in words.
    Spelled(&'p Figure),
    /// No text: the figure behind a number that other words tell.
    Behind(&'p Figure),
}

impl<'a> Draft<'a> {
    pub fn new(material: &'a Material<'a>, words: &'a Words) -> Self {
        let locale = Locale::of(material.language);
        Self { material, words, locale, figures: Vec::new(), places: BTreeMap::new() }
    }

    /// Every figure that was printed, in the order of printing.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Writes the figure into the register and returns the name it has there.
    pub fn register(&mut self, figure: &Figure) -> FigureId {
        let mut figure = figure.clone();
        if figure.number().is_some_and(|number| !number.is_finite()) {
            figure.value = Err(Missing::Unreadable);
        }
        let stem = figure.id.clone();
        let mut number = 1;
        // Two figures of one name are told apart, never mixed up.
        while let Some(at) = self.places.get(&figure.id) {
            if self.figures[*at].value == figure.value && self.figures[*at].period == figure.period {
                return figure.id;
            }
            number += 1;
            figure.id = FigureId(format!("{stem}.{number}"));
        }
        let id = figure.id.clone();
        self.places.insert(id.clone(), self.figures.len());
        self.figures.push(figure);
        id
    }

    /// The figure as it is printed: the number, or a short word for why there is none.
    pub fn shown(&self, figure: &Figure) -> String {
        match &figure.value {
            Ok(number) if number.value.is_finite() => self.locale.written(*number),
            Ok(_) => self.short(&Missing::Unreadable),
            Err(missing) => self.short(missing),
        }
    }

    /// A cell with a figure; what the platform may still change carries a mark.
    pub fn cell(&mut self, figure: &Figure) -> Cell {
        let mut text = self.shown(figure);
        if figure.preliminary && figure.value.is_ok() {
            text.push_str(PRELIMINARY);
        }
        Cell { text, number: finite(figure), figure: Some(self.register(figure)), ..Cell::default() }
    }

    /// A cell with a figure that is a difference: told with its sign.
    pub fn signed_cell(&mut self, figure: &Figure) -> Cell {
        let cell = self.cell(figure);
        match &figure.value {
            Ok(number) => Cell { text: self.locale.signed(*number), ..cell },
            Err(_) => cell,
        }
    }

    /// A phrase in a cell. The first figure is the one that a spreadsheet gets.
    pub fn phrase_cell(&mut self, phrase: &str, parts: &[(&str, Part<'_>)]) -> Cell {
        let sentence = self.say(phrase, parts);
        let number = parts.iter().find_map(|(_, part)| part.figure()).and_then(finite);
        let mut figures = sentence.figures.into_iter();
        Cell { text: sentence.text, number, figure: figures.next(), also: figures.collect(), ..Cell::default() }
    }

    /// A phrase with its places filled and its figures registered.
    pub fn say(&mut self, phrase: &str, parts: &[(&str, Part<'_>)]) -> Sentence {
        let texts: Vec<(&str, String)> = parts.iter().map(|(name, part)| (*name, self.written(*part))).collect();
        let values: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let mut figures = Vec::new();
        for figure in parts.iter().filter_map(|(_, part)| part.figure()) {
            let id = self.register(figure);
            if !figures.contains(&id) {
                figures.push(id);
            }
        }
        Sentence { text: fill(phrase, &values), figures }
    }

    /// A figure that the report itself counted.
    pub fn count(&self, id: impl Into<String>, metric: &str, count: usize, how: Told) -> Figure {
        let value = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        self.figure(id, metric, Number { value, unit: Unit::Count }, how)
    }

    /// A figure of the report's period that rests on no observation of its own.
    pub fn figure(&self, id: impl Into<String>, metric: &str, number: Number, how: Told) -> Figure {
        Figure {
            id: FigureId(id.into()),
            metric: MetricName::from(metric),
            period: self.material.period,
            value: Ok(number),
            preliminary: false,
            trace: Trace { how: how.into(), ..Trace::default() },
        }
    }

    /// The channel of the name, where the facts have it.
    pub fn channel(&self, id: &ChannelId) -> Option<&'a Channel> {
        self.material.facts.channel(id)
    }

    /// The channel's name for readers.
    pub fn channel_title(&self, id: &ChannelId) -> String {
        self.channel(id).map_or_else(|| id.to_string(), |channel| channel.title.clone())
    }

    /// The metric's name for readers.
    pub fn metric_title(&self, metric: &MetricName) -> String {
        let canonical = self.material.catalog.canonical(metric);
        canonical.map_or_else(|| metric.to_string(), |it| it.title.get(self.material.language).to_owned())
    }

    /// The metric's name within a sentence.
    pub fn metric_within(&self, metric: &MetricName) -> String {
        lower_first(&self.metric_title(metric))
    }

    /// The days of a stretch, as people write them.
    pub fn days(&self, period: Period) -> String {
        self.locale.days(period, true)
    }

    /// The day before which everything lies that the report looks at.
    pub fn last_day(&self) -> NaiveDate {
        self.material.period.last()
    }

    /// How so many are told in words; above twelve in digits.
    pub fn spelled(&self, count: usize) -> String {
        self.words
            .counts
            .get(count)
            .cloned()
            .unwrap_or_else(|| self.locale.whole(f64::from(u32::try_from(count).unwrap_or(u32::MAX))))
    }

    fn written(&self, part: Part<'_>) -> String {
        match part {
            Part::Text(text) => text.to_owned(),
            Part::Value(figure) => self.shown(figure),
            Part::Signed(figure) => match &figure.value {
                Ok(number) if number.value.is_finite() => self.locale.signed(*number),
                _ => self.shown(figure),
            },
            Part::Size(figure) => match &figure.value {
                Ok(number) if number.value.is_finite() => {
                    self.locale.written(Number { value: number.value.abs(), ..*number })
                }
                _ => self.shown(figure),
            },
            Part::Spelled(figure) => self.spelled(whole(figure)),
            Part::Behind(_) => String::new(),
        }
    }

    fn short(&self, missing: &Missing) -> String {
        let words = &self.words.missing_short;
        let text = match missing {
            Missing::NotFetched => &words.not_fetched,
            Missing::Absent => &words.absent,
            Missing::Suppressed => &words.suppressed,
            Missing::Refused => &words.refused,
            Missing::Unreadable => &words.unreadable,
            Missing::NotAdditive => &words.not_additive,
            Missing::DefinitionsDiffer => &words.definitions_differ,
            Missing::Coverage { .. } => &words.coverage,
            Missing::ChannelsLacking { .. } => &words.channels_lacking,
            Missing::MetricBreak { .. } => &words.metric_break,
            Missing::NoBaseline => &words.no_baseline,
            Missing::NoPopulation => &words.no_population,
            Missing::SampleTooSmall { .. } => &words.sample_too_small,
            Missing::NothingClosed => &words.nothing_closed,
            Missing::ZeroDenominator => &words.zero_denominator,
            Missing::NotJudged => &words.not_judged,
            Missing::TooShort { .. } => &words.too_short,
            Missing::TooFewEvents { .. } => &words.too_few_events,
            Missing::NoVariation => &words.no_variation,
            Missing::NoSurvey => &words.no_survey,
            Missing::PostsLacking { .. } => &words.posts_lacking,
            Missing::NotOfPosts => &words.not_of_posts,
            Missing::NotByCampaign => &words.not_by_campaign,
            Missing::NoLabels => &words.no_labels,
            Missing::TooFewPeers { .. } => &words.too_few_peers,
        };
        text.clone()
    }
}

/// The mark of a value that the platform may still change.
pub(super) const PRELIMINARY: &str = "\u{202f}*";

impl<'p> Part<'p> {
    fn figure(self) -> Option<&'p Figure> {
        match self {
            Self::Text(_) => None,
            Self::Value(figure)
            | Self::Signed(figure)
            | Self::Size(figure)
            | Self::Spelled(figure)
            | Self::Behind(figure) => Some(figure),
        }
    }
}

/// A cell with words alone.
pub(super) fn words_cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

/// The text with its first letter small, for the middle of a sentence.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The text with its first letter capital.
pub(super) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn finite(figure: &Figure) -> Option<f64> {
    figure.number().filter(|number| number.is_finite())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that the report made itself")]
fn whole(figure: &Figure) -> usize {
    figure.number().unwrap_or(0.0).max(0.0).round() as usize
}
