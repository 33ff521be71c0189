//! Values of a wanted type: fields, literals, operations.

use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::catalog::{SAMPLES, Sample};
use super::draft::Piece;
use super::literal::literal;
use super::writer::{Binding, Mode, NamedValue, Writer};

/// What is known of a value that was written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    /// Whether it is a literal, which takes the type of what it is compared with.
    pub(super) is_literal: bool,
    /// In what a bare number beside it counts.
    pub(super) unit: Option<(Ty, i64)>,
}

/// How tightly a value has to bind where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Anything.
    Sum,
    /// No sum.
    Product,
    /// No product.
    Default,
    /// No `??` and no sign.
    Atom,
}

impl Writer<'_> {
    /// Writes a value of a type.
    pub(super) fn value(&mut self, ty: Ty, level: Level) -> Written {
        let start = self.pieces.len();
        let (written, own) = self.bare_value(ty);
        if own < level || self.source.one_in(25) {
            self.enclose(start);
        }
        written
    }

    /// Writes a value without parentheses around it, and says how tightly it binds.
    fn bare_value(&mut self, ty: Ty) -> (Written, Level) {
        let simple = !self.spend();
        match self.source.below(if simple { 6 } else { 12 }) {
            0..=3 => (self.field_value(ty), Level::Atom),
            4 | 5 => (self.literal_value(ty), Level::Atom),
            6 => self.default_value(ty),
            _ => self.operation(ty),
        }
    }

    /// Writes a literal, or the name of one.
    pub(super) fn literal_value(&mut self, ty: Ty) -> Written {
        if let Some(named) = self.named(ty, true) {
            return named;
        }
        let literal = literal(ty, &mut self.source);
        self.pieces.extend(literal.pieces);
        self.constants.push(literal.value);
        Written { is_literal: true, ..Written::default() }
    }

    /// Writes a field, a name or a variable of a type.
    pub(super) fn field_value(&mut self, ty: Ty) -> Written {
        if let Some(written) = self.variable(ty) {
            return written;
        }
        if let Some(written) = self.named(ty, false) {
            return written;
        }
        let fields = self.places(|sample| sample.ty == ty && sample.is_plain());
        match self.source.pick(&fields).copied() {
            Some(field) => self.field(field),
            None => Written::default(),
        }
    }

    /// Writes a variable of the quantifiers around.
    fn variable(&mut self, ty: Ty) -> Option<Written> {
        // An inner variable hides an outer one of the same name.
        let is_seen = |at: usize, name: &str| self.variables.iter().skip(at + 1).all(|inner| inner.name != name);
        let all = self.variables.iter().enumerate();
        let fitting: Vec<Binding> = all.filter(|(at, v)| v.ty == ty && is_seen(*at, v.name)).map(|(_, v)| *v).collect();
        if fitting.is_empty() || self.source.one_in(3) {
            return None;
        }
        let binding = self.source.pick(&fitting).copied()?;
        self.pieces.push(Piece::word(binding.name));
        self.fields.push(binding.field);
        Some(Written { unit: binding.unit, ..Written::default() })
    }

    /// Writes the name of a `let`, of a literal or of another value.
    fn named(&mut self, ty: Ty, is_literal: bool) -> Option<Written> {
        let fits = |value: &&NamedValue| value.ty == ty && value.written.is_literal == is_literal;
        let fitting: Vec<NamedValue> = self.values.iter().filter(fits).cloned().collect();
        if fitting.is_empty() || !self.source.one_in(3) {
            return None;
        }
        let value = self.source.pick(&fitting).cloned()?;
        self.pieces.push(Piece::word(value.name));
        self.fields.extend(value.fields);
        self.constants.extend(value.constants);
        Some(value.written)
    }

    /// Writes a field, with the mode of the comparison around it where that fits.
    pub(super) fn field(&mut self, place: usize) -> Written {
        let Some(sample) = SAMPLES.get(place) else { return Written::default() };
        self.fields.push(place);
        let word = match self.mode {
            Some(Mode::Any) if !self.source.one_in(4) => Some("any"),
            Some(Mode::All) if !self.source.one_in(4) => Some("all"),
            Some(Mode::Any | Mode::All) | None => None,
        };
        if let Some(word) = word {
            self.pieces.push(Piece::word(word));
            self.pieces.push(Piece::sign("("));
        }
        self.spelling(sample);
        if word.is_some() {
            self.pieces.push(Piece::sign(")"));
        }
        Written { unit: sample.unit, is_literal: false }
    }

    /// Writes the name of a field.
    pub(super) fn spelling(&mut self, sample: &Sample) {
        let spelling = self.source.pick(&sample.spellings).cloned().unwrap_or_default();
        self.pieces.push(Piece::word(spelling));
    }

    /// `a ?? b`
    fn default_value(&mut self, ty: Ty) -> (Written, Level) {
        let left = self.value(ty, Level::Atom);
        self.pieces.push(Piece::sign("??"));
        let counted = left.unit.filter(|_| !left.is_literal && self.source.one_in(4));
        match counted {
            // A bare number counts in the unit of the other side.
            Some((unit, scale)) if unit == ty && scale < 1_000_000_000 => self.small_int(),
            _ if ty == Ty::Float && self.source.one_in(4) => self.small_int(),
            _ => {
                let right = self.value(ty, Level::Atom);
                let agree = right.is_literal || right.unit == left.unit;
                let unit = if left.is_literal { right.unit } else { left.unit.filter(|_| agree) };
                return (Written { unit, ..Written::default() }, Level::Default);
            }
        }
        (Written { unit: left.unit, ..Written::default() }, Level::Default)
    }

    /// Writes an int that is no large number in any unit.
    pub(super) fn small_int(&mut self) {
        let n = i64::try_from(self.source.below(300)).unwrap_or(0);
        self.pieces.push(Piece::word(n.to_string()));
        self.constants.push(Constant::Int(n));
    }

    fn operation(&mut self, ty: Ty) -> (Written, Level) {
        match ty {
            Ty::Int | Ty::Float | Ty::Duration | Ty::Size => self.number(ty),
            Ty::String => (self.text(), Level::Atom),
            Ty::Bool => (self.truth(), Level::Atom),
            Ty::Ip | Ty::Network => (self.field_value(ty), Level::Atom),
        }
    }

    fn number(&mut self, ty: Ty) -> (Written, Level) {
        match (self.source.below(8), ty) {
            (0 | 1, _) => self.sum(ty),
            (2, Ty::Int) => (self.count(), Level::Atom),
            (3, Ty::Int) => (self.length(), Level::Atom),
            (2 | 3, Ty::Float) => self.quotient(),
            (2 | 3, _) | (4, Ty::Int | Ty::Float) => self.product(ty),
            (4, _) => self.scaled_down(ty),
            (5, _) => (self.extreme(ty), Level::Atom),
            (6, _) => {
                self.pieces.push(Piece::sign("-"));
                let operand = self.field_value(ty);
                (operand, Level::Atom)
            }
            (_, _) => self.remainder(ty),
        }
    }

    /// Writes two operands of one type around a sign.
    fn pair(&mut self, ty: Ty, sign: &str, level: Level) -> (Written, Written) {
        let left = self.operand(ty, level);
        self.pieces.push(Piece::sign(sign));
        // What stands on the right of `-` and `%` binds tighter.
        let right = self.operand(ty, if level == Level::Sum { Level::Product } else { Level::Default });
        (left, right)
    }

    /// An operand that is never a literal of zero, which would be a division by zero.
    fn operand(&mut self, ty: Ty, level: Level) -> Written {
        if self.source.one_in(3) { self.value_with_field(ty, level) } else { self.field_value(ty) }
    }

    /// A value that depends on the request, so that no constant operation is without a result.
    fn value_with_field(&mut self, ty: Ty, level: Level) -> Written {
        let (start, constants, fields) = (self.pieces.len(), self.constants.len(), self.fields.len());
        let written = self.value(ty, level);
        let depends = self.fields.len() > fields;
        if depends && !written.is_literal {
            return written;
        }
        self.pieces.truncate(start);
        self.constants.truncate(constants);
        self.field_value(ty)
    }

    fn sum(&mut self, ty: Ty) -> (Written, Level) {
        let sign = self.source.word(&["+", "-"]);
        if self.source.one_in(3) {
            let left = self.operand(ty, Level::Sum);
            self.pieces.push(Piece::sign(sign));
            if ty == Ty::Float && self.source.one_in(2) {
                self.small_int();
            } else {
                self.literal_value(ty);
            }
            return (Written { unit: left.unit, ..Written::default() }, Level::Sum);
        }
        let (left, right) = self.pair(ty, sign, Level::Sum);
        let unit = left.unit.filter(|_| left.unit == right.unit);
        (Written { unit, ..Written::default() }, Level::Sum)
    }

    fn remainder(&mut self, ty: Ty) -> (Written, Level) {
        let (left, right) = self.pair(ty, "%", Level::Product);
        (multiplied(ty, left, right), Level::Product)
    }

    fn product(&mut self, ty: Ty) -> (Written, Level) {
        let factor = match ty {
            Ty::Int => Ty::Int,
            Ty::Float => Ty::Float,
            _ => *self.source.pick(&[Ty::Int, Ty::Float]).unwrap_or(&Ty::Int),
        };
        let (first, second) = if self.source.one_in(2) { (factor, ty) } else { (ty, factor) };
        let left = self.operand(first, Level::Product);
        self.pieces.push(Piece::sign("*"));
        let right = if self.source.one_in(2) && second != ty {
            self.literal_value(second)
        } else {
            self.operand(second, Level::Default)
        };
        (multiplied(ty, left, right), Level::Product)
    }

    /// A quotient that is a float.
    fn quotient(&mut self) -> (Written, Level) {
        let ty = *self.source.pick(&[Ty::Int, Ty::Float, Ty::Duration, Ty::Size]).unwrap_or(&Ty::Int);
        self.pair(ty, "/", Level::Product);
        (Written::default(), Level::Product)
    }

    /// A quantity divided by a number.
    fn scaled_down(&mut self, ty: Ty) -> (Written, Level) {
        let divisor = *self.source.pick(&[Ty::Int, Ty::Float]).unwrap_or(&Ty::Int);
        let left = self.operand(ty, Level::Product);
        self.pieces.push(Piece::sign("/"));
        if self.source.one_in(3) {
            self.pieces.push(Piece::word("2"));
            return (multiplied(ty, left, Written::default()), Level::Product);
        }
        let right = self.operand(divisor, Level::Default);
        (multiplied(ty, left, right), Level::Product)
    }

    fn extreme(&mut self, ty: Ty) -> Written {
        let name = self.source.word(&["min", "max"]);
        let n_more = 1 + self.source.below(3);
        self.open(name);
        let mut written = self.operand(ty, Level::Sum);
        for _ in 0..n_more {
            self.pieces.push(Piece::sign(","));
            if self.source.one_in(4) {
                self.literal_value(ty);
            } else {
                let other = self.operand(ty, Level::Sum);
                written.unit = written.unit.filter(|_| written.unit == other.unit);
            }
        }
        self.pieces.push(Piece::sign(")"));
        Written { is_literal: false, ..written }
    }

    /// `count(f)`
    fn count(&mut self) -> Written {
        self.open("count");
        self.any_field();
        self.pieces.push(Piece::sign(")"));
        Written::default()
    }

    /// `len(t)`, of a text or of a list.
    fn length(&mut self) -> Written {
        self.open("len");
        let lists = self.places(|sample| sample.is_list);
        match self.source.pick(&lists).copied().filter(|_| self.source.one_in(2)) {
            Some(list) => {
                self.fields.push(list);
                if let Some(sample) = SAMPLES.get(list) {
                    self.spelling(sample);
                }
            }
            None => {
                let mode = self.mode.take();
                self.value_with_field(Ty::String, Level::Sum);
                self.mode = mode;
            }
        }
        self.pieces.push(Piece::sign(")"));
        Written::default()
    }

    /// Writes the name of some field.
    pub(super) fn any_field(&mut self) {
        let all = self.places(|sample| !sample.is_keyword);
        if let Some(place) = self.source.pick(&all).copied() {
            self.fields.push(place);
            if let Some(sample) = SAMPLES.get(place) {
                self.spelling(sample);
            }
        }
    }

    fn text(&mut self) -> Written {
        match self.source.below(4) {
            0 | 1 => {
                let name = self.source.word(&["lower", "upper", "url_decode"]);
                self.open(name);
                self.value_with_field(Ty::String, Level::Sum);
            }
            _ => {
                self.open("segment");
                self.value_with_field(Ty::String, Level::Sum);
                self.pieces.push(Piece::sign(","));
                self.value(Ty::Int, Level::Sum);
            }
        }
        self.pieces.push(Piece::sign(")"));
        Written::default()
    }

    /// `starts_with(a, b)` and its like.
    pub(super) fn truth(&mut self) -> Written {
        let name = self.source.word(&["starts_with", "ends_with"]);
        self.open(name);
        self.value_with_field(Ty::String, Level::Sum);
        self.pieces.push(Piece::sign(","));
        self.value(Ty::String, Level::Sum);
        self.pieces.push(Piece::sign(")"));
        Written::default()
    }

    /// The places of the samples that satisfy a condition and are hidden by no variable.
    pub(super) fn places(&self, wanted: impl Fn(&Sample) -> bool) -> Vec<usize> {
        let hidden = |sample: &Sample| self.variables.iter().any(|v| sample.spellings.iter().any(|s| s == v.name));
        let all = SAMPLES.iter().enumerate();
        all.filter(|(_, sample)| wanted(sample) && !hidden(sample)).map(|(place, _)| place).collect()
    }
}

/// What is known of a product, a quotient or a remainder: it has the unit of the one operand that has a unit.
fn multiplied(ty: Ty, left: Written, right: Written) -> Written {
    let unit = if left.unit.is_none() { right.unit } else { left.unit.filter(|_| right.unit.is_none()) };
    Written { unit: unit.filter(|(of, _)| ty == Ty::Int || *of == ty), ..Written::default() }
}
