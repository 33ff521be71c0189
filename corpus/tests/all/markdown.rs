//! Every rule in the Markdown files of the repository compiles, or names the codes that it raises.

use std::collections::BTreeSet;

use tamis_corpus::fence;
use tamis_corpus::page::{self, Subject};
use tamis_lang::diagnostic::Severity;
use xtask::Repository;

use crate::expected::Differences;

#[test]
fn rules_in_prose_compile_or_name_their_codes() {
    let repository = Repository::open(&xtask::repository::root()).unwrap();
    let mut differences = Differences::default();
    let mut n_rules = 0;
    for file in repository.with_extension("md").filter(|file| !shows_answers(&file.path)) {
        for block in fence::blocks(&file.text) {
            let place = format!("{}:{}", file.path, block.line);
            match Subject::of(&block, false) {
                Ok(Some(subject)) => {
                    n_rules += 1;
                    let named: BTreeSet<_> = block.words.iter().copied().filter(|word| page::is_code(word)).collect();
                    if let Some(problem) = unexpected(&subject, &named) {
                        differences.add(&place, problem);
                    }
                }
                Ok(None) => {}
                Err(reason) => differences.add(&place, reason),
            }
        }
    }
    assert!(n_rules > 0, "no Markdown file has a rule");
    differences.finish();
}

/// What is said about a rule beyond the codes that its fence names.
///
/// A rule without codes has no errors and no warnings; one with codes has these, and every error is among them.
fn unexpected(subject: &Subject, named: &BTreeSet<&str>) -> Option<String> {
    let said = subject.diagnostics();
    let all: BTreeSet<_> = said.iter().map(|said| said.code.as_str()).collect();
    let least = if named.is_empty() { Severity::Warning } else { Severity::Error };
    let serious: BTreeSet<_> =
        said.iter().filter(|said| said.severity >= least).map(|said| said.code.as_str()).collect();
    let is_as_named = named.is_subset(&all) && serious.is_subset(named);
    (!is_as_named).then(|| format!("expected {named:?}, found\n{}", subject.rendered()))
}

/// Whether a page shows below each text what is said about it, so that another test holds it to that.
fn shows_answers(path: &str) -> bool {
    page::is_page(path) || path.starts_with("corpus/validator/")
}
