//! What rules say, case by case; the names of the tests are the facts.

use tamis_lang::prepared::{Element, Pattern, Prepared, Set};
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::{ConditionKind, Mode, Quantifier, ValueKind};

use super::build::{Request, Rule, int, text};
use super::naive;
use crate::compile::compile_hir;
use crate::verdict::Verdict::{self, Match, NoMatch};

/// Runs the rule that `build` makes over a request with these values by slot.
#[track_caller]
fn check(build: impl Fn(&mut Rule), values: &[&[Constant]], expected: Verdict) {
    let mut rule = Rule::default();
    build(&mut rule);
    let program = compile_hir(&rule.hir);
    for as_many in [false, true] {
        let mut request = Request::of(values);
        request.0.iter_mut().for_each(|answer| answer.as_many = as_many);
        let verdict = program.run(&request, &mut Scratch::default());
        assert_eq!(verdict, expected, "as many: {as_many}\n{}", program.disassemble(None));
        assert_eq!(Verdict::from(naive::holds(&rule.hir, &request)), expected, "the naive evaluator");
    }
}

/// `status <operator> 503`
fn status(operator: &'static str) -> impl Fn(&mut Rule) {
    move |rule| {
        let (status, wanted) = (rule.field("status", Ty::Int), rule.int(503));
        rule.test(status, operator, wanted);
    }
}

/// `host <operator> <wanted>`, with a function around the host
fn host(function: &'static str, operator: &'static str, wanted: &'static str) -> impl Fn(&mut Rule) {
    move |rule| {
        let host = rule.field("host", Ty::String);
        let folded = rule.call(function, &[host], Ty::String);
        let wanted = rule.text(wanted);
        rule.test(folded, operator, wanted);
    }
}

#[test]
fn an_absent_field_passes_no_comparison() {
    for operator in ["==", "!=", "<", "<=", ">", ">="] {
        check(status(operator), &[&[]], NoMatch);
    }
}

#[test]
fn every_value_must_pass() {
    check(status("=="), &[&[int(503), int(503)]], Match);
    check(status("=="), &[&[int(503), int(502)]], NoMatch);
    check(status("!="), &[&[int(503), int(502)]], NoMatch);
    check(status("!="), &[&[int(501), int(502)]], Match);
}

#[test]
fn with_any_one_value_is_enough() {
    let any_is = |operator| {
        move |rule: &mut Rule| {
            let (status, wanted) = (rule.field("status", Ty::Int), rule.int(503));
            rule.test_in(Mode::Any, status, operator, wanted);
        }
    };
    check(any_is("=="), &[&[int(502), int(503)]], Match);
    check(any_is("=="), &[&[int(502), int(501)]], NoMatch);
    check(any_is("!="), &[&[int(502), int(503)]], Match);
    check(any_is("!="), &[&[int(503), int(503)]], NoMatch);
    check(any_is("=="), &[&[]], NoMatch);
}

#[test]
fn a_value_of_the_wrong_type_passes_no_comparison_but_is_there() {
    check(status("=="), &[&[text("503")]], NoMatch);
    check(status("!="), &[&[text("503")]], NoMatch);
    check(status("!="), &[&[int(1), Constant::Duration(1)]], NoMatch);
    let exists = |rule: &mut Rule| {
        let status = rule.declare("status", Ty::Int);
        rule.condition(ConditionKind::Exists(status), tamis_lang::span::Span::default());
    };
    check(exists, &[&[text("503")]], Match);
    let in_set = |rule: &mut Rule| {
        let status = rule.field("status", Ty::Int);
        rule.test_prepared(status, "in", Prepared::Set(Set::new(vec![Element::Value(int(503))])));
    };
    check(in_set, &[&[int(503)]], Match);
    check(in_set, &[&[Constant::Size(503)]], NoMatch);
}

#[test]
fn whole_numbers_keep_their_ends() {
    let against = |operator: &'static str, n: i64| {
        move |rule: &mut Rule| {
            let (status, wanted) = (rule.field("status", Ty::Int), rule.int(n));
            rule.test(status, operator, wanted);
        }
    };
    check(against("<", i64::MIN), &[&[int(i64::MIN)]], NoMatch);
    check(against("<=", i64::MIN), &[&[int(i64::MIN)]], Match);
    check(against(">", i64::MAX), &[&[int(i64::MAX)]], NoMatch);
    check(against(">=", i64::MAX), &[&[int(i64::MAX)]], Match);
    check(against("!=", i64::MAX), &[&[int(i64::MIN)]], Match);
}

