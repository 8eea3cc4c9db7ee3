//! The built-in imitation of the platforms over loopback HTTP, for the demo and the tests. Written from the platforms'
//! documents, not from our connectors, so that the two check each other: it knows the dialects and nothing of the rest.

mod ask;
mod faults;
mod graph;
mod linkedin;
mod matomo;
mod model;
mod serve;
mod spoil;
mod world;

pub use faults::{Fault, FaultKind, Faults};
pub use serve::{Sandbox, serve};
pub use world::{Account, Campaign, Day, FIRST_DAY, Notice, Post, Recorded, Site, Tokens, Voice, World};
