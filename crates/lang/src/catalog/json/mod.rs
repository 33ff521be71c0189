//! Catalog files: JSON, checked as a whole before anything is believed.
//!
//! The format is described in `docs/catalogs.md` and in `catalog/schema.json`.
//! Every problem of a file is reported at once, each at the value that is wrong.

mod file;
#[cfg(test)]
mod hostile;
mod kinds;
mod literal;
mod naming;
mod reader;
mod record;
#[cfg(test)]
mod schema;
mod syntax;
mod values;

#[cfg(test)]
mod testing {
    use crate::catalog::Catalog;
    use crate::diagnostic::Diagnostic;
    use crate::span::Span;

    /// A text without its marks `«…»`, and the bytes that they enclosed.
    fn unmarked(marked: &str) -> (String, Vec<Span>) {
        let (mut text, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
        for c in marked.chars() {
            match c {
                '«' => open.push(text.len()),
                '»' => spans.push(Span::from_range(open.pop().unwrap()..text.len())),
                c => text.push(c),
            }
        }
        spans.sort();
        (text, spans)
    }

    /// Reads a file in which each `«…»` is wrong; the messages come in the order of the file.
    #[track_caller]
    pub(super) fn check_file(marked: &str, expected: &[&str]) -> Vec<Diagnostic> {
        let (text, spans) = unmarked(marked);
        let problems = Catalog::from_json(&text).err().unwrap_or_default();
        let found: Vec<String> = problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect();
        assert_eq!(found, expected);
        let found: Vec<(Span, &str)> = problems.iter().map(|p| (p.span, p.span.slice(&text))).collect();
        let wanted: Vec<(Span, &str)> = spans.iter().map(|span| (*span, span.slice(&text))).collect();
        assert_eq!(found, wanted);
        problems
    }

    /// The same for the fields of a file.
    #[track_caller]
    pub(super) fn check(fields: &str, expected: &[&str]) -> Vec<Diagnostic> {
        check_file(&format!(r#"{{ "format": 1, "name": "t", "fields": {{ {fields} }} }}"#), expected)
    }

    /// The same for one field that is right but for some keys.
    #[track_caller]
    pub(super) fn check_field(keys: &str, expected: &[&str]) -> Vec<Diagnostic> {
        check(&format!(r#""a.b": {{ "phase": "log", "doc": "A.", {keys} }}"#), expected)
    }

    /// The same for one family that is right but for some keys.
    #[track_caller]
    pub(super) fn check_family(keys: &str, expected: &[&str]) -> Vec<Diagnostic> {
        check(&format!(r#""a.*": {{ "type": "string[]", "phase": "log", "doc": "A.", {keys} }}"#), expected)
    }

    /// The first fix of the first problem, as title and the text that it writes.
    #[track_caller]
    pub(super) fn fix(problems: &[Diagnostic]) -> (&str, &str) {
        let fix = problems.first().and_then(|problem| problem.fixes.first()).unwrap();
        (&fix.title, &fix.edits.first().unwrap().text)
    }
}
