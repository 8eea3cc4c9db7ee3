//! Chance that can be repeated: numbers that look random and follow from a name alone.

/// A stream of numbers that follows from its seed (`SplitMix64`, by Steele, Lea and Flood).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// The stream of the seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of the name: the same name gives the same numbers, on every machine.
    pub fn named(name: &str) -> Self {
        // Fowler, Noll and Vo's hash, 64 bits.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number between 0 and 1, never quite either.
    pub fn share(&mut self) -> f64 {
        let high = u32::try_from(self.bits() >> 32).unwrap_or(0);
        let low = u32::try_from(self.bits() >> 44).unwrap_or(0);
        (f64::from(high) * 1_048_576.0 + f64::from(low) + 0.5) / 4_503_599_627_370_496.0
    }

    /// One of so many, counted from 0.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count.max(1)).unwrap_or(1);
        usize::try_from(self.bits() % count).unwrap_or(0)
    }

    /// A number from the standard normal distribution (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.share().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    /// A number from the gamma distribution with the shape and scale one (Marsaglia and Tsang).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let raised = self.gamma(shape + 1.0);
            return raised * self.share().powf(1.0 / shape);
        }
        let reduced = shape - 1.0 / 3.0;
        let slope = 1.0 / (9.0 * reduced).sqrt();
        loop {
            let normal = self.normal();
            let cube = (1.0 + slope * normal).powi(3);
            if cube > 0.0 && self.share().ln() < 0.5 * normal * normal + reduced * (1.0 - cube + cube.ln()) {
                return reduced * cube;
            }
        }
    }

    /// Puts things in an order by lot.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for index in (1..things.len()).rev() {
            things.swap(index, self.below(index + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{deviation, mean};
    use super::*;

    #[test]
    fn the_first_numbers_are_those_of_the_published_generator() {
        // The reference program's first two outputs for the seed 1234567.
        let mut chance = Chance::seeded(1_234_567);
        assert_eq!((chance.bits(), chance.bits()), (6_457_827_717_110_365_317, 3_203_168_211_198_807_973));
    }

    #[test]
    fn the_moments_are_right() {
        let mut chance = Chance::named("moments");
        let normals: Vec<f64> = (0..40_000).map(|_| chance.normal()).collect();
        assert!(mean(&normals).unwrap().abs() < 0.02);
        assert!((deviation(&normals).unwrap() - 1.0).abs() < 0.02);
        for shape in [0.5, 2.5, 40.0] {
            let values: Vec<f64> = (0..40_000).map(|_| chance.gamma(shape)).collect();
            assert!((mean(&values).unwrap() / shape - 1.0).abs() < 0.03, "{shape}");
            assert!((deviation(&values).unwrap() / shape.sqrt() - 1.0).abs() < 0.04, "{shape}");
        }
    }
}
