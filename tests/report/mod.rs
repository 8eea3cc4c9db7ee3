//! Reports as they are composed: their words, their numbers against numbers counted by hand, and what holds for any.

mod always;
mod numbers;
mod sample;
mod samples;
mod snapshots;
mod text;
mod told;
mod words;
