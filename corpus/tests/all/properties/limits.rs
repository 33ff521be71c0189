//! What a request may have more of than is looked at: every engine stops at the same value.

use tamis_corpus::generate::Request;
use tamis_corpus::property::{self, Compiled};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_vm::Verdict;
use tamis_vm::cost::{MOST_COMBINATIONS, MOST_VALUES};
use tamis_vm::set::{Memory, RuleSet};

const FIELD: &str = "header.accept";

fn text(text: &str) -> Constant {
    Constant::String(text.as_bytes().into())
}

/// So many values `a`, and then others.
fn request(n: usize, others: &[&str]) -> Request {
    let mut request = Request::default();
    request.add(FIELD, std::iter::repeat_n(text("a"), n).chain(others.iter().map(|other| text(other))));
    request
}

#[track_caller]
fn check(rule: &str, request: &Request, expected: Verdict) {
    let compiled = Compiled::new(rule).unwrap();
    property::machine_equals_reference(&compiled, request, &mut Scratch::default()).unwrap();
    assert_eq!(compiled.verdicts(request, &mut Scratch::default()), [expected], "{rule}");
    let set = RuleSet::of(compiled.programs().iter().map(|program| (program, 0))).unwrap();
    let mut memory = Memory::default();
    let found = set.matches(request, &mut memory).len();
    assert_eq!(found, usize::from(expected == Verdict::Match), "{rule} in a set");
}

#[test]
fn values_beyond_the_limit_are_not_looked_at() {
    let any = format!(r#"any({FIELD}) == "b""#);
    check(&any, &request(MOST_VALUES - 1, &["b"]), Verdict::Match);
    check(&any, &request(MOST_VALUES, &["b"]), Verdict::NoMatch);
    let all = format!(r#"{FIELD} == "a""#);
    check(&all, &request(MOST_VALUES - 1, &["b"]), Verdict::NoMatch);
    check(&all, &request(MOST_VALUES, &["b"]), Verdict::Match);
    let quantified = format!(r#"any(v in {FIELD}, v ^= "b" && v =^ "b")"#);
    check(&quantified, &request(MOST_VALUES - 1, &["b"]), Verdict::Match);
    check(&quantified, &request(MOST_VALUES, &["b"]), Verdict::NoMatch);
    let count = format!("count({FIELD}) == {MOST_VALUES}");
    check(&count, &request(MOST_VALUES, &["b", "c"]), Verdict::Match);
}

#[test]
fn a_comparison_of_too_many_combinations_is_false() {
    let side = MOST_COMBINATIONS.isqrt();
    for rule in [format!("any({FIELD}) == any({FIELD})"), format!("lower({FIELD}) == lower({FIELD})")] {
        check(&rule, &request(side, &[]), Verdict::Match);
        check(&rule, &request(side + 1, &[]), Verdict::NoMatch);
    }
}
