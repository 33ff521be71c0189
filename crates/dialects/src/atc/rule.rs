//! A text of ours, rule by rule.

use std::collections::HashMap;

use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::span::Span;
use tamis_syntax::tree::{Document, ItemKind, NodeId};
use tamis_types::analysis::{Analysis, Options, Rule, analyze};

use super::layout::{Layout, within};
use super::lower;
use crate::{Conversion, ConvertOptions, ConvertedRule, bodies, of_rule};

/// Converts a text to Kong's expressions.
pub(crate) fn convert(text: &str, catalog: &Catalog, options: &ConvertOptions) -> Conversion {
    let reading = Options {
        edition: options.from.edition(),
        limits: options.limits.clone(),
        relations: false,
        ..Options::default()
    };
    let analysis = analyze(text, catalog, &reading);
    let mut diagnostics: Vec<Diagnostic> = analysis.diagnostics.iter().filter(|it| it.is_error()).cloned().collect();
    let comments = tamis_syntax::parse(text, reading.edition, &reading.limits).comments;
    let names = names(text, &analysis);
    let converter = Converter { text, catalog, options, analysis: &analysis, comments: &comments, names: &names };
    let bodies = bodies(&analysis);
    let mut rules = Vec::new();
    let mut start = 0;
    for (rule, body) in analysis.rules().iter().zip(bodies) {
        let is_last = rules.len() + 1 == analysis.rules().len();
        let end = if is_last { Span::from_range(text.len()..text.len()).end } else { rule.span.end };
        let (text, mut found) = match converter.rule(rule, body) {
            Ok(Some(converted)) => (Some(converted), Vec::new()),
            Ok(None) => (None, of_rule(&diagnostics, rule.span)),
            Err(refused) => (None, refused),
        };
        found.extend(lost_comments(converter.text, &comments, Span::new(start, end)));
        start = end;
        rules.push(ConvertedRule { name: rule.name.clone(), span: rule.span, text, diagnostics: found });
    }
    diagnostics.extend(rules.iter().flat_map(|rule| rule.diagnostics.iter().cloned()));
    diagnostics.extend(several_rules(&analysis));
    diagnostics.sort_by_key(|found| (found.span.start, found.span.end, found.code));
    diagnostics.dedup();
    let whole = match rules.as_slice() {
        [only] => only.text.as_ref().map(|rule| if text.ends_with('\n') { format!("{rule}\n") } else { rule.clone() }),
        _ => None,
    };
    let text = whole.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Conversion { text, rules, diagnostics }
}

struct Converter<'a> {
    text: &'a str,
    catalog: &'a Catalog,
    options: &'a ConvertOptions,
    analysis: &'a Analysis,
    comments: &'a [Span],
    names: &'a HashMap<&'a str, NodeId>,
}

/// What each `let` stands for; of two with one name the first.
fn names<'a>(text: &'a str, analysis: &Analysis) -> HashMap<&'a str, NodeId> {
    let Document::File(items) = analysis.tree.document() else { return HashMap::new() };
    let lets = items.iter().filter(|item| item.kind == ItemKind::Let).rev();
    lets.map(|item| (item.name.slice(text), item.body)).collect()
}

impl Converter<'_> {
    /// A rule as text; none where it has an error.
    ///
    /// # Errors
    ///
    /// Why it is refused.
    fn rule(&self, rule: &Rule, body: NodeId) -> Result<Option<String>, Vec<Diagnostic>> {
        let Some(checked) = rule.checked() else { return Ok(None) };
        let hir = checked.hir();
        let lowered = lower::lower(self.text, hir, self.catalog, self.options.values);
        let (false, Some(root)) = (!lowered.refused.is_empty(), hir.root) else { return Err(lowered.refused) };
        let layout = Layout {
            text: self.text,
            tree: &self.analysis.tree,
            hir,
            comments: self.comments,
            names: self.names,
            lowered: &lowered,
        };
        let whole = || lowered.of.get(root.0 as usize).copied().flatten().and_then(|id| lowered.formulas.print(id));
        // A condition that is always the same has no text of its own, but may go without changing the rule.
        let Some(written) = layout.write(body, root).or_else(whole) else {
            let message = "the rule is always true or always false, and Kong's expressions cannot say that";
            return Err(vec![Diagnostic::new(Code::NoCounterpart, self.analysis.tree.span(body), message)]);
        };
        self.accepted(&written, self.analysis.tree.span(body)).map(|()| Some(written))
    }

    /// Holds the result against the gateway's own limits and rules.
    fn accepted(&self, written: &str, span: Span) -> Result<(), Vec<Diagnostic>> {
        let reading = Options {
            edition: Edition::AtcStrict,
            limits: self.options.limits.clone(),
            relations: false,
            ..Options::default()
        };
        let analysis = analyze(written, self.catalog, &reading);
        let Some(error) = analysis.diagnostics.iter().find(|found| found.is_error()) else { return Ok(()) };
        let message = format!("the rule would be refused in Kong's expressions: {}", error.message);
        Err(vec![Diagnostic::new(Code::NoCounterpart, span, message)])
    }
}

/// Kong's expressions have no names for rules.
fn several_rules(analysis: &Analysis) -> Option<Diagnostic> {
    let (first, rest) = analysis.rules().split_first()?;
    if rest.is_empty() {
        return None;
    }
    let n_rules = analysis.rules().len();
    let message = format!("there are {n_rules} rules, and a text of Kong's expressions is one rule without a name");
    let diagnostic = Diagnostic::new(Code::SeveralRules, first.span, message);
    Some(diagnostic.note("choose one with `--rule NAME`, or take each from `--format json`"))
}

/// Comments go; the line that names the edition is no loss.
fn lost_comments(text: &str, comments: &[Span], stretch: Span) -> Option<Diagnostic> {
    const SHOWN: usize = 8;
    let mut lost = within(comments, stretch).iter().filter(|comment| !comment.slice(text).starts_with("//!"));
    let first = *lost.next()?;
    let others: Vec<Span> = lost.copied().collect();
    let message = match others.len() {
        0 => "the comment is lost; Kong's expressions have none".to_owned(),
        n => format!("{} comments are lost; Kong's expressions have none", n + 1),
    };
    let diagnostic = Diagnostic::new(Code::LostComment, first, message);
    Some(others.iter().take(SHOWN).fold(diagnostic, |diagnostic, other| diagnostic.label(*other, "lost as well")))
}
