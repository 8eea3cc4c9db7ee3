//! Files that bring observations: one file per format.

pub mod longtable;
