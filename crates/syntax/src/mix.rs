//! `a || b && c`: both readings, drawn.

use chumsky::span::SimpleSpan;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_lang::span::Span;

use crate::builder::Builder;
use crate::production::edit;
use crate::tree::{NodeId, NodeKind};

/// Who groups the inner operator first, and who the outer one.
const C: &str = "C, CEL and SQL";
const ATC: &str = "Kong's expressions";
/// How many groups of each reading are drawn; of a long rule the fixes show the rest.
const DRAWN: usize = 3;
/// How many characters of a reading the title of its fix repeats.
const TITLE: usize = 160;

/// Reports a chain that has chains of the other operator among its operands.
///
/// As an error it is one of two readings; as a warning the edition has decided, and the fix writes that down.
pub(crate) fn report(id: NodeId, operands: &[NodeId], severity: Severity, at: SimpleSpan, builder: &mut Builder<'_>) {
    let NodeKind::Chain { op: outer, .. } = *builder.kind(id) else { return };
    let span = builder.span(id);
    let inner_of = |id: NodeId| match *builder.kind(id) {
        NodeKind::Chain { op, operands } => {
            Some((op, builder.children.get(operands.start as usize..operands.end as usize)?.to_vec()))
        }
        _ => None,
    };
    let Some((inner, _)) = operands.iter().find_map(|id| inner_of(*id)) else { return };
    // The first reading groups each inner chain; the second groups what the outer operator joins.
    let tight: Vec<Span> = operands.iter().filter(|id| inner_of(**id).is_some()).map(|id| builder.span(*id)).collect();
    let mut loose: Vec<Span> = Vec::new();
    let mut run: Option<Span> = None;
    for (place, id) in operands.iter().enumerate() {
        let parts = inner_of(*id).map_or_else(|| vec![*id], |(_, parts)| parts);
        let (first, last) = (parts.first().copied().unwrap_or(*id), parts.last().copied().unwrap_or(*id));
        let is_last = place + 1 == operands.len();
        run = Some(run.map_or(builder.span(first), |run| run.join(builder.span(first))));
        if parts.len() > 1 {
            loose.extend(run.filter(|_| place > 0));
            run = (!is_last).then(|| builder.span(last));
        } else if is_last {
            loose.extend(run);
        }
    }
    let decided = severity != Severity::Error;
    let (tight_in, loose_in) = if decided { (ATC, C) } else { (C, ATC) };
    let (inner, outer) = (inner.get().name, outer.get().name);
    let (tight_edits, loose_edits) = (parenthesised(&tight), parenthesised(&loose));
    let reading = |edits: &[Edit]| {
        let within = |at: Span| Span::new(at.start - span.start, at.end - span.start);
        let edits: Vec<Edit> = edits.iter().map(|e| edit(within(e.span), e.text.as_str())).collect();
        let text = tamis_lang::diagnostic::apply_edits(span.slice(builder.text), edits.iter());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (first, second) = (reading(&tight_edits), reading(&loose_edits));
    let message = if decided {
        format!("`{outer}` and `{inner}` are mixed without parentheses; `{inner}` binds tighter here")
    } else {
        format!("`{inner}` and `{outer}` are mixed without parentheses")
    };
    let mut diagnostic = Diagnostic { severity, ..Diagnostic::new(Code::MixedChain, span, message) };
    for part in tight.iter().take(DRAWN) {
        diagnostic = diagnostic.label(*part, format!("one group where `{inner}` binds tighter, as in {tight_in}"));
    }
    for part in loose.iter().take(DRAWN) {
        diagnostic = diagnostic.label(*part, format!("one group where `{outer}` binds tighter, as in {loose_in}"));
    }
    let tight = Fix::new(title(tight_in, &first), tight_edits);
    let diagnostic = diagnostic
        .fix(if decided { tight } else { tight.suggestion() })
        .fix(Fix::new(title(loose_in, &second), loose_edits).suggestion());
    builder.report(at.start, diagnostic);
}

/// What a fix does; a long reading is left to its edits.
fn title(language: &str, reading: &str) -> String {
    if reading.chars().count() > TITLE {
        format!("group as {language} do")
    } else {
        format!("group as {language} do: `{reading}`")
    }
}

fn parenthesised(parts: &[Span]) -> Vec<Edit> {
    parts.iter().flat_map(|part| [edit(part.before(), "("), edit(part.after(), ")")]).collect()
}
