//! Rules decided phase by phase, while the request becomes known.

use crate::boundary::{Buffer, Status, free, guard, hand_out, put, put_new, read, write};
use crate::phase::Phase;
use crate::request::Request;
use crate::rule::{Program, Verdict};

/// One request on its way through the phases, for one rule.
///
/// One thread at a time may use it; a worker keeps one for each request that is under way and restarts it.
#[derive(Debug)]
pub struct Evaluation(tamis::Evaluation);

/// An evaluation at its beginning.
///
/// # Safety
///
/// `program` is a handle; `out` points to memory for a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_new(program: *const Program, out: *mut *mut Evaluation) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let program = unsafe { read(program) }?;
        // SAFETY: the caller's promise.
        unsafe { put_new(out, Evaluation(program.phased.evaluation())) }
    })
}

/// Frees an evaluation.
///
/// # Safety
///
/// `evaluation` is null or a handle that was not freed and that nobody uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_free(evaluation: *mut Evaluation) {
    // SAFETY: the caller's promise.
    unsafe { free(evaluation) };
}

/// Begins again, with another request.
///
/// # Safety
///
/// `evaluation` is a handle that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_restart(evaluation: *mut Evaluation) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        unsafe { write(evaluation) }?.0.restart();
        Ok(())
    })
}

/// Goes on with what is known of the request by a phase, a `tamis_phase`: everything of this phase and of those before
/// it was added.
///
/// A verdict other than `TAMIS_VERDICT_NOT_YET` is the final one.
///
/// # Returns
///
/// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no phase.
///
/// # Safety
///
/// `evaluation` and `request` are handles that nobody else uses, of the same catalog; `out` points to memory for a
/// verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_advance(
    evaluation: *mut Evaluation,
    phase: u32,
    request: *mut Request,
    out: *mut Verdict,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (evaluation, request) = unsafe { (write(evaluation)?, write(request)?) };
        let phase = Phase::numbered(phase).ok_or(Status::OutOfRange)?;
        let verdict = evaluation.0.advance(phase, &request.facts, &mut request.scratch);
        // SAFETY: the caller's promise.
        unsafe { put(out, verdict.into()) }
    })
}

/// Decides what is still open, because nothing more will be known.
///
/// # Safety
///
/// As for `tamis_evaluation_advance`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_finish(
    evaluation: *mut Evaluation,
    request: *mut Request,
    out: *mut Verdict,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let (evaluation, request) = unsafe { (write(evaluation)?, write(request)?) };
        let verdict = evaluation.0.finish(&request.facts, &mut request.scratch);
        // SAFETY: the caller's promise.
        unsafe { put(out, verdict.into()) }
    })
}

/// The next phase at which the rule learns something, `TAMIS_PHASE_NONE` if there is none.
///
/// # Safety
///
/// `evaluation` is a handle or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_next_phase(evaluation: *const Evaluation) -> Phase {
    // SAFETY: the caller's promise.
    unsafe { evaluation.as_ref() }.and_then(|evaluation| evaluation.0.next_phase()).into()
}

/// The value of the key `th` in the entry `ot` of the header `tracestate` of a kept request, which says how many requests
/// it stands for; empty while that is open or where it cannot be said.
///
/// # Safety
///
/// `evaluation` is a handle; `out` points to memory for a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamis_evaluation_threshold(evaluation: *const Evaluation, out: *mut Buffer) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let evaluation = unsafe { read(evaluation) }?;
        let written = match evaluation.0.weight() {
            tamis::Weight::Threshold(threshold) => threshold.to_string(),
            tamis::Weight::NotYet | tamis::Weight::Unknown => String::new(),
        };
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, || written.into_bytes()) };
        Ok(())
    })
}
