//! Fields whose values are never shown.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::Checker;
use crate::hir::FieldUseId;
use crate::meaning::{Meaning, Place};

/// Says of each field of an item once that it is sensitive.
pub(super) fn check(checker: &mut Checker<'_>, root: NodeId) {
    if !checker.item.builder.fields().iter().any(|field| field.sensitive) {
        return;
    }
    let mut told: Vec<FieldUseId> = Vec::new();
    for id in checker.tree.subtree(root) {
        let NodeKind::Path { .. } = checker.tree.kind(id) else { continue };
        let Meaning::Value(term) = checker.meaning(id) else { continue };
        let Place::Field(field) = term.place else { continue };
        let sensitive = checker.item.builder.fields().get(field.0 as usize).is_some_and(|field| field.sensitive);
        if sensitive && !told.contains(&field) {
            told.push(field);
            checker.report(Severity::Hint, |checker| {
                let message =
                    format!("the values of {} are never shown, not even in an explanation", checker.quote(id));
                Diagnostic::new(Code::SensitiveField, checker.span(id), message)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_sensitive_field_is_told_once() {
        check_code(
            Code::SensitiveField,
            &[r#"url.query contains "a" || url.query contains "b" || user.name == "x""#],
            &expect![[r#"
                > url.query contains "a" || url.query contains "b" || user.name == "x"
                T312 hint 0..9 the values of `url.query` are never shown, not even in an explanation
                T312 hint 52..61 the values of `user.name` are never shown, not even in an explanation
            "#]],
        );
    }

    #[test]
    fn other_fields_are_shown() {
        check_without(Code::SensitiveField, &[r#"url.path == "/v1""#]);
    }
}
