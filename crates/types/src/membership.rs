//! `in` and `not in`: sets, ranges and networks.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix, Severity};
use tamis_lang::prepared::{Element, Prepared, Set};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::check::{Checker, constant_of};
use crate::comparison::Side;
use crate::convert::{Converted, convert, suffix};
use crate::hir::Right;
use crate::meaning::{Meaning, Term};
use crate::prose::quote;
use crate::retype::retype;

/// The end of a range that a quantity between two ints is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    /// An element of its own.
    Single,
    /// The first value of a range.
    Low,
    /// The last value of a range.
    High,
}

impl<'a> Checker<'a> {
    pub(crate) fn membership(&mut self, id: NodeId, op: (BuiltinId, Span), left: NodeId, right: NodeId) -> Meaning {
        self.unquoted_words(left, right);
        self.unquoted_elements(left, right);
        let left_term = self.term(left);
        let (Some(term), Some(set)) = (left_term, self.set_operand(op, left_term.map(|term| (left, term)), right))
        else {
            return self.broken_condition();
        };
        let side = Side { node: left, term };
        let Some(set) = self.build_set(&side, set, self.tree.without_groups(right) != set) else {
            return self.broken_condition();
        };
        let mode = self.mode(id, &[term]);
        let left = self.value(left, &term);
        let prepared = self.item.builder.prepared(Prepared::Set(set));
        self.push_test(id, op.0, mode, (left, Right::Prepared(prepared)))
    }

    /// The node that lists the elements on the right of `in`.
    fn set_operand(&mut self, op: (BuiltinId, Span), left: Option<(NodeId, Term)>, right: NodeId) -> Option<NodeId> {
        match self.meaning(right) {
            Meaning::Set(node) => Some(node),
            Meaning::Value(term) if term.ty == Ty::Network && term.literal().is_some() => term.literal(),
            Meaning::Value(term) => {
                let left = left.map(|(node, term)| Side { node, term })?;
                self.error(|checker| checker.no_set(op, left, Side { node: right, term }));
                None
            }
            Meaning::Condition(_) => {
                self.not_a_value(right);
                None
            }
            Meaning::Hole | Meaning::Broken | Meaning::Unknown => None,
        }
    }

    /// A single value on the right of `in`.
    fn no_set(&self, op: (BuiltinId, Span), left: Side, right: Side) -> Diagnostic {
        let (op, op_span) = (op.0.get().name, op.1);
        let text = self.quote(right.node);
        let is_negated = op != "in";
        let constant = right.term.literal().and_then(|node| self.constant(node));
        if let (Some(Constant::String(_)), Ty::Ip | Ty::Network) = (constant, left.term.ty) {
            let rewrite = constant.and_then(|c| retype(c, self.slice(right.node), Ty::Network, None));
            if let Some(rewrite) = rewrite {
                let base = format!("`{op}` needs a network, but {text} is a string");
                return self.with_rewrite(Code::QuotedNumber, &base, right.node, &rewrite);
            }
        }
        if constant.is_none() {
            return self.no_set_but_field(op, is_negated, left, right);
        }
        let sign = if is_negated { "!=" } else { "==" };
        let ty = right.term.ty.with_article();
        let equal = Fix::new(format!("write `{sign}`"), vec![Edit { span: op_span, text: sign.into() }]);
        match constant {
            Some(Constant::Ip(ip)) => {
                let network = ipnet::IpNet::from(*ip).to_string();
                let message = format!("`{op}` needs a network or a set, but {text} is {ty}; write `{sign}`");
                let wider = Fix::replace(format!("write `{network}`"), self.span(right.node), network);
                Diagnostic::new(Code::NetworkForAddress, self.span(right.node), message).fix(equal).fix(wider)
            }
            _ => {
                let message = format!("`{op}` needs a set or a range, but {text} is {ty}; write `{sign}`");
                let bracketed = format!("[{}]", self.slice(right.node));
                let set = Fix::replace("write a set", self.span(right.node), bracketed);
                Diagnostic::new(Code::OperatorType, self.span(right.node), message).fix(equal).fix(set)
            }
        }
    }

