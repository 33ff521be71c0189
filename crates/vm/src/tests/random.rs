//! Random rules over random requests: the machine says what the naive evaluator says.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use proptest::prelude::*;
use tamis_lang::builtin::{self, BuiltinId, Eval, Operand};
use tamis_lang::catalog::Catalog;
use tamis_lang::prepared::{Element, Pattern, Prepared, Set};
use tamis_lang::sampling::Threshold;
use tamis_lang::scratch::Scratch;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::{Constant, Value};
use tamis_types::analysis::{Options, analyze};
use tamis_types::hir::{
    ConditionId, ConditionKind, Hir, Mode, PreparedId, Quantifier, Right, Test, ValueId, ValueKind,
};

use super::build::{Answer, Request, Rule};
use super::naive;
use crate::compile::{compile, compile_hir};
use crate::facts::{Fact, Facts, FieldRef};
use crate::program::Program;
use crate::verdict::Verdict;

/// Rules for each run of the tests.
const CASES: u32 = 4_000;
/// Requests for each rule.
const REQUESTS: usize = 4;

pub(super) const FIELDS: &[(&str, Ty)] = &[
    ("bool", Ty::Bool),
    ("int", Ty::Int),
    ("other.int", Ty::Int),
    ("float", Ty::Float),
    ("string", Ty::String),
    ("other.string", Ty::String),
    ("ip", Ty::Ip),
    ("network", Ty::Network),
    ("duration", Ty::Duration),
    ("size", Ty::Size),
];

const TEXTS: &[&[u8]] = &[
    b"",
    b"a",
    b"A",
    b"get",
    b"GET",
    "straße".as_bytes(),
    b"STRASSE",
    "\u{212a}".as_bytes(),
    b"k",
    "ΑΣ".as_bytes(),
    "ας".as_bytes(),
    b"/get/a",
    b"a%20b",
    b"%zz",
    b"\xffA",
    b"*a",
];
const INTS: &[i64] = &[0, 1, 2, -1, 3, 503, i64::MIN, i64::MAX];
const FLOATS: &[f64] = &[0.0, 1.0, -1.0, 0.5, f64::NAN, 1e300];
const IPS: &[&str] = &["10.0.0.1", "10.0.0.2", "::1", "::ffff:10.0.0.1"];
const NETWORKS: &[&str] = &["10.0.0.0/8", "10.0.0.0/31", "::/0", "10.0.0.1/32"];
pub(super) const THRESHOLDS: &[Threshold] = &[
    Threshold::ALWAYS,
    match Threshold::from_bits(1 << 54) {
        Some(threshold) => threshold,
        None => Threshold::ALWAYS,
    },
    match Threshold::from_bits(1 << 55) {
        Some(threshold) => threshold,
        None => Threshold::ALWAYS,
    },
    match Threshold::from_bits(3 << 54) {
        Some(threshold) => threshold,
        None => Threshold::ALWAYS,
    },
];
const PATTERNS: &[&str] = &["a", "^GET$", "(?i)k", "^$"];

static COMPILED: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| PATTERNS.iter().map(|pattern| Pattern::new(pattern, 1 << 20).unwrap()).collect());

/// The examples of every operator's record, checked and compiled.
static EXAMPLES: LazyLock<Vec<(Hir, Program)>> = LazyLock::new(|| {
    let kong = Catalog::shipped("kong").unwrap();
    let checked = |example: &builtin::Example| {
        let analysis = analyze(example.rule, &kong, &Options::default());
        let rule = analysis.rules()[0].checked().unwrap_or_else(|| panic!("{}", example.rule));
        (rule.hir().clone(), compile(rule))
    };
    builtin::all().flat_map(|(_, record)| record.examples).map(checked).collect()
});

/// Decisions, taken from bytes; the first possibility once they are used up, so that fewer bytes make a smaller rule.
pub(super) struct Choices<'c>(pub(super) std::slice::Iter<'c, u8>);

