//! Which features a program needs.

use std::collections::BTreeSet;

use tamis_lang::builtin::{self, BuiltinId};
use tamis_lang::phase::Phase;
use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::ty::Ty;

use super::Reason;
use super::feature::{Feature, FeatureKind};
use crate::op::{Fold, Operand};
use crate::program::Program;

/// The features of a program, each kind in the order of its names.
///
/// Bytes refer to them by their places here, so that what a node does not know has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(super) types: Vec<Ty>,
    pub(super) phases: Vec<Phase>,
    pub(super) functions: Vec<BuiltinId>,
    pub(super) operations: Vec<&'static str>,
    pub(super) steps: Vec<&'static str>,
}

impl Needs {
    /// What a program uses.
    pub(super) fn of(program: &Program) -> Self {
        let mut types: BTreeSet<Ty> = program.fields.iter().map(|field| field.ty).collect();
        let mut phases: BTreeSet<Phase> = program.fields.iter().map(|field| field.phase).collect();
        let moments = program.moments();
        phases.extend(moments.drop.into_iter().chain(moments.keep));
        phases.insert(moments.last);
        types.extend(program.constants.iter().map(|constant| constant.ty()));
        for prepared in &program.prepared {
            let Prepared::Set(set) = prepared else { continue };
            types.extend(set.elements().iter().flat_map(|element| match element {
                Element::Value(value) => [value.ty(), value.ty()],
                Element::Range(low, high) => [low.ty(), high.ty()],
            }));
        }
        let (mut functions, mut operations, mut steps) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut visit = |operand| match operand {
            Operand::Builtin(function) | Operand::Fold(Fold::Lower(function) | Fold::Upper(function)) => {
                functions.insert(function);
            }
            _ => {}
        };
        for instruction in &program.instructions {
            operations.insert(instruction.op.row().name);
            instruction.op.operands(&mut visit);
        }
        for comparison in &program.comparisons {
            visit(Operand::Builtin(comparison.operator));
            for step in &comparison.steps {
                steps.insert(step.action.row().name);
                step.action.operands(&mut visit);
            }
        }
        let mut needs = Self {
            types: types.into_iter().collect(),
            phases: phases.into_iter().collect(),
            functions: functions.into_iter().collect(),
            operations: operations.into_iter().collect(),
            steps: steps.into_iter().collect(),
        };
        needs.types.sort_by_key(|ty| ty.as_str());
        needs.phases.sort_by_key(|phase| phase.as_str());
        needs.functions.sort_by_key(|function| function.get().name);
        needs
    }

    /// The names of one kind.
    pub(super) fn names(&self, kind: FeatureKind) -> Vec<&'static str> {
        match kind {
            FeatureKind::Type => self.types.iter().map(|ty| ty.as_str()).collect(),
            FeatureKind::Phase => self.phases.iter().map(|phase| phase.as_str()).collect(),
            FeatureKind::Function => self.functions.iter().map(|function| function.get().name).collect(),
            FeatureKind::Operation => self.operations.clone(),
            FeatureKind::Step => self.steps.clone(),
        }
    }

    /// Adds a feature that this release has; false where it has not.
    pub(super) fn add(&mut self, feature: Feature) -> bool {
        match feature.kind {
            FeatureKind::Type => feature.name.parse().map(|ty| self.types.push(ty)).is_ok(),
            FeatureKind::Phase => feature.name.parse().map(|phase| self.phases.push(phase)).is_ok(),
            FeatureKind::Function => {
                let found = builtin::all().find(|(_, record)| record.name == feature.name);
                found.map(|(id, _)| self.functions.push(id)).is_some()
            }
            FeatureKind::Operation => {
                self.operations.push(feature.name);
                true
            }
            FeatureKind::Step => {
                self.steps.push(feature.name);
                true
            }
        }
    }

    /// All of them.
    pub(super) fn features(&self) -> impl Iterator<Item = Feature> + '_ {
        FeatureKind::ALL
            .iter()
            .flat_map(move |kind| self.names(*kind).into_iter().filter_map(move |name| Feature::find(*kind, name)))
    }

    /// The first version that has all of them.
    pub(super) fn version(&self) -> u16 {
        self.features().map(|feature| feature.since).max().unwrap_or(1)
    }

    pub(super) fn place_of_type(&self, ty: Ty) -> u16 {
        place(&self.types, &ty)
    }

    pub(super) fn place_of_phase(&self, phase: Phase) -> u16 {
        place(&self.phases, &phase)
    }

    pub(super) fn place_of_function(&self, function: BuiltinId) -> u16 {
        place(&self.functions, &function)
    }

    pub(super) fn ty(&self, place: u16) -> Result<Ty, Reason> {
        at(&self.types, place, "types")
    }

    pub(super) fn phase(&self, place: u16) -> Result<Phase, Reason> {
        at(&self.phases, place, "phases")
    }

    pub(super) fn function(&self, place: u16) -> Result<BuiltinId, Reason> {
        at(&self.functions, place, "functions")
    }

    pub(super) fn operation(&self, place: u16) -> Result<&'static str, Reason> {
        at(&self.operations, place, "operations")
    }

    pub(super) fn step(&self, place: u16) -> Result<&'static str, Reason> {
        at(&self.steps, place, "steps")
    }

    pub(super) fn place_of_operation(&self, name: &'static str) -> u16 {
        place(&self.operations, &name)
    }

    pub(super) fn place_of_step(&self, name: &'static str) -> u16 {
        place(&self.steps, &name)
    }
}

/// The place of something in a short list; what a program uses is there.
fn place<T: PartialEq>(list: &[T], wanted: &T) -> u16 {
    list.iter().position(|known| known == wanted).and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX)
}

fn at<T: Copy>(list: &[T], place: u16, table: &'static str) -> Result<T, Reason> {
    let outside = || Reason::Outside { table, len: list.len(), found: place.into() };
    list.get(usize::from(place)).copied().ok_or_else(outside)
}
