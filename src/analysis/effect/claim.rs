//! From figures to a claim: the design sets the ceiling, the result sets the level, the lower of the two is printed.

use super::super::statistics::mixture::Mixture;
use super::peers::{PEERS, PeerOpinion};
use super::{Claim, ControlUse, Design, Limit, MakeBelieve, Variant};
use crate::model::Period;

/// Under so many days before, a campaign can only be described.
const DESCRIPTION: u32 = 56;
/// So many make-believe dates are needed for strong support.
const MAKE_BELIEVE: usize = 4;

/// All that a claim rests on.
pub(super) struct Ground<'a> {
    pub design: Design,
    /// The widened effect.
    pub effect: &'a Mixture,
    /// The effect in its own standard deviations, as the make-believe dates are measured.
    pub distance: f64,
    pub before: Period,
    pub window: Period,
    /// Days with a value, and days in all.
    pub present: (u32, u32),
    pub controls: &'a [ControlUse],
    pub make_believe: &'a [MakeBelieve],
    /// What a group of untouched channels says.
    pub peers: Option<&'a PeerOpinion>,
    pub variants: &'a [Variant],
    pub events: u32,
    /// The smallest effect that matters, in the engine's scale: the ends of the range of no matter.
    pub no_matter: Option<(f64, f64)>,
}

/// How the campaign was laid out.
pub(super) fn design(before: Period, drawn: bool, controls: &[ControlUse]) -> Design {
    let useful = controls.iter().any(ControlUse::is_useful);
    let usable = controls.iter().filter(|it| it.refused.is_none()).count();
    if drawn {
        Design::Lot
    } else if before.days() < DESCRIPTION {
        Design::Description
    } else if usable >= PEERS && useful {
        Design::Peers
    } else if useful {
        Design::Control
    } else {
        Design::OwnHistory
    }
}

/// The most that the design allows to say.
pub(super) fn ceiling(design: Design) -> Claim {
    match design {
        Design::Description => Claim::CannotTell,
        Design::OwnHistory => Claim::SomeSupport,
        Design::Control | Design::Peers | Design::Lot => Claim::StrongSupport,
    }
}

/// Whether the middle interval of the share leaves nothing out: the whole of it lies on one side.
pub(super) fn leaves_zero(effect: &Mixture, share: f64) -> bool {
    let (low, high) = effect.interval(share);
    low > 0.0 || high < 0.0
}

/// The days that are needed before.
pub(super) fn needed_before(window: Period) -> u32 {
    (3 * window.days()).max(28)
}

impl Ground<'_> {
    /// The claim, and what kept it from being stronger.
    pub fn claim(&self) -> (Claim, Vec<Limit>) {
        let limits = self.limits();
        let basic = !limits.iter().any(|it| matches!(it, Limit::ShortHistory { .. } | Limit::Gaps { .. }));
        let all = !limits.iter().any(|it| !matches!(it, Limit::OtherEvents { .. } | Limit::WithinVariation));
        if self.lies_within_no_matter() && all && self.events == 0 {
            return (Claim::NoEffectOfSize, limits);
        }
        let result = if leaves_zero(self.effect, 0.95) && all {
            Claim::StrongSupport
        } else if leaves_zero(self.effect, 0.8) && basic {
            Claim::SomeSupport
        } else {
            Claim::CannotTell
        };
        let lowered = match (self.events > 0 || self.is_sensitive(), result) {
            (true, Claim::StrongSupport) => Claim::SomeSupport,
            (true, Claim::SomeSupport) => Claim::CannotTell,
            (_, result) => result,
        };
        (lowered.min(ceiling(self.design)), limits)
    }

    fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        let (have, need) = (self.before.days(), needed_before(self.window));
        if have < need {
            limits.push(Limit::ShortHistory { have, need });
        }
        let (known, of) = self.present;
        if f64::from(known) < super::outcome::PRESENT * f64::from(of) {
            limits.push(Limit::Gaps { have: known, of });
        }
        if self.design != Design::Lot {
            if self.controls.iter().all(|it| it.refused.is_some()) {
                limits.push(Limit::NoControl);
            } else if !self.controls.iter().any(ControlUse::is_useful) {
                limits.push(Limit::UselessControl);
            }
        }
        if self.make_believe.len() < MAKE_BELIEVE {
            limits.push(Limit::FewMakeBelieve { have: u32::try_from(self.make_believe.len()).unwrap_or(u32::MAX) });
        }
        let extreme = self.make_believe.iter().all(|it| it.distance.abs() < self.distance.abs());
        let matters = leaves_zero(self.effect, 0.8);
        if !extreme && matters {
            limits.push(Limit::NotMostExtreme);
        }
        if let Some(peers) = self.peers.filter(|peers| peers.is_alike() && matters) {
            limits.push(Limit::PeersAlike { as_much: peers.as_much - 1, of: peers.donors });
        }
        if self.is_sensitive() {
            let held = self.counted_variants().filter(|it| it.holds).count();
            let of = self.counted_variants().count();
            let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            limits.push(Limit::Sensitive { held: small(held), of: small(of) });
        }
        if self.events > 0 {
            limits.push(Limit::OtherEvents { count: self.events });
        }
        if !matters {
            limits.push(Limit::WithinVariation);
        }
        limits
    }

    /// The interrupted time series is a second opinion, no test of the first.
    fn counted_variants(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(|it| it.way != super::Way::Interrupted)
    }

    /// Sign and level must hold in all ways of calculating but one.
    fn is_sensitive(&self) -> bool {
        self.counted_variants().filter(|it| !it.holds).count() > 1
    }

    fn lies_within_no_matter(&self) -> bool {
        let (low, high) = self.effect.interval(0.9);
        self.no_matter.is_some_and(|(least, most)| least < low && high < most)
    }
}

/// The share of campaigns without any effect that would show as much, in either direction.
pub(super) fn alike(effect: &Mixture) -> f64 {
    let above = effect.above(0.0);
    (2.0 * above.min(1.0 - above)).clamp(0.0, 1.0)
}

/// The smallest effect that would be seen in four of five campaigns, in the engine's scale: 2.8 standard deviations.
pub(super) fn visible(effect: &Mixture) -> f64 {
    2.8 * effect.deviation()
}
