//! Bytes to numbers and back, lowest byte first.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tamis_lang::builtin::BuiltinId;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Threshold;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_types::hir::{Mode, Quantifier};

use super::Reason;
use super::needs::Needs;
use crate::op::{
    BodyLen, Bounds, ComparisonRef, ConstantRef, Durations, FinderRef, Fold, Ints, Jump, LeafPlace, Level,
    OperandCount, PreparedRef, Sign, Sizes, Slot, Subject, Target, TextRef,
};

/// Bytes that grow.
pub(crate) struct Writer<'n> {
    pub(super) bytes: Vec<u8>,
    pub(super) needs: &'n Needs,
}

/// Bytes that are read from the front.
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    pub(super) needs: Needs,
}

/// What has a form in bytes.
pub(crate) trait Wire: Sized {
    /// Writes it.
    fn write(&self, out: &mut Writer<'_>);

    /// Reads it; there is exactly one form of each value, and no other one is read.
    fn read(input: &mut Reader<'_>) -> Result<Self, Reason>;
}

impl Writer<'_> {
    /// A text with its length before it.
    pub(super) fn text(&mut self, text: &[u8]) {
        count(text.len()).write(self);
        self.bytes.extend_from_slice(text);
    }

    /// Rows with their number before them.
    pub(super) fn rows<T>(&mut self, rows: &[T], mut write: impl FnMut(&T, &mut Self)) {
        count(rows.len()).write(self);
        for row in rows {
            write(row, self);
        }
    }
}

impl<'b> Reader<'b> {
    /// From the first byte.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, needs: Needs::default() }
    }

    /// How many are left.
    pub(super) const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next bytes.
    pub(super) fn take(&mut self, n: usize) -> Result<&'b [u8], Reason> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len());
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(Reason::Truncated { wanted: n, left: self.left() })?;
        self.at += n;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| Reason::Truncated { wanted: N, left: taken.len() })
    }

    /// A text with its length before it.
    pub(super) fn text(&mut self) -> Result<&'b [u8], Reason> {
        let len = u32::read(self)?;
        self.take(len as usize)
    }

    /// The same, of text that people read.
    pub(super) fn utf8(&mut self) -> Result<&'b str, Reason> {
        std::str::from_utf8(self.text()?).map_err(|_| Reason::NotText {})
    }

    /// How many rows follow, each of which takes some bytes at least.
    ///
    /// A number that the bytes that are left cannot hold is refused before anything is made of it.
    pub(super) fn count(&mut self, smallest: usize) -> Result<usize, Reason> {
        let n = u32::read(self)? as usize;
        if n.saturating_mul(smallest.max(1)) > self.left() {
            return Err(Reason::Truncated { wanted: n.saturating_mul(smallest.max(1)), left: self.left() });
        }
        Ok(n)
    }

    fn byte(&mut self, what: &'static str, allowed: std::ops::Range<u8>) -> Result<u8, Reason> {
        let [byte] = self.array()?;
        if allowed.contains(&byte) {
            Ok(byte)
        } else {
            Err(Reason::BadByte { what, allowed: allowed.end, found: byte })
        }
    }
}

/// A number of rows; tables are far smaller than 32 bits allow.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

macro_rules! numbers {
    ($($ty:ty),*) => {
        $(impl Wire for $ty {
            fn write(&self, out: &mut Writer<'_>) {
                out.bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
                Ok(Self::from_le_bytes(input.array()?))
            }
        })*
    };
}

numbers! { u8, u16, u32, u64, i64 }

impl Wire for f64 {
    fn write(&self, out: &mut Writer<'_>) {
        self.to_bits().write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        u64::read(input).map(Self::from_bits)
    }
}

impl Wire for bool {
    fn write(&self, out: &mut Writer<'_>) {
        u8::from(*self).write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        Ok(input.byte("a truth value", 0..2)? == 1)
    }
}

/// Something that is one number.
macro_rules! wrapped {
    ($($ty:ident($inner:ty)),* $(,)?) => {
        $(impl Wire for $ty {
            fn write(&self, out: &mut Writer<'_>) {
                self.0.write(out);
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
                <$inner>::read(input).map($ty)
            }
        })*
    };
}

wrapped! {
    Slot(u32), Level(u32), FinderRef(u32), PreparedRef(u32), ConstantRef(u32), ComparisonRef(u32), BodyLen(u32),
    OperandCount(u32), Ints(Bounds), Durations(Bounds), Sizes(Bounds),
}

