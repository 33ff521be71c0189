//! Conversion beside the reference.

use tamis_dialects::{Conversion, ConvertOptions, Dialect, convert};
use tamis_lang::edition::Edition;
use tamis_lang::scratch::Scratch;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Verdict, compile};

use super::analysed;
use crate::generate::{CATALOG, Request};
use crate::reference;

/// A generated text in Kong's expressions, as far as it can be said there.
#[must_use]
pub fn in_atc(text: &str) -> Conversion {
    convert(text, &CATALOG, &ConvertOptions::between(Dialect::Tamis, Dialect::Atc))
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
