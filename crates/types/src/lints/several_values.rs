//! Comparisons over several values that do not say how many must pass.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_syntax::tree::NodeId;

use super::Comparison;
use crate::check::Checker;
use crate::hir::Mode;
use crate::meaning::Term;
use crate::prose::list;

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison) {
    let sides = [comparison.left, comparison.right];
    if sides.iter().any(|side| is_many(checker, *side)) {
        report(checker, comparison.node, &sides);
    }
}

/// Bool fields that stand alone as conditions.
pub(super) fn check_bare(checker: &mut Checker<'_>) {
    for node in std::mem::take(&mut checker.item.bare) {
        if is_many(checker, node) {
            report(checker, node, &[node]);
        }
    }
}

fn is_many(checker: &Checker<'_>, side: NodeId) -> bool {
    checker.meaning(side).term().is_some_and(|term: &Term| term.many)
}

fn report(checker: &mut Checker<'_>, node: NodeId, sides: &[NodeId]) {
    let paths: Vec<NodeId> = sides.iter().flat_map(|side| checker.bare_many_paths(*side)).collect();
    // A key that is never closed is an error of its own, and nothing can be written around it.
    let is_closed = |path: &NodeId| !checker.slice(*path).contains('[') || checker.slice(*path).ends_with(']');
    if paths.is_empty() || !paths.iter().all(is_closed) {
        return;
    }
    checker.report(Severity::Hint, |checker| {
        let names: Vec<String> = paths.iter().map(|path| checker.quote(*path)).collect();
        let fields = list(names.iter().map(String::as_str), "and");
        let span = paths.first().map_or(checker.span(node), |path| checker.span(*path));
        let said = sides.iter().find_map(|side| checker.meaning(*side).term().and_then(|term| term.mode));
        let outcome =
            if said == Some(Mode::Any) { "one is enough, as of the other side" } else { "every one must pass" };
        let message = format!("{fields} may have several values, and {outcome}");
        let around = |word: &str| {
            let edits = paths.iter().flat_map(|path| {
                let span = checker.span(*path);
                [Edit { span: span.before(), text: format!("{word}(") }, Edit { span: span.after(), text: ")".into() }]
            });
            edits.collect::<Vec<_>>()
        };
        // Where one side says how many, the other can only say the same.
        let any = Fix::new("one value is enough: `any(…)`", around("any")).suggestion();
        let all = Fix::new("every value must pass: `all(…)`", around("all")).suggestion();
        let fixes =
            [(Mode::Any, any), (Mode::All, all)].into_iter().filter(|(mode, _)| said.is_none_or(|said| said == *mode));
        Diagnostic::new(Code::SeveralValues, span, message).fixes(fixes.map(|(_, fix)| fix))
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_bare_comparison_over_several_values_is_pointed_out() {
        check_code(
            Code::SeveralValues,
            &[
                r#"http.request.header.accept == "text/html""#,
                r#"lower(user.roles) in ["a", "b"]"#,
                "user.roles == proxy.kong.plugin.id",
                "any(user.roles) == proxy.kong.plugin.id",
                "keepalive && tls.resumed",
                "try_count + 1 > len(user.roles)",
                "let roles = user.roles\nrule a = roles == \"admin\"",
            ],
            &expect![[r#"
                > http.request.header.accept == "text/html"
                T408 hint 0..26 `http.request.header.accept` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: any(http.request.header.accept) == "text/html"
                  maybe every value must pass: `all(…)`: all(http.request.header.accept) == "text/html"
                > lower(user.roles) in ["a", "b"]
                T408 hint 6..16 `user.roles` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: lower(any(user.roles)) in ["a", "b"]
                  maybe every value must pass: `all(…)`: lower(all(user.roles)) in ["a", "b"]
                > user.roles == proxy.kong.plugin.id
                T408 hint 0..10 `user.roles` and `proxy.kong.plugin.id` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: any(user.roles) == any(proxy.kong.plugin.id)
                  maybe every value must pass: `all(…)`: all(user.roles) == all(proxy.kong.plugin.id)
                > any(user.roles) == proxy.kong.plugin.id
                T408 hint 19..39 `proxy.kong.plugin.id` may have several values, and one is enough, as of the other side
                  maybe one value is enough: `any(…)`: any(user.roles) == any(proxy.kong.plugin.id)
                > keepalive && tls.resumed
                T408 hint 0..9 `keepalive` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: any(keepalive) && tls.resumed
                  maybe every value must pass: `all(…)`: all(keepalive) && tls.resumed
                > try_count + 1 > len(user.roles)
                T408 hint 0..9 `try_count` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: any(try_count) + 1 > len(user.roles)
                  maybe every value must pass: `all(…)`: all(try_count) + 1 > len(user.roles)
                > let roles = user.roles
                > rule a = roles == "admin"
                T408 hint 32..37 `roles` may have several values, and every one must pass
                  maybe one value is enough: `any(…)`: let roles = user.roles
                rule a = any(roles) == "admin"
                  maybe every value must pass: `all(…)`: let roles = user.roles
                rule a = all(roles) == "admin"
            "#]],
        );
    }

    #[test]
    fn what_says_how_many_is_fine() {
        check_without(
            Code::SeveralValues,
            &[
                r#"any(user.roles) == "a""#,
                r#"all(user.roles) == "a""#,
                r#"lower(any(user.roles)) == "a""#,
                "count(user.roles) > 1 && len(user.roles) > 1 && exists(user.roles)",
                r#"any(v in user.roles, v == "a")"#,
                "any(keepalive)",
            ],
        );
    }
}
