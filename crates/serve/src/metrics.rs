//! What is counted, and how Prometheus reads it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::gate::Gate;

/// The media type of the text.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Up to how many seconds an answer takes, bucket for bucket.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// What is counted over the life of a service.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    answers: Mutex<Answers>,
    pub(crate) in_flight: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) connections_refused: AtomicU64,
    pub(crate) connections_too_slow: AtomicU64,
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicU64);

/// One more, until it is dropped.
pub(crate) struct Counted<'a>(&'a Gauge);

/// Routes, statuses and names of problems are few, so the maps stay small.
#[derive(Debug, Default)]
struct Answers {
    requests: BTreeMap<(&'static str, u16), u64>,
    problems: BTreeMap<&'static str, u64>,
    durations: BTreeMap<&'static str, Histogram>,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) route: &'static str,
    pub(crate) status: u16,
    /// The name of the problem, if there was one.
    pub(crate) problem: Option<&'static str>,
    pub(crate) took: Duration,
}

impl Gauge {
    /// Counts one more until the result is dropped.
    pub(crate) fn count(&self) -> Counted<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self)
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Histogram {
    fn observe(&mut self, seconds: f64) {
        let place = BUCKETS.partition_point(|most| *most < seconds);
        if let Some(bucket) = self.buckets.get_mut(place) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }
}

impl Metrics {
    pub(crate) fn answered(&self, answered: &Answered) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.requests.entry((answered.route, answered.status)).or_default() += 1;
        if let Some(problem) = answered.problem {
            *answers.problems.entry(problem).or_default() += 1;
        }
        answers.durations.entry(answered.route).or_default().observe(answered.took.as_secs_f64());
    }

    /// Everything, in the text format of Prometheus.
    pub(crate) fn to_text(&self, gate: &Gate) -> String {
        let mut page = Page::default();
        let version = env!("CARGO_PKG_VERSION");
        page.head("tamis_build_info", "gauge", "The version of the service.");
        page.line("tamis_build_info", &format!("version=\"{version}\""), 1.0);
        let count = |counter: &AtomicU64| small(counter.load(Ordering::Relaxed));
        page.one("tamis_requests_in_flight", "gauge", "Requests that have no answer yet.", small(self.in_flight.get()));
        page.one("tamis_connections", "gauge", "Open connections.", small(self.connections.get()));
        page.one(
            "tamis_connections_refused_total",
            "counter",
            "Connections that were one too many.",
            count(&self.connections_refused),
        );
        page.one(
            "tamis_connections_too_slow_total",
            "counter",
            "Connections that were cut because the other end was too slow.",
            count(&self.connections_too_slow),
        );
        page.one("tamis_workers", "gauge", "Workers.", small(gate.workers() as u64));
        page.one("tamis_workers_busy", "gauge", "Workers that have something to do.", small(gate.busy() as u64));
        page.one("tamis_requests_waiting", "gauge", "Requests that wait for a worker.", small(gate.waiting() as u64));
        page.one("tamis_panics_total", "counter", "Requests that ended in a defect.", small(gate.panics()));
        self.answers(&mut page);
        page.0
    }

    fn answers(&self, page: &mut Page) {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "tamis_http_requests_total";
        page.head(name, "counter", "Answers, by route and status.");
        for ((route, status), count) in &answers.requests {
            page.line(name, &format!("route=\"{route}\",status=\"{status}\""), small(*count));
        }
        let name = "tamis_problems_total";
        page.head(name, "counter", "Answers that are problems, by their kind.");
        for (problem, count) in &answers.problems {
            page.line(name, &format!("type=\"{problem}\""), small(*count));
        }
        let name = "tamis_http_request_duration_seconds";
        page.head(name, "histogram", "Time from the head of a request to its answer.");
        for (route, histogram) in &answers.durations {
            let mut sum = 0;
            for (most, count) in BUCKETS.iter().zip(&histogram.buckets) {
                sum += count;
                page.line(&format!("{name}_bucket"), &format!("route=\"{route}\",le=\"{most}\""), small(sum));
            }
            let count = small(histogram.count);
            page.line(&format!("{name}_bucket"), &format!("route=\"{route}\",le=\"+Inf\""), count);
            page.line(&format!("{name}_sum"), &format!("route=\"{route}\""), histogram.sum);
            page.line(&format!("{name}_count"), &format!("route=\"{route}\""), count);
        }
    }
}

/// A count as Prometheus takes it, exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
const fn small(count: u64) -> f64 {
    count as f64
}

/// The text that is being written.
#[derive(Default)]
struct Page(String);

impl Page {
    /// What a metric is; writing to memory cannot fail.
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: f64) {
        let _ = writeln!(self.0, "{name}{{{labels}}} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: f64) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "{name} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Bounds;

    #[test]
    fn buckets_hold_what_is_below_them_too() {
        let metrics = Metrics::default();
        for milliseconds in [1, 3, 3, 9_000] {
            let took = Duration::from_millis(milliseconds);
            metrics.answered(&Answered { route: "/v1/check", status: 200, problem: None, took });
        }
        let text = metrics.to_text(&Gate::new(&Bounds::default()));
        let bucket = |most: &str, count: u64| {
            let line =
                format!("tamis_http_request_duration_seconds_bucket{{route=\"/v1/check\",le=\"{most}\"}} {count}\n");
            assert!(text.contains(&line), "{text}");
        };
        bucket("0.0005", 0);
        bucket("0.001", 1);
        bucket("0.0025", 1);
        bucket("0.005", 3);
        bucket("2.5", 3);
        bucket("+Inf", 4);
    }
}
