//! Any bytes as a recording.

use std::hint::black_box;

use tamis::traffic::{FactSet, Format, read};

use crate::KONG;

/// A recording is read in every format, and its facts are typed.
pub fn traffic(bytes: &[u8]) {
    for format in [Format::Auto, Format::Otlp, Format::Har, Format::Facts] {
        let recording = read(bytes, format);
        for request in &recording.requests {
            black_box(request.label());
            black_box(FactSet::bind(&request.facts, &KONG));
        }
        for problem in &recording.problems {
            assert!(!problem.to_string().is_empty());
        }
    }
}
