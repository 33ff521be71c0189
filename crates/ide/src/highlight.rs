//! The places that belong to the thing under the cursor.

use crate::complete::Subject;
use crate::document::View;
use crate::symbol::{Names, Occurrence, Symbol};

/// Every place of the name at an offset: of the field, the `let`, the rule or the variable.
#[must_use]
pub fn highlight(view: &View<'_>, offset: u32) -> Vec<Occurrence> {
    let names = Names::new(view);
    names.at(offset).map(|(symbol, _)| names.occurrences(&symbol)).unwrap_or_default()
}

/// The field at an offset, of a family with its key.
#[must_use]
pub fn field_at(view: &View<'_>, offset: u32) -> Option<Subject> {
    match Names::new(view).at(offset)?.0 {
        Symbol::Field { id, key } => Some(Subject::Field { id, key }),
        Symbol::Item(_) | Symbol::Variable(_) => None,
    }
}

/// Every place of a field in a text: those that [`highlight`] gives where it stands.
#[must_use]
pub fn highlight_field(view: &View<'_>, field: &Subject) -> Vec<Occurrence> {
    match field {
        Subject::Field { id, key } => Names::new(view).occurrences(&Symbol::Field { id: *id, key: key.clone() }),
        Subject::Nothing | Subject::Builtin(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, offset| {
            let mut shown = view.text().to_owned();
            for it in highlight(view, offset).iter().rev() {
                shown.insert(it.span.end as usize, '⟩');
                shown.insert_str(it.span.start as usize, if it.is_definition { "⟨=" } else { "⟨" });
            }
            shown
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn all_spellings_of_a_field() {
        check(
            "url.p$0ath == \"/\" && http.path == \"/x\" && url.query == \"\"",
            &expect![[r#"⟨url.path⟩ == "/" && ⟨http.path⟩ == "/x" && url.query == """#]],
        );
    }

    #[test]
    fn a_variable_only_within_its_quantifier() {
        check(
            "any(v in try_count, v$0 > 1) && any(v in try_count, v > 2)",
            &expect!["any(⟨=v⟩ in try_count, ⟨v⟩ > 1) && any(v in try_count, v > 2)"],
        );
    }

    #[test]
    fn a_let_and_a_rule() {
        check("let a$0 = 1\nrule r = try_count > a", &expect!["let ⟨=a⟩ = 1\nrule r = try_count > ⟨a⟩"]);
        check("rule r$0 = try_count > 1", &expect!["rule ⟨=r⟩ = try_count > 1"]);
        check("try_count >$0 1", &expect!["try_count > 1"]);
    }
}
