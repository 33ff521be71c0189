//! One text of rules and where it stands in the text that the editor shows: it is the whole of it, a part of it, or
//! embedded in it.

use tamis::diagnostic::{Edit, Span};
use tamis::{Diagnostic, Edition, Options};
use tamis_embedded::{Embedded, Found, Language, find_at};
use tamis_ide::{Document, View, Window};
use tower_lsp::lsp_types::{Location, Position, Range, TextEdit, WorkspaceEdit};

use crate::state::{Kind, Snapshot};
use crate::world::World;

/// Above how many bytes a text is long: what is asked at one place of it reads only what matters there.
pub(crate) const LONG: usize = 8 << 10;

/// How many bytes of a long text are read at once where all of it is asked about.
const PIECE: usize = 64 << 10;

/// A rule within a document.
#[derive(Debug)]
pub(crate) struct Hosted {
    found: Found,
    document: Document,
}

/// A text of rules in its surroundings.
pub(crate) struct Region<'a> {
    pub(crate) view: View<'a>,
    pub(crate) snapshot: &'a Snapshot,
    place: Place<'a>,
}

enum Place<'a> {
    Whole,
    Part(&'a Window),
    Embedded(&'a Embedded),
}

impl Hosted {
    pub(crate) fn new(found: Found, world: &World) -> Self {
        let (catalog, edition) = match found.language {
            Language::Sampling => (&world.catalog, world.options.edition),
            Language::Router => (world.router(), Edition::Atc),
        };
        let options = Options { edition, ..world.options.clone() };
        let document = Document::new(found.rule.text.as_str(), catalog, &options);
        Self { found, document }
    }

    /// What is found of the rule, at the places of the document.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        self.document.analysis().diagnostics.iter().map(|found| self.found.rule.diagnostic_to_document(found))
    }

    fn region<'a>(&'a self, snapshot: &'a Snapshot) -> Region<'a> {
        let world = &snapshot.world;
        let view = match self.found.language {
            Language::Sampling => {
                View { document: &self.document, catalog: &world.catalog, traffic: world.traffic.as_ref() }
            }
            Language::Router => View::new(&self.document, world.router()),
        };
        Region { view, snapshot, place: Place::Embedded(&self.found.rule) }
    }
}