impl Choices<'_> {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte) % n)
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    pub(super) fn constant(&mut self, ty: Ty) -> Constant {
        match ty {
            Ty::Bool => Constant::Bool(self.below(2) == 0),
            Ty::Int => Constant::Int(self.of(INTS)),
            Ty::Float => Constant::Float(self.of(FLOATS)),
            Ty::String => Constant::String(self.of(TEXTS).into()),
            Ty::Ip => Constant::Ip(self.of(IPS).parse().unwrap()),
            Ty::Network => Constant::Network(self.of(NETWORKS).parse().unwrap()),
            Ty::Duration => Constant::Duration(self.of(INTS)),
            Ty::Size => Constant::Size(self.of(INTS)),
        }
    }

    /// Values for fields of these types.
    pub(super) fn request(&mut self, types: impl Iterator<Item = Ty>) -> Request {
        let answer = |ty: Ty| {
            let n_values = self.of(&[1, 1, 0, 2, 2, 3]);
            let values = (0..n_values)
                .map(|_| {
                    let ty = if self.one_in(5) { self.of(Ty::ALL) } else { ty };
                    self.constant(ty)
                })
                .collect();
            Answer { values, as_many: self.one_in(8) }
        };
        Request(types.map(answer).collect())
    }
}

/// A rule that grows from choices.
struct Growing<'g, 'c> {
    rule: Rule,
    choices: &'g mut Choices<'c>,
    /// The types of the variables in scope.
    scope: Vec<Ty>,
    /// How many more fields a comparison may read, so that the combinations stay few.
    fields_left: usize,
    /// Whether every value has the type that is wanted, as in a rule that was checked.
    typed: bool,
}

impl Growing<'_, '_> {
    fn condition(&mut self, depth: usize) -> ConditionId {
        let kind = match self.choices.below(if depth == 0 { 8 } else { 16 }) {
            0..=5 => return self.test(),
            6 => ConditionKind::Exists(self.field_use()),
            7 => ConditionKind::Constant(self.choices.below(2) == 0),
            8 | 9 => ConditionKind::Not(self.condition(depth - 1)),
            10 | 11 => ConditionKind::And(self.conditions(depth)),
            12 | 13 => ConditionKind::Or(self.conditions(depth)),
            _ => {
                let source = self.field_use();
                let quantifier = self.choices.of(&[Quantifier::Any, Quantifier::All, Quantifier::None]);
                let level = self.scope.len().try_into().unwrap();
                self.scope.push(FIELDS[source.0 as usize].1);
                let body = self.condition(depth - 1);
                self.scope.pop();
                return self.rule.quantified(quantifier, source, level, body);
            }
        };
        self.rule.condition(kind, Span::default())
    }

    fn conditions(&mut self, depth: usize) -> Vec<ConditionId> {
        let n = 2 + self.choices.below(3);
        (0..n).map(|_| self.condition(depth - 1)).collect()
    }

    fn test(&mut self) -> ConditionId {
        self.fields_left = 5;
        // Within a quantifier, mostly on its variable.
        let wanted = self.scope.last().copied().filter(|_| !self.choices.one_in(4));
        let operators: Vec<_> = builtin::all()
            .flat_map(|(id, record)| record.signatures.iter().map(move |signature| (id, signature)))
            .filter(|(id, signature)| {
                signature.result == Ty::Bool
                    && matches!(id.get().eval, Eval::Pure(_) | Eval::Prepared(_))
                    && !id.get().is_sample()
            })
            .filter(|(_, signature)| wanted.is_none_or(|ty| signature.parameters[0] == Operand::Value(ty)))
            .collect();
        let (op, signature) = operators[(self.choices.below(256) * 256 + self.choices.below(256)) % operators.len()];
        let Operand::Value(ty) = signature.parameters[0] else { panic!("{}", op.get().name) };
        let left = self.value(ty, 3);
        let right = match signature.parameters[1] {
            Operand::Value(ty) => Right::Value(self.value(ty, 3)),
            Operand::Set(ty) => self.set(ty),
            Operand::Pattern => {
                let place = self.choices.below(PATTERNS.len());
                self.prepared(Prepared::Pattern(COMPILED[place].clone()))
            }
            other => panic!("{other:?}"),
        };
        let mode = self.choices.of(&[Mode::All, Mode::Any]);
        let negated = self.choices.one_in(3);
        self.rule.condition(ConditionKind::Test(Test { op, negated, mode, left, right }), Span::default())
    }

