//! A rule and one request, condition by condition.

use tamis_lang::catalog::Catalog;
use tamis_lang::scratch::Scratch;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_types::analysis::CheckedRule;
use tamis_types::hir::{ConditionId, ConditionKind, FieldUseId, Hir, Right, ValueId, ValueKind};

use super::change::{Flip, flip};
use super::expression;
use super::known::KnownFacts;
use crate::compile::{compile, compile_hir};
use crate::facts::{Facts, FieldRef};
use crate::verdict::Verdict;

/// Why a rule says what it says about one request.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What the machine says.
    pub verdict: Verdict,
    /// Every condition, each before its parts; those within quantifiers are not among them.
    pub conditions: Vec<Explained>,
    /// What would have to be different.
    pub flip: Flip,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Where it was written.
    pub span: Span,
    /// How many connectives are around it.
    pub depth: usize,
    /// How its parts are joined; none where it has no parts.
    pub connective: Option<Connective>,
    /// Whether it holds.
    pub holds: bool,
    /// Whether the verdict rests on it: the conditions of which this is true give the verdict, whatever the others say.
    pub decides: bool,
    /// What it looks at, of a condition without parts.
    pub fields: Vec<FieldValues>,
    /// What an expression in it came to, `None` for an operation without a result; none where it has no expression.
    pub result: Option<Vec<Option<Constant>>>,
}

/// How conditions are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connective {
    /// All must hold.
    And,
    /// One is enough.
    Or,
    /// The part must not hold.
    Not,
}

/// What a request has for a field.
#[derive(Clone, Debug)]
pub struct FieldValues {
    /// The field.
    pub field: FieldRef,
    /// Its values; none where it is absent, and none where they must never be shown.
    pub values: Vec<Constant>,
    /// Whether it has values that must never be shown.
    pub hidden: bool,
}

impl FieldValues {
    pub(super) fn new(field: FieldRef, values: &[Constant]) -> Self {
        let hidden = field.sensitive && !values.is_empty();
        Self { values: if hidden { Vec::new() } else { values.to_vec() }, hidden, field }
    }
}

/// Explains what a rule, checked with this catalog, says about a request.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_lang::value::Value;
/// use tamis_types::analysis::{Options, analyze};
/// use tamis_vm::reason::{Flip, explain};
/// use tamis_vm::{Fact, Facts, FieldRef, Verdict};
///
/// struct Response(i64);
///
/// impl Facts for Response {
///     fn get(&self, _: &FieldRef) -> Fact<'_> {
///         Fact::One(Value::Int(self.0))
///     }
/// }
///
/// let kong = Catalog::shipped("kong").unwrap();
/// let analysis = analyze("http.response.status_code == 503", &kong, &Options::default());
/// let explanation = explain(&kong, analysis.rules()[0].checked().unwrap(), &Response(502));
/// assert_eq!(explanation.verdict, Verdict::NoMatch);
/// let Flip::Change(change) = explanation.flip else { panic!("no change was found") };
/// assert_eq!(change.fields[0].to.values[0].to_string(), "503");
/// ```
#[must_use]
pub fn explain<F: Facts + ?Sized>(catalog: &Catalog, rule: &CheckedRule, facts: &F) -> Explanation {
    let hir = rule.hir();
    let known = KnownFacts::of(facts, &hir.fields);
    let mut scratch = Scratch::default();
    let program = compile(rule);
    let verdict = program.run(&known, &mut scratch);
    let answers = answers(hir, &known, &mut scratch);
    let conditions = tree(hir, &known, &answers);
    Explanation { verdict, conditions, flip: flip(catalog, hir, &program, &known) }
}

/// Whether each condition holds; within quantifiers nothing is said.
///
/// A condition without parts is asked of the machine, as a rule of its own.
fn answers(hir: &Hir, facts: &KnownFacts, scratch: &mut Scratch) -> Vec<bool> {
    let mut part = hir.clone();
    let mut answers: Vec<bool> = Vec::with_capacity(hir.conditions.len());
    let needed = reached(hir);
    for (place, condition) in hir.conditions.iter().enumerate() {
        let at = |id: &ConditionId| answers.get(id.0 as usize).copied().unwrap_or(false);
        let answer = match &condition.kind {
            ConditionKind::Constant(answer) => *answer,
            ConditionKind::Not(inner) => !at(inner),
            ConditionKind::And(parts) => parts.iter().all(at),
            ConditionKind::Or(parts) => parts.iter().any(at),
            ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_)
            | ConditionKind::Quantified { .. } => {
                part.root = u32::try_from(place).ok().map(ConditionId);
                let is_needed = needed.get(place).copied().unwrap_or(false);
                is_needed && compile_hir(&part).run(facts, scratch) == Verdict::Match
            }
        };
        answers.push(answer);
    }
    answers
}

