//! Negations, which treat absent values in two ways.
//!
//! `x != 1` is false where `x` is absent, `!(x == 1)` is true there. Each is right sometimes, so the author is told which
//! of the two was written, once, unless the rule says itself what it wants of absent values.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_syntax::tree::{NodeId, NodeKind};

use super::Comparison;
use crate::check::Checker;
use crate::meaning::{Meaning, Place};
use crate::prose::list;

/// How many fields a message names.
const NAMED: usize = 3;

/// `x != 1`, `x not in …` and their like.
pub(super) fn check_comparison(checker: &mut Checker<'_>, comparison: &Comparison) {
    if !comparison.is_negated() || !checker.sink.has_room(Severity::Hint) {
        return;
    }
    let node = comparison.node;
    if checker.item.negated.iter().any(|span| span.contains(checker.span(node))) {
        return;
    }
    let fields = optional_fields(checker, node);
    if fields.is_empty() {
        return;
    }
    let op = comparison.op.get().name;
    let joins = (checker.joins_with(node, "||"), checker.joins_with(node, "&&"));
    let can_be_tested = can_be_tested(checker, &fields);
    checker.report(Severity::Hint, |checker| {
        let (names, tests) = (names(checker, &fields), tests(checker, &fields, "!exists", " || "));
        let verb = if fields.len() == 1 { "is" } else { "are" };
        let message = format!("`{op}` is false where {names} {verb} absent");
        let present = tests_of_presence(checker, &fields);
        let diagnostic = Diagnostic::new(Code::AbsentNegation, comparison.op_span, message);
        if !can_be_tested {
            return diagnostic;
        }
        diagnostic.fix(joined("match absent values too", checker, node, &tests, " || ", joins.0)).fix(joined(
            "say that absent values do not match",
            checker,
            node,
            &present,
            " && ",
            joins.1,
        ))
    });
}

/// `!( … )` and `not …`.
pub(super) fn check_negation(checker: &mut Checker<'_>, node: NodeId, operand: NodeId) {
    if !checker.sink.has_room(Severity::Hint) || !matches!(checker.meaning(node), Meaning::Condition(_)) {
        return;
    }
    let inner = checker.tree.without_groups(operand);
    if matches!(checker.tree.kind(inner), NodeKind::Quantified { .. } | NodeKind::Prefix { .. }) {
        return;
    }
    let fields = optional_fields(checker, inner);
    if fields.is_empty() {
        return;
    }
    let span = checker.span(node);
    checker.item.negated.push(span);
    let joins = (checker.joins_with(node, "||"), checker.joins_with(node, "&&"));
    // Of several fields one may be absent and the negation still false, so only one field has a second reading to spell out.
    let is_single = fields.len() == 1 && !matches!(checker.tree.kind(inner), NodeKind::Chain { .. });
    checker.report(Severity::Hint, |checker| {
        let names = names(checker, &fields);
        let message = match is_single {
            true => format!("a negation is true where {names} is absent"),
            false => format!("a negation may be true where {names} is absent"),
        };
        let present = tests_of_presence(checker, &fields);
        let sign = tamis_lang::span::Span::new(span.start, checker.span(operand).start.max(span.start + 1));
        let diagnostic = Diagnostic::new(Code::AbsentNegation, sign, message);
        if !can_be_tested(checker, &fields) {
            return diagnostic;
        }
        let only_present = joined("match present values only", checker, node, &present, " && ", joins.1);
        let diagnostic = diagnostic.fix(only_present);
        if !is_single {
            return diagnostic;
        }
        let absent = tests(checker, &fields, "!exists", " || ");
        diagnostic.fix(joined("say that absent values match", checker, node, &absent, " || ", joins.0))
    });
}