    /// A field or an operation on the right of `in`, as in `"admin" in user.roles`.
    fn no_set_but_field(&self, op: &str, is_negated: bool, left: Side, right: Side) -> Diagnostic {
        let text = self.quote(right.node);
        let ty = right.term.ty.with_article();
        let span = self.span(left.node).join(self.span(right.node));
        let (member, holder) = (self.slice(left.node), self.slice(right.node));
        let same_type = left.term.ty == right.term.ty && right.term.field.is_some();
        if right.term.many && same_type {
            let rewritten =
                if is_negated { format!("{holder} != {member}") } else { format!("any({holder}) == {member}") };
            let message = format!("`{op}` needs a set, but {text} is a field with several values; write `{rewritten}`");
            return Diagnostic::new(Code::OperatorType, self.span(right.node), message).fix(Fix::replace(
                format!("write `{rewritten}`"),
                span,
                rewritten,
            ));
        }
        if same_type && left.term.ty == Ty::String {
            let word = if is_negated { "not contains" } else { "contains" };
            let rewritten = format!("{holder} {word} {member}");
            let message = format!("`{op}` needs a set, but {text} is {ty}; write `{rewritten}`");
            let fix = Fix::replace(format!("write `{rewritten}`"), span, rewritten).suggestion();
            return Diagnostic::new(Code::OperatorType, self.span(right.node), message).fix(fix);
        }
        let message = format!("`{op}` needs a set, a range or a network, but {text} is {ty}");
        Diagnostic::new(Code::OperatorType, self.span(right.node), message)
            .note("the right side is written out, `[1, 2, 3]`, or a name that a `let` gives to a set")
    }

    /// The elements of a set in the type of the left side; a named set is built once per type.
    fn build_set(&mut self, left: &Side, set: NodeId, is_named: bool) -> Option<Set> {
        let key = (set, left.term.ty, left.term.scale);
        if is_named && let Some(built) = self.sets.get(&key) {
            return Some(built.clone());
        }
        let tree = self.tree;
        let mut elements = Vec::new();
        let mut complete = true;
        match tree.kind(set) {
            NodeKind::Set(children) => {
                for &child in tree.children(*children) {
                    complete &= self.element(left, child, &mut elements);
                }
            }
            _ => complete = self.element(left, set, &mut elements),
        }
        if !complete {
            return None;
        }
        let built = Set::new(elements);
        if is_named {
            self.sets.insert(key, built.clone());
        }
        Some(built)
    }

    /// Adds one element; false where it is broken.
    fn element(&mut self, left: &Side, node: NodeId, elements: &mut Vec<Element>) -> bool {
        let node = self.tree.without_groups(node);
        if matches!(self.meaning(node), Meaning::Hole) {
            self.item.broken = true;
            return false;
        }
        if let NodeKind::Range { low, high } = self.tree.kind(node) {
            if self.range_of_other_type(left, node, *low, *high) {
                return false;
            }
            let ends = [*low, *high];
            let low = self.element_constant(left, *low, Bound::Low);
            let high = self.element_constant(left, *high, Bound::High);
            self.bare_unit_of_ends(node, ends, left);
            return match (low, high) {
                (Ok(Some(low)), Ok(Some(high))) => {
                    elements.push(Element::Range(low, high));
                    true
                }
                (Ok(_), Ok(_)) => true,
                _ => false,
            };
        }
        match self.element_constant(left, node, Bound::Single) {
            Ok(Some(constant)) => {
                elements.push(Element::Value(constant));
                true
            }
            Ok(None) => true,
            Err(()) => false,
        }
    }

    /// Warns of a range of bare numbers that count in a unit: both its ends get it at once.
    fn bare_unit_of_ends(&mut self, range: NodeId, ends: [NodeId; 2], left: &Side) {
        let is_int =
            |end: NodeId| matches!(constant_of(self.tree, self.tree.without_groups(end)), Some(Constant::Int(_)));
        if !matches!(left.term.ty, Ty::Duration | Ty::Size) || !ends.into_iter().all(is_int) {
            return;
        }
        let Some(suffix) = left.term.scale.and_then(suffix) else { return };
        self.report(Severity::Warning, |checker| {
            let (name, ty) = (checker.quote(left.node), left.term.ty.with_article());
            let text = checker.quote(range);
            let message = format!("{name} is {ty}, so {text} counts as `{suffix}`; write the unit");
            let with_unit = |end: NodeId| match checker.literal_of(end) {
                Some(n) => format!("{n}{suffix}"),
                None => checker.slice(end).to_owned(),
            };
            let edit = |end: NodeId| Edit { span: checker.span(end), text: with_unit(end) };
            let spelled = ends.map(with_unit).join("..");
            let fix = Fix::new(format!("write `{spelled}`"), ends.into_iter().map(edit).collect());
            Diagnostic::new(Code::BareUnit, checker.span(range), message).fix(fix)
        });
    }

