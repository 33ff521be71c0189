//! What the entry `ot` of a `tracestate` says of sampling.

use super::{Randomness, Threshold};

/// The name of OpenTelemetry's entry.
const ENTRY: &str = "ot";
/// Entries of a `tracestate`, at most.
const MAX_ENTRIES: usize = 32;

/// The randomness and the threshold that came with a request.
///
/// ```
/// use tamis_lang::sampling::{Threshold, TraceState};
/// let state = TraceState::read("vendor=1,ot=th:c;rv:ce929d0e0e4736");
/// assert_eq!(state.threshold, Threshold::of(1, 4));
/// assert_eq!(state.randomness.unwrap().to_string(), "ce929d0e0e4736");
/// let tenth = Threshold::of(1, 5);
/// assert_eq!(TraceState::write("vendor=1,ot=th:c;rv:ce929d0e0e4736", tenth), "ot=th:cccd;rv:ce929d0e0e4736,vendor=1");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceState {
    /// The key `th`: what an earlier sampler has let through; none where there was none, or nothing that can be read.
    pub threshold: Option<Threshold>,
    /// The key `rv`, which goes before the trace id.
    pub randomness: Option<Randomness>,
}

impl TraceState {
    /// Reads the header; what cannot be read is as if it was not there.
    #[must_use]
    pub fn read(header: &str) -> Self {
        let own = entries(header).find_map(|(name, value)| (name == ENTRY).then_some(value));
        let mut state = Self::default();
        for (key, value) in keys(own.unwrap_or("")) {
            match key {
                "th" => state.threshold = value.parse().ok(),
                "rv" => state.randomness = value.parse().ok(),
                _ => {}
            }
        }
        state
    }

    /// The randomness of a request with this `tracestate` and this trace id.
    #[must_use]
    pub fn randomness(&self, trace: u128) -> Randomness {
        self.randomness.unwrap_or(Randomness::of_trace(trace))
    }

    /// The threshold of a request that an earlier sampler let through and that is kept by `own`.
    ///
    /// A share within a share is the smaller one, because both go by the same randomness.
    /// Nothing can be said where the earlier sampler's threshold would not have let the request through.
    #[must_use]
    pub fn combined(&self, own: Threshold, randomness: Randomness) -> Option<Threshold> {
        match self.threshold {
            None => Some(own),
            Some(earlier) => earlier.keeps(randomness).then(|| earlier.max(own)),
        }
    }

    /// The header with another threshold, or without one; the entry `ot` comes first, as the recommendation wants it of
    /// an entry that was changed.
    #[must_use]
    pub fn write(header: &str, threshold: Option<Threshold>) -> String {
        let own = entries(header).find_map(|(name, value)| (name == ENTRY).then_some(value)).unwrap_or("");
        let mut parts: Vec<String> = threshold.map(|threshold| format!("th:{threshold}")).into_iter().collect();
        parts.extend(keys(own).filter(|(key, _)| *key != "th").map(|(key, value)| format!("{key}:{value}")));
        let mut out = if parts.is_empty() { String::new() } else { format!("{ENTRY}={}", parts.join(";")) };
        let room = MAX_ENTRIES - usize::from(!out.is_empty());
        for (name, value) in entries(header).filter(|(name, _)| *name != ENTRY).take(room) {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(name);
            out.push('=');
            out.push_str(value);
        }
        out
    }
}

/// The entries of a header.
fn entries(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(',').filter_map(|entry| entry.trim_matches([' ', '\t']).split_once('='))
}

/// The keys of an entry.
fn keys(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split(';').filter_map(|pair| pair.split_once(':'))
}

/// The trace id of a `traceparent`; none where the header is broken.
#[must_use]
pub fn trace_of_parent(header: &str) -> Option<u128> {
    let header = header.trim_matches([' ', '\t']);
    let (version, rest) = header.split_at_checked(2)?;
    let id = rest.strip_prefix('-')?.get(..32)?;
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_whole = header.len() == 55 || (version != "00" && header.len() > 55);
    if version == "ff" || !is_hex(version) || !is_hex(id) || !is_whole {
        return None;
    }
    u128::from_str_radix(id, 16).ok().filter(|id| *id != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

    #[test]
    fn an_explicit_randomness_goes_before_the_trace_id() {
        assert_eq!(TraceState::read("ot=rv:00000000000007").randomness(TRACE), Randomness::new(7));
        assert_eq!(TraceState::read("ot=rv:7").randomness(TRACE), Randomness::of_trace(TRACE));
        assert_eq!(TraceState::read("").randomness(TRACE), Randomness::of_trace(TRACE));
    }

    #[test]
    fn other_entries_and_keys_are_kept() {
        let tenth = Threshold::of(1, 10);
        assert_eq!(TraceState::write("", tenth), "ot=th:e666");
        assert_eq!(TraceState::write("a=1, ot=p:8;th:c;x:y ,b=2", tenth), "ot=th:e666;p:8;x:y,a=1,b=2");
        assert_eq!(TraceState::write("a=1,ot=th:c", None), "a=1");
        let many = (0..40).map(|n| format!("v{n}=1")).collect::<Vec<_>>().join(",");
        assert_eq!(TraceState::write(&many, tenth).split(',').count(), 32);
    }

    #[test]
    fn a_share_within_a_share_is_the_smaller_one() {
        let randomness = Randomness::of_trace(TRACE);
        let (half, quarter) = (Threshold::of(1, 2), Threshold::of(1, 4));
        let combined = |header: &str, own: Option<Threshold>| TraceState::read(header).combined(own?, randomness);
        assert_eq!(combined("", half), half);
        assert_eq!(combined("ot=th:c", half), quarter);
        assert_eq!(combined("ot=th:8", quarter), quarter);
        assert_eq!(combined("ot=th:f", half), None);
    }

    #[test]
    fn a_broken_parent_has_no_trace() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_of_parent(parent), Some(TRACE));
        assert_eq!(trace_of_parent(&format!("{}-later", parent.replacen("00", "cc", 1))), Some(TRACE));
        let zero = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        let upper = parent.to_uppercase();
        let long = format!("{parent}0");
        let short = parent.trim_end_matches('1');
        for broken in ["", "00", short, &long, &upper, zero, &parent.replace("00-", "ff-"), "é0-"] {
            assert_eq!(trace_of_parent(broken), None, "{broken}");
        }
    }
}
