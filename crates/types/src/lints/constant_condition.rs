//! Conditions that are the same for every request.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind};

use super::Comparison;
use crate::check::Checker;
use crate::meaning::Meaning;

/// A comparison without a field.
pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison) {
    let is_constant = |node: NodeId| match checker.meaning(node) {
        Meaning::Value(term) => term.constant,
        Meaning::Set(_) => true,
        Meaning::Hole | Meaning::Unknown | Meaning::Condition(_) | Meaning::Broken => false,
    };
    if is_constant(comparison.left) && is_constant(comparison.right) {
        let node = comparison.node;
        checker.report(Severity::Warning, |checker| {
            let message = format!("{} has no field, so it is the same for every request", checker.quote(node));
            Diagnostic::new(Code::ConstantCondition, checker.span(node), message)
        });
    }
}

/// `true` or `false` among other conditions.
pub(super) fn check_operand(checker: &mut Checker<'_>, operand: NodeId) {
    let node = checker.tree.without_groups(operand);
    if let NodeKind::Literal(Literal::Value(Constant::Bool(truth))) = checker.tree.kind(node) {
        checker.report(Severity::Warning, |checker| {
            let message = format!("`{truth}` is the same for every request");
            Diagnostic::new(Code::ConstantCondition, checker.span(node), message)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_condition_without_a_field_is_constant() {
        check_code(
            Code::ConstantCondition,
            &[
                "1 == 1",
                r#"lower("A") == "a" && tls.resumed"#,
                "1 in [1, 2]",
                r#""a" ~ "a""#,
                "tls.resumed || (true)",
                "!false",
                "let x = 1\nrule a = x == 1",
            ],
            &expect![[r#"
                > 1 == 1
                T410 warning 0..6 `1 == 1` has no field, so it is the same for every request
                > lower("A") == "a" && tls.resumed
                T410 warning 0..17 `lower("A") == "a"` has no field, so it is the same for every request
                > 1 in [1, 2]
                T410 warning 0..11 `1 in [1, 2]` has no field, so it is the same for every request
                > "a" ~ "a"
                T410 warning 0..9 `"a" ~ "a"` has no field, so it is the same for every request
                > tls.resumed || (true)
                T410 warning 16..20 `true` is the same for every request
                > !false
                T410 warning 1..6 `false` is the same for every request
                > let x = 1
                > rule a = x == 1
                T410 warning 19..25 `x == 1` has no field, so it is the same for every request
            "#]],
        );
    }

    #[test]
    fn a_rule_may_match_every_request() {
        check_without(Code::ConstantCondition, &["true", "tls.resumed == true", "url.path == url.full"]);
    }
}
