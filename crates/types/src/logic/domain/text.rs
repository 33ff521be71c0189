//! Texts: stretches of the order of bytes, or what an automaton reaches.

use tamis_lang::prepared::Element;
use tamis_lang::value::Constant;

use super::automaton::{self, Machine};
use super::{Bound, constants};

/// Texts of every kind that the bounds tell apart; none where there are too many.
///
/// Equality, order and prefixes are stretches of the order of texts by bytes, so the first text of each stretch is
/// enough.
/// Where a bound looks at the end or the middle, an automaton reads texts with all bounds at once, and one text for
/// each of its states is enough.
pub(super) fn texts(bounds: &[Bound<'_>]) -> Option<Vec<Constant>> {
    let is_stretch =
        |bound: &Bound<'_>| matches!(bound, Bound::Equal(_) | Bound::Order(_) | Bound::Prefix(_) | Bound::Set(_));
    let mut found: Vec<Vec<u8>> = guess(bounds);
    if bounds.iter().all(is_stretch) {
        found.extend(firsts(bounds));
    } else {
        found.extend(automaton::reached(&machines(bounds), bounds.iter().any(is_ordered))?);
    }
    Some(strings(found))
}

/// Texts near the bounds, without a claim that they are all.
pub(super) fn guesses(bounds: &[Bound<'_>]) -> Vec<Constant> {
    let mut found = guess(bounds);
    found.extend(firsts(bounds));
    strings(found)
}

fn strings(texts: Vec<Vec<u8>>) -> Vec<Constant> {
    texts.into_iter().map(|text| Constant::String(text.into())).collect()
}

fn is_ordered(bound: &Bound<'_>) -> bool {
    match bound {
        Bound::Order(_) => true,
        Bound::Set(set) => set.elements().iter().any(|element| matches!(element, Element::Range(..))),
        Bound::Equal(_) | Bound::Prefix(_) | Bound::Suffix(_) | Bound::Contains(_) | Bound::Like(_) => false,
    }
}

/// Plain texts that satisfy a bound, and one that probably satisfies none.
fn guess(bounds: &[Bound<'_>]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    found.extend(bytes(bounds).map(<[u8]>::to_vec));
    for bound in bounds {
        match bound {
            Bound::Prefix(text) => found.extend([text.to_vec(), [text, b"x".as_slice()].concat()]),
            Bound::Suffix(text) => found.extend([text.to_vec(), [b"x", *text].concat()]),
            Bound::Contains(text) => found.extend([text.to_vec(), [b"x", *text, b"x"].concat()]),
            Bound::Like(glob) => found.push(glob.iter().filter(|byte| **byte != b'*').copied().collect()),
            Bound::Equal(_) | Bound::Order(_) | Bound::Set(_) => {}
        }
    }
    // Prefix and suffix at once.
    for first in bounds {
        for second in bounds {
            if let (Bound::Prefix(start), Bound::Suffix(end)) = (first, second) {
                found.push([*start, *end].concat());
            }
        }
    }
    found.push(b"x".to_vec());
    found
}

/// The constants that are texts.
fn bytes<'b>(bounds: &'b [Bound<'b>]) -> impl Iterator<Item = &'b [u8]> {
    constants(bounds).filter_map(|constant| if let Constant::String(text) = constant { Some(&**text) } else { None })
}

/// The first text of every stretch.
fn firsts(bounds: &[Bound<'_>]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = vec![Vec::new()];
    for text in bytes(bounds) {
        // Between a text and the text with a zero behind it there is none.
        found.extend([text.to_vec(), [text, &[0]].concat()]);
    }
    for bound in bounds {
        if let Bound::Prefix(prefix) = bound {
            found.push(prefix.to_vec());
            found.extend(behind(prefix));
        }
    }
    found
}

/// The first text behind all that begin with a prefix.
fn behind(prefix: &[u8]) -> Option<Vec<u8>> {
    let end = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut text = prefix.get(..=end)?.to_vec();
    *text.last_mut()? += 1;
    Some(text)
}

fn machines<'b>(bounds: &'b [Bound<'b>]) -> Vec<Machine<'b>> {
    let mut machines: Vec<Machine<'b>> = bytes(bounds).map(Machine::Whole).collect();
    for bound in bounds {
        match bound {
            Bound::Prefix(text) => machines.push(Machine::Whole(text)),
            Bound::Suffix(text) => machines.push(Machine::suffix(text)),
            Bound::Contains(text) => machines.push(Machine::part(text)),
            Bound::Like(glob) => machines.push(Machine::glob(glob)),
            Bound::Equal(_) | Bound::Order(_) | Bound::Set(_) => {}
        }
    }
    machines
}
