//! Whole texts: bare rules and files of rules.

use tamis_lang::ty::Ty;

use super::Source;
use super::condition::Around;
use super::draft::{self, Piece};
use super::value::Level;
use super::writer::{Interest, NamedValue, Writer};

/// A generated text.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The rule, or the file of rules.
    pub text: String,
    /// Its tokens in their order.
    pub pieces: Vec<Piece>,
    /// The comments in it.
    pub comments: Vec<&'static str>,
    /// Which fields stand beside which constants.
    pub interests: Vec<Interest>,
}

/// A rule, or a file of rules, that is well typed over [`CATALOG`](static@super::CATALOG), and the decisions that are
/// left.
///
/// ```
/// use tamis_corpus::generate::{document, Source};
/// assert!(!document(Source::seeded(1)).0.text.is_empty());
/// ```
#[must_use]
pub fn document(mut source: Source<'_>) -> (Document, Source<'_>) {
    let budget = budget(&mut source);
    let is_file = source.one_in(5);
    written(source, budget, |writer| if is_file { writer.file() } else { writer.condition(Around::Nothing) })
}

/// One condition that is well typed over [`CATALOG`](static@super::CATALOG), as a session has it, and the decisions that
/// are left.
///
/// ```
/// use tamis_corpus::generate::{rule, Source};
/// assert!(!rule(Source::seeded(1)).0.text.is_empty());
/// ```
#[must_use]
pub fn rule(mut source: Source<'_>) -> (Document, Source<'_>) {
    let budget = budget(&mut source);
    written(source, budget, |writer| writer.condition(Around::Nothing))
}

/// How large a text becomes: most are small.
fn budget(source: &mut Source<'_>) -> usize {
    if source.one_in(20) { 120 } else { 12 }
}

fn written(mut source: Source<'_>, budget: usize, write: impl FnOnce(&mut Writer<'_>)) -> (Document, Source<'_>) {
    let is_odd = source.one_in(3);
    let mut writer = Writer::new(source, budget);
    write(&mut writer);
    let Writer { mut source, pieces, interests, .. } = writer;
    let (text, comments) = if is_odd { draft::odd(&pieces, &mut source) } else { (draft::plain(&pieces), Vec::new()) };
    (Document { text, pieces, comments, interests }, source)
}

impl Writer<'_> {
    fn file(&mut self) {
        let n_lets = self.source.below(5);
        let n_rules = 1 + self.source.below(3);
        for place in 0..n_lets {
            self.item("let", &format!("l{place}"));
            self.definition(format!("l{place}"));
        }
        for place in 0..n_rules {
            self.item("rule", &format!("r{place}"));
            self.condition(Around::Nothing);
        }
    }

    fn item(&mut self, keyword: &str, name: &str) {
        self.word(keyword);
        self.word(name);
        self.sign("=");
    }

    /// Writes what a name stands for.
    fn definition(&mut self, name: String) {
        let ty = *self.source.pick(Ty::ALL).unwrap_or(&Ty::Int);
        match self.source.below(4) {
            0 => {
                self.condition(Around::Nothing);
                self.conditions.push(name);
            }
            1 => {
                self.elements(ty, false);
                self.note_interests();
                self.sets.push((name, ty));
            }
            kind => {
                let is_literal = kind == 2 && !matches!(ty, Ty::Bool);
                let written = if is_literal { self.literal_value(ty) } else { self.value(ty, Level::Sum) };
                let (fields, constants) = (std::mem::take(&mut self.fields), std::mem::take(&mut self.constants));
                self.values.push(NamedValue { name, ty, written, fields, constants });
            }
        }
    }
}
