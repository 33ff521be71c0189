//! `sample(p)` and `sample(p, by: key)`: shares of the requests.

use tamis_lang::builtin::{self, BuiltinId};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::prepared::Prepared;
use tamis_lang::sampling::Threshold;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind};

use crate::check::Checker;
use crate::hir::{ConditionKind, Right};
use crate::meaning::Meaning;

impl Checker<'_> {
    /// `sample(p)`, or with a key.
    pub(crate) fn sample(
        &mut self,
        id: NodeId,
        (function, name): (BuiltinId, Span),
        label: Option<Span>,
        arguments: &[NodeId],
    ) -> Meaning {
        let (probability, key) = match arguments {
            [probability] => (*probability, None),
            [probability, key] => (*probability, Some(*key)),
            _ => {
                self.error(|_| {
                    let n = arguments.len();
                    let message = format!("`sample` takes a probability and perhaps a key, not {n} arguments");
                    Diagnostic::new(Code::ArgumentCount, name, message)
                        .note("it is written `sample(10%)` or `sample(10%, by: key)`")
                });
                return self.broken_condition();
            }
        };
        let threshold = self.probability(probability);
        let key = key.map(|key| self.sample_key(key, label));
        let Some(threshold) = threshold else { return self.broken_condition() };
        match key {
            None => self.push_condition(id, ConditionKind::Sample(threshold)),
            Some(None) => self.broken_condition(),
            Some(Some((value, mode))) => {
                let prepared = self.item.builder.prepared(Prepared::Threshold(threshold));
                self.report(Code::SampleByKey.severity(), |_| {
                    let message = "a share by a key has no adjusted count: how many requests a kept one stands for is \
                                   not known";
                    Diagnostic::new(Code::SampleByKey, name, message)
                        .note("for totals that can be estimated, let the trace decide: `sample(p)`")
                });
                self.push_test(id, function, mode, (value, Right::Prepared(prepared)))
            }
        }
    }

    /// The threshold of a literal probability; what is none is reported.
    fn probability(&mut self, node: NodeId) -> Option<Threshold> {
        let literal = self.tree.without_groups(node);
        match self.tree.kind(literal) {
            NodeKind::Literal(Literal::Probability { numerator, denominator }) => {
                let threshold = Threshold::of(*numerator, *denominator);
                if threshold.is_none() {
                    self.error(|checker| {
                        let message = format!("{} is too small a probability", checker.quote(node));
                        Diagnostic::new(Code::BadNumber, checker.span(node), message)
                            .note("the smallest one is 1/72057594037927936, one in 2^56")
                    });
                }
                threshold
            }
            NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => None,
            _ => {
                self.error(|checker| checker.not_a_probability(node, literal));
                None
            }
        }
    }

    fn not_a_probability(&self, node: NodeId, literal: NodeId) -> Diagnostic {
        let text = self.quote(node);
        let better = match self.constant(literal) {
            Some(Constant::Int(n @ 2..=100)) => Some(format!("{n}%")),
            Some(Constant::Float(x)) if *x > 0.0 && *x <= 1.0 => Some(percent(*x)),
            Some(Constant::String(text)) => {
                std::str::from_utf8(text).ok().filter(|text| is_percent(text)).map(Into::into)
            }
            _ => None,
        };
        let message = match &better {
            Some(better) => format!("`sample` takes a probability, and {text} is none; write `{better}`"),
            None => format!("`sample` takes a probability, and {text} is none"),
        };
        let diagnostic = Diagnostic::new(Code::ArgumentType, self.span(node), message)
            .note("a probability is a literal: `10%`, `0.1%` or `1/1000`");
        match better {
            Some(better) => {
                diagnostic.fix(Fix::replace(format!("write `{better}`"), self.span(node), better).suggestion())
            }
            None => diagnostic,
        }
    }

    /// The key of a share with the mode that `any` or `all` in it asks for.
    fn sample_key(
        &mut self,
        node: NodeId,
        label: Option<Span>,
    ) -> Option<(crate::hir::ValueId, Option<crate::hir::Mode>)> {
        let term = self.term(node)?;
        let name = label.map(|label| label.slice(self.text).trim_end_matches(':').trim_end());
        if name != Some("by") {
            self.error(|checker| {
                let span = checker.span(node);
                match label {
                    Some(label) => {
                        let message = format!("`sample` has no argument `{}`; it is called `by`", name.unwrap_or(""));
                        Diagnostic::new(Code::ArgumentType, label, message).fix(Fix::replace(
                            "write `by:`",
                            label,
                            "by:",
                        ))
                    }
                    None => {
                        let message = format!("the key of a share is named; write `by: {}`", checker.slice(node));
                        Diagnostic::new(Code::ArgumentType, span, message).fix(Fix::insert(
                            "write `by:`",
                            span.start,
                            "by: ",
                        ))
                    }
                }
            });
        }
        if term.constant {
            self.error(|checker| {
                let message = format!("`by` takes a field, and there is none in {}", checker.quote(node));
                Diagnostic::new(Code::ArgumentType, checker.span(node), message)
                    .note("every request would be in the share, or none")
            });
            return None;
        }
        Some((self.value(node, &term), term.mode))
    }

    /// Reports a name before an argument of another function than `sample`.
    pub(crate) fn no_label(&mut self, label: Option<Span>) {
        let Some(label) = label else { return };
        self.error(|checker| {
            let message =
                format!("arguments have no names; `{}` stands only in `sample(…)`", label.slice(checker.text));
            Diagnostic::new(Code::ArgumentType, label, message).fix(Fix::delete("remove it", label))
        });
    }

    /// `!sample(10%)`
    pub(crate) fn negated_sample(&mut self, op: Span, operand: NodeId) -> Meaning {
        let sample = self.sample_within(operand);
        self.error(|checker| {
            let diagnostic = Diagnostic::new(Code::NegatedSample, op, "a share of the requests cannot be negated")
                .label(sample, "a share of the requests")
                .note("a share is kept from a threshold up, so that kept requests can be counted; its opposite is not");
            let is_alone = checker.span(checker.tree.without_groups(operand)) == sample;
            diagnostic.note(if is_alone {
                "for the other share of the requests give its size: `sample(90%)` instead of `!sample(10%)`"
            } else {
                "negate the rest and keep the share beside it: `!( … ) && sample(10%)`"
            })
        });
        self.broken_condition()
    }

    /// `any(v in f, sample(10%))`
    pub(crate) fn quantified_sample(&mut self, id: NodeId, body: NodeId) -> Meaning {
        let sample = self.sample_within(body);
        self.error(|checker| {
            let message = "`sample` is the same for every value; it stands outside the quantifier";
            Diagnostic::new(Code::QuantifiedSample, sample, message)
                .label(checker.span(id), "the quantifier")
                .note("join both: `any(v in …, …) && sample(10%)`")
                .note("by some of the values of a field: `sample(10%, by: any(field))`")
        });
        self.broken_condition()
    }

    /// The call of `sample` in a condition, or the whole of it where a `let` has it.
    fn sample_within(&self, node: NodeId) -> Span {
        let is_sample = |id: &NodeId| match self.tree.kind(*id) {
            NodeKind::Call { name, .. } => {
                builtin::by_function_name(name.slice(self.text)).is_some_and(|id| id.get().is_sample())
            }
            _ => false,
        };
        self.tree.subtree(node).find(is_sample).map_or(self.span(node), |call| self.span(call))
    }
}

/// A probability as a percentage, without the digits that a float makes up.
fn percent(x: f64) -> String {
    format!("{}%", (x * 1e11).round() / 1e9)
}

fn is_percent(text: &str) -> bool {
    text.strip_suffix('%').is_some_and(|number| number.parse::<f64>().is_ok_and(|x| x > 0.0 && x <= 100.0))
}