impl Snapshot {
    /// Every text of rules in this text.
    pub(crate) fn regions(&self) -> Vec<Region<'_>> {
        match self.kind {
            Kind::Rules => vec![self.whole()],
            Kind::Host(_) => self.hosted().iter().map(|hosted| hosted.region(self)).collect(),
        }
    }

    fn whole(&self) -> Region<'_> {
        Region { view: self.view(self.document()), snapshot: self, place: Place::Whole }
    }

    fn view<'a>(&'a self, document: &'a Document) -> View<'a> {
        View { document, catalog: &self.world.catalog, traffic: self.world.traffic.as_ref() }
    }

    /// The text of rules at a position, and the place in it.
    pub(crate) fn region_at(&self, position: Position) -> Option<(Region<'_>, u32)> {
        let offset = self.offset(position);
        match self.kind {
            Kind::Rules => Some((self.whole(), offset)),
            Kind::Host(_) => self.hosted().iter().find_map(|hosted| {
                let offset = hosted.found.rule.to_text(offset)?;
                Some((hosted.region(self), offset))
            }),
        }
    }

    /// Asks about a place that depends on nothing but its own item and the `let`s above; of a long text only those are
    /// read.
    pub(crate) fn near<T>(&self, position: Position, ask: impl FnOnce(&Region<'_>, u32) -> Option<T>) -> Option<T> {
        if self.is_long() {
            let window = Window::new(&self.text, self.offset(position));
            return self.within(&window, |region| ask(region, window.offset));
        }
        if let Some((region, offset)) = self.region_at(position) {
            return ask(&region, offset);
        }
        let hosted = self.hosted_at(position)?;
        let offset = hosted.found.rule.to_text(self.offset(position))?;
        ask(&hosted.region(self), offset)
    }

    /// A rule of which nothing is written yet at a position, or nothing but what the document leaves out.
    fn hosted_at(&self, position: Position) -> Option<Hosted> {
        let Kind::Host(syntax) = self.kind else { return None };
        let found = find_at(&self.text, syntax, self.offset(position))?;
        Some(Hosted::new(found, &self.world))
    }

    /// Asks about all texts of rules that touch a range.
    pub(crate) fn over<T>(&self, range: Range, ask: impl Fn(&Region<'_>, Span) -> Vec<T>) -> Vec<T> {
        let span = self.span(range);
        if self.is_long() {
            let window = Window::over(&self.text, span);
            let end = window.offset.saturating_add(span.len());
            return self.within(&window, |region| ask(region, Span::new(window.offset, end)));
        }
        let inner = |region: &Region<'_>| match region.place {
            Place::Embedded(rule) => {
                let touches = rule.span.start <= span.end && span.start <= rule.span.end;
                let start = rule.to_text(span.start).unwrap_or(0);
                let end = rule.to_text(span.end).unwrap_or(u32::MAX);
                touches.then(|| Span::new(start, end.max(start)))
            }
            Place::Whole | Place::Part(_) => Some(span),
        };
        let regions = self.regions();
        regions
            .iter()
            .filter_map(|region| Some((region, inner(region)?)))
            .flat_map(|(it, span)| ask(it, span))
            .collect()
    }

    /// Whether what is asked at one place reads only what matters there.
    pub(crate) fn is_long(&self) -> bool {
        self.kind == Kind::Rules && self.text.len() > LONG
    }

    /// Asks about every text of rules, and about what begins at an offset of it or later.
    ///
    /// A long text is read piece by piece and never held as a whole.
    pub(crate) fn each<T>(&self, mut ask: impl FnMut(&Region<'_>, u32) -> Vec<T>) -> Vec<T> {
        if self.is_long() {
            let windows = Window::pieces(&self.text, PIECE);
            return windows.flat_map(|window| self.within(&window, |region| ask(region, window.offset))).collect();
        }
        self.regions().iter().flat_map(|region| ask(region, 0)).collect()
    }

    fn within<T>(&self, window: &Window, ask: impl FnOnce(&Region<'_>) -> T) -> T {
        let limits = tamis::Limits { trials: 0, ..self.world.options.limits.clone() };
        let options = Options { relations: false, limits, ..self.world.options.clone() };
        let document = Document::new(window.text.as_str(), &self.world.catalog, &options);
        ask(&Region { view: self.view(&document), snapshot: self, place: Place::Part(window) })
    }
}

impl Region<'_> {
    /// A span of the rules in the text that the editor shows.
    pub(crate) fn outside(&self, span: Span) -> Span {
        match self.place {
            Place::Whole => span,
            Place::Part(window) => window.outside(span),
            Place::Embedded(rule) => rule.to_document(span),
        }
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        self.snapshot.range(self.outside(span))
    }

    pub(crate) fn location(&self, span: Span) -> Location {
        Location::new(self.snapshot.uri.clone(), self.range(span))
    }

    /// Whether the rules stand within another document.
    pub(crate) const fn is_embedded(&self) -> bool {
        matches!(self.place, Place::Embedded(_))
    }

    /// Edits of the rules as edits of the text that the editor shows, escaped as it asks for.
    pub(crate) fn outside_edits(&self, edits: &[Edit]) -> Vec<Edit> {
        match self.place {
            Place::Whole => edits.to_vec(),
            Place::Part(window) => {
                edits.iter().map(|edit| Edit { span: window.outside(edit.span), text: edit.text.clone() }).collect()
            }
            Place::Embedded(rule) if edits.is_empty() => {
                debug_assert!(rule.edits_to_document(edits).is_empty(), "no edit is no edit");
                Vec::new()
            }
            Place::Embedded(rule) => rule.edits_to_document(edits),
        }
    }

    pub(crate) fn edits(&self, edits: &[Edit]) -> Vec<TextEdit> {
        self.snapshot.edits(&self.outside_edits(edits))
    }

    pub(crate) fn workspace_edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        self.snapshot.workspace_edit(&self.outside_edits(edits))
    }
}
