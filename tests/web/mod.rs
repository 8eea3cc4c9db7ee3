//! The web, through its listener: every page as a browser without script gets it.

mod accounts;
mod api;
mod federated;
mod login;
mod provider;
mod reload;
mod security;
mod see;
mod traces;
mod work;
