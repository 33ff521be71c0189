//! Evaluation phase by phase, beside the reference.

use std::ops::ControlFlow;

use tamis_lang::catalog::FieldId;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::analysis::Analysis;
use tamis_types::hir::{ConditionKind, Hir};
use tamis_types::phases::Moments;
use tamis_vm::{Evaluation, Fact, Facts, FieldRef, PhasedProgram, Verdict, Weight, compile_phased};

use super::analysed;
use crate::generate::{CATALOG, Document, Request, Source};
use crate::reference::{self, Values};

/// The phases at which a request is looked at.
pub(super) const PHASES: [Phase; 5] =
    [Phase::Connect, Phase::RequestHeaders, Phase::Route, Phase::ResponseHeaders, Phase::Log];

/// Shares that are tried; brute force tries the randomness around each of their sixteenths.
const SHARES: [&str; 5] = ["100%", "75%", "50%", "25%", "6.25%"];

/// How the shares stand beside the generated rule.
const SHAPES: [&str; 6] = [
    "R",
    "R || sample(A)",
    "R && sample(A)",
    "(R || sample(A)) && sample(B)",
    "(R && sample(A)) || sample(B)",
    "(R && sample(A)) || (sample(B) && R)",
];

/// A rule with shares in it, compiled to be decided phase by phase.
#[derive(Clone, Debug)]
pub struct Phased {
    text: String,
    analysis: Analysis,
    programs: Vec<PhasedProgram>,
}

/// A request with a trace.
pub(super) struct Traced<'r> {
    pub(super) request: &'r Request,
    pub(super) randomness: Randomness,
}

/// A request whose fields arrive one after the other.
pub(super) struct Arriving<'r> {
    pub(super) traced: &'r Traced<'r>,
    /// The step at which each field arrives.
    pub(super) arrivals: &'r [(FieldId, Option<String>, usize)],
    pub(super) step: usize,
}

impl Values for Traced<'_> {
    fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        self.request.values(id, key)
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

impl Arriving<'_> {
    fn has_arrived(&self, id: FieldId, key: Option<&str>) -> bool {
        let found = self.arrivals.iter().find(|(other, its_key, _)| *other == id && its_key.as_deref() == key);
        found.is_none_or(|(_, _, step)| *step <= self.step)
    }

    /// Whether the engine may look at a field by now.
    fn is_known(&self, phase: Phase, id: FieldId, key: Option<&str>) -> bool {
        self.has_arrived(id, key) && CATALOG.field(id).is_some_and(|field| field.phase <= phase)
    }
}

impl Facts for Arriving<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        if self.has_arrived(field.id, field.key.as_deref()) { self.traced.request.get(field) } else { Fact::NotYet }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        self.traced.request.each(field, visit);
    }

    fn randomness(&self) -> Randomness {
        self.traced.randomness
    }
}

impl Phased {
    /// A generated text with shares beside its rule; a file of rules keeps its text.
    #[must_use]
    pub fn new(document: &Document, source: &mut Source<'_>) -> Option<Self> {
        let is_rule = analysed(&document.text).rules().iter().all(|rule| rule.name.is_none());
        let shape = if is_rule { source.word(&SHAPES) } else { "R" };
        let mut text = String::new();
        for character in shape.chars() {
            match character {
                'R' if shape == "R" => text.push_str(&document.text),
                'R' => text.push_str(&format!("({}\n)", document.text)),
                'A' | 'B' => text.push_str(source.word(&SHARES)),
                other => text.push(other),
            }
        }
        let analysis = analysed(&text);
        let programs = analysis.rules().iter().map(|rule| rule.checked().map(compile_phased));
        let programs: Vec<PhasedProgram> = programs.collect::<Option<_>>()?;
        Some(Self { text, analysis, programs })
    }
}

/// Whatever arrives in whatever order, the early verdict is the final one, and the thresholds narrow down to that which
/// brute force finds; answers how many rules were followed.
///
/// # Errors
///
/// What does not hold, with the rule and the request.
pub fn early_is_final(
    phased: &Phased,
    request: &Request,
    source: &mut Source<'_>,
    scratch: &mut Scratch,
) -> Result<usize, String> {
    let sixteenth = u64::try_from(source.below(16)).unwrap_or(0) << 52;
    let randomness = Randomness::new(sixteenth.wrapping_sub(u64::from(source.one_in(2))));
    let traced = Traced { request, randomness };
    for (rule, program) in phased.programs.iter().enumerate() {
        let arrival = |field: &FieldRef, step: usize| (field.id, field.key.as_deref().map(str::to_owned), step);
        let arrivals = program.fields().iter().map(|field| arrival(field, source.below(PHASES.len())));
        let arrivals: Vec<_> = arrivals.collect();
        let arriving = Arriving { traced: &traced, arrivals: &arrivals, step: 0 };
        follow(phased, (rule, program), arriving, scratch).map_err(|problem| {
            format!("{problem}\n{}\n{}, randomness {randomness}", phased.text, request.describe())
        })?;
    }
    Ok(phased.programs.len())
}

