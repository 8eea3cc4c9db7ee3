//! The mathematics behind goals and effect: plain numbers in, plain numbers out, the same digits every time. What the
//! numbers mean is said by the modules beside.

pub mod chance;
pub mod donors;
pub mod engine;
pub mod linear;
pub mod mixture;
pub mod placebo;
pub mod pool;
pub mod posterior;
pub mod regression;
pub mod shifts;
pub mod strange;

/// What the middle distance from the middle is multiplied by to become a standard deviation of normal values; as R.
pub(crate) const MIDDLE_DEVIATION: f64 = 1.4826;

/// A count as a number to calculate with.
pub fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// The mean of the values; none without any.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / float(values.len()))
}

/// The standard deviation of the values, divided by their number less one; none under two.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let centre = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    Some((squares / float(values.len() - 1)).sqrt())
}

/// The middle value, or the mean of the two in the middle; none without any.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    Some(if sorted.len() % 2 == 1 { upper } else { f64::midpoint(sorted[half - 1], upper) })
}

/// The value below which the share lies, between neighbours by their distance (as R's seventh way).
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let place = share.clamp(0.0, 1.0) * float(sorted.len() - 1);
    let below = (0..sorted.len()).take_while(|index| float(*index) <= place).last().unwrap_or(0);
    let next = sorted.get(below + 1).copied().unwrap_or(last);
    let low = sorted.get(below).copied().unwrap_or(first);
    Some(low + (place - float(below)) * (next - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_spreads_are_those_of_the_textbook() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!((mean(&values), median(&values)), (Some(5.0), Some(4.5)));
        assert!((deviation(&values).unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        // R: quantile(c(2,4,4,4,5,5,7,9), c(.1, .9)) is 3.4 and 7.6.
        assert!((quantile(&values, 0.1).unwrap() - 3.4).abs() < 1e-12);
        assert!((quantile(&values, 0.9).unwrap() - 7.6).abs() < 1e-12);
        assert_eq!((mean(&[]), median(&[]), deviation(&[1.0])), (None, None, None));
    }
}
