//! Every diagnostic code: the overview in `docs/codes.md`, and the ledger, which only ever grows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tamis_lang::code::Code;

use super::table::Table;
use super::{Generated, origin};
use crate::repository::Repository;
use crate::tidy::ledger::PATH;

/// The overview of the codes in force.
pub(super) fn page() -> Generated {
    let mut table = Table::new(["Code", "Severity", "What it is"]);
    for code in Code::ALL {
        let page = format!("[{code}](../{})", code.page_path());
        table.row([page, code.severity().as_str().into(), code.title().into()]);
    }
    let text = format!(
        "# Diagnostic codes\n\n{}\n\
         The first digit tells the stage: 0 text and literals, 1 syntax, 2 types, 3 names, 4 meaning, 5 files of rules, \
         6 limits, 7 catalogs, 8 what Kong's gateway refuses, 9 conversion.\n\
         Codes that begin with `V` are about debug sessions: 0 documents, 1 the session, 2 nodes, 3 entities, 4 predictions.\n\
         `tamis explain CODE` prints the page of a code.\n\
         The severity is the usual one; a diagnostic may be milder or harsher where it knows more.\n\n{}",
        origin("crates/lang/src/code.rs"),
        table.into_text()
    );
    Generated { path: "docs/codes.md".into(), text }
}

/// The ledger with a line for every code that has none; the lines that are there stay.
pub(super) fn ledger(repository: &Repository) -> Generated {
    let text = repository.text(PATH).unwrap_or_default();
    let mut lines: BTreeMap<_, _> = Code::ALL.iter().map(|code| (code.as_str(), code.title())).collect();
    lines.extend(text.lines().filter_map(|line| line.split_once(' ')));
    let mut text = String::new();
    for (code, title) in lines {
        let _ = writeln!(text, "{code} {title}");
    }
    Generated { path: PATH.into(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_keeps_what_it_has() {
        let repository = Repository::of(&[(PATH, "T000 an old code\nT001 other words\n")]);
        let text = ledger(&repository).text;
        assert!(text.starts_with("T000 an old code\nT001 other words\nT002 "), "{text}");
        assert_eq!(text.lines().count(), Code::ALL.len() + 1);
    }
}
