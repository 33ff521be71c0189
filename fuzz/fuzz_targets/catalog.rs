//! Any text as a catalog.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tamis_fuzz::catalog(text));
