//! The tree as text, for tests and for people who debug.

use tamis_lang::builtin::BuiltinId;

use crate::tree::{Document, ItemKind, Literal, NodeId, NodeKind, Tree};

/// A tree in parentheses, each node with its operator first.
///
/// ```
/// use tamis_lang::{edition::Edition, limits::Limits};
/// let text = "status == 503 && !(path ^= '/health')";
/// let tree = tamis_syntax::parse(text, Edition::Tamis, &Limits::default()).tree;
/// assert_eq!(
///     tamis_syntax::print_tree(&tree, text),
///     r#"(&& (== status 503) (! (group (^= path "/health"))))"#
/// );
/// ```
#[must_use]
pub fn print_tree(tree: &Tree, text: &str) -> String {
    match tree.document() {
        Document::Rule(root) => print_node(tree, text, *root),
        Document::File(items) => {
            let lines = items.iter().map(|item| {
                let keyword = if item.kind == ItemKind::Let { "let" } else { "rule" };
                format!("({keyword} {} {})", item.name.slice(text), print_node(tree, text, item.body))
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// What is still to be printed.
enum Todo {
    Node(NodeId),
    Text(String),
}

fn print_node(tree: &Tree, text: &str, root: NodeId) -> String {
    let mut out = String::new();
    let mut todo = vec![Todo::Node(root)];
    while let Some(next) = todo.pop() {
        match next {
            Todo::Text(text) => out.push_str(&text),
            Todo::Node(id) => {
                let (head, children) = parts(tree, text, id);
                out.push_str(&head);
                if children.is_empty() {
                    continue;
                }
                todo.push(Todo::Text(")".to_owned()));
                for child in children.into_iter().rev() {
                    todo.push(Todo::Node(child));
                    todo.push(Todo::Text(" ".to_owned()));
                }
            }
        }
    }
    out
}

/// What opens a node and what follows within its parentheses.
fn parts(tree: &Tree, text: &str, id: NodeId) -> (String, Vec<NodeId>) {
    let name = |op: BuiltinId| op.get().name;
    match tree.kind(id) {
        NodeKind::Literal(Literal::Value(value)) => (value.to_string(), Vec::new()),
        NodeKind::Literal(Literal::Probability { numerator, denominator }) => {
            (format!("{numerator}/{denominator}"), Vec::new())
        }
        NodeKind::Hole | NodeKind::Literal(Literal::Malformed) => ("?".to_owned(), Vec::new()),
        NodeKind::Path { name, key: None } => (name.slice(text).to_owned(), Vec::new()),
        NodeKind::Path { name, key: Some(key) } => (format!("{}[{:?}]", name.slice(text), key.text), Vec::new()),
        NodeKind::Call { name, arguments, .. } => {
            let end = if arguments.is_empty() { ")" } else { "" };
            (format!("(call {}{end}", name.slice(text)), tree.children(*arguments).to_vec())
        }
        NodeKind::Quantified { quantifier, variable, source, body, .. } => {
            (format!("({} {}", name(*quantifier), variable.slice(text)), vec![*source, *body])
        }
        NodeKind::Set(elements) => {
            (if elements.is_empty() { "(set)" } else { "(set" }.to_owned(), tree.children(*elements).to_vec())
        }
        NodeKind::Range { low, high } => ("(..".to_owned(), vec![*low, *high]),
        NodeKind::Prefix { op, operand, .. } => (format!("({}", name(*op)), vec![*operand]),
        NodeKind::Infix { op, left, right, .. } => (format!("({}", name(*op)), vec![*left, *right]),
        NodeKind::Chain { op, operands } => (format!("({}", name(*op)), tree.children(*operands).to_vec()),
        NodeKind::Group(inner) => ("(group".to_owned(), vec![*inner]),
    }
}
