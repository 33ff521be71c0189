//! What can be written at the cursor, the likeliest first.
//!
//! [`word`] finds what is being typed, [`place`] what may stand there, and one file for each kind of item offers it.
//! The order is: how well the typed text fits, then how well the item fits the place, then the order of its table (the
//! catalog and the list of operators begin with what is wanted most).

mod fields;
mod matching;
mod operators;
mod place;
mod values;
mod word;
mod words;

use tamis_lang::builtin::{self, BuiltinId};
use tamis_lang::catalog::{Catalog, Field, FieldId, Shape};
use tamis_lang::span::Span;

use crate::document::View;
use matching::Fit;
use place::{Place, Scene, Variable};
use word::{Word, WordKind};

/// One thing that can be written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// Which kind of thing it is.
    pub kind: CompletionKind,
    /// A few words for the item's own row: a type, a meaning.
    pub description: String,
    /// The range that goes: the whole word, dots and quotes included.
    pub replace: Span,
    /// What comes instead; with places to fill in where `is_snippet`.
    pub insert: String,
    /// Whether `insert` is a snippet, with `$1`, `${1:name}` and `$0` in the sense of the Language Server Protocol.
    pub is_snippet: bool,
    /// What an editor should compare with the typed text; the typed text itself where the item is a guess.
    pub filter: String,
    /// Whether it is going away, and should be struck through.
    pub is_deprecated: bool,
    /// Whether something has to follow, so that the editor should ask again.
    pub goes_on: bool,
    /// What [`describe`](crate::describe) tells more about.
    pub subject: Subject,
}

/// Which kind of thing a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A field.
    Field,
    /// A family of fields, whose key has to follow.
    Family,
    /// A `let` of the file.
    Let,
    /// The variable of a quantifier.
    Variable,
    /// An operator.
    Operator,
    /// A function.
    Function,
    /// A literal.
    Value,
    /// A value that the catalog lists.
    Listed,
    /// A number with its unit.
    Quantity,
    /// A word of the language.
    Keyword,
    /// A whole construct with places to fill in.
    Snippet,
}

/// What a completion is about, to describe it when a person asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// There is nothing more to tell.
    Nothing,
    /// A field.
    Field {
        /// Which.
        id: FieldId,
        /// The key, of a family's member.
        key: Option<String>,
    },
    /// An operator or function.
    Builtin(BuiltinId),
}

impl Subject {
    /// The operator or function of this name.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        builtin::all().find(|(_, builtin)| builtin.name == name).map(|(id, _)| Self::Builtin(id))
    }

    /// The field of this name; with a key, the member of the family of this name.
    #[must_use]
    pub fn field(catalog: &Catalog, name: &str, key: Option<&str>) -> Option<Self> {
        let is_meant = |field: &Field| {
            // A field and a family may share a name.
            field.name == name && (key.is_none() || matches!(field.shape, Shape::Family { .. }))
        };
        let (id, _) = (0..u16::MAX).map(FieldId).zip(catalog.fields()).find(|(_, field)| is_meant(field))?;
        Some(Self::Field { id, key: key.map(str::to_owned) })
    }
}

/// What can be written at an offset, the likeliest first; nothing within comments and where a name is invented.
///
/// ```
/// use tamis_ide::{Document, View, complete};
/// use tamis_lang::catalog::Catalog;
/// use tamis_types::analysis::Options;
///
/// let kong = Catalog::shipped("kong").unwrap();
/// let text = "http.request.method == ";
/// let document = Document::new(text, &kong, &Options::default());
/// let labels: Vec<_> = complete(&View::new(&document, &kong), 23).into_iter().map(|item| item.label).collect();
/// assert_eq!(labels[..2], [r#""GET""#, r#""POST""#]);
/// ```
#[must_use]
pub fn complete(view: &View<'_>, offset: u32) -> Vec<Completion> {
    let word = word::at(view.document, offset);
    if word.kind == WordKind::Comment {
        return Vec::new();
    }
    let mut offers = Offers { view, word, variables: Vec::new(), found: Vec::new() };
    let mut scene = place::at(view, &word);
    offers.scene(&scene);
    if word.kind == WordKind::Sign && operators::is_whole(word.typed) {
        // Behind a whole operator its right side is due; longer operators are still possible.
        offers.word = Word { kind: WordKind::Name, typed: "", replace: Span::at(offset) };
        scene = place::at(view, &offers.word);
        offers.scene(&scene);
    }
    let place = scene.place;
    if !offers.found.iter().any(|(rank, _)| rank.fit < Fit::Words) {
        fields::misspelled(&mut offers, &place);
    }
    offers.finish()
}