#[test]
fn a_constant_may_stand_on_the_left() {
    let mirrored = |operator: &'static str| {
        move |rule: &mut Rule| {
            let (wanted, status) = (rule.int(500), rule.field("status", Ty::Int));
            rule.test(wanted, operator, status);
        }
    };
    check(mirrored("<="), &[&[int(503)]], Match);
    check(mirrored("<"), &[&[int(500)]], NoMatch);
    check(mirrored(">"), &[&[int(503)]], NoMatch);
    check(mirrored("!="), &[&[int(503)]], Match);
    let prefix_of = |rule: &mut Rule| {
        let (long, short) = (rule.text("/v1/orders"), rule.field("path", Ty::String));
        rule.test(long, "^=", short);
    };
    check(prefix_of, &[&[text("/v1")]], Match);
    check(prefix_of, &[&[text("/v1/orders/1")]], NoMatch);
}

#[test]
fn case_is_that_of_the_kernel_beyond_ascii_too() {
    check(host("lower", "==", "example.com"), &[&[text("Example.COM")]], Match);
    check(host("lower", "==", "Example.com"), &[&[text("Example.com")]], NoMatch);
    check(host("lower", "==", "k"), &[&[text("\u{212a}")]], Match);
    check(host("lower", "^=", "stra"), &[&[text("STRAẞE")]], Match);
    check(host("lower", "=^", "ß"), &[&[text("STRAẞ")]], Match);
    check(host("upper", "==", "STRASSE"), &[&[text("straße")]], Match);
    check(host("upper", "contains", "ASS"), &[&[text("straße")]], Match);
    check(host("lower", "contains", "ple.c"), &[&[text("EXAMPLE.COM")]], Match);
    check(host("lower", "=^", "com"), &[&[text("m")]], NoMatch);
}

#[test]
fn a_pattern_takes_folded_text() {
    let folded = |rule: &mut Rule| {
        let host = rule.field("host", Ty::String);
        let lower = rule.call("lower", &[host], Ty::String);
        rule.test_prepared(lower, "!~", Prepared::Pattern(Pattern::new("^api", 1 << 20).unwrap()));
    };
    check(folded, &[&[text("API.example")]], NoMatch);
    check(folded, &[&[text("www.example")]], Match);
    check(folded, &[&[]], NoMatch);
}

#[test]
fn every_combination_of_two_sides_must_pass() {
    let less = |rule: &mut Rule| {
        let (a, b) = (rule.field("a", Ty::Int), rule.field("b", Ty::Int));
        rule.test(a, "<", b);
    };
    check(less, &[&[int(1), int(2)], &[int(3), int(4)]], Match);
    check(less, &[&[int(1), int(4)], &[int(3), int(4)]], NoMatch);
    check(less, &[&[int(1)], &[]], NoMatch);
}

#[test]
fn a_default_stands_in_for_absent_and_for_nothing() {
    let default = |rule: &mut Rule| {
        let (a, b) = (rule.field("a", Ty::Int), rule.field("b", Ty::Int));
        let default = rule.value(ValueKind::Default(a, b), Ty::Int);
        let wanted = rule.int(1);
        rule.test(default, "==", wanted);
    };
    check(default, &[&[], &[int(1)]], Match);
    check(default, &[&[text("x")], &[int(1)]], Match);
    check(default, &[&[int(2)], &[int(1)]], NoMatch);
    check(default, &[&[int(1), text("x")], &[int(1)]], Match);
    check(default, &[&[int(1), text("x")], &[int(2)]], NoMatch);
    check(default, &[&[], &[]], NoMatch);
}

#[test]
fn a_default_without_values_drops_what_has_no_result() {
    let default = |rule: &mut Rule| {
        let (a, b, c) = (rule.field("a", Ty::Int), rule.field("b", Ty::Int), rule.field("c", Ty::Int));
        let inner = rule.value(ValueKind::Default(a, b), Ty::Int);
        let outer = rule.value(ValueKind::Default(inner, c), Ty::Int);
        let wanted = rule.int(1);
        rule.test(outer, "==", wanted);
    };
    // `a ?? b` is one value here, so `c` plays no part although one value of `a` is nothing.
    check(default, &[&[int(1), text("x")], &[], &[int(2)]], Match);
    check(default, &[&[text("x"), text("y")], &[], &[int(1)]], Match);
    check(default, &[&[], &[], &[int(1)]], Match);
}

