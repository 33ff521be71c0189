//! How much a rule may ask for. Reaching a limit is a diagnostic, never an abort.

/// The limits that a text is checked against.
///
/// ```
/// use tamis_lang::limits::Limits;
/// let strict = Limits { conditions: 16, ..Limits::default() };
/// assert!(strict.conditions < Limits::default().conditions);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one bare rule.
    pub rule_bytes: u32,
    /// Bytes of a file of named rules.
    pub file_bytes: u32,
    /// Parentheses, brackets, calls and prefix operators open at once; values above [`Limits::MAX_NESTING`] count as that.
    pub nesting: u32,
    /// Quantifiers within quantifiers; values above [`Limits::MAX_NESTING`] count as that.
    pub quantifiers: u32,
    /// Conditions of one rule, each `let` counted wherever it is used.
    pub conditions: u32,
    /// Elements of one set.
    pub set_members: u32,
    /// Bytes of one compiled regular expression.
    pub regex_bytes: u32,
    /// Bytes of all compiled regular expressions of one rule.
    pub rule_regex_bytes: u32,
    /// Bytes of one compiled regular expression in a text that is read as atc-router reads it, which allows 10 MiB.
    pub atc_regex_bytes: u32,
    /// Bytes of all compiled regular expressions of one rule in such a text; atc-router has no limit.
    pub atc_rule_regex_bytes: u32,
    /// Fixes of one text that are tried before they are offered; the others are offered untried.
    ///
    /// Who only loads rules, and shows no fix to anybody, saves the time with 0.
    pub trials: u32,
    /// Diagnostics reported for one text; one more says how many were left out.
    pub diagnostics: u32,
}

impl Limits {
    /// The deepest nesting that any configuration may allow, so that every stage fits a small thread's stack.
    pub const MAX_NESTING: u32 = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rule_bytes: 64 << 10,
            file_bytes: 4 << 20,
            nesting: 128,
            quantifiers: 8,
            conditions: 4096,
            set_members: 100_000,
            regex_bytes: 256 << 10,
            rule_regex_bytes: 1 << 20,
            atc_regex_bytes: 10 << 20,
            atc_rule_regex_bytes: 64 << 20,
            trials: 12,
            diagnostics: 100,
        }
    }
}
