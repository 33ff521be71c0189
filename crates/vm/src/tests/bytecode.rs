//! Programs as bytes: what the compiler makes comes back as it was, and nothing else does harm.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis_lang::catalog::{Catalog, Field, Presence};
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;

use super::build::Request;
use super::random::{Choices, FIELDS, checked_rule};
use crate::bytecode::{NodeProfile, Origin, Reason, Refusal};
use crate::compile::compile_hir;
use crate::facts::{Fact, Facts, FieldRef};
use crate::phased::PhasedProgram;
use crate::program::Program;
use crate::verdict::Verdict;

const CASES: u32 = 2_000;

/// The fields of random rules, in the order in which those declare them.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let field = |(name, ty): &(&str, _)| Field {
        presence: Presence::Optional,
        phase: Phase::RequestHeaders,
        ..Field::bare(name, *ty)
    };
    Catalog::from_fields("random", FIELDS.iter().map(field).collect()).unwrap()
});

fn bytes_of(program: &Program) -> Vec<u8> {
    program.to_bytes(&Origin::new(program, &CATALOG))
}

fn load(bytes: &[u8]) -> Result<(Program, Origin), Vec<Refusal>> {
    NodeProfile::new(&CATALOG).load(bytes).map(|loaded| (loaded.program, loaded.origin))
}

/// A request with a randomness.
struct Traced<'r>(&'r Request, Randomness);

impl Facts for Traced<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.0.get(field)
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> std::ops::ControlFlow<()>) {
        self.0.each(field, visit);
    }

    fn randomness(&self) -> Randomness {
        self.1
    }
}

#[test]
fn the_page_lists_every_reason() {
    let page = include_str!("../../../../docs/bytecode.md");
    let listed: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(code, _)| code)).collect();
    assert_eq!(listed, Reason::CODES);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_program_comes_back_from_its_bytes(bytes in prop::collection::vec(any::<u8>(), 0..256), bits in any::<u64>()) {
        let mut choices = Choices(bytes.iter());
        let program = compile_hir(&checked_rule(&mut choices).hir);
        let written = bytes_of(&program);
        let loaded = load(&written);
        prop_assert!(loaded.is_ok(), "{:?}\n{}", loaded.map(drop), program.disassemble(None));
        let Ok((loaded, origin)) = loaded else { return Ok(()) };
        prop_assert_eq!(format!("{program:?}"), format!("{loaded:?}"));
        prop_assert_eq!(&loaded.to_bytes(&origin), &written);
        let request = Choices(bytes.iter()).request(FIELDS.iter().map(|(_, ty)| *ty));
        let facts = Traced(&request, Randomness::new(bits));
        let mut scratch = Scratch::default();
        prop_assert_eq!(program.run(&facts, &mut scratch), loaded.run(&facts, &mut scratch));
    }

    #[test]
    fn changed_bytes_are_refused_or_run_safely(
        bytes in prop::collection::vec(any::<u8>(), 0..128),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        bits in any::<u64>(),
    ) {
        let mut written = bytes_of(&compile_hir(&checked_rule(&mut Choices(bytes.iter())).hir));
        for (place, byte) in &changes {
            let place = place.index(written.len());
            written[place] = *byte;
        }
        match load(&written) {
            Err(refusals) => {
                prop_assert!(!refusals.is_empty());
                prop_assert!(refusals.iter().all(|refusal| !refusal.to_string().is_empty()));
            }
            Ok((program, origin)) => {
                prop_assert_eq!(&program.to_bytes(&origin), &written);
                let request = Choices(bytes.iter()).request(FIELDS.iter().map(|(_, ty)| *ty));
                let facts = Traced(&request, Randomness::new(bits));
                let mut scratch = Scratch::default();
                let whole = program.run(&facts, &mut scratch);
                let mut evaluation = PhasedProgram::new(program).evaluation();
                for phase in Phase::ALL {
                    let early = evaluation.advance(*phase, &facts, &mut scratch);
                    prop_assert!(early == Verdict::NotYet || early == whole);
                }
                prop_assert_eq!(evaluation.finish(&facts, &mut scratch), whole);
            }
        }
    }
}
