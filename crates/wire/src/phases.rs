//! From when a rule and its conditions can be decided.

use serde::Serialize;
use tamis::Moments;
use tamis::catalog::Phase;

use crate::diagnostic::Span;

/// From when a rule and its conditions can be decided.
#[derive(Clone, Debug, Serialize)]
pub struct Phases {
    #[serde(flatten)]
    rule: WireMoments,
    conditions: Vec<ConditionPhases>,
}

#[derive(Clone, Debug, Serialize)]
struct ConditionPhases {
    span: Span,
    #[serde(flatten)]
    moments: WireMoments,
}

#[derive(Clone, Debug, Serialize)]
struct WireMoments {
    drop: Option<&'static str>,
    keep: Option<&'static str>,
    last: &'static str,
    drop_sooner: bool,
    keep_sooner: bool,
}

impl From<&tamis::Phases> for Phases {
    fn from(phases: &tamis::Phases) -> Self {
        let condition = |(span, moments): (tamis::diagnostic::Span, Moments)| ConditionPhases {
            span: span.into(),
            moments: moments.into(),
        };
        Self { rule: phases.rule().into(), conditions: phases.leaves().map(condition).collect() }
    }
}

impl From<Moments> for WireMoments {
    fn from(Moments { drop, keep, last, drop_sooner, keep_sooner }: Moments) -> Self {
        let (drop, keep) = (drop.map(Phase::as_str), keep.map(Phase::as_str));
        Self { drop, keep, last: last.as_str(), drop_sooner, keep_sooner }
    }
}
