//! The queries of the tree-sitter grammar, where editors look for them: each wants a copy in a folder of its own.

use super::Generated;
use crate::repository::Repository;

/// Where the queries are written.
const FROM: &str = "grammar/tree-sitter-tamis/queries/";

/// The folder of an editor, and the queries whose captures it understands.
const COPIES: &[(&str, &[&str])] = &[
    ("editors/nvim/queries/tamis/", &["highlights.scm", "folds.scm", "indents.scm", "injections.scm", "locals.scm"]),
    ("editors/zed/languages/tamis/", &["highlights.scm", "injections.scm"]),
];

pub(super) fn generate(repository: &Repository) -> Vec<Generated> {
    let copies = COPIES.iter().flat_map(|(folder, files)| files.iter().map(move |file| (*folder, *file)));
    let copy = |(folder, file)| {
        let text = repository.text(&format!("{FROM}{file}"))?;
        let origin = format!("; A copy of `{FROM}{file}` by `cargo xtask codegen`; changes here are lost.\n");
        Some(Generated { path: format!("{folder}{file}"), text: origin + text })
    };
    copies.filter_map(copy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_says_where_it_comes_from() {
        let repository = Repository::of(&[("grammar/tree-sitter-tamis/queries/folds.scm", "(set) @fold\n")]);
        let copies = generate(&repository);
        assert_eq!(copies.len(), 1);
        let origin = "; A copy of `grammar/tree-sitter-tamis/queries/folds.scm` by `cargo xtask codegen`";
        assert!(copies[0].text.starts_with(origin) && copies[0].text.ends_with("\n(set) @fold\n"), "{copies:?}");
    }
}
