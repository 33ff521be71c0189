//! Conditions in the order in which they become known.

use tamis_lang::phase::Phase;
use tamis_types::hir::{ConditionId, ConditionKind, Hir};
use tamis_types::phases::{Moments, Phases};

/// The rule with the parts of each `&&` and `||` sorted by when they can decide it.
///
/// Conditions have no effects and cannot fail, so the order plays no part in the verdict.
pub(super) fn by_phase(hir: &Hir, phases: &Phases) -> Hir {
    let mut sorted = hir.clone();
    for condition in &mut sorted.conditions {
        match &mut condition.kind {
            ConditionKind::And(parts) => sort(parts, phases, |moments| moments.drop),
            ConditionKind::Or(parts) => sort(parts, phases, |moments| moments.keep),
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_)
            | ConditionKind::Quantified { .. } => {}
        }
    }
    sorted
}

/// Sorts by the moment that decides the chain, then by the last one; equal ones stay as written.
fn sort(parts: &mut [ConditionId], phases: &Phases, decisive: fn(&Moments) -> Option<Phase>) {
    parts.sort_by_key(|id| {
        let moments = phases.condition(*id);
        let first = moments.as_ref().and_then(decisive);
        (first.is_none(), first, moments.map(|moments| moments.last))
    });
}
