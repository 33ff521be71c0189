//! When a rule can be decided.
//!
//! A request becomes known phase by phase.
//! From the fields that a rule names it is known beforehand from which phase on a request can be dropped, from which it
//! can be kept, and at which it is decided at the latest.
//!
//! ```
//! use tamis_lang::catalog::Catalog;
//! use tamis_lang::phase::Phase;
//! use tamis_types::analysis::{Options, analyze};
//! use tamis_types::phases::Phases;
//!
//! let rule = r#"http.request.method == "POST" && proxy.kong.latency.total > 250ms"#;
//! let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
//! let moments = Phases::of(analysis.rules()[0].checked().unwrap().hir()).rule();
//! assert_eq!(moments.drop, Some(Phase::RequestHeaders));
//! assert_eq!(moments.keep, Some(Phase::Log));
//! assert!(moments.keep_sooner);
//! ```

use tamis_lang::phase::Phase;
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::span::Span;

use crate::hir::{ConditionId, ConditionKind, FieldUse, FieldUseId, Hir, Quantifier, Right, Test, ValueId, ValueKind};

/// From which phases on a condition can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// The first phase at which it can be false; none where it never is.
    pub drop: Option<Phase>,
    /// The first phase at which it can be true; none where it never is.
    pub keep: Option<Phase>,
    /// The phase at which it is decided for every request.
    pub last: Phase,
    /// Whether a field that only grows can make it false before that, once it is large enough.
    pub drop_sooner: bool,
    /// Whether a field that only grows can make it true before that, once it is large enough.
    pub keep_sooner: bool,
}

/// The moments of a rule and of each of its conditions.
///
/// They hold for every request that has the fields of which the catalog says that every request has them.
#[derive(Clone, Debug)]
pub struct Phases {
    conditions: Vec<Moments>,
    root: Option<ConditionId>,
    leaves: Vec<(Span, Moments)>,
}

/// When a value is known.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The first phase at which it can be.
    first: Phase,
    /// The phase at which it is for every request.
    last: Phase,
    /// The first phase at which it can turn out to be absent.
    absent: Option<Phase>,
    /// Whether it is a field that only grows.
    grows: bool,
    /// Whether it is the same for every request.
    constant: bool,
}

const FIRST: Phase = Phase::Connect;

impl Moments {
    /// The same answer for every request.
    const fn constant(answer: bool) -> Self {
        let at = Some(FIRST);
        let (drop, keep) = if answer { (None, at) } else { (at, None) };
        Self { drop, keep, last: FIRST, drop_sooner: false, keep_sooner: false }
    }

    /// Either answer from one phase on.
    const fn at(phase: Phase) -> Self {
        Self { drop: Some(phase), keep: Some(phase), last: phase, drop_sooner: false, keep_sooner: false }
    }

    const fn negated(self) -> Self {
        let Self { drop, keep, last, drop_sooner, keep_sooner } = self;
        Self { drop: keep, keep: drop, last, drop_sooner: keep_sooner, keep_sooner: drop_sooner }
    }
}

impl Phases {
    /// The moments of a checked rule, in one pass; children come before parents.
    #[must_use]
    pub fn of(hir: &Hir) -> Self {
        let mut values: Vec<Known> = Vec::with_capacity(hir.values.len());
        for value in &hir.values {
            values.push(known(hir, &values, &value.kind));
        }
        let mut phases =
            Self { conditions: Vec::with_capacity(hir.conditions.len()), root: hir.root, leaves: Vec::new() };
        for condition in &hir.conditions {
            let moments = phases.moments(hir, &values, &condition.kind);
            phases.conditions.push(moments);
        }
        phases.find_leaves(hir);
        phases
    }

