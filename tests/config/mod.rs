//! The configuration: the example is the manual, and whatever is wrong is told at once, where it stands.

mod example;
mod faults;
mod own;
mod schema;
mod starter;

/// A file of a configuration.
fn file(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}
