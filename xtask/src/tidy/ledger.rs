//! The ledger of diagnostic codes: every code ever given, so that none is given twice.

use std::collections::BTreeMap;

use tamis_lang::code::Code;

use super::{Policy, Violation};
use crate::repository::Repository;

/// The ledger: one line per code, with its title.
pub(crate) const PATH: &str = "crates/lang/codes.ledger";

const MEND_CODE: &str = "give the new diagnostic the next free number";
const MEND_LEDGER: &str = "run `cargo xtask codegen`, which only ever adds";

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let codes: Vec<_> = Code::ALL.iter().map(|code| (code.as_str(), code.title())).collect();
    let former = repository.former_lines(PATH);
    compare(&codes, Code::RETIRED, repository.text(PATH).unwrap_or_default(), &former)
}

/// The codes in force and the retired ones against the ledger and the lines that it once had.
fn compare(codes: &[(&str, &str)], retired: &[&str], ledger: &str, former: &[String]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut broken = |line, what, mend| violations.push(Violation::new(PATH, line, what, mend));
    let mut entries = BTreeMap::new();
    for (line, number) in ledger.lines().zip(1..) {
        let Some((code, title)) = line.split_once(' ') else {
            broken(number, format!("`{line}` is not a code with a title"), "write `T301 title`");
            continue;
        };
        if entries.insert(code, title).is_some() {
            broken(number, format!("`{code}` is given twice"), MEND_CODE);
        }
        if !retired.contains(&code) && !codes.iter().any(|(known, _)| *known == code) {
            broken(number, format!("`{code}` is no longer in use"), "add it to `Code::RETIRED`");
        }
    }
    for (code, title) in codes {
        match entries.get(code) {
            None => broken(0, format!("`{code}` is not in the ledger"), MEND_LEDGER),
            Some(known) if known != title => {
                let what = format!("`{code}` means \"{known}\" in the ledger and \"{title}\" in the table");
                broken(0, what, "if only the words differ, change the ledger too; otherwise take the next free number");
            }
            Some(_) => {}
        }
    }
    let gone = former.iter().filter_map(|line| line.split(' ').next()).filter(|code| !entries.contains_key(code));
    for code in gone {
        broken(0, format!("`{code}` was in the ledger and is gone"), "a ledger only grows: put the line back");
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[(&str, &str)], ledger: &str, former: &[&str], expected: &[&str]) {
        let former: Vec<_> = former.iter().map(ToString::to_string).collect();
        let violations = compare(codes, &["T009"], ledger, &former);
        assert_eq!(violations.iter().map(|it| format!("{}: {}", it.line, it.what)).collect::<Vec<_>>(), expected);
    }

    const ONE: &[(&str, &str)] = &[("T001", "a")];

    #[test]
    fn the_ledger_has_every_code_ever_given() {
        check(ONE, "T001 a\nT009 old\n", &["T009 old", "T001 older words"], &[]);
        check(ONE, "", &[], &["0: `T001` is not in the ledger"]);
        check(ONE, "T001 a\nT002 b\n", &[], &["2: `T002` is no longer in use"]);
    }

    #[test]
    fn a_code_is_given_once() {
        check(ONE, "T001 a\nT001 a\n", &[], &["2: `T001` is given twice"]);
        check(ONE, "T001 b\n", &[], &["0: `T001` means \"b\" in the ledger and \"a\" in the table"]);
        check(ONE, "T001 a\n", &["T007 x"], &["0: `T007` was in the ledger and is gone"]);
        check(ONE, "T001 a\nT002\n", &[], &["2: `T002` is not a code with a title"]);
    }
}
