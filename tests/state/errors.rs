//! Errors in the language of whoever reads them.

use genomslag::model::Language;
use genomslag::state::{DeliveryStatus, StateError};
use genomslag::words::problems::{english, told};

#[test]
fn what_is_told_in_english_is_what_the_error_says() {
    let text = || "somewhere".to_owned();
    let (place, why) = (text, || "because".to_owned());
    let errors = [
        StateError::Url { url: text() },
        StateError::File { path: text().into(), why: why() },
        StateError::Unreachable { place: place(), why: why() },
        StateError::Busy { place: place(), why: why() },
        StateError::Disk { place: place(), why: why() },
        StateError::Damaged { place: place(), why: why() },
        StateError::Newer { place: place(), found: 9, known: 7 },
        StateError::Foreign { place: place(), version: 3 },
        StateError::NoKey { name: text() },
        StateError::WrongKey { name: text() },
        StateError::Ambiguous { prefix: "we".to_owned(), ids: vec!["weekly-1".to_owned(), "weekly-2".to_owned()] },
        StateError::Unknown { what: "delivery", id: text() },
        StateError::Twice { email: text() },
        StateError::Last,
        StateError::GoesYet { id: text(), status: DeliveryStatus::Later },
        StateError::Wrong(why()),
        StateError::Unreadable { place: place(), column: text(), why: why() },
        StateError::Backup { path: text().into(), why: why() },
        StateError::Refused { place: place(), why: why() },
    ];
    for error in errors {
        assert_eq!(english(&error.told()), error.to_string());
        let swedish = told(Language::Swedish, &error.told());
        assert!(swedish != error.to_string() || matches!(error, StateError::Wrong(_)), "{swedish}");
    }
}
