//! Runs, tokens, secrets, reports, deliveries and jobs: what the program remembers besides observations.
