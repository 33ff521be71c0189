//! A slow and obviously right evaluator, to hold the machine against.
//!
//! It walks the tree of a rule, not its checked form: names are looked up where they stand, each `let` is read again
//! at each use, literals are converted by the few rules of `quantity`, and nothing is prepared, fused or skipped.
//! With the machine it shares only what the records of the operators compute (their kernels), which the verdict cases
//! pin one by one.
//!
//! It recurses as deep as the rule is nested, and it expects a rule without errors; of a broken one it says anything.

mod condition;
mod lattice;
mod name;
mod quantity;
mod set;
mod value;

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::sampling::Randomness;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Document, ItemKind, NodeId, Tree};

use crate::facts::CaseFacts;
use crate::generate::Request;
pub use lattice::{Interval, thresholds};
use value::Scope;

/// A request, as the reference asks it.
pub trait Values {
    /// The values of a field, of a family's member with the normalised key; none where it is absent.
    fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant];

    /// What decides whether the request is in a share.
    fn randomness(&self) -> Randomness {
        Randomness::default()
    }
}

impl Values for Request {
    fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        Self::values(self, id, key)
    }
}

impl Values for CaseFacts {
    fn values(&self, id: FieldId, key: Option<&str>) -> &[Constant] {
        Self::values(self, id, key)
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// One text beside one request.
#[derive(Clone, Copy)]
struct Reference<'a> {
    text: &'a str,
    tree: &'a Tree,
    catalog: &'a Catalog,
    request: &'a dyn Values,
}

/// Whether each rule of a text matches a request, in the order of the text.
#[must_use]
pub fn matches(text: &str, tree: &Tree, catalog: &Catalog, request: &dyn Values) -> Vec<bool> {
    let reference = Reference { text, tree, catalog, request };
    bodies(tree).into_iter().map(|body| reference.condition(body, &Scope::Outermost)).collect()
}

/// The condition of each rule.
fn bodies(tree: &Tree) -> Vec<NodeId> {
    match tree.document() {
        Document::Rule(body) => vec![*body],
        Document::File(items) => {
            items.iter().filter(|item| item.kind == ItemKind::Rule).map(|item| item.body).collect()
        }
    }
}
