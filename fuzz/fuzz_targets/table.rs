#![no_main]
//! Text files of every format: the first byte chooses a head, so that the fuzzer need not find the labels by itself.

use genomslag_fuzz::check;
use genomslag_fuzz::imports::{mapping, sketch};
use genomslag_fuzz::model::Platform;
use libfuzzer_sys::fuzz_target;

const HEADS: [&str; 10] = [
    "",
    "Post ID,Page ID,Page name,Title,Publish time,Post type,Data comment,Date,Views,Reach,Reactions,Seconds viewed\n",
    "Publicerings-id,Konto-id,Kontonamn,Beskrivning,Publiceringstid,Inläggstyp,Datum,Visningar,Räckvidd,Gilla-markeringar\n",
    "sep=,\n\"Views\"\n\"Date\",\"Primary\"\n",
    "Age & gender\n,Women,Men\n",
    "Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,engagement rate,likes\n",
    "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Average view duration\n",
    "# Start date: 20250401\n# End date: 20250430\nDate,Session source / medium,Sessions,Total users,Engagement rate\n",
    "datum;mått;värde;n;källa\n",
    "Date,page_fans:lifetime,page_impressions:day,page_impressions:days_28,page_engaged_users:week\n",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let head = HEADS[usize::from(*first) % HEADS.len()];
    let whole: Vec<u8> = head.bytes().chain(rest.iter().copied()).collect();
    // Every line below the head is an answer's row or is named; only a text whose lines are its rows can be counted.
    let plain = !rest.contains(&b'"') && std::str::from_utf8(rest).is_ok();
    let lines = rest.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()).count() as u64;
    // A table that nobody has explained can be sketched, and what a person would say of it is a dictionary that can be read.
    if let Ok(sketch) = sketch(&whole) {
        for posts in [false, true] {
            let meanings = sketch.guesses(Platform::Facebook, posts);
            let text = mapping("strange", Platform::Facebook, posts, &sketch, &meanings);
            let own = genomslag_fuzz::imports::Dictionaries::builtin().with(&[("strange.toml", &text)]);
            assert!(own.is_ok(), "{own:?}\n{text}");
        }
    }
    if let Ok(found) = check("file.csv", &whole) {
        let told: u64 = found.iter().map(|one| one.rows + one.skipped.len() as u64).sum();
        if plain && head.starts_with("Tweet id") {
            let blank = rest
                .split(|byte| matches!(byte, b'\n' | b'\r'))
                .filter(|line| !line.is_empty())
                .filter(|line| String::from_utf8_lossy(line).chars().all(|letter| letter == ',' || letter.is_whitespace()))
                .count() as u64;
            assert!(told + blank >= lines, "{told} rows of {lines} lines");
        }
    }
});
