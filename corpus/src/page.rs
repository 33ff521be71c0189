//! Markdown pages with rules in them: `corpus/diagnostics`, and every other page of the repository.
//!
//! A block is a rule (or a file of rules) if its first word is `tamis`, and a catalog if that is `json` on the page of a
//! `T7` code.
//! More words say how it is read:
//!
//! So is one whose first words are `yaml session` or `json session`: a request for the validator.
//!
//! | Word | Says |
//! |---|---|
//! | `T301` | it raises this code; outside `corpus/diagnostics`, where a block of text below says so |
//! | `otel`, `kong-router`, `kong-sampler` | the catalog; `kong` where there is none |
//! | `escaped` | `\u{a0}` stands for the character, `\xff` for the byte |
//! | `to-atc`, `to-tamis` | it is converted to this language from the other one |
//! | `instead` | it is right, although a hint is shown below |
//! | `nesting=3` | a limit of [`Limits`] has this value |
//! | `phases` | advice on phases is asked for |
//! | `decide_by=route` | the rule has to be decided at this phase |

use std::sync::LazyLock;

use tamis_dialects::{ConvertOptions, Dialect, convert};
use tamis_embedded::{Document, Syntax};
use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::limits::Limits;
use tamis_types::analysis::{self, Options};
use tamis_validator::{FileId, Validator};

use crate::catalogs;
use crate::compact;
use crate::fence::Block;

/// The validator of sessions on pages.
static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| Catalog::shipped(catalogs::DEFAULT).map(Validator::new));

/// The word of a block that is right.
pub const INSTEAD: &str = "instead";

/// A text to check, with how it is read.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The text.
    pub text: String,
    /// What it is checked as.
    reading: Reading,
}

#[derive(Clone, Debug)]
enum Reading {
    Rule { catalog: &'static Catalog, options: Options },
    Conversion { catalog: &'static Catalog, options: ConvertOptions },
    Catalog,
    Session(Syntax),
}

impl Subject {
    /// The subject of a block, if it is one: rules, and catalogs where the page is about catalogs.
    ///
    /// # Errors
    ///
    /// A word of the fence that means nothing.
    pub fn of(block: &Block<'_>, takes_catalogs: bool) -> Result<Option<Self>, String> {
        match block.language() {
            "json" if takes_catalogs => Ok(Some(Self { text: block.text.to_owned(), reading: Reading::Catalog })),
            "tamis" => Self::rule(block).map(Some),
            "yaml" if is_session(block) => Ok(Some(Self::session(block, Syntax::Yaml))),
            "json" if is_session(block) => Ok(Some(Self::session(block, Syntax::Json))),
            _ => Ok(None),
        }
    }

    fn rule(block: &Block<'_>) -> Result<Self, String> {
        let mut text = block.text.to_owned();
        let mut name = catalogs::DEFAULT;
        let mut options = Options::default();
        let mut between = None;
        for word in block.words.iter().skip(1) {
            if *word == "escaped" {
                let bytes = compact::unescape(block.text);
                text = String::from_utf8(bytes).map_err(|_| "the text is not UTF-8".to_owned())?;
            } else if let Some(phase) = word.strip_prefix("decide_by=") {
                options.decide_by = Some(phase.parse().map_err(|error| format!("`{phase}` is {error}"))?);
            } else if let Some((limit, value)) = word.split_once('=') {
                set_limit(&mut options.limits, limit, value)?;
            } else if let Some(found) = languages(word) {
                between = Some(found);
            } else if *word == "phases" {
                options.advise_on_phases = true;
            } else if !is_code(word) && *word != INSTEAD {
                name = word;
            }
        }
        let catalog = catalogs::shipped(name)?;
        let reading = match between {
            Some((from, to)) => {
                let options = ConvertOptions { limits: options.limits, ..ConvertOptions::between(from, to) };
                Reading::Conversion { catalog, options }
            }
            None => Reading::Rule { catalog, options },
        };
        Ok(Self { text, reading })
    }

    fn session(block: &Block<'_>, syntax: Syntax) -> Self {
        Self { text: block.text.to_owned(), reading: Reading::Session(syntax) }
    }

    /// A rule over the default catalog.
    ///
    /// # Errors
    ///
    /// None as long as the default catalog is shipped.
    pub fn of_rule(text: String) -> Result<Self, String> {
        let catalog = catalogs::shipped(catalogs::DEFAULT)?;
        Ok(Self { text, reading: Reading::Rule { catalog, options: Options::default() } })
    }

    /// The same with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self { text, reading: self.reading.clone() }
    }

    /// Everything that is said about it.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match &self.reading {
            Reading::Rule { catalog, options } => analysis::analyze(&self.text, catalog, options).diagnostics,
            Reading::Conversion { catalog, options } => convert(&self.text, catalog, options).diagnostics,
            Reading::Catalog => Catalog::from_json(&self.text).err().unwrap_or_default(),
            Reading::Session(syntax) => {
                let document = Document::read(&self.text, *syntax);
                let report = VALIDATOR.as_ref().map(|validator| validator.validate_document("request", &document));
                let findings = report.into_iter().flat_map(|report| report.findings);
                findings.filter(|it| it.file == FileId(0)).map(|it| it.diagnostic).collect()
            }
        }
    }

    /// What is said about it, as text.
    #[must_use]
    pub fn rendered(&self) -> String {
        compact::render(&self.text, &self.diagnostics())
    }

    /// Why a fix does not mend its diagnostic: it is still there, or the text has an error that it had not.
    #[must_use]
    pub fn unmended(&self, diagnostic: &Diagnostic, fix: &Fix) -> Option<String> {
        let (before, mended) = (self.diagnostics(), self.with_text(fix.apply(&self.text)));
        let after = mended.diagnostics();
        let count = |all: &[Diagnostic]| all.iter().filter(|other| other.code == diagnostic.code).count();
        if count(&after) >= count(&before) {
            return Some(format!("`{}` leaves {} in `{}`", fix.title, diagnostic.code, mended.text));
        }
        let errors = |all: &[Diagnostic]| all.iter().filter(|other| other.is_error()).count();
        let expected = errors(&before) - usize::from(diagnostic.is_error());
        (errors(&after) > expected).then(|| format!("`{}` makes errors in `{}`", fix.title, mended.text))
    }
}

