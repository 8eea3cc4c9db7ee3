//! The rooms that all others stand on, compiled together: [`model`], [`catalog`] and [`imports`].

#[path = "../catalog/mod.rs"]
pub mod catalog;
#[path = "../imports/mod.rs"]
pub mod imports;
#[path = "../model/mod.rs"]
pub mod model;
