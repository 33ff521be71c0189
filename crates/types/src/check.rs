//! One pass over the nodes of the tree, children before parents.

use std::cell::Cell;
use std::collections::HashMap;

use tamis_lang::builtin::{self, BuiltinId, Eval, Operand, Power, Special};
use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::prepared::{PatternBudget, Set};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind, Tree};

use crate::analysis::Options;
use crate::builder::{Builder, Fragment};
use crate::hir::{ConditionId, ConditionKind, FieldUseId, Mode, Right, ValueId, ValueKind};
use crate::meaning::{Meaning, Place, Scale, Term};
use crate::prose::quote;
use crate::scope::Scopes;
use crate::sink::Sink;

/// The state of checking one text.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    pub(crate) text: &'a str,
    pub(crate) tree: &'a Tree,
    pub(crate) catalog: &'a Catalog,
    pub(crate) options: &'a Options,
    pub(crate) limits: &'a Limits,
    /// How the text is read.
    pub(crate) edition: Edition,
    /// What each node up to the current one is.
    pub(crate) meanings: Vec<Meaning>,
    pub(crate) scopes: Scopes,
    pub(crate) sink: Sink,
    /// The names that a file defines, with the place of their item.
    pub(crate) names: HashMap<&'a str, Definition>,
    /// Sets that a `let` names, as built for a left side of one type and unit.
    pub(crate) sets: HashMap<(NodeId, Ty, Option<Scale>), Set>,
    /// Conditions and values that `let` uses may still add to the whole text.
    pub(crate) budget: usize,
    /// For how many more unknown names a better one is looked for.
    pub(crate) searches: Cell<u32>,
    /// Whether a message depends on which names the file defines, apart from those that it uses.
    pub(crate) asked_for_names: Cell<bool>,
    /// The node around each node, once a lint has asked.
    pub(crate) parents: Vec<Option<NodeId>>,
    /// The item or bare rule that is being checked.
    pub(crate) item: Current,
}

/// What is known of the item that is being checked.
#[derive(Debug, Default)]
pub(crate) struct Current {
    pub(crate) builder: Builder,
    /// Whether it has an error, so that it must not run.
    pub(crate) broken: bool,
    /// Names that stand for nothing and are not reported yet.
    pub(crate) unknown: Vec<NodeId>,
    /// Bool values that stand alone as conditions.
    pub(crate) bare: Vec<NodeId>,
    /// Negations whose treatment of absent values was explained.
    pub(crate) negated: Vec<Span>,
    /// Fields whose presence the rule tests.
    pub(crate) tested: Vec<FieldUseId>,
    /// What its patterns take; none before the first.
    pub(crate) patterns: Option<PatternBudget>,
    /// Whether it was said that there are too many conditions.
    pub(crate) too_large: bool,
    /// The place of the item in its file.
    pub(crate) place: usize,
}

/// A `let` or `rule` of a file.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The place of the item.
    pub(crate) place: usize,
    /// Where the name is written.
    pub(crate) name: Span,
    /// What it stands for; none of a rule and of a `let` that was not reached yet. Of most names of a file it is none.
    pub(crate) value: Option<Box<Fragment>>,
    /// Whether it is a `let`.
    pub(crate) is_let: bool,
    /// Whether something names it.
    pub(crate) used: bool,
    /// Whether its text has an error.
    pub(crate) broken: bool,
}

