//! Rules by the thousand, asked together.

use std::sync::Arc;

use tamis::set::{RuleId, RuleSet, SetEvaluation};

use crate::boundary::{Ending, Status, free, guard, put, put_new, read, write};
use crate::phase::Phase;
use crate::request::Request;
use crate::rule::{Program, Verdict};

/// Rules that are asked together; each has a number, the smallest one that was free when it was added.
///
/// Threads may share it as long as nobody adds or removes. Evaluations keep the rules that they began with.
#[derive(Debug, Default)]
pub struct Set {
    rules: Arc<RuleSet>,
    /// The ids by their numbers.
    ids: Vec<Option<RuleId>>,
}

/// One request on its way through the phases, for all rules of a set.
#[derive(Debug)]
pub struct SetProgress {
    evaluation: SetEvaluation,
    /// The numbers of the rules that matched last.
    new: Vec<u32>,
}

/// The number of a rule, which is never larger than its type in the set.
fn number(id: RuleId) -> u32 {
    u32::try_from(id.index()).unwrap_or(u32::MAX)
}

/// A set without rules.
///
/// # Safety
///
/// `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_new(out: *mut *mut Set) -> Status {
    // SAFETY: the caller's promise.
    guard(|| unsafe { put_new(out, Set::default()) })
}

/// Frees a set.
///
/// # Safety
///
/// `set` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_free(set: *mut Set) {
    // SAFETY: the caller's promise.
    unsafe { free(set) };
}

/// Adds a rule; the program may be freed afterwards.
///
/// # Returns
///
/// `TAMIS_STATUS_REFUSED` if the set has no room for it.
///
/// # Safety
///
/// `set` is a handle that nobody else uses; `program` is a handle, compiled with the catalog of the set's other rules;
/// `out` points to memory for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_add(set: *mut Set, program: *const Program, priority: i32, out: *mut u32) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (set, program) = unsafe { (write(set)?, read(program)?) };
        let rules = Arc::make_mut(&mut set.rules);
        let id = rules.insert(program.phased.program(), priority).map_err(|_| Status::Refused)?;
        if set.ids.len() <= id.index() {
            set.ids.resize(id.index() + 1, None);
        }
        if let Some(place) = set.ids.get_mut(id.index()) {
            *place = Some(id);
        }
        // SAFETY: the caller's promise.
        unsafe { put(out, number(id)) }
    })
}

/// Takes a rule out; its number is free again.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if the set has no such rule.
///
/// # Safety
///
/// `set` is a handle that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_remove(set: *mut Set, rule: u32) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let set = unsafe { write(set) }?;
        let id = set.ids.get_mut(rule as usize).and_then(Option::take).ok_or(Status::Unknown)?;
        Arc::make_mut(&mut set.rules).remove(id);
        Ok(())
    })
}

/// How many rules a set has.
///
/// # Safety
///
/// `set` is a handle or null, which has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_len(set: *const Set) -> usize {
    // SAFETY: the caller's promise.
    unsafe { set.as_ref() }.map_or(0, |set| set.rules.len())
}

/// The numbers of all rules that a request matches, in order; they lie in the request until it is used again.
///
/// # Safety
///
/// `set` is a handle; `request` is a handle, of the catalog of the rules, that nobody else uses; `rules` and `len` point
/// to memory for what they receive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_matches(
    set: *const Set,
    request: *mut Request,
    rules: *mut *const u32,
    len: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (set, request) = unsafe { (read(set)?, write(request)?) };
        request.found.clear();
        request.found.extend(set.rules.matches(&request.facts, &mut request.memory).iter().map(|id| number(*id)));
        // SAFETY: the caller's promise.
        unsafe { listed(&request.found, rules, len) }
    })
}

