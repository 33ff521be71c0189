//! Another name for a `let`, a rule or a variable.

use std::fmt;

use tamis_lang::diagnostic::{Diagnostic, Edit, apply_edits};
use tamis_lang::span::Span;

use crate::document::{Document, View};
use crate::symbol::{Names, Symbol};

/// Why a name is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRenamed {
    /// There is no name at the place.
    NoName,
    /// The name is a field's, which the catalog gives.
    Field(String),
    /// The new name is no name of one segment.
    NotAName(String),
    /// With the new name the text would mean something else; what would be said of it.
    Clash(String),
}

impl fmt::Display for NotRenamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("there is no name here"),
            Self::Field(name) => write!(f, "`{name}` is a field, and its name comes from the catalog"),
            Self::NotAName(name) => {
                write!(f, "`{name}` is not a name: letters, digits and `_`, and no digit at the beginning")
            }
            Self::Clash(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for NotRenamed {}

/// The range of the name that can be changed at an offset.
///
/// # Errors
///
/// There is none, or it is a field's.
pub fn prepare_rename(view: &View<'_>, offset: u32) -> Result<Span, NotRenamed> {
    let (symbol, span) = Names::new(view).at(offset).ok_or(NotRenamed::NoName)?;
    match symbol {
        Symbol::Field { .. } => Err(NotRenamed::Field(view.slice(span).to_owned())),
        Symbol::Item(_) | Symbol::Variable(_) => Ok(span),
    }
}

/// The edits that give the name at an offset another one, everywhere.
///
/// # Errors
///
/// The new name is none, or the text would mean something else with it.
pub fn rename(view: &View<'_>, offset: u32, name: &str) -> Result<Vec<Edit>, NotRenamed> {
    let old = view.slice(prepare_rename(view, offset)?);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return Err(NotRenamed::NotAName(name.to_owned()));
    }
    if old == name {
        return Ok(Vec::new());
    }
    let names = Names::new(view);
    let Some((symbol, _)) = names.at(offset) else { return Err(NotRenamed::NoName) };
    let places = names.occurrences(&symbol);
    let edits: Vec<Edit> = places.iter().map(|place| Edit { span: place.span, text: name.to_owned() }).collect();
    let text = apply_edits(view.text(), edits.iter());
    let renamed = Document::new(text, view.catalog, view.document.options());
    let again = View { document: &renamed, ..*view };
    let clash = || NotRenamed::Clash(format!("`{name}` has a meaning here already"));
    let start = places.first().ok_or(NotRenamed::NoName)?.span.start;
    let (_, same) = (start, Names::new(&again).at(start).ok_or_else(clash)?.0);
    if Names::new(&again).occurrences(&same).len() != places.len() {
        return Err(clash());
    }
    let (before, after) = (problems(view.document), problems(&renamed));
    match after.iter().find(|problem| !before.iter().any(|old| old.code == problem.code)) {
        Some(problem) => Err(NotRenamed::Clash(problem.message.clone())),
        None => Ok(edits),
    }
}

/// What is worse than a hint.
fn problems(document: &Document) -> Vec<&Diagnostic> {
    use tamis_lang::diagnostic::Severity;
    document.analysis().diagnostics.iter().filter(|it| it.severity > Severity::Hint).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, name: &str, expected: &Expect) {
        let found = at(text, |view, offset| match rename(view, offset, name) {
            Ok(edits) => apply_edits(view.text(), edits.iter()),
            Err(why) => format!("refused: {why}"),
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn every_use_is_renamed() {
        check("let a = 1\nrule r = try_count > $0a", "limit", &expect!["let limit = 1\nrule r = try_count > limit"]);
        check("any($0v in try_count, v > 1)", "n", &expect!["any(n in try_count, n > 1)"]);
        check("rule $0r = try_count > 1", "retries", &expect!["rule retries = try_count > 1"]);
    }

    #[test]
    fn a_name_that_means_something_else_is_refused() {
        let text = "let $0a = 1\nlet b = 2\nrule r = try_count > a && try_count < b";
        check(text, "b", &expect!["refused: `b` has a meaning here already"]);
        check(text, "in", &expect!["refused: `in` is a word of the language"]);
        check(
            text,
            "a-b",
            &expect!["refused: `a-b` is not a name: letters, digits and `_`, and no digit at the beginning"],
        );
        check(text, "", &expect!["refused: `` is not a name: letters, digits and `_`, and no digit at the beginning"]);
    }

    #[test]
    fn a_field_keeps_its_name() {
        check(
            "$0url.path == \"/\"",
            "x",
            &expect!["refused: `url.path` is a field, and its name comes from the catalog"],
        );
        check("url.path $0== \"/\"", "x", &expect!["refused: there is no name here"]);
        check("url.path == $0\"/\"", "x", &expect!["refused: there is no name here"]);
    }
}
