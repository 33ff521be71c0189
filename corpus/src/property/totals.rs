//! Totals that are estimated from what a rule with shares keeps.

use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Fact, Facts, FieldRef, Verdict, Weight, compile_phased};

use crate::catalogs;
use crate::generate::Source;

/// What was counted, and what the kept requests stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Requests for which the rule holds apart from its shares.
    pub truth: u64,
    /// Requests that were kept.
    pub kept: u64,
    /// The sum of their adjusted counts.
    pub estimated: f64,
}

impl Totals {
    /// How far the estimate is off, as a part of the truth.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an error of a percent is looked for")]
    pub fn error(&self) -> f64 {
        (self.estimated / self.truth.max(1) as f64 - 1.0).abs()
    }
}

/// A request as far as it is known.
struct Synthetic {
    method: &'static [u8],
    status: i64,
    latency: i64,
    randomness: Randomness,
}

impl Facts for Synthetic {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match &*field.name {
            "http.request.method" => Fact::One(Value::String(self.method)),
            "http.response.status_code" => Fact::One(Value::Int(self.status)),
            "proxy.kong.latency.total" => Fact::One(Value::Duration(self.latency)),
            _ => Fact::Absent,
        }
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// Runs a rule over synthetic requests that come in bursts, during which most of them fail.
///
/// # Errors
///
/// What is wrong with the rule.
pub fn estimate(rule: &str, n_requests: u64, seed: u64) -> Result<Totals, String> {
    let catalog = catalogs::shipped(catalogs::DEFAULT)?;
    let analysis = analyze(rule, catalog, &Options::default());
    let checked = analysis.rules().first().and_then(|rule| rule.checked());
    let program = compile_phased(checked.ok_or_else(|| format!("{:?}", analysis.diagnostics))?);
    let (mut evaluation, mut scratch) = (program.evaluation(), Scratch::default());
    let mut source = Source::seeded(seed);
    let mut totals = Totals::default();
    let mut left_of_burst = 0;
    for _ in 0..n_requests {
        if left_of_burst == 0 && source.below(2_000) == 0 {
            left_of_burst = 500 + source.below(4_000);
        }
        let in_burst = left_of_burst > 0;
        left_of_burst = left_of_burst.saturating_sub(1);
        let request = synthetic(in_burst, &mut source);
        // With the largest randomness every share is true.
        let everything = Synthetic { randomness: Randomness::MAX, ..request };
        totals.truth += u64::from(program.program().run(&everything, &mut scratch) == Verdict::Match);
        evaluation.restart();
        for phase in [Phase::RequestHeaders, Phase::ResponseHeaders, Phase::Log] {
            evaluation.advance(phase, &request, &mut scratch);
        }
        if evaluation.verdict() == Verdict::Match {
            totals.kept += 1;
            if let Weight::Threshold(threshold) = evaluation.weight() {
                totals.estimated += threshold.adjusted_count().unwrap_or(0.0);
            }
        }
    }
    Ok(totals)
}

fn synthetic(in_burst: bool, source: &mut Source<'_>) -> Synthetic {
    let fails = if in_burst { source.below(10) < 7 } else { source.below(200) == 0 };
    Synthetic {
        method: if source.below(3) == 0 { b"POST" } else { b"GET" },
        status: if fails { 503 } else { 200 },
        latency: i64::try_from(source.below(if in_burst { 9_000 } else { 900 })).unwrap_or(0) * 1_000_000,
        randomness: Randomness::new(source.long()),
    }
}
