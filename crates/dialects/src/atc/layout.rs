//! The text around the conditions: line breaks and parentheses stay, words become signs, comments go.

use std::collections::HashMap;

use tamis_lang::span::Span;
use tamis_syntax::tree::{NodeId, NodeKind, Tree};
use tamis_types::hir::{ConditionId, ConditionKind, Hir};

use super::lower::Lowered;

/// Writes a rule.
pub(crate) struct Layout<'a> {
    pub(crate) text: &'a str,
    pub(crate) tree: &'a Tree,
    pub(crate) hir: &'a Hir,
    pub(crate) comments: &'a [Span],
    /// What each `let` stands for.
    pub(crate) names: &'a HashMap<&'a str, NodeId>,
    pub(crate) lowered: &'a Lowered,
}

/// What is still to be written.
enum Work {
    Text(String),
    Node {
        node: NodeId,
        condition: ConditionId,
        /// Whether several operands side by side need parentheses here.
        grouped: bool,
    },
}

impl Layout<'_> {
    /// The rule as text; none where a condition is always the same and no field is left to write it with.
    pub(crate) fn write(&self, root: NodeId, condition: ConditionId) -> Option<String> {
        let mut out = String::new();
        let mut stack = vec![Work::Node { node: root, condition, grouped: false }];
        while let Some(work) = stack.pop() {
            match work {
                Work::Text(text) => out.push_str(&text),
                Work::Node { node, condition, grouped } => match self.parts(node, condition, grouped) {
                    Some(parts) => stack.extend(parts.into_iter().rev()),
                    None => self.leaf(condition, grouped, &mut out)?,
                },
            }
        }
        Some(out)
    }

    /// What a node that combines conditions is made of; none of a condition without parts.
    fn parts(&self, node: NodeId, condition: ConditionId, grouped: bool) -> Option<Vec<Work>> {
        let span = self.tree.span(node);
        let kind = &self.hir.condition(condition)?.kind;
        match (self.tree.kind(node), kind) {
            (NodeKind::Group(inner), _) => {
                let within = self.tree.span(*inner);
                // A condition that became several has the parentheses already.
                let node = Work::Node { node: *inner, condition, grouped: false };
                let before = self.between(Span::new(span.start + 1, within.start), "");
                let after = self.between(Span::new(within.end, span.end.saturating_sub(1)), "");
                Some(vec![Work::Text(format!("({before}")), node, Work::Text(format!("{after})"))])
            }
            (NodeKind::Prefix { operand, .. }, ConditionKind::Not(inner)) => {
                let is_group = matches!(self.tree.kind(*operand), NodeKind::Group(_));
                let (open, close) = if is_group { ("!", "") } else { ("!(", ")") };
                let node = Work::Node { node: *operand, condition: *inner, grouped: false };
                Some(vec![Work::Text(open.into()), node, Work::Text(close.into())])
            }
            (NodeKind::Chain { operands, .. }, ConditionKind::And(parts) | ConditionKind::Or(parts)) => {
                let sign = if matches!(kind, ConditionKind::And(_)) { "&&" } else { "||" };
                let operands = self.tree.children(*operands);
                let mut all = vec![Work::Text(if grouped { "(" } else { "" }.into())];
                let mut last: Option<Span> = None;
                for (operand, part) in operands.iter().zip(parts) {
                    let span = self.tree.span(*operand);
                    let gap = last.map(|last| self.between(Span::new(last.end, span.start), sign));
                    all.push(Work::Text(gap.unwrap_or_default()));
                    all.push(Work::Node { node: *operand, condition: *part, grouped: true });
                    last = Some(span);
                }
                all.push(Work::Text(if grouped { ")" } else { "" }.into()));
                Some(all)
            }
            (NodeKind::Path { name, .. }, _) => {
                let body = self.named(*name, span, condition)?;
                Some(vec![Work::Node { node: body, condition, grouped }])
            }
            _ => None,
        }
    }

    /// The condition that a name stands for, of a name that a `let` defines.
    fn named(&self, name: Span, span: Span, condition: ConditionId) -> Option<NodeId> {
        // A bool field or variable is a condition where it stands.
        let is_itself = self.hir.condition(condition)?.span == span;
        let body = self.names.get(name.slice(self.text)).copied();
        body.filter(|_| !is_itself)
    }

    fn leaf(&self, condition: ConditionId, grouped: bool, out: &mut String) -> Option<()> {
        let formula = self.lowered.of.get(condition.0 as usize).copied().flatten()?;
        let written = self.lowered.formulas.print(formula)?;
        let grouped = grouped && self.lowered.formulas.sign(formula).is_some();
        out.push_str(if grouped { "(" } else { "" });
        out.push_str(&written);
        out.push_str(if grouped { ")" } else { "" });
        Some(())
    }

    /// The blanks of a stretch between conditions, with a sign in place of what else is there.
    fn between(&self, span: Span, sign: &str) -> String {
        let comments = within(self.comments, span);
        let mut blanks = (String::new(), String::new());
        let mut seen = false;
        let mut commented = false;
        let mut at = span.start;
        let mut take = |piece: &str| {
            for c in piece.chars() {
                match c {
                    ' ' | '\t' | '\r' | '\n' if seen => blanks.1.push(c),
                    ' ' | '\t' | '\r' | '\n' => blanks.0.push(c),
                    c if c.is_whitespace() => {}
                    _ => seen = true,
                }
            }
        };
        for comment in comments {
            commented = true;
            take(Span::new(at, comment.start).slice(self.text));
            // The first half of a line break is within the comment.
            at = comment.end - u32::from(comment.slice(self.text).ends_with('\r'));
        }
        take(Span::new(at, span.end).slice(self.text));
        if commented {
            blanks = (without_empty_lines(&blanks.0), without_empty_lines(&blanks.1));
        }
        if sign.is_empty() {
            return blanks.0 + &blanks.1;
        }
        let blank = |blanks: String| if blanks.is_empty() { " ".to_owned() } else { blanks };
        format!("{}{sign}{}", blank(blanks.0), blank(blanks.1))
    }
}