/// The rule with the largest priority that a request matches, of several the one with the smallest number.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if it matches none.
///
/// # Safety
///
/// `set` is a handle; `request` is a handle, of the catalog of the rules, that nobody else uses; `rule` points to memory
/// for a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_first(set: *const Set, request: *mut Request, rule: *mut u32) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (set, request) = unsafe { (read(set)?, write(request)?) };
        let first = set.rules.first_match(&request.facts, &mut request.memory).ok_or(Status::Unknown)?;
        // SAFETY: the caller's promise.
        unsafe { put(rule, number(first)) }
    })
}

/// An evaluation of all rules that a set has now, at its beginning.
///
/// # Safety
///
/// `set` is a handle; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_new(set: *const Set, out: *mut *mut SetProgress) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let set = unsafe { read(set) }?;
        let evaluation = SetEvaluation::new(Arc::clone(&set.rules));
        // SAFETY: the caller's promise.
        unsafe { put_new(out, SetProgress { evaluation, new: Vec::new() }) }
    })
}

/// Frees an evaluation.
///
/// # Safety
///
/// `progress` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_free(progress: *mut SetProgress) {
    // SAFETY: the caller's promise.
    unsafe { free(progress) };
}

/// Begins again, with another request and the rules that the set has now.
///
/// # Safety
///
/// `progress` is a handle that nobody else uses; `set` is a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_restart(progress: *mut SetProgress, set: *const Set) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (progress, set) = unsafe { (write(progress)?, read(set)?) };
        progress.evaluation.restart_with(Arc::clone(&set.rules));
        Ok(())
    })
}

/// Goes on with what is known by a phase, a `tamis_phase`; answers which rules match that were open before. Their
/// numbers lie in the evaluation until it is used again.
///
/// `TAMIS_PHASE_NONE` decides what is still open, because nothing more will be known.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no phase.
///
/// # Safety
///
/// `progress` and `request` are handles that nobody else uses, of the same catalog; `rules` and `len` point to memory for
/// what they receive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_advance(
    progress: *mut SetProgress,
    phase: u32,
    request: *mut Request,
    rules: *mut *const u32,
    len: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (progress, request) = unsafe { (write(progress)?, write(request)?) };
        let SetProgress { evaluation, new } = progress;
        let matched = if phase == Phase::None as u32 {
            evaluation.finish(&request.facts, &mut request.memory)
        } else {
            let phase = Phase::numbered(phase).ok_or(Status::OutOfRange)?;
            evaluation.advance(phase, &request.facts, &mut request.memory)
        };
        new.clear();
        new.extend(matched.iter().map(|id| number(*id)));
        // SAFETY: the caller's promise.
        unsafe { listed(new, rules, len) }
    })
}

/// What is decided about a rule so far.
///
/// # Returns
///
/// `TAMIS_STATUS_UNKNOWN` if the evaluation has no such rule.
///
/// # Safety
///
/// `progress` and `set` are handles, the evaluation one of the set; `out` points to memory for a verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_verdict(
    progress: *const SetProgress,
    set: *const Set,
    rule: u32,
    out: *mut Verdict,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (progress, set) = unsafe { (read(progress)?, read(set)?) };
        let id = set.ids.get(rule as usize).copied().flatten().ok_or(Status::Unknown)?;
        let verdict = progress.evaluation.verdict(id).ok_or(Status::Unknown)?;
        // SAFETY: the caller's promise.
        unsafe { put(out, verdict.into()) }
    })
}

/// Whether a rule is still open; if none is, the request need not be followed any more.
///
/// # Safety
///
/// `progress` is a handle or null, of which nothing is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_set_progress_is_open(progress: *const SetProgress) -> bool {
    // SAFETY: the caller's promise.
    unsafe { progress.as_ref() }.is_some_and(|progress| progress.evaluation.is_open())
}

/// Hands out a list.
///
/// # Safety
///
/// Both places are null or point to memory for what they receive.
unsafe fn listed(numbers: &[u32], rules: *mut *const u32, len: *mut usize) -> Ending {
    // SAFETY: the caller's promise.
    unsafe {
        put(rules, numbers.as_ptr())?;
        put(len, numbers.len())
    }
}
