//! The metric catalogue: what every platform counts, under which name, since when, and what may be done with it.
//! The data stands in the `.toml` files beside this file, one per platform; these types read it.

mod derived;
mod formula;

pub use derived::{Derived, OwnMetric};
pub use formula::{Formula, FormulaError, FormulaErrorKind, Terms};

use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{Break, Language, MetricName, Platform, Rollup, Unit, Window};

/// A text in each language of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
}

impl Texts {
    /// The text in the language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.sv,
            Language::English => &self.en,
        }
    }
}

/// What may be done with a platform's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Additivity {
    /// Days add.
    Additive,
    /// People counted once: never added.
    Unique,
    /// A ratio of the platform's own: kept, never aggregated.
    Ratio,
    /// A stock or a counter, read at an instant.
    Gauge,
}

/// Whether a number is about an account or about one post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The account.
    Account,
    /// One post.
    Post,
}

/// Over which channels a canonical metric may be summed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Across {
    /// `"all"`: over all channels; `"none"`: over none.
    Word(AcrossWord),
    /// Only within one of these groups of platforms, whose definitions agree.
    Groups(Vec<Vec<Platform>>),
}

/// The two words of [`Across`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcrossWord {
    /// Over all channels.
    All,
    /// Over none.
    None,
}

/// A canonical metric: the word that goals use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canonical {
    /// Its name in goals.
    pub name: MetricName,
    /// Its name for readers.
    pub title: Texts,
    /// What it is a number of.
    pub unit: Unit,
    /// How days become one value.
    pub rollup: Rollup,
    /// Over which channels it may be summed.
    pub across: Across,
    /// What it means.
    pub definition: Texts,
}

/// One metric of one platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformMetric {
    /// The platform.
    pub platform: Platform,
    /// The platform's own name. Where an API gives a nested field, the path, e.g. `totalShareStatistics.clickCount`.
    pub name: String,
    /// The canonical metric that it feeds; none: kept, but used in no goal.
    #[serde(default)]
    pub canonical: Option<MetricName>,
    /// Canonical metrics that the platform does not report itself, but defines as a sum of which this metric is one
    /// summand: `LinkedIn` names its rate `(clicks + likes + comments + shares) / impressions` and gives no count.
    ///
    /// The rule. Metrics of the same platform, subject and `ask` that name the same canonical metric here are the
    /// summands of one sum. The sum exists for a stretch (same window, same start and end, no dimension; for a post:
    /// the same post and day of reading) only when *every* summand has a value there; is one of them absent, refused,
    /// suppressed or unreadable, the sum is not known and no partial sum is formed. It is `preliminary` when one summand
    /// is. Nothing is stored: the sum is formed on reading, by [`Catalog::summands`]. Unique counts and ratios are never
    /// summands.
    #[serde(default)]
    pub also_feeds: Vec<MetricName>,
    /// About an account or a post.
    pub subject: Subject,
    /// How to ask: the edge or method, in the connector's own words.
    pub ask: String,
    /// The windows that the platform gives.
    pub windows: Vec<Window>,
    /// Breakdowns worth asking for, e.g. `is_from_ads`.
    #[serde(default)]
    pub breakdowns: Vec<String>,
    /// Only for posts of these product types (Instagram: FEED, REELS, STORY); empty: all.
    #[serde(default)]
    pub products: Vec<String>,
    /// What it is a number of.
    pub unit: Unit,
    /// What may be done with it.
    pub additivity: Additivity,
    /// First day on which it existed, where known.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// First day on which it no longer exists.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// The metric that took its place.
    #[serde(default)]
    pub successor: Option<String>,
    /// Fewer followers than this and it does not exist.
    #[serde(default)]
    pub minimum_audience: Option<u32>,
    /// What it means.
    pub definition: Texts,
    /// Where the fact comes from.
    pub source: String,
}

impl PlatformMetric {
    /// Whether it exists on the day.
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// A catalogue that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file is not TOML of the right shape.
    #[error("the metric catalogue cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// Two entries, or two that do not fit together.
    #[error("the metric catalogue contradicts itself: {0}")]
    Contradiction(String),
}

/// The built-in files: the canonical metrics first, then a file per platform.
const BUILTIN_FILES: [&str; 9] = [
    include_str!("canonical.toml"),
    include_str!("facebook.toml"),
    include_str!("instagram.toml"),
    include_str!("linkedin.toml"),
    include_str!("matomo.toml"),
    include_str!("x.toml"),
    include_str!("youtube.toml"),
    include_str!("ga4.toml"),
    include_str!("own.toml"),
];

/// The whole catalogue.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The words that goals use.
    pub canonical: Vec<Canonical>,
    /// What the platforms count.
    pub metric: Vec<PlatformMetric>,
    /// Counts that the organisation makes of them by formulas.
    #[serde(skip)]
    pub derived: Vec<Derived>,
    /// The formulas of the organisation's own metrics, as they were written.
    #[serde(skip)]
    pub formulas: Vec<(MetricName, String)>,
}

