//! The front door: text and catalog to everything that is known about a rule.

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_syntax::tree::Tree;

use crate::hir::Hir;

/// How a text is read and checked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which reading is meant.
    pub edition: Edition,
    /// How much a rule may ask for.
    pub limits: Limits,
}

/// Everything that is known about a text.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The tree, with holes where the text is broken.
    pub tree: Tree,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    rules: Vec<Rule>,
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
    /// The checked form.
    #[must_use]
    pub const fn hir(&self) -> &Hir {
        &self.hir
    }
}

impl Rule {
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
}

/// Reads and checks a text: a bare rule or a file of named ones.
#[must_use]
pub fn analyze(text: &str, catalog: &Catalog, options: &Options) -> Analysis {
    let _ = (text, catalog, options);
    unimplemented!("lands with the checker")
}
