//! How figures were computed, told once and readable twice: in English for programs, by its kind for the languages of
//! people. Both are made by one hand, so that they cannot say different things.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::told::{Part, Told, traces};

/// How a figure was computed. Only a [`Told`] makes one; what was stored before there were kinds has its English alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default, JsonSchema)]
pub struct How {
    /// The computation in one line of English, e.g. `sum of views over 7 of 7 days over 2 channels`.
    #[serde(rename = "how")]
    english: String,
    /// The same as a kind and its parts, for other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
}

impl How {
    /// In English, as it was when the figure was made.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// Its kind and parts; none in what was stored before there were kinds, and where nothing was computed.
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }

    /// Whether nothing is said: the figure has no value, and its reason says all.
    pub fn is_empty(&self) -> bool {
        self.english.is_empty()
    }

    /// Whether it is of the kind.
    pub fn is(&self, kind: &str) -> bool {
        self.told.as_ref().is_some_and(|told| told.kind == kind)
    }

    /// Says more: what was said so far becomes a part of what is said now.
    pub fn within(&mut self, more: impl FnOnce(Part) -> Told) {
        let so_far = std::mem::take(self);
        *self = more(so_far.into()).into();
    }
}

impl From<Told> for How {
    fn from(told: Told) -> Self {
        Self { english: traces::english(&told), told: Some(told) }
    }
}

impl From<How> for Part {
    fn from(how: How) -> Self {
        how.told.map_or(Self::Text(how.english), Self::Told)
    }
}

/// The values from the configuration that a figure rests on, a line each, made and stored as [`How`] is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default, JsonSchema)]
pub struct Configured {
    /// In English, e.g. `goal foljare-2027: target 14000`.
    config: Vec<String>,
    /// The same as kinds and their parts, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    config_told: Vec<Told>,
}

impl Configured {
    /// In English, as they were when the figure was made.
    pub fn english(&self) -> &[String] {
        &self.config
    }

    /// The lines, each in English and, unless it was stored before there were kinds, by its kind.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Option<&Told>)> {
        let paired = self.config.len() == self.config_told.len();
        let told = move |at: usize| self.config_told.get(at).filter(|_| paired);
        self.config.iter().enumerate().map(move |(at, line)| (line.as_str(), told(at)))
    }

    /// Whether it rests on none.
    pub fn is_empty(&self) -> bool {
        self.config.is_empty()
    }

    /// Adds a line.
    pub fn push(&mut self, told: Told) {
        self.config.push(traces::english(&told));
        self.config_told.push(told);
    }
}

impl FromIterator<Told> for Configured {
    fn from_iter<T: IntoIterator<Item = Told>>(lines: T) -> Self {
        let mut configured = Self::default();
        lines.into_iter().for_each(|line| configured.push(line));
        configured
    }
}

#[cfg(test)]
mod tests {
    use super::super::Trace;
    use super::*;

    #[test]
    fn english_and_kind_are_stored_beside_each_other() {
        let mut how = How::from(traces::sum_of_days("views", 7_u32, 7_u32));
        how.within(|how| traces::over_channels(how, 2_usize));
        let config = [traces::goal_value("foljare-2027", "target", 14000.0)].into_iter().collect();
        let trace = Trace { how, config, ..Trace::default() };
        let json = serde_json::to_value(&trace).expect("JSON");
        assert_eq!(json["how"], "sum of views over 7 of 7 days over 2 channels");
        assert_eq!(json["told"]["kind"], "over_channels");
        assert_eq!(json["told"]["parts"]["how"]["parts"]["have"], "7");
        assert_eq!(json["config"][0], "goal foljare-2027: target 14000");
        assert_eq!(json["config_told"][0]["kind"], "goal_value");
        assert_eq!(serde_json::from_value::<Trace>(json).expect("a trace"), trace);
    }

    #[test]
    fn what_was_stored_before_there_were_kinds_is_read_and_stays_as_it_was() {
        let old = r#"{"how":"sum of views over 7 of 7 days","sources":[],"figures":[],"config":["goal x: target 1"]}"#;
        let trace: Trace = serde_json::from_str(old).expect("a trace");
        assert_eq!((trace.how.english(), trace.how.told()), ("sum of views over 7 of 7 days", None));
        assert_eq!(trace.config.lines().collect::<Vec<_>>(), [("goal x: target 1", None)]);
        // To the letter, so that the hash of an old report is still its own.
        assert_eq!(serde_json::to_string(&trace).expect("JSON"), old);
    }
}
