//! The front door: text and catalog to everything that is known about a rule.

use std::cell::Cell;
use std::collections::HashMap;

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::phase::Phase;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_syntax::settle;
use tamis_syntax::token::Token;
use tamis_syntax::tree::{Document, Item, NodeId, Tree};

use crate::check::{Checker, Current};
use crate::hir::Hir;
use crate::meaning::Meaning;
use crate::scope::Scopes;
use crate::sink::Sink;
use crate::strict;
use crate::trial;

/// How a text is read and checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which reading is meant.
    pub edition: Edition,
    /// How much a rule may ask for.
    pub limits: Limits,
    /// The phase at which the rules have to be decided, if they run where no later one is seen: a field that is known
    /// later is an error then.
    pub decide_by: Option<Phase>,
    /// Whether a hint is given on rules that can drop no request early.
    pub advise_on_phases: bool,
    /// Whether to look for what follows from several conditions: parts that exclude each other, parts that change
    /// nothing, rules that others cover. Without it only these warnings and hints are missing.
    pub relations: bool,
    /// The least severity that is reported; errors always are.
    pub least: Severity,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            edition: Edition::default(),
            limits: Limits::default(),
            decide_by: None,
            advise_on_phases: false,
            relations: true,
            least: Severity::Hint,
        }
    }
}

impl Options {
    /// For a program that runs rules and shows nobody more than their errors.
    ///
    /// Warnings and hints are left out, and so is the [trying of fixes](Limits::trials): a fix may be offered that does
    /// not mend.
    /// The errors are the same, and so are the programs.
    ///
    /// ```
    /// use tamis_lang::catalog::Catalog;
    /// use tamis_types::analysis::{Options, analyze};
    /// let kong = Catalog::shipped("kong").unwrap();
    /// let text = "http.response.status_code == 503 && http.response.status_code == 504";
    /// assert_eq!(analyze(text, &kong, &Options::default()).diagnostics.len(), 1);
    /// let loaded = analyze(text, &kong, &Options::for_loading());
    /// assert!(loaded.diagnostics.is_empty() && loaded.rules()[0].checked().is_some());
    /// ```
    #[must_use]
    pub fn for_loading() -> Self {
        let limits = Limits { trials: 0, ..Limits::default() };
        Self { relations: false, least: Severity::Error, limits, ..Self::default() }
    }
}

/// Everything that is known about a text.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The tree, with holes where the text is broken.
    pub tree: Tree,
    /// Every token, as the grammar read it.
    pub tokens: Vec<Token>,
    /// The comments, slashes included.
    pub comments: Vec<Span>,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    rules: Vec<Rule>,
    meanings: Vec<Meaning>,
}

/// What a node of the tree turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeType {
    /// It is broken, or no value and no condition.
    Unknown,
    /// A condition.
    Condition,
    /// A value of this type.
    Value(Ty),
    /// A set or a range.
    Set,
}

/// One rule of a text: the whole of it, or a `rule` item of a file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The name of a `rule` item; none of a bare rule.
    pub name: Option<String>,
    /// Where the rule is written.
    pub span: Span,
    /// The comment lines above it.
    pub documentation: String,
    checked: Option<CheckedRule>,
}

/// A rule without errors: the only thing that can be compiled.
#[derive(Clone, Debug)]
pub struct CheckedRule {
    hir: Hir,
}

impl CheckedRule {
    pub(crate) const fn new(hir: Hir) -> Self {
        Self { hir }
    }

    /// The checked form.
    #[must_use]
    pub const fn hir(&self) -> &Hir {
        &self.hir
    }
}

impl Rule {
    pub(crate) const fn new(
        name: Option<String>,
        span: Span,
        documentation: String,
        checked: Option<CheckedRule>,
    ) -> Self {
        Self { name, span, documentation, checked }
    }

    /// The same rule without room to grow, for who keeps many of them.
    pub(crate) fn kept(mut self) -> Self {
        if let Some(CheckedRule { hir }) = &mut self.checked {
            hir.conditions.shrink_to_fit();
            hir.values.shrink_to_fit();
            hir.fields.shrink_to_fit();
            hir.prepared.shrink_to_fit();
        }
        self
    }

    /// Takes the checked form away, because of an error that was found later.
    pub(crate) fn refuse(&mut self) {
        self.checked = None;
    }

    /// The rule in the form that can be compiled; none where it has an error.
    #[must_use]
    pub const fn checked(&self) -> Option<&CheckedRule> {
        self.checked.as_ref()
    }
}

impl Analysis {
    /// The rules of the text, with and without errors, in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether there is no error in the whole text.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// What a node of the tree is.
    #[must_use]
    pub fn node_type(&self, node: NodeId) -> NodeType {
        match self.meanings.get(node.index()) {
            Some(Meaning::Value(term)) => NodeType::Value(term.ty),
            Some(Meaning::Condition(_) | Meaning::Broken) => NodeType::Condition,
            Some(Meaning::Set(_)) => NodeType::Set,
            Some(Meaning::Hole | Meaning::Unknown) | None => NodeType::Unknown,
        }
    }