fn follow(
    phased: &Phased,
    (rule, program): (usize, &PhasedProgram),
    mut arriving: Arriving<'_>,
    scratch: &mut Scratch,
) -> Result<(), String> {
    let traced = arriving.traced;
    let threshold = by_brute_force(phased, rule, traced.request)?;
    let expected = Verdict::from(threshold.keeps(traced.randomness));
    let mut evaluation = program.evaluation();
    let mut before = evaluation.thresholds();
    let mut decided_at = None;
    for (step, phase) in PHASES.into_iter().enumerate() {
        arriving.step = step;
        let verdict = evaluation.advance(phase, &arriving, scratch);
        if verdict != Verdict::NotYet && decided_at.is_none() {
            decided_at = Some(phase);
        }
        let (low, high) = evaluation.thresholds();
        if verdict != Verdict::NotYet && verdict != expected {
            return Err(format!("{verdict} at {phase}, and {expected} in the end"));
        }
        if low < before.0 || high > before.1 {
            return Err(format!("the thresholds widen at {phase}: {low} to {high}"));
        }
        if threshold < low || threshold > high {
            return Err(format!("{threshold} is not between {low} and {high} at {phase}"));
        }
        before = (low, high);
        let is_known = |id, key: Option<&str>| arriving.is_known(phase, id, key);
        let wide = reference::thresholds(&phased.text, &phased.analysis.tree, &CATALOG, traced, &is_known);
        let wide = wide.get(rule).copied().ok_or("the reference lacks a rule")?;
        // A drop ends the evaluation before the other thresholds are looked at.
        if verdict != Verdict::NoMatch && (low < wide.0 || high > wide.1) {
            return Err(format!("{low} to {high} at {phase}, and by the definition {} to {}", wide.0, wide.1));
        }
        if verdict == Verdict::NotYet && phase >= Randomness::PHASE && is_decided(wide, traced.randomness) {
            return Err(format!("not decided at {phase}"));
        }
    }
    ended(&evaluation, threshold, expected)?;
    let hir = phased.analysis.rules().get(rule).and_then(|rule| rule.checked()).map(|checked| checked.hir());
    match (hir, decided_at) {
        (Some(hir), Some(at)) if has_its_fields(hir, traced.request) => {
            keeps_its_moments(program.moments(), expected, at)
        }
        _ => Ok(()),
    }
}

fn is_decided((low, high): (Threshold, Threshold), randomness: Randomness) -> bool {
    high.keeps(randomness) || !low.keeps(randomness)
}

/// The smallest randomness that keeps the request, found by trying every sixteenth, between which no share ends, and what
/// is right beside it.
fn by_brute_force(phased: &Phased, rule: usize, request: &Request) -> Result<Threshold, String> {
    let keeps = |bits: u64| {
        let traced = Traced { request, randomness: Randomness::new(bits) };
        let matches = reference::matches(&phased.text, &phased.analysis.tree, &CATALOG, &traced);
        matches.get(rule).copied().unwrap_or(false)
    };
    let mut first = None;
    for bits in (0..16_u64).map(|sixteenth| sixteenth << 52) {
        match (first, keeps(bits)) {
            (None, true) => first = Some(bits),
            (Some(_), false) => return Err(format!("a larger randomness, {bits:x}, is not kept")),
            (None, false) | (Some(_), true) => {}
        }
    }
    if let Some(bits) = first
        && (!keeps(bits + 1) || bits.checked_sub(1).is_some_and(keeps))
    {
        return Err(format!("the share does not begin at {bits:x}"));
    }
    let threshold = first.map_or(Some(Threshold::NEVER), Threshold::from_bits);
    threshold.ok_or_else(|| "a randomness of more than 56 bits".to_owned())
}

fn ended(evaluation: &Evaluation, threshold: Threshold, expected: Verdict) -> Result<(), String> {
    if evaluation.verdict() != expected {
        return Err(format!("{} in the end, not {expected}", evaluation.verdict()));
    }
    match (expected, evaluation.weight()) {
        (Verdict::Match, Weight::Threshold(found)) if found == threshold => Ok(()),
        (Verdict::Match, weight) => Err(format!("{weight:?} in the end, not {threshold}")),
        (Verdict::NoMatch | Verdict::NotYet, _) => Ok(()),
    }
}

/// Whether a request has the fields of which the catalog says that every request has them.
fn has_its_fields(hir: &Hir, request: &Request) -> bool {
    let is_there = |id: FieldId, key: Option<&str>| !request.values(id, key).is_empty();
    let quantifies = hir.conditions.iter().any(|it| matches!(it.kind, ConditionKind::Quantified { .. }));
    !quantifies && hir.fields.iter().all(|field| field.optional || is_there(field.id, field.key.as_deref()))
}

/// Nothing is decided before the phase from which it can be.
fn keeps_its_moments(moments: Moments, verdict: Verdict, at: Phase) -> Result<(), String> {
    let (from, sooner) = match verdict {
        Verdict::Match => (moments.keep, moments.keep_sooner),
        Verdict::NoMatch | Verdict::NotYet => (moments.drop, moments.drop_sooner),
    };
    if sooner || from.is_some_and(|from| from <= at) {
        return Ok(());
    }
    Err(format!("{verdict} at {at}, but that can be said from {from:?} on"))
}
