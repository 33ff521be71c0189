//! Sets, ranges and networks.

use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::draft::Piece;
use super::literal::{Literal, literal};
use super::writer::Writer;

impl Writer<'_> {
    /// Writes the right side of `in` for a value of a type that counts in a unit.
    pub(super) fn set(&mut self, ty: Ty, unit: Option<(Ty, i64)>) {
        let element = match unit {
            // A quantity beside an int that counts in its unit, or a bare number beside a quantity.
            Some((of, _)) if ty == Ty::Int && self.source.one_in(3) => of,
            Some((of, _)) if ty == of && self.source.one_in(4) => Ty::Int,
            _ if ty == Ty::Float && self.source.one_in(4) => Ty::Int,
            _ => ty,
        };
        let is_bare = element == Ty::Int && ty != Ty::Int;
        let named: Vec<String> =
            self.sets.iter().filter(|(_, of)| *of == ty && !is_bare).map(|(name, _)| name.clone()).collect();
        match self.source.below(6) {
            0 if !named.is_empty() => {
                let name = self.source.pick(&named).cloned().unwrap_or_default();
                if self.source.one_in(4) {
                    self.sign("(");
                    self.word(&name);
                    self.sign(")");
                } else {
                    self.word(&name);
                }
            }
            1 if matches!(ty, Ty::Ip | Ty::Network) => {
                let network = literal(Ty::Network, &mut self.source);
                self.element(network);
            }
            2 => match self.ends(element, is_bare) {
                Some((low, high)) => self.range(low, high),
                None => self.elements(element, is_bare),
            },
            _ => self.elements(element, is_bare),
        }
    }

    /// Writes a set in brackets.
    pub(super) fn elements(&mut self, ty: Ty, is_bare: bool) {
        let n = 1 + self.source.below(4);
        let mut elements = Vec::new();
        for _ in 0..n {
            let start = self.pieces.len();
            match self.source.below(5) {
                0 => match self.ends(ty, is_bare) {
                    Some((low, high)) => self.range(low, high),
                    None => self.one(ty, is_bare),
                },
                1 if ty == Ty::Ip => self.one(Ty::Network, false),
                1 if ty == Ty::Network => self.one(Ty::Ip, false),
                _ => self.one(ty, is_bare),
            }
            elements.push(self.pieces.split_off(start));
        }
        self.bracketed(elements);
    }

    /// Writes elements within brackets.
    pub(super) fn bracketed(&mut self, elements: Vec<Vec<Piece>>) {
        self.sign("[");
        for (place, element) in elements.into_iter().enumerate() {
            if place > 0 {
                self.sign(",");
            }
            self.pieces.extend(element);
        }
        self.sign("]");
    }

    fn one(&mut self, ty: Ty, is_bare: bool) {
        let literal = self.member(ty, is_bare);
        self.element(literal);
    }

    fn element(&mut self, literal: Literal) {
        self.pieces.extend(literal.pieces);
        self.constants.push(literal.value);
    }

    /// A literal; a bare number that counts in a unit is small, so that it fits into 64 bits.
    fn member(&mut self, ty: Ty, is_bare: bool) -> Literal {
        if !is_bare {
            return literal(ty, &mut self.source);
        }
        let n = i64::try_from(self.source.below(600)).unwrap_or(0);
        Literal { pieces: vec![Piece::word(n.to_string())], value: Constant::Int(n) }
    }

    /// Two literals in their order, where there is one.
    fn ends(&mut self, ty: Ty, is_bare: bool) -> Option<(Literal, Literal)> {
        let (a, b) = (self.member(ty, is_bare), self.member(ty, is_bare));
        match a.value.as_value().order(&b.value.as_value())? {
            std::cmp::Ordering::Greater => Some((b, a)),
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => Some((a, b)),
        }
    }

    fn range(&mut self, low: Literal, high: Literal) {
        self.element(low);
        self.sign("..");
        self.element(high);
    }
}
