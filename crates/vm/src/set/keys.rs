//! Where a condition is filed: what a value has to be for it to hold.
//!
//! A condition that holds has a value that passes, whatever its mode is, so a look-up of every value finds it.
//! The opposite need not be true: a key may be found for a value that does not pass.

use std::net::IpAddr;

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind, Look};
use tamis_lang::prepared::{Element, Prepared, Set};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_types::hir::Quantifier;

use super::condition::{Kind, Letters, Operands};
use super::conditions::Opaque;
use super::core::Core;
use crate::op::{Action, Op, Sign};

/// The most elements of a set that have a key each.
const MOST_ELEMENTS: usize = 256;
/// The most texts of a regular expression that have a key each.
const MOST_TEXTS: usize = 64;
/// How many blocks of numbers cover bounds, at most plus one.
const BLOCKS: u32 = 4;

/// What a value of a field has to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'k> {
    /// There has to be one.
    Present,
    /// A number, or a boolean, in this block of `1 << level` numbers.
    Block { level: u32, block: u64 },
    /// An address of the fourth version in this block.
    Ip4 { level: u32, block: u64 },
    /// An address of the sixth version in this block.
    Ip6 { level: u32, block: u128 },
    /// A number from this one on.
    From(i64),
    /// A number up to this one.
    UpTo(i64),
    /// A text.
    Text(Letters, Part, &'k [u8]),
}

/// Which part of a text has to be another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Whole,
    Start,
    End,
    Within,
}

/// A key, the field that it is about, and how likely it is that a request has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filed<'k> {
    pub(super) slot: u16,
    pub(super) key: Key<'k>,
    pub(super) chance: f32,
}

/// Visits the keys of which a request has one if a condition holds for it; false where there are no such keys.
pub(super) fn visit(core: &Core, id: u32, file: &mut dyn FnMut(Filed<'_>)) -> bool {
    let Some(condition) = core.conditions.get(id) else { return false };
    let draft = core.conditions.draft(condition);
    let slot = draft.slot;
    let mut n_keys = 0;
    let mut put = |key: Key<'_>, chance: f32| {
        n_keys += 1;
        file(Filed { slot, key, chance });
    };
    let plain = draft.how.sign() == Sign::Plain;
    match (draft.kind, draft.operands) {
        (Kind::Sample, _) => return false,
        (Kind::Int | Kind::Duration | Kind::Size, Operands::Pair(low, high)) => {
            let (low, high) = (low.cast_signed(), high.cast_signed());
            if plain {
                numbers(low, high, &mut put);
            } else if low > high {
                put(Key::Present, PRESENT);
            } else {
                if let Some(below) = low.checked_sub(1) {
                    put(Key::UpTo(below), 0.5);
                }
                if let Some(above) = high.checked_add(1) {
                    put(Key::From(above), 0.5);
                }
            }
        }
        (Kind::Bool, _) => put(Key::Block { level: 0, block: offset(i64::from(plain)) }, 0.5),
        (Kind::Opaque, _) => return core.conditions.opaque(condition).is_some_and(|it| opaque(it, file)),
        // Some value does not pass: that says hardly anything about it.
        (Kind::Exists, _) => put(Key::Present, PRESENT),
        _ if !plain => put(Key::Present, PRESENT),
        (Kind::TextIs, Operands::Text(text)) => put_text(draft.how.letters(), Part::Whole, text, &mut put),
        (Kind::TextStarts, Operands::Text(text)) => put_text(draft.how.letters(), Part::Start, text, &mut put),
        (Kind::TextEnds, Operands::Text(text)) => put_text(draft.how.letters(), Part::End, text, &mut put),
        (Kind::TextHas, Operands::Text(text)) => put_text(draft.how.letters(), Part::Within, text, &mut put),
        (Kind::Ip4, Operands::Pair(low, high)) => ip4(low, high, &mut put),
        (Kind::Ip6, Operands::Ip6(bounds)) => {
            if let [first, last] = bounds.as_chunks::<16>().0 {
                ip6(u128::from_be_bytes(*first), u128::from_be_bytes(*last), &mut put);
            }
        }
        (Kind::Prepared, Operands::Prepared(operator, prepared)) => match (operator.get().name, prepared) {
            // A network that lies within an element is in the set, too.
            ("in", Prepared::Set(set)) if core.field(slot.into()).is_some_and(|field| field.ty != Ty::Network) => {
                elements(set, &mut put);
            }
            ("~", Prepared::Pattern(pattern)) => regex(pattern.as_str(), &mut put),
            _ => put(Key::Present, PRESENT),
        },
        (Kind::Kernel, Operands::Kernel(operator, Constant::String(glob))) if operator.get().name == "like" => {
            like(glob, &mut put);
        }
        _ => put(Key::Present, PRESENT),
    }
    if n_keys == 0 {
        // It never holds, which is not known before the field is.
        file(Filed { slot, key: Key::Present, chance: 1.0 / 65_536.0 });
    }
    true
}

/// How likely it is that a request has a field at all.
const PRESENT: f32 = 0.7;

