//! The real services, which `cargo test` does not need: PostgreSQL at the address in `GENOMSLAG_TEST_POSTGRES`, an identity
//! provider whose starter lies where `GENOMSLAG_TEST_PROVIDER` says.
//! `.ci/services cargo test --release --test services` starts one and runs this.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod state {
    pub mod cases;

    mod killed;

    mod on_postgres;
}

mod support {
    #[expect(dead_code, reason = "shared with the tests that need no services")]
    pub mod browser;
}

mod web {
    mod real_provider;
}
