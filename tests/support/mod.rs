//! What several tests need: a mail server that keeps what it is given.

pub mod smtp;
