//! What to say where two sides do not fit each other, and how to mend it.

use tamis_lang::builtin::{BuiltinId, Operand, Power};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::excerpt::proposal;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::NodeId;

use crate::check::Checker;
use crate::comparison::{Pair, Side};
use crate::meaning::{Meaning, Term};
use crate::prose::{accepted, example_comparison};
use crate::retype::{Rewrite, is_full_width, network_of_prefix, range_of_digits, retype};

impl Checker<'_> {
    /// Reports two sides that an operator does not take together.
    pub(crate) fn mismatch(&mut self, pair: &Pair) {
        self.error(|checker| checker.mismatch_diagnostic(pair));
    }

    fn mismatch_diagnostic(&self, pair: &Pair) -> Diagnostic {
        let (left, right) = (pair.left.term.ty, pair.right.term.ty);
        let is_text_operator = first_types(pair).all(|ty| ty == Ty::String);
        if is_text_operator && left != Ty::String && pair.left.term.literal().is_none() {
            return self.text_operator(pair);
        }
        if left == Ty::Bool && right == Ty::Bool {
            return self.order_of_bools(pair);
        }
        if matches!((left, right), (Ty::Ip, Ty::Network) | (Ty::Network, Ty::Ip)) {
            return self.network_for_address(pair);
        }
        if left == right {
            return self.operator_type(pair);
        }
        self.different_types(pair)
    }

    /// `tls.resumed > false`
    fn order_of_bools(&self, pair: &Pair) -> Diagnostic {
        let op = pair.op.get().name;
        let (subject, literal) = pair.subject_first();
        let name = self.quote(subject.node);
        let truth = match literal.term.literal().and_then(|node| self.constant(node)) {
            Some(Constant::Bool(truth)) => Some(*truth),
            _ => None,
        };
        let on_the_right = literal.node == pair.right.node;
        let wanted = match (op, on_the_right, truth) {
            (">", true, Some(false))
            | (">=", true, Some(true))
            | ("<", false, Some(false))
            | ("<=", false, Some(true)) => Some("true"),
            ("<", true, Some(true))
            | ("<=", true, Some(false))
            | (">", false, Some(true))
            | (">=", false, Some(false)) => Some("false"),
            _ => None,
        };
        let base = |advice: &str| {
            let message = format!("{name} is true or false and has no order{advice}");
            Diagnostic::new(Code::BoolComparison, pair.op_span, message)
        };
        let Some(wanted) = wanted else { return base("") };
        let text = format!("{} == {wanted}", self.slice(subject.node));
        base(&format!("; write {}", proposal(&text))).fix(Fix::replace(
            format!("compare with {wanted}"),
            self.span(pair.node),
            text,
        ))
    }

    /// `client.address == 10.0.0.0/8`
    fn network_for_address(&self, pair: &Pair) -> Diagnostic {
        let op = pair.op.get().name;
        let membership = match op {
            "==" => Some("in"),
            "!=" => Some("not in"),
            _ => None,
        };
        let (address, network) =
            if pair.left.term.ty == Ty::Ip { (pair.left, pair.right) } else { (pair.right, pair.left) };
        let base = format!("{} is an address, but {} is a network", self.quote(address.node), self.quote(network.node));
        let is_literal = network.term.literal().is_some_and(|node| node == self.tree.without_groups(network.node));
        match membership.filter(|_| is_literal && address.term.literal().is_none()) {
            Some(membership) => {
                let text = format!("{} {membership} {}", self.slice(address.node), self.slice(network.node));
                let message = format!("{base}; write `{membership}`");
                let fix = Fix::replace(format!("write `{membership}`"), self.span(pair.node), text);
                Diagnostic::new(Code::NetworkForAddress, pair.op_span, message).fix(fix)
            }
            None => Diagnostic::new(Code::NetworkForAddress, self.span(network.node), base),
        }
    }

    /// Two sides of one type that the operator does not take.
    fn operator_type(&self, pair: &Pair) -> Diagnostic {
        let op = pair.op.get().name;
        let ty = pair.left.term.ty;
        let types = accepted(pair.op.get(), 0);
        let message = format!("`{op}` works on {types}, but {} is {}", self.quote(pair.left.node), ty.with_article());
        let diagnostic = Diagnostic::new(Code::OperatorType, pair.op_span, message);
        match ty {
            Ty::Network => diagnostic.note("networks have no order; `in` asks whether one lies within another"),
            _ => diagnostic,
        }
    }

    /// An operator on texts beside something that is no text.
    fn text_operator(&self, pair: &Pair) -> Diagnostic {
        self.text_operator_on((pair.op, pair.op_span), pair.left, pair.right.node)
    }

    /// An operator on texts applied to `left`, with what to write instead if that is known.
    pub(crate) fn text_operator_on(&self, op: (BuiltinId, Span), left: Side, right: NodeId) -> Diagnostic {
        let (op, op_span) = (op.0.get().name, op.1);
        let (name, ty) = (self.quote(left.node), left.term.ty.with_article());
        let base = format!("`{op}` works on strings, but {name} is {ty}");
        let instead = self.constant_text(right).and_then(|text| self.without_text_operator(op, &left.term, &text));
        if let Some(text) = instead {
            let edit = Edit { span: op_span.join(self.span(right)), text: text.clone() };
            let fix = Fix::new(format!("write `{text}`"), vec![edit]);
            return Diagnostic::new(Code::OperatorType, op_span, format!("{base}; write `{text}`")).fix(fix);
        }
        let field = left.term.field.and_then(|id| self.catalog.field(id));
        let diagnostic = Diagnostic::new(Code::OperatorType, op_span, base);
        match field.and_then(example_comparison) {
            Some(example) => diagnostic.note(format!("compare it, for example `{example}`")),
            None => diagnostic,
        }
    }

    /// The range or network that a test of text on an int or an address means.
    fn without_text_operator(&self, op: &str, left: &Term, pattern: &str) -> Option<String> {
        let (membership, op) = match op {
            "!~" | "not like" => ("not in", op),
            _ => ("in", op),
        };
        let anchored = op == "^=" || op == "like" || op == "not like" || pattern.starts_with('^');
        match left.ty {
            Ty::Ip if anchored => {
                let prefix = pattern.trim_start_matches('^').replace("\\.", ".");
                let prefix = prefix.trim_end_matches('*').trim_end_matches(".*");
                network_of_prefix(prefix).map(|network| format!("{membership} {network}"))
            }
            Ty::Int => {
                let field = left.field.and_then(|id| self.catalog.field(id))?;
                let largest = field.range?.1;
                let (low, high) = range_of_digits(pattern, largest)?;
                let fits = anchored || (op != "contains" && op != "=^" && is_full_width(pattern, largest));
                fits.then(|| {
                    if low == high {
                        format!("{} {low}", if membership == "in" { "==" } else { "!=" })
                    } else {
                        format!("{membership} {low}..{high}")
                    }
                })
            }
            Ty::Bool | Ty::Ip | Ty::Float | Ty::String | Ty::Network | Ty::Duration | Ty::Size => None,
        }
    }

    /// A string literal's text.
    pub(crate) fn constant_text(&self, node: NodeId) -> Option<String> {
        match self.constant(self.tree.without_groups(node)) {
            Some(Constant::String(bytes)) => String::from_utf8(bytes.to_vec()).ok(),
            _ => None,
        }
    }

    /// Two types that never meet.
    fn different_types(&self, pair: &Pair) -> Diagnostic {
        let (subject, other) = pair.subject_first();
        let literal = other.term.literal().and_then(|node| self.constant(node));
        let wanted = subject.term.ty;
        let rewrite = literal.and_then(|constant| retype(constant, self.slice(other.node), wanted, subject.term.scale));
        let digits = literal.and_then(|constant| self.digits_as_range(pair, subject, constant));
        let quoted = matches!(literal, Some(Constant::String(_))) && (rewrite.is_some() || digits.is_some());
        let code = if quoted { Code::QuotedNumber } else { Code::TypeMismatch };
        let (name, ty) = (self.quote(subject.node), wanted.with_article());
        let (text, other_ty) = (self.quote(other.node), other.term.ty.with_article());
        let base = format!("{name} is {ty}, but {text} is {other_ty}");
        if let Some((text, fix)) = digits {
            return Diagnostic::new(code, self.span(other.node), format!("{base}; write `{text}`")).fix(fix);
        }
        match rewrite {
            Some(rewrite) => self.with_rewrite(code, &base, other.node, &rewrite),
            None => self.with_reason(Diagnostic::new(code, self.span(other.node), base), pair, subject, other),
        }
    }

    /// `http.response.status_code == "5xx"`
    fn digits_as_range(&self, pair: &Pair, subject: Side, literal: &Constant) -> Option<(String, Fix)> {
        let op = pair.op.get().name;
        let membership = match op {
            "==" => "in",
            "!=" => "not in",
            _ => return None,
        };
        let Constant::String(bytes) = literal else { return None };
        let text = std::str::from_utf8(bytes).ok()?;
        let field = subject.term.field.and_then(|id| self.catalog.field(id))?;
        let (low, high) = range_of_digits(text, field.range?.1)?;
        if low == high {
            return None;
        }
        let written = format!("{membership} {low}..{high}");
        let whole = format!("{} {written}", self.slice(subject.node));
        Some((written.clone(), Fix::replace(format!("write `{written}`"), self.span(pair.node), whole).suggestion()))
    }

    /// A message with the literal written in the other type.
    pub(crate) fn with_rewrite(&self, code: Code, base: &str, literal: NodeId, rewrite: &Rewrite) -> Diagnostic {
        let message = format!("{base}; {}", rewrite.advice());
        let diagnostic = Diagnostic::new(code, self.span(literal), message);
        let own = self.tree.without_groups(literal);
        let Some(_) = self.constant(own) else {
            return diagnostic.note("the value comes from a `let`; mend it there");
        };
        let fix = Fix::replace(rewrite.title(), self.span(own), rewrite.text.clone());
        diagnostic.fix(if rewrite.certain { fix } else { fix.suggestion() })
    }

    /// Why two types do not meet, where there is more to say.
    fn with_reason(&self, diagnostic: Diagnostic, pair: &Pair, subject: Side, other: Side) -> Diagnostic {
        let numbers = [Ty::Int, Ty::Float];
        let quantities = [Ty::Duration, Ty::Size];
        let types = [subject.term.ty, other.term.ty];
        let literal = other.term.literal().is_some();
        if types.iter().all(|ty| quantities.contains(ty)) {
            return diagnostic.note("a duration is a time such as `250ms`, a size an amount of data such as `10KB`");
        }
        if types.iter().all(|ty| numbers.contains(ty)) {
            return match self.whole_bound(pair, subject, other) {
                Some(fix) => diagnostic.fix(fix),
                None if literal && other.term.ty == Ty::Float => {
                    diagnostic.note(format!("no int is {}", self.quote(other.node)))
                }
                None => diagnostic.note("an int divided by 1 is a float: `x / 1`"),
            };
        }
        let quantity = types.iter().find(|ty| quantities.contains(ty));
        if let (Some(quantity), true) = (quantity, literal && types.contains(&Ty::Int)) {
            let example = if *quantity == Ty::Duration { "250ms" } else { "10KB" };
            return diagnostic.note(format!("a {quantity} is written with its unit, such as `{example}`"));
        }
        diagnostic
    }

    /// An int compared with a fraction: the bound in ints.
    fn whole_bound(&self, pair: &Pair, subject: Side, other: Side) -> Option<Fix> {
        let Some(Constant::Float(x)) = other.term.literal().and_then(|node| self.constant(node)) else { return None };
        if subject.node != pair.left.node || pair.op.get().power() != Some(Power::Compare) {
            return None;
        }
        let bound = match pair.op.get().name {
            "<" | ">=" => x.ceil(),
            "<=" | ">" => x.floor(),
            _ => return None,
        };
        let text = format!("{bound:.0}");
        text.parse::<i64>().ok()?;
        Some(Fix::replace(format!("write `{text}`"), self.span(other.node), text))
    }

    /// A set or a range behind a sign that compares one value.
    pub(crate) fn set_beside_sign(&mut self, op: (BuiltinId, Span), left: NodeId, right: NodeId) -> bool {
        if !matches!(self.meaning(right), Meaning::Set(_)) || matches!(self.meaning(left), Meaning::Set(_)) {
            return false;
        }
        self.error(|checker| {
            let sign = op.0.get().name;
            let membership = match sign {
                "==" => Some("in"),
                "!=" => Some("not in"),
                _ => None,
            };
            let set = checker.quote(right);
            let base = format!("`{sign}` compares with one value, but {set} is a set");
            let message = |advice: &str| format!("{base}{advice}");
            match membership.filter(|_| checker.set_fits(left, right)) {
                Some(word) => {
                    let edit = Edit { span: op.1, text: spaced(checker.text, op.1, word) };
                    Diagnostic::new(Code::OperatorType, op.1, message(&format!("; write `{word}`")))
                        .fix(Fix::new(format!("write `{word}`"), vec![edit]))
                }
                None => Diagnostic::new(Code::OperatorType, op.1, message("")),
            }
        });
        true
    }

    /// Whether all literals of a set or range have the type of the value beside it.
    fn set_fits(&self, value: NodeId, set: NodeId) -> bool {
        let Meaning::Value(term) = self.meaning(value) else { return false };
        let Meaning::Set(set) = self.meaning(set) else { return false };
        let mut literals = self.tree.subtree(set).filter_map(|id| self.constant(id));
        literals.all(|constant| constant.ty() == term.ty)
    }
}

/// The types that the operator of a pair takes on its left.
fn first_types(pair: &Pair) -> impl Iterator<Item = Ty> {
    pair.op.get().signatures.iter().filter_map(|signature| match signature.parameters.first() {
        Some(Operand::Value(ty)) => Some(*ty),
        _ => None,
    })
}

/// A word in the place of a sign, with the blanks that a word needs.
pub(crate) fn spaced(text: &str, sign: Span, word: &str) -> String {
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let before = text.get(..sign.start as usize).and_then(|text| text.chars().next_back());
    let after = text.get(sign.end as usize..).and_then(|text| text.chars().next());
    let (left, right) = (if is_blank(before) { "" } else { " " }, if is_blank(after) { "" } else { " " });
    format!("{left}{word}{right}")
}
