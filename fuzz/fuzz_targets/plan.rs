#![no_main]
//! Plans: boards, tables, calendars.

use genomslag_fuzz::imports::read_plan;
use libfuzzer_sys::fuzz_target;

const HEADS: [&str; 3] = ["{\"lists\":[],\"cards\":[", "Rubrik;Datum;Tid;Kanal\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let whole: Vec<u8> = HEADS[usize::from(*first) % HEADS.len()].bytes().chain(rest.iter().copied()).collect();
    let _answer = read_plan("file", &whole, chrono_tz::Europe::Stockholm);
});
