//! Pages about the rules of a text, in Markdown: their programs, their phases, what they would have captured and why.

use std::fmt::Write as _;

use tamis_lang::span::Span;
use tamis_types::analysis::{CheckedRule, Rule};
use tamis_types::phases::Phases;
use tamis_vm::reason::{Connective, Explained, Explanation, FieldValues, Flip, explain};
use tamis_vm::{Verdict, compile};

use crate::document::View;
use crate::hover::told;
use crate::traffic::Captured;

/// How many values of a field are shown.
const MOST_VALUES: usize = 4;

/// What each rule is compiled to.
#[must_use]
pub fn bytecode(view: &View<'_>) -> String {
    each(view, |out, rule| {
        let _ = writeln!(out, "```text\n{}```", compile(rule).disassemble(Some(view.text())));
    })
}

/// From when each rule, and each of its conditions, can be decided.
#[must_use]
pub fn phases(view: &View<'_>) -> String {
    each(view, |out, rule| {
        let phases = Phases::of(rule.hir());
        for line in told(&phases.rule()) {
            let _ = writeln!(out, "- {line}");
        }
        let _ = writeln!(out, "\n| Condition | Dropped from | Kept from | Decided at |\n|---|---|---|---|");
        for (span, moments) in phases.leaves() {
            let name = |phase: Option<tamis_lang::phase::Phase>| phase.map_or("never", |phase| phase.as_str());
            let (drop, keep) = (name(moments.drop), name(moments.keep));
            let _ = writeln!(out, "| {} | {drop} | {keep} | {} |", cell(view, span), moments.last);
        }
    })
}

/// Which recorded requests each rule would have captured.
#[must_use]
pub fn replay(view: &View<'_>) -> String {
    let Some(traffic) = view.traffic else { return NOTHING_RECORDED.to_owned() };
    each(view, |out, rule| {
        let Captured { matches, total } = traffic.captured(rule);
        let _ = writeln!(out, "matches {} of {total} recorded requests\n", matches.len());
        for place in matches {
            let _ = writeln!(out, "- {}. {}", place + 1, code(traffic.label(place).unwrap_or("")));
        }
    })
}

/// Why the rule at a place among the rules of the text says what it says: of one recorded request, or of each.
#[must_use]
pub fn why(view: &View<'_>, rule: usize, request: Option<usize>) -> String {
    let Some(traffic) = view.traffic else { return NOTHING_RECORDED.to_owned() };
    let Some(rule) = view.document.analysis().rules().get(rule) else { return "there is no such rule\n".to_owned() };
    let mut out = heading(view, rule);
    let Some(checked) = rule.checked() else { return out + BROKEN };
    // Each request begins with an empty line of its own.
    out.pop();
    for (place, label, facts) in traffic.requests() {
        if request.is_none_or(|wanted| wanted == place) {
            let explanation = explain(view.catalog, checked, facts);
            let verdict = if explanation.verdict == Verdict::Match { "matches" } else { "does not match" };
            let _ = writeln!(out, "\n## {}. {} {verdict}\n", place + 1, code(label));
            write_explanation(&mut out, view, &explanation);
        }
    }
    out
}

const NOTHING_RECORDED: &str = "no requests are recorded; name a recording in the setting `tamis.traffic`\n";
const BROKEN: &str = "the rule has an error\n";

/// A section for each rule.
fn each(view: &View<'_>, write: impl Fn(&mut String, &CheckedRule)) -> String {
    let mut out = String::new();
    for rule in view.document.analysis().rules() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&heading(view, rule));
        match rule.checked() {
            Some(checked) => write(&mut out, checked),
            None => out.push_str(BROKEN),
        }
    }
    out
}

fn heading(view: &View<'_>, rule: &Rule) -> String {
    match &rule.name {
        Some(name) => format!("# {name}\n\n"),
        None => format!("# {}\n\n", cell(view, rule.span)),
    }
}

/// A piece of a rule on one line, as code in a table.
fn cell(view: &View<'_>, span: Span) -> String {
    let words: Vec<&str> = view.slice(span).split_whitespace().collect();
    code(&words.join(" ")).replace('|', "\\|")
}

/// A text as code within a line; one with backticks needs more of them around it.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    let blank = if text.contains('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn write_explanation(out: &mut String, view: &View<'_>, explanation: &Explanation) {
    for condition in &explanation.conditions {
        let mark = if condition.holds { "✓" } else { "✗" };
        let text = match condition.connective {
            Some(Connective::And) => "all of".to_owned(),
            Some(Connective::Or) => "one of".to_owned(),
            Some(Connective::Not) => "not".to_owned(),
            None => cell(view, condition.span),
        };
        let seen: Vec<String> = condition.fields.iter().map(|field| was(field, condition)).collect();
        let seen = if seen.is_empty() { String::new() } else { format!(": {}", seen.join(", ")) };
        let decides = if condition.decides && condition.connective.is_none() { " **← decides**" } else { "" };
        let _ = writeln!(out, "{}- {mark} {text}{seen}{decides}", "  ".repeat(condition.depth));
    }
    let flip = match &explanation.flip {
        Flip::Never => "It says the same of every request.".to_owned(),
        Flip::Unknown => return,
        Flip::Change(change) => {
            let changes: Vec<String> = change
                .fields
                .iter()
                .map(|field| format!("`{}` were {}", field.to.field.name, values(&field.to)))
                .collect();
            format!("It would be the other way if {}.", changes.join(" and "))
        }
    };
    let _ = writeln!(out, "\n{flip}");
}

