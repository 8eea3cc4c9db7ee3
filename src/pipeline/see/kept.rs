//! What is kept of what was worked out for a page, so that the next who asks is answered at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

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
    places: HashMap<Q, Answered<Q, A>>,
    clock: u64,
    /// What was asked for last before the stamp changed, the newest first.
    before: Vec<Q>,
}

#[derive(Debug)]
struct Answered<Q, A> {
    /// When it was asked for last, by the count of all questions.
    used: u64,
    /// When that was.
    at: Instant,
    /// In the words of who asked: "last week", which becomes another week.
    asked: Q,
    place: Place<A>,
}

impl<Q: Clone, A> Held<Q, A> {
    fn newest(&self) -> Vec<Q> {
        let mut answered: Vec<&Answered<Q, A>> = self.places.values().collect();
        answered.sort_by_key(|it| std::cmp::Reverse(it.used));
        answered.into_iter().take(AGAIN).map(|it| it.asked.clone()).collect()
    }
}

impl<Q, A> Default for Kept<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(Held { stamp: String::new(), places: HashMap::new(), clock: 0, before: Vec::new() }))
    }
}

impl<Q: Clone + Eq + Hash, A> Kept<Q, A> {
    /// The place for the answer to the question, which was `asked` in other words perhaps. With another stamp all that was
    /// kept is of no use any more.
    pub(in crate::pipeline) fn place(&self, stamp: &str, question: &Q, asked: &Q) -> Place<A> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            stamp.clone_into(&mut held.stamp);
            held.before = held.newest();
            held.places.clear();
        }
        held.clock += 1;
        let used = held.clock;
        if let Some(answered) = held.places.get_mut(question) {
            answered.used = used;
            answered.at = Instant::now();
            asked.clone_into(&mut answered.asked);
            return Arc::clone(&answered.place);
        }
        if held.places.len() >= MOST {
            let oldest = held.places.iter().min_by_key(|(_, it)| it.used).map(|(question, _)| question.clone());
            if let Some(oldest) = oldest {
                held.places.remove(&oldest);
            }
        }
        let place = Place::default();
        let answered = Answered { used, at: Instant::now(), asked: asked.clone(), place: Arc::clone(&place) };
        held.places.insert(question.clone(), answered);
        place
    }

    /// Lets go of the answers that nobody has asked for since, but for the last few: what they hold is given back, and
    /// whoever asks again has it worked out again.
    pub(in crate::pipeline) fn rest(&self, since: Instant) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest: Vec<u64> = held.places.values().map(|it| it.used).collect();
        newest.sort_unstable_by(|left, right| right.cmp(left));
        let least = newest.get(AGAIN - 1).copied().unwrap_or(0);
        held.places.retain(|_, it| it.used >= least || it.at >= since);
    }

    /// What was asked for before the stamp became this one, and not since, in the words in which it was asked.
    pub(in crate::pipeline) fn left(&self, stamp: &str) -> Vec<Q> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.stamp != stamp {
            return held.newest();
        }
        let since = |asked: &&Q| !held.places.contains_key(asked) && held.places.values().all(|it| it.asked != **asked);
        held.before.iter().filter(since).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_one_place_until_something_changes() {
        let kept: Kept<u32, u32> = Kept::default();
        let first = kept.place("a", &1, &1);
        assert!(Arc::ptr_eq(&first, &kept.place("a", &1, &1)));
        assert!(!Arc::ptr_eq(&first, &kept.place("a", &2, &2)));
        assert!(!Arc::ptr_eq(&first, &kept.place("b", &1, &1)));
    }

    #[test]
    fn what_was_asked_for_last_is_left_over_until_it_is_asked_again() {
        let kept: Kept<u32, u32> = Kept::default();
        assert_eq!(kept.left("a"), [0_u32; 0]);
        for question in 1..=5 {
            kept.place("a", &question, &question);
        }
        kept.place("a", &1, &1);
        assert_eq!(kept.left("a"), [0_u32; 0], "nothing has changed");
        assert_eq!(kept.left("b"), [1, 5, 4, 3]);
        kept.place("b", &4, &4);
        assert_eq!(kept.left("b"), [1, 5, 3]);
    }

    #[test]
    fn what_is_made_again_is_what_the_words_mean_by_then() {
        let kept: Kept<&str, u32> = Kept::default();
        kept.place("sunday", &"week 46", &"last week");
        kept.place("sunday", &"week 40", &"week 40");
        assert_eq!(kept.left("monday"), ["week 40", "last week"]);
        kept.place("monday", &"week 47", &"last week");
        assert_eq!(kept.left("monday"), ["week 40"]);
    }

    #[test]
    fn what_nobody_asks_for_any_more_is_let_go_but_for_the_last_few() {
        let kept: Kept<u32, u32> = Kept::default();
        let began = Instant::now();
        let asked = |questions: &[u32]| questions.iter().for_each(|it| drop(kept.place("a", it, it)));
        let held = || {
            let mut held: Vec<u32> = kept.0.lock().expect("a lock").places.keys().copied().collect();
            held.sort_unstable();
            held
        };
        asked(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        kept.rest(began);
        assert_eq!(held().len(), 10, "all were asked for since");
        std::thread::sleep(std::time::Duration::from_millis(5));
        let later = Instant::now();
        kept.rest(later);
        assert_eq!(held(), [6, 7, 8, 9]);
        asked(&[0, 1, 2, 3, 4, 5]);
        kept.rest(later);
        assert_eq!(held(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_nobody_asks_for_makes_room() {
        let kept: Kept<u32, u32> = Kept::default();
        let first = kept.place("a", &0, &0);
        for question in 1..200 {
            kept.place("a", &question, &question);
            assert!(Arc::ptr_eq(&first, &kept.place("a", &0, &0)), "question {question}");
        }
        assert!(kept.0.lock().expect("a lock").places.len() <= MOST);
    }
}
