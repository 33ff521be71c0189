//! Workloads shared by the benchmarks.
//!
//! Figures of past runs are kept in `benches/record`; machines differ, so compare ratios within one run.

use tamis::{Catalog, Options};

/// Bytes of the longest rule that the usual limits allow.
pub const LONGEST_RULE: usize = 64 << 10;

/// Checks and compiles a bare rule; whether it has no error.
#[must_use]
pub fn compiles(rule: &str, catalog: &Catalog, options: &Options) -> bool {
    let analysis = tamis::analyze(rule, catalog, options);
    analysis.rules().first().and_then(|rule| rule.checked()).map(tamis::compile).is_some()
}

/// A chain of comparisons as long as a rule may be.
#[must_use]
pub fn longest_rule() -> String {
    repeated("http.response.status_code == 503", " || ")
}

/// As long, with a mistake in each condition.
#[must_use]
pub fn longest_broken_rule() -> String {
    repeated("http.respose.status_code = 503", " || ")
}

/// As long, and nothing but parentheses that are never closed, with a condition after every hundredth.
#[must_use]
pub fn unclosed_parentheses() -> String {
    repeated(&format!("{}a == 1", "(".repeat(100)), " && ")
}

fn repeated(part: &str, between: &str) -> String {
    let count = (LONGEST_RULE + between.len()) / (part.len() + between.len());
    vec![part; count].join(between)
}
