//! What may stand at the cursor: found by parsing the rule with a name, or with nothing, in the place of the word.
//!
//! The parser reads broken text anyway, so nothing here has a grammar of its own.

use tamis_lang::builtin::{self, Builtin, BuiltinId, Form, Operand, Power, Special};
use tamis_lang::catalog::{FieldId, Resolution};
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_syntax::token::{Token, TokenKind};
use tamis_syntax::tree::{Document, ItemKind, NodeId, NodeKind, Tree};
use tamis_types::analysis::{Analysis, NodeType, Options, analyze};

use super::word::{Word, WordKind};
use crate::document::{View, ancestors, children};

/// What stands for the word at the cursor while the rule is read; nobody calls a field so.
const MARK: &str = "the_name_at_the_cursor";

/// The same reading without findings: nobody sees them, and what was probably meant takes long to find.
fn quiet(options: &Options) -> Options {
    let limits = Limits { diagnostics: 0, ..options.limits.clone() };
    Options { limits, relations: false, ..options.clone() }
}

/// What may stand at the cursor.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Nothing that could be offered.
    Silent,
    /// A condition begins.
    Condition {
        /// Whether it is negated, so that a condition without a comparison is likely.
        is_negated: bool,
    },
    /// A value, compared with or joined to another one.
    Value(Beside),
    /// An element of a set.
    Element(Beside),
    /// What is right of `in`.
    Set(Beside),
    /// An argument of a function that takes one of these.
    Argument(Vec<Operand>),
    /// The argument of a quantifier: a field, or a variable and a field.
    Quantified,
    /// The values that a quantifier runs over.
    Source,
    /// `in` behind the variable of a quantifier.
    VariableIn,
    /// What a `let` stands for.
    Anything,
    /// An operator behind a value of this type.
    Operator(Left),
    /// The rest of an operator of several words.
    OperatorRest(String),
    /// The sign between the name of an item and its body.
    Define,
    /// A key of a family.
    Key(FieldId),
}

/// The value on the other side of an operator.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    pub(super) ty: Option<Ty>,
    pub(super) field: Option<FieldId>,
    pub(super) key: Option<String>,
    pub(super) op: Option<BuiltinId>,
    /// The literals that the set has already, as written.
    pub(super) listed: Vec<String>,
    /// Whether the cursor is left of the operator, where a field is expected.
    pub(super) is_left: bool,
}

/// What stands left of the cursor where an operator is due.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    /// The type of the value; none where it is broken.
    pub(super) ty: Option<Ty>,
    pub(super) field: Option<FieldId>,
    /// Whether a condition ends here, so that `&&` may follow.
    pub(super) ends_condition: bool,
    /// Whether a value ends here that can still be compared.
    pub(super) ends_operand: bool,
    /// The operator of the chain that the cursor is in.
    pub(super) chain: Option<BuiltinId>,
    /// Whether an item can begin here.
    pub(super) starts_line: bool,
}

/// A part of the text with the word at the cursor replaced, analysed.
pub(super) struct Probe {
    pub(super) text: String,
    pub(super) analysis: Analysis,
    /// Where the word was.
    at: u32,
}

impl Probe {
    /// Reads the item at the cursor, with the `let`s above it; the other rules do not matter and cost time.
    fn new(view: &View<'_>, replace: Span, word: &str) -> Self {
        let items = view.document.items();
        let after = items.partition_point(|item| item.span.start <= replace.start);
        let start = match after.checked_sub(1).and_then(|place| items.get(place)) {
            Some(item) => item.span.start,
            None => 0,
        };
        let end = items.get(after).map_or(u32::MAX, |item| item.span.start);
        let end = end.min(u32::try_from(view.text().len()).unwrap_or(u32::MAX)).max(replace.end);
        let mut text = String::new();
        for item in items.iter().filter(|item| item.kind == ItemKind::Let && item.span.end <= start) {
            text.push_str(view.slice(item.span));
            text.push('\n');
        }
        text.push_str(view.slice(Span::new(start, replace.start)));
        let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(word);
        text.push_str(view.slice(Span::new(replace.end, end)));
        let analysis = analyze(&text, view.catalog, &quiet(view.document.options()));
        Self { text, analysis, at }
    }

