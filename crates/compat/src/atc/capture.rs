//! What the satisfied branches of a rule matched and captured.

use std::collections::HashMap;

use regex::Regex;
use tamis_lang::catalog::Catalog;
use tamis_lang::prepared::Prepared;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_types::hir::{ConditionId, ConditionKind, Hir, Mode, Right, Test, ValueId, ValueKind};
use tamis_vm::{Program, Verdict};

use super::ast::Value;
use super::context::Values;
use super::matcher::{checked, written};

/// What to look for once a rule has matched.
#[derive(Debug, Default)]
pub(super) struct Captures {
    /// Parts before the whole, of which only those that can capture something are there.
    parts: Vec<Part>,
    root: Option<usize>,
}

/// A condition that may capture something where it is satisfied.
#[derive(Debug)]
enum Part {
    /// `==`, `^=` or `=^` with a literal.
    Literal { field: String, value: Value },
    /// `~`
    Pattern { field: String, lower: bool, mode: Mode, regex: Regex },
    /// Every part is satisfied.
    And(Vec<usize>),
    /// The first satisfied alternative counts.
    Or(Vec<Alternative>),
}

/// One operand of `||`.
#[derive(Debug)]
struct Alternative {
    /// Whether it is satisfied; none of the last one, which is where no other was.
    program: Option<Program>,
    /// What it may capture.
    part: Option<usize>,
}

impl Captures {
    /// Plans what to look for in a rule.
    pub(super) fn new(text: &str, hir: &Hir, catalog: &Catalog) -> Self {
        let mut captures = Self::default();
        let mut places: Vec<Option<usize>> = Vec::with_capacity(hir.conditions.len());
        for condition in &hir.conditions {
            let of = |id: &ConditionId| places.get(id.0 as usize).copied().flatten();
            let part = match &condition.kind {
                ConditionKind::Test(test) => leaf(hir, test),
                ConditionKind::And(ids) => {
                    let parts: Vec<usize> = ids.iter().filter_map(of).collect();
                    (!parts.is_empty()).then_some(Part::And(parts))
                }
                ConditionKind::Or(ids) if ids.iter().any(|id| of(id).is_some()) => {
                    let last = ids.len().saturating_sub(1);
                    let alternative = |(n, id): (usize, &ConditionId)| {
                        let span = hir.condition(*id)?.span;
                        let program = if n < last { Some(program(span.slice(text), catalog)?) } else { None };
                        Some(Alternative { program, part: of(id) })
                    };
                    ids.iter().enumerate().map(alternative).collect::<Option<Vec<_>>>().map(Part::Or)
                }
                // A negated branch is satisfied where nothing in it is, and one value of a quantifier is not the field.
                ConditionKind::Or(_)
                | ConditionKind::Not(_)
                | ConditionKind::Constant(_)
                | ConditionKind::Exists(_)
                | ConditionKind::Sample(_)
                | ConditionKind::Quantified { .. } => None,
            };
            places.push(part.map(|part| {
                captures.parts.push(part);
                captures.parts.len() - 1
            }));
        }
        captures.root = hir.root.and_then(|root| places.get(root.0 as usize).copied().flatten());
        captures
    }

    /// Adds what a request that matches has, part by part in the order of the rule.
    pub(super) fn collect(
        &self,
        values: &Values,
        scratch: &mut Scratch,
        matches: &mut HashMap<String, Value>,
        captures: &mut HashMap<String, String>,
    ) {
        let mut stack: Vec<usize> = self.root.into_iter().collect();
        while let Some(part) = stack.pop().and_then(|place| self.parts.get(place)) {
            match part {
                Part::And(parts) => stack.extend(parts.iter().rev()),
                Part::Or(alternatives) => {
                    let mut satisfied = |alternative: &&Alternative| match &alternative.program {
                        Some(program) => program.run(values, scratch) == Verdict::Match,
                        None => true,
                    };
                    stack.extend(alternatives.iter().find(&mut satisfied).and_then(|found| found.part));
                }
                Part::Literal { field, value } => drop(matches.insert(field.clone(), value.clone())),
                Part::Pattern { field, lower, mode, regex } => {
                    for value in values.of(field) {
                        let Value::String(text) = value else { continue };
                        let changed;
                        let text = if *lower {
                            changed = text.to_lowercase();
                            changed.as_str()
                        } else {
                            text.as_str()
                        };
                        if capture(field, regex, text, matches, captures) && *mode == Mode::Any {
                            break;
                        }
                    }
                }
            }
        }
    }
}

/// Adds the groups of a match; whether there is one.
fn capture(
    field: &str,
    regex: &Regex,
    text: &str,
    matches: &mut HashMap<String, Value>,
    captures: &mut HashMap<String, String>,
) -> bool {
    let Some(found) = regex.captures(text) else { return false };
    if let Some(whole) = found.get(0) {
        matches.insert(field.to_owned(), Value::String(whole.as_str().to_owned()));
    }
    for (number, group) in found.iter().enumerate() {
        captures.extend(group.map(|group| (number.to_string(), group.as_str().to_owned())));
    }
    for name in regex.capture_names().flatten() {
        captures.extend(found.name(name).map(|group| (name.to_owned(), group.as_str().to_owned())));
    }
    true
}

/// The program of a part of a rule, which is a rule itself.
fn program(text: &str, catalog: &Catalog) -> Option<Program> {
    checked(text, catalog).ok().map(|rule| tamis_vm::compile(&rule))
}

/// What a comparison captures.
fn leaf(hir: &Hir, test: &Test) -> Option<Part> {
    if test.negated {
        return None;
    }
    let (field, lower) = subject(hir, test.left)?;
    match (test.op.get().name, test.right) {
        ("==" | "^=" | "=^", Right::Value(right)) => {
            let ValueKind::Constant(constant) = &hir.value(right)?.kind else { return None };
            Some(Part::Literal { field, value: literal(constant)? })
        }
        ("~", Right::Prepared(id)) => {
            let Prepared::Pattern(pattern) = hir.prepared.get(id.0 as usize)? else { return None };
            let regex = Regex::new(pattern.as_str()).ok()?;
            Some(Part::Pattern { field, lower, mode: test.mode, regex })
        }
        _ => None,
    }
}

/// The field of a comparison, and whether its letters are made small.
fn subject(hir: &Hir, mut id: ValueId) -> Option<(String, bool)> {
    let mut lower = false;
    loop {
        match &hir.value(id)?.kind {
            ValueKind::Field(field) => return Some((written(&hir.field(*field)?.name), lower)),
            ValueKind::Call { builtin, arguments } if builtin.get().name == "lower" => {
                lower = true;
                id = *arguments.first()?;
            }
            ValueKind::Call { .. }
            | ValueKind::Constant(_)
            | ValueKind::Variable(_)
            | ValueKind::Default(..)
            | ValueKind::TextLen(_)
            | ValueKind::Count(_)
            | ValueKind::ListLen(_) => return None,
        }
    }
}

fn literal(constant: &Constant) -> Option<Value> {
    match constant {
        Constant::String(text) => String::from_utf8(text.to_vec()).ok().map(Value::String),
        Constant::Int(n) => Some(Value::Int(*n)),
        Constant::Ip(address) => Some(Value::IpAddr(*address)),
        Constant::Network(network) => Some(Value::IpCidr(*network)),
        Constant::Bool(_) | Constant::Float(_) | Constant::Duration(_) | Constant::Size(_) => None,
    }
}
