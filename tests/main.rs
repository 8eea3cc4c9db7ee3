//! The one test program: whole rooms and whole runs, over public functions only.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod analysis;

mod connectors_any;

mod connectors_linkedin;

mod connectors_matomo;

mod connectors_meta;
mod config;

mod delivery;

mod sandbox;

mod store;

mod support;

mod tidy;
