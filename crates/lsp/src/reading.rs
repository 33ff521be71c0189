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

use crate::lines::Lines;
use crate::pages;
use crate::region::Region;
use crate::state::Snapshot;

/// The command behind the line above a rule.
pub(crate) const MATCHES: &str = "tamis.matches";
/// The command that says why.
pub(crate) const WHY: &str = "tamis.why";

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

pub(crate) fn hover(snapshot: &Snapshot, position: Position) -> Option<Hover> {
    snapshot.near(position, |region, offset| {
        let found = ide::hover(&region.view, offset)?;
        let contents = HoverContents::Markup(markdown(found.markdown));
        Some(Hover { contents, range: Some(region.range(found.span)) })
    })
}

pub(crate) fn signature(snapshot: &Snapshot, position: Position) -> Option<SignatureHelp> {
    let help = snapshot.near(position, |region, offset| ide::signature(&region.view, offset))?;
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
    snapshot.each(|region, from| {
        let found = ide::symbols(&region.view).into_iter().filter(|it| it.name_span.start >= from);
        found.map(|it| symbol(region, it)).collect()
    })
}

#[expect(deprecated, reason = "the member `deprecated` of the protocol has no default")]
fn symbol(region: &Region<'_>, outline: ide::Outline) -> DocumentSymbol {
    DocumentSymbol {
        name: outline.name,
        detail: (!outline.detail.is_empty()).then_some(outline.detail),
        kind: kind(outline.kind),
        tags: None,
        deprecated: None,
        range: region.range(outline.span),
        selection_range: region.range(outline.name_span),
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
    let fold = |region: &Region<'_>, fold: ide::Fold| {
        let range = region.range(fold.span);
        let is_comment = fold.kind == ide::FoldKind::Comment;
        FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind: Some(if is_comment { FoldingRangeKind::Comment } else { FoldingRangeKind::Region }),
            ..FoldingRange::default()
        }
    };
    snapshot.each(|region, from| {
        let found = ide::folds(&region.view).into_iter().filter(|it| it.span.start >= from);
        found.map(|it| fold(region, it)).filter(|fold| fold.start_line < fold.end_line).collect()
    })
}

pub(crate) fn selection(snapshot: &Snapshot, positions: &[Position]) -> Vec<SelectionRange> {
    let one = |position: &Position| {
        let ranges = snapshot.region_at(*position).map(|(region, offset)| {
            let spans = ide::selection(&region.view, offset);
            let mut ranges: Vec<Range> = spans.into_iter().map(|span| region.range(span)).collect();
            ranges.dedup();
            ranges
        });
        // From the largest to the smallest, each within the one before.
        let nested = ranges.into_iter().flatten().rev().fold(None, |parent: Option<SelectionRange>, range| {
            Some(SelectionRange { range, parent: parent.map(Box::new) })
        });
        nested.unwrap_or_else(|| SelectionRange { range: Range::new(*position, *position), parent: None })
    };
    positions.iter().map(one).collect()
}

pub(crate) fn highlights(snapshot: &Snapshot, position: Position) -> Vec<DocumentHighlight> {
    let one = |region: &Region<'_>, it: ide::Occurrence| DocumentHighlight {
        range: region.range(it.span),
        kind: Some(if it.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
    };
    let field = || snapshot.near(position, |region, offset| ide::field_at(&region.view, offset));
    if let Some(field) = snapshot.is_long().then(field).flatten() {
        return snapshot.each(|region, from| {
            let found = ide::highlight_field(&region.view, &field).into_iter().filter(|it| it.span.start >= from);
            found.map(|it| one(region, it)).collect()
        });
    }
    let Some((region, offset)) = snapshot.region_at(position) else { return Vec::new() };
    ide::highlight(&region.view, offset).into_iter().map(|it| one(&region, it)).collect()
}

pub(crate) fn inlays(snapshot: &Snapshot, range: Range) -> Vec<InlayHint> {
    let hint = |region: &Region<'_>, inlay: ide::Inlay| InlayHint {
        position: region.range(Span::at(inlay.offset)).start,
        label: InlayHintLabel::String(inlay.label),
        kind: (inlay.kind == ide::InlayKind::Unit).then_some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(inlay.tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    snapshot.over(range, |region, span| {
        ide::inlays(&region.view, span).into_iter().map(|inlay| hint(region, inlay)).collect()
    })
}

pub(crate) fn lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let mut n_rules = 0;
    snapshot.each(|region, _| {
        let mut found = Vec::new();
        for lens in ide::lenses(&region.view) {
            let command = |title: String, command: &str| CodeLens {
                range: region.range(lens.span),
                command: Some(Command {
                    title,
                    command: command.to_owned(),
                    arguments: Some(vec![json!(snapshot.uri), json!(n_rules + lens.rule)]),
                }),
                data: None,
            };
            found.push(command(lens.title.clone(), MATCHES));
            if lens.captured.is_some_and(|captured| captured.total > 0) {
                found.push(command("why".to_owned(), WHY));
            }
        }
        n_rules += region.view.document.analysis().rules().len();
        found
    })
}

