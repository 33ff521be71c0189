//! The chores of the repository, one command each.

use std::process::ExitCode;

use xtask::Failure;
use xtask::repository::root;
use xtask::tidy;

/// A chore.
struct Chore {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

/// Every chore, in the order in which one meets them.
const CHORES: &[Chore] = &[Chore {
    name: "tidy",
    arguments: "",
    summary: "hold the rules of the repository (also part of `cargo test`)",
    run: |_| run_tidy(),
}];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        show(&list());
        return ExitCode::SUCCESS;
    };
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        complain(&format!("there is no chore `{name}`\n\n{}", list()));
        return ExitCode::from(2);
    };
    match (chore.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What `cargo xtask` prints.
fn list() -> String {
    let call = |chore: &Chore| format!("{} {}", chore.name, chore.arguments);
    let lines = CHORES.iter().map(|chore| format!("  cargo xtask {:<22} {}\n", call(chore), chore.summary));
    format!("The chores of the repository:\n\n{}", lines.collect::<String>())
}

fn run_tidy() -> Result<(), Failure> {
    let violations = tidy::check(&root())?;
    for violation in &violations {
        show(&format!("{violation}\n"));
    }
    match violations.len() {
        0 => Ok(()),
        n_violations => Err(Failure::new(format!("{n_violations} places break a rule of the repository"))),
    }
}

#[expect(clippy::print_stdout, reason = "a chore speaks to the person who started it")]
fn show(text: &str) {
    print!("{text}");
}

#[expect(clippy::print_stderr, reason = "a chore speaks to the person who started it")]
fn complain(text: &str) {
    eprintln!("{text}");
}
