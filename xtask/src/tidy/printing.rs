//! Only binaries print; a library gives values.

use super::{Policy, Violation};
use crate::repository::Repository;

const MACROS: &[&str] = &["println", "print", "eprintln", "eprint"];

/// Where printing is the purpose: the binaries, and what runs only as a test or benchmark.
const MAY_PRINT: &[&str] = &[
    "crates/cli/src/",
    "crates/proxy/",
    "xtask/src/",
    "corpus/tests/",
    "corpus/examples/",
    "crates/lsp/examples/",
    "benches/",
];

/// A build script speaks to cargo on its output.
const BUILD_SCRIPT: &str = "/build.rs";

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let may_print =
        |path: &str| path.ends_with(BUILD_SCRIPT) || MAY_PRINT.iter().any(|folder| path.starts_with(folder));
    let sources = repository.rust().filter(|(path, _)| !may_print(path));
    let calls = sources.flat_map(|(path, source)| {
        let calls = source.macro_calls().filter(|(name, _)| MACROS.contains(name));
        calls.filter(|(_, line)| !source.is_test_line(*line)).map(move |call| (path, call))
    });
    let mend = "return the text, and let the command line print it";
    calls.map(|(path, (name, line))| Violation::new(path, line, format!("`{name}!` in a library"), mend)).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    const TEXT: &str = "fn f() {\n    println!();\n}\n";

    #[test]
    fn a_library_does_not_print() {
        check_rule(
            "printing",
            "",
            &[("crates/lang/src/a.rs", TEXT)],
            &["crates/lang/src/a.rs:2: `println!` in a library"],
        );
    }

    #[test]
    fn a_binary_and_a_test_do() {
        check_rule("printing", "", &[("crates/cli/src/a.rs", TEXT), ("crates/cli/build.rs", TEXT)], &[]);
        let test = format!("#[cfg(test)]\nmod tests {{\n{TEXT}}}\n");
        check_rule("printing", "", &[("crates/lang/src/a.rs", &test)], &[]);
        check_rule("printing", "", &[("crates/lang/src/a.rs", "//! println!();\n")], &[]);
    }
}