/// The items that were found.
struct Offers<'v, 'a> {
    view: &'v View<'a>,
    word: Word<'a>,
    /// The variables that can be named at the cursor.
    variables: Vec<Variable>,
    found: Vec<(Rank, Completion)>,
}

/// The order of items, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_deprecated: bool,
    fit: Fit,
    /// How well the item fits the place; smaller is better.
    distance: u8,
    /// Its place among its like.
    order: usize,
}

/// An item before it is known whether it fits what was typed.
struct Draft {
    /// What the typed text is compared with.
    name: String,
    /// How well it fits the place; smaller is better.
    distance: u8,
    item: Completion,
}

impl Draft {
    fn new(kind: CompletionKind, label: impl Into<String>) -> Self {
        let label = label.into();
        let item = Completion {
            label: label.clone(),
            kind,
            description: String::new(),
            replace: Span::at(0),
            insert: label.clone(),
            is_snippet: false,
            filter: label.clone(),
            is_deprecated: false,
            goes_on: false,
            subject: Subject::Nothing,
        };
        Self { name: label, distance: 0, item }
    }

    fn snippet(mut self, insert: impl Into<String>) -> Self {
        self.item.insert = insert.into();
        self.item.is_snippet = true;
        self
    }

    fn description(mut self, description: impl Into<String>) -> Self {
        self.item.description = description.into();
        self
    }

    fn subject(mut self, subject: Subject) -> Self {
        self.item.subject = subject;
        self
    }

    fn distance(mut self, distance: u8) -> Self {
        self.distance = distance;
        self
    }
}

impl Offers<'_, '_> {
    /// Everything that may stand in a place.
    fn scene(&mut self, scene: &Scene) {
        self.variables.clone_from(&scene.variables);
        self.place(&scene.place);
    }

    fn place(&mut self, place: &Place) {
        match place {
            Place::Silent => {}
            Place::Condition { is_negated } => {
                words::begun(self);
                words::locals(self, None);
                fields::conditions(self, *is_negated);
                words::functions(self, None, 2);
                words::beginnings(self);
            }
            Place::Anything => {
                words::locals(self, None);
                fields::any(self);
                values::set(self, &place::Beside::default());
                words::functions(self, None, 2);
            }
            Place::Value(beside) => {
                words::locals(self, beside.ty);
                if !beside.is_left {
                    values::values(self, beside);
                }
                fields::of_type(self, beside);
                words::functions(self, beside.ty, 4);
            }
            Place::Element(beside) => values::values(self, beside),
            Place::Set(beside) => {
                words::sets(self);
                values::set(self, beside);
            }
            Place::Argument(operands) => {
                words::locals(self, None);
                fields::arguments(self, operands);
                values::arguments(self, operands);
            }
            Place::Quantified => {
                words::each(self);
                fields::sources(self);
            }
            Place::Source => fields::sources(self),
            Place::VariableIn => words::variable_in(self),
            Place::Operator(left) => operators::behind(self, left),
            Place::OperatorRest(first) => operators::rest(self, first),
            Place::Define => words::define(self),
            Place::Key(family) => fields::bracketed_keys(self, *family),
        }
    }