    fn set(&mut self, ty: Ty) -> Right {
        let elements = (0..self.choices.below(4))
            .map(|_| match ty {
                Ty::Ip if self.choices.one_in(2) => Element::Value(self.choices.constant(Ty::Network)),
                Ty::Int | Ty::String | Ty::Ip | Ty::Size if self.choices.one_in(3) => {
                    Element::Range(self.choices.constant(ty), self.choices.constant(ty))
                }
                _ => Element::Value(self.choices.constant(ty)),
            })
            .collect();
        self.prepared(Prepared::Set(Set::new(elements)))
    }

    fn prepared(&mut self, prepared: Prepared) -> Right {
        self.rule.hir.prepared.push(prepared);
        Right::Prepared(PreparedId((self.rule.hir.prepared.len() - 1).try_into().unwrap()))
    }

    fn field_use(&mut self) -> tamis_types::hir::FieldUseId {
        let (name, ty) = self.choices.of(FIELDS);
        self.rule.declare(name, ty)
    }

    /// A value of a type, now and then of another one.
    fn value(&mut self, ty: Ty, depth: usize) -> ValueId {
        let ty = if self.choices.one_in(32) && !self.typed { self.choices.of(Ty::ALL) } else { ty };
        match self.choices.below(if depth == 0 { 7 } else { 16 }) {
            0 | 1 => {
                let constant = self.choices.constant(ty);
                self.rule.constant(constant)
            }
            2..=6 => self.field_or_variable(ty),
            7..=10 => {
                let (left, right) = (self.value(ty, depth - 1), self.value(ty, depth - 1));
                self.rule.value(ValueKind::Default(left, right), ty)
            }
            11 | 12 if ty == Ty::Int => {
                let field = self.field_use();
                let kind = match self.choices.below(3) {
                    0 => ValueKind::Count(field),
                    1 => ValueKind::ListLen(field),
                    _ => ValueKind::TextLen(self.value(Ty::String, depth - 1)),
                };
                self.rule.value(kind, ty)
            }
            _ => self.call(ty, depth),
        }
    }

    fn field_or_variable(&mut self, ty: Ty) -> ValueId {
        match self.scope.iter().position(|bound| *bound == ty) {
            Some(level) if self.choices.one_in(2) => self.rule.variable(level.try_into().unwrap(), ty),
            _ => self.field(ty),
        }
    }

    fn field(&mut self, ty: Ty) -> ValueId {
        if self.fields_left == 0 {
            let constant = self.choices.constant(ty);
            return self.rule.constant(constant);
        }
        self.fields_left -= 1;
        let of_type: Vec<_> = FIELDS.iter().filter(|(_, candidate)| *candidate == ty).collect();
        let (name, ty) = self.choices.of(&of_type);
        self.rule.field(name, *ty)
    }

    fn call(&mut self, ty: Ty, depth: usize) -> ValueId {
        let functions: Vec<(BuiltinId, _)> = builtin::all()
            .filter(|(_, record)| matches!(record.eval, Eval::Pure(_)))
            .flat_map(|(id, record)| record.signatures.iter().map(move |signature| (id, signature)))
            .filter(|(_, signature)| signature.result == ty)
            .collect();
        if functions.is_empty() {
            return self.field_or_variable(ty);
        }
        let (builtin, signature) = self.choices.of(&functions);
        let mut parameters = signature.parameters.to_vec();
        if signature.variadic {
            let last = *parameters.last().unwrap();
            parameters.extend((0..self.choices.below(3)).map(|_| last));
        }
        let arguments = parameters
            .into_iter()
            .map(|parameter| match parameter {
                Operand::Value(ty) => self.value(ty, depth - 1),
                other => panic!("{other:?}"),
            })
            .collect();
        self.rule.value(ValueKind::Call { builtin, arguments }, ty)
    }
}

pub(super) fn rule(choices: &mut Choices<'_>) -> Rule {
    let mut rule = Rule::default();
    for (name, ty) in FIELDS {
        rule.declare(name, *ty);
    }
    let mut growing = Growing { rule, choices, scope: Vec::new(), fields_left: 0, typed: false };
    growing.condition(4);
    growing.rule
}