    fn tree(&self) -> &Tree {
        &self.analysis.tree
    }

    fn slice(&self, span: Span) -> &str {
        span.slice(&self.text)
    }

    /// The tokens before the cursor.
    fn before(&self) -> &[Token] {
        let n = self.analysis.tokens.partition_point(|token| token.span.end <= self.at);
        self.analysis.tokens.get(..n).unwrap_or(&[])
    }

    /// The item around the cursor: its body, and whether it is a `let`.
    fn root(&self) -> (NodeId, bool) {
        match self.tree().document() {
            Document::Rule(root) => (*root, false),
            Document::File(items) => {
                let after = items.partition_point(|item| item.span.start <= self.at);
                let item = after.checked_sub(1).and_then(|place| items.get(place));
                item.map_or((NodeId::new(0), false), |item| (item.body, item.kind == ItemKind::Let))
            }
        }
    }

    fn around(&self, id: NodeId) -> Vec<NodeId> {
        ancestors(self.tree(), self.root().0, id)
    }

    /// What a value is, for what stands beside it.
    fn beside(&self, view: &View<'_>, id: NodeId) -> Beside {
        let tree = self.tree();
        let inner = tree.without_groups(id);
        let ty = match self.analysis.node_type(inner) {
            NodeType::Value(ty) => Some(ty),
            NodeType::Unknown | NodeType::Condition | NodeType::Set => match tree.kind(inner) {
                NodeKind::Set(elements) => {
                    tree.children(*elements).iter().find_map(|element| self.literal_type(*element))
                }
                _ => self.literal_type(inner),
            },
        };
        let field = self.analysis.field_of(inner);
        let key = tree.subtree(inner).find_map(|node| match tree.kind(node) {
            NodeKind::Path { name, key } => {
                let key = key.as_ref().map(|key| key.text.as_str());
                match view.catalog.resolve(self.slice(*name), key) {
                    Resolution::Field { id, key, .. } if Some(id) == field => key,
                    _ => None,
                }
            }
            _ => None,
        });
        Beside { ty, field, key, ..Beside::default() }
    }

    fn literal_type(&self, id: NodeId) -> Option<Ty> {
        let tree = self.tree();
        let id = match tree.kind(id) {
            NodeKind::Range { low, .. } => *low,
            _ => id,
        };
        match tree.kind(id) {
            NodeKind::Literal(tamis_syntax::tree::Literal::Value(value)) => Some(value.ty()),
            _ => None,
        }
    }
}

/// A place, with the variables that can be named there.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) place: Place,
    /// The innermost first.
    pub(super) variables: Vec<Variable>,
}

/// The variable of a quantifier around the cursor.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    /// What it runs over, as written.
    pub(super) source: String,
    pub(super) ty: NodeType,
}

impl Scene {
    const fn bare(place: Place) -> Self {
        Self { place, variables: Vec::new() }
    }
}

/// What may stand in the place of a word.
pub(super) fn at(view: &View<'_>, word: &Word<'_>) -> Scene {
    if let Some(family) = bracketed(view, word) {
        return Scene::bare(Place::Key(family));
    }
    let marked = Probe::new(view, word.replace, MARK);
    let before = marked.before();
    if let Some(place) = head(&marked, before) {
        return Scene::bare(place);
    }
    match before {
        [.., open, name] if is_variable(&marked, before, *open, *name) => return Scene::bare(Place::VariableIn),
        [.., value, first] if ends_operand(value.kind) && begins_operator(&marked, *first) => {
            return Scene::bare(Place::OperatorRest(marked.slice(first.span).to_owned()));
        }
        [.., last] if last.kind == TokenKind::QuantifierIn => return Scene::bare(Place::Source),
        _ => {}
    }
    let operator_is_due = before.last().is_some_and(|last| ends_operand(last.kind)) && !starts_item(&marked, before);
    match (operator_is_due, word.kind) {
        (true, WordKind::Name | WordKind::Sign) => Scene::bare(operator(&Probe::new(view, word.replace, ""))),
        (true, _) => Scene::bare(Place::Silent),
        (false, _) => {
            let Some(mark) = mark(&marked) else { return Scene::bare(Place::Condition { is_negated: false }) };
            Scene { place: operand(view, &marked, mark), variables: variables(&marked, mark) }
        }
    }
}

