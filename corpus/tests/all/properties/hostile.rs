//! No text exhausts the stack of a small thread, whatever the limits.

use tamis_corpus::generate::CATALOG;
use tamis_corpus::hostile::SHAPES;
use tamis_corpus::property;
use tamis_lang::limits::Limits;
use tamis_types::analysis::{Options, analyze};

/// The stack of a thread as gateways make them.
const STACK: usize = 2 << 20;

/// Limits that keep nothing out.
fn wide() -> Limits {
    Limits {
        rule_bytes: u32::MAX,
        file_bytes: u32::MAX,
        nesting: u32::MAX,
        quantifiers: u32::MAX,
        conditions: u32::MAX,
        set_members: u32::MAX,
        ..Limits::default()
    }
}

/// Analyses every shape of this size in a thread of its own.
#[track_caller]
fn check(n: usize, limits: &Limits, wanted: impl Fn(&str) -> bool) {
    for shape in SHAPES.iter().filter(|shape| wanted(shape.name)) {
        let options = Options { limits: limits.clone(), ..Options::default() };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
            let text = shape.text(n);
            let analysis = analyze(&text, &CATALOG, &options);
            property::is_sound(&text, &analysis, &options.limits)
                .map_err(|problem| problem.chars().take(500).collect::<String>())
        });
        let outcome = thread.unwrap().join();
        assert_eq!(outcome.ok(), Some(Ok(())), "{}", shape.name);
    }
}

/// What needs more stack the longer it is, where anything does.
const DEEP: &[&str] =
    &["parentheses", "brackets", "bangs", "minus signs", "unclosed parentheses", "a long name", "blanks"];

#[test]
fn hostile_texts_within_the_usual_limits() {
    check(1_000, &Limits::default(), |_| true);
}

#[test]
fn hostile_texts_within_wide_limits() {
    check(1_500, &wide(), |_| true);
}

#[test]
fn hostile_texts_are_converted_or_refused() {
    for shape in SHAPES {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
            let told = |problem: String| problem.chars().take(500).collect::<String>();
            property::conversion_is_sound(&shape.text(300), &wide()).map_err(told)
        });
        assert_eq!(thread.unwrap().join().ok(), Some(Ok(())), "{}", shape.name);
    }
}

#[test]
fn a_million_tokens_within_the_usual_limits() {
    check(1_000_000, &Limits::default(), |name| DEEP.contains(&name));
}

#[test]
fn a_million_tokens_within_wide_limits() {
    check(1_000_000, &wide(), |name| DEEP.contains(&name));
}
