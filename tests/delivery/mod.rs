//! What leaves the house: mail over the line, webhooks; what is taken, refused, put off, and what is uncertain.

mod line;
mod web;
