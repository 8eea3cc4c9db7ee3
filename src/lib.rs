//! Genomslag: what did our communication achieve, against the goals we set?
//!
//! Data flows one way: [`config`] → [`connectors`] → [`store`] → [`analysis`] → [`report`] → [`render`] → [`delivery`];
//! [`pipeline`] calls each in turn; [`cli`] only calls [`pipeline`] and shows what came out.

pub use genomslag_foundation::{catalog, imports, model};

pub mod analysis;
pub mod cli;
pub mod config;
pub mod connectors;
pub mod delivery;
pub mod pipeline;
pub mod render;
pub mod report;
pub mod sandbox;
pub mod state;
pub mod store;
pub mod web;
pub mod words;
