//! Values where conditions are needed, conditions where values are needed, and quantifiers.

use tamis_lang::builtin::{BuiltinId, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Literal, NodeId, NodeKind};

use crate::check::Checker;
use crate::hir::{ConditionKind, Mode, Quantifier, VariableId};
use crate::meaning::{Meaning, Place, Term};
use crate::prose::example_comparison;

impl Checker<'_> {
    /// A value that is no bool where a condition is needed.
    pub(crate) fn not_a_condition(&mut self, node: NodeId, term: &Term) {
        let term = *term;
        if self.sink.is_misread(self.span(node)) {
            return;
        }
        self.error(|checker| {
            let (text, ty) = (checker.quote(node), term.ty.with_article());
            let span = checker.span(node);
            let field = term.field.and_then(|id| checker.catalog.field(id));
            let example = field.and_then(example_comparison);
            if let Some(mode) = term.mode {
                let word = if mode == Mode::Any { "any" } else { "all" };
                let message = match example {
                    Some(example) => {
                        format!("`{word}` governs a comparison; write one behind {text}, for example `{example}`")
                    }
                    None => format!("`{word}` governs a comparison; write one behind {text}"),
                };
                return Diagnostic::new(Code::AnyOutsideComparison, span, message);
            }
            let message = match (example, term.literal()) {
                (Some(example), _) => format!("{text} is {ty}, not a condition; compare it, for example `{example}`"),
                (None, Some(_)) => format!("{text} is {ty}, not a condition; write the field that it is compared with"),
                (None, None) => format!("{text} is {ty}, not a condition; compare it with a value"),
            };
            Diagnostic::new(Code::NotACondition, span, message)
        });
    }

    /// A condition where a value is needed.
    pub(crate) fn not_a_value(&mut self, node: NodeId) {
        if self.sink.is_misread(self.span(node)) {
            self.item.broken = true;
            return;
        }
        self.error(|checker| {
            let message = format!("{} is a condition, and a value is needed here", checker.quote(node));
            Diagnostic::new(Code::NotAValue, checker.span(node), message)
                .note("conditions are combined with `&&`, `||` and `!`, not compared")
        });
    }

    /// A condition compared with `true` or `false`; whether that was it.
    pub(crate) fn condition_compared(
        &mut self,
        id: NodeId,
        op: (BuiltinId, Span),
        left: NodeId,
        right: NodeId,
    ) -> bool {
        let is_condition = |meaning: Meaning| matches!(meaning, Meaning::Condition(_));
        let literal = |node: NodeId| match self.tree.kind(self.tree.without_groups(node)) {
            NodeKind::Literal(Literal::Value(Constant::Bool(truth))) => Some(*truth),
            _ => None,
        };
        let sign = op.0.get().name;
        let (condition, truth) = match (literal(left), literal(right)) {
            (None, Some(truth)) if is_condition(self.meaning(left)) => (left, truth),
            (Some(truth), None) if is_condition(self.meaning(right)) => (right, truth),
            _ => return false,
        };
        let wanted = match sign {
            "==" => truth,
            "!=" => !truth,
            _ => return false,
        };
        self.error(|checker| {
            let text = checker.slice(condition);
            let grouped = matches!(checker.tree.kind(condition), NodeKind::Group(_));
            let rewritten = match (wanted, grouped) {
                (true, _) => text.to_owned(),
                (false, true) => format!("!{text}"),
                (false, false) => format!("!({text})"),
            };
            let title = if wanted { "keep the condition" } else { "negate the condition" };
            let message =
                format!("{} is a condition already; it is not compared with `{truth}`", checker.quote(condition));
            Diagnostic::new(Code::NotAValue, op.1, message).fix(Fix::replace(title, checker.span(id), rewritten))
        });
        true
    }

    /// `any(v in f, p)`
    pub(crate) fn quantified(&mut self, id: NodeId, quantifier: BuiltinId, source: NodeId, body: NodeId) -> Meaning {
        let source_field = self.quantifier_source(quantifier, source);
        let condition = self.condition(body);
        let Some(scope) = self.scopes.scope(id).copied() else { return self.broken_condition() };
        self.variable_names(&scope);
        if scope.depth >= self.limits.quantifiers.min(tamis_lang::limits::Limits::MAX_NESTING) {
            self.quantifiers_too_deep(id);
            return Meaning::Broken;
        }
        self.item.builder.quantifier(scope.depth);
        let (Some(source), Some(condition)) = (source_field, condition) else { return self.broken_condition() };
        if self.item.builder.is_sampled(condition) {
            return self.quantified_sample(id, body);
        }
        let quantifier = match quantifier.get().special() {
            Some(Special::Any) => Quantifier::Any,
            Some(Special::All) => Quantifier::All,
            _ => Quantifier::None,
        };
        let variable = VariableId(scope.depth);
        self.push_condition(id, ConditionKind::Quantified { quantifier, source, variable, body: condition })
    }

    fn quantifier_source(&mut self, quantifier: BuiltinId, source: NodeId) -> Option<crate::hir::FieldUseId> {
        let term = self.term(source)?;
        if let (Place::Field(field), None) = (term.place, term.mode) {
            return Some(field);
        }
        self.error(|checker| {
            let word = quantifier.get().name;
            let text = checker.quote(source);
            let message = format!("`{word}` runs over the values of a field, and {text} is none");
            let diagnostic = Diagnostic::new(Code::QuantifierSource, checker.span(source), message);
            match (term.mode, checker.tree.kind(checker.tree.without_groups(source))) {
                (Some(_), NodeKind::Call { arguments, .. }) => {
                    let inner = checker.tree.children(*arguments).first().map(|inner| checker.slice(*inner));
                    match inner {
                        Some(inner) => {
                            diagnostic.fix(Fix::replace(format!("write `{inner}`"), checker.span(source), inner))
                        }
                        None => diagnostic,
                    }
                }
                _ => diagnostic,
            }
        });
        None
    }

    /// A variable that is never used, or that hides something.
    fn variable_names(&mut self, scope: &crate::scope::Scope) {
        let name = scope.variable.slice(self.text);
        if !scope.is_used() {
            self.report(Severity::Warning, |_| {
                let message = format!("`{name}` is never used, so the condition is the same for every value");
                Diagnostic::new(Code::UnusedName, scope.variable, message)
            });
        }
        self.shadowed(scope.variable, "the variable");
    }

    /// Warns of a name that hides a field.
    pub(crate) fn shadowed(&mut self, span: Span, what: &str) {
        let name = span.slice(self.text);
        if let tamis_lang::catalog::Resolution::Field { .. } = self.catalog.resolve(name, None) {
            self.report(Severity::Warning, |_| {
                let message = format!("{what} `{name}` hides the field of that name");
                Diagnostic::new(Code::NameShadowsField, span, message).note("choose another name to reach the field")
            });
        }
    }

    pub(crate) fn quantifiers_too_deep(&mut self, id: NodeId) {
        let limit = self.limits.quantifiers.min(tamis_lang::limits::Limits::MAX_NESTING);
        self.error(|checker| {
            let message = format!("more than {limit} quantifiers are within each other");
            Diagnostic::new(Code::QuantifiersTooDeep, checker.span(id), message)
        });
    }
}
