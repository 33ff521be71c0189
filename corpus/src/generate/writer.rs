//! The state of writing one text.

use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::Source;
use super::draft::Piece;
use super::value::Written;

/// Writes one bare rule or one file of rules.
#[derive(Debug)]
pub(super) struct Writer<'s> {
    pub(super) source: Source<'s>,
    pub(super) pieces: Vec<Piece>,
    /// How many more nodes there may be before only the simplest are written.
    pub(super) budget: usize,
    /// The variables of the quantifiers around, the innermost last.
    pub(super) variables: Vec<Binding>,
    /// The mode of the comparison that is being written.
    pub(super) mode: Option<Mode>,
    /// The values that a `let` names.
    pub(super) values: Vec<NamedValue>,
    /// The sets that a `let` names.
    pub(super) sets: Vec<(String, Ty)>,
    /// The conditions that a `let` names.
    pub(super) conditions: Vec<String>,
    /// Whether the token before is `not`.
    pub(super) after_not: bool,
    /// The fields of the comparison that is being written.
    pub(super) fields: Vec<usize>,
    /// Its constants.
    pub(super) constants: Vec<Constant>,
    /// Which fields were compared with what.
    pub(super) interests: Vec<Interest>,
}

/// A field and a value that is a boundary for it.
#[derive(Clone, Debug)]
pub struct Interest {
    /// The field, by its place in [`SAMPLES`](super::SAMPLES).
    pub field: usize,
    /// The constants beside which it stood.
    pub constants: Vec<Constant>,
}

/// `any` or `all` among the operands of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Any,
    All,
}

/// The variable of a quantifier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    pub(super) name: &'static str,
    /// The field that it runs over.
    pub(super) field: usize,
    pub(super) ty: Ty,
    pub(super) unit: Option<(Ty, i64)>,
}

/// A value that a `let` names.
#[derive(Clone, Debug)]
pub(super) struct NamedValue {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) written: Written,
    /// The fields in it.
    pub(super) fields: Vec<usize>,
    /// The constants in it.
    pub(super) constants: Vec<Constant>,
}

impl<'s> Writer<'s> {
    pub(super) const fn new(source: Source<'s>, budget: usize) -> Self {
        Self {
            source,
            pieces: Vec::new(),
            budget,
            variables: Vec::new(),
            mode: None,
            values: Vec::new(),
            sets: Vec::new(),
            conditions: Vec::new(),
            after_not: false,
            fields: Vec::new(),
            constants: Vec::new(),
            interests: Vec::new(),
        }
    }

    /// Takes one node from the budget; false where there is none left.
    pub(super) const fn spend(&mut self) -> bool {
        let left = self.budget > 0;
        self.budget = self.budget.saturating_sub(1);
        left
    }

    /// Writes a sign.
    pub(super) fn sign(&mut self, sign: &str) {
        self.pieces.push(Piece::sign(sign));
    }

    /// Writes a name, a keyword or a word operator.
    pub(super) fn word(&mut self, word: &str) {
        self.pieces.push(Piece::word(word));
    }

    /// Writes the name of a function and its parenthesis.
    pub(super) fn open(&mut self, function: &str) {
        self.word(function);
        self.sign("(");
    }

    /// Writes parentheses around what was written from a place on.
    pub(super) fn enclose(&mut self, start: usize) {
        self.pieces.insert(start, Piece::sign("("));
        self.sign(")");
    }

    /// Notes which fields stood beside which constants, and forgets both.
    pub(super) fn note_interests(&mut self) {
        let constants = std::mem::take(&mut self.constants);
        let mut fields = std::mem::take(&mut self.fields);
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            match self.interests.iter_mut().find(|interest| interest.field == field) {
                Some(interest) => interest.constants.extend(constants.iter().cloned()),
                None => self.interests.push(Interest { field, constants: constants.clone() }),
            }
        }
    }
}