    fn find_leaves(&mut self, hir: &Hir) {
        let mut open: Vec<ConditionId> = hir.root.into_iter().collect();
        while let Some(id) = open.pop() {
            let Some(condition) = hir.condition(id) else { continue };
            match &condition.kind {
                ConditionKind::Not(inner) => open.push(*inner),
                ConditionKind::And(parts) | ConditionKind::Or(parts) => open.extend(parts),
                ConditionKind::Constant(_)
                | ConditionKind::Test(_)
                | ConditionKind::Exists(_)
                | ConditionKind::Sample(_)
                | ConditionKind::Quantified { .. } => {
                    self.leaves.extend(self.condition(id).map(|moments| (condition.span, moments)));
                }
            }
        }
        self.leaves.sort_by_key(|(span, _)| (span.start, span.end));
        self.leaves.dedup_by_key(|(span, _)| *span);
    }

    /// The moments of the whole rule.
    #[must_use]
    pub fn rule(&self) -> Moments {
        self.root.and_then(|root| self.condition(root)).unwrap_or(Moments::constant(false))
    }

    /// The moments of a condition.
    #[must_use]
    pub fn condition(&self, id: ConditionId) -> Option<Moments> {
        self.conditions.get(id.0 as usize).copied()
    }

    /// The conditions that join no others, with the place of each, in the order of the text; a quantifier is one.
    ///
    /// What several uses of a `let` say is there once, where the `let` says it.
    pub fn leaves(&self) -> impl Iterator<Item = (Span, Moments)> + '_ {
        self.leaves.iter().copied()
    }

    fn moments(&self, hir: &Hir, values: &[Known], kind: &ConditionKind) -> Moments {
        let part = |id: &ConditionId| self.condition(*id).unwrap_or(Moments::constant(false));
        match kind {
            ConditionKind::Constant(answer) => Moments::constant(*answer),
            ConditionKind::Not(inner) => part(inner).negated(),
            ConditionKind::And(parts) => conjunction(parts.iter().map(part)),
            ConditionKind::Or(parts) => conjunction(parts.iter().map(|id| part(id).negated())).negated(),
            ConditionKind::Sample(Threshold::ALWAYS) => Moments::constant(true),
            ConditionKind::Sample(_) => Moments::at(Randomness::PHASE),
            ConditionKind::Exists(field) => {
                let known = of_field(hir, *field);
                Moments { keep_sooner: known.grows, ..Moments::at(known.last) }
            }
            ConditionKind::Test(test) => of_test(values, test),
            ConditionKind::Quantified { quantifier, source, body, .. } => {
                of_quantified(*quantifier, of_field(hir, *source), part(body))
            }
        }
    }
}

/// Conditions that all have to hold: false with the first, true with the last.
fn conjunction(parts: impl Iterator<Item = Moments>) -> Moments {
    parts.fold(Moments::constant(true), |all, part| Moments {
        drop: earlier(all.drop, part.drop),
        keep: later(all.keep, part.keep),
        last: all.last.max(part.last),
        drop_sooner: all.drop_sooner || part.drop_sooner,
        keep_sooner: all.keep_sooner || part.keep_sooner,
    })
}

/// The earlier of two moments that may never come.
fn earlier(a: Option<Phase>, b: Option<Phase>) -> Option<Phase> {
    a.into_iter().chain(b).min()
}

/// The moment at which both have come.
fn later(a: Option<Phase>, b: Option<Phase>) -> Option<Phase> {
    Some(a?.max(b?))
}

fn of_test(values: &[Known], test: &Test) -> Moments {
    let left = of_value(values, test.left);
    let right = match test.right {
        Right::Value(right) => of_value(values, right),
        Right::Prepared(_) => CONSTANT,
    };
    let sides = both(left, right);
    let (drop_sooner, keep_sooner) = sooner(left, right, test);
    Moments {
        // A side that is absent makes it false before the other one is known.
        drop: earlier(Some(sides.first), sides.absent),
        keep: Some(sides.first),
        last: sides.last,
        drop_sooner,
        keep_sooner,
    }
}

