//! Conditions in the order in which they become known.

use std::cmp::Ordering;

use tamis_lang::phase::Phase;
use tamis_types::hir::{ConditionId, ConditionKind, Hir};
use tamis_types::phases::{Moments, Phases};

use crate::compile::arrange::Guesses;
use crate::compile::{lower, sorted};
use crate::program::Program;

/// Compiles a rule with the parts of each `&&` and `||` sorted by when they can decide it, and then by their cost.
///
/// Conditions have no effects and cannot fail, so the order plays no part in the verdict.
pub(super) fn compile_by_phase(hir: &Hir) -> Program {
    let (phases, guesses) = (Phases::of(hir), Guesses::of(hir));
    lower(hir, &|kind| match kind {
        ConditionKind::And(parts) => {
            sorted(parts, |a, b| by_phase(&phases, |it| it.drop, a, b).then_with(|| guesses.of_and(a, b)))
        }
        ConditionKind::Or(parts) => {
            sorted(parts, |a, b| by_phase(&phases, |it| it.keep, a, b).then_with(|| guesses.of_or(a, b)))
        }
        _ => Vec::new(),
    })
}

/// By the moment that decides the chain, then by the last one.
fn by_phase(phases: &Phases, decisive: fn(&Moments) -> Option<Phase>, a: ConditionId, b: ConditionId) -> Ordering {
    let key = |id| {
        let moments = phases.condition(id);
        let first = moments.as_ref().and_then(decisive);
        (first.is_none(), first, moments.map(|moments| moments.last))
    };
    key(a).cmp(&key(b))
}
