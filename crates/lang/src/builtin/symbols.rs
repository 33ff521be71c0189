//! Operator symbols by their first byte, computed from the records when Tamis is compiled.
#![expect(clippy::indexing_slicing, reason = "in constants: an index out of bounds would not compile")]

use super::record::Form;
use super::{BUILTINS, BuiltinId};

/// One spelling of an infix operator.
#[derive(Clone, Copy)]
struct Symbol {
    text: &'static str,
    id: u8,
}

/// How many symbols there are.
const LEN: usize = {
    let mut len = 0;
    let mut place = 0;
    while place < BUILTINS.len() {
        if let Form::Infix { symbols, .. } = BUILTINS[place].form {
            len += symbols.len();
        }
        place += 1;
    }
    len
};

/// Every symbol, grouped by first byte, within a group the longest first.
const SYMBOLS: [Symbol; LEN] = {
    let mut all = [Symbol { text: "", id: 0 }; LEN];
    let mut len = 0;
    let mut place: u8 = 0;
    while (place as usize) < BUILTINS.len() {
        if let Form::Infix { symbols, .. } = BUILTINS[place as usize].form {
            let mut n = 0;
            while n < symbols.len() {
                all[len] = Symbol { text: symbols[n], id: place };
                len += 1;
                n += 1;
            }
        }
        place += 1;
    }
    sorted(all)
};

/// For each ASCII byte the range of the symbols that begin with it.
const BY_FIRST_BYTE: [(u8, u8); 128] = {
    let mut ranges = [(0, 0); 128];
    let mut place: u8 = 0;
    while (place as usize) < LEN {
        let byte = SYMBOLS[place as usize].text.as_bytes()[0] as usize;
        if ranges[byte].1 == 0 {
            ranges[byte].0 = place;
        }
        ranges[byte].1 = place + 1;
        place += 1;
    }
    ranges
};

/// Insertion sort: by first byte, then by falling length.
const fn sorted(mut all: [Symbol; LEN]) -> [Symbol; LEN] {
    let mut end = 1;
    while end < LEN {
        let mut at = end;
        while at > 0 && comes_before(all[at].text, all[at - 1].text) {
            let swapped = all[at];
            all[at] = all[at - 1];
            all[at - 1] = swapped;
            at -= 1;
        }
        end += 1;
    }
    all
}

const fn comes_before(a: &str, b: &str) -> bool {
    let (first_a, first_b) = (a.as_bytes()[0], b.as_bytes()[0]);
    first_a < first_b || (first_a == first_b && a.len() > b.len())
}

/// The longest infix operator at the start of a text, with its length in bytes.
///
/// ```
/// use tamis_lang::builtin;
/// let (id, len) = builtin::longest_symbol("==-1").unwrap();
/// assert_eq!((id.get().name, len), ("==", 2));
/// assert!(builtin::longest_symbol("=1").is_none());
/// ```
#[must_use]
pub fn longest_symbol(text: &str) -> Option<(BuiltinId, usize)> {
    let first = *text.as_bytes().first()?;
    let (start, end) = *BY_FIRST_BYTE.get(usize::from(first))?;
    let candidates = SYMBOLS.get(usize::from(start)..usize::from(end))?;
    let found = candidates.iter().find(|symbol| text.starts_with(symbol.text))?;
    Some((BuiltinId(found.id), found.text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_found_whole() {
        for symbol in SYMBOLS {
            let (id, len) = longest_symbol(symbol.text).unwrap();
            assert_eq!(len, symbol.text.len());
            assert!(id.get().spellings().any(|spelling| spelling == symbol.text));
        }
    }
}
