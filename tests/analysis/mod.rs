//! Judging: every row of the status table with a worked example, computed by hand, and what must hold for any data.

mod aggregate;
mod around;
mod cannot;
mod formulas;
mod levels;
mod parts;
mod properties;
pub mod sample;
mod status;
mod ways;
