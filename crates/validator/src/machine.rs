//! The machines of the nodes: what the program of a rule is to them.

use tamis::{CheckedRule, compile_phased};

/// A rule, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compiled {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cost: u64,
    pub(crate) bytecode: u16,
}

pub(crate) fn compile(rule: &CheckedRule) -> Compiled {
    let cost = compile_phased(rule).program().len();
    Compiled { bytes: Vec::new(), cost: u64::try_from(cost).unwrap_or(u64::MAX), bytecode: 1 }
}
