//! `unsafe` stands only in listed files.

use super::{Policy, Violation};
use crate::repository::Repository;
use crate::source::Kind;

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let tokens = repository.rust().flat_map(|(path, source)| source.tokens().iter().map(move |token| (path, token)));
    let found = tokens.filter(|(_, token)| token.kind == Kind::Word && token.text == "unsafe");
    let mend = "write it without, or list the file with its proof in `xtask/tidy.toml`";
    found.map(|(path, token)| Violation::new(path, token.line, "`unsafe` code", mend)).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::violation::check_rule;

    #[test]
    fn unsafe_code_is_found_even_in_macros() {
        check_rule("unsafe_code", "", &[("a.rs", "fn f() {\n    unsafe { g() }\n}\n")], &["a.rs:2: `unsafe` code"]);
        check_rule("unsafe_code", "", &[("a.rs", "m!(unsafe fn);\n")], &["a.rs:1: `unsafe` code"]);
    }

    #[test]
    fn the_word_alone_is_no_code() {
        check_rule(
            "unsafe_code",
            "",
            &[("a.rs", "#![forbid(unsafe_code)]\n// unsafe\nconst A: &str = \"unsafe\";")],
            &[],
        );
    }
}
