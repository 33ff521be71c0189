//! A function has at most 80 lines of code, signature and braces included.

use super::{Policy, Violation};
use crate::repository::Repository;

/// More than this many lines are more than one idea.
const MOST_CODE_LINES: usize = 80;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let functions = repository.rust().flat_map(|(path, source)| source.functions().map(move |it| (path, it)));
    let long = functions.filter(|(_, function)| function.code_lines > MOST_CODE_LINES);
    let violations = long.map(|(path, function)| {
        let what =
            format!("`{}` has {} lines, at most {MOST_CODE_LINES} are allowed", function.name, function.code_lines);
        Violation::new(path, function.line, what, "name its parts as functions").of_item(function.name)
    });
    violations.collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    fn function(n_lines: usize) -> String {
        format!("fn f() {{\n    // one\n\n{}}}\n", "    g();\n".repeat(n_lines - 2))
    }

    #[test]
    fn a_function_of_81_lines_is_too_long() {
        check_rule("function_size", "", &[("a.rs", &function(80))], &[]);
        check_rule(
            "function_size",
            "",
            &[("a.rs", &function(81))],
            &["a.rs:1: `f` has 81 lines, at most 80 are allowed"],
        );
    }

    #[test]
    fn a_listed_function_may_be_long() {
        let policy = "[[exceptions]]\nrule = \"function_size\"\npath = \"a.rs\"\nitem = \"f\"\nreason = \"a table\"";
        check_rule("function_size", policy, &[("a.rs", &function(81))], &[]);
        let other = policy.replace("\"f\"", "\"g\"");
        let stale = "xtask/tidy.toml:0: nothing needs the exception of `a.rs` from `function_size` for `g`";
        let long = "a.rs:1: `f` has 81 lines, at most 80 are allowed";
        check_rule("function_size", &other, &[("a.rs", &function(81))], &[long, stale]);
    }
}
