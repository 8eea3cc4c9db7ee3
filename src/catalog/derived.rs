//! The organisation's own metrics in the catalogue: each a formula over canonical ones.

use super::formula::{Formula, Terms};
use super::{Across, AcrossWord, Canonical, Catalog, Texts};
use crate::model::{MetricName, Platform, Rollup, Unit};

/// A count that is a sum of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Its name in the catalogue.
    pub name: MetricName,
    /// What it is the sum of.
    pub terms: Terms,
    /// The formula that it is, or is a part of, as somebody wrote it: `klickfrekvens = clicks / views`.
    pub formula: String,
}

/// A metric of the organisation's own.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnMetric {
    /// Its name in goals.
    pub name: MetricName,
    /// Its name for readers.
    pub title: Texts,
    /// What it means, where somebody wrote that.
    pub definition: Option<Texts>,
    /// What it is a number of; none: a count, or a decimal number where it is a rate.
    pub unit: Option<Unit>,
    /// The formula as it was written.
    pub text: String,
    /// What it comes to.
    pub formula: Formula,
}

impl Catalog {
    /// The catalogue with the organisation's own metrics in it.
    #[must_use]
    pub fn with(&self, own: &[OwnMetric]) -> Self {
        let mut all = self.clone();
        for metric in own {
            all.add(metric);
        }
        all
    }

    /// What the metric is the sum of, where it is one of the organisation's own.
    pub fn derived(&self, metric: &MetricName) -> Option<&Derived> {
        self.derived.iter().find(|it| &it.name == metric)
    }

    /// The metrics that platforms count and of which this one is made: itself, unless it is a rate or the
    /// organisation's own.
    pub fn counted(&self, metric: &MetricName) -> Vec<MetricName> {
        if let Some(derived) = self.derived(metric) {
            return derived.terms.iter().map(|(_, part)| part.clone()).collect();
        }
        match self.canonical(metric).map(|it| &it.rollup) {
            Some(Rollup::RatioOfSums { numerator, denominator }) => {
                let mut parts = self.counted(numerator);
                parts.extend(self.counted(denominator));
                parts.sort();
                parts.dedup();
                parts
            }
            _ => vec![metric.clone()],
        }
    }

    /// The formula behind the metric as it was written, where it is the organisation's own or a part of such.
    pub fn formula_of(&self, metric: &MetricName) -> Option<&str> {
        let own = self.formulas.iter().find(|(name, _)| name == metric).map(|(_, formula)| &formula[..]);
        own.or_else(|| self.derived(metric).map(|it| &it.formula[..]))
    }

    fn add(&mut self, own: &OwnMetric) {
        let formula = format!("{} = {}", own.name, own.text);
        let rollup = match &own.formula {
            Formula::Sum(terms) => {
                self.derived.push(Derived { name: own.name.clone(), terms: terms.clone(), formula: formula.clone() });
                Rollup::Sum
            }
            Formula::Ratio(above, below) => Rollup::RatioOfSums {
                numerator: self.part(own, "above", above, &formula),
                denominator: self.part(own, "below", below, &formula),
            },
        };
        self.formulas.push((own.name.clone(), formula));
        let unit = if rollup == Rollup::Sum { Unit::Count } else { Unit::Decimal };
        let counts = Texts { sv: format!("Räknas som {}.", own.text), en: format!("Counted as {}.", own.text) };
        let definition = match &own.definition {
            Some(said) => Texts { sv: format!("{} {}", said.sv, counts.sv), en: format!("{} {}", said.en, counts.en) },
            None => counts,
        };
        self.canonical.push(Canonical {
            name: own.name.clone(),
            title: own.title.clone(),
            unit: own.unit.unwrap_or(unit),
            rollup,
            across: self.across_all(&own.formula.metrics()),
            definition,
        });
    }

    /// A part of a rate: the metric itself where it is one alone, else a count of its own under the rate's name.
    fn part(&mut self, own: &OwnMetric, which: &str, terms: &Terms, formula: &str) -> MetricName {
        #[expect(clippy::float_cmp, reason = "exactly one is what nothing multiplied it by")]
        if let [(weight, metric)] = &terms[..]
            && *weight == 1.0
        {
            return metric.clone();
        }
        let name = MetricName::from(format!("{}.{which}", own.name).as_str());
        let title = Texts { sv: self.written(terms, |texts| &texts.sv), en: self.written(terms, |texts| &texts.en) };
        let metrics: Vec<&MetricName> = terms.iter().map(|(_, metric)| metric).collect();
        let definition = Texts { sv: format!("Del av {}.", own.title.sv), en: format!("Part of {}.", own.title.en) };
        let across = self.across_all(&metrics);
        let canonical =
            Canonical { name: name.clone(), title, unit: Unit::Decimal, rollup: Rollup::Sum, across, definition };
        self.canonical.push(canonical);
        self.derived.push(Derived { name: name.clone(), terms: terms.clone(), formula: formula.to_owned() });
        name
    }

    fn written(&self, terms: &Terms, language: fn(&Texts) -> &String) -> String {
        let name = |metric: &MetricName| {
            self.canonical(metric).map_or_else(|| metric.to_string(), |it| language(&it.title).clone())
        };
        let term = |(weight, metric): &(f64, MetricName)| {
            #[expect(clippy::float_cmp, reason = "exactly one is what nothing multiplied it by")]
            if *weight == 1.0 { name(metric) } else { format!("{weight} × {}", name(metric)) }
        };
        terms.iter().map(term).collect::<Vec<_>>().join(" + ")
    }

    /// The platforms over which all of the metrics may be summed.
    fn across_all(&self, metrics: &[&MetricName]) -> Across {
        let mut groups: Vec<Vec<Platform>> = vec![Platform::ALL.to_vec()];
        let mut all = true;
        for across in metrics.iter().filter_map(|metric| self.canonical(metric).map(|it| &it.across)) {
            let own = match across {
                Across::Word(AcrossWord::All) => continue,
                Across::Word(AcrossWord::None) => return Across::Word(AcrossWord::None),
                Across::Groups(own) => own,
            };
            all = false;
            let both = |group: &Vec<Platform>| {
                let within = |mine: &Vec<Platform>| {
                    mine.iter().copied().filter(|platform| group.contains(platform)).collect::<Vec<_>>()
                };
                own.iter().map(within).filter(|shared| !shared.is_empty()).collect::<Vec<_>>()
            };
            groups = groups.iter().flat_map(both).collect();
        }
        if all { Across::Word(AcrossWord::All) } else { Across::Groups(groups) }
    }
}
