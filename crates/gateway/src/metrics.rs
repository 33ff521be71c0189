//! The counters of a node as Prometheus reads them.

use std::fmt::Write as _;

use tamis_lang::phase::Phase;

use crate::Moment;
use crate::node::Node;
use crate::session::{Counts, Session, SessionState};

/// One family of metrics with a line for each session.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    value: fn(&Counts) -> u64,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "tamis_rule_requests_seen_total",
        kind: "counter",
        help: "Requests that the rule saw.",
        value: |counts| counts.seen,
    },
    Family {
        name: "tamis_rule_requests_matched_total",
        kind: "counter",
        help: "Requests that the rule matched while its session was active.",
        value: |counts| counts.matched,
    },
    Family {
        name: "tamis_rule_requests_captured",
        kind: "gauge",
        help: "Requests that the session holds captured.",
        value: |counts| counts.captured,
    },
    Family {
        name: "tamis_rule_requests_refused_total",
        kind: "counter",
        help: "Requests that matched after the session was over.",
        value: |counts| counts.refused,
    },
    Family {
        name: "tamis_rule_requests_undecided_total",
        kind: "counter",
        help: "Requests that only their end decided, because a field never came.",
        value: |counts| counts.undecided,
    },
    Family {
        name: "tamis_rule_conditions_asked_total",
        kind: "counter",
        help: "Conditions asked of requests that were not dropped with their headers.",
        value: |counts| counts.asked,
    },
];

/// The counters of all sessions, in the text format of Prometheus.
///
/// ```
/// use tamis_gateway::{Node, metrics};
/// use tamis_lang::catalog::Catalog;
/// let node = Node::new(Catalog::shipped("kong").unwrap());
/// assert!(metrics(&node, 0).contains("tamis_requests_seen_total 0"));
/// ```
#[must_use]
pub fn metrics(node: &Node, now: Moment) -> String {
    let sessions: Vec<_> = node.sessions().into_iter().map(|session| (node.counts(&session), session)).collect();
    let mut out = String::new();
    head(&mut out, "tamis_requests_seen_total", "counter", "Requests that came while a session was active.");
    line(&mut out, format_args!("tamis_requests_seen_total {}", node.seen()));
    head(&mut out, "tamis_sessions", "gauge", "Sessions by state.");
    for state in SessionState::ALL {
        let n = sessions.iter().filter(|(_, session)| session.state_at(now) == *state).count();
        line(&mut out, format_args!("tamis_sessions{{state=\"{state}\"}} {n}"));
    }
    for family in FAMILIES {
        head(&mut out, family.name, family.kind, family.help);
        for (counts, session) in &sessions {
            let value = (family.value)(counts);
            line(&mut out, format_args!("{}{{session=\"{}\"}} {value}", family.name, escaped(session)));
        }
    }
    head(
        &mut out,
        "tamis_rule_requests_dropped_total",
        "counter",
        "Requests that the rule dropped, by the phase that decided.",
    );
    for (counts, session) in &sessions {
        for (phase, dropped) in Phase::ALL.iter().zip(counts.dropped).filter(|(_, dropped)| *dropped > 0) {
            let session = escaped(session);
            let labels = format_args!("{{session=\"{session}\",phase=\"{phase}\"}}");
            line(&mut out, format_args!("tamis_rule_requests_dropped_total{labels} {dropped}"));
        }
    }
    out
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    line(out, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = writeln!(out, "{text}");
}

/// The name of a session as the value of a label.
fn escaped(session: &Session) -> String {
    session.name().replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}