/// Which conditions are part of the rule, those within quantifiers left out.
fn reached(hir: &Hir) -> Vec<bool> {
    let mut reached = vec![false; hir.conditions.len()];
    let mut open: Vec<ConditionId> = hir.root.into_iter().collect();
    while let Some(id) = open.pop() {
        if let Some(slot) = reached.get_mut(id.0 as usize) {
            *slot = true;
        }
        open.extend(children(hir, id));
    }
    reached
}

fn children(hir: &Hir, id: ConditionId) -> &[ConditionId] {
    match hir.condition(id).map(|condition| &condition.kind) {
        Some(ConditionKind::Not(inner)) => std::slice::from_ref(inner),
        Some(ConditionKind::And(parts) | ConditionKind::Or(parts)) => parts,
        _ => &[],
    }
}

/// Each condition before its parts.
fn tree(hir: &Hir, facts: &KnownFacts, answers: &[bool]) -> Vec<Explained> {
    let mut found = Vec::new();
    let mut open: Vec<(ConditionId, usize, bool)> = hir.root.map(|root| (root, 0, true)).into_iter().collect();
    while let Some((id, depth, decides)) = open.pop() {
        let Some(condition) = hir.condition(id) else { continue };
        let at = |id: &ConditionId| answers.get(id.0 as usize).copied().unwrap_or(false);
        let holds = at(&id);
        let connective = match &condition.kind {
            ConditionKind::And(_) => Some(Connective::And),
            ConditionKind::Or(_) => Some(Connective::Or),
            ConditionKind::Not(_) => Some(Connective::Not),
            ConditionKind::Constant(_)
            | ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_)
            | ConditionKind::Quantified { .. } => None,
        };
        let (fields, result) = looked_at(hir, facts, &condition.kind);
        found.push(Explained { span: condition.span, depth, connective, holds, decides, fields, result });
        for part in children(hir, id).iter().rev() {
            // One part that does not hold decides `&&`, one that holds decides `||`; else all of them do.
            let counts = match connective {
                Some(Connective::And) => holds || !at(part),
                Some(Connective::Or) => !holds || at(part),
                Some(Connective::Not) | None => true,
            };
            open.push((*part, depth + 1, decides && counts));
        }
    }
    found
}

/// What a condition without parts looks at, and what an expression in it came to.
fn looked_at(hir: &Hir, facts: &KnownFacts, kind: &ConditionKind) -> (Vec<FieldValues>, Option<Vec<Option<Constant>>>) {
    let mut result = None;
    let fields = match kind {
        ConditionKind::Test(test) => {
            let right = if let Right::Value(right) = test.right { Some(right) } else { None };
            let roots: Vec<ValueId> = [Some(test.left), right].into_iter().flatten().collect();
            let is_expression = |id: &ValueId| {
                let kind = hir.value(*id).map(|value| &value.kind);
                !matches!(kind, Some(ValueKind::Constant(_) | ValueKind::Field(_)) | None)
            };
            let fields = expression::fields(hir, &roots);
            let is_hidden = fields.iter().any(|id| hir.field(*id).is_some_and(|field| field.sensitive));
            let expression = roots.iter().find(|id| is_expression(id)).filter(|_| !is_hidden);
            result = expression.and_then(|id| expression::results(hir, facts, *id));
            fields
        }
        ConditionKind::Exists(field) => vec![*field],
        ConditionKind::Quantified { source, .. } => vec![*source],
        ConditionKind::Constant(_)
        | ConditionKind::Not(_)
        | ConditionKind::And(_)
        | ConditionKind::Or(_)
        | ConditionKind::Sample(_) => Vec::new(),
    };
    let values = |id: FieldUseId| {
        let field = hir.field(id)?;
        Some(FieldValues::new(FieldRef::new(id.0, field), facts.values(field)))
    };
    (fields.into_iter().filter_map(values).collect(), result)
}
