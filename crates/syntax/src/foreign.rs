//! What other languages write, and what it is here.

use tamis_lang::builtin::{self, BuiltinId};

/// An operator of other languages.
#[derive(Debug)]
pub(crate) struct Foreign {
    /// How it is written there.
    pub(crate) spelling: &'static str,
    /// The operator here with that meaning; none where there is none.
    pub(crate) means: Option<&'static str>,
    /// What else there is to say.
    pub(crate) note: Option<&'static str>,
}

const fn same(spelling: &'static str, means: &'static str) -> Foreign {
    Foreign { spelling, means: Some(means), note: None }
}

const fn alike(spelling: &'static str, means: &'static str, note: &'static str) -> Foreign {
    Foreign { spelling, means: Some(means), note: Some(note) }
}

const fn nothing(spelling: &'static str, note: &'static str) -> Foreign {
    Foreign { spelling, means: None, note: Some(note) }
}

/// Signs; a longer one comes before its prefixes.
pub(crate) const SYMBOLS: &[Foreign] = &[
    same("===", "=="),
    same("!==", "!="),
    same("<>", "!="),
    same("=>", ">="),
    same("=<", "<="),
    same("=~", "~"),
    same("~=", "~"),
    same("=!", "!="),
    alike("$=", "=^", "to test the end of a text write `=^`"),
    alike("*=", "contains", "to test for a part of a text write `contains`"),
    nothing("^^", "for exclusive or write `(a && !b) || (!a && b)`"),
    nothing("<<", "there are no operators on bits"),
    nothing(">>", "there are no operators on bits"),
    same(":=", "=="),
    same("=", "=="),
    same("&", "&&"),
    same("|", "||"),
    nothing("^", "there are no operators on bits; to test the start of a text write `^=`"),
    nothing("?", "there is no conditional expression; combine conditions with `&&` and `||`"),
];

/// Words, in the place of an operator.
pub(crate) const WORDS: &[Foreign] = &[
    same("eq", "=="),
    same("ne", "!="),
    same("lt", "<"),
    same("le", "<="),
    same("gt", ">"),
    same("ge", ">="),
    same("is", "=="),
    same("equals", "=="),
    same("not", "!="),
    same("matches", "~"),
    same("regex", "~"),
    same("startsWith", "^="),
    same("startswith", "^="),
    same("starts_with", "^="),
    same("endsWith", "=^"),
    same("endswith", "=^"),
    same("ends_with", "=^"),
    same("includes", "contains"),
    same("has", "contains"),
    alike("wildcard", "like", "`like` counts letter case; use `lower()` to ignore it"),
    same("AND", "&&"),
    same("OR", "||"),
    same("IN", "in"),
    same("LIKE", "like"),
    same("CONTAINS", "contains"),
    nothing("xor", "for exclusive or write `(a && !b) || (!a && b)`"),
    nothing("between", "for a range write `in low..high`"),
];

/// Methods that other languages call on a text, with the operator that does it here.
pub(crate) const METHODS: &[Foreign] = &[
    same("startsWith", "^="),
    same("starts_with", "^="),
    same("startswith", "^="),
    same("endsWith", "=^"),
    same("ends_with", "=^"),
    same("endswith", "=^"),
    same("contains", "contains"),
    same("includes", "contains"),
    same("matches", "~"),
    same("match", "~"),
    same("equals", "=="),
    same("eq", "=="),
];

/// Methods without an argument, with the function that does it here.
pub(crate) const FUNCTION_METHODS: &[(&str, &str)] = &[
    ("lowerAscii", "lower"),
    ("toLowerCase", "lower"),
    ("lower", "lower"),
    ("to_lowercase", "lower"),
    ("upperAscii", "upper"),
    ("toUpperCase", "upper"),
    ("upper", "upper"),
    ("size", "len"),
    ("length", "len"),
    ("len", "len"),
];

/// How other languages write that there is no value.
pub(crate) const NOTHING: &[&str] = &["null", "nil", "NULL", "None", "undefined"];