/// The region of a rule, and its place among the rules there.
pub(crate) fn region_of_rule(snapshot: &Snapshot, mut rule: usize) -> Option<(Region<'_>, usize)> {
    for region in snapshot.regions() {
        let n_rules = region.view.document.analysis().rules().len();
        match rule.checked_sub(n_rules) {
            None => return Some((region, rule)),
            Some(left) => rule = left,
        }
    }
    None
}

/// The requests that a rule would have captured, a line each; none where there is no such rule or nothing recorded.
pub(crate) fn matches(snapshot: &Snapshot, rule: usize) -> Option<Vec<String>> {
    let (region, rule) = region_of_rule(snapshot, rule)?;
    let traffic = region.view.traffic?;
    let checked = region.view.document.analysis().rules().get(rule)?.checked()?;
    let captured = traffic.captured(checked);
    Some(captured.matches.iter().filter_map(|place| traffic.label(*place)).map(str::to_owned).collect())
}

pub(crate) fn definition(snapshot: &Snapshot, position: Position) -> Option<Location> {
    snapshot.near(position, |region, offset| match ide::definition(&region.view, offset)? {
        (_, ide::Definition::Here(span)) => Some(region.location(span)),
        (_, ide::Definition::Field { name, .. }) => record(region, &name),
    })
}

/// Where a field's record begins in the catalog's file; a shipped catalog is written to a file first.
fn record(region: &Region<'_>, name: &str) -> Option<Location> {
    let snapshot = region.snapshot;
    let own =
        snapshot.world.catalog_file.as_ref().filter(|_| std::ptr::eq(region.view.catalog, &snapshot.world.catalog));
    let shipped = || pages::catalog(region.view.catalog.name());
    let (uri, text) = match own {
        Some((path, text)) => (Url::from_file_path(path).ok()?, text.as_str()),
        None => shipped()?,
    };
    let names = [format!("\"{name}\""), format!("\"{name}.*\"")];
    let (at, quoted) = names.iter().find_map(|quoted| Some((key(text, quoted)?, quoted)))?;
    let lines = Lines::new(text, snapshot.lines.encoding());
    Some(Location::new(uri, lines.range(text, Span::from_range(at..at + quoted.len()))))
}

/// Where a key of an object stands, rather than a text that is the same.
fn key(text: &str, quoted: &str) -> Option<usize> {
    let is_key = |at: &usize| text.get(at + quoted.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'));
    text.match_indices(quoted).map(|(at, _)| at).find(is_key).or_else(|| text.find(quoted))
}

pub(crate) fn references(snapshot: &Snapshot, position: Position, with_definition: bool) -> Vec<Location> {
    let Some((region, offset)) = snapshot.region_at(position) else { return Vec::new() };
    let wanted = |it: &ide::Occurrence| with_definition || !it.is_definition;
    let found = ide::references(&region.view, offset).into_iter().filter(wanted);
    let mut found: Vec<Location> = found.map(|it| region.location(it.span)).collect();
    let here = region.range(Span::at(0));
    let own = |other: &&Region<'_>| other.range(Span::at(0)) != here;
    if let Some(field) = field_at(&region, offset) {
        found.extend(snapshot.regions().iter().filter(own).flat_map(|other| uses(other, &field)));
    }
    found
}

/// The name of the field at a place.
fn field_at(region: &Region<'_>, offset: u32) -> Option<String> {
    match ide::definition(&region.view, offset)? {
        (_, ide::Definition::Field { name, .. }) => Some(name),
        (_, ide::Definition::Here(_)) => None,
    }
}

/// The uses of a field in a region.
fn uses(region: &Region<'_>, field: &str) -> Vec<Location> {
    let Some(ide::Subject::Field { id, .. }) = ide::Subject::field(region.view.catalog, field, None) else {
        return Vec::new();
    };
    ide::field_uses(&region.view, id).into_iter().map(|span| region.location(span)).collect()
}

/// The uses of the field at a position of one text in another text.
pub(crate) fn uses_elsewhere(asked: &Snapshot, position: Position, other: &Snapshot) -> Vec<Location> {
    let Some((region, offset)) = asked.region_at(position) else { return Vec::new() };
    let Some(field) = field_at(&region, offset) else { return Vec::new() };
    other.each(|region, from| {
        let mut found = uses(region, &field);
        found.retain(|it| it.range.start >= region.range(Span::at(from)).start);
        found
    })
}