/// Whether a block is a request for the validator.
fn is_session(block: &Block<'_>) -> bool {
    block.words.get(1) == Some(&"session")
}

/// The languages that a word of a fence names, from one to the other.
fn languages(word: &str) -> Option<(Dialect, Dialect)> {
    match word {
        "to-atc" => Some((Dialect::Tamis, Dialect::Atc)),
        "to-tamis" => Some((Dialect::Atc, Dialect::Tamis)),
        _ => None,
    }
}

/// Whether a file is the page of a code.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let name = path.strip_prefix("corpus/diagnostics/").and_then(|name| name.strip_suffix(".md"));
    name.is_some_and(is_code)
}

/// Whether a word of a fence is a diagnostic code.
#[must_use]
pub fn is_code(word: &str) -> bool {
    word.len() == 4 && word.starts_with(['T', 'V']) && word.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

fn set_limit(limits: &mut Limits, name: &str, value: &str) -> Result<(), String> {
    let slot = match name {
        "rule_bytes" => &mut limits.rule_bytes,
        "file_bytes" => &mut limits.file_bytes,
        "nesting" => &mut limits.nesting,
        "quantifiers" => &mut limits.quantifiers,
        "conditions" => &mut limits.conditions,
        "set_members" => &mut limits.set_members,
        "regex_bytes" => &mut limits.regex_bytes,
        "rule_regex_bytes" => &mut limits.rule_regex_bytes,
        "atc_regex_bytes" => &mut limits.atc_regex_bytes,
        "atc_rule_regex_bytes" => &mut limits.atc_rule_regex_bytes,
        "trials" => &mut limits.trials,
        "diagnostics" => &mut limits.diagnostics,
        _ => return Err(format!("`{name}` is no limit")),
    };
    *slot = value.parse().map_err(|_| format!("`{value}` is no value of `{name}`"))?;
    Ok(())
}
