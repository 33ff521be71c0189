//! Conditions of a set: each stands once, however many rules ask it.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::prepared::Prepared;
use tamis_lang::value::Constant;
use tamis_types::hir::Mode;

use crate::op::{Fold, Sign};

/// What a condition asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// An integer lies within bounds, which are `a` and `b`.
    Int,
    /// A duration lies within bounds.
    Duration,
    /// A size lies within bounds.
    Size,
    /// A boolean is true.
    Bool,
    /// A text is the one that `a` points to; `b` is its head.
    TextIs,
    /// A text begins so.
    TextStarts,
    /// A text ends so.
    TextEnds,
    /// A text has this in it.
    TextHas,
    /// An address of the fourth version lies between `a` and `b`.
    Ip4,
    /// An address of the sixth version lies between the two that `a` points to, 16 bytes each.
    Ip6,
    /// A value passes an operator that takes a set or a pattern; `b` is the place of both.
    Prepared,
    /// A value and a constant pass the kernel of an operator; `b` is the place of both.
    Kernel,
    /// A field has a value.
    Exists,
    /// The request is in the share that has the threshold `a`.
    Sample,
    /// Anything else: the opaque instruction in place `a`.
    Opaque,
}

/// How the values of a field are asked, packed into a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct How(u8);

impl How {
    const ANY: u8 = 1;
    const NEGATED: u8 = 2;
    const LOWER: u8 = 4;
    const UPPER: u8 = 8;

    /// Packs a mode, a sign and what is done to letters.
    pub(super) const fn new(mode: Mode, sign: Sign, fold: Fold) -> Self {
        let mode = if matches!(mode, Mode::Any) { Self::ANY } else { 0 };
        let sign = if matches!(sign, Sign::Negated) { Self::NEGATED } else { 0 };
        let fold = match fold {
            Fold::Keep => 0,
            Fold::Lower(_) => Self::LOWER,
            Fold::Upper(_) => Self::UPPER,
        };
        Self(mode | sign | fold)
    }

    pub(super) const fn mode(self) -> Mode {
        if self.0 & Self::ANY == 0 { Mode::All } else { Mode::Any }
    }

    pub(super) const fn sign(self) -> Sign {
        Sign::of(self.0 & Self::NEGATED != 0)
    }

    pub(super) const fn letters(self) -> Letters {
        match self.0 & (Self::LOWER | Self::UPPER) {
            0 => Letters::Kept,
            Self::LOWER => Letters::Lower,
            _ => Letters::Upper,
        }
    }

    /// The byte, for hashing.
    pub(super) const fn bits(self) -> u8 {
        self.0
    }
}

/// What is done to letters before a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    Kept,
    Lower,
    Upper,
}

/// A condition, in 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    /// What it asks.
    pub(super) kind: Kind,
    /// How the values are asked.
    pub(super) how: How,
    /// The field; of what has none or several, zero.
    pub(super) slot: u16,
    /// How often it stands in rules; none where its place is free.
    pub(super) uses: u32,
    /// The first operand.
    pub(super) a: u64,
    /// The second operand.
    pub(super) b: u64,
}

const _: () = assert!(size_of::<Condition>() == 24);

impl Condition {
    /// The bounds of a number, both included.
    pub(super) const fn bounds(&self) -> (i64, i64) {
        (self.a.cast_signed(), self.b.cast_signed())
    }

    /// The place of a text in the pool.
    pub(super) const fn text(&self) -> Place {
        Place::unpack(self.a)
    }
}

/// A piece of the pool of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its first byte.
    pub(super) start: u32,
    /// How many bytes it has.
    pub(super) len: u32,
}

impl Place {
    pub(super) const fn pack(self) -> u64 {
        ((self.len as u64) << 32) | self.start as u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "the two halves were 32 bits each")]
    const fn unpack(bits: u64) -> Self {
        Self { start: bits as u32, len: (bits >> 32) as u32 }
    }

    /// The piece itself.
    #[inline]
    pub(super) fn of(self, pool: &[u8]) -> &[u8] {
        let start = self.start as usize;
        pool.get(start..start + self.len as usize).unwrap_or_default()
    }
}

/// A condition as it comes out of a program, with operands that are still the program's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft<'p> {
    pub(super) kind: Kind,
    pub(super) how: How,
    pub(super) slot: u16,
    pub(super) operands: Operands<'p>,
}

/// What a condition compares with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operands<'p> {
    /// Numbers.
    Pair(u64, u64),
    /// A text.
    Text(&'p [u8]),
    /// The first and the last address.
    Ip6(&'p [u8; 32]),
    /// A set or a pattern.
    Prepared(BuiltinId, &'p Prepared),
    /// A constant.
    Kernel(BuiltinId, &'p Constant),
    /// An instruction, in words that are the same exactly for equal instructions.
    Opaque(&'p str),
}
