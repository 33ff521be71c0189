//! The tree of a rule text: an arena of nodes, children before parents.
//!
//! The tree is faithful to the text (parentheses stay, names are not resolved) and can hold holes where the text is
//! broken. Because a parent always comes after its children, a pass over the nodes in order sees every operand before
//! the operator that uses it, so nothing has to recurse.

use std::ops::Range;

use tamis_lang::builtin::BuiltinId;
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

/// The place of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The text that it covers.
    pub span: Span,
    /// The first node of its subtree: the nodes from there up to this one are exactly the subtree.
    pub first: NodeId,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Something is missing or unreadable here; a diagnostic says what.
    Hole,
    /// A literal.
    Literal(Literal),
    /// The name of a field, of a `let` or of a quantifier's variable.
    Path {
        /// The dotted name.
        name: Span,
        /// The bracketed key behind it.
        key: Option<Box<Key>>,
    },
    /// `name(argument, …)`.
    Call {
        /// The name.
        name: Span,
        /// The arguments.
        arguments: Children,
        /// The name and the colon before the last argument that has one (`by:`).
        label: Option<Span>,
    },
    /// `any(variable in source, body)` and its like.
    Quantified {
        /// Which quantifier.
        quantifier: BuiltinId,
        /// Its keyword.
        keyword: Span,
        /// The variable's name.
        variable: Span,
        /// The values that it runs over.
        source: NodeId,
        /// The condition on each.
        body: NodeId,
    },
    /// `[element, …]`
    Set(Children),
    /// `low..high`
    Range {
        /// The first value.
        low: NodeId,
        /// The last value.
        high: NodeId,
    },
    /// An operator before its operand.
    Prefix {
        /// Which.
        op: BuiltinId,
        /// Where it is written.
        op_span: Span,
        /// What it applies to.
        operand: NodeId,
    },
    /// An operator between two operands: everything but `&&` and `||`.
    Infix {
        /// Which.
        op: BuiltinId,
        /// Where it is written.
        op_span: Span,
        /// The left operand.
        left: NodeId,
        /// The right operand.
        right: NodeId,
    },
    /// `a && b && …` or `a || b || …`, two operands or more.
    Chain {
        /// Which.
        op: BuiltinId,
        /// The operands.
        operands: Children,
    },
    /// `( … )`
    Group(NodeId),
}

/// A literal, decoded.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A value of the language.
    Value(Constant),
    /// `10%` or `1/1000`, as a fraction; only within `sample(…)`.
    Probability {
        /// Above the line.
        numerator: u64,
        /// Below the line, never zero.
        denominator: u64,
    },
    /// Text that was meant as a literal and cannot be read; a diagnostic says why.
    Malformed,
}

/// The bracketed key of a path, `["X-Tenant-Id"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The brackets and what is between them.
    pub span: Span,
    /// The key, decoded.
    pub text: String,
}

/// A run of children in the tree's side table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Children {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A bare rule, or a file of named ones.
#[derive(Clone, Debug)]
pub enum Document {
    /// One condition.
    Rule(NodeId),
    /// `let` and `rule` items in the order of the text.
    File(Vec<Item>),
}

/// A `let` or a `rule` of a file.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which of the two.
    pub kind: ItemKind,
    /// Its keyword.
    pub keyword: Span,
    /// Its name.
    pub name: Span,
    /// What the name stands for.
    pub body: NodeId,
    /// From the keyword to the end of the body.
    pub span: Span,
    /// The comment lines right above it, without their slashes.
    pub documentation: Vec<Span>,
}

/// A name for a value, a set or a condition, or a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// `let NAME = …`
    Let,
    /// `rule NAME = …`
    Rule,
}

/// The tree of one text.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) document: Document,
}

/// What stands in for a node that is not in the tree.
static NOWHERE: Node = Node { kind: NodeKind::Hole, span: Span::at(0), first: NodeId(0) };

impl NodeId {
    /// The node at this place of the arena.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// The place in the arena, to index tables kept beside a tree.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Children {
    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl Tree {
    /// A node; a hole for an id of another tree.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        debug_assert!(id.index() < self.nodes.len(), "a node of another tree");
        self.nodes.get(id.index()).unwrap_or(&NOWHERE)
    }

    /// What a node is.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> &NodeKind {
        &self.node(id).kind
    }

    /// The text that a node covers.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The nodes of a list.
    #[must_use]
    pub fn children(&self, children: Children) -> &[NodeId] {
        self.children.get(children.start as usize..children.end as usize).unwrap_or(&[])
    }

    /// Every node, children before parents.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The nodes of a subtree, children before parents, the root last.
    pub fn subtree(&self, root: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        let range: Range<u32> = self.node(root).first.0..root.0.saturating_add(1);
        range.map(NodeId)
    }

    /// The node around each node, by [`NodeId::index`].
    ///
    /// Nodes come after their children, so the ones that still wait for a parent form a stack.
    #[must_use]
    pub fn parents(&self) -> Vec<Option<NodeId>> {
        let mut parents = Vec::with_capacity(self.nodes.len());
        let mut waiting: Vec<NodeId> = Vec::new();
        for id in self.ids() {
            parents.push(None);
            while let Some(child) = waiting.pop_if(|child| *child >= self.node(id).first) {
                if let Some(slot) = parents.get_mut(child.index()) {
                    *slot = Some(id);
                }
            }
            waiting.push(id);
        }
        parents
    }

    /// The bare rule or the items.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The node inside any number of parentheses.
    #[must_use]
    pub fn without_groups(&self, mut id: NodeId) -> NodeId {
        while let NodeKind::Group(inner) = self.kind(id) {
            id = *inner;
        }
        id
    }
}
