//! Running by itself: two years in seconds, processes beside each other, deaths, restarts; then the real steps against the
//! sandbox and a scripted mail server.

mod calendar;
mod deaths;
mod owner;
mod real;
mod setting;
mod ways;
mod weeding;
