//! `tamis fix`

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;

use clap::Args;
use tamis::diagnostic::{Applicability, Edit, Fix, Severity, apply_edits};
use tamis::{Catalog, Diagnostic, Limits, Options, analyze};

use crate::arguments::Language;
use crate::catalogs;
use crate::failure::{Failure, Status};
use crate::inputs;
use crate::rewrite::Rewriting;
use crate::source::Source;
use crate::style::{self, paint};
use crate::terminal::Terminal;
use crate::text::{self, counted, grouped};

/// More rounds than this are not tried: each fixes what the one before uncovered.
const ROUNDS: usize = 64;

/// So many fixes are tried alone where all together do harm.
const ALONE: usize = 32;

/// Apply the fixes that have only one reading
#[derive(Args, Debug)]
#[command(after_help = "\
A fix that `tamis check` shows as `fix` is applied; one that it shows as `help` is a guess and needs `--all`.
Fixes that would leave more errors than before are not applied.

Examples:
  tamis fix rules.tamis
  tamis fix --diff rules/
  tamis fix -e 'http.response.status_code == \"503\"'
  tamis fix --all - < rules.tamis

Exit codes:
  0  done, and no error is left; with `--check` or `--diff`: there is nothing to fix
  1  errors are left; with `--check` or `--diff`: something would change
  2  wrong usage, or a file that cannot be read")]
pub(crate) struct Arguments {
    #[command(flatten)]
    rewriting: Rewriting,

    #[command(flatten)]
    language: Language,

    /// Apply the first suggestion of an error or a warning too; look at the result
    #[arg(long)]
    all: bool,
}

/// Fixes.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let texts = inputs::texts(&arguments.rewriting.rules, &arguments.rewriting.files)?;
    let catalog = catalogs::load(&arguments.language.catalog.catalog, terminal)?;
    // Every mistake is mended, not only the first hundred.
    let limits = Limits { diagnostics: u32::MAX, ..Limits::default() };
    let options = Options { edition: arguments.language.edition, limits, ..Options::default() };
    let fixer = Fixer { catalog: &catalog, options: &options, all: arguments.all };
    let mut status = Status::Clean;
    for text in texts {
        let fixed = text.and_then(|source| {
            let fixed = fixer.fix(&source.text);
            report(&source, &fixed, terminal)?;
            let delivered = arguments.rewriting.deliver(&source, &fixed.text, terminal)?;
            Ok(if fixed.errors == 0 { delivered } else { Status::Found })
        });
        match fixed {
            Ok(one) => status = status.worse(one),
            Err(failure) => status = status.worse(failure.recover(terminal)?),
        }
    }
    Ok(status)
}

/// Says what was applied and what is left.
fn report(source: &Source, fixed: &Fixed, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.out.flush()?;
    let name = text::visible(&source.name);
    for (line, n) in summed(&fixed.applied) {
        let times = if n == 1 { String::new() } else { format!(" ({} times)", grouped(n)) };
        writeln!(terminal.err, "{name}: {line}{times}")?;
    }
    let applied = match fixed.applied.len() {
        0 => "nothing to fix".to_owned(),
        1 => "1 fix".to_owned(),
        n => format!("{} fixes", grouped(n)),
    };
    let left = match fixed.errors {
        0 => String::new(),
        n => format!(", {}", paint(style::BAD, format_args!("{} left", counted(n, "error")))),
    };
    writeln!(terminal.err, "{name}: {applied}{left}")?;
    terminal.err.flush()?;
    Ok(())
}

/// The different lines in the order in which they came first, with how often each came.
fn summed(lines: &[String]) -> Vec<(&str, usize)> {
    let mut summed: Vec<(&str, usize)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        let place = *places.entry(line).or_insert(summed.len());
        match summed.get_mut(place) {
            Some((_, n)) => *n += 1,
            None => summed.push((line, 1)),
        }
    }
    summed
}

struct Fixer<'a> {
    catalog: &'a Catalog,
    options: &'a Options,
    all: bool,
}

/// A text with its fixes applied.
struct Fixed {
    text: String,
    /// What was applied, a line each.
    applied: Vec<String>,
    /// How many errors are left.
    errors: usize,
}

impl Fixer<'_> {
    /// Applies fixes until nothing changes.
    fn fix(&self, original: &str) -> Fixed {
        let mut text = original.to_owned();
        let mut applied = Vec::new();
        let mut seen = HashSet::from([text.clone()]);
        let mut found = self.findings(&text);
        for _ in 0..ROUNDS {
            let Some(round) = self.round(&text, &found) else { break };
            if !seen.insert(round.text.clone()) {
                break;
            }
            (text, found) = (round.text, round.found);
            applied.extend(round.applied);
        }
        Fixed { text, applied, errors: errors(&found) }
    }

    /// One round: all fixes at once or, where they do not go together, the first that does no harm.
    fn round(&self, text: &str, found: &[Diagnostic]) -> Option<Round> {
        let candidates: Vec<(&Diagnostic, &Fix)> = found.iter().filter_map(|it| Some((it, self.choose(it)?))).collect();
        let together = apart(&candidates);
        let alone = candidates.iter().take(ALONE).map(|one| vec![*one]);
        let rounds = std::iter::once(together).chain(alone);
        rounds
            .map(|fixes| self.apply(text, &fixes))
            .find(|round| round.text != text && errors(&round.found) <= errors(found))
    }

    /// The fix of a diagnostic that is to be applied.
    fn choose<'d>(&self, diagnostic: &'d Diagnostic) -> Option<&'d Fix> {
        let is_safe = |fix: &&Fix| fix.applicability == Applicability::Safe;
        let guess = || diagnostic.fixes.first().filter(|_| self.all && diagnostic.severity != Severity::Hint);
        diagnostic.fixes.iter().find(is_safe).or_else(guess)
    }

    fn apply(&self, text: &str, fixes: &[(&Diagnostic, &Fix)]) -> Round {
        let edits: Vec<&Edit> = fixes.iter().flat_map(|(_, fix)| &fix.edits).collect();
        let new = apply_edits(text, edits.into_iter());
        let applied = fixes.iter().map(|(diagnostic, fix)| {
            format!("{} {}", paint(style::of(diagnostic.severity), diagnostic.code), text::visible(&fix.title))
        });
        Round { applied: applied.collect(), found: self.findings(&new), text: new }
    }

    fn findings(&self, text: &str) -> Vec<Diagnostic> {
        analyze(text, self.catalog, self.options).diagnostics
    }
}

struct Round {
    text: String,
    found: Vec<Diagnostic>,
    applied: Vec<String>,
}

/// The fixes that do not touch one another, the first ones of the text preferred.
fn apart<'d>(candidates: &[(&'d Diagnostic, &'d Fix)]) -> Vec<(&'d Diagnostic, &'d Fix)> {
    // Ends by starts; what is taken lies apart, so only the nearest one before an edit can touch it.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (diagnostic, fix) in candidates {
        let touches =
            |edit: &Edit| taken.range(..=edit.span.end).next_back().is_some_and(|(_, &end)| edit.span.start <= end);
        if !fix.edits.iter().any(touches) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            chosen.push((*diagnostic, *fix));
        }
    }
    chosen
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|it| it.is_error()).count()
}
