//! The editions `atc` and `atc-strict` against the real engine, in both directions.
//!
//! The engine panics and ends its process on some texts, so it is asked in a process of its own, which is this program
//! again.
//! For that the program has a `main` of its own instead of the usual test harness.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test; whatever goes wrong shall fail it"
)]

mod engine;
mod process;
mod run;

use tamis_corpus::atc_judge::Agreement;

use run::Run;

/// Each is a rule and four requests; `cargo run --example atc` asks as many as one likes.
const QUESTIONS: u64 = 12_600;

/// The tests, by name.
const TESTS: &[(&str, fn())] =
    &[("both_editions_agree_with_the_real_engine", both_editions_agree_with_the_real_engine)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rest @ ..] = arguments.as_slice()
        && word == process::WORD
    {
        return process::serve(rest);
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    for (name, test) in TESTS.iter().filter(|(name, _)| is_wanted(name)) {
        if arguments.iter().any(|argument| argument == "--list") {
            println!("{name}: test");
        } else {
            println!("test {name}");
            test();
        }
    }
}

/// Same acceptance in the strict edition, same verdicts in both, and what the strict edition says of the engine is true.
fn both_editions_agree_with_the_real_engine() {
    let run = Run::new(0..QUESTIONS, |difference| println!("{difference}"));
    println!("{run}");
    assert!(run.differences.is_empty(), "{} differences", run.differences.len());
    assert!(run.count(Agreement::Accepted) > QUESTIONS / 3, "too few rules are accepted");
    for agreement in [Agreement::ParseError, Agreement::TypeError, Agreement::Panicked] {
        assert!(run.count(agreement) > QUESTIONS / 200, "too few: {agreement:?}");
    }
    for agreement in [Agreement::Aborted, Agreement::Limited] {
        assert!(run.count(agreement) > 0, "none: {agreement:?}");
    }
}
