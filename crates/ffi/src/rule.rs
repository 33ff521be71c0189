//! Rules: checked, compiled and run.

use std::ffi::c_char;

use tamis::bytecode::{NodeProfile, Origin};
use tamis::{Analysis, Edition, Options, PhasedProgram, analyze, compile_phased};
use tamis_wire::{CheckedText, Findings, Reason, Reasons};

use crate::boundary::{Buffer, Status, Text, free, guard, hand_out, put, put_new, read, write};
use crate::catalog::{Catalog, Field, Type};
use crate::request::Request;
use crate::source::Source;

/// A compiled rule.
///
/// It never changes, so any number of threads may use it at once.
#[derive(Debug)]
pub struct Program {
    pub(crate) phased: PhasedProgram,
}

/// How the text of a rule is to be read, unless it says so itself in its first line.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleEdition {
    /// The language of new rules.
    Tamis = 0,
    /// The language of rules that run on Kong's atc-router.
    Atc = 1,
    /// The language of rules that must still run there: what atc-router refuses is an error.
    AtcStrict = 2,
}

/// What a rule says of a request.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The request does not match.
    NoMatch = 0,
    /// It matches.
    Match = 1,
    /// It cannot be said yet; only evaluations by phase say so.
    NotYet = 2,
}

impl From<tamis::Verdict> for Verdict {
    fn from(verdict: tamis::Verdict) -> Self {
        match verdict {
            tamis::Verdict::Match => Self::Match,
            tamis::Verdict::NoMatch => Self::NoMatch,
            tamis::Verdict::NotYet => Self::NotYet,
        }
    }
}

/// Reads and checks a text.
///
/// # Safety
///
/// `rule` is readable for `'a`.
pub(crate) unsafe fn checked<'a>(
    catalog: &Catalog,
    edition: u32,
    rule: Text,
    options: Options,
) -> Result<(&'a str, Analysis), Status> {
    // SAFETY: the caller's promise.
    let rule = unsafe { rule.text() }?;
    let edition = *Edition::ALL.get(edition as usize).ok_or(Status::OutOfRange)?;
    let analysis = analyze(rule, &catalog.0, &Options { edition, ..options });
    Ok((rule, analysis))
}

/// What was found, as `tamis check --format json` prints it.
fn findings(analysis: &Analysis) -> Vec<u8> {
    let checked = CheckedText { name: "<rule>", analysis };
    Findings::of(&[checked], &[], false).to_json().into_bytes()
}

/// Checks a rule, or a file of rules.
///
/// `edition` is a `tamis_edition`.
/// `report` receives the JSON document of `tamis check --format json`, whatever was found.
///
/// # Returns
///
/// `TAMIS_STATUS_REFUSED` if there is an error, `TAMIS_STATUS_OUT_OF_RANGE` for the number of no edition.
///
/// # Safety
///
/// `catalog` is a handle; `rule` is readable; `report` is null or points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_check(
    catalog: *const Catalog,
    edition: u32,
    rule: *const c_char,
    rule_len: usize,
    report: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (_, analysis) = unsafe { checked(read(catalog)?, edition, Text::new(rule, rule_len), Options::default()) }?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(report, || findings(&analysis)) };
        if analysis.is_valid() { Ok(()) } else { Err(Status::Refused) }
    })
}

/// Compiles a rule.
///
/// With a null `report` only errors are looked for, which is faster.
///
/// # Returns
///
/// As `tamis_check`; `TAMIS_STATUS_REFUSED` also for a file that does not have exactly one rule.
///
/// # Safety
///
/// As for `tamis_check`; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_compile(
    catalog: *const Catalog,
    edition: u32,
    rule: *const c_char,
    rule_len: usize,
    out: *mut *mut Program,
    report: *mut Buffer,
) -> Status {
    guard(|| {
        let options = if report.is_null() { Options::for_loading() } else { Options::default() };
        // SAFETY: the caller's promise.
        let (_, analysis) = unsafe { checked(read(catalog)?, edition, Text::new(rule, rule_len), options) }?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(report, || findings(&analysis)) };
        let [rule] = analysis.rules() else { return Err(Status::Refused) };
        let checked = rule.checked().filter(|_| analysis.is_valid()).ok_or(Status::Refused)?;
        // SAFETY: the caller's promise.
        unsafe { put_new(out, Program { phased: compile_phased(checked) }) }
    })
}

/// The bytes of a program, for another node: the same program has the same bytes.
///
/// `catalog` is the one that the program was compiled with.
///
/// # Safety
///
/// `program` and `catalog` are handles; `out` points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_to_bytes(
    program: *const Program,
    catalog: *const Catalog,
    out: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (program, catalog) = unsafe { (read(program)?, read(catalog)?) };
        let program = program.phased.program();
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, || program.to_bytes(&Origin::new(program, &catalog.0))) };
        Ok(())
    })
}

/// A program from its bytes, which need not be trusted: it is loaded only if it is safe, within its declared cost, and
/// needs nothing that this library and the catalog do not have.
///
/// # Returns
///
/// `TAMIS_STATUS_REFUSED` with every reason in `reason`, a line each, unless that is null.
///
/// # Safety
///
/// `catalog` is a handle; `bytes` is readable; `out` points to memory for a handle; `reason` is null or points to memory
/// for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_from_bytes(
    catalog: *const Catalog,
    bytes: *const c_char,
    bytes_len: usize,
    out: *mut *mut Program,
    reason: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (catalog, bytes) = unsafe { (read(catalog)?, Text::new(bytes, bytes_len).bytes()?) };
        match NodeProfile::new(&catalog.0).load(bytes) {
            Ok(loaded) => {
                let program = Program { phased: PhasedProgram::new(loaded.program) };
                // SAFETY: the caller's promise.
                unsafe { put_new(out, program) }
            }
            Err(refusals) => {
                let lines = || refusals.iter().map(|refusal| format!("{refusal}\n")).collect::<String>();
                // SAFETY: the caller's promise.
                unsafe { hand_out(reason, || lines().into_bytes()) };
                Err(Status::Refused)
            }
        }
    })
}