/// The node of the name that stands for the word.
fn mark(probe: &Probe) -> Option<NodeId> {
    let tree = probe.tree();
    tree.subtree(probe.root().0).find(|id| match tree.kind(*id) {
        NodeKind::Path { name, .. } | NodeKind::Call { name, .. } => {
            name.start == probe.at && probe.slice(*name) == MARK
        }
        _ => false,
    })
}

/// The variables that can be named in the place of a node.
fn variables(probe: &Probe, mark: NodeId) -> Vec<Variable> {
    let tree = probe.tree();
    let variable = |around: NodeId| match tree.kind(around) {
        NodeKind::Quantified { variable, source, body, .. } if tree.node(*body).first <= mark && mark <= *body => {
            let ty = probe.analysis.node_type(*source);
            let (name, source) = (probe.slice(*variable).to_owned(), probe.slice(tree.span(*source)).to_owned());
            Some(Variable { name, source, ty })
        }
        _ => None,
    };
    probe.around(mark).into_iter().filter_map(variable).collect()
}

/// The family whose key in brackets is being typed.
fn bracketed(view: &View<'_>, word: &Word<'_>) -> Option<FieldId> {
    let tokens = view.document.tokens();
    let n = tokens.partition_point(|token| token.span.end <= word.replace.start);
    let [.., name, open] = tokens.get(..n)? else { return None };
    let is_key =
        open.kind == TokenKind::OpenBracket && name.kind == TokenKind::Name && name.span.end == open.span.start;
    if word.kind != WordKind::Text || !is_key {
        return None;
    }
    match view.catalog.resolve(view.slice(name.span), Some("k")) {
        Resolution::Field { id, .. } | Resolution::BadKey { id, .. } => Some(id),
        Resolution::FamilyWithoutKey(_) | Resolution::NotAFamily(_) | Resolution::Unknown => None,
    }
}

/// Whether a word is the first of an operator of several words, and no operator itself.
fn begins_operator(probe: &Probe, token: Token) -> bool {
    // What only begins an operator of ours is read as another language's.
    let is_word = matches!(token.kind, TokenKind::Name | TokenKind::Infix(_));
    let word = probe.slice(token.span);
    let continues = |spelling: &str| spelling.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
    let begins = |builtin: &&Builtin| builtin.spellings().any(continues);
    is_word && builtin::by_word(word).is_none() && builtin::BUILTINS.iter().any(begins)
}

/// Whether an operand has ended with a token.
const fn ends_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Literal(_)
            | TokenKind::CloseParenthesis
            | TokenKind::CloseBracket
            | TokenKind::Error
    )
}

/// Whether the tokens end with the sign behind the name of an item.
fn starts_item(probe: &Probe, before: &[Token]) -> bool {
    before.last().is_some_and(|last| last.kind == TokenKind::Define) || before.is_empty() || probe.text.is_empty()
}

/// The head of an item: `rule`, then its name, then the sign.
fn head(probe: &Probe, before: &[Token]) -> Option<Place> {
    // With `=` behind the name it is a head already.
    let is_head = |token: &Token| matches!(token.kind, TokenKind::Let | TokenKind::Rule);
    let is_keyword = |token: &Token| {
        is_head(token) || token.kind == TokenKind::Name && ["rule", "let"].contains(&probe.slice(token.span))
    };
    let starts_line = |token: &Token| {
        let line = probe.slice(Span::new(0, token.span.start));
        line.trim_end_matches([' ', '\t']).is_empty() || line.trim_end_matches([' ', '\t']).ends_with('\n')
    };
    let same_line = |token: &Token| !probe.slice(Span::new(token.span.end, probe.at)).contains('\n');
    match before {
        [.., keyword] if is_keyword(keyword) && starts_line(keyword) && same_line(keyword) => Some(Place::Silent),
        [.., keyword, name]
            if is_keyword(keyword) && starts_line(keyword) && same_line(keyword) && name.kind == TokenKind::Name =>
        {
            Some(if is_head(keyword) { Place::Silent } else { Place::Define })
        }
        _ => None,
    }
}

