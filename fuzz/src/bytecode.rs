//! Any bytes as a program, and programs of the compiler with some bytes changed.

use std::cell::RefCell;

use tamis::bytecode::{NodeProfile, Origin};
use tamis::{Options, Phase, PhasedProgram, Scratch, Verdict};

use crate::KONG;
use crate::request::Request;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The first byte that makes the others a program as they are.
const AS_THEY_ARE: u8 = 0xff;

/// Bytes are refused with a reason or are a program that is safe, and that is written as it was read.
///
/// The first byte says how many bytes are changed in the program of the rule behind them, each by three bytes: where,
/// two of them, and to what.
pub fn bytecode(input: &[u8]) {
    let Some((n_changes, rest)) = input.split_first() else { return };
    if *n_changes == AS_THEY_ARE {
        load(rest);
        return;
    }
    let Some((changes, text)) = rest.split_at_checked(usize::from(*n_changes) * 3) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let analysis = tamis::analyze(text, &KONG, &Options::default());
    for rule in analysis.rules().iter().filter_map(|rule| rule.checked()) {
        let phased = tamis::compile_phased(rule);
        let mut bytes = phased.program().to_bytes(&Origin::new(phased.program(), &KONG).with_source(text));
        let untouched = changes.is_empty();
        for change in changes.as_chunks::<3>().0 {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        assert!(load(&bytes) || !untouched, "a node loads what the compiler makes: {text}");
    }
}

/// Whether the bytes are a program.
fn load(bytes: &[u8]) -> bool {
    let loaded = match NodeProfile::new(&KONG).load(bytes) {
        Ok(loaded) => loaded,
        Err(refusals) => {
            assert!(!refusals.is_empty());
            assert!(refusals.iter().all(|refusal| !refusal.to_string().is_empty()));
            return false;
        }
    };
    assert_eq!(loaded.program.to_bytes(&loaded.origin), bytes, "a program is written as it was read");
    assert!(loaded.program.cost() <= loaded.origin.cost);
    let program = PhasedProgram::new(loaded.program);
    let mut evaluation = program.evaluation();
    SCRATCH.with_borrow_mut(|scratch| {
        for request in (0..4).map(|seed| Request { seed }) {
            let expected = program.program().run(&request, scratch);
            evaluation.restart();
            for phase in Phase::ALL {
                let verdict = evaluation.advance(*phase, &request, scratch);
                assert!(verdict == expected || verdict == Verdict::NotYet, "{verdict} at {phase}");
            }
            assert_eq!(evaluation.finish(&request, scratch), expected);
        }
    });
    true
}