/// Whether a lower bound of a field beside a constant can make a test false, and whether it can make it true.
fn sooner(left: Known, right: Known, test: &Test) -> (bool, bool) {
    let name = test.op.get().name;
    let grows = match test.right {
        Right::Value(_) => left.grows != right.grows && (left.constant || right.constant),
        Right::Prepared(_) => false,
    };
    let upwards = if left.grows { [">", ">="] } else { ["<", "<="] };
    let downwards = if left.grows { ["<", "<=", "=="] } else { [">", ">=", "=="] };
    let (drop, keep) = (grows && downwards.contains(&name), grows && upwards.contains(&name));
    if test.negated { (keep, drop) } else { (drop, keep) }
}

fn of_quantified(quantifier: Quantifier, source: Known, body: Moments) -> Moments {
    let among = |moment: Option<Phase>| later(Some(source.last), moment);
    let some = Moments {
        // Over no value it is false, whatever the body says.
        drop: earlier(source.absent, among(body.drop)),
        keep: among(body.keep),
        last: source.last.max(body.last),
        drop_sooner: body.drop_sooner,
        keep_sooner: body.keep_sooner,
    };
    match quantifier {
        Quantifier::Any | Quantifier::All => some,
        Quantifier::None => some.negated(),
    }
}

/// When a value is known, given those before it.
fn known(hir: &Hir, values: &[Known], kind: &ValueKind) -> Known {
    match kind {
        ValueKind::Constant(_) => CONSTANT,
        ValueKind::Variable(_) => Known { constant: false, ..CONSTANT },
        ValueKind::Field(field) | ValueKind::ListLen(field) => of_field(hir, *field),
        ValueKind::Count(field) => Known { absent: None, grows: false, ..of_field(hir, *field) },
        ValueKind::TextLen(text) => Known { grows: false, ..of_value(values, *text) },
        ValueKind::Call { arguments, .. } => {
            let operands = arguments.iter().fold(CONSTANT, |all, argument| both(all, of_value(values, *argument)));
            Known { grows: false, ..operands }
        }
        ValueKind::Default(left, right) => {
            let (left, right) = (of_value(values, *left), of_value(values, *right));
            Known {
                first: left.first,
                last: left.last.max(right.last),
                absent: later(left.absent, right.absent),
                grows: false,
                constant: left.constant,
            }
        }
    }
}

const CONSTANT: Known = Known { first: FIRST, last: FIRST, absent: None, grows: false, constant: true };

fn of_field(hir: &Hir, id: FieldUseId) -> Known {
    let Some(FieldUse { phase, optional, monotone, .. }) = hir.field(id) else { return CONSTANT };
    Known { first: *phase, last: *phase, absent: optional.then_some(*phase), grows: *monotone, constant: false }
}

fn of_value(values: &[Known], id: ValueId) -> Known {
    values.get(id.0 as usize).copied().unwrap_or(CONSTANT)
}

