//! Exponential smoothing with additive errors, for comparison: a forecaster's usual tool.

use genomslag::analysis::statistics::float;
use genomslag::analysis::statistics::regression::Fit;

/// Which components there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    pub trend: bool,
    pub damped: bool,
    pub seasonal: bool,
    pub season: usize,
}

impl Model {
    /// `ANN`, `AAN`, `AAdN`, `ANA`, `AAA`, `AAdA`.
    pub fn parse(name: &str, season: usize) -> Self {
        let (trend, damped) = (name[1..].starts_with('A'), name.contains('d'));
        Self { trend, damped, seasonal: name.ends_with('A') && season > 1, season }
    }

    fn parameters(self) -> usize {
        1 + usize::from(self.trend) + usize::from(self.damped) + usize::from(self.seasonal)
    }
}

/// A model with its parameters and its states before the first value.
#[derive(Debug, Clone)]
pub struct Smoothing {
    pub model: Model,
    pub level_share: f64,
    pub trend_share: f64,
    pub season_share: f64,
    pub damping: f64,
    pub level: f64,
    pub trend: f64,
    /// The seasonal states, the one for the first value first.
    pub season: Vec<f64>,
}

/// The states after the last value.
pub struct Run {
    pub squares: f64,
    variance: f64,
    level: f64,
    trend: f64,
    damping: f64,
    season: Vec<f64>,
    count: usize,
}

impl Smoothing {
    pub fn run(&self, values: &[f64]) -> Run {
        let (mut level, mut trend, mut season) = (self.level, self.trend, self.season.clone());
        let length = season.len().max(1);
        let mut squares = 0.0;
        for (index, value) in values.iter().enumerate() {
            let seasonal = season.get(index % length).copied().unwrap_or(0.0);
            let before = level + self.damping * trend;
            let error = value - before - seasonal;
            squares += error * error;
            level = before + self.level_share * error;
            trend = self.damping * trend + self.trend_share * error;
            if let Some(state) = season.get_mut(index % length) {
                *state = seasonal + self.season_share * error;
            }
        }
        // R divides by what is left after parameters and free states.
        let model = self.model;
        let states = 1 + usize::from(model.trend) + if model.seasonal { model.season - 1 } else { 0 };
        let left = values.len() - model.parameters() - states;
        Run {
            squares,
            variance: squares / float(left),
            level,
            trend,
            damping: self.damping,
            season,
            count: values.len(),
        }
    }

    /// The variance of the value so many steps ahead beside that of one step.
    pub fn variance_factors(&self, steps: usize) -> Vec<f64> {
        let (mut sum, mut damped, mut power) = (1.0, 0.0, 1.0);
        let mut factors = Vec::new();
        for step in 1..=steps {
            factors.push(sum);
            power *= self.damping;
            damped += power;
            let seasonal = self.model.seasonal && step % self.model.season == 0;
            let weight = self.level_share + self.trend_share * damped + if seasonal { self.season_share } else { 0.0 };
            sum += weight * weight;
        }
        factors
    }

    /// The parameters and states with the least squared errors, from R's start.
    pub fn fitted(model: Model, values: &[f64]) -> Self {
        // R's own start: it decides in which of several optima the search ends.
        let first = Self::first_states(model, values);
        let level = 1e-4 + 0.2 * 0.9998 / float(model.season.max(1));
        let start = Self {
            level_share: level,
            trend_share: if model.trend { 1e-4 + 0.1 * (level - 1e-4) } else { 0.0 },
            season_share: if model.seasonal { 1e-4 + 0.05 * (1.0 - level - 1e-4) } else { 0.0 },
            damping: if model.damped { 0.9782 } else { 1.0 },
            ..first
        };
        let of = |point: &[f64]| start.unpacked(point).map_or(f64::MAX, |it| it.run(values).squares);
        let found = simplex(&start.packed(), of);
        start.unpacked(&found).unwrap_or(start)
    }

    fn first_states(model: Model, values: &[f64]) -> Self {
        let length = if model.seasonal { model.season } else { 1 };
        let middle = |place: usize| {
            let of: Vec<f64> = values.iter().skip(place).step_by(length).copied().collect();
            of.iter().sum::<f64>() / float(of.len())
        };
        let whole: f64 = values.iter().sum::<f64>() / float(values.len());
        let season: Vec<f64> =
            if model.seasonal { (0..length).map(|place| middle(place) - whole).collect() } else { Vec::new() };
        let count = 10.max(2 * length).min(values.len());
        let adjusted: Vec<f64> =
            (0..count).map(|index| values[index] - season.get(index % length).copied().unwrap_or(0.0)).collect();
        let rows: Vec<Vec<f64>> = (1..=count).map(|step| vec![1.0, float(step)]).collect();
        let line = Fit::least_squares(&rows, &adjusted).unwrap().coefficients;
        let (level, trend) =
            if model.trend { (line[0], line[1]) } else { (adjusted.iter().sum::<f64>() / float(count), 0.0) };
        Self { model, level_share: 0.5, trend_share: 0.0, season_share: 0.0, damping: 1.0, level, trend, season }
    }

