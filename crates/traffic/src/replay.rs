//! A dry run: what a rule would capture of recorded requests, how early, and at which cost.

use std::ops::ControlFlow;

use tamis_lang::catalog::Catalog;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_vm::{Evaluation, Fact, Facts, FieldRef, PhasedProgram, Verdict, Weight};

use crate::bind::{FactProblem, FactSet};
use crate::recording::Request;

/// A recorded request, as a dry run needs it.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// What is known about it in the end.
    pub facts: FactSet,
    /// When it started, in nanoseconds since any common moment.
    pub start: Option<i64>,
    /// When it ended.
    pub end: Option<i64>,
}

/// What is asked of a dry run.
#[derive(Clone, Copy, Debug)]
pub struct ReplayOptions {
    /// How many traces a session takes at most.
    pub cap: usize,
    /// Into how many parts the time is cut.
    pub slices: usize,
}

impl Default for ReplayOptions {
    fn default() -> Self {
        Self { cap: 100, slices: 60 }
    }
}

/// What a session with one rule would have done.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    /// How many requests there were.
    pub requests: usize,
    /// How many of them the rule keeps.
    pub matches: usize,
    /// How many requests the kept ones stand for; none where a share by a key is among them.
    pub total: Option<f64>,
    /// What is decided at each phase, in order; phases at which nothing is decided are left out.
    pub phases: Vec<Decided>,
    /// How many conditions were asked, of all requests together.
    pub conditions: usize,
    /// From the start of the first request to the end of the last one, in nanoseconds; none where no time is known.
    pub duration: Option<i64>,
    /// When the session would be full; none where nothing matches or no time is known.
    pub full: Option<Full>,
    /// How many kept requests ended in each part of the time; empty where no time is known.
    pub slices: Vec<usize>,
}

/// What is decided at one phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The phase.
    pub phase: Phase,
    /// How many requests are dropped.
    pub dropped: usize,
    /// How many are kept.
    pub kept: usize,
    /// How many are still recorded because they are not decided.
    pub open: usize,
}

/// When a session has as many traces as it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// Nanoseconds from the start of the recording.
    pub after: i64,
    /// Whether the recording is too short for that, and its rate was taken to go on.
    pub is_projected: bool,
}

impl Observed {
    /// Types the facts of a request by a catalog, and says which did not fit.
    #[must_use]
    pub fn of(request: &Request, catalog: &Catalog) -> (Self, Vec<FactProblem>) {
        let (facts, problems) = request.bind(catalog);
        let end = request.time.map(|start| start.saturating_add(request.duration.unwrap_or(0)));
        (Self { facts, start: request.time, end }, problems)
    }
}

impl Prediction {
    /// Kept requests in a second; none where no time passes.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate is as precise as a float is")]
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.duration.filter(|duration| *duration > 0)? as f64 / 1e9;
        Some(self.matches as f64 / seconds)
    }

    /// Conditions that were asked of a request on average; none where there is no request.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an average is as precise as a float is")]
    pub fn conditions_each(&self) -> Option<f64> {
        (self.requests > 0).then(|| self.conditions as f64 / self.requests as f64)
    }
}

/// What is known of a request at a phase: the fields of that phase and of those before it, and no bounds of the rest.
struct By<'f> {
    facts: &'f FactSet,
    phase: Phase,
}

impl Facts for By<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        if field.phase > self.phase { Fact::NotYet } else { self.facts.get(field) }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        self.facts.each(field, visit);
    }

    fn randomness(&self) -> Randomness {
        self.facts.randomness()
    }
}

/// Runs a rule over recorded requests, phase by phase.
///
/// A field is taken to be known exactly from its phase on: a gateway that knows how long a request has taken so far
/// decides some of them sooner.
#[must_use]
pub fn replay(program: &PhasedProgram, requests: &[Observed], options: &ReplayOptions) -> Prediction {
    let mut prediction = Prediction { requests: requests.len(), total: Some(0.0), ..Prediction::default() };
    let mut counts = [(0_usize, 0_usize); Phase::ALL.len()];
    let mut kept: Vec<&Observed> = Vec::new();
    let (mut evaluation, mut scratch) = (program.evaluation(), Scratch::default());
    for request in requests {
        let (verdict, at) = decide(&mut evaluation, &request.facts, &mut scratch);
        prediction.conditions += evaluation.n_asked();
        let Some((dropped, taken)) = counts.get_mut(at) else { continue };
        if verdict != Verdict::Match {
            *dropped += 1;
            continue;
        }
        *taken += 1;
        kept.push(request);
        prediction.total = match evaluation.weight() {
            Weight::Threshold(threshold) => prediction.total.zip(threshold.adjusted_count()).map(|(a, b)| a + b),
            Weight::Unknown | Weight::NotYet => None,
        };
    }
    prediction.matches = kept.len();
    let mut open = requests.len();
    for (phase, (dropped, kept)) in Phase::ALL.iter().zip(counts) {
        open -= dropped + kept;
        if dropped + kept > 0 {
            prediction.phases.push(Decided { phase: *phase, dropped, kept, open });
        }
    }
    add_times(&mut prediction, requests, &kept, options);
    prediction
}

/// Follows one request to its end; gives the verdict and the number of the phase at which it was certain.
fn decide(evaluation: &mut Evaluation, facts: &FactSet, scratch: &mut Scratch) -> (Verdict, usize) {
    evaluation.restart();
    let mut decided = None;
    let mut next = Phase::ALL.first().copied();
    for (number, phase) in Phase::ALL.iter().enumerate() {
        if next != Some(*phase) {
            continue;
        }
        let verdict = evaluation.advance(*phase, &By { facts, phase: *phase }, scratch);
        if verdict != Verdict::NotYet && decided.is_none() {
            decided = Some((verdict, number));
        }
        next = evaluation.next_phase().filter(|_| evaluation.is_open());
    }
    // Every field is known at the last phase.
    decided.unwrap_or((evaluation.finish(facts, scratch), Phase::ALL.len() - 1))
}

/// Adds what needs the times of the requests.
fn add_times(prediction: &mut Prediction, requests: &[Observed], kept: &[&Observed], options: &ReplayOptions) {
    let first = requests.iter().filter_map(|request| request.start).min();
    let last = requests.iter().filter_map(|request| request.end).max();
    let Some((first, last)) = first.zip(last) else { return };
    let duration = last.saturating_sub(first);
    prediction.duration = Some(duration);
    let mut ends: Vec<i64> =
        kept.iter().filter_map(|request| request.end).map(|end| end.saturating_sub(first)).collect();
    ends.sort_unstable();
    prediction.full = full(&ends, duration, options.cap);
    prediction.slices = vec![0; options.slices];
    for end in ends {
        let slice = i128::from(end) * i128::try_from(options.slices).unwrap_or(1) / i128::from(duration.max(1));
        let slice = usize::try_from(slice).unwrap_or(0).min(options.slices.saturating_sub(1));
        if let Some(count) = prediction.slices.get_mut(slice) {
            *count += 1;
        }
    }
}

fn full(ends: &[i64], duration: i64, cap: usize) -> Option<Full> {
    if let Some(after) = cap.checked_sub(1).map_or(Some(&0), |last| ends.get(last)) {
        return Some(Full { after: *after, is_projected: false });
    }
    let (n, cap) = (i128::try_from(ends.len()).ok()?, i128::try_from(cap).ok()?);
    let after = (i128::from(duration) * cap).checked_div(n)?;
    Some(Full { after: i64::try_from(after).ok()?, is_projected: true })
}
