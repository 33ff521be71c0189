//! The tables of `docs/convert.md`: what a rule becomes in the other language, or the code with which it is refused.

use tamis_corpus::catalogs;
use tamis_corpus::fence;
use tamis_dialects::{ConvertOptions, Dialect, Values, convert};
use tamis_lang::catalog::Catalog;

use crate::expected::{Differences, files};

const PAGE: &str = "docs/convert.md";

/// The cells of a row of two texts in backticks.
fn row(line: &str) -> Option<(String, String)> {
    let cells = line.strip_prefix("| `")?.strip_suffix("` |")?;
    let (left, right) = cells.split_once("` | `")?;
    Some((left.replace("\\|", "|"), right.replace("\\|", "|")))
}

/// What a rule becomes.
fn converted(rule: &str, catalog: &Catalog, options: &ConvertOptions) -> String {
    let conversion = convert(rule, catalog, options);
    conversion.text.unwrap_or_else(|| {
        let first = conversion.diagnostics.iter().find(|found| found.is_error()).unwrap();
        first.code.to_string()
    })
}

#[test]
fn every_row_is_what_a_rule_becomes() {
    let file = files("docs", "md").into_iter().find(|file| file.path == PAGE).unwrap();
    let block = fence::blocks(&file.text).into_iter().find(|block| block.language() == "toml").unwrap();
    let catalog = catalogs::ad_hoc(&block.text.parse().unwrap()).unwrap();
    let mut options = ConvertOptions::between(Dialect::Tamis, Dialect::Atc);
    let (mut new, mut n_rows) = (String::new(), 0);
    for line in file.text.split_inclusive('\n') {
        if line.starts_with("With `--one-value`") {
            options.values = Values::AsTheCatalogSays;
        } else if line.starts_with("## From Kong's expressions") {
            options = ConvertOptions::between(Dialect::Atc, Dialect::Tamis);
        }
        match row(line.trim_end()).filter(|(left, _)| left != "atc" && left != "tamis") {
            Some((rule, _)) => {
                n_rows += 1;
                let found = converted(&rule, &catalog, &options);
                let cell = |text: &str| text.replace('|', "\\|");
                new.push_str(&format!("| `{}` | `{}` |\n", cell(&rule), cell(&found)));
            }
            None => new.push_str(line),
        }
    }
    assert!(n_rows > 60, "only {n_rows} rows");
    let mut differences = Differences::default();
    differences.settle(&file, &new);
    differences.finish();
}
