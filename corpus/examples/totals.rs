//! Estimates totals from what rules with shares keep of synthetic requests in bursts: `totals [COUNT] [SEED]`.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

use tamis_corpus::property;

/// How far an estimate may be off.
const TOLERANCE: f64 = 0.01;

const RULES: &[&str] = &[
    "http.response.status_code >= 500 || sample(1%)",
    "(http.response.status_code >= 500 && sample(10%)) || sample(1%)",
    "http.request.method == \"POST\" && sample(1%)",
    "proxy.kong.latency.total > 500ms && (sample(10%) || http.response.status_code == 503)",
    "sample(0.5%)",
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, seed) = (number(10_000_000), number(1));
    let mut code = ExitCode::SUCCESS;
    for rule in RULES {
        match property::estimate(rule, count, seed) {
            Ok(totals) => {
                let percent = totals.error() * 100.0;
                println!(
                    "{rule}\n  {} of {count} requests, {} kept, estimated {:.0}: {percent:.3}% off",
                    totals.truth, totals.kept, totals.estimated
                );
                if totals.error() > TOLERANCE {
                    code = ExitCode::FAILURE;
                }
            }
            Err(problem) => {
                println!("{rule}: {problem}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
