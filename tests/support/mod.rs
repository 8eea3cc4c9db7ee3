//! What several tests need: a mail server that keeps what it is given, a web server that answers as it is told, a platform
//! that answers as badly as it is told, and one way to write down what a connector read.

pub mod app;
pub mod browser;
pub mod hook;
pub mod readings;
pub mod server;
pub mod smtp;
