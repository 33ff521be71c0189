//! Workloads shared by the benchmarks.
//!
//! Figures of past runs are kept in `benches/record`; machines differ, so compare ratios within one run.

pub mod facts;
pub mod native;
pub mod random;
pub mod request;
pub mod rule;
pub mod workload;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Lazy, Ready, Sources};
    use crate::request::{Request, requests, strangers};
    use crate::rule::Rule;
    use crate::workload::{Shapes, set, singles};
    use tamis::{Program, Scratch};

    #[track_caller]
    fn program(rule: &Rule, catalog: &Catalog) -> Program {
        let analysis = tamis::analyze(&rule.text(), catalog, &Options::for_loading());
        let checked = analysis.rules().first().and_then(|rule| rule.checked());
        tamis::compile(checked.unwrap_or_else(|| panic!("{}: {:?}", rule.text(), analysis.diagnostics)))
    }

    #[test]
    fn tamis_agrees_with_the_naive_evaluator() {
        let catalog = Catalog::shipped("kong").unwrap();
        let sources = Sources::of(&catalog);
        let (mixed, equalities) = (set(Shapes::Mixed, 200), set(Shapes::Equalities, 200));
        let rules = singles().into_iter().map(|single| single.rule).chain(mixed).chain(equalities);
        let (traffic, mut scratch) = (requests(500), Scratch::default());
        for rule in rules {
            let program = program(&rule, &catalog);
            for request in &traffic {
                let lazy = Lazy { request, sources: &sources };
                let wanted = rule.holds(request).into();
                assert_eq!(program.run(&lazy, &mut scratch), wanted, "{}", rule.text());
                assert_eq!(program.run(&Ready::of(lazy, &program), &mut scratch), wanted, "{}", rule.text());
            }
        }
    }

    #[test]
    fn some_rules_of_a_set_match_and_none_matches_a_stranger() {
        for shapes in [Shapes::Mixed, Shapes::Equalities] {
            let rules = set(shapes, 1000);
            let matches = |requests: &[Request]| {
                requests.iter().map(|request| rules.iter().filter(|rule| rule.holds(request)).count()).sum::<usize>()
            };
            let usual = matches(&requests(1000));
            assert!((200..1500).contains(&usual), "{usual} matches of {}", shapes.name());
            assert_eq!(matches(&strangers(1000)), 0);
        }
    }
}
