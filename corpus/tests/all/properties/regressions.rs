//! What the reference says of every verdict case, and what a property once found that no case can say.

use std::ops::ControlFlow;
use std::sync::Arc;

use tamis_corpus::generate::Request;
use tamis_corpus::property::{self, Compiled};
use tamis_corpus::reference;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::phase::Phase;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_syntax::tree::{Document, ItemKind, Literal, NodeKind};
use tamis_vm::set::{Memory, RuleSet, SetEvaluation};
use tamis_vm::{Fact, Facts, FieldRef, Verdict, compile, compile_phased};

use crate::expected::Differences;
use crate::verdicts::cases;

#[test]
fn the_reference_agrees_with_every_verdict_case() {
    let mut differences = Differences::default();
    for (place, case) in cases() {
        let tree = tamis_syntax::parse(&case.rule, Edition::Tamis, &Limits::default()).tree;
        let names: Vec<Option<&str>> = match tree.document() {
            Document::Rule(_) => vec![None],
            Document::File(items) => {
                let rules = items.iter().filter(|item| item.kind == ItemKind::Rule);
                rules.map(|item| Some(item.name.slice(&case.rule))).collect()
            }
        };
        let found = reference::matches(&case.rule, &tree, &case.catalog, &case.facts);
        let asked = names.iter().position(|name| *name == case.named.as_deref());
        if asked.and_then(|at| found.get(at)) != Some(&case.matches) {
            differences.add(&place, format!("the reference answers {found:?} of {names:?}\n  {}", case.rule));
        }
    }
    differences.finish();
}

fn literal(text: &str) -> Constant {
    let tree = tamis_syntax::parse(text, Edition::Tamis, &Limits::default()).tree;
    let Document::Rule(root) = tree.document() else { panic!("`{text}` is no literal") };
    match tree.kind(*root) {
        NodeKind::Literal(Literal::Value(constant)) => constant.clone(),
        other => panic!("`{text}` is no literal: {other:?}"),
    }
}

/// Asks a rule over the catalog of generated rules; the values of a fact are literals of any type.
#[track_caller]
fn check(rule: &str, facts: &[(&str, &[&str])], expected: &str) {
    let mut request = Request::default();
    for (field, values) in facts {
        request.add(field, values.iter().map(|text| literal(text)));
    }
    let compiled = Compiled::new(rule).unwrap();
    let mut scratch = Scratch::default();
    property::machine_equals_reference(&compiled, &request, &mut scratch).unwrap();
    let found: Vec<String> = compiled.verdicts(&request, &mut scratch).iter().map(ToString::to_string).collect();
    assert_eq!(found, [expected], "{rule}");
}

#[test]
fn a_value_of_another_type_does_not_differ_from_a_quantity_between_two_ints() {
    check("body.kib != 1KB", &[("body.kib", &["false"])], "no match");
    check("body.kib != 1KB", &[("body.kib", &["1", "false"])], "no match");
    check("body.kib != 1KB", &[("body.kib", &["1"])], "match");
}

#[test]
fn a_value_of_another_type_is_there_and_passes_nothing() {
    check("exists(n)", &[("n", &["'a'"])], "match");
    check("n != 1", &[("n", &["'a'"])], "no match");
    check("n ?? 1 == 1", &[("n", &["'a'"])], "match");
    check("count(n) == 2", &[("n", &["'a'", "1"])], "match");
    check("none(v in n, v != 1)", &[("n", &["'a'"])], "match");
}

/// A request whose parameter comes late and has two values, whose host is absent, and whose `n` never comes.
struct Late {
    has_come: bool,
}

impl Facts for Late {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match &*field.name {
            "param.q" if self.has_come => Fact::Many,
            "flag" if self.has_come => Fact::One(Value::Bool(false)),
            "host" => Fact::Absent,
            _ => Fact::NotYet,
        }
    }

    fn each(&self, _: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for text in [&b"a"[..], b"b"] {
            if visit(Value::String(text)).is_break() {
                return;
            }
        }
    }
}

#[test]
fn what_an_absent_side_decides_stays_decided_when_another_side_has_several_values() {
    let analysis = property::analysed("segment(param.q, n) =^ host || flag");
    let checked = analysis.rules()[0].checked().unwrap();
    let set = RuleSet::of([(&compile(checked), 0)]).unwrap();
    let id = set.ids().next().unwrap();
    let mut together = SetEvaluation::new(Arc::new(set));
    let mut alone = compile_phased(checked).evaluation();
    let (mut memory, mut scratch) = (Memory::default(), Scratch::default());
    for (phase, has_come, expected) in
        [(Phase::RequestHeaders, false, Verdict::NotYet), (Phase::ResponseHeaders, true, Verdict::NoMatch)]
    {
        let late = Late { has_come };
        assert_eq!(alone.advance(phase, &late, &mut scratch), expected, "{phase}");
        together.advance(phase, &late, &mut memory);
        assert_eq!(together.verdict(id), Some(expected), "{phase} in a set");
    }
}
