//! The real services, which `cargo test` does not need: PostgreSQL at the address in `GENOMSLAG_TEST_POSTGRES`, an identity
//! provider whose starter lies where `GENOMSLAG_TEST_PROVIDER` says, a mail server that `GENOMSLAG_TEST_MAIL` names.
//! `.ci/services cargo test --release --test services` starts them and runs this.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it fails, and says what did not run"
)]

#[path = "support/smtp.rs"]
#[expect(dead_code, reason = "shared with the tests that need no services")]
mod smtp;

mod real {
    mod mail;
    mod restarted;
}

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
