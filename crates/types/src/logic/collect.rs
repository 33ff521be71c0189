//! From conditions to tests of variables.

use std::collections::HashMap;

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::atom::{Compare, HowMany, Operand, Passes, Test};
use super::body::{Body, sides};
use super::key::Keys;
use crate::hir::{
    self, ConditionId, ConditionKind, FieldUse, FieldUseId, Hir, Mode, Quantifier, Right, ValueId, ValueKind,
};

/// The most related constants that are kept for a variable.
const MOST_RELATED: usize = 48;

/// A variable and what is asked of it.
#[derive(Debug)]
pub(super) struct Variable<'h> {
    pub(super) kind: Kind<'h>,
    /// The type of one value.
    pub(super) ty: Ty,
    /// Whether it may have several values.
    pub(super) many: bool,
    pub(super) tests: Vec<Test<'h>>,
    /// Whether conditions of which nothing is known look at it.
    pub(super) is_open: bool,
    /// Constants near the boundaries of conditions that have no domain.
    pub(super) related: Vec<Constant>,
    /// Regular expressions that it is compared with.
    pub(super) patterns: Vec<&'h str>,
}

/// What a variable stands for.
#[derive(Debug)]
pub(super) enum Kind<'h> {
    /// A field of the request.
    Field(&'h FieldUse),
    /// An expression, or a condition of which nothing is known.
    Term,
    /// The randomness of the request, by which `sample` decides.
    Randomness,
}

/// What a condition without parts says.
#[derive(Clone, Debug)]
pub(super) enum Leaf {
    /// Always the same.
    Constant(bool),
    /// A test, in connection with the presence of fields.
    Atom(Atom),
}

/// A test that counts only where some fields are present.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// The variables that must have a value.
    pub(super) present: Vec<usize>,
    pub(super) variable: usize,
    /// Which of the variable's tests.
    pub(super) test: usize,
    /// Whether the condition is the opposite of all that.
    pub(super) negated: bool,
}

/// Collects the variables of some rules.
#[derive(Debug)]
pub(super) struct Collector<'h> {
    catalog: &'h Catalog,
    pub(super) variables: Vec<Variable<'h>>,
    fields: HashMap<(FieldId, Option<&'h str>), usize>,
    terms: HashMap<String, usize>,
}

/// The variable side of a comparison.
enum Subject<'h> {
    /// A variable, with the constant that stands for it where it is absent.
    Variable {
        id: usize,
        present: Vec<usize>,
        default: Option<&'h Constant>,
    },
    /// How many values a field has, zero included.
    Count(usize),
    Constant(&'h Constant),
}

impl<'h> Collector<'h> {
    pub(super) fn new(catalog: &'h Catalog) -> Self {
        Self { catalog, variables: Vec::new(), fields: HashMap::new(), terms: HashMap::new() }
    }

    /// The leaves of a rule, by condition; none where it is a connective or within a quantifier.
    pub(super) fn rule(&mut self, hir: &'h Hir) -> Vec<Option<Leaf>> {
        let fields: Vec<usize> = hir.fields.iter().map(|field| self.field(field)).collect();
        let within = within_quantifiers(hir);
        let mut leaves = Vec::with_capacity(hir.conditions.len());
        for (place, condition) in hir.conditions.iter().enumerate() {
            let rule = Rule { hir, fields: &fields };
            let is_within = within.get(place).copied().unwrap_or(true);
            leaves.push(if is_within { None } else { self.leaf(&rule, &condition.kind) });
        }
        leaves
    }

    fn field(&mut self, field: &'h FieldUse) -> usize {
        let known = self.fields.get(&(field.id, field.key.as_deref())).copied();
        known.unwrap_or_else(|| {
            let id = self.variables.len();
            self.fields.insert((field.id, field.key.as_deref()), id);
            self.variables.push(Variable::new(Kind::Field(field), field.ty, field.many));
            id
        })
    }

