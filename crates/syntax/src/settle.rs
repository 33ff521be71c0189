//! Fixes that fit where they are put.
//!
//! Whoever proposes a fix says which text to replace by which; here it gets what its surroundings ask for: blanks
//! where two words would become one, and parentheses where an operator around it binds tighter.

use std::borrow::Cow;

use tamis_lang::builtin::{Power, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::excerpt::visible;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;

use crate::parse::read;
use crate::tree::{Document, NodeId, NodeKind, Tree};

/// Gives every edit the blanks and parentheses that it needs, and drops fixes whose edits overlap; puts what is said on
/// one line, with hidden characters by their numbers.
///
/// What is settled stays as it is when it is settled again.
pub fn settle(text: &str, edition: Edition, tree: &Tree, diagnostics: &mut [Diagnostic]) {
    let mut parents: Option<Vec<Option<NodeId>>> = None;
    for diagnostic in diagnostics {
        legible(diagnostic);
        // Fixes of the lexer change characters within words.
        let changes_words = diagnostic.code >= Code::EmptyRule;
        diagnostic.fixes.retain_mut(|fix| {
            if !is_applicable(text, &fix.edits) {
                return false;
            }
            if changes_words {
                for edit in fix.edits.iter_mut().filter(|edit| !is_word(&edit.text)) {
                    let parents = parents.get_or_insert_with(|| tree.parents());
                    group(text, edition, tree, parents, edit);
                }
                keep_words_apart(text, fix);
            }
            true
        });
    }
}

/// Puts every sentence of a diagnostic on one line.
fn legible(diagnostic: &mut Diagnostic) {
    let labels = diagnostic.labels.iter_mut().map(|label| &mut label.message);
    let titles = diagnostic.fixes.iter_mut().map(|fix| &mut fix.title);
    let sentences = std::iter::once(&mut diagnostic.message).chain(labels).chain(&mut diagnostic.notes).chain(titles);
    for sentence in sentences {
        if let Cow::Owned(better) = visible(sentence) {
            *sentence = better;
        }
    }
}

/// Whether edits are in the order of the text, lie within it and do not overlap.
fn is_applicable(text: &str, edits: &[Edit]) -> bool {
    let mut end = 0;
    !edits.is_empty()
        && edits.iter().all(|edit| {
            let follows = edit.span.start >= end && text.get(edit.span.range()).is_some();
            end = edit.span.end;
            follows
        })
}

/// Whether a text is nothing, one name or one number, which needs parentheses nowhere.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// Puts parentheses around a text that replaces a whole operand, where the operator around that binds tighter.
fn group(text: &str, edition: Edition, tree: &Tree, parents: &[Option<NodeId>], edit: &mut Edit) {
    if edit.span.is_empty() {
        return;
    }
    // Of several nodes with this text the outermost comes last.
    let Some(node) = tree.ids().rev().find(|id| tree.span(*id) == edit.span) else { return };
    let Some(parent) = parents.get(node.index()).copied().flatten() else { return };
    let is_operator = matches!(
        tree.kind(parent),
        NodeKind::Chain { .. } | NodeKind::Prefix { .. } | NodeKind::Infix { .. } | NodeKind::Range { .. }
    );
    if !is_operator {
        return;
    }
    let parse = read(&edit.text, edition, &Limits::default());
    let Document::Rule(root) = parse.tree.document() else { return };
    if parse.is_valid() && needs_parentheses(parse.tree.kind(*root), (text, tree), parent, node) {
        edit.text = format!("({})", edit.text);
    }
}

/// Whether `inner` in the place of `child` needs parentheses within `parent`.
fn needs_parentheses(inner: &NodeKind, (text, tree): (&str, &Tree), parent: NodeId, child: NodeId) -> bool {
    let power = match inner {
        NodeKind::Chain { .. } => Some(Power::Logic),
        NodeKind::Infix { op, .. } => op.get().power(),
        NodeKind::Prefix { op, .. } if op.get().special() == Some(Special::Not) => Some(Power::Compare),
        _ => None,
    };
    let Some(power) = power else { return false };
    let is_condition = matches!(power, Power::Logic | Power::Compare);
    match tree.kind(parent) {
        NodeKind::Chain { op, .. } => matches!(inner, NodeKind::Chain { op: own, .. } if own != op),
        NodeKind::Prefix { op, op_span, .. } if op.get().special() == Some(Special::Not) => match inner {
            NodeKind::Prefix { .. } => false,
            NodeKind::Infix { .. } => op_span.slice(text) == "!",
            _ => true,
        },
        NodeKind::Prefix { .. } => true,
        NodeKind::Range { .. } => is_condition,
        NodeKind::Infix { op, right, .. } => {
            let outer = op.get().power();
            is_condition || outer > Some(power) || (outer == Some(power) && *right == child)
        }
        NodeKind::Hole
        | NodeKind::Literal(_)
        | NodeKind::Path { .. }
        | NodeKind::Call { .. }
        | NodeKind::Quantified { .. }
        | NodeKind::Set(_)
        | NodeKind::Group(_) => false,
    }
}

/// Adds a blank to each edit that would make one word of two, or one sign of two.
fn keep_words_apart(text: &str, fix: &mut Fix) {
    let mut before = String::new();
    let mut done = 0;
    let ends: Vec<u32> = fix.edits.iter().skip(1).map(|next| next.span.start).collect();
    for (place, edit) in fix.edits.iter_mut().enumerate() {
        take_last_word(&mut before, Span::new(done, edit.span.start).slice(text));
        done = edit.span.end;
        if is_glued(&before, &edit.text) {
            edit.text.insert(0, ' ');
        }
        take_last_word(&mut before, &edit.text);
        let end = ends.get(place).copied().unwrap_or(u32::try_from(text.len()).unwrap_or(u32::MAX));
        if is_glued(&before, Span::new(edit.span.end, end).slice(text)) {
            edit.text.push(' ');
            before.push(' ');
        }
    }
}

/// Keeps the end of what was written so far: the last run of characters that may belong to one word.
fn take_last_word(before: &mut String, written: &str) {
    let tail = written.rfind(|c: char| !is_part(c)).map_or(written, |last| written.get(last..).unwrap_or(""));
    if tail.len() < written.len() || written.starts_with(|c: char| !is_part(c)) {
        before.clear();
    }
    before.push_str(tail);
}

const fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Whether a text begins with something that the lexer would join to what stands right before it.
fn is_glued(before: &str, text: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), text.chars().next()) else { return false };
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let is_sign = |c: char| matches!(c, '!' | '<' | '>' | '=' | '~' | '^' | '&' | '|' | '+' | '*' | '/' | '%' | '?');
    let word = before.trim_start_matches(|c: char| !is_part(c));
    let is_name = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    match first {
        _ if is_sign(first) => is_sign(last),
        '"' | '\'' => is_letter(last),
        '.' | '-' => is_letter(last) && is_name,
        _ => is_letter(first) && is_letter(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces the parts in `«…»` of a text, in order.
    #[track_caller]
    fn check(marked: &str, texts: &[&str], expected: &str) {
        let mut text = String::new();
        let mut edits = Vec::new();
        for (place, part) in marked.split(['«', '»']).enumerate() {
            let start = text.len();
            text.push_str(part);
            if place % 2 == 1 {
                edits.push(Edit { span: Span::from_range(start..text.len()), text: texts[edits.len()].into() });
            }
        }
        let fix = Fix::new("", edits);
        let mut diagnostics = [Diagnostic::new(Code::ChainedComparison, Span::at(0), "").fix(fix)];
        let tree = read(&text, Edition::Tamis, &Limits::default()).tree;
        settle(&text, Edition::Tamis, &tree, &mut diagnostics);
        let found = diagnostics[0].fixes.first().map_or_else(|| "nothing".to_owned(), |fix| fix.apply(&text));
        assert_eq!(found, expected);
        let once = diagnostics.clone();
        settle(&text, Edition::Tamis, &tree, &mut diagnostics);
        assert_eq!(diagnostics, once, "settled twice");
    }

    #[test]
    fn words_stay_apart() {
        check("n«(»a«)»rule b", &["", ""], "n a rule b");
        check("a == b«;»rule", &[""], "a == b rule");
        check("\"x\"«==»a", &["in"], "\"x\"in a");
        check("a«==»\"x\"", &["contains"], "a contains \"x\"");
        check("«any(a.b)»-1 == c", &["a.b"], "a.b -1 == c");
        check("x in [«5»..«9»]", &["5ms", "9ms"], "x in [5ms..9ms]");
        check("x in [«5»..9]", &["a"], "x in [a ..9]");
    }

    #[test]
    fn signs_stay_apart() {
        check("a =«x»= b", &[""], "a = = b");
        check("a «===»-1", &["=="], "a ==-1");
    }

    #[test]
    fn what_binds_looser_is_put_in_parentheses() {
        check("a || «b < c < d»", &["b < c && c < d"], "a || (b < c && c < d)");
        check("a && «b < c < d»", &["b < c && c < d"], "a && b < c && c < d");
        check("a && (b || «c»)", &["d && e"], "a && (b || (d && e))");
        check("!«a»", &["b == 1"], "!(b == 1)");
        check("not «a»", &["b == 1"], "not b == 1");
        check("not «a»", &["b && c"], "not (b && c)");
        check("«a» != b", &["c ^= \"d\""], "(c ^= \"d\") != b");
        check("a * «b» > c", &["1 + 2"], "a * (1 + 2) > c");
        check("a - «b» > c", &["1 - 2"], "a - (1 - 2) > c");
        check("«a» - b > c", &["1 - 2"], "1 - 2 - b > c");
        check("lower(«a») == b", &["c ?? d"], "lower(c ?? d) == b");
    }

    #[test]
    fn edits_that_overlap_are_no_fix() {
        let edit = |start, end| Edit { span: Span::new(start, end), text: "b".into() };
        let fix = Fix::new("", vec![edit(0, 2), edit(1, 3)]);
        let mut diagnostics = [Diagnostic::new(Code::ChainedComparison, Span::at(0), "").fix(fix)];
        settle("aaaa", Edition::Tamis, &read("aaaa", Edition::Tamis, &Limits::default()).tree, &mut diagnostics);
        assert_eq!(diagnostics[0].fixes, []);
    }
}
