//! A file has at most 600 lines of code; tests at its end do not count.

use super::{Policy, Violation};
use crate::repository::Repository;

/// More than this many lines of code are too many to read in one go.
const MOST_CODE_LINES: usize = 600;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let long = repository.rust().map(|(path, source)| (path, source.code_lines()));
    let long = long.filter(|(_, n_lines)| *n_lines > MOST_CODE_LINES);
    let violation = |(path, n_lines)| {
        let what = format!("{n_lines} lines of code, at most {MOST_CODE_LINES} are allowed");
        Violation::new(path, 0, what, "split the file by feature")
    };
    long.map(violation).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn a_file_of_601_lines_is_too_long() {
        let most = "const X: u8 = 0;\n".repeat(600);
        check_rule("file_size", "", &[("a.rs", &most)], &[]);
        let more = format!("{most}const Y: u8 = 0;\n");
        check_rule("file_size", "", &[("a.rs", &more)], &["a.rs:0: 601 lines of code, at most 600 are allowed"]);
    }

    #[test]
    fn comments_blanks_and_tests_do_not_count() {
        let most = "const X: u8 = 0;\n".repeat(600);
        let text = format!("//! A.\n\n{most}// b\n#[cfg(test)]\nmod tests {{\n    const Y: u8 = 0;\n}}\n");
        check_rule("file_size", "", &[("a.rs", &text)], &[]);
    }
}