impl<'a> Checker<'a> {
    pub(crate) fn slice(&self, node: NodeId) -> &'a str {
        self.tree.span(node).slice(self.text)
    }

    /// The text of a node in backticks.
    pub(crate) fn quote(&self, node: NodeId) -> String {
        quote(self.slice(node))
    }

    pub(crate) fn span(&self, node: NodeId) -> Span {
        self.tree.span(node)
    }

    pub(crate) fn meaning(&self, node: NodeId) -> Meaning {
        self.meanings.get(node.index()).copied().unwrap_or(Meaning::Hole)
    }

    /// Reports a finding; an error breaks the item. The text is made only if it will be shown.
    pub(crate) fn report(&mut self, severity: Severity, diagnostic: impl FnOnce(&Self) -> Diagnostic) {
        if severity == Severity::Error {
            self.item.broken = true;
        }
        if self.sink.has_room(severity) {
            let diagnostic = diagnostic(self);
            self.sink.push(diagnostic);
        } else {
            self.sink.count(severity);
        }
    }

    /// How bad it is to contradict what the catalog says beyond names and types: atc-router, which knows no more than
    /// those, takes it.
    pub(crate) const fn unless_atc(&self) -> Severity {
        if self.edition.reads_atc() { Severity::Warning } else { Severity::Error }
    }

    /// Reports an error.
    pub(crate) fn error(&mut self, diagnostic: impl FnOnce(&Self) -> Diagnostic) {
        self.report(Severity::Error, diagnostic);
    }

    /// Something broken that was reported already.
    pub(crate) const fn hole(&mut self) -> Meaning {
        self.item.broken = true;
        Meaning::Hole
    }

    /// Checks the nodes of a subtree.
    pub(crate) fn check(&mut self, root: NodeId) {
        for id in self.tree.subtree(root) {
            let meaning = self.node(id);
            if let Some(slot) = self.meanings.get_mut(id.index()) {
                *slot = meaning;
            }
        }
    }

    fn node(&mut self, id: NodeId) -> Meaning {
        let tree = self.tree;
        match tree.kind(id) {
            NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => self.hole(),
            NodeKind::Literal(Literal::Value(constant)) => {
                Meaning::Value(Term::constant(Place::Literal(id), constant.ty()))
            }
            // Only `sample` takes one, and it looks at the tree.
            NodeKind::Literal(Literal::Probability { .. }) => Meaning::Hole,
            NodeKind::Path { name, key } => self.path(id, *name, key.as_deref()),
            NodeKind::Call { name, arguments, label } => self.call(id, *name, *label, tree.children(*arguments)),
            NodeKind::Quantified { quantifier, source, body, .. } => self.quantified(id, *quantifier, *source, *body),
            NodeKind::Set(children) => self.set(id, tree.children(*children)),
            NodeKind::Range { low, high } => self.range(id, *low, *high),
            NodeKind::Prefix { op, op_span, operand } => self.prefix(id, *op, *op_span, *operand),
            NodeKind::Infix { op, op_span, left, right } => self.infix(id, (*op, *op_span), *left, *right),
            NodeKind::Chain { op, operands } => self.chain(id, *op, tree.children(*operands)),
            NodeKind::Group(inner) => self.meaning(*inner),
        }
    }

    fn infix(&mut self, id: NodeId, op: (BuiltinId, Span), left: NodeId, right: NodeId) -> Meaning {
        let builtin = op.0.get();
        if builtin.power() != Some(Power::Compare) {
            return self.arithmetic(id, op.0, op.1, &[left, right]);
        }
        match builtin.signatures.first().and_then(|signature| signature.parameters.get(1)) {
            Some(Operand::Set(_)) => self.membership(id, op, left, right),
            Some(Operand::Pattern) => self.pattern(id, op, left, right),
            _ => self.comparison(id, op, left, right),
        }
    }

    fn chain(&mut self, id: NodeId, op: BuiltinId, operands: &[NodeId]) -> Meaning {
        let parts: Vec<Option<ConditionId>> = operands.iter().map(|operand| self.condition(*operand)).collect();
        let Some(parts) = parts.into_iter().collect::<Option<Vec<_>>>() else { return self.broken_condition() };
        let is_and = op.get().special() == Some(Special::And);
        let kind = if is_and { ConditionKind::And(parts) } else { ConditionKind::Or(parts) };
        self.push_condition(id, kind)
    }

    fn prefix(&mut self, id: NodeId, op: BuiltinId, op_span: Span, operand: NodeId) -> Meaning {
        if op.get().special() == Some(Special::Not) {
            return match self.condition(operand) {
                Some(inner) if self.item.builder.is_sampled(inner) => self.negated_sample(op_span, operand),
                Some(inner) => self.push_condition(id, ConditionKind::Not(inner)),
                None => self.broken_condition(),
            };
        }
        self.arithmetic(id, op, op_span, &[operand])
    }

    /// Adds a condition, up to the limit.
    pub(crate) fn push_condition(&mut self, node: NodeId, kind: ConditionKind) -> Meaning {
        let span = self.span(node);
        let condition = self.item.builder.condition(kind, span);
        self.limit_conditions(span);
        Meaning::Condition(condition)
    }

    /// Adds a comparison, up to the limit.
    pub(crate) fn push_test(
        &mut self,
        node: NodeId,
        op: BuiltinId,
        mode: Option<Mode>,
        sides: (ValueId, Right),
    ) -> Meaning {
        let span = self.span(node);
        let condition = self.item.builder.test(op, mode, sides, span);
        self.limit_conditions(span);
        Meaning::Condition(condition)
    }

    /// A condition that was meant and cannot be built; the finding was reported.
    pub(crate) const fn broken_condition(&mut self) -> Meaning {
        self.item.broken = true;
        Meaning::Broken
    }

    fn limit_conditions(&mut self, span: Span) {
        if self.item.builder.n_leaves() > self.limits.conditions {
            self.too_many_conditions(span);
        }
    }

    /// Says once that the rule is too large.
    pub(crate) fn too_many_conditions(&mut self, span: Span) {
        if std::mem::replace(&mut self.item.too_large, true) {
            return;
        }
        self.error(|checker| {
            let limit = checker.limits.conditions;
            Diagnostic::new(Code::TooManyConditions, span, format!("the rule has more than {limit} conditions"))
                .note("each use of a `let` counts as what it stands for")
                .note("values compared with one field fit into a set: `in [1, 2, 3]`")
        });
    }

    /// The node as a condition; what is none is reported.
    pub(crate) fn condition(&mut self, node: NodeId) -> Option<ConditionId> {
        let meaning = match self.meaning(node) {
            Meaning::Value(term) if term.ty == Ty::Bool => self.bool_condition(node, term),
            Meaning::Value(term) => {
                self.not_a_condition(node, &term);
                Meaning::Broken
            }
            Meaning::Set(_) => {
                self.error(|checker| {
                    let message = format!("{} is a set, not a condition", checker.quote(node));
                    Diagnostic::new(Code::NotACondition, checker.span(node), message)
                        .note("write a field and `in` before it")
                });
                Meaning::Broken
            }
            meaning @ (Meaning::Condition(_) | Meaning::Hole | Meaning::Broken | Meaning::Unknown) => meaning,
        };
        if let Meaning::Condition(id) = meaning {
            return Some(id);
        }
        self.item.broken = true;
        None
    }

    /// A bool value as a condition: `tls.resumed` is `tls.resumed == true`.
    fn bool_condition(&mut self, node: NodeId, term: Term) -> Meaning {
        match term.place {
            Place::Literal(literal) => {
                let value = matches!(self.constant(literal), Some(Constant::Bool(true)));
                self.push_condition(node, ConditionKind::Constant(value))
            }
            Place::Test { function, left, right } => {
                let op = operator_twin(function);
                self.push_test(node, op, term.mode, (left, Right::Value(right)))
            }
            Place::Field(_) | Place::Variable(_) | Place::Ready(_) => {
                if term.many {
                    self.item.bare.push(node);
                }
                let value = self.value(node, &term);
                let span = self.span(node);
                let yes = self.item.builder.value(ValueKind::Constant(Constant::Bool(true)), Ty::Bool, span);
                self.push_test(node, ids().equal, term.mode, (value, Right::Value(yes)))
            }
        }
    }

    /// The node as a value; what is none is reported.
    pub(crate) fn term(&mut self, node: NodeId) -> Option<Term> {
        match self.meaning(node) {
            Meaning::Value(term) => Some(term),
            Meaning::Condition(_) => {
                self.not_a_value(node);
                None
            }
            Meaning::Set(_) => {
                self.error(|checker| {
                    let message = format!("{} is a set, and a value is needed", checker.quote(node));
                    Diagnostic::new(Code::NotAValue, checker.span(node), message)
                        .note("a set stands only on the right of `in` and `not in`")
                });
                None
            }
            Meaning::Hole | Meaning::Broken | Meaning::Unknown => None,
        }
    }

    /// Adds a value to the checked form.
    pub(crate) fn value(&mut self, node: NodeId, term: &Term) -> ValueId {
        let span = self.span(node);
        let kind = match term.place {
            Place::Ready(id) => return id,
            Place::Field(id) => ValueKind::Field(id),
            Place::Variable(id) => ValueKind::Variable(id),
            Place::Test { function, left, right } => {
                ValueKind::Call { builtin: function, arguments: vec![left, right] }
            }
            Place::Literal(literal) => match self.constant(literal) {
                Some(constant) => ValueKind::Constant(constant.clone()),
                None => ValueKind::Constant(Constant::Bool(false)),
            },
        };
        self.item.builder.value(kind, term.ty, span)
    }

    /// Adds a constant to the checked form.
    pub(crate) fn constant_value(&mut self, node: NodeId, constant: Constant) -> ValueId {
        let (ty, span) = (constant.ty(), self.span(node));
        self.item.builder.value(ValueKind::Constant(constant), ty, span)
    }

    /// The value of a literal node.
    pub(crate) fn constant(&self, literal: NodeId) -> Option<&'a Constant> {
        constant_of(self.tree, literal)
    }

    /// The mode of a comparison or operation over several operands; a clash is reported.
    pub(crate) fn mode(&mut self, node: NodeId, terms: &[Term]) -> Option<Mode> {
        let has = |mode: Mode| terms.iter().any(|term| term.mode == Some(mode));
        let (any, all) = (has(Mode::Any), has(Mode::All));
        if any && all {
            self.error(|checker| {
                let message = "`any` and `all` in one comparison contradict each other";
                Diagnostic::new(Code::AnyOutsideComparison, checker.span(node), message)
                    .note("a comparison passes either where some combination of values does or where every one does")
            });
        }
        terms.iter().find_map(|term| term.mode)
    }
}