#[test]
fn an_operation_on_an_absent_field_has_no_result_at_all() {
    let default = |rule: &mut Rule| {
        let (a, b, one) = (rule.field("a", Ty::Int), rule.field("b", Ty::Int), rule.int(1));
        let sum = rule.call("+", &[b, one], Ty::Int);
        let default = rule.value(ValueKind::Default(a, sum), Ty::Int);
        rule.test(default, "==", one);
    };
    check(default, &[&[int(1), text("x")], &[]], Match);
    check(default, &[&[int(1), text("x")], &[text("x")]], NoMatch);
    check(default, &[&[text("x")], &[int(0)]], Match);
}

#[test]
fn counts_see_every_value() {
    let count = |kind: fn(tamis_types::hir::FieldUseId) -> ValueKind, n: i64| {
        move |rule: &mut Rule| {
            let roles = rule.declare("roles", Ty::String);
            let (found, wanted) = (rule.value(kind(roles), Ty::Int), rule.int(n));
            rule.test(found, "==", wanted);
        }
    };
    check(count(ValueKind::Count, 2), &[&[text("a"), int(1)]], Match);
    check(count(ValueKind::Count, 0), &[&[]], Match);
    check(count(ValueKind::ListLen, 0), &[&[]], NoMatch);
    check(count(ValueKind::ListLen, 2), &[&[text("a"), text("b")]], Match);
}

#[test]
fn quantifiers_over_none_and_over_some() {
    let over = |quantifier: Quantifier| {
        move |rule: &mut Rule| {
            let roles = rule.declare("roles", Ty::String);
            let (role, admin) = (rule.variable(0, Ty::String), rule.text("admin"));
            let body = rule.test(role, "==", admin);
            rule.quantified(quantifier, roles, 0, body);
        }
    };
    let cases: [(&[Constant], [Verdict; 3]); 4] = [
        (&[], [NoMatch, NoMatch, Match]),
        (&[text("admin"), text("ops")], [Match, NoMatch, NoMatch]),
        (&[text("admin")], [Match, Match, NoMatch]),
        (&[text("ops"), int(1)], [NoMatch, NoMatch, Match]),
    ];
    for (values, [any, all, none]) in cases {
        check(over(Quantifier::Any), &[values], any);
        check(over(Quantifier::All), &[values], all);
        check(over(Quantifier::None), &[values], none);
    }
}

#[test]
fn a_variable_of_the_wrong_type_passes_no_comparison() {
    for operator in ["==", "!=", "like", "not like"] {
        let body = move |rule: &mut Rule| {
            let roles = rule.declare("roles", Ty::Size);
            let (role, size) = (rule.variable(0, Ty::Size), rule.constant(Constant::Size(1)));
            let body = rule.test(role, operator, size);
            rule.quantified(Quantifier::Any, roles, 0, body);
        };
        check(body, &[&[text("x")]], NoMatch);
    }
}

#[test]
fn inner_bodies_see_outer_variables() {
    let twice = |rule: &mut Rule| {
        let (a, b) = (rule.declare("a", Ty::Int), rule.declare("b", Ty::Int));
        let (outer, inner) = (rule.variable(0, Ty::Int), rule.variable(1, Ty::Int));
        let same = rule.test(outer, "==", inner);
        let some = rule.quantified(Quantifier::Any, b, 1, same);
        rule.quantified(Quantifier::All, a, 0, some);
    };
    check(twice, &[&[int(1), int(2)], &[int(2), int(1)]], Match);
    check(twice, &[&[int(1), int(3)], &[int(2), int(1)]], NoMatch);
}

#[test]
fn a_division_by_zero_passes_no_comparison() {
    for operator in ["==", "!="] {
        let divided = move |rule: &mut Rule| {
            let (a, b) = (rule.field("a", Ty::Int), rule.field("b", Ty::Int));
            let (quotient, wanted) = (rule.call("/", &[a, b], Ty::Float), rule.constant(Constant::Float(2.0)));
            rule.test(quotient, operator, wanted);
        };
        check(divided, &[&[int(4)], &[int(0)]], NoMatch);
    }
}

#[test]
fn what_is_the_same_for_every_request_leaves_no_instruction() {
    let mut rule = Rule::default();
    let (one, two) = (rule.int(1), rule.int(2));
    let never = rule.test(one, "==", two);
    let (status, wanted) = (rule.field("status", Ty::Int), rule.int(503));
    let is_503 = rule.test(status, "==", wanted);
    let both = rule.and(&[is_503, never]);
    rule.not(both);
    let program = compile_hir(&rule.hir);
    assert!(program.is_empty());
    assert_eq!(program.run(&Request::default(), &mut Scratch::default()), Match);
}