    fn packed(&self) -> Vec<f64> {
        let mut point = vec![self.level_share, self.level];
        if self.model.trend {
            point.extend([self.trend_share, self.trend]);
        }
        if self.model.damped {
            point.push(self.damping);
        }
        if self.model.seasonal {
            point.push(self.season_share);
            point.extend(&self.season[..self.season.len() - 1]);
        }
        point
    }

    /// None outside the region that R searches.
    fn unpacked(&self, point: &[f64]) -> Option<Self> {
        let mut found = self.clone();
        let mut rest = point.iter().copied();
        found.level_share = rest.next()?;
        found.level = rest.next()?;
        if self.model.trend {
            found.trend_share = rest.next()?;
            found.trend = rest.next()?;
        }
        if self.model.damped {
            found.damping = rest.next()?;
        }
        if self.model.seasonal {
            found.season_share = rest.next()?;
            let free: Vec<f64> = rest.collect();
            let last = -free.iter().sum::<f64>();
            found.season = free.into_iter().chain([last]).collect();
        }
        let allowed = (1e-4..=0.9999).contains(&found.level_share)
            && (!self.model.trend || (1e-4..=found.level_share).contains(&found.trend_share))
            && (!self.model.seasonal || (1e-4..=1.0 - found.level_share).contains(&found.season_share))
            && (!self.model.damped || (0.8..=0.98).contains(&found.damping));
        allowed.then_some(found)
    }

    fn corrected_criterion(&self, values: &[f64]) -> f64 {
        let (count, run) = (float(values.len()), self.run(values));
        let free = float(self.packed().len() + 1);
        count * (run.squares / count).ln() + 2.0 * free + 2.0 * free * (free + 1.0) / (count - free - 1.0)
    }
}

/// The additive model with the best corrected criterion.
pub fn automatic(values: &[f64], season: usize) -> Smoothing {
    let names =
        if season > 1 { &["ANN", "AAN", "AAdN", "ANA", "AAA", "AAdA"][..] } else { &["ANN", "AAN", "AAdN"][..] };
    let fitted = names.iter().map(|name| Smoothing::fitted(Model::parse(name, season), values));
    fitted.min_by(|a, b| a.corrected_criterion(values).total_cmp(&b.corrected_criterion(values))).unwrap()
}

impl Run {
    pub fn forecast(&self, steps: usize) -> Vec<f64> {
        let (mut damped, mut power) = (0.0, 1.0);
        let at = |step: usize, damped: f64| {
            let seasonal = self.season.get((self.count + step) % self.season.len().max(1)).copied().unwrap_or(0.0);
            self.level + damped * self.trend + seasonal
        };
        (0..steps)
            .map(|step| {
                power *= self.damping;
                damped += power;
                at(step, damped)
            })
            .collect()
    }

    pub fn half_widths(&self, model: &Smoothing, steps: usize) -> Vec<f64> {
        model
            .variance_factors(steps)
            .iter()
            .map(|factor| 1.959_963_984_540_054 * (self.variance * factor).sqrt())
            .collect()
    }
}

/// Nelder and Mead's simplex, started again where it stops until that helps no more.
fn simplex(start: &[f64], of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut best = start.to_vec();
    for round in 0..6 {
        let found = descend(&best, &of, if round % 2 == 0 { 0.1 } else { 0.02 });
        let done = of(&best) - of(&found) < 1e-10 * of(&best).abs();
        best = found;
        if done && round > 1 {
            break;
        }
    }
    best
}

fn descend(start: &[f64], of: &impl Fn(&[f64]) -> f64, step: f64) -> Vec<f64> {
    let size = start.len();
    let mut corners: Vec<(f64, Vec<f64>)> = vec![(of(start), start.to_vec())];
    for index in 0..size {
        let mut corner = start.to_vec();
        corner[index] += if corner[index].abs() < 1.0 { step * 0.5 } else { step * 0.1 * corner[index] };
        if of(&corner) >= f64::MAX {
            corner[index] = start[index] - (corner[index] - start[index]);
        }
        corners.push((of(&corner), corner));
    }
    for _ in 0..4000 {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        if (corners[size].0 - corners[0].0).abs() <= 1e-13 * corners[0].0.abs() {
            break;
        }
        let centre: Vec<f64> =
            (0..size).map(|axis| corners[..size].iter().map(|it| it.1[axis]).sum::<f64>() / float(size)).collect();
        let along = |factor: f64| -> (f64, Vec<f64>) {
            let point: Vec<f64> =
                centre.iter().zip(&corners[size].1).map(|(centre, worst)| centre + factor * (centre - worst)).collect();
            (of(&point), point)
        };
        let reflected = along(1.0);
        let next = if reflected.0 < corners[0].0 {
            let further = along(2.0);
            if further.0 < reflected.0 { further } else { reflected }
        } else if reflected.0 < corners[size - 1].0 {
            reflected
        } else {
            along(if reflected.0 < corners[size].0 { 0.5 } else { -0.5 })
        };
        if next.0 < corners[size].0 {
            corners[size] = next;
        } else {
            let lowest = corners[0].1.clone();
            for corner in corners.iter_mut().skip(1) {
                corner.1.iter_mut().zip(&lowest).for_each(|(cell, low)| *cell = f64::midpoint(*cell, *low));
                corner.0 = of(&corner.1);
            }
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    corners.swap_remove(0).1
}
