//! Facebook and Instagram: recorded answers in, exact readings out; and the loop against a server that misbehaves.

mod asked;
mod consent;
mod faults;
mod recorded;
mod whole;