/// What a request has for a field that a condition looks at.
fn was(field: &FieldValues, condition: &Explained) -> String {
    let name = if condition.fields.len() > 1 { format!("`{}` ", field.field.name) } else { String::new() };
    format!("{name}is {}", values(field))
}

fn values(field: &FieldValues) -> String {
    if field.hidden {
        return "hidden".to_owned();
    }
    let shown: Vec<String> = field.values.iter().take(MOST_VALUES).map(|value| code(&value.to_string())).collect();
    match field.values.len().checked_sub(MOST_VALUES) {
        _ if shown.is_empty() => "absent".to_owned(),
        None | Some(0) => shown.join(" and "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{at, with_traffic};

    #[track_caller]
    fn check(found: &str, expected: &Expect) {
        expected.assert_eq(found);
    }

    const TEXT: &str =
        "$0rule put = http.request.method == \"PUT\" && http.response.status_code >= 500\nrule broken = x ==\n";

    #[test]
    fn phases_of_each_condition() {
        check(
            &at(TEXT, |view, _| phases(view)),
            &expect![[r##"
            # put

            - dropped from: `request_headers`
            - kept from: `response_headers`
            - decided at the latest: `response_headers`

            | Condition | Dropped from | Kept from | Decided at |
            |---|---|---|---|
            | `http.request.method == "PUT"` | request_headers | request_headers | request_headers |
            | `http.response.status_code >= 500` | response_headers | response_headers | response_headers |

            # broken

            the rule has an error
        "##]],
        );
    }

    #[test]
    fn a_program() {
        check(
            &at("$0url.path == \"/|`\"", |view, _| bytecode(view)),
            &expect![[r##"
            # `` url.path == "/\|`" ``

            ```text
            fields
              f0  url.path  string  request_headers

            code
              0  text.is  url.path "/|`"  ? match : no match  ; url.path == "/|`"
            ```
        "##]],
        );
    }

    #[test]
    fn what_would_have_been_captured() {
        check(
            &with_traffic(TEXT, |view, _| replay(view)),
            &expect![[r#"
            # put

            matches 1 of 3 recorded requests

            - 3. `PUT /v2/carts`

            # broken

            the rule has an error
        "#]],
        );
        check(
            &at(TEXT, |view, _| replay(view)),
            &expect![[r#"
            no requests are recorded; name a recording in the setting `tamis.traffic`
        "#]],
        );
    }

    #[test]
    fn why_one_request_and_why_each() {
        check(
            &with_traffic(TEXT, |view, _| why(view, 0, Some(1))),
            &expect![[r##"
                # put

                ## 2. `PUT /v1/orders` does not match

                - ✗ all of
                  - ✓ `http.request.method == "PUT"`: is `"PUT"`
                  - ✗ `http.response.status_code >= 500`: is `418` **← decides**

                It would be the other way if `http.response.status_code` were `500`.
            "##]],
        );
        let hidden = "$0http.request.header.authorization == \"x\" || !(url.path ^= \"/v1\")";
        check(
            &with_traffic(hidden, |view, _| why(view, 0, None)),
            &expect![[r##"
                # `http.request.header.authorization == "x" \|\| !(url.path ^= "/v1")`

                ## 1. `GET /v1/orders` does not match

                - ✗ one of
                  - ✗ `http.request.header.authorization == "x"`: is absent **← decides**
                  - ✗ not
                    - ✓ `url.path ^= "/v1"`: is `"/v1/orders"` **← decides**

                It would be the other way if `url.path` were `"x"`.

                ## 2. `PUT /v1/orders` does not match

                - ✗ one of
                  - ✗ `http.request.header.authorization == "x"`: is absent **← decides**
                  - ✗ not
                    - ✓ `url.path ^= "/v1"`: is `"/v1/orders"` **← decides**

                It would be the other way if `url.path` were `"x"`.

                ## 3. `PUT /v2/carts` matches

                - ✓ one of
                  - ✗ `http.request.header.authorization == "x"`: is hidden
                  - ✓ not
                    - ✗ `url.path ^= "/v1"`: is `"/v2/carts"` **← decides**

                It would be the other way if `url.path` were `"/v1/orders/42"`.
            "##]],
        );
        check(
            &with_traffic(TEXT, |view, _| why(view, 1, None)),
            &expect![[r#"
            # broken

            the rule has an error
        "#]],
        );
        check(
            &with_traffic(TEXT, |view, _| why(view, 9, None)),
            &expect![[r#"
            there is no such rule
        "#]],
        );
    }
}
