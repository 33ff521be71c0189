//! Verdict tables: rule and facts in, verdict out, in TOML.
//!
//! ```toml
//! [fields]                 # of the whole file; without it the catalog is `kong`
//! s = "string"
//! l = "int[]"
//!
//! [[case]]
//! name = "an absent field equals nothing"
//! rule = 's == "a"'
//! facts = { l = [1, 2] }   # every other field is absent
//! verdict = "no match"     # or "match"
//! ```
//!
//! A `rule` that is a file of rules needs `named`, the rule that is asked.
//! A case may have a table `fields` or a `catalog` of its own, and 14 hexadecimal digits of `randomness` for `sample`.

use std::borrow::Cow;

use serde::Deserialize;
use tamis_lang::catalog::Catalog;

use crate::catalogs;
use crate::facts::CaseFacts;

/// One case, with what its file says for all.
#[derive(Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The rule, or the file of rules.
    pub rule: String,
    /// Which rule of the file is asked; none of a bare rule.
    pub named: Option<String>,
    /// The catalog of the rule and of the facts.
    pub catalog: Cow<'static, Catalog>,
    /// The catalog file, of a catalog that the case brings along.
    pub catalog_text: Option<String>,
    /// The facts of the request.
    pub facts: CaseFacts,
    /// Whether the request matches.
    pub matches: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fields: Option<toml::Table>,
    catalog: Option<String>,
    case: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    name: String,
    rule: String,
    named: Option<String>,
    fields: Option<toml::Table>,
    catalog: Option<String>,
    #[serde(default)]
    facts: toml::Table,
    randomness: Option<String>,
    verdict: Answer,
}

#[derive(Clone, Copy, Deserialize)]
enum Answer {
    #[serde(rename = "match")]
    Match,
    #[serde(rename = "no match")]
    NoMatch,
}

/// Reads the cases of a file.
///
/// # Errors
///
/// What is wrong with the file, or with one of its cases.
pub fn read(text: &str) -> Result<Vec<Case>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let shared = catalog(file.catalog.as_deref(), file.fields.as_ref())?;
    let case = |record: Record| {
        let own = record.catalog.is_some() || record.fields.is_some();
        let fields = if own { &record.fields } else { &file.fields };
        let named = |error: String| format!("{}: {error}", record.name);
        let catalog =
            if own { catalog(record.catalog.as_deref(), fields.as_ref()).map_err(named)? } else { shared.clone() };
        let catalog_text = fields.as_ref().map(catalogs::ad_hoc_text).transpose().map_err(named)?;
        let mut facts = CaseFacts::of_table(&record.facts, &catalog).map_err(|e| format!("{}: {e}", record.name))?;
        if let Some(randomness) = &record.randomness {
            facts.randomness = randomness.parse().map_err(|error| format!("{}: {error}", record.name))?;
        }
        let matches = matches!(record.verdict, Answer::Match);
        Ok(Case { name: record.name, rule: record.rule, named: record.named, catalog, catalog_text, facts, matches })
    };
    file.case.into_iter().map(case).collect()
}

fn catalog(name: Option<&str>, fields: Option<&toml::Table>) -> Result<Cow<'static, Catalog>, String> {
    match (name, fields) {
        (Some(_), Some(_)) => Err("a case has a `catalog` or `fields`, not both".to_owned()),
        (Some(name), None) => catalogs::shipped(name).map(Cow::Borrowed),
        (None, Some(fields)) => catalogs::ad_hoc(fields).map(Cow::Owned),
        (None, None) => catalogs::shipped(catalogs::DEFAULT).map(Cow::Borrowed),
    }
}

#[cfg(test)]
mod tests {
    use tamis_lang::catalog::FieldId;

    use super::*;

    #[test]
    fn a_file_is_read_with_its_fields() {
        let text =
            "fields.s = 'string'\n[[case]]\nname = 'n'\nrule = 's == \"a\"'\nfacts.s = ['a', 'b']\nverdict = 'match'\n";
        let cases = read(text).unwrap();
        assert_eq!((cases[0].name.as_str(), cases[0].matches), ("n", true));
        assert_eq!(cases[0].facts.values(FieldId(0), None).len(), 2);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| read(text).unwrap_err();
        assert!(wrong("[[case]]\nname = 'n'\nrule = ''\nverdict = 'maybe'\n").contains("maybe"));
        let facts = "fields.s = 'int'\n[[case]]\nname = 'n'\nrule = ''\nfacts.s = true\nverdict = 'match'\n";
        assert_eq!(wrong(facts), "n: `s`: expected an int, found `true`");
    }
}
