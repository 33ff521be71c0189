//! Evaluation phase by phase: dropped as soon as nothing can make the rule match, kept as soon as nothing can unmake it.
//!
//! ```
//! use tamis_lang::catalog::Catalog;
//! use tamis_lang::phase::Phase;
//! use tamis_lang::scratch::Scratch;
//! use tamis_lang::value::Value;
//! use tamis_types::analysis::{Options, analyze};
//! use tamis_vm::{Fact, Facts, FieldRef, Verdict, compile_phased};
//!
//! /// What is known of a request by now; the rest is `None`.
//! #[derive(Default)]
//! struct Request {
//!     method: Option<&'static str>,
//!     status: Option<i64>,
//! }
//!
//! impl Facts for Request {
//!     fn get(&self, field: &FieldRef) -> Fact<'_> {
//!         match &*field.name {
//!             "http.request.method" => self.method.map(|text| Value::String(text.as_bytes())).into(),
//!             "http.response.status_code" => self.status.map(Value::Int).into(),
//!             _ => Fact::Absent,
//!         }
//!     }
//! }
//!
//! let rule = r#"http.response.status_code >= 500 && http.request.method == "POST""#;
//! let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
//! let program = compile_phased(analysis.rules()[0].checked().unwrap());
//! let mut evaluation = program.evaluation();
//! let mut scratch = Scratch::default();
//!
//! let mut request = Request { method: Some("GET"), ..Request::default() };
//! assert_eq!(evaluation.advance(Phase::RequestHeaders, &request, &mut scratch), Verdict::NoMatch);
//!
//! evaluation.restart();
//! request.method = Some("POST");
//! assert_eq!(evaluation.advance(Phase::RequestHeaders, &request, &mut scratch), Verdict::NotYet);
//! assert_eq!(evaluation.needed().next().unwrap().name.as_ref(), "http.response.status_code");
//! assert_eq!(evaluation.next_phase(), Some(Phase::ResponseHeaders));
//! request.status = Some(503);
//! assert_eq!(evaluation.advance(Phase::ResponseHeaders, &request, &mut scratch), Verdict::Match);
//! ```

mod evaluation;
pub(crate) mod live;
mod order;
mod share;

use std::ops::Range;
use std::sync::Arc;

use tamis_types::analysis::CheckedRule;
use tamis_types::hir::Hir;
use tamis_types::phases::Moments;

use crate::facts::FieldRef;
use crate::op::{Action, BodyLen, Op, Slot, SubjectKind};
use crate::program::Program;

pub use evaluation::{Evaluation, Weight};

/// A rule that is compiled to be decided phase by phase.
///
/// Within each `&&` the condition that can drop a request first is asked first, and within each `||` the one that can
/// keep it.
/// So what is still open after a phase lies at the end of the program, and the next phase begins there.
/// A copy shares the program.
#[derive(Clone, Debug)]
pub struct PhasedProgram {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    described: Described,
    moments: Moments,
    /// Whether a share by the trace is in it.
    samples: bool,
}

/// A program with the fields that each of its instructions asks for.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) program: Program,
    /// Of each instruction, where its fields stand in `slots`.
    ranges: Box<[Range<usize>]>,
    /// The fields of the instructions, those of a quantifier's body included.
    slots: Box<[Slot]>,
    /// Whether a share by a key is in it.
    samples_by_key: bool,
}

impl Described {
    pub(crate) fn of(program: Program) -> Self {
        let (mut ranges, mut slots) = (Vec::with_capacity(program.len()), Vec::new());
        for at in 0..program.len() {
            let start = slots.len();
            add_fields(&program, at, &mut slots);
            ranges.push(start..slots.len());
        }
        let samples_by_key = program.instructions.iter().any(|it| samples_by_key(&program, &it.op));
        Self { program, ranges: ranges.into(), slots: slots.into(), samples_by_key }
    }

    /// The fields of an instruction.
    pub(crate) fn slots(&self, at: usize) -> &[Slot] {
        self.ranges.get(at).and_then(|range| self.slots.get(range.clone())).unwrap_or(&[])
    }
}

/// Compiles a rule to be decided phase by phase.
///
/// Like [`compile`](crate::compile) it cannot fail.
#[must_use]
pub fn compile_phased(rule: &CheckedRule) -> PhasedProgram {
    PhasedProgram::of(rule.hir())
}

impl PhasedProgram {
    pub(crate) fn of(hir: &Hir) -> Self {
        Self::new(order::compile_by_phase(hir))
    }

    /// The same program, to be decided phase by phase.
    ///
    /// It takes any program, the loaded ones too; one that [`compile_phased`] made, or that was loaded from its bytes,
    /// asks the fewest conditions.
    #[must_use]
    pub fn new(program: Program) -> Self {
        let moments = program.moments();
        let samples = program.samples();
        let described = Described::of(program);
        Self { inner: Arc::new(Inner { described, moments, samples }) }
    }

    /// An evaluation of one request, from its beginning; [`Evaluation::restart`] takes it for the next request.
    #[must_use]
    pub fn evaluation(&self) -> Evaluation {
        Evaluation::new(self.clone())
    }

    /// The fields that the rule uses; the place of each is its [`slot`](FieldRef::slot).
    #[must_use]
    pub fn fields(&self) -> &[FieldRef] {
        self.program().fields()
    }

    /// From when on a request can be dropped and kept.
    #[must_use]
    pub fn moments(&self) -> Moments {
        self.inner.moments
    }

    /// The program, for whole requests and for people who read it.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.inner.described.program
    }

    /// Whether the rule has a share by the trace in it, so that the randomness of requests matters.
    #[must_use]
    pub fn samples(&self) -> bool {
        self.inner.samples
    }
}

/// Whether an operation asks for a share by a key.
fn samples_by_key(program: &Program, op: &Op) -> bool {
    match op {
        Op::Prepared { builtin, .. } => builtin.get().is_sample(),
        Op::Compare { comparison } => {
            program.comparison(*comparison).is_some_and(|comparison| comparison.operator.get().is_sample())
        }
        _ => false,
    }
}

/// Adds the fields of an instruction, and of the body behind a quantifier, each once.
fn add_fields(program: &Program, at: usize, slots: &mut Vec<Slot>) {
    let start = slots.len();
    let body = match program.instructions.get(at).map(|instruction| instruction.op) {
        Some(Op::Quantified { body: BodyLen(len), .. }) => len as usize,
        _ => 0,
    };
    for instruction in program.instructions.get(at..).unwrap_or(&[]).iter().take(1 + body) {
        fields_of(program, &instruction.op, &mut |slot| {
            let known = slots.get(start..).unwrap_or(&[]);
            if !known.contains(&slot) {
                slots.push(slot);
            }
        });
    }
}

fn fields_of(program: &Program, op: &Op, visit: &mut dyn FnMut(Slot)) {
    op.operands(&mut |operand| match operand {
        crate::op::Operand::Subject(subject) => {
            if let SubjectKind::Field(slot) = subject.kind() {
                visit(slot);
            }
        }
        crate::op::Operand::Field(slot) => visit(slot),
        crate::op::Operand::Comparison(comparison) => {
            for step in program.comparison(comparison).map_or(&[][..], |comparison| &comparison.steps) {
                match step.action {
                    Action::Field { slot: field, .. } | Action::Count { field } | Action::ListLen { field } => {
                        visit(field);
                    }
                    Action::Constant { .. }
                    | Action::Variable { .. }
                    | Action::Call { .. }
                    | Action::TextLen {}
                    | Action::OrElse { .. } => {}
                }
            }
        }
        _ => {}
    });
}
