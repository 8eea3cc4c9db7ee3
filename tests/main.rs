//! The one test program: whole rooms and whole runs, over public functions only.
#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::naive_bytecount,
    reason = "a test may stop where it fails, and compares exactly"
)]

mod analysis;

mod cli;

mod config;

mod connectors_any;

mod connectors_linkedin;

mod connectors_matomo;

mod connectors_meta;

mod connectors_sandbox;

mod delivery;

mod effect;

mod imports;

mod pipeline;

mod render;

mod report;

mod sandbox;

mod serving;

mod state;

mod store;

mod support;

mod tidy;

mod web;