/// The names of fields within a condition that may be absent, each once.
///
/// What stands before `??`, in `exists` and `count` and in quantifiers does not make the condition depend on presence,
/// and fields whose presence the rule tests are no surprise.
fn optional_fields(checker: &Checker<'_>, root: NodeId) -> Vec<NodeId> {
    let tree = checker.tree;
    let mut found: Vec<NodeId> = Vec::new();
    let mut uses = Vec::new();
    let mut skip_from: Option<NodeId> = None;
    for id in tree.subtree(root).rev() {
        if skip_from.is_some_and(|first| id >= first) {
            continue;
        }
        skip_from = None;
        let optional = checker.meaning(id).term().is_none_or(|term| term.optional);
        match tree.kind(id) {
            NodeKind::Quantified { .. } => skip_from = Some(tree.node(id).first),
            NodeKind::Call { .. } if is_presence_test(checker, id) || !optional => {
                skip_from = Some(tree.node(id).first);
            }
            NodeKind::Infix { .. } if !optional => skip_from = Some(tree.node(id).first),
            NodeKind::Path { .. } => {
                let Meaning::Value(term) = checker.meaning(id) else { continue };
                let Place::Field(field) = term.place else { continue };
                if term.optional && !checker.item.tested.contains(&field) && !uses.contains(&field) {
                    uses.push(field);
                    found.push(id);
                }
            }
            _ => {}
        }
    }
    found.reverse();
    found
}

/// Whether `exists(…)` can be written around every field: a word that is an operator or a literal there cannot.
fn can_be_tested(checker: &Checker<'_>, fields: &[NodeId]) -> bool {
    fields.iter().all(|field| !matches!(checker.slice(*field), "not" | "true" | "false"))
}

fn is_presence_test(checker: &Checker<'_>, call: NodeId) -> bool {
    let NodeKind::Call { name, .. } = checker.tree.kind(call) else { return false };
    matches!(name.slice(checker.text), "exists" | "count")
}

fn names(checker: &Checker<'_>, fields: &[NodeId]) -> String {
    let names: Vec<String> = fields.iter().take(NAMED).map(|field| checker.quote(*field)).collect();
    list(names.iter().map(String::as_str), "or")
}

fn tests(checker: &Checker<'_>, fields: &[NodeId], function: &str, joint: &str) -> String {
    let tests: Vec<String> = fields.iter().map(|field| format!("{function}({})", checker.slice(*field))).collect();
    tests.join(joint)
}

fn tests_of_presence(checker: &Checker<'_>, fields: &[NodeId]) -> String {
    tests(checker, fields, "exists", " && ")
}

