//! The state on real SQLite files. The same cases run on PostgreSQL in the test target `services`.

pub mod cases;

mod errors;
mod killed;

mod on_sqlite;
