//! Any text as a rule, from analysis to verdict.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| tamis_fuzz::rule(text));
