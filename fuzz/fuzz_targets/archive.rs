#![no_main]
//! Archives: never more than the limits allow.

use genomslag_fuzz::imports::{Limits, expand_zip};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { files: 20, bytes: 1 << 20, archive_bytes: 1 << 21, ..Limits::default() };
    if let Ok(files) = expand_zip("a.zip", bytes, limits) {
        let sum: usize = files.iter().filter_map(|file| file.bytes.as_ref()).map(Vec::len).sum();
        assert!(sum <= 1 << 21 && files.len() <= 20);
    }
});
