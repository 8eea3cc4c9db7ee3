//! Chance that comes out the same every time: a hash of what is asked for, never a generator with a state.

/// Chance of one world; every draw names what it is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise(u64);

impl Noise {
    /// The chance of a world, narrowed to one account.
    pub(crate) fn new(seed: u64, account: &str) -> Self {
        Self(mix(seed ^ fnv(account)))
    }

    /// A whole number, evenly spread.
    pub(crate) fn number(self, what: &str, at: i64) -> u64 {
        mix(mix(self.0 ^ fnv(what)) ^ at.cast_unsigned())
    }

    /// A number from 0 up to, not including, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub(crate) fn share(self, what: &str, at: i64) -> f64 {
        (self.number(what, at) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A factor around 1: the exponential of an almost normal number of the given spread.
    pub(crate) fn factor(self, what: &str, at: i64, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|turn| self.share(what, at ^ (turn << 40))).sum();
        ((sum - 2.0) * 1.732 * spread).exp()
    }

    /// Rounds up or down by chance, so that small expectations come out right in the long run.
    pub(crate) fn round(self, what: &str, at: i64, expected: f64) -> i64 {
        whole((expected + self.share(what, at)).floor())
    }

    /// One of so many.
    pub(crate) fn pick(self, what: &str, at: i64, of: usize) -> usize {
        usize::try_from(self.number(what, at) % u64::try_from(of.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

/// FNV-1a.
pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The last step of `SplitMix64`.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The whole number of a decimal one, towards zero.
#[expect(clippy::cast_possible_truncation, reason = "counts of people stay far below 2^63")]
pub(crate) fn whole(decimal: f64) -> i64 {
    decimal as i64
}

/// The decimal number of a whole one.
#[expect(clippy::cast_precision_loss, reason = "counts of people stay far below 2^53")]
pub(crate) fn decimal(whole: i64) -> f64 {
    whole as f64
}
