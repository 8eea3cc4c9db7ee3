//! The example's history file is what the sandbox writes, and reads as a long table without a skipped row.

use std::path::Path;

use genomslag::config::{Source, load};
use genomslag::imports::longtable;
use genomslag::model::OrganisationId;
use genomslag::sandbox::World;

use super::now;

const FILE: &str = "config/history/earlier-tool.csv";

#[test]
fn the_file_is_what_the_sandbox_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let written = World::example(now()).history();
    if std::env::var_os("GENOMSLAG_WRITE_HISTORY").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    // Not `assert_eq`: five million characters help nobody.
    let first = kept.lines().zip(written.lines()).position(|(kept, written)| kept != written);
    assert!(
        kept == written,
        "{FILE} is not what `genomslag sandbox history` prints (first difference at line {first:?}); \
         run this test with GENOMSLAG_WRITE_HISTORY=1 to write it anew"
    );
    assert!(written.len() < 6_000_000, "{}", written.len());
}

#[test]
fn every_row_of_it_is_taken() {
    let config = load(&Source::Embedded).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(config.history.len(), 1);
    let bytes = config.history[0].bytes().unwrap();
    let table = longtable::read(&bytes, &config.organisation.id, "run").unwrap();
    assert_eq!(table.skipped, []);
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(table.observations.len(), lines - 1);
    for observation in &table.observations {
        let channel = config.channel(&observation.channel);
        assert_eq!(channel.map(|channel| &channel.account), Some(&observation.account));
    }
}

#[test]
fn the_recorded_years_histories_are_taken_too() {
    for (name, text) in World::recorded_history() {
        let table = longtable::read(text.as_bytes(), &OrganisationId::from("ghe"), "run").unwrap();
        assert_eq!(table.skipped, [], "{name}");
        assert!(table.observations.len() > 500, "{name}");
    }
}
