//! A text in which a regular expression occurs.

use regex_syntax::hir::{Class, Hir, HirKind};
use tamis_lang::value::Constant;

/// The longest text that is made up.
const LONGEST: usize = 256;

/// The most parts of an expression that are looked at.
const MOST_PARTS: usize = 1024;

/// A short text that probably has a match; whether it does is to be tried.
pub(super) fn example(pattern: &str) -> Option<Constant> {
    let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).ok()?;
    let mut text: Vec<u8> = Vec::new();
    let mut open: Vec<&Hir> = vec![&hir];
    let mut n_parts = 0;
    while let Some(part) = open.pop() {
        n_parts += 1;
        if n_parts > MOST_PARTS || text.len() > LONGEST {
            return None;
        }
        match part.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.extend_from_slice(&literal.0),
            HirKind::Class(Class::Bytes(class)) => {
                text.push(plainest(&class.ranges().iter().map(|r| (r.start(), r.end())))?);
            }
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges().iter().map(|range| (range.start(), range.end()));
                let plain = ranges.clone().filter_map(|(low, high)| {
                    let (low, high) = (u8::try_from(low).ok()?, u8::try_from(high).unwrap_or(0x7f));
                    (low <= 0x7f).then_some((low, high.min(0x7f)))
                });
                match plainest(&plain) {
                    Some(byte) => text.push(byte),
                    None => text.extend(ranges.clone().next()?.0.to_string().bytes()),
                }
            }
            HirKind::Repetition(repetition) => {
                for _ in 0..repetition.min {
                    open.push(&repetition.sub);
                    if open.len() > MOST_PARTS {
                        return None;
                    }
                }
            }
            HirKind::Capture(capture) => open.push(&capture.sub),
            HirKind::Concat(parts) => open.extend(parts.iter().rev()),
            HirKind::Alternation(parts) => open.extend(parts.first()),
        }
    }
    Some(Constant::String(text.into()))
}

/// A letter or digit of some ranges, or else their first byte.
fn plainest(ranges: &(impl Iterator<Item = (u8, u8)> + Clone)) -> Option<u8> {
    let has = |byte: &u8| ranges.clone().any(|(low, high)| (low..=high).contains(byte));
    b"x1aA0-/".iter().copied().find(has).or_else(|| ranges.clone().next().map(|(low, _)| low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamis_lang::prepared::Pattern;

    #[test]
    fn examples_match() {
        for pattern in
            ["^/v[0-9]+/payments/[0-9a-f-]{36}$", "a|b", "(?i)bot|curl", r"^\d+x?$", "^$", "é+", r"\.(css|js)$", "."]
        {
            let Some(Constant::String(text)) = example(pattern) else { panic!("no example of {pattern}") };
            assert!(Pattern::new(pattern, 1 << 20).unwrap().is_match(&text), "{pattern}: {text:?}");
        }
    }
}