/// Foreign spellings of units, with ours.
pub(crate) const UNITS: &[(&str, &[&str])] = &[
    ("sec", &["s"]),
    ("secs", &["s"]),
    ("second", &["s"]),
    ("seconds", &["s"]),
    ("msec", &["ms"]),
    ("msecs", &["ms"]),
    ("millis", &["ms"]),
    ("millisecond", &["ms"]),
    ("milliseconds", &["ms"]),
    ("usec", &["us"]),
    ("micros", &["us"]),
    ("nanos", &["ns"]),
    ("min", &["m"]),
    ("mins", &["m"]),
    ("minute", &["m"]),
    ("minutes", &["m"]),
    ("hr", &["h"]),
    ("hrs", &["h"]),
    ("hour", &["h"]),
    ("hours", &["h"]),
    ("day", &["d"]),
    ("days", &["d"]),
    ("b", &["B"]),
    ("byte", &["B"]),
    ("bytes", &["B"]),
    ("k", &["KB", "KiB"]),
    ("K", &["KB", "KiB"]),
    ("kb", &["KB", "KiB"]),
    ("kB", &["KB", "KiB"]),
    ("Kb", &["KB", "KiB"]),
    ("kib", &["KiB"]),
    ("M", &["MB", "MiB"]),
    ("mb", &["MB", "MiB"]),
    ("Mb", &["MB", "MiB"]),
    ("mib", &["MiB"]),
    ("G", &["GB", "GiB"]),
    ("gb", &["GB", "GiB"]),
    ("gib", &["GiB"]),
    ("T", &["TB", "TiB"]),
    ("tb", &["TB", "TiB"]),
    ("tib", &["TiB"]),
];

impl Foreign {
    /// The operator here, if there is one.
    pub(crate) fn builtin(&self) -> Option<BuiltinId> {
        let spelling = self.means?;
        builtin::by_symbol(spelling).or_else(|| builtin::by_word(spelling))
    }
}

/// The place of the longest foreign sign at the start of a text.
pub(crate) fn symbol_at(text: &str) -> Option<u8> {
    let first = text.as_bytes().first();
    // Longer signs come first in the table.
    let fits = |foreign: &Foreign| foreign.spelling.as_bytes().first() == first && text.starts_with(foreign.spelling);
    SYMBOLS.iter().position(fits).and_then(|place| u8::try_from(place).ok())
}

/// The foreign word operator with this spelling.
pub(crate) fn word(text: &str) -> Option<&'static Foreign> {
    WORDS.iter().find(|foreign| foreign.spelling == text)
}

/// Our spellings of a foreign unit.
pub(crate) fn unit(suffix: &str) -> Option<&'static [&'static str]> {
    UNITS.iter().find(|(spelling, _)| *spelling == suffix).map(|(_, ours)| *ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_is_an_operator_here() {
        for foreign in SYMBOLS.iter().chain(WORDS).chain(METHODS).filter(|f| f.means.is_some()) {
            assert!(foreign.builtin().is_some(), "{}", foreign.spelling);
        }
    }

    #[test]
    fn no_foreign_sign_is_one_of_ours() {
        for foreign in SYMBOLS {
            assert!(builtin::by_symbol(foreign.spelling).is_none(), "{}", foreign.spelling);
        }
        for foreign in WORDS {
            assert!(builtin::by_word(foreign.spelling).is_none(), "{}", foreign.spelling);
        }
    }

    #[test]
    fn longer_signs_come_before_their_prefixes() {
        for (place, foreign) in SYMBOLS.iter().enumerate() {
            let earlier = &SYMBOLS[..place];
            assert!(earlier.iter().all(|other| !foreign.spelling.starts_with(other.spelling)), "{}", foreign.spelling);
        }
    }

    #[test]
    fn every_unit_is_one_of_ours() {
        for (_, ours) in UNITS {
            assert!(ours.iter().all(|suffix| tamis_lang::unit::by_suffix(suffix).is_some()), "{ours:?}");
        }
    }
}
