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

use std::panic::{AssertUnwindSafe, catch_unwind};

use atc_router::router::Router;
use atc_router::schema::Schema;
use tamis_corpus::atc_judge::{Agreement, Theirs};
use tamis_lang::ty::Ty;
use tamis_types::strict::{Answer, Refusal};
use uuid::Uuid;

use run::Run;

/// Each is a rule and four requests; `cargo run --example atc` asks as many as one likes.
const QUESTIONS: u64 = 12_600;

/// The tests, by name.
const TESTS: &[(&str, fn())] = &[
    ("each_refusal_is_answered_as_its_record_says", each_refusal_is_answered_as_its_record_says),
    ("both_editions_agree_with_the_real_engine", both_editions_agree_with_the_real_engine),
];

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

/// The fields of the examples that have a type there; the others are in no schema.
const FIELDS: &[(&str, Ty)] = &[
    ("i", Ty::Int),
    ("s", Ty::String),
    ("ip", Ty::Ip),
    ("n", Ty::Network),
    ("d", Ty::Int),
    ("l", Ty::String),
    ("h.*", Ty::String),
];

/// The example of each record of the strict edition is refused as the record says.
fn each_refusal_is_answered_as_its_record_says() {
    std::panic::set_hook(Box::new(|_| {}));
    let schema = engine::schema(FIELDS);
    let answers: Vec<(Refusal, Theirs)> =
        Refusal::ALL.iter().map(|refusal| (*refusal, ask(*refusal, &schema))).collect();
    drop(std::panic::take_hook());
    for (refusal, theirs) in answers {
        let expected = match refusal.answer() {
            Answer::ParseError => Theirs::ParseError,
            Answer::TypeError(sentence) => Theirs::TypeError(sentence.to_owned()),
            Answer::Panic => Theirs::Panicked,
        };
        assert_eq!(theirs, expected, "{}", refusal.example());
    }
}

fn ask(refusal: Refusal, schema: &Schema) -> Theirs {
    let answer = || match Router::new(schema).add_matcher(0, Uuid::nil(), refusal.example()) {
        Ok(()) => Theirs::Accepted(Vec::new()),
        Err(reason) => engine::refused(reason),
    };
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or(Theirs::Panicked)
}
