//! Analyses hostile texts of any size and prints how long each takes: `hostile [COUNT] [NAME]`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for a person who wants to know the time"
)]

use std::process::ExitCode;
use std::time::Instant;

use tamis_corpus::generate::CATALOG;
use tamis_corpus::hostile::SHAPES;
use tamis_corpus::property;
use tamis_lang::limits::Limits;
use tamis_types::analysis::{Options, analyze};

/// The stack of a thread as gateways make them.
const STACK: usize = 2 << 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let n = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let only = arguments.next();
    let mut n_failures = 0;
    for shape in SHAPES.iter().filter(|shape| only.as_deref().is_none_or(|only| only == shape.name)) {
        let mut said = format!("{:52}", shape.name);
        for limits in [Limits::default(), wide()] {
            // Four times the text may take four times as long, and a little more.
            for n in [n / 4, n] {
                let text = shape.text(n);
                let start = Instant::now();
                let outcome = analysed(text, limits.clone());
                said.push_str(&format!("{:10.3}", start.elapsed().as_secs_f64()));
                if let Err(problem) = outcome {
                    n_failures += 1;
                    said.push_str(&problem);
                }
            }
        }
        println!("{said}");
    }
    if n_failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

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

/// Analyses a text in a small thread, and says what is wrong with the result.
fn analysed(text: String, limits: Limits) -> Result<(), String> {
    let options = Options { limits, ..Options::default() };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let analysis = analyze(&text, &CATALOG, &options);
        property::is_sound(&text, &analysis, &options.limits)
    });
    let joined = thread.map_err(|error| error.to_string())?.join();
    joined.map_err(|_| " panics".to_owned())?.map_err(|problem| problem.chars().take(300).collect())
}
