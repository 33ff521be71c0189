//! Conversion beside the reference.

use tamis_dialects::{Conversion, ConvertOptions, Dialect, Values, convert};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Verdict, compile};

use super::{Outcome, analysed};
use crate::generate::{CATALOG, Request};
use crate::reference;

/// A generated text in Kong's expressions, as far as it can be said there.
#[must_use]
pub fn in_atc(text: &str, values: Values) -> Conversion {
    convert(text, &CATALOG, &ConvertOptions { values, ..ConvertOptions::between(Dialect::Tamis, Dialect::Atc) })
}

/// Any text is converted in both directions without harm: a text or a reason, places within the text, and no more than
/// what was asked for.
///
/// # Errors
///
/// What is wrong, with the text.
pub fn conversion_is_sound(text: &str, limits: &Limits) -> Outcome {
    for (from, to) in [(Dialect::Tamis, Dialect::Atc), (Dialect::Atc, Dialect::Tamis)] {
        let options = ConvertOptions { limits: limits.clone(), ..ConvertOptions::between(from, to) };
        let Conversion { text: converted, diagnostics, .. } = convert(text, &CATALOG, &options);
        let n_errors = diagnostics.iter().filter(|found| found.is_error()).count();
        if converted.is_some() != (n_errors == 0) {
            return Err(format!("{n_errors} errors, and {converted:?}\n{text}"));
        }
        let places =
            diagnostics.iter().flat_map(|found| found.labels.iter().map(|label| label.span).chain([found.span]));
        if let Some(place) = places.into_iter().find(|place| text.get(place.range()).is_none()) {
            return Err(format!("to {to}: {place} is not within the text\n{text}"));
        }
    }
    Ok(())
}

/// A rule in Kong's expressions says what the reference says of the rule that it was made of, where every value has the
/// type of its field; answers how many rules of the text could be converted.
///
/// # Errors
///
/// Both rules, the request and both verdicts.
pub fn conversion_keeps_the_verdict(
    text: &str,
    conversion: &Conversion,
    request: &Request,
    scratch: &mut Scratch,
) -> Result<usize, String> {
    let expected = reference::matches(text, &analysed(text).tree, &CATALOG, request);
    let mut n_converted = 0;
    for (rule, expected) in conversion.rules.iter().zip(expected) {
        let Some(converted) = &rule.text else { continue };
        n_converted += 1;
        let options = Options { edition: Edition::Atc, ..Options::default() };
        let analysis = analyze(converted, &CATALOG, &options);
        let Some(checked) = analysis.rules().first().and_then(|rule| rule.checked()) else {
            return Err(format!("the result is refused\n{text}\n{converted}"));
        };
        let found = compile(checked).run(request, scratch);
        if found != Verdict::from(expected) {
            let request = request.describe();
            return Err(format!("{expected} became {found:?}\n{text}\n{converted}\n{request}"));
        }
    }
    if conversion.rules.iter().any(|rule| rule.text.is_none()) && conversion.diagnostics.is_empty() {
        return Err(format!("refused without a reason\n{text}"));
    }
    Ok(n_converted)
}