    /// Adds an item if it fits what was typed.
    fn offer(&mut self, mut draft: Draft) {
        let typed = self.word.typed;
        let compared = typed.trim_start_matches(['r', '#', '"', '\'']);
        let compared = if self.word.kind == WordKind::Text { compared } else { typed };
        let Some(fit) = matching::fit(compared, &draft.name) else { return };
        // A whole number is not looked for within another one.
        if self.word.kind == WordKind::Number && fit != Fit::Beginning {
            return;
        }
        draft.item.replace = self.word.replace;
        // Some editors only keep what begins with the typed text.
        let is_guess = fit != Fit::Beginning || !typed.is_empty() && draft.item.filter != draft.name;
        if is_guess {
            draft.item.filter = typed.to_owned();
        }
        let order = self.found.len();
        let rank = Rank { is_deprecated: draft.item.is_deprecated, fit, distance: draft.distance, order };
        self.found.push((rank, draft.item));
    }

    /// Adds an item that was probably meant by what was typed.
    fn near(&mut self, mut draft: Draft) {
        draft.item.replace = self.word.replace;
        self.word.typed.clone_into(&mut draft.item.filter);
        let order = self.found.len();
        let rank = Rank { is_deprecated: draft.item.is_deprecated, fit: Fit::Near, distance: draft.distance, order };
        self.found.push((rank, draft.item));
    }

    /// The items in order, each label once.
    fn finish(self) -> Vec<Completion> {
        let mut found = self.found;
        found.sort_by_key(|(rank, _)| *rank);
        let mut seen = std::collections::HashSet::new();
        found.retain(|(_, item)| seen.insert((item.label.clone(), item.replace.start)));
        let mut items: Vec<Completion> = found.into_iter().map(|(_, item)| item).collect();
        // Editors put what fits the filter better first; an item that was guessed fits it wholly, so that all have to.
        let typed = self.word.typed;
        if !typed.is_empty() && items.iter().any(|item| item.filter == typed && item.label != typed) {
            items.iter_mut().for_each(|item| typed.clone_into(&mut item.filter));
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    /// The text after the first item was taken, with the places of a snippet left in.
    #[track_caller]
    fn accept(text: &str, expected: &Expect) {
        let found = at(text, |view, offset| {
            let item = complete(view, offset).into_iter().next().expect("something is offered");
            let edit = tamis_lang::diagnostic::Edit { span: item.replace, text: item.insert };
            tamis_lang::diagnostic::apply_edits(view.text(), std::iter::once(&edit))
        });
        expected.assert_eq(&found);
    }

    // What is offered where is in `corpus/ide`.

    #[test]
    fn the_whole_dotted_name_is_replaced() {
        accept("http.respo$0", &expect!["http.response.status_code"]);
        accept("http.respo$0nse.x == 1", &expect!["http.response.status_code == 1"]);
        accept("a == 1 && status$0", &expect!["a == 1 && http.response.status_code"]);
    }

    #[test]
    fn a_value_brings_its_quotes_and_takes_those_that_are_there() {
        accept("http.request.method == PO$0", &expect![[r#"http.request.method == "POST""#]]);
        accept("http.request.method == \"PO$0\" && a == 1", &expect![[r#"http.request.method == "POST" && a == 1"#]]);
        accept("http.request.method == 'PO$0", &expect![[r#"http.request.method == "POST""#]]);
    }

    #[test]
    fn a_guess_is_shown_although_it_is_not_what_was_typed() {
        at("http.respose.sta$0", |view, offset| {
            assert!(complete(view, offset).iter().all(|item| item.filter == "http.respose.sta"));
        });
    }

    #[test]
    fn nothing_breaks_at_any_place_of_any_text() {
        let texts = [
            "let é = \"💡\"\nrule a = any(v in http.request.header.accept, v ~ r#\"x\"#) // é",
            "http.request.header[\"x\"] in [1..2, 10.0.0.0/8] && !(a - -b) || sample(10%) ?? \"",
        ];
        for text in texts {
            for end in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
                let broken = text.get(..end).unwrap();
                at(&format!("{broken}$0"), complete);
                at(&format!("{broken}$0{}", text.get(end..).unwrap()), complete);
            }
        }
    }
}
