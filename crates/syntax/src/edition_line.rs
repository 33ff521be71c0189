//! `//! edition: …`, the first line of a text that chooses its own reading.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::nearest::nearest;
use tamis_lang::span::Span;

/// The edition that the first line of a text names, or the one that the caller wants.
pub(crate) fn chosen(text: &str, wanted: Edition, diagnostics: &mut Vec<Diagnostic>) -> Edition {
    let Some(span) = name(text) else { return wanted };
    match span.slice(text).parse::<Edition>() {
        Ok(edition) => edition,
        Err(unknown) => {
            let near = nearest(span.slice(text), Edition::ALL.iter().map(|edition| edition.as_str()));
            let fix = near.map(|name| Fix::replace(format!("write `{name}`"), span, name).suggestion());
            diagnostics.push(Diagnostic::new(Code::UnknownEdition, span, unknown.to_string()).fixes(fix));
            wanted
        }
    }
}

/// Where the first line names an edition.
fn name(text: &str) -> Option<Span> {
    let line = text.strip_prefix('\u{feff}').unwrap_or(text).lines().next()?;
    let value = line.strip_prefix("//!")?.trim_start().strip_prefix("edition")?.trim_start().strip_prefix(':')?.trim();
    let start = text.find(value).filter(|_| !value.is_empty())?;
    Some(Span::from_range(start..start + value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(name(text).map(|span| span.slice(text)).unwrap_or(""), expected);
    }

    #[test]
    fn only_the_first_line_chooses() {
        check("//! edition: tamis\na == 1", "tamis");
        check("//!edition :atc \r\n", "atc");
        check("\u{feff}//! edition: tamis", "tamis");
        check("// edition: tamis", "");
        check("\n//! edition: tamis", "");
        check("//! edition:", "");
    }
}
