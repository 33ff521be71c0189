//! Conditions: comparisons and what joins them.

use tamis_lang::ty::Ty;

use super::catalog::SAMPLES;
use super::draft::Piece;
use super::literal;
use super::value::{Level, Written};
use super::writer::{Binding, Mode, Writer};

/// Where a condition stands, and so what has to be in parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Around {
    /// Nothing binds it.
    Nothing,
    /// `&&`, `||` or `not`.
    Joined,
    /// `!`
    Bang,
}

/// The names of variables; the last is also that of a field.
const VARIABLES: &[&str] = &["v", "w", "x1", "value", "n"];

impl Writer<'_> {
    /// Writes a condition.
    pub(super) fn condition(&mut self, around: Around) {
        let start = self.pieces.len();
        let own = self.bare_condition();
        self.after_not = false;
        if own < around || self.source.one_in(20) {
            self.enclose(start);
        }
    }

    /// Writes a condition without parentheses around it, and says where it may stand so.
    fn bare_condition(&mut self) -> Around {
        if !self.spend() {
            return self.comparison();
        }
        match self.source.below(16) {
            0..=6 => self.comparison(),
            7 => self.bool_field(),
            8 => {
                self.open("exists");
                self.any_field();
                self.sign(")");
                self.note_interests();
                Around::Bang
            }
            9 => {
                self.sign("!");
                self.condition(Around::Bang);
                Around::Bang
            }
            10 => {
                self.word("not");
                self.after_not = true;
                self.condition(Around::Joined);
                Around::Joined
            }
            11 | 12 => self.chain(),
            13 | 14 => self.quantified(),
            _ => self.named_condition(),
        }
    }

    fn chain(&mut self) -> Around {
        let spellings = if self.source.one_in(2) { ["||", "or"] } else { ["&&", "and"] };
        let n_more = 1 + self.source.below(3);
        self.condition(Around::Joined);
        for _ in 0..n_more {
            let spelling = self.source.word(&spellings);
            self.pieces.push(if spelling.len() > 2 || spelling == "or" {
                Piece::word(spelling)
            } else {
                Piece::sign(spelling)
            });
            self.condition(Around::Joined);
        }
        Around::Nothing
    }

    /// A bool that stands alone, or a function that answers one.
    fn bool_field(&mut self) -> Around {
        self.choose_mode();
        if self.source.one_in(3) {
            self.truth();
        } else {
            self.field_value(Ty::Bool);
        }
        self.finish();
        Around::Bang
    }

    fn named_condition(&mut self) -> Around {
        match self.source.pick(&self.conditions).cloned() {
            Some(name) => self.word(&name),
            None => {
                let word = self.source.word(&["true", "false"]);
                self.word(word);
            }
        }
        Around::Bang
    }

    fn quantified(&mut self) -> Around {
        if self.variables.len() >= 3 {
            return self.comparison();
        }
        let quantifier = self.source.word(&["any", "all", "none"]);
        let name = self.source.word(VARIABLES);
        let all = self.places(|sample| sample.is_plain());
        let Some(field) = self.source.pick(&all).copied() else { return Around::Bang };
        let Some(sample) = SAMPLES.get(field) else { return Around::Bang };
        self.open(quantifier);
        self.word(name);
        self.word("in");
        self.spelling(sample);
        self.sign(",");
        self.variables.push(Binding { name, field, ty: sample.ty, unit: sample.unit });
        self.fields.push(field);
        self.note_interests();
        self.condition(Around::Nothing);
        self.variables.pop();
        self.sign(")");
        Around::Bang
    }

    /// Decides whether `any` or `all` is among the operands of the comparison to come.
    fn choose_mode(&mut self) {
        self.mode = match self.source.below(8) {
            6 => Some(Mode::Any),
            7 => Some(Mode::All),
            _ => None,
        };
    }

    fn finish(&mut self) {
        self.mode = None;
        self.note_interests();
    }

    fn comparison(&mut self) -> Around {
        // `not in in [1]` begins with the name `not`.
        let after_not = std::mem::take(&mut self.after_not);
        self.choose_mode();
        match self.source.below(10) {
            0..=3 => self.values(),
            4 | 5 => self.texts(),
            6 => self.pattern(),
            7 => self.membership(),
            8 => self.listed(),
            _ if after_not => self.values(),
            _ => self.keyword(),
        }
        self.finish();
        Around::Joined
    }

    /// Two values of one type.
    fn values(&mut self) {
        let ty = *self.source.pick(Ty::ALL).unwrap_or(&Ty::Int);
        let ordered = matches!(ty, Ty::Int | Ty::Float | Ty::String | Ty::Ip | Ty::Duration | Ty::Size);
        let sign = self.source.word(if ordered { &["==", "!=", "<", "<=", ">", ">="] } else { &["==", "!="] });
        let start = self.pieces.len();
        let left = self.value(ty, Level::Sum);
        let middle = self.pieces.len();
        self.beside(ty, left);
        self.join(start, middle, Piece::sign(sign));
    }

    /// Writes what is compared with a value of a type.
    fn beside(&mut self, ty: Ty, left: Written) {
        let converts = !left.is_literal && self.source.one_in(3);
        match left.unit.filter(|_| converts) {
            Some((unit, _)) if unit == ty => self.small_int(),
            Some((unit, _)) if ty == Ty::Int => {
                self.literal_value(unit);
            }
            _ if converts && ty == Ty::Float => self.small_int(),
            _ => {
                self.value(ty, Level::Sum);
            }
        }
    }

    /// Puts an operator between two values, sometimes with the sides swapped.
    fn join(&mut self, start: usize, middle: usize, operator: Piece) {
        let n_right = self.pieces.len() - middle;
        if self.source.one_in(6) {
            if let Some(both) = self.pieces.get_mut(start..) {
                both.rotate_left(middle - start);
            }
            self.pieces.insert(start + n_right, operator);
        } else {
            self.pieces.insert(middle, operator);
        }
    }

    fn texts(&mut self) {
        self.value(Ty::String, Level::Sum);
        match self.source.below(9) {
            0 | 1 => self.sign("^="),
            2 | 3 => self.sign("=^"),
            4 => self.word("contains"),
            5 => self.words("not", "contains"),
            6 | 7 => return self.glob("like"),
            _ => return self.glob("not like"),
        }
        self.value(Ty::String, Level::Sum);
    }

    fn words(&mut self, first: &str, second: &str) {
        self.word(first);
        self.word(second);
    }

    fn glob(&mut self, operator: &str) {
        for word in operator.split(' ') {
            self.word(word);
        }
        if self.source.one_in(4) {
            self.value(Ty::String, Level::Sum);
            return;
        }
        let (glob, fits) = literal::glob(&mut self.source);
        self.pieces.extend(glob.pieces);
        self.constants.extend([glob.value, fits]);
    }

    fn pattern(&mut self) {
        self.value(Ty::String, Level::Sum);
        let sign = self.source.word(&["~", "!~"]);
        self.sign(sign);
        let (pattern, text) = literal::pattern(&mut self.source);
        self.pieces.push(pattern);
        self.constants.push(text);
    }

    fn membership(&mut self) {
        let ty = *self.source.pick(Ty::ALL).unwrap_or(&Ty::Int);
        let left = self.value(ty, Level::Sum);
        self.negatable_in();
        let unit = left.unit.filter(|_| !left.is_literal);
        self.set(ty, unit);
    }

    fn negatable_in(&mut self) {
        if self.source.one_in(3) {
            self.word("not");
        }
        self.word("in");
    }

    /// A field with a closed list of values beside some of them.
    fn listed(&mut self) {
        let fields = self.places(|sample| !sample.allowed.is_empty());
        let Some(place) = self.source.pick(&fields).copied() else { return };
        let Some(sample) = SAMPLES.get(place) else { return };
        self.mode = None;
        self.field(place);
        let Some(value) = self.source.pick(&sample.allowed).cloned() else { return };
        if self.source.one_in(3) {
            self.negatable_in();
            let values: Vec<String> = sample.allowed.iter().take(2).map(ToString::to_string).collect();
            self.bracketed(values.into_iter().map(|value| vec![Piece::of(value)]).collect());
        } else {
            let sign = self.source.word(&["==", "!="]);
            self.sign(sign);
            self.pieces.push(Piece::of(value.to_string()));
        }
        self.constants.extend(sample.allowed.iter().cloned());
    }

    /// A field whose name is a keyword elsewhere.
    fn keyword(&mut self) {
        let fields = self.places(|sample| sample.is_keyword);
        let Some(place) = self.source.pick(&fields).copied() else { return };
        let Some(sample) = SAMPLES.get(place) else { return };
        self.mode = None;
        self.field(place);
        match self.source.below(3) {
            0 => {
                let sign = self.source.word(&["==", "!=", "<", ">="]);
                self.sign(sign);
                self.literal_value(sample.ty);
            }
            1 => {
                self.negatable_in();
                self.set(sample.ty, None);
            }
            _ if sample.ty == Ty::String => {
                self.word("contains");
                self.literal_value(Ty::String);
            }
            _ => {
                self.sign("==");
                self.field_value(sample.ty);
            }
        }
    }
}
