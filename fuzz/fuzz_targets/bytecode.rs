//! Any bytes as a program, and programs of the compiler with some bytes changed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tamis_fuzz::bytecode(bytes));
