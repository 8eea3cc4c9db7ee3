//! How large the program is, and how soon it answers.

use std::process::{Command, Stdio};

use super::process::timed;

pub fn all() {
    let program = env!("CARGO_BIN_EXE_genomslag");
    let size = std::fs::metadata(program).unwrap().len();
    println!("the program: {:.1} MB", f64::from(u32::try_from(size / 1024).unwrap()) / 1024.0);
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config");
    for arguments in [&["--help"][..], &["check", "--offline", "--config", example]] {
        let (first, median) = timed(21, || {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(status.unwrap().success(), "{arguments:?}");
        });
        println!(
            "`genomslag {}`: first {first:.1?}, median of 20 {median:.1?}",
            arguments[..arguments.len().min(2)].join(" ")
        );
    }
}