/// A fix that writes tests before a condition, in parentheses where the condition does not stand alone.
fn joined(title: &str, checker: &Checker<'_>, node: NodeId, tests: &str, joint: &str, alone: bool) -> Fix {
    let span = checker.span(node);
    let (open, close) = if alone { ("", "") } else { ("(", ")") };
    let before = Edit { span: span.before(), text: format!("{open}{tests}{joint}") };
    let after = Edit { span: span.after(), text: close.to_owned() };
    let edits = if alone { vec![before] } else { vec![before, after] };
    Fix::new(title, edits).suggestion()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_negated_comparison_says_what_absence_does() {
        check_code(
            Code::AbsentNegation,
            &[
                r#"proxy.kong.consumer.id != "x""#,
                "proxy.kong.upstream.status_code not in [200, 201] && tls.resumed",
                r#"kong.route.name !~ "^a$" || tls.resumed"#,
                r#"!(kong.route.name not contains "b")"#,
                r#"kong.route.name not like "b*" && (kong.service.name != "x")"#,
                "proxy.kong.upstream.status_code != proxy.kong.upstream.status_code + 1",
                r#"any(user.roles) != "x""#,
            ],
            &expect![[r#"
                > proxy.kong.consumer.id != "x"
                T407 hint 23..25 `!=` is false where `proxy.kong.consumer.id` is absent
                  maybe match absent values too: !exists(proxy.kong.consumer.id) || proxy.kong.consumer.id != "x"
                  maybe say that absent values do not match: exists(proxy.kong.consumer.id) && proxy.kong.consumer.id != "x"
                > proxy.kong.upstream.status_code not in [200, 201] && tls.resumed
                T407 hint 32..38 `not in` is false where `proxy.kong.upstream.status_code` is absent
                  maybe match absent values too: (!exists(proxy.kong.upstream.status_code) || proxy.kong.upstream.status_code not in [200, 201]) && tls.resumed
                  maybe say that absent values do not match: exists(proxy.kong.upstream.status_code) && proxy.kong.upstream.status_code not in [200, 201] && tls.resumed
                > kong.route.name !~ "^a$" || tls.resumed
                T407 hint 16..18 `!~` is false where `kong.route.name` is absent
                  maybe match absent values too: !exists(kong.route.name) || kong.route.name !~ "^a$" || tls.resumed
                  maybe say that absent values do not match: (exists(kong.route.name) && kong.route.name !~ "^a$") || tls.resumed
                > !(kong.route.name not contains "b")
                T407 hint 0..1 a negation is true where `kong.route.name` is absent
                  maybe match present values only: exists(kong.route.name) && !(kong.route.name not contains "b")
                  maybe say that absent values match: !exists(kong.route.name) || !(kong.route.name not contains "b")
                > kong.route.name not like "b*" && (kong.service.name != "x")
                T407 hint 16..24 `not like` is false where `kong.route.name` is absent
                  maybe match absent values too: (!exists(kong.route.name) || kong.route.name not like "b*") && (kong.service.name != "x")
                  maybe say that absent values do not match: exists(kong.route.name) && kong.route.name not like "b*" && (kong.service.name != "x")
                T407 hint 52..54 `!=` is false where `kong.service.name` is absent
                  maybe match absent values too: kong.route.name not like "b*" && (!exists(kong.service.name) || kong.service.name != "x")
                  maybe say that absent values do not match: kong.route.name not like "b*" && (exists(kong.service.name) && kong.service.name != "x")
                > proxy.kong.upstream.status_code != proxy.kong.upstream.status_code + 1
                T407 hint 32..34 `!=` is false where `proxy.kong.upstream.status_code` is absent
                  maybe match absent values too: !exists(proxy.kong.upstream.status_code) || proxy.kong.upstream.status_code != proxy.kong.upstream.status_code + 1
                  maybe say that absent values do not match: exists(proxy.kong.upstream.status_code) && proxy.kong.upstream.status_code != proxy.kong.upstream.status_code + 1
                > any(user.roles) != "x"
                T407 hint 16..18 `!=` is false where `user.roles` is absent
                  maybe match absent values too: !exists(user.roles) || any(user.roles) != "x"
                  maybe say that absent values do not match: exists(user.roles) && any(user.roles) != "x"
            "#]],
        );
    }

    #[test]
    fn a_negation_says_what_absence_does() {
        check_code(
            Code::AbsentNegation,
            &[
                "!(proxy.kong.upstream.status_code == 401) && http.response.status_code == 401",
                "!tls.resumed",
                r#"not kong.route.name == "x" || tls.resumed"#,
                r#"!(kong.route.name == "x" && kong.service.name == "y")"#,
                "!(exists(url.port) && tls.resumed)",
            ],
            &expect![[r#"
                > !(proxy.kong.upstream.status_code == 401) && http.response.status_code == 401
                T407 hint 0..1 a negation is true where `proxy.kong.upstream.status_code` is absent
                  maybe match present values only: exists(proxy.kong.upstream.status_code) && !(proxy.kong.upstream.status_code == 401) && http.response.status_code == 401
                  maybe say that absent values match: (!exists(proxy.kong.upstream.status_code) || !(proxy.kong.upstream.status_code == 401)) && http.response.status_code == 401
                > !tls.resumed
                T407 hint 0..1 a negation is true where `tls.resumed` is absent
                  maybe match present values only: exists(tls.resumed) && !tls.resumed
                  maybe say that absent values match: !exists(tls.resumed) || !tls.resumed
                > not kong.route.name == "x" || tls.resumed
                T407 hint 0..4 a negation is true where `kong.route.name` is absent
                  maybe match present values only: (exists(kong.route.name) && not kong.route.name == "x") || tls.resumed
                  maybe say that absent values match: !exists(kong.route.name) || not kong.route.name == "x" || tls.resumed
                > !(kong.route.name == "x" && kong.service.name == "y")
                T407 hint 0..1 a negation may be true where `kong.route.name` or `kong.service.name` is absent
                  maybe match present values only: exists(kong.route.name) && exists(kong.service.name) && !(kong.route.name == "x" && kong.service.name == "y")
                > !(exists(url.port) && tls.resumed)
                T407 hint 0..1 a negation may be true where `tls.resumed` is absent
                  maybe match present values only: exists(tls.resumed) && !(exists(url.port) && tls.resumed)
            "#]],
        );
    }

    #[test]
    fn rules_that_mind_absence_are_fine() {
        check_without(
            Code::AbsentNegation,
            &[
                "http.response.status_code != 200",
                r#"exists(kong.route.name) && kong.route.name != "x""#,
                r#"!exists(kong.route.name) || !(kong.route.name == "x")"#,
                r#"kong.route.name ?? "" != "x""#,
                r#"none(v in user.roles, v == "x") && !any(v in user.roles, v != "y")"#,
                "!(count(user.roles) == 1)",
            ],
        );
    }
}