/// Whether a name is the variable of a quantifier that is being typed: `any(v`.
fn is_variable(probe: &Probe, before: &[Token], open: Token, name: Token) -> bool {
    let quantifier = before.len().checked_sub(3).and_then(|place| before.get(place));
    let is_quantifier = |token: &Token| {
        let function = builtin::by_function_name(probe.slice(token.span));
        function.is_some_and(|id| matches!(id.get().form, Form::Quantifier))
    };
    open.kind == TokenKind::OpenParenthesis
        && name.kind == TokenKind::Name
        && !probe.slice(name.span).contains('.')
        && quantifier.is_some_and(is_quantifier)
}

/// What may stand where an operand is due.
fn operand(view: &View<'_>, probe: &Probe, mark: NodeId) -> Place {
    let tree = probe.tree();
    let (_, is_let) = probe.root();
    let mut set: Option<NodeId> = None;
    let mut child = mark;
    for parent in probe.around(mark) {
        match tree.kind(parent) {
            NodeKind::Set(_) => set = Some(parent),
            NodeKind::Chain { .. } => return Place::Condition { is_negated: false },
            NodeKind::Prefix { op, .. } if op.get().special() == Some(Special::Not) => {
                return Place::Condition { is_negated: true };
            }
            NodeKind::Hole
            | NodeKind::Literal(_)
            | NodeKind::Path { .. }
            | NodeKind::Group(_)
            | NodeKind::Range { .. }
            | NodeKind::Prefix { .. } => {}
            NodeKind::Infix { op, left, right, .. } => {
                let is_left = child == *left;
                let other = if is_left { *right } else { *left };
                if let Some(place) = joined(view, probe, Joined { op: *op, other, is_left, set }) {
                    return place;
                }
            }
            NodeKind::Call { name, arguments, .. } => {
                let place = tree.children(*arguments).iter().position(|argument| *argument == child);
                return argument(probe.slice(*name), place.unwrap_or(0));
            }
            NodeKind::Quantified { body, .. } if child == *body => return Place::Condition { is_negated: false },
            NodeKind::Quantified { .. } => return Place::Source,
        }
        child = parent;
    }
    match set {
        Some(set) => {
            let listed = listed(probe, set);
            Place::Element(Beside { listed, ..probe.beside(view, set) })
        }
        None if is_let => Place::Anything,
        None => Place::Condition { is_negated: false },
    }
}

/// An operator with the cursor on one side.
#[derive(Clone, Copy)]
struct Joined {
    op: BuiltinId,
    other: NodeId,
    is_left: bool,
    /// The set around the cursor.
    set: Option<NodeId>,
}

/// What may stand beside a value; none where the value says nothing about it.
fn joined(view: &View<'_>, probe: &Probe, joined: Joined) -> Option<Place> {
    let Joined { op, other, is_left, set } = joined;
    let is_hole = matches!(probe.tree().kind(other), NodeKind::Hole);
    let beside = Beside { op: Some(op), is_left, ..probe.beside(view, other) };
    if op.get().power() != Some(Power::Compare) {
        return beside.ty.is_some().then_some(Place::Value(beside));
    }
    if is_left && is_hole {
        return None;
    }
    let takes_set = op.get().signatures.iter().any(|it| matches!(it.parameters.get(1), Some(Operand::Set(_))));
    Some(match set {
        Some(set) => Place::Element(Beside { listed: listed(probe, set), ..beside }),
        None if takes_set && !is_left => Place::Set(beside),
        None => Place::Value(beside),
    })
}