/// The comments of a stretch, of comments in the order of the text.
pub(crate) fn within(comments: &[Span], span: Span) -> &[Span] {
    let from = comments.partition_point(|comment| comment.start < span.start);
    let to = comments.partition_point(|comment| comment.end <= span.end);
    comments.get(from..to).unwrap_or(&[])
}

/// Blanks without the lines that only a comment was on, and without blanks at the end of a line.
fn without_empty_lines(blanks: &str) -> String {
    let Some((before, indent)) = blanks.rsplit_once('\n') else { return blanks.to_owned() };
    let newline = if before.ends_with('\r') { "\r\n" } else { "\n" };
    format!("{newline}{indent}")
}

#[cfg(test)]
mod tests {
    use tamis_lang::catalog::Catalog;

    use crate::{ConvertOptions, Dialect, convert};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let kong = Catalog::shipped("kong").unwrap();
        let conversion = convert(text, &kong, &ConvertOptions::between(Dialect::Tamis, Dialect::Atc));
        assert_eq!(conversion.text.as_deref(), Some(expected), "{:?}", conversion.diagnostics);
    }

    #[test]
    fn lines_stay_and_comments_go() {
        check(
            "// first\nclient.port == 1 // one\n  // two\n  and (client.port == 2\r\n    or client.port == 3) // last\n",
            "client.port == 1\n  && (client.port == 2\r\n    || client.port == 3)\n",
        );
        check("client.port == 1 // a\r\n && client.port == 2", "client.port == 1\r\n && client.port == 2");
    }

    #[test]
    fn a_name_is_written_out_with_its_parentheses() {
        check(
            "let big = client.port > 1 or client.port < 0\nrule a = big and not big and (big)\n",
            "(client.port > 1 || client.port < 0) && !(client.port > 1 || client.port < 0) \
             && (client.port > 1 || client.port < 0)\n",
        );
    }

    #[test]
    fn groups_that_only_the_gateway_sees_are_written() {
        check(
            "//! edition: atc\nclient.port == 1 || client.port == 2 && client.port == 3",
            "(client.port == 1 || client.port == 2) && client.port == 3",
        );
    }
}