/// Values that are both needed.
fn both(a: Known, b: Known) -> Known {
    Known {
        first: a.first.max(b.first),
        last: a.last.max(b.last),
        absent: earlier(a.absent, b.absent),
        grows: false,
        constant: a.constant && b.constant,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};
    use tamis_lang::catalog::Catalog;

    use super::*;
    use crate::analysis::{Options, analyze};

    /// `rule: drop / keep / last`, with `+` behind what a field that grows may bring forward.
    #[track_caller]
    fn check(rules: &[&str], expected: &Expect) {
        let kong = Catalog::shipped("kong").expect("a shipped catalog");
        let mut out = String::new();
        for rule in rules {
            let analysis = analyze(rule, &kong, &Options::default());
            let checked = analysis.rules().first().and_then(|rule| rule.checked());
            let checked = checked.unwrap_or_else(|| panic!("{rule}: {:?}", analysis.diagnostics));
            let Moments { drop, keep, last, drop_sooner, keep_sooner } = Phases::of(checked.hir()).rule();
            let name = |phase: Option<Phase>, sooner: bool| {
                format!("{}{}", phase.map_or("never", Phase::as_str), if sooner { "+" } else { "" })
            };
            let (drop, keep) = (name(drop, drop_sooner), name(keep, keep_sooner));
            writeln!(out, "{rule}\n  {drop} / {keep} / {last}").expect("a string grows");
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn the_rules_of_the_reference_are_decided_where_it_says() {
        let rules = [
            r#"http.request.method == "POST" && url.path ^= "/v1/orders""#,
            r#"http.request.method == "POST" && proxy.kong.latency.total > 250ms"#,
            "http.response.status_code == 503",
            "http.response.status_code == 503 || proxy.kong.latency.total > 2s",
            r#"!(url.path ^= "/health") && http.response.status_code >= 500"#,
            "proxy.kong.router.matched == false",
            "proxy.kong.latency.total > 250ms",
            "1s >= proxy.kong.latency.total",
            "!(proxy.kong.latency.total > 250ms)",
            "!(proxy.kong.upstream.status_code >= 100)",
        ];
        check(
            &rules,
            &expect![[r#"
                http.request.method == "POST" && url.path ^= "/v1/orders"
                  request_headers / request_headers / request_headers
                http.request.method == "POST" && proxy.kong.latency.total > 250ms
                  request_headers / log+ / log
                http.response.status_code == 503
                  response_headers / response_headers / response_headers
                http.response.status_code == 503 || proxy.kong.latency.total > 2s
                  log / response_headers+ / log
                !(url.path ^= "/health") && http.response.status_code >= 500
                  request_headers / response_headers / response_headers
                proxy.kong.router.matched == false
                  route / route / route
                proxy.kong.latency.total > 250ms
                  log / log+ / log
                1s >= proxy.kong.latency.total
                  log+ / log / log
                !(proxy.kong.latency.total > 250ms)
                  log+ / log / log
                !(proxy.kong.upstream.status_code >= 100)
                  response_headers / response_headers / response_headers
            "#]],
        );
    }

    #[test]
    fn what_is_absent_decides_before_the_other_side_is_known() {
        let rules = [
            "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms",
            "(proxy.kong.latency.upstream ?? 0ms) > 1s",
            "(http.request.header.host ?? http.response.header.x-host) == 'a'",
            "any(v in http.request.header.accept, v == 'a' && http.response.status_code == 503)",
            "none(v in http.request.header.accept, v == 'a')",
            "all(v in http.response.header.via, v == 'a')",
            "count(http.request.header.accept) > 2",
            "!exists(proxy.kong.consumer.id)",
        ];
        check(
            &rules,
            &expect![[r#"
                proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms
                  response_body / log / log
                (proxy.kong.latency.upstream ?? 0ms) > 1s
                  response_body / response_body / response_body
                (http.request.header.host ?? http.response.header.x-host) == 'a'
                  request_headers / request_headers / response_headers
                any(v in http.request.header.accept, v == 'a' && http.response.status_code == 503)
                  request_headers / response_headers / response_headers
                none(v in http.request.header.accept, v == 'a')
                  request_headers / request_headers / request_headers
                all(v in http.response.header.via, v == 'a')
                  response_headers / response_headers / response_headers
                count(http.request.header.accept) > 2
                  request_headers / request_headers / request_headers
                !exists(proxy.kong.consumer.id)
                  authenticated / authenticated / authenticated
            "#]],
        );
    }

    #[test]
    fn shares_are_decided_with_the_request_headers() {
        let rules = [
            "sample(10%)",
            "http.response.status_code >= 500 || sample(1%)",
            "sample(1%) && http.response.status_code >= 500",
            "sample(1%, by: proxy.kong.consumer.id)",
            "sample(100%)",
            "true",
        ];
        check(
            &rules,
            &expect![[r#"
            sample(10%)
              request_headers / request_headers / request_headers
            http.response.status_code >= 500 || sample(1%)
              response_headers / request_headers / response_headers
            sample(1%) && http.response.status_code >= 500
              request_headers / response_headers / response_headers
            sample(1%, by: proxy.kong.consumer.id)
              authenticated / authenticated / authenticated
            sample(100%)
              never / connect / connect
            true
              never / connect / connect
        "#]],
        );
    }
}
