//! Deep and long rules on a small stack.

use std::thread;

use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_lang::ty::Ty;
use tamis_types::hir::{ConditionId, Quantifier, ValueKind};

use super::build::{Request, Rule, int};
use crate::compile::compile_hir;
use crate::verdict::Verdict;

/// Compiles, runs, prints and drops a rule on two megabytes of stack.
#[track_caller]
fn check(rule: Rule, request: Request, expected: Verdict) {
    let on_small_stack = move || {
        let program = compile_hir(&rule.hir);
        let verdict = program.run(&request, &mut Scratch::default());
        assert!(program.disassemble(None).len() > 10);
        verdict
    };
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(on_small_stack).unwrap();
    assert_eq!(thread.join().unwrap(), expected);
}

#[test]
fn twenty_thousand_negations_fit() {
    let mut rule = Rule::default();
    let (status, wanted) = (rule.field("status", Ty::Int), rule.int(503));
    let test = rule.test(status, "==", wanted);
    (0..20_001).fold(test, |inner, _| rule.not(inner));
    check(rule, Request::of(&[&[int(503)]]), Verdict::NoMatch);
}

#[test]
fn twenty_thousand_chains_in_chains_fit() {
    let mut rule = Rule::default();
    let (status, wanted) = (rule.field("status", Ty::Int), rule.int(503));
    let test = rule.test(status, "==", wanted);
    let other = rule.test(status, "!=", wanted);
    let chain = |rule: &mut Rule, inner: ConditionId, n: u32| {
        if n.is_multiple_of(2) { rule.or(&[other, inner]) } else { rule.and(&[inner, test]) }
    };
    (0..20_000).fold(test, |inner, n| chain(&mut rule, inner, n));
    check(rule, Request::of(&[&[int(503)]]), Verdict::Match);
}

#[test]
fn twenty_thousand_sums_fit() {
    let mut rule = Rule::default();
    let (status, one) = (rule.field("status", Ty::Int), rule.int(1));
    let sum = (0..20_000).fold(status, |sum, _| rule.call("+", &[sum, one], Ty::Int));
    let wanted = rule.int(20_503);
    rule.test(sum, "==", wanted);
    check(rule, Request::of(&[&[int(503)]]), Verdict::Match);
}

#[test]
fn a_thousand_defaults_fit_on_either_side() {
    for nested_left in [true, false] {
        let mut rule = Rule::default();
        let (missing, status) = (rule.field("missing", Ty::Int), rule.field("status", Ty::Int));
        let nested = (0..1_000).fold(status, |inner, _| {
            let (left, right) = if nested_left { (inner, missing) } else { (missing, inner) };
            rule.value(ValueKind::Default(left, right), Ty::Int)
        });
        let wanted = rule.int(503);
        rule.test(nested, "==", wanted);
        check(rule.clone(), Request::of(&[&[], &[int(503)]]), Verdict::Match);
        check(rule, Request::of(&[&[], &[int(503), int(503)]]), Verdict::Match);
    }
}

#[test]
fn the_deepest_quantifiers_fit() {
    let mut rule = Rule::default();
    let field = rule.declare("status", Ty::Int);
    let levels = Limits::MAX_NESTING;
    let (innermost, wanted) = (rule.variable(levels - 1, Ty::Int), rule.int(503));
    let body = rule.test(innermost, "==", wanted);
    (0..levels).rev().fold(body, |body, level| rule.quantified(Quantifier::Any, field, level, body));
    let mut request = Request::of(&[&[int(503)]]);
    request.0[0].as_many = true;
    check(rule, request, Verdict::Match);
}