    /// A range whose ends both have another type than the left side: one mistake.
    fn range_of_other_type(&mut self, left: &Side, range: NodeId, low: NodeId, high: NodeId) -> bool {
        let (Some(from), Some(to)) = (self.literal_of(low), self.literal_of(high)) else { return false };
        let wanted = left.term.ty;
        let fits =
            |constant: &Constant| constant.ty() == wanted || convert(constant, wanted, left.term.scale).is_some();
        if fits(from) || fits(to) {
            return false;
        }
        self.error(|checker| {
            let (name, ty, range_ty) = (checker.quote(left.node), wanted.with_article(), from.ty().with_article());
            let text = checker.quote(range);
            let message = format!("{name} is {ty}, but each end of {text} is {range_ty}");
            let rewrite =
                |node: NodeId, constant: &Constant| retype(constant, checker.slice(node), wanted, left.term.scale);
            let diagnostic = Diagnostic::new(Code::SetElementType, checker.span(range), message);
            match (rewrite(low, from), rewrite(high, to)) {
                (Some(first), Some(last)) => {
                    let edits = vec![
                        Edit { span: checker.span(low), text: first.text },
                        Edit { span: checker.span(high), text: last.text },
                    ];
                    diagnostic.fix(Fix::new("mend both ends", edits).suggestion())
                }
                _ => diagnostic,
            }
        });
        true
    }

    /// An element in the type of the left side; nothing where the left side can never have it.
    fn element_constant(&mut self, left: &Side, node: NodeId, bound: Bound) -> Result<Option<Constant>, ()> {
        let node = self.tree.without_groups(node);
        let Some(constant) = constant_of(self.tree, node) else {
            return self.not_an_element(node);
        };
        let wanted = left.term.ty;
        let is_network = matches!(constant, Constant::Network(_) | Constant::Ip(_));
        let networks = bound == Bound::Single && is_network && matches!(wanted, Ty::Ip | Ty::Network);
        if constant.ty() == wanted || networks {
            return Ok(Some(constant.clone()));
        }
        match convert(constant, wanted, left.term.scale) {
            Some(Converted::Exact(constant)) => Ok(Some(constant)),
            Some(Converted::Counted(constant)) => {
                if bound == Bound::Single {
                    self.bare_unit(node, left);
                }
                Ok(Some(constant))
            }
            Some(Converted::TooLarge) => {
                self.too_large(node, left);
                Err(())
            }
            Some(Converted::Between(below)) => Ok(match bound {
                Bound::Low => Some(Constant::Int(below.saturating_add(1))),
                Bound::High => Some(Constant::Int(below)),
                Bound::Single => {
                    self.never_an_element(node, left);
                    None
                }
            }),
            None => {
                self.error(|checker| checker.element_type(left, node, constant));
                Err(())
            }
        }
    }

    /// A field or an operation among the elements.
    fn not_an_element(&mut self, node: NodeId) -> Result<Option<Constant>, ()> {
        let is_something = matches!(self.meaning(node), Meaning::Value(_) | Meaning::Condition(_) | Meaning::Set(_));
        if is_something && !self.sink.is_misread(self.span(node)) {
            self.error(|checker| {
                let message = format!("a set holds literals, and {} is none", checker.quote(node));
                Diagnostic::new(Code::SetElementType, checker.span(node), message)
                    .note("to compare with another field write a comparison of its own and `||`")
            });
        }
        self.item.broken = true;
        Err(())
    }

    fn never_an_element(&mut self, node: NodeId, left: &Side) {
        let Some(suffix) = left.term.scale.and_then(suffix) else { return };
        self.report(Severity::Warning, |checker| {
            let (name, text) = (checker.quote(left.node), checker.quote(node));
            let message = format!("{name} counts whole `{suffix}`, so it never equals {text}");
            Diagnostic::new(Code::OutOfRange, checker.span(node), message)
        });
    }

    fn element_type(&self, left: &Side, node: NodeId, constant: &Constant) -> Diagnostic {
        let (name, ty) = (self.quote(left.node), left.term.ty.with_article());
        let element_ty = constant.ty().with_article();
        let base = format!("{name} is {ty}, so the set cannot hold {element_ty}");
        match retype(constant, self.slice(node), left.term.ty, left.term.scale) {
            Some(rewrite) => self.with_rewrite(Code::SetElementType, &base, node, &rewrite),
            None => Diagnostic::new(Code::SetElementType, self.span(node), base),
        }
    }

    /// A set, wherever it stands.
    pub(crate) fn set(&mut self, id: NodeId, children: &[NodeId]) -> Meaning {
        let limit = usize::try_from(self.limits.set_members).unwrap_or(usize::MAX);
        if children.is_empty() {
            self.error(|checker| {
                Diagnostic::new(Code::BadSet, checker.span(id), "an empty set has no members, so nothing is in it")
            });
            return Meaning::Hole;
        }
        if children.len() > limit {
            self.error(|checker| {
                let message = format!("the set has {} members; at most {limit} are allowed", children.len());
                let span = checker.span(id);
                Diagnostic::new(Code::SetTooLarge, Span::new(span.start, span.start + 1), message)
            });
            return Meaning::Hole;
        }
        Meaning::Set(id)
    }

