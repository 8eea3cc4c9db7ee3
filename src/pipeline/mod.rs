//! The order of things: opens, asks each room in turn, and closes. No arithmetic.

pub mod schedule;
