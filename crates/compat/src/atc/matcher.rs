//! One rule, compiled.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::scratch::Scratch;
use tamis_lang::span::LineIndex;
use tamis_types::analysis::{CheckedRule, Options, analyze};
use tamis_types::hir::{ConditionKind, Hir, ValueKind};
use tamis_vm::{Program, Verdict};

use super::capture::Captures;
use super::context::{Match, Values};

/// A rule that can be run.
#[derive(Debug)]
pub(super) struct Matcher {
    program: Program,
    captures: Captures,
    /// The fields that it names, with how often.
    pub(super) fields: BTreeMap<String, usize>,
}

impl Matcher {
    /// Reads, checks and compiles a rule.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, a line each.
    pub(super) fn new(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let checked = checked(text, catalog)?;
        let captures = Captures::new(text, checked.hir(), catalog);
        Ok(Self { program: tamis_vm::compile(&checked), captures, fields: fields(checked.hir()) })
    }

    /// The rule as it runs.
    pub(super) const fn program(&self) -> &Program {
        &self.program
    }

    /// Whether the rule matches.
    pub(super) fn matches(&self, values: &Values, scratch: &mut Scratch) -> bool {
        self.program.run(values, scratch) == Verdict::Match
    }

    /// Adds what it matched and captured of a request that matches.
    pub(super) fn collect<K>(&self, values: &Values, scratch: &mut Scratch, found: &mut Match<K>) {
        self.captures.collect(values, scratch, &mut found.matches, &mut found.captures);
    }
}

/// How rules are read.
pub(super) fn options() -> Options {
    Options { edition: Edition::Atc, ..Options::for_loading() }
}

/// A rule that is fine.
///
/// # Errors
///
/// Everything that is wrong with it, a line each.
pub(super) fn checked(text: &str, catalog: &Catalog) -> Result<CheckedRule, String> {
    let analysis = analyze(text, catalog, &options());
    match analysis.rules() {
        [rule] if rule.name.is_none() => rule.checked().cloned().ok_or_else(|| said(text, &analysis.diagnostics)),
        _ => Err("a matcher is one rule without a name".to_string()),
    }
}

/// The errors, a line each.
pub(super) fn said(text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.fold(String::new(), |mut out, error| {
        let (line, column) = lines.line_column(error.span.start);
        let newline = if out.is_empty() { "" } else { "\n" };
        let _ = write!(out, "{newline}{} at {line}:{column}: {}", error.code, error.message);
        out
    })
}

/// The fields that a rule names, with how often.
pub(super) fn fields(hir: &Hir) -> BTreeMap<String, usize> {
    let of_values = hir.values.iter().filter_map(|value| match value.kind {
        ValueKind::Field(id) | ValueKind::Count(id) | ValueKind::ListLen(id) => Some(id),
        ValueKind::Constant(_)
        | ValueKind::Variable(_)
        | ValueKind::Call { .. }
        | ValueKind::Default(..)
        | ValueKind::TextLen(_) => None,
    });
    let of_conditions = hir.conditions.iter().filter_map(|condition| match condition.kind {
        ConditionKind::Exists(id) | ConditionKind::Quantified { source: id, .. } => Some(id),
        ConditionKind::Constant(_)
        | ConditionKind::Not(_)
        | ConditionKind::And(_)
        | ConditionKind::Or(_)
        | ConditionKind::Test(_)
        | ConditionKind::Sample(_) => None,
    });
    let mut counted = BTreeMap::new();
    for id in of_values.chain(of_conditions) {
        if let Some(field) = hir.field(id) {
            *counted.entry(written(&field.name)).or_insert(0) += 1;
        }
    }
    counted
}

/// The name of a field as a rule of atc-router writes it.
pub(super) fn written(name: &str) -> String {
    // A key that is empty has no dotted spelling of ours.
    name.strip_suffix("[\"\"]").map_or_else(|| name.to_owned(), |family| format!("{family}."))
}
