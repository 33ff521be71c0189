//! What an editor shows of a text that nobody changes: hovers, outlines, folds, hints.

use serde_json::json;
use tamis::diagnostic::Span;
use tamis_ide as ide;
use tower_lsp::lsp_types::{
    CodeLens, Command, DocumentHighlight, DocumentHighlightKind, DocumentSymbol, Documentation, FoldingRange,
    FoldingRangeKind, Hover, HoverContents, InlayHint, InlayHintKind, InlayHintLabel, InlayHintTooltip, Location,
    MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, Position, Range, SelectionRange, SignatureHelp,
    SignatureInformation, SymbolKind, Url,
};

use crate::lines::{Encoding, Lines};
use crate::state::Snapshot;

/// The command behind the line above a rule.
pub(crate) const MATCHES: &str = "tamis.matches";

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

pub(crate) fn hover(snapshot: &Snapshot, position: Position) -> Option<Hover> {
    let found = ide::hover(&snapshot.view(), snapshot.offset(position))?;
    Some(Hover { contents: HoverContents::Markup(markdown(found.markdown)), range: Some(snapshot.range(found.span)) })
}

pub(crate) fn signature(snapshot: &Snapshot, position: Position) -> Option<SignatureHelp> {
    let help = ide::signature(&snapshot.view(), snapshot.offset(position))?;
    let documentation = ide::describe(&ide::Subject::Builtin(help.builtin), &snapshot.world.catalog);
    let signatures = help.signatures.into_iter().map(|(label, parameters)| {
        let parameter = |range: std::ops::Range<usize>| ParameterInformation {
            label: ParameterLabel::Simple(label.get(range).unwrap_or("").to_owned()),
            documentation: None,
        };
        SignatureInformation {
            parameters: Some(parameters.into_iter().map(parameter).collect()),
            documentation: Some(Documentation::MarkupContent(markdown(documentation.clone()))),
            active_parameter: None,
            label,
        }
    });
    Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: u32::try_from(help.active_signature).ok(),
        active_parameter: u32::try_from(help.active_parameter).ok(),
    })
}

pub(crate) fn symbols(snapshot: &Snapshot) -> Vec<DocumentSymbol> {
    ide::symbols(&snapshot.view()).into_iter().map(|outline| symbol(snapshot, outline)).collect()
}

#[expect(deprecated, reason = "the member `deprecated` of the protocol has no default")]
fn symbol(snapshot: &Snapshot, outline: ide::Outline) -> DocumentSymbol {
    DocumentSymbol {
        name: outline.name,
        detail: (!outline.detail.is_empty()).then_some(outline.detail),
        kind: kind(outline.kind),
        tags: None,
        deprecated: None,
        range: snapshot.range(outline.span),
        selection_range: snapshot.range(outline.name_span),
        children: None,
    }
}

/// The symbol kinds that come nearest.
pub(crate) const fn kind(kind: ide::OutlineKind) -> SymbolKind {
    match kind {
        ide::OutlineKind::Rule => SymbolKind::FUNCTION,
        ide::OutlineKind::Condition => SymbolKind::BOOLEAN,
        ide::OutlineKind::Value => SymbolKind::CONSTANT,
        ide::OutlineKind::Set => SymbolKind::ARRAY,
    }
}

pub(crate) fn folds(snapshot: &Snapshot) -> Vec<FoldingRange> {
    let fold = |fold: ide::Fold| {
        let range = snapshot.range(fold.span);
        let is_comment = fold.kind == ide::FoldKind::Comment;
        FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind: Some(if is_comment { FoldingRangeKind::Comment } else { FoldingRangeKind::Region }),
            ..FoldingRange::default()
        }
    };
    ide::folds(&snapshot.view()).into_iter().map(fold).collect()
}

pub(crate) fn selection(snapshot: &Snapshot, positions: &[Position]) -> Vec<SelectionRange> {
    let view = snapshot.view();
    let one = |position: &Position| {
        let spans = ide::selection(&view, snapshot.offset(*position));
        // From the largest to the smallest, each within the one before.
        let nested = spans.into_iter().rev().fold(None, |parent: Option<SelectionRange>, span| {
            Some(SelectionRange { range: snapshot.range(span), parent: parent.map(Box::new) })
        });
        nested.unwrap_or_else(|| SelectionRange { range: Range::new(*position, *position), parent: None })
    };
    positions.iter().map(one).collect()
}

