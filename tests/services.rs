//! The real services, which `cargo test` does not need: PostgreSQL at the address in `GENOMSLAG_TEST_POSTGRES`.
//! `.ci/services cargo test --release --test services` starts one and runs this.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod state {
    pub mod cases;

    mod killed;

    mod on_postgres;
}
