//! Any text as a rule or as a file of rules.

use std::cell::RefCell;
use std::hint::black_box;

use tamis::dialect::{ConvertOptions, Dialect, convert};
use tamis::{Analysis, Options, Phase, Program, Scratch, Verdict};

use crate::request::Request;
use crate::{KONG, findings};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A text is checked; what has no error is compiled, shown, run over made-up requests as a whole and phase by phase,
/// formatted without another meaning, and converted or refused.
pub fn rule(text: &str) {
    for edition in tamis::Edition::ALL {
        let options = Options { edition: *edition, ..Options::default() };
        let analysis = tamis::analyze(text, &KONG, &options);
        findings::check(text, &analysis.diagnostics);
        let programs = compiled(&analysis);
        decides_by_phase(&analysis);
        for program in &programs {
            black_box(program.disassemble(Some(text)));
        }
        if let Ok(formatted) = tamis::format(text, options.edition, &options.limits) {
            let again = tamis::format(&formatted, options.edition, &options.limits);
            assert_eq!(again.as_deref(), Ok(formatted.as_str()), "formatting twice changes nothing more");
            let reread = tamis::analyze(&formatted, &KONG, &options);
            // A limit of bytes may be met by one of the two texts only, and Kong's gateway refuses some layouts.
            let of_the_layout = analysis.diagnostics.iter().any(|it| it.code.as_str().starts_with("T8"));
            if formatted.len() <= options.limits.rule_bytes as usize && !of_the_layout {
                assert_eq!(reread.is_valid(), analysis.is_valid(), "{formatted}");
                assert_eq!(verdicts(&compiled(&reread)), verdicts(&programs), "{formatted}");
            }
        }
    }
    for (from, to) in [(Dialect::Tamis, Dialect::Atc), (Dialect::Atc, Dialect::Tamis)] {
        findings::check(text, &convert(text, &KONG, &ConvertOptions::between(from, to)).diagnostics);
    }
}

fn compiled(analysis: &Analysis) -> Vec<Program> {
    analysis.rules().iter().filter_map(|rule| rule.checked()).map(tamis::compile).collect()
}

/// Decided phase by phase, each rule says of a request what it says of the whole of it, and takes nothing back.
fn decides_by_phase(analysis: &Analysis) {
    for rule in analysis.rules().iter().filter_map(|rule| rule.checked()) {
        let (whole, phased) = (tamis::compile(rule), tamis::compile_phased(rule));
        let mut evaluation = phased.evaluation();
        for request in (0..4).map(|seed| Request { seed }) {
            SCRATCH.with_borrow_mut(|scratch| {
                let expected = whole.run(&request, scratch);
                evaluation.restart();
                for phase in Phase::ALL {
                    let verdict = evaluation.advance(*phase, &request, scratch);
                    assert!(verdict == expected || verdict == Verdict::NotYet, "{verdict} at {phase}");
                }
                assert_eq!(evaluation.verdict(), expected);
            });
        }
    }
}

/// What each program says about a few requests.
fn verdicts(programs: &[Program]) -> Vec<Verdict> {
    let requests = (0..4).map(|seed| Request { seed });
    SCRATCH.with_borrow_mut(|scratch| {
        requests.flat_map(|request| programs.iter().map(|it| it.run(&request, scratch)).collect::<Vec<_>>()).collect()
    })
}
