//! Conditions: what is true of the request.

use tamis_lang::builtin::{Builtin, Eval, Operand, Power, Special};
use tamis_lang::limits::Limits;
use tamis_lang::prepared::{Pattern, Prepared};
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind};
use tamis_vm::cost::MOST_COMBINATIONS;

use super::Reference;
use super::value::{Scope, Variable};

/// Whether some combination of values has to pass or every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    All,
    Any,
}

impl Reference<'_> {
    /// Whether a condition holds.
    pub(super) fn condition(&self, node: NodeId, scope: &Scope<'_>) -> bool {
        let (node, scope) = self.plain(node, scope);
        match self.tree.kind(node) {
            NodeKind::Prefix { op, operand, .. } if op.get().special() == Some(Special::Not) => {
                !self.condition(*operand, scope)
            }
            NodeKind::Chain { op, operands } => {
                let mut operands = self.tree.children(*operands).iter().map(|operand| self.condition(*operand, scope));
                if op.get().special() == Some(Special::And) { operands.all(|it| it) } else { operands.any(|it| it) }
            }
            NodeKind::Infix { op, left, right, .. } if op.get().power() == Some(Power::Compare) => {
                self.comparison(op.get(), *left, *right, scope)
            }
            NodeKind::Quantified { quantifier, variable, source, body, .. } => {
                let name = variable.slice(self.text);
                let holds =
                    |variable: Variable| self.condition(*body, &Scope::Inner { variable: &variable, outer: scope });
                let mut values = self.elements(name, *source, scope).into_iter().map(holds);
                match quantifier.get().special() {
                    Some(Special::Any) => values.any(|it| it),
                    // Over no values `all` is false and `none` is true.
                    Some(Special::All) => values.len() > 0 && values.all(|it| it),
                    _ => values.all(|it| !it),
                }
            }
            _ => match self.call(node) {
                Some((function, arguments)) if function.get().special() == Some(Special::Exists) => {
                    let field = self.tree.children(arguments).first();
                    field.is_some_and(|field| !self.values_of(*field, scope).is_empty())
                }
                Some((function, arguments)) if function.get().is_sample() => {
                    self.share(self.tree.children(arguments), scope)
                }
                // A bool as a condition: `flag` is `flag == true`.
                _ => {
                    let values = self.value(node, scope);
                    let passes = |value: &Option<Constant>| matches!(value, Some(Constant::Bool(true)));
                    decide(self.mode(&[node], scope), values.iter().map(passes))
                }
            },
        }
    }

    /// `sample(p)` and `sample(p, by: key)`.
    fn share(&self, arguments: &[NodeId], scope: &Scope<'_>) -> bool {
        let Some(Literal::Probability { numerator, denominator }) = arguments.first().and_then(|id| self.literal(*id))
        else {
            return false;
        };
        let Some(threshold) = Threshold::of(*numerator, *denominator) else { return false };
        let Some(key) = arguments.get(1) else { return threshold.keeps(self.request.randomness()) };
        let keeps = |value: &Option<Constant>| {
            value.as_ref().is_some_and(|value| threshold.keeps(Randomness::of_key(&value.as_value())))
        };
        decide(self.mode(&[*key], scope), self.value(*key, scope).iter().map(keeps))
    }

    fn literal(&self, node: NodeId) -> Option<&Literal> {
        match self.tree.kind(self.tree.without_groups(node)) {
            NodeKind::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    /// `left op right`, over every combination of their values.
    fn comparison(&self, op: &'static Builtin, left: NodeId, right: NodeId, scope: &Scope<'_>) -> bool {
        let mode = self.mode(&[left, right], scope);
        // `a != b` passes where both are there and `a == b` does not.
        let (positive, wanted) = op.negates().map_or((op, true), |positive| (positive, false));
        let left_values = self.value(left, scope);
        let passes = |answer: Option<bool>| answer == Some(wanted);
        match positive.signatures.first().and_then(|signature| signature.parameters.get(1)) {
            Some(Operand::Set(_)) => {
                let unit = self.unit(left, scope);
                let is_member = |value: &Constant| Some(self.is_member(value, unit, right, scope));
                decide(mode, left_values.iter().map(|value| passes(value.as_ref().and_then(is_member))))
            }
            Some(Operand::Pattern) => {
                let pattern = self.pattern(right, scope);
                let is_match = |value: &Constant| answer(positive, value, pattern.as_ref()?);
                decide(mode, left_values.iter().map(|value| passes(value.as_ref().and_then(is_match))))
            }
            _ if self.combinations(left, scope).saturating_mul(self.combinations(right, scope)) > MOST_COMBINATIONS => {
                false
            }
            _ => {
                let right_values = self.value(right, scope);
                let sides = (self.side(left, scope), self.side(right, scope));
                let combinations = left_values.iter().flat_map(|a| right_values.iter().map(move |b| (a, b)));
                let compare = |(a, b): (&Option<Constant>, &Option<Constant>)| {
                    let (Some(a), Some(b)) = (a, b) else { return None };
                    sides.0.beside(a, &sides.1, b, positive)
                };
                decide(mode, combinations.map(|pair| passes(compare(pair))))
            }
        }
    }

    /// The regular expression on the right of `~`.
    fn pattern(&self, node: NodeId, scope: &Scope<'_>) -> Option<Prepared> {
        let limit = usize::try_from(Limits::default().atc_regex_bytes).ok()?;
        match self.value(node, scope).first() {
            Some(Some(Constant::String(text))) => {
                Pattern::new(std::str::from_utf8(text).ok()?, limit).ok().map(Prepared::Pattern)
            }
            _ => None,
        }
    }

    /// The mode that `any(…)` among the operands asks for.
    fn mode(&self, operands: &[NodeId], scope: &Scope<'_>) -> Mode {
        let says_any = |operand: &NodeId| self.has_any(*operand, scope);
        if operands.iter().any(says_any) { Mode::Any } else { Mode::All }
    }

    /// Whether `any(…)` stands somewhere in a value.
    fn has_any(&self, node: NodeId, scope: &Scope<'_>) -> bool {
        self.tree.subtree(node).any(|inner| {
            let named = self.plain(inner, scope);
            let elsewhere = matches!(self.tree.kind(inner), NodeKind::Path { .. }) && named.0 != inner;
            matches!(self.inside_mode(inner), Some((Special::Any, _))) || elsewhere && self.has_any(named.0, named.1)
        })
    }
}

/// What a comparison says of its combinations: nothing passes where there is none.
fn decide(mode: Mode, passes: impl Iterator<Item = bool>) -> bool {
    let passes: Vec<bool> = passes.collect();
    match mode {
        _ if passes.is_empty() => false,
        Mode::All => passes.iter().all(|it| *it),
        Mode::Any => passes.iter().any(|it| *it),
    }
}

/// What a record's kernel says of a value and what was prepared.
fn answer(op: &Builtin, value: &Constant, prepared: &Prepared) -> Option<bool> {
    let Eval::Prepared(kernel) = op.eval else { return None };
    kernel(&value.as_value(), prepared)
}

/// What a record's kernel says of two values of the types that it takes.
pub(super) fn compare(op: &Builtin, left: &Constant, right: &Constant) -> Option<bool> {
    let Eval::Pure(kernel) = op.eval else { return None };
    let scratch = Scratch::default();
    let answer = kernel(&[left.as_value(), right.as_value()], &scratch)?.to_constant();
    Some(matches!(answer, Constant::Bool(true)))
}
