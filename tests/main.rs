//! The one test program: whole rooms and whole runs, over public functions only.
#![expect(clippy::unwrap_used, clippy::missing_docs_in_private_items, reason = "a test may stop where it fails")]

mod analysis;

mod delivery;

mod store;

mod support;

mod tidy;