    /// A range, wherever it stands.
    pub(crate) fn range(&mut self, id: NodeId, low: NodeId, high: NodeId) -> Meaning {
        let ends = (self.literal_of(low), self.literal_of(high));
        let (Some(from), Some(to)) = ends else { return Meaning::Set(id) };
        if from.ty() != to.ty() {
            self.error(|checker| {
                let (low_text, high_text) = (checker.quote(low), checker.quote(high));
                let (from, to) = (from.ty().with_article(), to.ty().with_article());
                let message = format!("a range needs two ends of one type; {low_text} is {from}, {high_text} is {to}");
                Diagnostic::new(Code::SetElementType, checker.span(id), message)
            });
            return Meaning::Hole;
        }
        match from.as_value().order(&to.as_value()) {
            Some(std::cmp::Ordering::Greater) => {
                self.error(|checker| checker.range_order(id, low, high));
                Meaning::Set(id)
            }
            Some(_) => Meaning::Set(id),
            None => {
                self.error(|checker| {
                    let message = format!("{} and {} have no order", checker.quote(low), checker.quote(high));
                    Diagnostic::new(Code::RangeOrder, checker.span(id), message)
                        .note("a range has two numbers, strings, durations, sizes or addresses of one family")
                });
                Meaning::Hole
            }
        }
    }

    fn literal_of(&self, node: NodeId) -> Option<&'a Constant> {
        constant_of(self.tree, self.tree.without_groups(node))
    }

    fn range_order(&self, id: NodeId, low: NodeId, high: NodeId) -> Diagnostic {
        let (from, to) = (self.slice(low), self.slice(high));
        let swapped = format!("{to}..{from}");
        let message = format!("the range {} ends before it starts; write {}", self.quote(id), quote(&swapped));
        let edits = vec![
            Edit { span: self.span(low), text: to.to_owned() },
            Edit { span: self.span(high), text: from.to_owned() },
        ];
        Diagnostic::new(Code::RangeOrder, self.span(id), message).fix(Fix::new("swap the ends", edits))
    }

    /// The elements of a set that a `let` names, checked against each other.
    ///
    /// False where they do not fit each other.
    pub(crate) fn check_named_set(&mut self, set: NodeId) -> bool {
        let NodeKind::Set(children) = self.tree.kind(set) else { return true };
        let tree = self.tree;
        let mut first: Option<(NodeId, Ty)> = None;
        for &child in tree.children(*children) {
            let node = tree.without_groups(child);
            let literal = match tree.kind(node) {
                NodeKind::Range { low, .. } => tree.without_groups(*low),
                _ => node,
            };
            let Some(ty) = constant_of(tree, literal).map(Constant::ty) else { continue };
            let Some((before, expected)) = first else {
                first = Some((literal, ty));
                continue;
            };
            if !may_mix(expected, ty) {
                self.error(|checker| {
                    let message = format!(
                        "the elements of a set have one type; {} is {}, {} is {}",
                        checker.quote(before),
                        expected.with_article(),
                        checker.quote(literal),
                        ty.with_article()
                    );
                    let (span, place) = (checker.span(literal), checker.span(before));
                    Diagnostic::new(Code::SetElementType, span, message).label(place, "the first element")
                });
                return false;
            }
        }
        true
    }

    /// Names among the elements that were meant as texts.
    fn unquoted_elements(&mut self, left: NodeId, right: NodeId) {
        let set = self.tree.without_groups(right);
        let NodeKind::Set(children) = self.tree.kind(set) else { return };
        if self.item.unknown.is_empty() {
            return;
        }
        for &child in self.tree.children(*children) {
            self.unquoted_words(left, child);
        }
    }
}

/// Whether elements of two types may stand in one set: some left side takes both.
fn may_mix(a: Ty, b: Ty) -> bool {
    let kind = |ty: Ty| match ty {
        Ty::Ip | Ty::Network => 0,
        Ty::Int | Ty::Float => 1,
        Ty::Bool => 2,
        Ty::String => 3,
        Ty::Duration => 4,
        Ty::Size => 5,
    };
    let counts = |ty: Ty| matches!(ty, Ty::Int | Ty::Duration | Ty::Size);
    kind(a) == kind(b) || (counts(a) && counts(b) && (a == Ty::Int || b == Ty::Int))
}