/// The literals of a set as they are written.
fn listed(probe: &Probe, set: NodeId) -> Vec<String> {
    let tree = probe.tree();
    let elements = children(tree, set).into_iter();
    elements.map(|element| probe.slice(tree.span(element)).to_owned()).collect()
}

/// What may stand in a place among the arguments of a function.
fn argument(function: &str, place: usize) -> Place {
    let Some(builtin) = builtin::by_function_name(function).map(BuiltinId::get) else { return Place::Anything };
    if matches!(builtin.form, Form::Quantifier) && place == 0 {
        return Place::Quantified;
    }
    let takes = |signature: &builtin::Signature| {
        let last = signature.parameters.last().filter(|_| signature.variadic);
        signature.parameters.get(place).or(last).copied()
    };
    let mut operands: Vec<Operand> = builtin.signatures.iter().filter_map(takes).collect();
    operands.dedup();
    if operands.contains(&Operand::Condition) {
        Place::Condition { is_negated: false }
    } else {
        Place::Argument(operands)
    }
}

/// What may stand where an operator is due.
fn operator(probe: &Probe) -> Place {
    let tree = probe.tree();
    let Some(last) = probe.before().last().copied() else { return Place::Silent };
    let (root, _) = probe.root();
    let ends_here = |id: &NodeId| tree.span(*id).end == last.span.end && tree.span(*id).start <= last.span.start;
    let Some(mut operand) = tree.subtree(root).find(ends_here) else { return Place::Silent };
    let mut left = Left { starts_line: starts_line(probe, last), ends_operand: true, ..Left::default() };
    for parent in probe.around(operand) {
        let is_tight = |op: BuiltinId| op.get().power() > Some(Power::Compare);
        match tree.kind(parent) {
            NodeKind::Infix { op, .. } if is_tight(*op) && ends_here(&parent) && left.ends_operand => operand = parent,
            NodeKind::Prefix { op, .. } if op.get().special() != Some(Special::Not) && ends_here(&parent) => {
                operand = parent;
            }
            NodeKind::Infix { op, .. } if !is_tight(*op) => {
                left.ends_operand = false;
                left.ends_condition = true;
            }
            NodeKind::Chain { op, .. } => {
                left.chain = Some(*op);
                break;
            }
            NodeKind::Prefix { .. } => left.ends_condition = true,
            NodeKind::Set(_) | NodeKind::Range { .. } => return Place::Silent,
            NodeKind::Quantified { source, .. } if tree.node(*source).first <= operand && operand <= *source => {
                return Place::Silent;
            }
            NodeKind::Call { name, .. } => {
                let builtin = builtin::by_function_name(probe.slice(*name)).map(BuiltinId::get);
                if builtin.is_none_or(|builtin| !takes_condition(builtin)) {
                    left.ends_condition = false;
                    left.ends_operand = false;
                }
                break;
            }
            NodeKind::Group(_) | NodeKind::Quantified { .. } => break,
            NodeKind::Hole | NodeKind::Literal(_) | NodeKind::Path { .. } | NodeKind::Infix { .. } => {}
        }
    }
    match probe.analysis.node_type(operand) {
        NodeType::Value(ty) => {
            left.ty = Some(ty);
            left.field = probe.analysis.field_of(operand);
            left.ends_condition |= left.ends_operand && ty == Ty::Bool;
        }
        NodeType::Condition => {
            left.ends_operand = false;
            left.ends_condition = true;
        }
        NodeType::Set => left.ends_operand = false,
        NodeType::Unknown => {}
    }
    Place::Operator(left)
}

fn takes_condition(builtin: &Builtin) -> bool {
    builtin.signatures.iter().any(|signature| signature.parameters.contains(&Operand::Condition))
}

/// Whether the cursor is the first thing on its line.
fn starts_line(probe: &Probe, last: Token) -> bool {
    probe.slice(Span::new(last.span.end, probe.at)).contains('\n')
}