/// A rule as the checker lets it pass, with shares of the requests or without.
pub(super) fn checked_rule(choices: &mut Choices<'_>) -> Rule {
    let mut rule = Rule::default();
    for (name, ty) in FIELDS {
        rule.declare(name, *ty);
    }
    let samples = choices.one_in(2);
    let mut growing = Growing { rule, choices, scope: Vec::new(), fields_left: 0, typed: true };
    if samples {
        growing.sampled(3);
    } else {
        growing.condition(4);
    }
    growing.rule
}

/// A rule in which shares of the requests stand beside other conditions, never below a negation.
pub(super) fn sampled_rule(choices: &mut Choices<'_>) -> Rule {
    let mut rule = Rule::default();
    for (name, ty) in FIELDS {
        rule.declare(name, *ty);
    }
    let mut growing = Growing { rule, choices, scope: Vec::new(), fields_left: 0, typed: false };
    growing.sampled(3);
    growing.rule
}

impl Growing<'_, '_> {
    fn sampled(&mut self, depth: usize) -> ConditionId {
        let parts = |growing: &mut Self| {
            let n = 2 + growing.choices.below(2);
            (0..n).map(|_| growing.sampled(depth - 1)).collect()
        };
        let kind = match self.choices.below(if depth == 0 { 6 } else { 10 }) {
            0..=2 => return self.condition(2),
            3 | 4 => ConditionKind::Sample(self.choices.of(THRESHOLDS)),
            5 => return self.share_by_key(),
            6 | 7 => ConditionKind::And(parts(self)),
            _ => ConditionKind::Or(parts(self)),
        };
        self.rule.condition(kind, Span::default())
    }

    fn share_by_key(&mut self) -> ConditionId {
        self.fields_left = 2;
        let ty = self.choices.of(&[Ty::String, Ty::Int, Ty::Ip]);
        // The checker takes no constant key.
        let field = self.field(ty);
        let left = if self.choices.one_in(3) { field } else { self.rule.value(ValueKind::Default(field, field), ty) };
        let threshold = self.choices.of(THRESHOLDS);
        let right = self.prepared(Prepared::Threshold(threshold));
        let op = builtin::by_function_name("sample").unwrap();
        let mode = self.choices.of(&[Mode::All, Mode::Any]);
        self.rule.condition(ConditionKind::Test(Test { op, negated: false, mode, left, right }), Span::default())
    }
}

/// A request whose values are visited in the other order and which does not stop when told to.
struct Stubborn<'r>(&'r Request);

impl Facts for Stubborn<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.0.get(field)
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        for value in self.0.values(field.slot).iter().rev() {
            let _ = visit(value.as_value());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_agrees_with_the_naive_evaluator(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let mut choices = Choices(bytes.iter());
        let requests: Vec<Request> = (0..REQUESTS).map(|_| choices.request(FIELDS.iter().map(|(_, ty)| *ty))).collect();
        // The rule comes first where bytes are few.
        let mut choices = Choices(bytes.iter());
        let rule = rule(&mut choices);
        let program = compile_hir(&rule.hir);
        let mut scratch = Scratch::default();
        for request in requests.iter().chain(&[Request::default()]) {
            let expected = Verdict::from(naive::holds(&rule.hir, request));
            prop_assert_eq!(program.run(request, &mut scratch), expected, "{}", program.disassemble(None));
            prop_assert_eq!(program.run(&Stubborn(request), &mut scratch), expected);
            let erased: &dyn Facts = request;
            prop_assert_eq!(program.run(erased, &mut scratch), expected);
        }
    }

    #[test]
    fn the_examples_of_the_language_agree_too(place in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 64)) {
        let (hir, program) = place.get(&EXAMPLES[..]);
        let request = Choices(bytes.iter()).request(hir.fields.iter().map(|field| field.ty));
        let expected = Verdict::from(naive::holds(hir, &request));
        prop_assert_eq!(program.run(&request, &mut Scratch::default()), expected, "{}", program.disassemble(None));
    }

    #[test]
    fn jumps_go_forward(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let program = compile_hir(&rule(&mut Choices(bytes.iter())).hir);
        for (number, instruction) in program.instructions.iter().enumerate() {
            for target in [instruction.then, instruction.otherwise] {
                prop_assert!(target.is_end() || (number + 1..program.len()).contains(&target.index()));
            }
        }
        prop_assert_eq!(program.spans().len(), program.len());
    }
}
