//! Any bytes as a recording, in every format.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tamis_fuzz::traffic(bytes));
