//! Shifts of level: PELT by Killick and Fearnhead with squared errors, and a penalty that knows that values follow each
//! other. With the textbook's penalty most series without any shift get one.

use super::{deviation, float, median};

/// Sums that give the squared error of any stretch at once.
struct Sums {
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    fn of(values: &[f64]) -> Self {
        // Around the first value, so that large levels do not eat the digits.
        let first = values.first().copied().unwrap_or(0.0);
        let running = |of: fn(f64) -> f64| {
            let mut sum = 0.0;
            std::iter::once(0.0)
                .chain(values.iter().map(|value| {
                    sum += of(value - first);
                    sum
                }))
                .collect()
        };
        Self { values: running(|value| value), squares: running(|value| value * value) }
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        let sum = self.values[to] - self.values[from];
        (self.squares[to] - self.squares[from] - sum * sum / float(to - from)).max(0.0)
    }
}

/// The ends of the stretches with one level each, the last being the number of values: the split with the least sum of
/// squared errors plus the penalty per stretch, no stretch shorter than `shortest`.
pub fn pelt(values: &[f64], penalty: f64, shortest: usize) -> Vec<usize> {
    let (count, shortest) = (values.len(), shortest.max(1));
    if count < shortest {
        return if count == 0 { Vec::new() } else { vec![count] };
    }
    let sums = Sums::of(values);
    // The best cost of the first so many values, and where their last stretch begins.
    let mut best: Vec<Option<(f64, usize)>> = vec![None; count + 1];
    best[0] = Some((-penalty, 0));
    // The places where the last stretch may begin, and from which end on each can be forgotten: once a split at an end
    // is better, it stays so for all ends that leave room for a stretch in between.
    let mut open = vec![(0_usize, usize::MAX)];
    for end in shortest..=count {
        open.retain(|(_, until)| end < *until);
        let reachable = open.iter().map(|(from, _)| *from).filter(|from| end - from >= shortest);
        let cost = |from: usize| best[from].map(|(cost, _)| (cost + sums.cost(from, end), from));
        let found = reachable.filter_map(cost).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((least, from)) = found {
            best[end] = Some((least + penalty, from));
            for (from, until) in open.iter_mut().filter(|(from, _)| end - *from >= shortest) {
                if best[*from].is_none_or(|(cost, _)| cost + sums.cost(*from, end) > least + penalty) {
                    *until = (*until).min(end + shortest);
                }
            }
        }
        open.push((end, usize::MAX));
    }
    let mut ends = Vec::new();
    let mut at = count;
    while at > 0 {
        ends.push(at);
        at = best[at].map_or(0, |(_, from)| from);
    }
    ends.reverse();
    ends
}

/// The sum of the squared errors around the level of each stretch.
pub fn cost(values: &[f64], ends: &[usize]) -> f64 {
    let sums = Sums::of(values);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(from, to)| sums.cost(from, *to)).sum()
}

/// The level of each stretch.
pub fn levels(values: &[f64], ends: &[usize]) -> Vec<f64> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(from, to)| values[from..*to].iter().sum::<f64>() / float(to - from)).collect()
}

/// The standard deviation of values that do not follow each other, from the middle of their steps: a shift is one step
/// among many and does not count.
pub fn spread_of_steps(values: &[f64]) -> Option<f64> {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let centre = median(&steps)?;
    let away: Vec<f64> = steps.iter().map(|step| (step - centre).abs()).collect();
    Some(super::MIDDLE_DEVIATION * median(&away)? / 2.0_f64.sqrt())
}

/// The long-run variance: that of the values, times what their following each other adds. From the steps, and from the
/// correlation that is left after a first pass, corrected for its bias.
pub fn long_run_variance(values: &[f64], shortest: usize) -> Option<f64> {
    let spread = spread_of_steps(values).filter(|spread| *spread > 0.0).or_else(|| deviation(values))?;
    let count = float(values.len());
    let ends = pelt(values, 3.0 * spread * spread * count.ln(), shortest);
    let mut from = 0;
    let mut residuals = Vec::with_capacity(values.len());
    for (end, level) in ends.iter().zip(levels(values, &ends)) {
        residuals.extend(values[from..*end].iter().map(|value| value - level));
        from = *end;
    }
    let squares: f64 = residuals.iter().map(|it| it * it).sum();
    if squares <= 0.0 {
        return None;
    }
    let following: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let correlation = (following / squares + 2.0 * (float(ends.len()) + 1.0) / count).clamp(0.0, 0.95);
    Some(spread * spread / (1.0 - correlation) * (1.0 + correlation) / (1.0 - correlation))
}

/// The ends of the stretches, the penalty being three times the long-run variance times log n.
pub fn shifts(values: &[f64], shortest: usize) -> Vec<usize> {
    match long_run_variance(values, shortest) {
        Some(variance) => pelt(values, 3.0 * variance * float(values.len()).ln(), shortest),
        None if values.is_empty() => Vec::new(),
        None => vec![values.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every split, tried.
    fn exhaustive(values: &[f64], penalty: f64, shortest: usize) -> (f64, Vec<usize>) {
        let mut best = (cost(values, &[values.len()]) + penalty, vec![values.len()]);
        for cut in shortest..=values.len().saturating_sub(shortest) {
            let (rest, ends) = exhaustive(&values[cut..], penalty, shortest);
            let whole = cost(&values[..cut], &[cut]) + penalty + rest;
            if whole < best.0 - 1e-12 {
                best = (whole, std::iter::once(cut).chain(ends.iter().map(|end| end + cut)).collect());
            }
        }
        best
    }

    #[test]
    fn the_split_is_the_cheapest_of_all() {
        let mut chance = super::super::chance::Chance::named("splits");
        for _ in 0..60 {
            let level = chance.normal() * 3.0;
            let values: Vec<f64> = (0..16).map(|index| chance.normal() + if index > 8 { level } else { 0.0 }).collect();
            for penalty in [0.5, 2.0, 8.0] {
                let found = pelt(&values, penalty, 2);
                let whole = cost(&values, &found) + penalty * float(found.len());
                assert!((whole - exhaustive(&values, penalty, 2).0).abs() < 1e-9);
            }
        }
    }
}
