//! Whether our answers to a question agree with that of atc-router.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;

use crate::atc::{Answer, Question, is_refusal};

/// What atc-router makes of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Theirs {
    /// It takes the rule; whether each request matches.
    Accepted(Vec<bool>),
    /// Its parser refuses the text.
    ParseError,
    /// Its check against the schema refuses the rule, with this sentence.
    TypeError(String),
    /// It panics.
    Panicked,
    /// Its process ends.
    Aborted,
}

/// How the answers agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Both take the rule, and every verdict is the same, in both editions.
    Accepted,
    /// It refuses the text, and so does the strict edition.
    ParseError,
    /// It refuses the rule by its schema, and so does the strict edition.
    TypeError,
    /// It panics where the strict edition says so.
    Panicked,
    /// It ends the process where a limit of ours refuses the text.
    Aborted,
    /// It takes the rule, and a limit of ours refuses it.
    Limited,
}

/// Compares our answers in both editions with theirs.
///
/// # Errors
///
/// What nothing explains.
pub fn judge(question: &Question, theirs: &Theirs) -> Result<Agreement, String> {
    let strict = question.ours(Edition::AtcStrict);
    let differ = |reason: &str| Err(format!("{reason}\n  theirs {theirs:?}\n  strict {}", shown(&strict)));
    let errors = match (&strict, theirs) {
        (Answer::Accepted(ours), Theirs::Accepted(verdicts)) => {
            let atc = question.ours(Edition::Atc);
            return match atc == strict && ours == verdicts {
                true => Ok(Agreement::Accepted),
                false => differ(&format!("other verdicts; atc {}", shown(&atc))),
            };
        }
        (Answer::Refused(errors), Theirs::Accepted(_)) => {
            let is_limited = !errors.is_empty() && errors.iter().all(is_limit);
            return if is_limited { Ok(Agreement::Limited) } else { differ("only we refuse it") };
        }
        (Answer::Accepted(_), _) => return differ("only we take it"),
        (Answer::Refused(errors), _) => errors,
    };
    match theirs {
        Theirs::Aborted if errors.iter().any(is_limit) => Ok(Agreement::Aborted),
        Theirs::Panicked if has(errors, Code::GatewayPanic) => panicked(question, errors),
        // It panics before it reads what is an error in every edition.
        Theirs::Panicked if !errors.iter().all(|error| is_refusal(error.code)) => Ok(Agreement::Panicked),
        Theirs::Accepted(_) | Theirs::Aborted | Theirs::Panicked => differ("nobody said so"),
        // What is an error in every edition says nothing of the gateway.
        _ if !errors.iter().all(|error| is_refusal(error.code)) => Ok(refused(theirs)),
        Theirs::ParseError if has(errors, Code::GatewayParseError) => Ok(Agreement::ParseError),
        Theirs::TypeError(sentence) if says_first(errors, sentence) => Ok(Agreement::TypeError),
        Theirs::ParseError | Theirs::TypeError(_) => differ("we say that it answers otherwise"),
    }
}

const fn refused(theirs: &Theirs) -> Agreement {
    if matches!(theirs, Theirs::ParseError) { Agreement::ParseError } else { Agreement::TypeError }
}

/// Where nothing else is refused, the edition `atc` takes what the gateway panics about.
fn panicked(question: &Question, errors: &[Diagnostic]) -> Result<Agreement, String> {
    let is_alone = errors.iter().all(|error| error.code == Code::GatewayPanic);
    match question.ours(Edition::Atc) {
        Answer::Refused(errors) if is_alone => Err(format!("refused in `atc`: {errors:?}")),
        Answer::Refused(_) | Answer::Accepted(_) => Ok(Agreement::Panicked),
    }
}

/// Whether the first refusal repeats a sentence, and every refusal is one of the schema.
fn says_first(errors: &[Diagnostic], sentence: &str) -> bool {
    let first = errors.first().is_some_and(|error| error.notes.iter().any(|note| note.contains(sentence)));
    first && errors.iter().all(|error| error.code == Code::GatewayTypeError)
}

fn has(errors: &[Diagnostic], code: Code) -> bool {
    errors.iter().any(|error| error.code == code)
}

/// Whether an error is a limit of ours.
const fn is_limit(error: &Diagnostic) -> bool {
    matches!(error.code, Code::TextTooLong | Code::NestingTooDeep | Code::TooManyConditions | Code::PatternTooLarge)
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Accepted(verdicts) => format!("{verdicts:?}"),
        Answer::Refused(errors) => {
            let all: Vec<String> = errors.iter().map(|error| format!("{} {}", error.code, error.message)).collect();
            all.join("; ")
        }
    }
}
