//! The machines of the nodes: the program of a rule as bytes, and what the nodes say to it.
//!
//! Whether a node runs a rule is asked of the code that loads programs, so the validator cannot disagree with a node.

use tamis::{Catalog, CheckedRule, compile_phased};
use tamis_vm::bytecode::{NodeProfile, Origin, Reason, VERSION};

use crate::fleet::FleetNode;

/// A rule, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compiled {
    /// The program with the text of its rule.
    pub(crate) bytes: Vec<u8>,
    /// The most that one evaluation costs.
    pub(crate) cost: u64,
    /// The first version of the bytecode that has everything it needs.
    pub(crate) bytecode: u16,
}

/// Something that a node lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// A field that came with a later gateway.
    NewField { name: String, since: String },
    /// An operator or step that came with a later bytecode; the version of the node.
    Feature { kind: &'static str, name: String, since: u16, has: u16 },
    /// A field that its catalog does not have, or of which it says something else.
    Field { name: String, why: String },
    /// Anything else; what the machine says.
    Other(String),
}

/// The program of a rule, as every node gets it.
pub(crate) fn compile(rule: &CheckedRule, catalog: &Catalog, source: &str) -> Compiled {
    let phased = compile_phased(rule);
    let program = phased.program();
    let bytes = program.to_bytes(&Origin::new(program, catalog).with_source(source));
    let bytecode = program.needs().iter().map(|feature| feature.since).max().unwrap_or(1);
    Compiled { bytes, cost: program.cost(), bytecode }
}

/// What a node lacks to load a program; nothing if and only if it loads it.
pub(crate) fn lacks(compiled: &Compiled, catalog: &Catalog, node: &FleetNode) -> Vec<Lack> {
    let has = node.bytecode.as_ref().map_or(VERSION, |version| version.value);
    let profile = NodeProfile::new(catalog).at_version(has).with_gateway(&node.fields_of().to_string());
    let Err(refusals) = profile.load(&compiled.bytes) else { return Vec::new() };
    let is_explained = refusals.iter().any(|refusal| matches!(refusal.reason, Reason::Unsupported { .. }));
    let mut lacks = Vec::new();
    for refusal in refusals {
        lacks.push(match refusal.reason {
            Reason::TooNew { .. } if is_explained => continue,
            Reason::TooNew { found, .. } => {
                Lack::Feature { kind: "bytecode", name: found.to_string(), since: found, has }
            }
            Reason::Unsupported { kind, name, since } => {
                Lack::Feature { kind: kind.as_str(), name: name.to_string(), since, has }
            }
            Reason::FieldTooNew { name, since, .. } => Lack::NewField { name, since },
            Reason::UnknownField { name } => {
                Lack::Field { why: format!("its catalog `{}` has no such field", catalog.name()), name }
            }
            Reason::FieldDiffers { name, what, expected, found } => {
                let why = format!("its catalog has another {what}: {expected}, and the rule was checked with {found}");
                Lack::Field { name, why }
            }
            other => Lack::Other(format!("{}: {other}", refusal.place)),
        });
    }
    lacks
}
