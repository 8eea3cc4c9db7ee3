//! What is kept of what was worked out for a page, so that the next who asks is answered at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// So many at most; a look at everything holds some megabytes.
const MOST: usize = 64;

/// So many of what was asked for last are worth making again before somebody asks.
const AGAIN: usize = 4;

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
    /// What was asked for last before the stamp changed, the newest first.
    before: Vec<Q>,
}

impl<Q: Clone, A> Held<Q, A> {
    fn newest(&self) -> Vec<Q> {
        let mut questions: Vec<(u64, &Q)> = self.places.iter().map(|(question, (used, _))| (*used, question)).collect();
        questions.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
        questions.into_iter().take(AGAIN).map(|(_, question)| question.clone()).collect()
    }
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(Held { stamp: String::new(), places: HashMap::new(), clock: 0, before: Vec::new() }))
    }
}

impl<Q: Clone + Eq + Hash, A> Kept<Q, A> {
    /// The place for the answer. With another stamp all that was kept is of no use any more.
    pub(in crate::pipeline) fn place(&self, stamp: &str, question: &Q) -> Place<A> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            stamp.clone_into(&mut held.stamp);
            held.before = held.newest();
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

    /// What was asked for before the stamp became this one, and not since.
    pub(in crate::pipeline) fn left(&self, stamp: &str) -> Vec<Q> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            return held.newest();
        }
        held.before.iter().filter(|question| !held.places.contains_key(question)).cloned().collect()
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
    fn what_was_asked_for_last_is_left_over_until_it_is_asked_again() {
        let kept: Kept<u32, u32> = Kept::default();
        assert_eq!(kept.left("a"), [0_u32; 0]);
        for question in 1..=5 {
            kept.place("a", &question);
        }
        kept.place("a", &1);
        assert_eq!(kept.left("a"), [0_u32; 0], "nothing has changed");
        assert_eq!(kept.left("b"), [1, 5, 4, 3]);
        kept.place("b", &4);
        assert_eq!(kept.left("b"), [1, 5, 3]);
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
