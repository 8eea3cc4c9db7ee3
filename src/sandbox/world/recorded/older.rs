//! Two older real sets as long tables. They keep their years and the names that their publishers gave the columns: no
//! metric of the catalogue means quite the same, so they feed none.

use std::fmt::Write as _;

use chrono::{Months, NaiveDate};

use super::super::history::HEADER;
use super::super::next;

/// The festival's file says nothing of when it was read; its repository first held it on this day at the latest.
const FESTIVAL_SEEN: &str = "2021-12-31T00:00:00Z";
/// The set of posts was given to the public archive in August 2016.
const BRAND_SEEN: &str = "2016-08-05T00:00:00Z";

/// A row of the long table.
struct Row<'a> {
    platform: &'a str,
    channel: &'a str,
    object: &'a str,
    metric: &'a str,
    window: &'a str,
    start: NaiveDate,
    end: NaiveDate,
    zone: &'a str,
    value: &'a str,
    seen: &'a str,
    source: &'a str,
}

fn write(text: &mut String, organisation: &str, row: &Row<'_>) {
    let Row { platform, channel, object, metric, window, start, end, zone, value, seen, source } = row;
    // Writing to a text does not fail. The channel's name stands for the account's number, which nobody published.
    let _ = writeln!(
        text,
        "{organisation},{platform},{channel},{channel},{object},{metric},,,{window},{start},{end},{zone},{value},ok,{seen},{source}"
    );
}

/// A column's name as a metric's: `Lifetime Post Total Reach` becomes `uci:lifetime_post_total_reach`.
fn named(prefix: &str, column: &str) -> String {
    format!("{prefix}:{}", column.trim().to_lowercase().replace(' ', "_"))
}

/// The weeks of Leeds Digital Festival 2021 on `LinkedIn`: what its posts did, and who came to its page.
pub(super) fn festival(organisation: &str) -> String {
    let mut text = format!("{HEADER}\n");
    for file in [include_str!("leeds-linkedin-updates.csv"), include_str!("leeds-linkedin-visitors.csv")] {
        let mut lines = file.lines();
        let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let Some(day) = cells.first().and_then(|cell| cell.parse().ok()) else { continue };
            for (column, cell) in columns.iter().zip(&cells).skip(1).filter(|(_, cell)| !cell.trim().is_empty()) {
                let row = Row {
                    platform: "linkedin",
                    channel: "leeds-digital-festival",
                    object: "",
                    metric: &named("leeds", column),
                    window: "day",
                    start: day,
                    end: next(day),
                    zone: "UTC",
                    value: cell.trim(),
                    seen: FESTIVAL_SEEN,
                    source: "history:leeds-digital-festival-2021",
                };
                write(&mut text, organisation, &row);
            }
        }
    }
    text
}

/// The columns that count something; the others say what kind of post it was and when.
const COUNTS: std::ops::Range<usize> = 7..19;
/// `Post Month`: the only date there is.
const MONTH: usize = 3;

/// Five hundred posts of a cosmetics brand on Facebook in 2014. No post has an id or a day: they are numbered in the order
/// of the file, and each stands in its month.
pub(super) fn brand(organisation: &str) -> String {
    let mut text = format!("{HEADER}\n");
    let mut lines = include_str!("uci-facebook-posts.csv").lines();
    let columns: Vec<String> = lines.next().unwrap_or_default().split(';').map(|column| named("uci", column)).collect();
    for (index, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(';').map(str::trim).collect();
        let month = cells.get(MONTH).and_then(|cell| cell.parse().ok());
        let Some(start) = month.and_then(|month| NaiveDate::from_ymd_opt(2014, month, 1)) else { continue };
        for at in COUNTS.filter(|at| cells.get(*at).is_some_and(|cell| !cell.is_empty())) {
            let row = Row {
                platform: "facebook",
                channel: "uci-cosmetics-brand",
                object: &format!("uci-post-{:03}", index + 1),
                metric: columns.get(at).map_or("uci:unnamed", String::as_str),
                window: "lifetime",
                start,
                end: start + Months::new(1),
                zone: "UTC",
                value: cells[at],
                seen: BRAND_SEEN,
                source: "history:uci-facebook-metrics-2014",
            };
            write(&mut text, organisation, &row);
        }
    }
    text
}