    fn term(&mut self, key: Option<String>, ty: Ty, many: bool) -> usize {
        let known = key.as_ref().and_then(|key| self.terms.get(key)).copied();
        known.unwrap_or_else(|| {
            let id = self.variables.len();
            self.variables.push(Variable::new(Kind::Term, ty, many));
            if let Some(key) = key {
                self.terms.insert(key, id);
            }
            id
        })
    }

    fn randomness(&mut self) -> usize {
        let known = self.variables.iter().position(|variable| matches!(variable.kind, Kind::Randomness));
        known.unwrap_or_else(|| {
            self.variables.push(Variable::new(Kind::Randomness, Ty::Int, false));
            self.variables.len() - 1
        })
    }

    fn atom(&mut self, variable: usize, test: Test<'h>, present: Vec<usize>, negated: bool) -> Option<Leaf> {
        let tests = &mut self.variables.get_mut(variable)?.tests;
        tests.push(test);
        Some(Leaf::Atom(Atom { present, variable, test: tests.len() - 1, negated }))
    }

    fn leaf(&mut self, rule: &Rule<'h, '_>, kind: &'h ConditionKind) -> Option<Leaf> {
        match kind {
            ConditionKind::Constant(answer) => Some(Leaf::Constant(*answer)),
            ConditionKind::Not(_) | ConditionKind::And(_) | ConditionKind::Or(_) => None,
            ConditionKind::Exists(field) => self.atom(rule.field(*field)?, Test::presence(), Vec::new(), false),
            ConditionKind::Test(test) => self.test(rule, test),
            ConditionKind::Sample(threshold) => {
                let id = self.randomness();
                // A request without a trace has the smallest randomness.
                let absent = threshold.get() == 0;
                let test = Test { passes: Passes::Share(*threshold), how_many: HowMany::One, absent };
                self.atom(id, test, Vec::new(), false)
            }
            ConditionKind::Quantified { quantifier, source, variable, body } => {
                let source = rule.field(*source)?;
                let Some(body_steps) = Body::new(rule.hir, *body, *variable) else {
                    return self.unknown_quantified(rule, *quantifier, source, *body);
                };
                let how_many = if *quantifier == Quantifier::All { HowMany::Every } else { HowMany::One };
                let test = Test { passes: Passes::Body(body_steps), how_many, absent: false };
                self.atom(source, test, Vec::new(), *quantifier == Quantifier::None)
            }
        }
    }

    fn test(&mut self, rule: &Rule<'h, '_>, test: &'h hir::Test) -> Option<Leaf> {
        let Some((value, operand)) = sides(rule.hir, test.left, test.right) else { return self.unknown(rule, test) };
        let compare = Compare { op: test.op, negated: test.negated, operand };
        let how_many = if test.mode == Mode::Any { HowMany::One } else { HowMany::Every };
        match self.subject(rule, value)? {
            Subject::Constant(constant) => Some(Leaf::Constant(compare.passes(&constant.as_value()))),
            Subject::Count(field) => self.count(rule, field, value, compare),
            Subject::Variable { id, present, default } => {
                if compare.bound().is_none() {
                    return self.unknown_of_variable(rule, test, (id, present, default), compare);
                }
                let absent = default.is_some_and(|default| compare.passes(&default.as_value()));
                if matches!(self.variables.get(id)?.kind, Kind::Term) {
                    self.relate(rule, test);
                }
                self.atom(id, Test { passes: Passes::Compare(compare), how_many, absent }, present, false)
            }
        }
    }

