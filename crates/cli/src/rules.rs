//! Rules that are to be run: read, checked and compiled.

use std::io::Write as _;

use tamis::diagnostic::Severity;
use tamis::{Analysis, Catalog, CheckedRule, Options, PhasedProgram, Program, analyze, compile, compile_phased};

use crate::arguments::Language;
use crate::catalogs;
use crate::failure::Failure;
use crate::render::human;
use crate::source::Source;
use crate::terminal::Terminal;
use crate::text::counted;

/// The rules of a text.
pub(crate) struct Rules {
    /// The text.
    pub(crate) source: Source,
    /// What the names in it mean.
    pub(crate) catalog: Catalog,
    /// The rules in order.
    pub(crate) all: Vec<Runnable>,
    analysis: Analysis,
}

/// A rule that can be run.
pub(crate) struct Runnable {
    /// Its name; none of a bare rule.
    pub(crate) name: Option<String>,
    /// What runs.
    pub(crate) program: Program,
    /// Its checked form.
    pub(crate) checked: CheckedRule,
}

impl Rules {
    /// Compiles the rules of a text; none where it has an error.
    ///
    /// Errors and warnings are drawn on standard error, and hints where they are wanted.
    pub(crate) fn load(
        source: Source,
        language: &Language,
        hints: bool,
        terminal: &mut Terminal,
    ) -> Result<Option<Self>, Failure> {
        let catalog = catalogs::load(&language.catalog.catalog, terminal)?;
        let options = Options { edition: language.edition, ..Options::default() };
        let analysis = analyze(&source.text, &catalog, &options);
        let width = terminal.err.width();
        for diagnostic in &analysis.diagnostics {
            if hints || diagnostic.severity != Severity::Hint {
                human::write(&mut terminal.err, diagnostic, &source, width)?;
                writeln!(terminal.err)?;
            }
        }
        terminal.err.flush()?;
        let errors = analysis.diagnostics.iter().filter(|it| it.is_error()).count();
        if errors > 0 {
            terminal.complain(&format!("`{}` cannot run, for {}", source.name, counted(errors, "error")))?;
            return Ok(None);
        }
        let all = analysis.rules().iter().filter_map(|rule| {
            let checked = rule.checked()?;
            Some(Runnable { name: rule.name.clone(), program: compile(checked), checked: checked.clone() })
        });
        let all = all.collect();
        Ok(Some(Self { all, source, catalog, analysis }))
    }

    /// The rules in order, to be decided phase by phase.
    pub(crate) fn phased(&self) -> impl Iterator<Item = PhasedProgram> + '_ {
        self.analysis.rules().iter().filter_map(|rule| rule.checked()).map(compile_phased)
    }
}
