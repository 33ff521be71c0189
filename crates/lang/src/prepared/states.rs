//! All states of a small regular expression, in one table.
//!
//! An expression that is tied to the start of a text reads a few bytes of most texts, and everything that a general
//! matcher does before its first byte costs more than that.
//! The states are found by walking through the lazy automaton of `regex-automata` once; what the table says is what
//! that says.

use std::collections::HashMap;
use std::fmt;

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::DFA;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::{start, syntax};

/// Bytes that the expression may take before its states are known.
const NFA_BYTES: usize = 16 << 10;
/// How many entries the table may have: what is larger takes too long to find, and leaves the nearest cache.
const MOST_ENTRIES: usize = 2_048;
/// In the place of a state: nothing that follows can match.
const REJECT: u16 = 0;
/// In the place of a state: it matches, whatever follows.
const ACCEPT: u16 = 1;
/// Where the rows of the states begin.
const FIRST: u16 = 2;

/// A table of states.
#[derive(Clone)]
pub(super) struct States {
    /// The class of each byte.
    classes: Box<[u8; 256]>,
    /// For each state and each class where to go on: the place of a row, [`REJECT`] or [`ACCEPT`].
    /// The last place of a row is for the end of the text.
    table: Box<[u16]>,
    /// The width of a row.
    width: u16,
    start: u16,
}

impl States {
    /// The states of a pattern that is tied to the start of a text; none where there are too many, or where the lazy
    /// automaton cannot decide by itself.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .syntax(syntax::Config::new().utf8(false))
            .configure(
                thompson::Config::new().utf8(false).nfa_size_limit(Some(NFA_BYTES)).which_captures(WhichCaptures::None),
            )
            .build(pattern)
            .ok()?;
        if !nfa.is_always_start_anchored() {
            return None;
        }
        let automaton = DFA::builder().build_from_nfa(nfa).ok()?;
        let mut cache = automaton.create_cache();
        let start = start::Config::new().anchored(Anchored::Yes);
        let start = automaton.start_state(&mut cache, &start).ok()?;
        let classes = automaton.byte_classes();
        let width = classes.alphabet_len();
        let mut rows = Rows { places: HashMap::new(), waiting: Vec::new(), width };
        let first = rows.place(start)?;
        let mut table = vec![REJECT; usize::from(FIRST)];
        while let Some(state) = rows.next(table.len()) {
            for unit in classes.representatives(..) {
                let next = match unit.as_u8() {
                    Some(byte) => automaton.next_state(&mut cache, state, byte).ok()?,
                    None => automaton.next_eoi_state(&mut cache, state).ok()?,
                };
                table.push(rows.place(next)?);
            }
        }
        // A cache that was emptied has given its numbers to other states.
        (cache.clear_count() == 0).then(|| Self {
            classes: Box::new(std::array::from_fn(|byte| classes.get(u8::try_from(byte).unwrap_or(0)))),
            table: table.into(),
            width: u16::try_from(width).unwrap_or(0),
            start: first,
        })
    }

    /// Whether a text matches.
    #[inline]
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let mut state = self.start;
        for byte in text {
            let class = self.classes.get(usize::from(*byte)).copied().unwrap_or(0);
            state = self.go(state, class.into());
            if state <= ACCEPT {
                return state == ACCEPT;
            }
        }
        self.go(state, self.width.saturating_sub(1)) == ACCEPT
    }

    #[inline]
    fn go(&self, state: u16, class: u16) -> u16 {
        self.table.get(usize::from(state) + usize::from(class)).copied().unwrap_or(REJECT)
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "States({} of {} classes)", self.table.len() / usize::from(self.width.max(1)), self.width)
    }
}

/// Which states have which row.
struct Rows {
    places: HashMap<LazyStateID, u16>,
    waiting: Vec<LazyStateID>,
    width: usize,
}

impl Rows {
    /// The place of a state's row; none where there is no room, or where the state decides nothing.
    fn place(&mut self, state: LazyStateID) -> Option<u16> {
        if state.is_dead() {
            return Some(REJECT);
        }
        if state.is_match() {
            return Some(ACCEPT);
        }
        if state.is_quit() || state.is_unknown() {
            return None;
        }
        if let Some(place) = self.places.get(&state) {
            return Some(*place);
        }
        let place = usize::from(FIRST) + self.places.len() * self.width;
        if place + self.width > MOST_ENTRIES {
            return None;
        }
        let place = u16::try_from(place).ok()?;
        self.places.insert(state, place);
        self.waiting.push(state);
        Some(place)
    }

    /// The state whose row begins where the table ends by now.
    fn next(&self, len: usize) -> Option<LazyStateID> {
        let at = len.checked_sub(usize::from(FIRST))?.checked_div(self.width)?;
        self.waiting.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use regex::bytes::Regex;

    use super::*;

    /// Compares the table with the `regex` crate on texts over a few bytes; gives whether there is a table.
    #[track_caller]
    fn agrees(pattern: &str) -> bool {
        let regex = Regex::new(pattern).unwrap();
        let Some(states) = States::of(pattern) else { return false };
        let mut state: u32 = 9;
        for _ in 0..4_000 {
            let mut next = |n: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) % n
            };
            let parts: [&[u8]; 12] =
                [b"/", b"v", b"1", b"a", b"B", b"\n", b"\r", b" ", b"orders", "\u{e9}".as_bytes(), b"\xff", b"-"];
            let len = next(9);
            let text: Vec<u8> = (0..len).flat_map(|_| parts[next(12) as usize]).copied().collect();
            assert_eq!(states.is_match(&text), regex.is_match(&text), "{pattern} on {}", text.escape_ascii());
        }
        true
    }

    #[test]
    fn a_table_says_what_the_expression_says() {
        // Each with a text that it matches, which texts at random seldom are.
        for (pattern, text) in [
            ("^/v[0-9]+/(orders|payments)/[0-9]+/[0-9a-f]{2,}$", "/v12/payments/7/0af"),
            ("^/v1", "/v1/orders"),
            ("^$", ""),
            ("^", "a"),
            (r"\A", "a"),
            (r"^\z", ""),
            ("^(a|/v?)*$", "a/v/a"),
            ("(?i)^/V1b?$", "/v1B"),
            ("(?s)^.{3}$", "a\né"),
            ("^.{3}$", "aéb"),
            ("(?R)^a.$", "ab"),
            ("(?-u)^[^a]+$", "b/\u{e9}"),
            ("^[^a]+$", "é/"),
            (r"(?-u:^\w+\b/)", "v1/"),
            (r"(?-u:^\B)", "/"),
            ("^(/v|/)(1|a)*?orders", "/v1a1orders"),
            ("^a|^/", "/"),
            ("^a{2,5}?B", "aaaaaB"),
        ] {
            assert!(agrees(pattern), "{pattern} has no table");
            assert!(States::of(pattern).unwrap().is_match(text.as_bytes()), "{pattern} on {text}");
            assert!(Regex::new(pattern).unwrap().is_match(text.as_bytes()), "{pattern} on {text}");
        }
    }

    #[test]
    fn what_is_not_tied_to_the_start_or_too_large_has_no_table() {
        for pattern in ["a", "a$", "^a|b", "(?m)^a", r"^\w{9}$", "^(a|b){500}", r"^\p{L}+\b"] {
            assert!(!agrees(pattern), "{pattern}");
        }
    }
}
