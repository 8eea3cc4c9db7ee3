//! What is kept of what was seen, so that the next who asks is answered at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{SeeOrder, Sight};

/// So many at most; a look at everything holds some megabytes.
const MOST: usize = 64;

/// A sight, or the promise of one: whoever asks while it is made waits for it.
pub(super) type Place = Arc<OnceCell<Arc<Sight>>>;

/// What was seen and has not changed since.
#[derive(Debug, Default)]
pub struct Sights(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    stamp: String,
    places: HashMap<SeeOrder, (u64, Place)>,
    clock: u64,
}

impl Sights {
    /// The place for the sight. With another stamp all that was kept is of no use any more.
    pub(super) fn place(&self, stamp: &str, order: &SeeOrder) -> Place {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            stamp.clone_into(&mut held.stamp);
            held.places.clear();
        }
        held.clock += 1;
        let clock = held.clock;
        if let Some((used, place)) = held.places.get_mut(order) {
            *used = clock;
            return Arc::clone(place);
        }
        if held.places.len() >= MOST {
            let oldest = held.places.iter().min_by_key(|(_, (used, _))| *used).map(|(order, _)| order.clone());
            if let Some(oldest) = oldest {
                held.places.remove(&oldest);
            }
        }
        let place = Place::default();
        held.places.insert(order.clone(), (clock, Arc::clone(&place)));
        place
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::{Language, Period};

    fn order(day: i64) -> SeeOrder {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        SeeOrder { period: Some(Period::day(first).shifted(day)), ..SeeOrder::whole(Language::Swedish) }
    }

    #[test]
    fn the_same_question_has_one_place_until_something_changes() {
        let sights = Sights::default();
        let first = sights.place("a", &order(1));
        assert!(Arc::ptr_eq(&first, &sights.place("a", &order(1))));
        assert!(!Arc::ptr_eq(&first, &sights.place("a", &order(2))));
        assert!(!Arc::ptr_eq(&first, &sights.place("b", &order(1))));
    }

    #[test]
    fn what_nobody_asks_for_makes_room() {
        let sights = Sights::default();
        let kept = sights.place("a", &order(0));
        for day in 1..200 {
            sights.place("a", &order(day));
            assert!(Arc::ptr_eq(&kept, &sights.place("a", &order(0))), "day {day}");
        }
        assert!(sights.0.lock().expect("a lock").places.len() <= MOST);
    }
}
