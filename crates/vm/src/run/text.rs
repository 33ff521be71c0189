//! Texts against constants, in any case of letters.
//!
//! A text of ASCII letters is folded while it is compared; any other text goes through the kernel of `lower` or
//! `upper`, so there is one meaning of case in the language.
//! Even a constant of ASCII letters gives no way round that: the Kelvin sign is `k` in lower case.

use memchr::memmem::Finder;
use tamis_lang::builtin::{BuiltinId, Eval};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;

use crate::op::Fold;

/// Which part of a text must be the constant.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Whole,
    Start,
    End,
}

/// Whether a text without regard to case is `wanted` only where its letters are those of ASCII, in any case.
///
/// Other characters can become ASCII, too: the Kelvin sign a `k`, and a ligature or a sharp s some of `F`, `I`, `S`.
pub(super) fn only_ascii_folds_to(fold: Fold, wanted: &[u8]) -> bool {
    let comes_from_elsewhere = |byte: &u8| match fold {
        Fold::Keep => true,
        Fold::Lower(_) => !byte.is_ascii() || byte.is_ascii_uppercase() || *byte == b'k',
        Fold::Upper(_) => !byte.is_ascii() || byte.is_ascii_lowercase() || matches!(byte, b'F' | b'I' | b'S'),
    };
    !wanted.iter().any(comes_from_elsewhere)
}

/// Whether a part of a text is `wanted`; no answer for what is no text.
#[inline]
pub(crate) fn compare(value: Value<'_>, fold: Fold, part: Part, wanted: &[u8], scratch: &mut Scratch) -> Option<bool> {
    let Value::String(text) = value else { return None };
    match fold {
        Fold::Keep => Some(is_part(text, part, wanted)),
        Fold::Lower(function) => is_folded_part(text, part, wanted, u8::to_ascii_lowercase)
            .or_else(|| folded(value, function, scratch, |text| is_part(text, part, wanted))),
        Fold::Upper(function) => is_folded_part(text, part, wanted, u8::to_ascii_uppercase)
            .or_else(|| folded(value, function, scratch, |text| is_part(text, part, wanted))),
    }
}

/// Whether a text holds what a searcher looks for; no answer for what is no text.
#[inline(never)]
pub(crate) fn contains(value: Value<'_>, fold: Fold, finder: &Finder<'_>, scratch: &mut Scratch) -> Option<bool> {
    let found = |text: &[u8]| finder.find(text).is_some();
    match (fold, value) {
        (Fold::Keep, Value::String(text)) => Some(found(text)),
        (Fold::Keep, _) => None,
        (Fold::Lower(function) | Fold::Upper(function), _) => folded(value, function, scratch, found),
    }
}

#[inline]
pub(super) fn is_part(text: &[u8], part: Part, wanted: &[u8]) -> bool {
    match part {
        Part::Whole => same(text, wanted),
        Part::Start => starts(text, wanted),
        Part::End => {
            text.len().checked_sub(wanted.len()).and_then(|at| text.get(at..)).is_some_and(|end| same(end, wanted))
        }
    }
}

/// Whether a text begins with another one.
#[inline]
pub(super) fn starts(text: &[u8], wanted: &[u8]) -> bool {
    text.get(..wanted.len()).is_some_and(|start| same(start, wanted))
}

/// Whether two texts are equal; short ones are compared in place, without a call.
#[inline]
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a_start), Some(b_start), Some(a_end), Some(b_end)) =
        (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>())
    {
        return a_start == b_start && a_end == b_end && (a.len() <= 16 || a == b);
    }
    if let (Some(a_start), Some(b_start), Some(a_end), Some(b_end)) =
        (a.first_chunk::<4>(), b.first_chunk::<4>(), a.last_chunk::<4>(), b.last_chunk::<4>())
    {
        return a_start == b_start && a_end == b_end;
    }
    a.iter().eq(b)
}

