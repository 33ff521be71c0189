//! A field that a rule names and the catalog lacks, added to the catalog where that is a file of the user.

use std::collections::HashMap;

use tamis::Diagnostic;
use tamis::diagnostic::{Code, Span};
use tower_lsp::lsp_types::{CodeAction, CodeActionKind, Range, TextEdit, Url, WorkspaceEdit};

use crate::lines::Lines;
use crate::state::Snapshot;

/// What adds the field of a finding to the catalog, if the finding is about one that is missing there.
pub(crate) fn add(snapshot: &Snapshot, found: &Diagnostic) -> Option<CodeAction> {
    let (path, catalog) = snapshot.world.catalog_file.as_ref()?;
    let name = found.span.slice(&snapshot.text);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if found.code != Code::UnknownField || !is_name {
        return None;
    }
    let fields = catalog.find("\"fields\"")?;
    let open = fields + catalog.get(fields..)?.find('{')? + 1;
    let is_first = catalog.get(open..)?.trim_start().starts_with('}');
    let (ty, example) = kind(snapshot.text.get(found.span.range().end..).unwrap_or(""));
    let comma = if is_first { "\n  " } else { "," };
    let text = format!(
        "\n    \"{name}\": {{ \"type\": {ty}, \"phase\": \"request_headers\", \"doc\": \"To be described.\", \"examples\": [{example}] }}{comma}"
    );
    let lines = Lines::new(catalog, snapshot.lines.encoding());
    let place = lines.range(catalog, Span::from_range(open..open)).start;
    let edit = TextEdit::new(Range::new(place, place), text);
    let uri = Url::from_file_path(path).ok()?;
    Some(CodeAction {
        title: format!("add `{name}` to the catalog"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![snapshot.diagnostic(found)]),
        edit: Some(WorkspaceEdit::new(HashMap::from([(uri, vec![edit])]))),
        ..CodeAction::default()
    })
}

/// The type of a field that stands before a comparison, and an example, both in JSON: what its other side looks like.
fn kind(rest: &str) -> (&'static str, &'static str) {
    let is_sign = |c: char| c.is_whitespace() || matches!(c, '=' | '!' | '<' | '>' | '^' | '~' | '[');
    let other = rest.trim_start_matches(is_sign);
    let word: &str = other.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap_or("");
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    match digits {
        "ms" | "s" | "m" | "h" | "us" | "ns" | "d" if digits.len() < word.len() => {
            (r#""duration", "unit": "ms""#, r#""250ms""#)
        }
        "" if !word.is_empty() => (r#""int""#, "1"),
        _ if word == "true" || word == "false" => (r#""bool""#, "true"),
        _ if rest.trim_start().is_empty() || rest.trim_start().starts_with(['&', '|', ')']) => (r#""bool""#, "true"),
        _ => (r#""string""#, r#""text""#),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rest: &str, ty: &str) {
        assert_eq!(kind(rest).0, ty, "{rest}");
    }

    #[test]
    fn the_other_side_tells_the_type() {
        check(" == 503", r#""int""#);
        check(" in [1, 2]", r#""string""#);
        check(" > 250ms && x", r#""duration", "unit": "ms""#);
        check(" == \"a\"", r#""string""#);
        check(" == true", r#""bool""#);
        check(" && other", r#""bool""#);
        check("", r#""bool""#);
    }
}
