//! Regular expressions, compiled once within a limit of memory.

use std::fmt;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::states::States;

/// Bytes of the tables that a search may build as it goes, however large the expression may be.
const DFA_BYTES: usize = 2 << 20;

/// A compiled regular expression over bytes: Rust `regex` syntax, linear time, searched anywhere in the text.
#[derive(Clone)]
pub struct Pattern {
    regex: Regex,
    /// Whether it may match nothing within a character.
    splits: bool,
    /// All its states, if they are few; looked for when the first text is searched, because most patterns are only
    /// checked.
    states: OnceLock<Option<Box<States>>>,
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
        Ok(Self { regex, splits, states: OnceLock::new() })
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
        match self.states.get_or_init(|| States::of(self.as_str()).map(Box::new)) {
            Some(states) => states.is_match(text),
            None => self.regex.is_match(text),
        }
    }
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
}
