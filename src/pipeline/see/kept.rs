//! What is kept of what was worked out for a page, so that the next who asks is answered at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// So many at most; a look at everything holds some megabytes.
const MOST: usize = 64;

/// An answer, or the promise of one: whoever asks while it is made waits for it.
pub(in crate::pipeline) type Place<A> = Arc<OnceCell<Arc<A>>>;

/// Answers to questions, as long as nothing that they rest on has changed.
#[derive(Debug)]
pub struct Kept<Q, A>(Mutex<Held<Q, A>>);

#[derive(Debug)]
struct Held<Q, A> {
    stamp: String,
    places: HashMap<Q, (u64, Place<A>)>,
    clock: u64,
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(Held { stamp: String::new(), places: HashMap::new(), clock: 0 }))
    }
}

impl<Q: Clone + Eq + Hash, A> Kept<Q, A> {
    /// The place for the answer. With another stamp all that was kept is of no use any more.
    pub(in crate::pipeline) fn place(&self, stamp: &str, question: &Q) -> Place<A> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            stamp.clone_into(&mut held.stamp);
            held.places.clear();
        }
        held.clock += 1;
        let clock = held.clock;
        if let Some((used, place)) = held.places.get_mut(question) {
            *used = clock;
            return Arc::clone(place);
        }
        if held.places.len() >= MOST {
            let oldest = held.places.iter().min_by_key(|(_, (used, _))| *used).map(|(question, _)| question.clone());
            if let Some(oldest) = oldest {
                held.places.remove(&oldest);
            }
        }
        let place = Place::default();
        held.places.insert(question.clone(), (clock, Arc::clone(&place)));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_one_place_until_something_changes() {
        let kept: Kept<u32, u32> = Kept::default();
        let first = kept.place("a", &1);
        assert!(Arc::ptr_eq(&first, &kept.place("a", &1)));
        assert!(!Arc::ptr_eq(&first, &kept.place("a", &2)));
        assert!(!Arc::ptr_eq(&first, &kept.place("b", &1)));
    }

    #[test]
    fn what_nobody_asks_for_makes_room() {
        let kept: Kept<u32, u32> = Kept::default();
        let first = kept.place("a", &0);
        for question in 1..200 {
            kept.place("a", &question);
            assert!(Arc::ptr_eq(&first, &kept.place("a", &0)), "question {question}");
        }
        assert!(kept.0.lock().expect("a lock").places.len() <= MOST);
    }
}
