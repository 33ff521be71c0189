//! What a program may need of the node that runs it.

use std::fmt;

use tamis_lang::builtin::{self, Builtin, Eval};
use tamis_lang::phase::Phase;
use tamis_lang::ty::Ty;

use crate::op::{Action, Op};

/// A part of the machine that a program may need, under a name that never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Feature {
    /// What it is.
    pub kind: FeatureKind,
    /// Its name.
    pub name: &'static str,
    /// The first version of the bytecode that has it.
    pub since: u16,
}

/// What a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureKind {
    /// The type of a field or of a constant.
    Type,
    /// A phase of a request.
    Phase,
    /// An operator or function.
    Function,
    /// An operation of an instruction.
    Operation,
    /// A step of a comparison.
    Step,
}

impl FeatureKind {
    /// Every kind, in the order of the table in bytes.
    pub const ALL: &'static [Self] = &[Self::Type, Self::Phase, Self::Function, Self::Operation, Self::Step];

    /// The word in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Phase => "phase",
            Self::Function => "function",
            Self::Operation => "operation",
            Self::Step => "step",
        }
    }
}

impl fmt::Display for FeatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, self.name)
    }
}

impl Feature {
    /// Every feature of this release.
    pub fn all() -> impl Iterator<Item = Self> {
        let feature = |kind| move |(name, since)| Self { kind, name, since };
        let types = Ty::ALL.iter().map(|ty| (ty.as_str(), 1)).map(feature(FeatureKind::Type));
        let phases = Phase::ALL.iter().map(|phase| (phase.as_str(), 1)).map(feature(FeatureKind::Phase));
        let functions = builtin::all().filter(|(_, record)| runs(record));
        let functions =
            functions.map(|(_, record)| (record.name, version_of(record.since))).map(feature(FeatureKind::Function));
        let operations = Op::ROWS.iter().map(|row| (row.name, row.since)).map(feature(FeatureKind::Operation));
        let steps = Action::ROWS.iter().map(|row| (row.name, row.since)).map(feature(FeatureKind::Step));
        types.chain(phases).chain(functions).chain(operations).chain(steps)
    }

    /// The feature of this name.
    #[must_use]
    pub fn find(kind: FeatureKind, name: &str) -> Option<Self> {
        // Not by way of `all`, because loading a program looks up each of its names.
        let found = match kind {
            FeatureKind::Type => Ty::ALL.iter().find(|ty| ty.as_str() == name).map(|ty| (ty.as_str(), 1)),
            FeatureKind::Phase => Phase::ALL.iter().find(|it| it.as_str() == name).map(|it| (it.as_str(), 1)),
            FeatureKind::Function => builtin::all()
                .find(|(_, record)| record.name == name && runs(record))
                .map(|(_, record)| (record.name, version_of(record.since))),
            FeatureKind::Operation => Op::ROWS.iter().find(|row| row.name == name).map(|row| (row.name, row.since)),
            FeatureKind::Step => Action::ROWS.iter().find(|row| row.name == name).map(|row| (row.name, row.since)),
        };
        found.map(|(name, since)| Self { kind, name, since })
    }
}

/// Whether the machine calls it by its record.
const fn runs(record: &Builtin) -> bool {
    matches!(record.eval, Eval::Pure(_) | Eval::Prepared(_))
}

/// The version of the bytecode that came with a release: the second number of its name.
fn version_of(release: &str) -> u16 {
    release.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::bytecode::VERSION;

    #[test]
    fn each_is_found_by_its_name_in_its_kind_only() {
        for feature in Feature::all() {
            assert_eq!(Feature::find(feature.kind, feature.name), Some(feature));
        }
        assert_eq!(Feature::find(FeatureKind::Type, "sample"), None);
    }

    #[test]
    fn every_name_is_unique_within_its_kind_and_none_is_from_the_future() {
        let mut seen = BTreeSet::new();
        for feature in Feature::all() {
            assert!(seen.insert((feature.kind, feature.name)), "{feature}");
            assert!((1..=VERSION).contains(&feature.since), "{feature}");
        }
    }
}
