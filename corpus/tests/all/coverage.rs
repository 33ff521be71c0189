//! Nothing of the language is without a verdict case: operators, absence, several values, constructs, literals.

use std::collections::BTreeSet;

use tamis_corpus::verdict::Case;
use tamis_lang::builtin::{self, BUILTINS, BuiltinId};
use tamis_lang::catalog::Resolution;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::ty::Ty;
use tamis_lang::unit::UNITS;
use tamis_syntax::token::TokenKind;
use tamis_syntax::tree::{Document, ItemKind, Literal, NodeId, NodeKind, Tree};
use tamis_syntax::{Parse, parse};

use crate::verdicts;

/// What a case shows of one operator or function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// An operand of it is absent.
    Absent,
    /// An operand of it has several values.
    Several,
    /// The rule matches.
    Match,
    /// It does not.
    NoMatch,
}

const ALL_SHOWN: [Shown; 4] = [Shown::Absent, Shown::Several, Shown::Match, Shown::NoMatch];

fn parsed() -> Vec<(Case, Parse)> {
    let cases = verdicts::cases().into_iter().map(|(_, case)| case);
    cases.map(|case| (parse(&case.rule, Edition::Tamis, &Limits::default()), case)).map(|(p, c)| (c, p)).collect()
}

/// The operator or function of a node.
fn builtin_of(tree: &Tree, node: NodeId, text: &str) -> Option<BuiltinId> {
    match tree.kind(node) {
        NodeKind::Call { name, .. } => builtin::by_function_name(name.slice(text)),
        NodeKind::Quantified { quantifier, .. } => Some(*quantifier),
        NodeKind::Prefix { op, .. } | NodeKind::Infix { op, .. } | NodeKind::Chain { op, .. } => Some(*op),
        NodeKind::Hole
        | NodeKind::Literal(_)
        | NodeKind::Path { .. }
        | NodeKind::Set(_)
        | NodeKind::Range { .. }
        | NodeKind::Group(_) => None,
    }
}

/// How many values the field of a node has; none where the node is no field.
fn n_values(case: &Case, tree: &Tree, node: NodeId) -> Option<usize> {
    let NodeKind::Path { name, key } = tree.kind(node) else { return None };
    let key = key.as_ref().map(|key| key.text.as_str());
    match case.catalog.resolve(name.slice(&case.rule), key) {
        Resolution::Field { id, key, .. } => Some(case.facts.values(id, key.as_deref()).len()),
        _ => None,
    }
}

/// What the cases show of each operator.
fn shown() -> BTreeSet<(BuiltinId, Shown)> {
    let mut shown = BTreeSet::new();
    for (case, parse) in parsed() {
        let tree = &parse.tree;
        for node in tree.ids() {
            let Some(id) = builtin_of(tree, node, &case.rule) else { continue };
            shown.insert((id, if case.matches { Shown::Match } else { Shown::NoMatch }));
            for count in tree.subtree(node).filter_map(|part| n_values(&case, tree, part)) {
                match count {
                    0 => shown.insert((id, Shown::Absent)),
                    1 => false,
                    _ => shown.insert((id, Shown::Several)),
                };
            }
        }
    }
    shown
}

#[test]
fn every_operator_has_cases_with_absent_operands_and_with_several_values() {
    let shown = shown();
    let mut missing = Vec::new();
    for (id, builtin) in builtin::all() {
        let lacks = ALL_SHOWN.iter().filter(|what| !shown.contains(&(id, **what)));
        missing.extend(lacks.map(|what| format!("`{}`: {what:?}", builtin.name)));
    }
    assert!(missing.is_empty(), "of {} records, these have no case: {missing:#?}", BUILTINS.len());
}

#[test]
fn every_construct_has_a_case() {
    let mut found = BTreeSet::new();
    for (_, parse) in parsed() {
        let constructs = parse.tree.ids().map(|node| match parse.tree.kind(node) {
            NodeKind::Hole => "hole",
            NodeKind::Literal(Literal::Value(value)) => value.ty().as_str(),
            NodeKind::Literal(Literal::Probability { .. }) => "probability",
            NodeKind::Literal(Literal::Malformed) => "malformed",
            NodeKind::Path { key: None, .. } => "path",
            NodeKind::Path { key: Some(_), .. } => "key",
            NodeKind::Call { .. } => "call",
            NodeKind::Quantified { .. } => "quantified",
            NodeKind::Set(_) => "set",
            NodeKind::Range { .. } => "range",
            NodeKind::Prefix { .. } => "prefix",
            NodeKind::Infix { .. } => "infix",
            NodeKind::Chain { .. } => "chain",
            NodeKind::Group(_) => "group",
        });
        found.extend(constructs);
        if let Document::File(items) = parse.tree.document() {
            found.extend(items.iter().map(|item| if item.kind == ItemKind::Let { "let" } else { "rule" }));
        }
    }
    let constructs = "path probability key call quantified set range prefix infix chain group let rule";
    let expected: BTreeSet<_> = constructs.split(' ').chain(Ty::ALL.iter().map(|ty| ty.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_spelling_has_a_case() {
    let mut found = BTreeSet::new();
    for (case, parse) in parsed() {
        for token in &parse.tokens {
            let text = token.span.slice(&case.rule);
            let is_literal = matches!(token.kind, TokenKind::Literal(_));
            let unit = UNITS.iter().filter(|unit| {
                let number = text.strip_suffix(unit.suffix);
                is_literal && number.is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()))
            });
            found.extend(unit.map(|unit| unit.suffix.to_owned()));
            let spelling = text.split_whitespace().collect::<Vec<_>>().join(" ");
            found.insert(spelling);
        }
    }
    let spellings = BUILTINS.iter().flat_map(|builtin| builtin.spellings());
    let expected = spellings.chain(UNITS.iter().map(|unit| unit.suffix));
    let missing: Vec<_> = expected.filter(|spelling| !found.contains(*spelling)).collect();
    assert!(missing.is_empty(), "these spellings have no case: {missing:?}");
}