    fn subject(&mut self, rule: &Rule<'h, '_>, value: ValueId) -> Option<Subject<'h>> {
        let kind = &rule.hir.value(value)?.kind;
        let whole = |id, default| Some(Subject::Variable { id, present: Vec::new(), default });
        match kind {
            ValueKind::Constant(constant) => return Some(Subject::Constant(constant)),
            ValueKind::Field(field) => return whole(rule.field(*field)?, None),
            ValueKind::Count(field) => return Some(Subject::Count(rule.field(*field)?)),
            ValueKind::Default(left, right) => {
                let pair = (&rule.hir.value(*left)?.kind, &rule.hir.value(*right)?.kind);
                if let (ValueKind::Field(field), ValueKind::Constant(default)) = pair {
                    return whole(rule.field(*field)?, Some(default));
                }
            }
            ValueKind::Variable(_) | ValueKind::Call { .. } | ValueKind::TextLen(_) | ValueKind::ListLen(_) => {}
        }
        let mentions = rule.mentions(&[value]);
        let many = mentions.fields.iter().any(|field| self.variables.get(*field).is_some_and(|it| it.many));
        let many = many && !matches!(kind, ValueKind::ListLen(_));
        let key = Keys { hir: rule.hir, variables: rule.fields }.value(value);
        let id = self.term(key, rule.hir.value(value)?.ty, many);
        Some(Subject::Variable { id, present: mentions.strict(), default: None })
    }

    /// A comparison of how many values a field has.
    fn count(&mut self, rule: &Rule<'h, '_>, field: usize, value: ValueId, compare: Compare<'h>) -> Option<Leaf> {
        let says = |n: i64| compare.passes(&Constant::Int(n).as_value());
        let of_none = says(0);
        let is_known = match compare.bound() {
            Some(super::domain::Bound::Equal(Constant::Int(n)) | super::domain::Bound::Order(Constant::Int(n))) => {
                let near = [n.saturating_sub(1), *n, n.saturating_add(1), i64::MAX];
                near.into_iter().filter(|n| *n > 0).all(|n| says(n) == says(1))
            }
            _ => false,
        };
        if is_known || !self.variables.get(field)?.many {
            let test = Test { passes: Passes::Every(says(1)), how_many: HowMany::One, absent: of_none };
            return self.atom(field, test, Vec::new(), false);
        }
        let key = Keys { hir: rule.hir, variables: rule.fields }.value(value);
        let term = self.term(key, Ty::Int, false);
        // Where the field is absent the answer is known, so the term counts only where it is present.
        let compare = Compare { negated: compare.negated != of_none, ..compare };
        let test = Test { passes: Passes::Compare(compare), how_many: HowMany::One, absent: false };
        self.atom(term, test, vec![field], of_none)
    }

    /// A test of a variable that its domain does not know, such as a regular expression.
    fn unknown_of_variable(
        &mut self,
        rule: &Rule<'h, '_>,
        test: &'h hir::Test,
        (id, mut present, default): (usize, Vec<usize>, Option<&'h Constant>),
        compare: Compare<'h>,
    ) -> Option<Leaf> {
        self.relate(rule, test);
        let variable = self.variables.get(id)?;
        let (many, is_field) = (variable.many, matches!(variable.kind, Kind::Field(_)));
        if is_field {
            present.push(id);
        }
        let absent = default.is_some_and(|default| compare.passes(&default.as_value()));
        // Of one value the opposite test has the opposite answer, because these operators always have one.
        let shared = is_field && !many;
        let key = Keys { hir: rule.hir, variables: rule.fields }.test(test).filter(|_| default.is_none());
        let key = key.map(|key| if shared || !test.negated { key } else { format!("!{key}") });
        let term = self.term(key, Ty::Bool, false);
        let opposite = shared && default.is_none() && test.negated;
        let holds = opposite == absent;
        self.atom(term, Test { passes: Passes::Every(holds), how_many: HowMany::One, absent: !holds }, present, absent)
    }

    /// A comparison of which nothing is known.
    fn unknown(&mut self, rule: &Rule<'h, '_>, test: &'h hir::Test) -> Option<Leaf> {
        self.relate(rule, test);
        let right = if let Right::Value(right) = test.right { Some(right) } else { None };
        if let Some(field) = right.and_then(|right| self.beside_itself(rule, test, right)) {
            // Any value says what all of them say.
            let same = Constant::String(Box::default());
            let compare = Compare { op: test.op, negated: test.negated, operand: Operand::Right(&same) };
            let holds = if self.variables.get(field)?.ty == Ty::String {
                compare.passes(&same.as_value())
            } else {
                matches!(test.op.get().name, "==" | "<=" | ">=") != test.negated
            };
            let test = Test { passes: Passes::Every(holds), how_many: HowMany::One, absent: false };
            return self.atom(field, test, Vec::new(), false);
        }
        let mentions = rule.mentions(&[Some(test.left), right].into_iter().flatten().collect::<Vec<_>>());
        let is_plain = |id: ValueId| matches!(rule.hir.value(id).map(|it| &it.kind), Some(ValueKind::Field(_)));
        let many = mentions.fields.iter().any(|field| self.variables.get(*field).is_some_and(|it| it.many));
        let shared = is_plain(test.left) && right.is_some_and(is_plain) && !many;
        let key = Keys { hir: rule.hir, variables: rule.fields }.test(test);
        let key = key.map(|key| if shared || !test.negated { key } else { format!("!{key}") });
        let term = self.term(key, Ty::Bool, false);
        let holds = !(shared && test.negated);
        let test = Test { passes: Passes::Every(holds), how_many: HowMany::One, absent: !holds };
        self.atom(term, test, mentions.strict(), false)
    }

    /// The field that is compared with itself, if all its values are equal to themselves.
    fn beside_itself(&self, rule: &Rule<'h, '_>, test: &hir::Test, right: ValueId) -> Option<usize> {
        let field = |id: ValueId| match rule.hir.value(id)?.kind {
            ValueKind::Field(field) => rule.field(field),
            _ => None,
        };
        let own = field(test.left).filter(|own| field(right) == Some(*own))?;
        let variable = self.variables.get(own)?;
        // NaN is not equal to itself, and a file pattern need not fit its own text.
        let is_plain = !variable.many && variable.ty != Ty::Float && test.op.get().name != "like";
        is_plain.then_some(own)
    }

    fn unknown_quantified(
        &mut self,
        rule: &Rule<'h, '_>,
        quantifier: Quantifier,
        source: usize,
        body: ConditionId,
    ) -> Option<Leaf> {
        let key = Keys { hir: rule.hir, variables: rule.fields }.condition(body);
        let is_all = quantifier == Quantifier::All;
        let key = key.map(|key| format!("{is_all},{source},{key}"));
        let term = self.term(key, Ty::Bool, false);
        let mut open = vec![source];
        for condition in super::body::conditions(rule.hir, body).unwrap_or_default() {
            match rule.hir.condition(condition).map(|it| &it.kind) {
                Some(ConditionKind::Test(test)) => self.relate_to(rule, test, Some(source)),
                Some(ConditionKind::Exists(field) | ConditionKind::Quantified { source: field, .. }) => {
                    open.extend(rule.field(*field));
                }
                _ => {}
            }
        }
        for field in open {
            if let Some(variable) = self.variables.get_mut(field) {
                variable.is_open = true;
            }
        }
        self.atom(term, Test::presence(), vec![source], quantifier == Quantifier::None)
    }

    fn relate(&mut self, rule: &Rule<'h, '_>, test: &'h hir::Test) {
        self.relate_to(rule, test, None);
    }

    /// Notes the constants of a condition beside the fields in it, where a search for a request looks.
    fn relate_to(&mut self, rule: &Rule<'h, '_>, test: &'h hir::Test, source: Option<usize>) {
        let right = if let Right::Value(right) = test.right { Some(right) } else { None };
        let sides: Vec<ValueId> = [Some(test.left), right].into_iter().flatten().collect();
        let mut mentions = rule.mentions(&sides);
        mentions.fields.extend(source);
        let mut pattern = None;
        if let Right::Prepared(id) = test.right
            && let Some(prepared) = rule.hir.prepared.get(id.0 as usize)
        {
            let operand = Operand::Prepared(prepared);
            pattern = operand.pattern();
            if let tamis_lang::prepared::Prepared::Set(set) = prepared {
                use tamis_lang::prepared::Element;
                mentions.constants.extend(set.elements().iter().take(4).map(|element| match element {
                    Element::Value(constant) | Element::Range(constant, _) => constant,
                }));
            }
        }
        for field in &mentions.fields {
            let Some(variable) = self.variables.get_mut(*field) else { continue };
            variable.is_open = true;
            variable.patterns.extend(pattern);
            for constant in &mentions.constants {
                if variable.related.len() < MOST_RELATED && !variable.related.contains(constant) {
                    variable.related.push((*constant).clone());
                }
            }
        }
    }

    /// The record of a field.
    pub(super) fn record(&self, field: &FieldUse) -> Option<&'h tamis_lang::catalog::Field> {
        self.catalog.field(field.id)
    }
}