/// One of a few, as a byte.
macro_rules! choices {
    ($($ty:ty, $what:literal of $n:literal: $($variant:path = $byte:literal),*;)*) => {
        $(impl Wire for $ty {
            fn write(&self, out: &mut Writer<'_>) {
                let byte: u8 = match self {
                    $($variant => $byte,)*
                };
                byte.write(out);
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
                match u8::read(input)? {
                    $($byte => Ok($variant),)*
                    found => Err(Reason::BadByte { what: $what, allowed: $n, found }),
                }
            }
        })*
    };
}

choices! {
    Mode, "a mode" of 2: Mode::All = 0, Mode::Any = 1;
    Sign, "a sign" of 2: Sign::Plain = 0, Sign::Negated = 1;
    Quantifier, "a quantifier" of 3: Quantifier::Any = 0, Quantifier::All = 1, Quantifier::None = 2;
}

impl Wire for Bounds {
    fn write(&self, out: &mut Writer<'_>) {
        self.low.write(out);
        self.high.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let (low, high) = (i64::read(input)?, i64::read(input)?);
        Ok(Self { low, high })
    }
}

impl Wire for Subject {
    fn write(&self, out: &mut Writer<'_>) {
        self.bits().write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        u32::read(input).map(Self::from_bits)
    }
}

impl Wire for Target {
    fn write(&self, out: &mut Writer<'_>) {
        self.bits().write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        u32::read(input).map(Self::from_bits)
    }
}

impl Wire for TextRef {
    fn write(&self, out: &mut Writer<'_>) {
        self.start.write(out);
        self.len.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let (start, len) = (u32::read(input)?, u32::read(input)?);
        Ok(Self { start, len })
    }
}

impl Wire for Span {
    fn write(&self, out: &mut Writer<'_>) {
        self.start.write(out);
        self.end.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let (start, end) = (u32::read(input)?, u32::read(input)?);
        if start > end { Err(Reason::InvertedSpan { start, end }) } else { Ok(Self { start, end }) }
    }
}

impl Wire for IpAddr {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::V4(address) => {
                4_u8.write(out);
                out.bytes.extend_from_slice(&address.octets());
            }
            Self::V6(address) => {
                6_u8.write(out);
                out.bytes.extend_from_slice(&address.octets());
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        match u8::read(input)? {
            4 => input.array::<4>().map(|octets| Self::V4(Ipv4Addr::from(octets))),
            6 => input.array::<16>().map(|octets| Self::V6(Ipv6Addr::from(octets))),
            found => Err(Reason::BadFamily { found }),
        }
    }
}

impl Wire for Threshold {
    fn write(&self, out: &mut Writer<'_>) {
        self.get().write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let bits = u64::read(input)?;
        Self::from_bits(bits).ok_or(Reason::BadThreshold { found: bits })
    }
}

/// Its place among the functions that the program needs.
impl Wire for BuiltinId {
    fn write(&self, out: &mut Writer<'_>) {
        out.needs.place_of_function(*self).write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let place = u16::read(input)?;
        input.needs.function(place)
    }
}

impl Wire for Fold {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Keep => 0_u8.write(out),
            Self::Lower(function) => {
                1_u8.write(out);
                function.write(out);
            }
            Self::Upper(function) => {
                2_u8.write(out);
                function.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let kind = input.byte("a way to fold letters", 0..3)?;
        let function = |input: &mut Reader<'_>, name: &'static str| {
            let function = BuiltinId::read(input)?;
            let found = function.get().name;
            if found == name { Ok(function) } else { Err(Reason::WrongFunction { expected: name, found }) }
        };
        match kind {
            1 => function(input, "lower").map(Self::Lower),
            2 => function(input, "upper").map(Self::Upper),
            _ => Ok(Self::Keep),
        }
    }
}

/// Its place among the types that the program needs.
impl Wire for Ty {
    fn write(&self, out: &mut Writer<'_>) {
        out.needs.place_of_type(*self).write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let place = u16::read(input)?;
        input.needs.ty(place)
    }
}

/// Its place among the phases that the program needs.
impl Wire for Phase {
    fn write(&self, out: &mut Writer<'_>) {
        out.needs.place_of_phase(*self).write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        let place = u16::read(input)?;
        input.needs.phase(place)
    }
}

/// It follows from the steps before it.
impl Wire for LeafPlace {
    fn write(&self, _: &mut Writer<'_>) {}

    fn read(_: &mut Reader<'_>) -> Result<Self, Reason> {
        Ok(Self { local: 0, number: 0 })
    }
}

/// Only the step behind the right side is written.
impl Wire for Jump {
    fn write(&self, out: &mut Writer<'_>) {
        self.end.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Reason> {
        u32::read(input).map(|end| Self { left: 0, end })
    }
}