/// The same for the letters of ASCII, each of them folded; no answer where others decide.
///
/// Letters are folded one by one, but for a last sigma, so what comes before or behind the piece plays no part in it.
#[inline]
fn is_folded_part(text: &[u8], part: Part, wanted: &[u8], fold: fn(&u8) -> u8) -> Option<bool> {
    let n = text.len().min(wanted.len());
    let piece = match part {
        Part::Whole if text.len() != wanted.len() => return text.is_ascii().then_some(false),
        Part::Whole => text,
        Part::Start => text.get(..n).unwrap_or_default(),
        Part::End => text.get(text.len() - n..).unwrap_or_default(),
    };
    let (mut bits, mut differing) = (0, 0);
    for (byte, wanted) in piece.iter().zip(wanted) {
        bits |= byte;
        differing |= fold(byte) ^ wanted;
    }
    (bits < 0x80).then_some(piece.len() == wanted.len() && differing == 0)
}

/// Asks about what a function makes of a text.
#[cold]
#[inline(never)]
fn folded(
    value: Value<'_>,
    function: BuiltinId,
    scratch: &mut Scratch,
    passes: impl Fn(&[u8]) -> bool,
) -> Option<bool> {
    let Eval::Pure(kernel) = function.get().eval else { return None };
    let answer = match kernel(&[value], scratch) {
        Some(Value::String(text)) => Some(passes(text)),
        _ => None,
    };
    scratch.reset();
    answer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use tamis_lang::builtin;

    use super::*;

    /// Letters whose case is not that of ASCII, some that are, and bytes that are no text.
    const LETTERS: &[&[u8]] = &[
        b"a",
        b"A",
        b"k",
        b"K",
        b"/",
        b"\xc3",
        b"\xff",
        "\u{212a}".as_bytes(),
        "ß".as_bytes(),
        "ẞ".as_bytes(),
        "Σ".as_bytes(),
        "ς".as_bytes(),
        "σ".as_bytes(),
        "é".as_bytes(),
        "É".as_bytes(),
        "İ".as_bytes(),
        "i".as_bytes(),
    ];

    fn text(longest: usize) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(select(LETTERS), 0..=longest).prop_map(|letters| letters.concat())
    }

    #[test]
    fn what_becomes_ascii_is_known() {
        let function = |name| builtin::by_function_name(name).unwrap();
        for (name, fold) in [("lower", Fold::Lower as fn(BuiltinId) -> Fold), ("upper", Fold::Upper)] {
            let fold = fold(function(name));
            let Eval::Pure(kernel) = function(name).get().eval else { panic!("`{name}` has no kernel") };
            for letter in ('\u{80}'..=char::MAX).map(String::from) {
                let scratch = Scratch::default();
                if let Some(Value::String(made)) = kernel(&[Value::String(letter.as_bytes())], &scratch)
                    && made.is_ascii()
                {
                    assert!(!only_ascii_folds_to(fold, made), "`{letter}` becomes {made:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn folded_texts_compare_as_the_kernels_say(text in text(4), other in text(2), cut in 0_usize..4, own in any::<bool>()) {
            let mut scratch = Scratch::default();
            for (name, fold) in [("lower", Fold::Lower as fn(BuiltinId) -> Fold), ("upper", Fold::Upper)] {
                let function = builtin::by_function_name(name).unwrap();
                let Eval::Pure(kernel) = function.get().eval else { panic!("`{name}` has no kernel") };
                let made = match kernel(&[Value::String(&text)], &Scratch::default()) {
                    Some(Value::String(made)) => made.to_vec(),
                    other => panic!("{other:?}"),
                };
                // A piece of what the kernel makes, or anything.
                let cut = cut.min(made.len());
                for wanted in if own { [&made[cut..], &made[..cut]] } else { [&other[..], &made[..]] } {
                    for (part, expected) in [
                        (Part::Whole, made == wanted),
                        (Part::Start, made.starts_with(wanted)),
                        (Part::End, made.ends_with(wanted)),
                    ] {
                        let found = compare(Value::String(&text), fold(function), part, wanted, &mut scratch);
                        prop_assert_eq!(found, Some(expected));
                    }
                    let expected = made.windows(wanted.len().max(1)).any(|window| window == wanted) || wanted.is_empty();
                    let found = contains(Value::String(&text), fold(function), &Finder::new(wanted), &mut scratch);
                    prop_assert_eq!(found, Some(expected));
                }
            }
        }
    }
}
