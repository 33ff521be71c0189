//! Regular expressions, compiled once within a limit of memory.

use std::fmt;
use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::Input;
use regex_automata::dfa::dense::{self, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;

/// Bytes of the tables that a search may build as it goes, however large the expression may be.
const DFA_BYTES: usize = 2 << 20;

/// Bytes that the table of an expression may take, and bytes that may be needed to build it.
///
/// An expression that needs more is searched by the `regex` crate, which builds its tables as it goes.
const TABLE_BYTES: usize = 32 << 10;
const BUILD_BYTES: usize = 256 << 10;

/// A compiled regular expression over bytes: Rust `regex` syntax, linear time, searched anywhere in the text.
#[derive(Clone)]
pub struct Pattern {
    regex: Regex,
    /// All of its states in a table, which is read without anything being written, for what is tied to the start of a
    /// text: other expressions are found faster by the parts that every match has.
    table: Option<Arc<DFA<Vec<u32>>>>,
    /// Whether it may match nothing within a character.
    splits: bool,
}

impl Pattern {
    /// Compiles a pattern that may take `limit` bytes.
    ///
    /// # Errors
    ///
    /// The reason of the `regex` crate: bad syntax or larger than the limit.
    pub fn new(pattern: &str, limit: usize) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(pattern).size_limit(limit).dfa_size_limit(limit.min(DFA_BYTES)).build()?;
        // Only the absence of a boundary between ASCII words is found between the bytes of a character.
        let splits = pattern.contains("\\B") && pattern.contains("-u");
        let table = if pattern.starts_with('^') && !splits { table(pattern) } else { None };
        Ok(Self { regex, table, splits })
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether the pattern occurs anywhere in the text.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        if self.splits {
            let is_start = |at: usize| text.get(at).is_none_or(|byte| !(0x80..0xC0).contains(byte));
            return self.regex.find_iter(text).any(|found| !found.is_empty() || is_start(found.start()));
        }
        if let Some(table) = &self.table
            && let Ok(found) = table.try_search_fwd(&Input::new(text).earliest(true))
        {
            return found.is_some();
        }
        self.regex.is_match(text)
    }
}

/// The table of an expression, if it is small.
fn table(pattern: &str) -> Option<Arc<DFA<Vec<u32>>>> {
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(TABLE_BYTES))
        .determinize_size_limit(Some(BUILD_BYTES));
    let nfa = thompson::Config::new().utf8(false).nfa_size_limit(Some(BUILD_BYTES));
    let syntax = syntax::Config::new().utf8(false);
    dense::Builder::new().configure(config).thompson(nfa).syntax(syntax).build(pattern).ok().map(Arc::new)
}

/// Why a pattern is not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternRefusal {
    /// It is no regular expression.
    Syntax(String),
    /// It takes more memory than one pattern may take.
    TooLarge {
        /// The bytes that it may take.
        limit: usize,
    },
    /// The patterns of the rule take more memory than they may together.
    TooLargeTogether {
        /// The bytes that they may take.
        limit: usize,
    },
}

/// From how many patterns on the memory of each is measured.
///
/// So many fit into the default limit of a rule whatever they are, so a rule with few patterns is compiled once.
const UNMEASURED: u32 = 4;

/// The memory that the patterns of one rule may take.
///
/// Checker and loader of a program go by the same account, so that what the one lets pass the other takes.
#[derive(Clone, Debug)]
pub struct PatternBudget {
    each: usize,
    whole: usize,
    n_patterns: u32,
    used: usize,
}

impl PatternBudget {
    /// So many bytes for each pattern, and so many for all of them.
    #[must_use]
    pub fn new(each: u32, whole: u32) -> Self {
        let [each, whole] = [each, whole].map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        Self { each, whole, n_patterns: 0, used: 0 }
    }

    /// Compiles the next pattern of the rule.
    ///
    /// # Errors
    ///
    /// Why it is none of the rule's patterns.
    pub fn compile(&mut self, pattern: &str) -> Result<Pattern, PatternRefusal> {
        let measured = self.n_patterns >= UNMEASURED || self.each.saturating_mul(4) > self.whole;
        self.n_patterns = self.n_patterns.saturating_add(1);
        let room = self.each.min(self.whole.saturating_sub(self.used));
        let compiled = if measured { smallest(pattern, room) } else { Pattern::new(pattern, room).map(|p| (p, 0)) };
        match compiled {
            Ok((pattern, bytes)) => {
                self.used = self.used.saturating_add(bytes);
                Ok(pattern)
            }
            Err(regex::Error::CompiledTooBig(_)) if room < self.each => {
                Err(PatternRefusal::TooLargeTogether { limit: self.whole })
            }
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternRefusal::TooLarge { limit: self.each }),
            Err(error) => Err(PatternRefusal::Syntax(error.to_string())),
        }
    }
}

/// Compiles a pattern and says how much memory it takes at most.
fn smallest(text: &str, room: usize) -> Result<(Pattern, usize), regex::Error> {
    let mut limit = 4 << 10;
    while limit < room {
        match Pattern::new(text, limit) {
            Ok(pattern) => return Ok((pattern, limit)),
            Err(regex::Error::CompiledTooBig(_)) => limit *= 4,
            Err(error) => return Err(error),
        }
    }
    Pattern::new(text, room).map(|pattern| (pattern, room))
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_within_a_character() {
        let found = |pattern: &str, text: &str| Pattern::new(pattern, 1 << 20).unwrap().is_match(text.as_bytes());
        assert!(!found(r"(?-u:\B)", "aéa"));
        assert!(found(r"(?-u:\B)", "aéé"));
        assert!(found(r"(?-u:\B)", "aa"));
    }

    #[test]
    fn a_table_says_what_the_expression_says() {
        let patterns = [
            "^/v[0-9]+/(orders|payments)/[0-9]+/[0-9a-f]{6,}$",
            "^a|b",
            "^",
            "^$",
            "^(?:a|ab)$",
            "^(?m:^b$)",
            r"^[^a]é+\d?",
            "^(?i:k)$",
            r"^(?-u:\xff)",
        ];
        let texts: [&[u8]; 17] = [
            b"",
            b"a",
            b"b",
            b"ab",
            b"ba",
            b"\nb",
            b"a\nb\n",
            b"k",
            b"K",
            "\u{212a}".as_bytes(),
            b"\xff",
            b"a\xff",
            "bé1".as_bytes(),
            "bé\u{661}".as_bytes(),
            b"/v1/orders/1/abcdef",
            b"/v1/orders/1/abcde",
            b"x/v1/orders/1/abcdef",
        ];
        for text in patterns {
            let pattern = Pattern::new(text, 1 << 20).unwrap();
            assert!(pattern.table.is_some(), "{text} has no table");
            for haystack in texts {
                assert_eq!(pattern.is_match(haystack), pattern.regex.is_match(haystack), "{text} in {haystack:?}");
            }
        }
    }

    #[test]
    fn a_large_expression_has_no_table() {
        assert!(Pattern::new(r"^\w{9}$", 1 << 20).unwrap().table.is_none());
        assert!(Pattern::new(r"^a\b", 1 << 20).unwrap().table.is_none());
    }
}