/// The value of a literal node.
pub(crate) fn constant_of(tree: &Tree, literal: NodeId) -> Option<&Constant> {
    match tree.kind(literal) {
        NodeKind::Literal(Literal::Value(constant)) => Some(constant),
        _ => None,
    }
}

/// Operators that the checker itself writes.
#[derive(Debug)]
pub(crate) struct Ids {
    pub(crate) equal: BuiltinId,
    pub(crate) less: BuiltinId,
    pub(crate) less_or_equal: BuiltinId,
    pub(crate) greater: BuiltinId,
    pub(crate) greater_or_equal: BuiltinId,
}

/// Operators that the checker itself writes, looked up once.
pub(crate) fn ids() -> &'static Ids {
    static IDS: std::sync::LazyLock<Ids> = std::sync::LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the operators are in the table, as the tests of every comparison show")]
        let id = |symbol| builtin::by_symbol(symbol).expect("an operator of the table");
        Ids { equal: id("=="), less: id("<"), less_or_equal: id("<="), greater: id(">"), greater_or_equal: id(">=") }
    });
    &IDS
}

/// The operator that computes the same as a function of two arguments (`^=` of `starts_with`).
pub(crate) fn operator_twin(function: BuiltinId) -> BuiltinId {
    twin(function).unwrap_or(function)
}

/// The comparison with the kernel and the signatures of a function, if there is one.
pub(crate) fn twin(function: BuiltinId) -> Option<BuiltinId> {
    let Eval::Pure(kernel) = function.get().eval else { return None };
    let same = |candidate: &builtin::Builtin| {
        candidate.power() == Some(Power::Compare)
            && matches!(candidate.eval, Eval::Pure(other) if std::ptr::fn_addr_eq(other, kernel))
    };
    builtin::all().find(|(_, candidate)| same(candidate)).map(|(id, _)| id)
}
