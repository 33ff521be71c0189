//! Any text as a rule or as a file of rules.

use std::cell::RefCell;
use std::hint::black_box;

use tamis::dialect::{ConvertOptions, Dialect, convert};
use tamis::{Analysis, Options, Program, Scratch, Verdict};

use crate::request::Request;
use crate::{KONG, findings};

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A text is checked; what has no error is compiled, shown, run over made-up requests, formatted without another meaning,
/// and converted or refused.
pub fn rule(text: &str) {
    for edition in tamis::Edition::ALL {
        let options = Options { edition: *edition, ..Options::default() };
        let analysis = tamis::analyze(text, &KONG, &options);
        findings::check(text, &analysis.diagnostics);
        let programs = compiled(&analysis);
        for program in &programs {
            black_box(program.disassemble(Some(text)));
        }
        if let Ok(formatted) = tamis::format(text, options.edition, &options.limits) {
            let again = tamis::format(&formatted, options.edition, &options.limits);
            assert_eq!(again.as_deref(), Ok(formatted.as_str()), "formatting twice changes nothing more");
            let reread = tamis::analyze(&formatted, &KONG, &options);
            // A limit of bytes may be met by one of the two texts only.
            if formatted.len() <= options.limits.rule_bytes as usize {
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

/// What each program says about a few requests.
fn verdicts(programs: &[Program]) -> Vec<Verdict> {
    let requests = (0..4).map(|seed| Request { seed });
    SCRATCH.with_borrow_mut(|scratch| {
        requests.flat_map(|request| programs.iter().map(|it| it.run(&request, scratch)).collect::<Vec<_>>()).collect()
    })
}
