//! The machine beside the reference.

use tamis_lang::scratch::Scratch;
use tamis_types::analysis::Analysis;
use tamis_vm::{Program, Verdict, compile};

use super::{Outcome, analysed};
use crate::generate::{CATALOG, Request};
use crate::reference;

/// A text without errors and the programs of its rules.
#[derive(Clone, Debug)]
pub struct Compiled<'t> {
    text: &'t str,
    analysis: Analysis,
    programs: Vec<Program>,
}

impl<'t> Compiled<'t> {
    /// The programs of a text; none where it has an error.
    #[must_use]
    pub fn new(text: &'t str) -> Option<Self> {
        let analysis = analysed(text);
        let programs: Option<Vec<Program>> = analysis.rules().iter().map(|rule| rule.checked().map(compile)).collect();
        let programs = programs.filter(|_| analysis.is_valid())?;
        Some(Self { text, analysis, programs })
    }

    /// The programs, in the order of the text.
    #[must_use]
    pub fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// What the machine says of a request, rule by rule.
    #[must_use]
    pub fn verdicts(&self, request: &Request, scratch: &mut Scratch) -> Vec<Verdict> {
        self.programs.iter().map(|program| program.run(request, scratch)).collect()
    }
}

/// The machine says what the reference says, of every rule of a text; answers how many match.
///
/// # Errors
///
/// The text, the request and both verdicts.
pub fn machine_equals_reference(
    compiled: &Compiled<'_>,
    request: &Request,
    scratch: &mut Scratch,
) -> Result<usize, String> {
    let Compiled { text, analysis, .. } = compiled;
    let expected = reference::matches(text, &analysis.tree, &CATALOG, request);
    let expected: Vec<Verdict> = expected.into_iter().map(Verdict::from).collect();
    let found = compiled.verdicts(request, scratch);
    if found == expected {
        return Ok(found.iter().filter(|verdict| **verdict == Verdict::Match).count());
    }
    let request = request.describe();
    Err(format!("the machine says {found:?}, the reference {expected:?}\n{text}\n{request}"))
}

/// Formatting, or anything else that only moves text, changes no verdict.
pub(super) fn agree(before: &Compiled<'_>, after: &Compiled<'_>, request: &Request, scratch: &mut Scratch) -> Outcome {
    let (first, second) = (before.verdicts(request, scratch), after.verdicts(request, scratch));
    if first == second {
        return Ok(());
    }
    let request = request.describe();
    Err(format!("{first:?} became {second:?}\n{}\n{}\n{request}", before.text, after.text))
}