impl<'h> Variable<'h> {
    const fn new(kind: Kind<'h>, ty: Ty, many: bool) -> Self {
        Self { kind, ty, many, tests: Vec::new(), is_open: false, related: Vec::new(), patterns: Vec::new() }
    }
}

/// One rule, with the variable of each of its fields.
struct Rule<'h, 'f> {
    hir: &'h Hir,
    fields: &'f [usize],
}

/// What stands in an expression.
#[derive(Default)]
struct Mentions<'h> {
    /// The variables of its fields.
    fields: Vec<usize>,
    constants: Vec<&'h Constant>,
    /// Whether it may have a value although a field is absent.
    handles_absence: bool,
}

impl<'h> Rule<'h, '_> {
    fn field(&self, field: FieldUseId) -> Option<usize> {
        self.fields.get(field.0 as usize).copied()
    }

    fn mentions(&self, roots: &[ValueId]) -> Mentions<'h> {
        let mut mentions = Mentions::default();
        let mut open: Vec<ValueId> = roots.to_vec();
        while let Some(id) = open.pop() {
            match self.hir.value(id).map(|value| &value.kind) {
                None | Some(ValueKind::Variable(_)) => {}
                Some(ValueKind::Constant(constant)) => mentions.constants.push(constant),
                Some(ValueKind::Field(field) | ValueKind::ListLen(field)) => mentions.fields.extend(self.field(*field)),
                Some(ValueKind::Count(field)) => {
                    mentions.handles_absence = true;
                    mentions.fields.extend(self.field(*field));
                }
                Some(ValueKind::Call { arguments, .. }) => open.extend(arguments),
                Some(ValueKind::Default(left, right)) => {
                    mentions.handles_absence = true;
                    open.extend([*left, *right]);
                }
                Some(ValueKind::TextLen(text)) => open.push(*text),
            }
        }
        mentions.fields.sort_unstable();
        mentions.fields.dedup();
        mentions
    }
}

impl Mentions<'_> {
    /// The variables without which the expression has no value.
    fn strict(&self) -> Vec<usize> {
        if self.handles_absence { Vec::new() } else { self.fields.clone() }
    }
}

/// Of each condition whether it stands within a quantifier.
fn within_quantifiers(hir: &Hir) -> Vec<bool> {
    let mut within = vec![false; hir.conditions.len()];
    if !hir.conditions.iter().any(|condition| matches!(condition.kind, ConditionKind::Quantified { .. })) {
        return within;
    }
    // Children come before parents, so parents are seen first from the end.
    for place in (0..hir.conditions.len()).rev() {
        let Some(condition) = hir.conditions.get(place) else { continue };
        let here = within.get(place).copied().unwrap_or(false);
        let mut mark = |id: &ConditionId, value: bool| {
            if let Some(slot) = within.get_mut(id.0 as usize) {
                *slot |= value;
            }
        };
        match &condition.kind {
            ConditionKind::Not(inner) => mark(inner, here),
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().for_each(|part| mark(part, here)),
            ConditionKind::Quantified { body, .. } => mark(body, true),
            ConditionKind::Constant(_)
            | ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_) => {}
        }
    }
    within
}
