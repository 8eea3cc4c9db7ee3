//! The web, through its listener: every page as a browser without script gets it.

mod accounts;
mod login;
mod reload;
mod security;
