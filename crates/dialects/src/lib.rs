//! Rules in other languages: exact, or refused with a span.
//!
//! [`convert`] takes a text in one [`Dialect`] and writes it in another.
//! What it writes has the same verdict on every request whose values have the types of the catalog, absent ones and
//! several values included; where that cannot be had, a diagnostic says what stands in the way and what to write instead.
//!
//! ```
//! use tamis_dialects::{ConvertOptions, Dialect, convert};
//! use tamis_lang::catalog::Catalog;
//!
//! let kong = Catalog::shipped("kong").unwrap();
//! let converted = convert(
//!     "http.response.status_code in 500..504 and not exists(proxy.kong.route.id)",
//!     &kong,
//!     &ConvertOptions::between(Dialect::Tamis, Dialect::Atc),
//! );
//! assert_eq!(
//!     converted.text.unwrap(),
//!     r#"(http.response.status_code >= 500 && http.response.status_code <= 504) && !(proxy.kong.route.id ^= "")"#,
//! );
//! ```
//!
//! How each construct is converted stands in one place: the module `atc` towards Kong's expressions, and the fixes of the
//! parser back, which are what the edition `atc` warns with.

mod atc;
mod tamis;

use std::fmt;
use std::str::FromStr;

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_syntax::tree::{Document, ItemKind, NodeId};
use tamis_types::analysis::Analysis;

/// A language that rules are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The language of Tamis.
    Tamis,
    /// Kong's expressions, as atc-router 1.7.1 reads them.
    Atc,
}

impl Dialect {
    /// Every dialect, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[Self::Tamis, Self::Atc];

    /// The name that commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tamis => "tamis",
            Self::Atc => "atc",
        }
    }

    /// The edition that reads it.
    #[must_use]
    pub const fn edition(self) -> Edition {
        match self {
            Self::Tamis => Edition::Tamis,
            Self::Atc => Edition::Atc,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDialect(pub String);

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a language that rules are converted between; these are `tamis` and `atc`", self.0)
    }
}

impl std::error::Error for UnknownDialect {}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|dialect| dialect.as_str() == name);
        found.copied().ok_or_else(|| UnknownDialect(name.to_owned()))
    }
}

/// How a text is converted.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// The language of the text.
    pub from: Dialect,
    /// The language wanted.
    pub to: Dialect,
    /// What is assumed of the requests.
    pub values: Values,
    /// How much a rule may ask for, before and after.
    pub limits: Limits,
}

/// How many values a field may have in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Values {
    /// Every field may have several, whatever the catalog says: exact on every request.
    #[default]
    Several,
    /// A field that is no list has at most one, as the catalog says: exact on every request that keeps to it.
    AsTheCatalogSays,
}

impl ConvertOptions {
    /// From one language to another, with the usual limits.
    #[must_use]
    pub fn between(from: Dialect, to: Dialect) -> Self {
        Self { from, to, values: Values::default(), limits: Limits::default() }
    }
}

/// A text in the other language, as far as it can be said there.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The whole text; none where something is refused.
    pub text: Option<String>,
    /// Each rule of the text on its own, in order.
    pub rules: Vec<ConvertedRule>,
    /// What is wrong with the text, what is refused, and what is lost, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// One rule in the other language.
#[derive(Clone, Debug)]
pub struct ConvertedRule {
    /// The name of a `rule` item; none of a bare rule.
    pub name: Option<String>,
    /// Where it stands in the text that was converted.
    pub span: Span,
    /// The rule; none where it has an error or is refused.
    pub text: Option<String>,
    /// What is wrong with this rule, refused in it, or lost of it; the same diagnostics stand among those of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes a text in another language.
///
/// A text with an error is not converted: its diagnostics are those of the check.
/// Warnings of the check are left out; ask `analyze` for them.
#[must_use]
pub fn convert(text: &str, catalog: &Catalog, options: &ConvertOptions) -> Conversion {
    match options.to {
        Dialect::Tamis => tamis::convert(text, catalog, options),
        Dialect::Atc => atc::convert(text, catalog, options),
    }
}

/// The root of each rule, in the order of the rules.
fn bodies(analysis: &Analysis) -> Vec<NodeId> {
    match analysis.tree.document() {
        Document::Rule(root) => vec![*root],
        Document::File(items) => {
            items.iter().filter(|item| item.kind == ItemKind::Rule).map(|item| item.body).collect()
        }
    }
}

/// The errors of a rule, of errors in the order of the text: those within it or, where they stand in a
/// `let`, the first.
fn of_rule(errors: &[Diagnostic], span: Span) -> Vec<Diagnostic> {
    let from = errors.partition_point(|error| error.span.start < span.start);
    let behind = errors.iter().skip(from).take_while(|error| error.span.start <= span.end);
    let own: Vec<Diagnostic> = behind.filter(|error| span.contains(error.span)).cloned().collect();
    if own.is_empty() { errors.first().cloned().into_iter().collect() } else { own }
}