    /// The field that a node names, directly, through a `let` or as the variable of a quantifier.
    #[must_use]
    pub fn field_of(&self, node: NodeId) -> Option<FieldId> {
        self.meanings.get(node.index()).and_then(Meaning::term).and_then(|term| term.field)
    }
}

/// For how many unknown names of a text a better one is looked for: that compares each with the whole catalog, and in a
/// text with more of them something else is wrong, such as the catalog.
pub(crate) const SEARCHES: u32 = 32;

/// How much `let` may add to the checked form of a whole text, as a part of the bytes of a long file.
///
/// Without `let` the checked form is bounded by the text; a file with a large `let` and many short rules is bounded by
/// this.
const EXPANSION: usize = 4;

/// Conditions and values that `let` may add to the checked form of a text.
pub(crate) fn expansion(text: &str, limits: &Limits) -> usize {
    let bytes = |limits: &Limits| usize::try_from(limits.file_bytes).unwrap_or(usize::MAX);
    // Limits that let long files in do not let short ones grow without end.
    bytes(limits).min(text.len().max(bytes(&Limits::default()))) / EXPANSION
}

/// Reads and checks a text: a bare rule or a file of named ones.
///
/// A fix of an error or a warning was tried: applied, it makes the diagnostic go away and brings no new error that a
/// mistake of the same stage or an earlier one would be.
/// Of a text with many mistakes, or a very long one, only the first fixes were tried.
///
/// ```
/// use tamis_lang::catalog::Catalog;
/// use tamis_types::analysis::{Options, analyze};
/// let kong = Catalog::shipped("kong").unwrap();
/// let analysis = analyze("http.response.status_code == 503", &kong, &Options::default());
/// assert!(analysis.rules()[0].checked().is_some());
/// let analysis = analyze("http.respose.status_code == 503", &kong, &Options::default());
/// assert_eq!(analysis.diagnostics[0].code.as_str(), "T301");
/// ```
#[must_use]
pub fn analyze(text: &str, catalog: &Catalog, options: &Options) -> Analysis {
    let mut analysis = pass(text, catalog, options);
    trial::keep_what_mends(text, &mut analysis.diagnostics, options.limits.trials, |text| {
        pass(text, catalog, options).diagnostics
    });
    analysis
}

/// Reads and checks a text once; no fix is tried.
pub(crate) fn pass(text: &str, catalog: &Catalog, options: &Options) -> Analysis {
    let mut parse = tamis_syntax::parse(text, options.edition, &options.limits);
    let found = std::mem::take(&mut parse.diagnostics);
    let broken = broken_items(&parse.tree, &found);
    let tree = &parse.tree;
    let sink = Sink::new(found, options.limits.diagnostics, options.least);
    let mut checker = checker((text, tree), parse.edition, catalog, options, sink);
    let mut rules = match tree.document() {
        Document::Rule(root) => vec![checker.bare_rule(*root, broken.contains(&true))],
        Document::File(items) => checker.file(items, &broken),
    };
    if parse.edition.must_run_on_atc() {
        strict::check(&mut checker, &parse, &mut rules);
    }
    let Checker { meanings, sink, .. } = checker;
    let mut diagnostics = sink.finish(text);
    settle(text, parse.edition, &parse.tree, &mut diagnostics);
    let (tree, tokens, comments) = (parse.tree, parse.tokens, parse.comments);
    Analysis { tree, tokens, comments, diagnostics, rules, meanings }
}

/// A checker that has not looked at anything yet.
pub(crate) fn checker<'a>(
    (text, tree): (&'a str, &'a Tree),
    edition: Edition,
    catalog: &'a Catalog,
    options: &'a Options,
    sink: Sink,
) -> Checker<'a> {
    let limits = &options.limits;
    Checker {
        text,
        tree,
        catalog,
        options,
        limits,
        edition,
        meanings: vec![Meaning::Hole; tree.ids().size_hint().0],
        scopes: Scopes::new(text, tree),
        sink,
        names: HashMap::new(),
        sets: HashMap::new(),
        budget: expansion(text, limits),
        searches: Cell::new(SEARCHES),
        asked_for_names: Cell::new(false),
        parents: Vec::new(),
        item: Current::default(),
    }
}

/// Of each item whether the parser reported an error between its start and the start of the next one.
pub(crate) fn broken_items(tree: &Tree, diagnostics: &[Diagnostic]) -> Vec<bool> {
    let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    match tree.document() {
        Document::Rule(_) => vec![errors().next().is_some()],
        Document::File(items) => {
            let mut broken = vec![false; items.len()];
            for error in errors() {
                let after = items.partition_point(|item: &Item| item.span.start <= error.span.start);
                if let Some(slot) = after.checked_sub(1).and_then(|place| broken.get_mut(place)) {
                    *slot = true;
                }
            }
            broken
        }
    }
}
