//! Words never say more than the claim bears.

use genomslag::model::Language;
use genomslag::words::Words;

/// Words that claim a cause: allowed only where the start was drawn by lot.
const FORBIDDEN: [&str; 11] = [
    "ledde till",
    "gav ",
    "orsakade",
    "tack vare",
    "effekten blev",
    "effekten under",
    "led to",
    "caused",
    "thanks to",
    "the effect during",
    "because of the campaign",
];

#[test]
fn no_causal_word_below_a_drawn_lot() {
    let mut looked_at = 0;
    for language in Language::ALL {
        let words = serde_json::to_value(&Words::builtin(language).effect).unwrap();
        for (name, phrase) in words.as_object().unwrap() {
            let text = phrase.to_string().to_lowercase();
            let found: Vec<&&str> = FORBIDDEN.iter().filter(|word| text.contains(**word)).collect();
            assert!(name.starts_with("lot_") || found.is_empty(), "{name}: {found:?} in {text}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 150);
}

#[test]
fn weak_claims_carry_their_limits_in_the_same_paragraph() {
    for language in Language::ALL {
        let words = &Words::builtin(language).effect;
        for phrase in [&words.some_more, &words.some_less, &words.cannot_limited] {
            assert!(phrase.contains("{weakness}") && phrase.contains("{low}") && phrase.contains("{high}"), "{phrase}");
        }
        for phrase in [&words.cannot_within, &words.cannot_limited] {
            assert!(phrase.contains("{visible}"), "{phrase}");
        }
    }
}
