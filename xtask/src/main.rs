//! The chores of the repository, one command each; each has its own module in the library.

use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;

use xtask::repository::root;
use xtask::tidy::{self, Policy};
use xtask::{
    Failure, Repository, bench, bindings, ci, codegen, editors, fuzz, gateway, record, test_hooks, test_python,
    test_serve,
};

/// A chore.
struct Chore {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

/// Every chore, in the order in which one meets them.
const CHORES: &[Chore] = &[
    Chore {
        name: "tidy",
        arguments: "",
        summary: "hold the rules of the repository (also part of `cargo test`)",
        run: |_| run_tidy(),
    },
    Chore {
        name: "codegen",
        arguments: "[--check]",
        summary: "write the generated files anew, or only compare them",
        run: run_codegen,
    },
    Chore {
        name: "test-all",
        arguments: "",
        summary: "test every member of the workspace",
        run: |_| ci::test_all(&root()),
    },
    Chore {
        name: "test-serve",
        arguments: "",
        summary: "hold the HTTP service to its document with schemathesis, and to its speed with wrk (both are installed)",
        run: |_| test_serve::run(&root()).map(|told| told.iter().for_each(|line| show(&format!("{line}\n")))),
    },
    Chore {
        name: "test-hooks",
        arguments: "",
        summary: "run the hooks for pre-commit and the workflow of docs/validate.md (installs pre-commit)",
        run: |_| test_hooks::run(&root()).map(|told| told.iter().for_each(|line| show(&format!("{line}\n")))),
    },
    Chore {
        name: "record",
        arguments: "",
        summary: "make the recorded traffic of the corpus anew (needs nginx, curl, openssl, Node.js and Chromium)",
        run: |_| record::record(&root()).map(|told| show(&told)),
    },
    Chore {
        name: "install-editors",
        arguments: "[EDITOR]",
        summary: "install what the tests of the editors need and the machine lacks (needs apt and npm)",
        run: |arguments| editors::install(&root(), arguments),
    },
    Chore {
        name: "test-editors",
        arguments: "[EDITOR] [--screenshots]",
        summary: "use the editors that are installed as a person would; with `--screenshots` draw the documentation anew",
        run: |arguments| editors::test(&root(), arguments, show),
    },
    Chore {
        name: "package-vscode",
        arguments: "",
        summary: "pack the extension for VS Code (needs Node.js)",
        run: |_| editors::package(&root()).map(|path| show(&format!("{}\n", path.display()))),
    },
    Chore {
        name: "bench",
        arguments: "[FIGURES]",
        summary: "measure Tamis beside its peers for some minutes and write a record (callgrind counts, if there is valgrind)",
        run: |arguments| bench::run(&root(), arguments.first().map(Path::new)).map(|told| show(&told)),
    },
    Chore {
        name: "test-gateway",
        arguments: "",
        summary: "build and test `tamis-gateway` with a receiver of its traces (installs cmake and Rotel)",
        run: |_| gateway::test(&root()).map(|told| show(&told)),
    },
    Chore {
        name: "measure-gateway",
        arguments: "[ROUNDS]",
        summary: "what sessions cost the traffic of `tamis-gateway` (needs nginx and wrk; callgrind counts, if there is valgrind)",
        run: |arguments| {
            let rounds = number(arguments, gateway::measure::USUAL_ROUNDS)?;
            gateway::measure::run(&root(), rounds).map(|told| show(&told))
        },
    },
    Chore {
        name: "soak-gateway",
        arguments: "[SECONDS]",
        summary: "an hour of faults around `tamis-gateway`, every answer checked (needs nginx and wrk; installs Rotel)",
        run: |arguments| {
            gateway::soak::run(&root(), number(arguments, gateway::soak::USUAL_SECONDS)?).map(|told| show(&told))
        },
    },
    Chore {
        name: "fuzz",
        arguments: "[SECONDS] [TARGET]",
        summary: "run each fuzz target, or only one, for a while, a minute when not said (needs cargo-fuzz)",
        run: |arguments| {
            let seconds = number(arguments, fuzz::USUAL_SECONDS)?;
            fuzz::run(&root(), seconds, arguments.get(1).map(String::as_str))
        },
    },
    Chore {
        name: "measure-bindings",
        arguments: "[ATC_ROUTER]",
        summary: "what a call from LuaJIT costs in nginx, beside atc-router's own modules where a checkout of it is given",
        run: |arguments| bindings::measure(&root(), arguments.first().map(Path::new)).map(|told| show(&told)),
    },
    Chore {
        name: "test-bindings",
        arguments: "[--install]",
        summary: "run the modules for LuaJIT in nginx, with traffic of its own (`--install` installs it, with apt)",
        run: |arguments| {
            let told = bindings::test(&root(), arguments.iter().any(|argument| argument == "--install"))?;
            show(&told);
            Ok(())
        },
    },
    Chore {
        name: "test-python",
        arguments: "",
        summary: "build the library for Python as a wheel and test it (installs maturin, pytest and mypy)",
        run: |_| test_python::run(&root()).map(|told| show(&format!("{told}\n"))),
    },
    Chore {
        name: "ci",
        arguments: "",
        summary: "do everything that has to be green before a change lands",
        run: |_| ci::run(&root()),
    },
];

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
    if rest.len() > chore.arguments.split_whitespace().count() {
        complain(&format!("too many arguments; expected `cargo xtask {} {}`", chore.name, chore.arguments));
        return ExitCode::from(2);
    }
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
    let lines = CHORES.iter().map(|chore| format!("  cargo xtask {:<40} {}\n", call(chore), chore.summary));
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

fn run_codegen(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => {
            let written = codegen::write(&root())?;
            written.iter().for_each(|file| show(&format!("wrote {}\n", file.path)));
            Ok(())
        }
        [option] if option == "--check" => {
            let repository = Repository::open(&root())?;
            let stale = codegen::stale(&repository, &Policy::of(&repository)?)?;
            stale.iter().for_each(|file| show(&format!("{} is stale\n", file.path)));
            if stale.is_empty() { Ok(()) } else { Err(Failure::new("run `cargo xtask codegen`")) }
        }
        _ => Err(Failure::new("expected nothing or `--check`")),
    }
}

/// How long or how often a chore is to run.
fn number<N: FromStr>(arguments: &[String], usual: N) -> Result<N, Failure> {
    match arguments {
        [] => Ok(usual),
        [text, ..] => text.parse().map_err(|_| Failure::new(format!("`{text}` is not a number"))),
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
