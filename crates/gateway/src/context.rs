//! W3C Trace Context: `traceparent` and `tracestate`, in and out.

use http::{HeaderMap, HeaderName, HeaderValue};
use tamis_lang::sampling::{Randomness, Threshold, TraceState, trace_of_parent};
use tamis_vm::Weight;

use crate::observations::hex;

/// The header with the ids.
pub static TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header with what each vendor adds.
pub static TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");

/// The bit of a caller that has recorded the request.
const SAMPLED: u8 = 1;
/// The bit that says that the last seven bytes of the trace id are random.
const RANDOM: u8 = 2;

/// The trace that a request belongs to; the default is none, which no request has.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use tamis_gateway::TraceContext;
///
/// let mut headers = HeaderMap::new();
/// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
/// headers.insert("traceparent", HeaderValue::from_static(parent));
/// let context = TraceContext::read(&headers, || unreachable!("the caller gave an id"));
/// assert_eq!(context.parent_span(), Some(0x00f0_67aa_0ba9_02b7));
/// assert_eq!(context.trace_parent(0x17), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000017-03");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceContext {
    trace: u128,
    parent: Option<u64>,
    flags: u8,
    randomness: Randomness,
    threshold: Option<Threshold>,
    /// Whether the caller sent a `tracestate` that counts.
    has_state: bool,
}

impl TraceContext {
    /// Reads the headers of a request; a request without a trace, or with a broken one, gets the id that `make` gives,
    /// which has to be random and not zero.
    ///
    /// A `tracestate` counts only beside a `traceparent` that can be read.
    /// Nothing is allocated for a `tracestate` of one line.
    #[must_use]
    pub fn read(headers: &HeaderMap, make: impl FnOnce() -> u128) -> Self {
        let Some((trace, parent, flags)) = parent(headers) else {
            let trace = make();
            let randomness = Randomness::of_trace(trace);
            return Self { trace, parent: None, flags: RANDOM, randomness, threshold: None, has_state: false };
        };
        let mut lines = headers.get_all(&TRACE_STATE).iter().filter_map(|line| line.to_str().ok());
        let state = match (lines.next(), lines.next()) {
            (None, _) => TraceState::default(),
            (Some(line), None) => TraceState::read(line),
            (Some(_), Some(_)) => TraceState::read(&state_of(headers)),
        };
        Self {
            trace,
            parent: Some(parent),
            flags,
            randomness: state.randomness(trace),
            threshold: state.threshold,
            has_state: headers.contains_key(&TRACE_STATE),
        }
    }

    /// The id of the trace.
    #[must_use]
    pub const fn trace(&self) -> u128 {
        self.trace
    }

    /// The span of the caller.
    #[must_use]
    pub const fn parent_span(&self) -> Option<u64> {
        self.parent
    }

    /// The flags, as the caller gave them.
    #[must_use]
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// What decides about shares: the key `rv`, or the low bits of the trace id.
    #[must_use]
    pub const fn randomness(&self) -> Randomness {
        self.randomness
    }

    /// The same for a request that is recorded: the bit that says so is set.
    #[must_use]
    pub const fn sampled(self) -> Self {
        Self { flags: self.flags | SAMPLED, ..self }
    }

    /// The header for the upstream, with the span that asks it.
    #[must_use]
    pub fn trace_parent(&self, span: u64) -> HeaderValue {
        // Digits and hyphens always are a value.
        HeaderValue::from_bytes(&written(self.trace, span, self.flags)).unwrap_or(HeaderValue::from_static(""))
    }

    /// The `tracestate` of a request that is kept: that of the caller, with what the kept request stands for.
    #[must_use]
    pub fn trace_state(&self, headers: &HeaderMap, weight: Weight) -> String {
        let before = if self.has_state { state_of(headers) } else { String::new() };
        match weight {
            Weight::Threshold(own) => {
                let state = TraceState { threshold: self.threshold, randomness: None };
                TraceState::write(&before, state.combined(own, self.randomness))
            }
            Weight::Unknown => TraceState::write(&before, None),
            Weight::NotYet => before,
        }
    }
}

/// A `traceparent`, as it is written.
fn written(trace: u128, span: u64, flags: u8) -> [u8; 55] {
    let mut line = [b'-'; 55];
    let flags = hex(u128::from(flags & (SAMPLED | RANDOM)));
    let span = hex(u128::from(span));
    let (trace, zeros) = (hex(trace), [b'0'; 2]);
    for (from, digits) in [(0, &zeros[..]), (3, &trace[..]), (36, &span[16..]), (53, &flags[30..])] {
        for (place, digit) in line.iter_mut().skip(from).zip(digits) {
            *place = *digit;
        }
    }
    line
}

/// The ids and the flags of a request that has exactly one `traceparent` that can be read.
fn parent(headers: &HeaderMap) -> Option<(u128, u64, u8)> {
    let mut lines = headers.get_all(&TRACE_PARENT).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let line = line.to_str().ok()?.trim_matches([' ', '\t']);
    let trace = trace_of_parent(line)?;
    let (span, flags) = (line.get(36..52)?, line.get(53..55)?);
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let separated = line.get(35..36) == Some("-") && line.get(52..53) == Some("-");
    if !separated || !is_hex(span) || !is_hex(flags) {
        return None;
    }
    let span = u64::from_str_radix(span, 16).ok().filter(|span| *span != 0)?;
    Some((trace, span, u8::from_str_radix(flags, 16).ok()?))
}

/// All lines of the state in one.
fn state_of(headers: &HeaderMap) -> String {
    let lines: Vec<_> = headers.get_all(&TRACE_STATE).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    /// Reads headers and prints trace, parent and the state of a request that is kept with a quarter.
    #[track_caller]
    fn check(lines: &[(&'static str, &'static str)], expected: &str) {
        let headers = headers(lines);
        let context = TraceContext::read(&headers, || 7);
        let parent = context.parent_span().map_or_else(|| "none".to_owned(), |parent| format!("{parent:x}"));
        let state = context.trace_state(&headers, Weight::Threshold(Threshold::of(1, 4).unwrap()));
        assert_eq!(format!("{:x} {parent} {state}", context.trace()), expected);
    }

    #[test]
    fn the_caller_s_trace_goes_on() {
        check(&[("traceparent", PARENT)], "4bf92f3577b34da6a3ce929d0e0e4736 f067aa0ba902b7 ot=th:c");
        check(
            &[("traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "ot=th:8;x:y,b=2")],
            "4bf92f3577b34da6a3ce929d0e0e4736 f067aa0ba902b7 ot=th:c;x:y,a=1,b=2",
        );
    }

    #[test]
    fn a_broken_parent_begins_a_new_trace_and_hides_the_state() {
        for broken in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            check(&[("traceparent", broken), ("tracestate", "ot=th:8")], "7 none ot=th:c");
        }
        check(&[("traceparent", PARENT), ("traceparent", PARENT)], "7 none ot=th:c");
    }

    #[test]
    fn a_share_that_a_key_decided_has_no_threshold() {
        let headers = headers(&[("traceparent", PARENT), ("tracestate", "ot=th:8,b=2")]);
        let context = TraceContext::read(&headers, || 7);
        assert_eq!(context.trace_state(&headers, Weight::Unknown), "b=2");
    }
}