impl Catalog {
    /// Reads a catalogue and checks that it hangs together.
    ///
    /// # Errors
    /// When the text has another shape, a name stands twice, or an entry names something that is not there.
    pub fn read(text: &str) -> Result<Self, CatalogError> {
        let catalog: Self = toml::from_str(text)?;
        catalog.contradiction().map_or(Ok(catalog), |what| Err(CatalogError::Contradiction(what)))
    }

    /// The catalogue that is built in.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the built-in file is read by one of them.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::read(&BUILTIN_FILES.concat()).expect("the built-in catalogue is tested"))
    }

    /// The canonical metric of the name.
    pub fn canonical(&self, name: &MetricName) -> Option<&Canonical> {
        self.canonical.iter().find(|canonical| &canonical.name == name)
    }

    /// The platform's metric of the name.
    pub fn metric(&self, platform: Platform, subject: Subject, name: &str) -> Option<&PlatformMetric> {
        self.metric
            .iter()
            .find(|metric| metric.platform == platform && metric.subject == subject && metric.name == name)
    }

    /// What feeds a canonical metric on a platform, alone or as a summand, oldest first. Where summands may occur, ask
    /// [`Catalog::summands`], which says which of these belong together.
    pub fn feeding(&self, canonical: &MetricName, platform: Platform, subject: Subject) -> Vec<&PlatformMetric> {
        let mut feeding: Vec<_> = self
            .metric
            .iter()
            .filter(|metric| {
                metric.platform == platform
                    && metric.subject == subject
                    && (metric.canonical.as_ref() == Some(canonical) || metric.also_feeds.contains(canonical))
            })
            .collect();
        feeding.sort_by_key(|metric| metric.valid_from);
        feeding
    }

    /// The ways in which a canonical metric is known on a platform, oldest first: each the list of platform metrics whose
    /// sum it is. Most lists have one member. A list with several is valid only where all its members have a value (see
    /// [`PlatformMetric::also_feeds`]). Several lists are different namings of the same thing (before and after a rename,
    /// or `LinkedIn`'s two doors): a day takes one of them, the newest that is complete, and never two added.
    pub fn summands(&self, canonical: &MetricName, platform: Platform, subject: Subject) -> Vec<Vec<&PlatformMetric>> {
        let mut ways: Vec<Vec<&PlatformMetric>> = Vec::new();
        for metric in self.feeding(canonical, platform, subject) {
            let together = ways.iter_mut().find(|way| {
                metric.canonical.as_ref() != Some(canonical)
                    && way.iter().all(|other| {
                        other.ask == metric.ask
                            && other.valid_from == metric.valid_from
                            && other.canonical.as_ref() != Some(canonical)
                    })
            });
            match together {
                Some(way) => way.push(metric),
                None => ways.push(vec![metric]),
            }
        }
        ways
    }

    /// The days on which the platform changed what the canonical metric means.
    pub fn breaks(&self, canonical: &MetricName, platform: Platform) -> Vec<Break> {
        self.feeding(canonical, platform, Subject::Account)
            .iter()
            .filter_map(|metric| {
                let (day, after) = (metric.valid_to?, metric.successor.clone()?);
                Some(Break { day, before: metric.name.clone(), after })
            })
            .collect()
    }

    /// Whether the canonical metric may be summed over channels of these platforms.
    pub fn may_sum(&self, canonical: &MetricName, platforms: &[Platform]) -> bool {
        match self.canonical(canonical).map(|canonical| &canonical.across) {
            Some(Across::Word(AcrossWord::All)) => true,
            Some(Across::Groups(groups)) => {
                groups.iter().any(|group| platforms.iter().all(|platform| group.contains(platform)))
            }
            Some(Across::Word(AcrossWord::None)) | None => false,
        }
    }

    fn contradiction(&self) -> Option<String> {
        let mut names = std::collections::BTreeSet::new();
        for canonical in &self.canonical {
            if !names.insert(&canonical.name) {
                return Some(format!("`{}` stands twice among the canonical metrics", canonical.name));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        for metric in &self.metric {
            let key = (metric.platform, metric.subject, metric.name.as_str());
            if !seen.insert(key) {
                return Some(format!("`{}` stands twice for {}", metric.name, metric.platform));
            }
            if let Some(canonical) =
                metric.canonical.iter().chain(&metric.also_feeds).find(|name| !names.contains(name))
            {
                return Some(format!("`{}` feeds `{canonical}`, which is no canonical metric", metric.name));
            }
            if !metric.also_feeds.is_empty() && matches!(metric.additivity, Additivity::Unique | Additivity::Ratio) {
                return Some(format!("`{}` is a summand, but a unique count or a ratio is never added", metric.name));
            }
            if let Some(successor) = &metric.successor
                && self.metric(metric.platform, metric.subject, successor).is_none()
            {
                return Some(format!("`{}` is followed by `{successor}`, which is not there", metric.name));
            }
        }
        for canonical in &self.canonical {
            if let Rollup::RatioOfSums { numerator, denominator } = &canonical.rollup
                && !(names.contains(numerator) && names.contains(denominator))
            {
                return Some(format!("`{}` divides something that is not there", canonical.name));
            }
        }
        None
    }
}