fn put_text(letters: Letters, part: Part, text: &[u8], put: &mut dyn FnMut(Key<'_>, f32)) {
    if text.is_empty() && part != Part::Whole {
        return put(Key::Present, PRESENT);
    }
    let chance = match (part, text.len()) {
        (Part::Whole, 30..) => 1.0 / 4096.0,
        (Part::Whole, 13..30) => 1.0 / 512.0,
        (Part::Start | Part::End, 13..) => 1.0 / 256.0,
        (Part::Whole, 8..13) | (Part::Start | Part::End, 9..13) => 1.0 / 64.0,
        (Part::Whole, 5..8) | (Part::Start | Part::End, 5..9) => 1.0 / 16.0,
        (Part::Whole, 0..5) => 1.0 / 8.0,
        (Part::Start | Part::End, 0..5) => 1.0 / 4.0,
        // The whole text has to be read.
        (Part::Within, 9..) => 1.0 / 48.0,
        (Part::Within, 5..9) => 1.0 / 14.0,
        (Part::Within, 0..5) => 1.0 / 6.0,
    };
    put(Key::Text(letters, part, text), chance);
}

/// A number, moved so that the order is that of unsigned ones.
pub(super) const fn offset(n: i64) -> u64 {
    n.cast_unsigned() ^ (1 << 63)
}

/// Numbers between bounds: one-sided as they are, others by the blocks that cover them.
fn numbers(low: i64, high: i64, put: &mut dyn FnMut(Key<'_>, f32)) {
    match (low, high) {
        // No number.
        _ if low > high => {}
        (i64::MIN, i64::MAX) => put(Key::Present, PRESENT),
        (i64::MIN, _) => put(Key::UpTo(high), 0.34),
        (_, i64::MAX) => put(Key::From(low), 0.33),
        _ => {
            let width = high.abs_diff(low);
            let chance = if width == 0 { 1.0 / 16.0 } else { 1.0 / 5.0 };
            blocks(offset(low), offset(high), chance, &mut |level, block, chance| {
                put(Key::Block { level, block }, chance);
            });
        }
    }
}

/// The blocks of one size that cover bounds.
fn blocks(low: u64, high: u64, chance: f32, put: &mut dyn FnMut(u32, u64, f32)) {
    let width = high - low;
    let smallest = (u64::BITS - width.leading_zeros()).saturating_sub(BLOCKS.ilog2());
    // One block, if there is one that begins and ends like this.
    let whole = u64::BITS - width.leading_zeros();
    let is_one_block = whole < u64::BITS && width + 1 == 1 << whole && low.trailing_zeros().min(63) >= whole;
    let level = if is_one_block { whole } else { smallest };
    let (first, last) = (low >> level, high >> level);
    #[expect(clippy::cast_precision_loss, reason = "there are few blocks")]
    let each = chance / (last - first + 1) as f32;
    for block in first..=last {
        put(level, block, each);
    }
}

fn ip4(low: u64, high: u64, put: &mut dyn FnMut(Key<'_>, f32)) {
    if low > high {
        return;
    }
    let bits = 64 - (high - low).leading_zeros();
    // A network of 24 bits is one in some thousand.
    let chance = 0.76_f32.powi(32_i32.saturating_sub_unsigned(bits));
    blocks(low, high, chance, &mut |level, block, chance| put(Key::Ip4 { level, block }, chance));
}

fn ip6(first: u128, last: u128, put: &mut dyn FnMut(Key<'_>, f32)) {
    if first > last {
        return;
    }
    let level = u128::BITS - (last - first).leading_zeros();
    let is_block = level < u128::BITS && last - first == (1 << level) - 1 && first.trailing_zeros().min(127) >= level;
    if !is_block {
        return put(Key::Present, PRESENT);
    }
    put(Key::Ip6 { level, block: first >> level }, 0.001);
}

/// One key or more for each element of a set.
fn elements(set: &Set, put: &mut dyn FnMut(Key<'_>, f32)) {
    let all = set.elements();
    let has_key = |element: &Element| match element {
        Element::Value(value) => !matches!(value, Constant::Float(_)),
        Element::Range(low, _) => matches!(low, Constant::Int(_) | Constant::Duration(_) | Constant::Size(_)),
    };
    if all.len() > MOST_ELEMENTS || !all.iter().all(has_key) {
        return put(Key::Present, PRESENT);
    }
    for element in all {
        match element {
            Element::Value(Constant::Bool(truth)) => {
                put(Key::Block { level: 0, block: offset(i64::from(*truth)) }, 0.5);
            }
            Element::Value(Constant::Int(n) | Constant::Duration(n) | Constant::Size(n)) => numbers(*n, *n, put),
            Element::Value(Constant::String(text)) => put_text(Letters::Kept, Part::Whole, text, put),
            Element::Value(Constant::Ip(address)) => between(*address, *address, put),
            Element::Value(Constant::Network(network)) => between(network.network(), network.broadcast(), put),
            Element::Range(Constant::Int(low), Constant::Int(high))
            | Element::Range(Constant::Duration(low), Constant::Duration(high))
            | Element::Range(Constant::Size(low), Constant::Size(high)) => numbers(*low, *high, put),
            // Looked at above.
            Element::Value(Constant::Float(_)) | Element::Range(..) => {}
        }
    }
}

fn between(first: IpAddr, last: IpAddr, put: &mut dyn FnMut(Key<'_>, f32)) {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => ip4(first.to_bits().into(), last.to_bits().into(), put),
        (IpAddr::V6(first), IpAddr::V6(last)) => ip6(first.to_bits(), last.to_bits(), put),
        _ => put(Key::Present, PRESENT),
    }
}

/// The text with which a value begins or ends, or the longest one within, of a file pattern.
fn like(glob: &[u8], put: &mut dyn FnMut(Key<'_>, f32)) {
    let mut pieces: Vec<Vec<u8>> = vec![Vec::new()];
    let mut rest = glob;
    loop {
        let (byte, len) = match rest {
            [] => break,
            [b'*' | b'?', after @ ..] => {
                pieces.push(Vec::new());
                rest = after;
                continue;
            }
            [b'\\', byte, ..] => (*byte, 2),
            [byte, ..] => (*byte, 1),
        };
        pieces.last_mut().into_iter().for_each(|piece| piece.push(byte));
        rest = rest.get(len..).unwrap_or_default();
    }
    let longest = pieces.iter().map(Vec::as_slice).max_by_key(|piece| piece.len()).unwrap_or_default();
    match pieces.as_slice() {
        [whole] => put_text(Letters::Kept, Part::Whole, whole, put),
        [first, .., last] if first.len() >= last.len() && first.len() * 2 >= longest.len() && !first.is_empty() => {
            put_text(Letters::Kept, Part::Start, first, put);
        }
        [.., last] if last.len() * 2 >= longest.len() && !last.is_empty() => {
            put_text(Letters::Kept, Part::End, last, put);
        }
        _ => put_text(Letters::Kept, Part::Within, longest, put),
    }
}

/// Texts of which one has to occur where a regular expression does.
fn regex(pattern: &str, put: &mut dyn FnMut(Key<'_>, f32)) {
    let Ok(hir) = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern) else {
        return put(Key::Present, PRESENT);
    };
    let mut best: Option<(f32, Part, Vec<Vec<u8>>)> = None;
    let mut consider = |part: Part, kind: ExtractKind, hir: &Hir| {
        let Some(texts) = texts(kind, hir) else { return };
        let mut chance = 0.0;
        for text in &texts {
            put_text(Letters::Kept, part, text, &mut |_, own| chance += own);
        }
        if best.as_ref().is_none_or(|(least, ..)| chance < *least) {
            best = Some((chance, part, texts));
        }
    };
    let anchors = hir.properties();
    if anchors.look_set_prefix().contains(Look::Start) {
        consider(Part::Start, ExtractKind::Prefix, &hir);
    }
    if anchors.look_set_suffix().contains(Look::End) {
        consider(Part::End, ExtractKind::Suffix, &hir);
    }
    consider(Part::Within, ExtractKind::Prefix, &hir);
    let mut whole = &hir;
    while let HirKind::Capture(capture) = whole.kind() {
        whole = &capture.sub;
    }
    if let HirKind::Concat(parts) = whole.kind() {
        parts.iter().for_each(|part| consider(Part::Within, ExtractKind::Prefix, part));
    }
    match best {
        Some((chance, part, texts)) if chance < PRESENT => {
            for text in texts {
                put_text(Letters::Kept, part, &text, put);
            }
        }
        _ => put(Key::Present, PRESENT),
    }
}

/// The texts with one of which every match begins or ends; none where one is empty or there are many.
fn texts(kind: ExtractKind, hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut found = Extractor::new().kind(kind).limit_total(MOST_TEXTS).extract(hir);
    found.dedup();
    let texts: Vec<Vec<u8>> = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    (!texts.is_empty() && texts.len() <= MOST_TEXTS && texts.iter().all(|text| !text.is_empty())).then_some(texts)
}

/// The fields without which an opaque condition cannot hold.
fn opaque(opaque: &Opaque, file: &mut dyn FnMut(Filed<'_>)) -> bool {
    let program = &opaque.program.program;
    let Some(instruction) = program.instructions.get(opaque.at as usize) else { return false };
    let needed = match instruction.op {
        Op::Quantified { quantifier: Quantifier::Any | Quantifier::All, field, .. } => Some(field),
        Op::Compare { comparison } => {
            // With `??` a side may have a value where the field has none, and a count always has one.
            let comparison = program.comparison(comparison);
            let is_plain = comparison.is_some_and(|it| {
                it.left_sides.is_empty() && !it.steps.iter().any(|step| matches!(step.action, Action::Count { .. }))
            });
            comparison.filter(|_| is_plain).and_then(|comparison| comparison.fields.first().copied())
        }
        _ => None,
    };
    let slot = needed.and_then(|slot| opaque.slots.get(slot.0 as usize).copied());
    let Some(slot) = slot else { return false };
    file(Filed { slot, key: Key::Present, chance: PRESENT });
    true
}