/// Frees a program.
///
/// # Safety
///
/// `program` is null or a handle that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_free(program: *mut Program) {
    // SAFETY: the caller's promise.
    unsafe { free(program) };
}

/// How many fields a program uses; their places are the numbers below.
///
/// # Safety
///
/// `program` is a handle or null, which uses none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_len(program: *const Program) -> u32 {
    // SAFETY: the caller's promise.
    let program = unsafe { program.as_ref() };
    program.and_then(|program| u32::try_from(program.phased.fields().len()).ok()).unwrap_or(0)
}

/// A field that a program uses, by its place.
///
/// `name` receives the full name. Both it and the key live as long as the program.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` if there is no such place.
///
/// # Safety
///
/// `program` is a handle; `out` points to memory for a field; `name` is null or points to memory for a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_field(
    program: *const Program,
    place: u32,
    out: *mut Field,
    name: *mut Text,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let program = unsafe { read(program) }?;
        let field = program.phased.fields().get(place as usize).ok_or(Status::OutOfRange)?;
        let key = field.key.as_deref().map_or(Text::EMPTY, |key| Text::of(key.as_bytes()));
        if !name.is_null() {
            // SAFETY: the caller's promise.
            unsafe { put(name, Text::of(field.name.as_bytes())) }?;
        }
        let found = Field { id: u32::from(field.id.0), value_type: Type::from(field.ty) as u32, key };
        // SAFETY: the caller's promise.
        unsafe { put(out, found) }
    })
}

/// Runs a program over a request; what was not added is absent.
///
/// # Safety
///
/// `program` is a handle; `request` is a handle, made with the catalog that the program was compiled with, that nobody
/// else uses; `out` points to memory for a verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_run(
    program: *const Program,
    request: *mut Request,
    out: *mut Verdict,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (program, request) = unsafe { (read(program)?, write(request)?) };
        let verdict = program.phased.program().run(&request.facts, &mut request.scratch);
        // SAFETY: the caller's promise.
        unsafe { put(out, verdict.into()) }
    })
}

/// Runs a program over a request that is asked for its values, each only when a condition needs it.
///
/// `memory` is a request of the same catalog, of which only the memory is used.
///
/// # Safety
///
/// `program` and `source` are readable, and `source` keeps what it promises; `memory` is a handle that nobody else
/// uses; `out` points to memory for a verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_program_run_source(
    program: *const Program,
    source: *const Source,
    memory: *mut Request,
    out: *mut Verdict,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (program, source, memory) = unsafe { (read(program)?, read(source)?, write(memory)?) };
        let verdict = program.phased.program().run(source, &mut memory.scratch);
        // SAFETY: the caller's promise.
        unsafe { put(out, verdict.into()) }
    })
}

/// Why a rule says what it says of a request, and the smallest change that flips it: the JSON document of
/// `tamis why --format json`.
///
/// # Returns
///
/// As `tamis_check`; where the rule has an error, `report` receives what `tamis_check` writes.
///
/// # Safety
///
/// As for `tamis_check`; `request` is a handle that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_explain(
    catalog: *const Catalog,
    edition: u32,
    rule: *const c_char,
    rule_len: usize,
    request: *const Request,
    report: *mut Buffer,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (catalog, request) = unsafe { (read(catalog)?, read(request)?) };
        // SAFETY: the caller's promise.
        let (text, analysis) = unsafe { checked(catalog, edition, Text::new(rule, rule_len), Options::for_loading()) }?;
        let rules: Option<Vec<_>> =
            analysis.rules().iter().map(|rule| Some((rule.name.as_deref(), rule.checked()?))).collect();
        let Some(rules) = rules.filter(|_| analysis.is_valid()) else {
            // SAFETY: the caller's promise.
            unsafe { hand_out(report, || findings(&analysis)) };
            return Err(Status::Refused);
        };
        let explain = || {
            let explain = |&(_, rule): &(_, _)| tamis::reason::explain(&catalog.0, rule, &request.facts);
            let explained: Vec<_> = rules.iter().map(explain).collect();
            let named = rules.iter().zip(&explained);
            let reasons = named.map(|(&(name, _), explanation)| Reason::of(name, explanation, text)).collect();
            Reasons::new(reasons, &[]).to_json().into_bytes()
        };
        // SAFETY: the caller's promise.
        unsafe { hand_out(report, explain) };
        Ok(())
    })
}

/// The page of a diagnostic code, in Markdown.
///
/// The text lives as long as the library.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if there is no such code.
///
/// # Safety
///
/// `code` is readable; `out` points to memory for a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_explain_code(code: *const c_char, code_len: usize, out: *mut Text) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let code = unsafe { Text::new(code, code_len).text() }?.parse().map_err(|_| Status::Unknown)?;
        let page = tamis_wire::page(code).ok_or(Status::Unknown)?;
        // SAFETY: the caller's promise.
        unsafe { put(out, Text::of(page.as_bytes())) }
    })
}

#[cfg(test)]
mod tests {
    use super::{Edition, RuleEdition};

    #[test]
    fn every_edition_has_its_number() {
        let numbers = [RuleEdition::Tamis, RuleEdition::Atc, RuleEdition::AtcStrict].map(|it| it as usize);
        let editions = numbers.map(|number| Edition::ALL[number]);
        assert_eq!(editions, [Edition::Tamis, Edition::Atc, Edition::AtcStrict]);
        assert_eq!(Edition::ALL.len(), 3);
    }
}
