//! Any bytes as a line of `tamis batch`.
#![no_main]

libfuzzer_sys::fuzz_target!(|line: &[u8]| tamis_fuzz::batch(line));
