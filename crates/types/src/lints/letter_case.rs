//! Texts in a letter case that `lower` and `upper` never give.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_syntax::tree::{NodeId, NodeKind};

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;
use crate::prose::string_literal;

/// What a function makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
}

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    let Some(case) = case_of(checker, subject.node) else { return };
    let is_pattern = comparison.positive() == "~";
    for (node, text) in subject.texts(checker) {
        let mapped = match case {
            Case::Lower => text.to_lowercase(),
            Case::Upper => text.to_uppercase(),
        };
        if mapped == text || (is_pattern && has_syntax(text)) {
            continue;
        }
        let negated = comparison.is_negated();
        checker.report(Severity::Warning, |checker| {
            let name = checker.quote(subject.node);
            let lacks = if case == Case::Lower { "capital" } else { "small" };
            let outcome = if negated { "always" } else { "never" };
            let op = comparison.op.get().name;
            let message = format!("{name} has no {lacks} letters, so `{op} {}` {outcome} matches", checker.slice(node));
            let literal = string_literal(&mapped);
            let fix = Fix::replace(format!("write `{literal}`"), checker.span(node), literal);
            Diagnostic::new(Code::CaseNeverMatches, checker.span(node), message).fix(fix.suggestion())
        });
    }
}

/// The case that a value has because of the function around it.
fn case_of(checker: &Checker<'_>, node: NodeId) -> Option<Case> {
    let mut node = checker.tree.without_groups(node);
    loop {
        let NodeKind::Call { name, arguments, .. } = checker.tree.kind(node) else { return None };
        let function: Option<BuiltinId> = tamis_lang::builtin::by_function_name(name.slice(checker.text));
        match function?.get().name {
            "lower" => return Some(Case::Lower),
            "upper" => return Some(Case::Upper),
            "any" | "all" => node = checker.tree.without_groups(*checker.tree.children(*arguments).first()?),
            _ => return None,
        }
    }
}

/// Whether a pattern has classes, flags or escapes, where a letter need not stand for itself.
fn has_syntax(pattern: &str) -> bool {
    pattern.contains(['\\', '[']) || pattern.contains("(?")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn capitals_never_match_what_lower_gives() {
        check_code(
            Code::CaseNeverMatches,
            &[
                r#"lower(url.path) == "/HealthZ""#,
                r#"upper(kong.route.name) != "checkout""#,
                r#"lower(kong.route.name) in ["a", "B"]"#,
                r#"lower(any(user.roles)) ^= "Adm""#,
                r#"any(lower(user.roles)) contains "É""#,
                r#"lower(url.path) ~ "^/V1""#,
                r#""A" == lower(kong.route.name)"#,
            ],
            &expect![[r#"
                > lower(url.path) == "/HealthZ"
                T404 warning 19..29 `lower(url.path)` has no capital letters, so `== "/HealthZ"` never matches
                  maybe write `"/healthz"`: lower(url.path) == "/healthz"
                > upper(kong.route.name) != "checkout"
                T404 warning 26..36 `upper(kong.route.name)` has no small letters, so `!= "checkout"` always matches
                  maybe write `"CHECKOUT"`: upper(kong.route.name) != "CHECKOUT"
                > lower(kong.route.name) in ["a", "B"]
                T404 warning 32..35 `lower(kong.route.name)` has no capital letters, so `in "B"` never matches
                  maybe write `"b"`: lower(kong.route.name) in ["a", "b"]
                > lower(any(user.roles)) ^= "Adm"
                T404 warning 26..31 `lower(any(user.roles))` has no capital letters, so `^= "Adm"` never matches
                  maybe write `"adm"`: lower(any(user.roles)) ^= "adm"
                > any(lower(user.roles)) contains "É"
                T404 warning 32..36 `any(lower(user.roles))` has no capital letters, so `contains "É"` never matches
                  maybe write `"é"`: any(lower(user.roles)) contains "é"
                > lower(url.path) ~ "^/V1"
                T404 warning 18..24 `lower(url.path)` has no capital letters, so `~ "^/V1"` never matches
                  maybe write `"^/v1"`: lower(url.path) ~ "^/v1"
                > "A" == lower(kong.route.name)
                T404 warning 0..3 `lower(kong.route.name)` has no capital letters, so `== "A"` never matches
                  maybe write `"a"`: "a" == lower(kong.route.name)
            "#]],
        );
    }

    #[test]
    fn fitting_letters_and_classes_are_fine() {
        check_without(
            Code::CaseNeverMatches,
            &[
                r#"lower(url.path) == "/healthz""#,
                r#"lower(url.path) ~ r"^/v\d[A-Z]""#,
                r#"lower(url.path) ~ "(?i)X""#,
                r#"kong.route.name == "A""#,
            ],
        );
    }
}