pub(crate) fn highlights(snapshot: &Snapshot, position: Position) -> Vec<DocumentHighlight> {
    let found = ide::highlight(&snapshot.view(), snapshot.offset(position));
    let one = |it: ide::Occurrence| DocumentHighlight {
        range: snapshot.range(it.span),
        kind: Some(if it.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
    };
    found.into_iter().map(one).collect()
}

pub(crate) fn inlays(snapshot: &Snapshot, range: Range) -> Vec<InlayHint> {
    let hint = |inlay: ide::Inlay| InlayHint {
        position: snapshot.lines.position(&snapshot.text, inlay.offset),
        label: InlayHintLabel::String(inlay.label),
        kind: (inlay.kind == ide::InlayKind::Unit).then_some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(inlay.tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    ide::inlays(&snapshot.view(), snapshot.span(range)).into_iter().map(hint).collect()
}

pub(crate) fn lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let lens = |lens: ide::Lens| CodeLens {
        range: snapshot.range(lens.span),
        command: Some(Command {
            title: lens.title,
            command: MATCHES.to_owned(),
            arguments: Some(vec![json!(snapshot.uri), json!(lens.rule)]),
        }),
        data: None,
    };
    ide::lenses(&snapshot.view()).into_iter().map(lens).collect()
}

/// The requests that a rule would have captured, a line each; none where there is no such rule or nothing recorded.
pub(crate) fn matches(snapshot: &Snapshot, rule: usize) -> Option<Vec<String>> {
    let view = snapshot.view();
    let traffic = view.traffic?;
    let checked = view.document.analysis().rules().get(rule)?.checked()?;
    let captured = traffic.captured(checked);
    Some(captured.matches.iter().filter_map(|place| traffic.label(*place)).map(str::to_owned).collect())
}

pub(crate) fn definition(snapshot: &Snapshot, position: Position) -> Option<Location> {
    let (_, found) = ide::definition(&snapshot.view(), snapshot.offset(position))?;
    match found {
        ide::Definition::Here(span) => Some(Location::new(snapshot.uri.clone(), snapshot.range(span))),
        ide::Definition::Field { name, .. } => record(snapshot, &name),
    }
}

/// Where a field's record begins in the catalog's file; none of a shipped catalog, which is no file.
fn record(snapshot: &Snapshot, name: &str) -> Option<Location> {
    let (path, text) = snapshot.world.catalog_file.as_ref()?;
    let names = [format!("\"{name}\""), format!("\"{name}.*\"")];
    let (at, quoted) = names.iter().find_map(|quoted| Some((text.find(quoted.as_str())?, quoted)))?;
    let lines = Lines::new(text, Encoding::Utf16);
    let range = lines.range(text, Span::from_range(at..at + quoted.len()));
    Some(Location::new(Url::from_file_path(path).ok()?, range))
}

pub(crate) fn references(snapshot: &Snapshot, position: Position, with_definition: bool) -> Vec<Location> {
    let found = ide::references(&snapshot.view(), snapshot.offset(position)).into_iter();
    let wanted = found.filter(|it| with_definition || !it.is_definition);
    wanted.map(|it| Location::new(snapshot.uri.clone(), snapshot.range(it.span))).collect()
}

/// The uses of the field at a position of one text in another text.
pub(crate) fn uses_elsewhere(asked: &Snapshot, position: Position, other: &Snapshot) -> Vec<Location> {
    match ide::definition(&asked.view(), asked.offset(position)) {
        Some((_, ide::Definition::Field { id, .. })) => {
            let uses = ide::field_uses(&other.view(), id).into_iter();
            uses.map(|span| Location::new(other.uri.clone(), other.range(span))).collect()
        }
        Some((_, ide::Definition::Here(_))) | None => Vec::new(),
    }
}
