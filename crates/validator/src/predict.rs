//! What recorded traffic says about a session before it starts.

use tamis::diagnostic::{Code, Span};
use tamis::traffic::{Observed, Recording, ReplayOptions, replay};
use tamis::{Catalog, Phase, compile_phased};

use crate::finding::{FileId, Finding};
use crate::fleet::FleetNode;
use crate::limits::SECOND;
use crate::report::Predicted;
use crate::rule::Combined;
use crate::session::{Session, shown};

/// A recording with its name.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// The name, for messages.
    pub name: String,
    /// What was recorded.
    pub recording: Recording,
}

/// Runs a rule over recorded traffic.
pub(crate) fn predict(rule: &Combined, session: &Session, traffic: &[Traffic], catalog: &Catalog) -> Option<Predicted> {
    let requests = traffic.iter().flat_map(|traffic| &traffic.recording.requests);
    let observed: Vec<Observed> = requests.map(|request| Observed::of(request, catalog).0).collect();
    if observed.is_empty() {
        return None;
    }
    let options = ReplayOptions { cap: session.cap.value as usize, ..ReplayOptions::default() };
    let dry_run = replay(&compile_phased(&rule.checked), &observed, &options);
    let early = dry_run.phases.iter().filter(|phase| phase.phase < Phase::ResponseHeaders);
    let dropped_early = share(early.map(|phase| phase.dropped).sum(), dry_run.requests);
    let rate = dry_run.rate();
    let captures = rate.map(|rate| captured(rate, session));
    let full_after = dry_run.full.map(|full| full.after).filter(|after| *after <= session.duration.value);
    Some(Predicted { dry_run, dropped_early, captures, full_after })
}

#[expect(clippy::cast_precision_loss, reason = "a share is as precise as a float is")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// How many traces a node captures that matches so many requests in a second.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, at most the cap"
)]
fn captured(rate: f64, session: &Session) -> u64 {
    let seconds = session.duration.value.max(0) as f64 / SECOND as f64;
    (rate * seconds).round().clamp(0.0, f64::from(session.cap.value)) as u64
}

impl Predicted {
    /// When a node is full that sees so many requests in a second, in nanoseconds; none where it never is, or after the
    /// end of the session.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
    pub(crate) fn full_at(&self, rate: f64, session: &Session) -> Option<i64> {
        let matching = rate * share(self.dry_run.matches, self.dry_run.requests);
        let after = f64::from(session.cap.value) / matching * SECOND as f64;
        (matching > 0.0 && after <= session.duration.value as f64).then_some(after as i64)
    }

    /// The requests in a second of the recording; none where no time is known.
    #[expect(clippy::cast_precision_loss, reason = "a rate is as precise as a float is")]
    fn rate(&self) -> Option<f64> {
        let seconds = self.dry_run.duration.filter(|duration| *duration > 0)? as f64 / SECOND as f64;
        Some(self.dry_run.requests as f64 / seconds)
    }

    /// What is to be said about it.
    pub(crate) fn findings(&self, file: FileId, session: &Session, nodes: &[FleetNode]) -> Vec<Finding> {
        let place = session.rule.as_ref().map_or(session.span, |rule| rule.span);
        let run = &self.dry_run;
        if run.matches == 0 {
            let message = format!("none of {} recorded requests matches", run.requests);
            return vec![
                Finding::new(file, Code::NothingRecorded, place, message).expected("a match or more").found("0"),
            ];
        }
        self.soon_full(file, place, session, nodes).into_iter().collect()
    }

    fn soon_full(&self, file: FileId, place: Span, session: &Session, nodes: &[FleetNode]) -> Option<Finding> {
        let rated = nodes.iter().enumerate().filter_map(|(number, node)| Some((number, node.rate?)));
        let soonest = rated.filter_map(|(number, rate)| Some((self.full_at(rate, session)?, rate, Some(number))));
        let recorded = self.rate().filter(|_| nodes.iter().any(|node| node.rate.is_none()) || nodes.is_empty());
        let recorded = recorded.zip(self.full_after).map(|(rate, after)| (after, rate, None));
        let (after, rate, node) = soonest.chain(recorded).min_by_key(|(after, ..)| *after)?;
        if after > session.duration.value / 10 {
            return None;
        }
        let time = if after < SECOND { "in under a second".to_owned() } else { format!("after {}", shown(after)) };
        let cap = session.cap.value;
        let message = format!("at {} requests per second a cap of {cap} traces is reached {time}", rounded(rate));
        let span = if session.cap.span == session.span { place } else { session.cap.span };
        let run = &self.dry_run;
        let finding = Finding::new(file, Code::CapSoonReached, span, message)
            .expected(format!(
                "{} or so of the {} of the session",
                shown(session.duration.value / 10),
                shown(session.duration.value)
            ))
            .found(if after < SECOND { "under 1 s".to_owned() } else { shown(after) })
            .note(format!("the rule matches {} of {} recorded requests", run.matches, run.requests))
            .note("join a condition by `&&`, or take a share with `sample(1%)`");
        Some(finding.on(node))
    }
}

/// Three digits or so.
pub(crate) fn rounded(x: f64) -> String {
    match x {
        ..9.95 => format!("{x:.1}"),
        _ => format!("{x:.0}"),
    }
}
