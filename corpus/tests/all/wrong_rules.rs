//! The table of `corpus/diagnostics/README.md`: wrong rules that people write, and the codes that they get.

use tamis_corpus::compact;
use tamis_corpus::page::Subject;
use tamis_lang::diagnostic::{Diagnostic, Severity};

use crate::expected::{CaseFile, Differences, files};

/// The codes of what is said about a rule: errors and warnings, or hints where there is nothing else.
fn codes(rule: String) -> String {
    let said = Subject::of_rule(rule).unwrap().diagnostics();
    let is_serious = |said: &&Diagnostic| said.severity > Severity::Hint;
    let only_hints = !said.iter().any(|said| is_serious(&said));
    let mut codes: Vec<_> =
        said.iter().filter(|it| only_hints || is_serious(it)).map(|it| it.code.to_string()).collect();
    codes.dedup();
    if codes.is_empty() { "–".to_owned() } else { codes.join(", ") }
}

/// The cells of a row that begins with the id of a rule.
fn row(line: &str) -> Option<(&str, &str)> {
    let (id, rest) = line.strip_prefix("| ")?.split_once(" | `")?;
    let is_id = id.len() == 3 && id.starts_with(['E', 'S', 'W']) && id.bytes().skip(1).all(|it| it.is_ascii_digit());
    let (rule, _) = rest.rsplit_once("` | ")?;
    is_id.then_some((id, rule))
}

/// The rules of the table with their ids.
fn rules(file: &CaseFile) -> Vec<(String, String)> {
    let rows = file.text.lines().filter_map(row);
    rows.map(|(id, cell)| (id.to_owned(), rule_of(cell))).collect()
}

/// The rule in a cell.
fn rule_of(cell: &str) -> String {
    String::from_utf8(compact::unescape(&cell.replace("\\|", "|"))).unwrap()
}

fn readme() -> CaseFile {
    files("corpus/diagnostics", "md").into_iter().find(|file| file.stem() == "README").unwrap()
}

#[test]
fn every_fix_of_a_wrong_rule_that_people_write_mends() {
    let mut differences = Differences::default();
    for (id, rule) in rules(&readme()) {
        let subject = Subject::of_rule(rule).unwrap();
        for diagnostic in subject.diagnostics() {
            for problem in diagnostic.fixes.iter().filter_map(|fix| subject.unmended(&diagnostic, fix)) {
                differences.add(&id, problem);
            }
        }
    }
    differences.finish();
}

#[test]
fn wrong_rules_that_people_write_get_the_codes_of_the_table() {
    let mut differences = Differences::default();
    let file = readme();
    let mut n_rows = 0;
    let lines = file.text.lines().map(|line| match row(line) {
        Some((id, cell)) => {
            n_rows += 1;
            format!("| {id} | `{cell}` | {} |\n", codes(rule_of(cell)))
        }
        None => format!("{line}\n"),
    });
    let new: String = lines.collect();
    assert!(n_rows > 60, "the table has only {n_rows} rows");
    differences.settle(&file, &new);
    differences.finish();
}
