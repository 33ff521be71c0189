//! What a person sees who points at something.

use std::fmt::Write as _;

use tamis_lang::builtin;
use tamis_lang::catalog::{Field, Resolution, Via};
use tamis_lang::phase::Phase;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::unit::{Dimension, UNITS};
use tamis_lang::value::Constant;
use tamis_syntax::token::{Token, TokenKind};
use tamis_syntax::tree::{ItemKind, Literal, NodeId, NodeKind};
use tamis_types::analysis::NodeType;
use tamis_types::phases::{Moments, Phases};

use crate::compared::{compared, meaning};
use crate::describe::{of_builtin, of_field};
use crate::document::View;
use crate::symbol::{Names, Symbol};

/// A text in Markdown about a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// What is known.
    pub markdown: String,
}

/// What is known of the thing at an offset: a field, an operator, a function, a literal, a `let` or a rule.
#[must_use]
pub fn hover(view: &View<'_>, offset: u32) -> Option<Hover> {
    let token = view.document.token_at(offset)?;
    let builtin = match token.kind {
        TokenKind::Infix(id) | TokenKind::Prefix(id) | TokenKind::Quantifier(id) => Some(id),
        TokenKind::Bang => builtin::by_prefix(view.slice(token.span)),
        TokenKind::Function => builtin::by_function_name(view.slice(token.span)),
        TokenKind::Literal(_) => return literal(view, token),
        TokenKind::Let | TokenKind::Rule => {
            let place = view.document.items().iter().position(|item| item.keyword == token.span)?;
            return Some(Hover { span: token.span, markdown: item(view, place)? });
        }
        _ => None,
    };
    if let Some(id) = builtin {
        return Some(Hover { span: token.span, markdown: of_builtin(id.get()) });
    }
    let (symbol, span) = Names::new(view).at(offset)?;
    let markdown = match symbol {
        Symbol::Field { .. } => field(view, span, &symbol)?,
        Symbol::Item(place) => item(view, place)?,
        Symbol::Variable(quantifier) => variable(view, quantifier)?,
    };
    Some(Hover { span, markdown })
}

/// A field, with how its name was understood where it is written in another way.
fn field(view: &View<'_>, span: Span, symbol: &Symbol) -> Option<String> {
    let Symbol::Field { id, key } = symbol else { return None };
    let field = view.catalog.field(*id)?;
    let mut markdown = of_field(field, key.as_deref());
    if let Resolution::Field { via: Via::Alias(alias), .. } = view.catalog.resolve(view.slice(span), None) {
        let same = if alias.exact { "another name of" } else { "not quite the same as" };
        let note = alias.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        let _ = writeln!(markdown, "\n`{}` is {same} `{}`{note}.", alias.name, field.name);
    }
    Some(markdown)
}

/// A `let` with what it stands for, or a rule with the moments at which it is decided.
fn item(view: &View<'_>, place: usize) -> Option<String> {
    let item = view.document.items().get(place)?;
    let name = view.slice(item.name);
    let mut out = String::new();
    match item.kind {
        ItemKind::Let => {
            let _ = writeln!(out, "```tamis\nlet {name} = {}\n```", view.slice(view.document.tree().span(item.body)));
            let what = match view.document.analysis().node_type(item.body) {
                NodeType::Value(ty) => Some(ty.with_article()),
                NodeType::Condition => Some("a condition"),
                NodeType::Set => Some("a set"),
                NodeType::Unknown => None,
            };
            if let Some(what) = what {
                let _ = writeln!(out, "{what}");
            }
        }
        ItemKind::Rule => {
            let _ = writeln!(out, "```tamis\nrule {name}\n```");
        }
    }
    for line in &item.documentation {
        let _ = writeln!(out, "{}", view.slice(*line).trim());
    }
    if let Some(moments) = moments(view, item.span) {
        let _ = writeln!(out);
        for line in told(&moments) {
            let _ = writeln!(out, "- {line}");
        }
    }
    Some(out)
}

/// From when the rule with this range can be decided.
pub(crate) fn moments(view: &View<'_>, span: Span) -> Option<Moments> {
    let rules = view.document.analysis().rules();
    let rule = rules.get(rules.partition_point(|rule| rule.span.start < span.start))?;
    let checked = rule.checked().filter(|_| rule.span.start == span.start)?;
    Some(Phases::of(checked.hir()).rule())
}

/// From when a request can be dropped and kept, a line each.
pub(crate) fn told(moments: &Moments) -> Vec<String> {
    let line = |what: &str, phase: Option<Phase>, sooner: bool| match phase {
        Some(phase) => {
            format!("{what} from: `{phase}`{}", if sooner { ", sooner once a value is large enough" } else { "" })
        }
        None => format!("never {what}"),
    };
    vec![
        line("dropped", moments.drop, moments.drop_sooner),
        line("kept", moments.keep, moments.keep_sooner),
        format!("decided at the latest: `{}`", moments.last),
    ]
}

/// The variable of a quantifier.
fn variable(view: &View<'_>, quantifier: NodeId) -> Option<String> {
    let tree = view.document.tree();
    let NodeKind::Quantified { variable, source, .. } = tree.kind(quantifier) else { return None };
    let ty = match view.document.analysis().node_type(*source) {
        NodeType::Value(ty) => format!(": {ty}"),
        NodeType::Condition | NodeType::Set | NodeType::Unknown => String::new(),
    };
    let (name, source) = (view.slice(*variable), view.slice(tree.span(*source)));
    Some(format!("```tamis\n{name}{ty}\n```\neach value of `{source}`, one after the other\n"))
}

/// A literal: what its value means to the field that it is compared with, and how else it can be said.
fn literal(view: &View<'_>, token: Token) -> Option<Hover> {
    let tree = view.document.tree();
    let id = view.document.node_at(token.span)?;
    let NodeKind::Literal(Literal::Value(value)) = tree.kind(id) else { return None };
    let mut out = format!("```tamis\n{}: {}\n```\n", view.slice(token.span), value.ty());
    let compared = compared(view, id);
    if let Some(compared) = compared {
        if let Some(allowed) = meaning(compared.field, value) {
            let _ = writeln!(out, "{}", allowed.doc);
        }
        if let (Constant::Int(n), Some(counted)) = (value, counted(compared.field, value)) {
            let _ = writeln!(out, "{n} counts as `{counted}` beside `{}`", compared.field.name);
        }
        let takes_pattern =
            compared.op.get().signatures.iter().any(|it| it.parameters.get(1) == Some(&builtin::Operand::Pattern));
        if takes_pattern {
            let _ = writeln!(out, "a regular expression, found anywhere in the text unless `^` and `$` are written");
        }
    }
    for line in in_other_words(value, view.slice(token.span)) {
        let _ = writeln!(out, "- {line}");
    }
    Some(Hover { span: token.span, markdown: out })
}

/// A bare number as a quantity of the field beside it.
pub(crate) fn counted(field: &Field, value: &Constant) -> Option<Constant> {
    let (Constant::Int(n), Some((dimension, scale))) = (value, field.unit.as_ref()?.scale) else { return None };
    let amount = n.checked_mul(scale).filter(|_| field.ty == dimension.ty())?;
    match dimension {
        Dimension::Time => Some(Constant::Duration(amount)),
        Dimension::Data => Some(Constant::Size(amount)),
    }
}

/// The same value, said otherwise.
fn in_other_words(value: &Constant, written: &str) -> Vec<String> {
    match value {
        Constant::Duration(amount) => units(*amount, Dimension::Time),
        Constant::Size(amount) => units(*amount, Dimension::Data),
        Constant::Int(n) if written.replace('_', "") != n.to_string() => vec![format!("{n}")],
        Constant::Network(network) => {
            let bits = u32::from(network.max_prefix_len()).saturating_sub(u32::from(network.prefix_len()));
            let many = 2_u64.checked_pow(bits).map_or_else(|| format!("2^{bits}"), |n| n.to_string());
            vec![format!("from {} to {}", network.network(), network.broadcast()), format!("{many} addresses")]
        }
        Constant::Ip(ip) if ip.is_loopback() => vec!["this machine".to_owned()],
        Constant::Bool(_) | Constant::Int(_) | Constant::Float(_) | Constant::String(_) | Constant::Ip(_) => Vec::new(),
    }
}

/// An amount in the units in which it is a number with few digits.
fn units(amount: i64, dimension: Dimension) -> Vec<String> {
    let mut seen = Vec::new();
    let units = UNITS.iter().filter(|unit| unit.dimension == dimension && unit.suffix.is_ascii());
    let written = units.filter_map(|unit| {
        let (whole, rest) = (amount.checked_div(unit.scale)?, amount.checked_rem(unit.scale)?);
        let thousandths = i128::from(rest).checked_mul(1_000)?;
        let is_short = whole.abs() < 100_000 && thousandths % i128::from(unit.scale) == 0;
        let fraction = thousandths / i128::from(unit.scale);
        let is_small = whole == 0 && fraction < 10;
        let fraction = format!("{fraction:03}");
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        (is_short && !is_small && amount > 0).then(|| format!("{whole}{point}{fraction} {}s", unit.name))
    });
    for text in written {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// Whether values of this type are counted in units.
pub(crate) const fn has_units(ty: Ty) -> bool {
    Dimension::of(ty).is_some()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let found = at(text, |view, offset| match hover(view, offset) {
            None => "nothing".to_owned(),
            Some(hover) => format!("[{}]\n{}", view.slice(hover.span), hover.markdown),
        });
        expected.assert_eq(&found);
    }

    #[test]
    fn a_field_tells_all_that_the_catalog_knows() {
        check(
            "http.response.stat$0us_code == 503",
            &expect![[r#"
            [http.response.status_code]
            ```tamis
            http.response.status_code: int
            ```
            Status the gateway sent to the client.

            Plugins may still rewrite it while response headers are filtered. For clients that hang up, the value is only reliable from 3.15.

            - known from: `response_headers`
            - every request has it
            - from 100 to 599
            - values: `100`, `101`, `102`, `103`, `104`, `200`, `201`, `202` and 70 more; others occur
            - for example: `503`, `500`, `502`, `504`, `429`, `404`, `403`, `401`, `200`
            - also called: `http.status_code`, `kong.response.status_code`
            - source: kong-debugger-spans
        "#]],
        );
        check(
            "proxy.kong.latency.upstream$0 > 2s",
            &expect![[r#"
            [proxy.kong.latency.upstream]
            ```tamis
            proxy.kong.latency.upstream: duration
            ```
            Time from the first connection attempt to the upstream until the last byte of its answer, retries included.

            Is itself a field and also the prefix of two longer fields.

            - known from: `response_body`, and only grows from there
            - may be missing. Absent when the gateway answered itself and asked no upstream. A comparison with it is then false.
            - a bare number counts milliseconds
            - for example: `160ms`
            - source: kong-debugger-spans
        "#]],
        );
        check(
            "http.request.header.author$0ization == \"x\"",
            &expect![[r#"
            [http.request.header.authorization]
            ```tamis
            http.request.header.authorization: string[]
            ```
            credential; masked by default

            Plugins may rewrite headers before the upstream sees them; this is the client's side. Keys are lower case with hyphens; `_` is read as `-`, so `x-foo` and `x_foo` are one header.

            - known from: `request_headers`
            - may be missing. Absent when the client did not send the header. A comparison with it is then false.
            - may have several values; a comparison wants all of them to pass, `any(…)` one
            - sensitive: its values are not shown
            - also called: `http.headers`
            - source: otel-semconv 1.44.0/stable
        "#]],
        );
        check(
            "http.me$0thod == \"GET\"",
            &expect![[r#"
                [http.method]
                ```tamis
                http.request.method: string
                ```
                Method on the request line; case counts.

                - known from: `request_headers`
                - every request has it
                - values: `"GET"`, `"HEAD"`, `"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`, `"OPTIONS"`, `"TRACE"` and 33 more; others occur
                - for example: `"GET"`, `"POST"`
                - also called: `http.method`
                - source: kong-debugger-spans

                `http.method` is another name of `http.request.method` (also the name in older OpenTelemetry conventions).
            "#]],
        );
    }

    #[test]
    fn operators_and_functions() {
        check(
            "url.path ^=$0 \"/\"",
            &expect![[r#"
            [^=]
            ```tamis
            string ^= string: bool
            ```
            True when the left text begins with the right text.

            Letter case counts; use `lower()` to ignore it. Every text begins with the empty text.

            Where a side is absent the comparison is false.

            ```tamis
            url.path ^= "/v1"
            ```
            - in Kong: `^=`
            - in CEL: `startsWith`
            - in Cloudflare: `starts_with`
        "#]],
        );
        check(
            "low$0er(url.path) == \"/\"",
            &expect![[r#"
            [lower]
            ```tamis
            lower(text: string): string
            ```
            The text in lower case.

            Full Unicode lower case without regard to language: a final sigma becomes `ς`, and `ẞ` becomes `ß`. Bytes that are not UTF-8 stay as they are.

            Where an operand is absent so is the result.

            ```tamis
            lower(url.path) == "/healthz"
            ```
            - in Kong: `lower`
        "#]],
        );
        check(
            "$0!(url.path == \"/\")",
            &expect![[r#"
            [!]
            ```tamis
            !condition: bool
            ```
            True when the condition is false.

            A comparison over an absent field is false, so its negation is true: `!(x == 1)` is true where `x` is absent, while `x != 1` is false there. `!` needs parentheses before a comparison; `not` does not.

            ```tamis
            !(url.path ^= "/health")
            ```

            - also written: `not`
            - in Kong: `!`
            - in CEL: `!`
            - in Cloudflare: `not`
        "#]],
        );
    }

    #[test]
    fn a_literal_says_what_it_means() {
        check(
            "http.response.status_code in [50$03]",
            &expect![[r#"
            [503]
            ```tamis
            503: int
            ```
            Service Unavailable: no healthy target, or overloaded
        "#]],
        );
        check(
            "proxy.kong.latency.total > 90$0s",
            &expect![[r#"
            [90s]
            ```tamis
            90s: duration
            ```
            - 90000 milliseconds
            - 90 seconds
            - 1.5 minutes
            - 0.025 hours
        "#]],
        );
        check(
            "proxy.kong.latency.total > 25$00",
            &expect![[r#"
            [250]
            ```tamis
            250: int
            ```
            250 counts as `250ms` beside `proxy.kong.latency.total`
        "#]],
        );
        check(
            "http.request.size > 1.5$0MiB",
            &expect![[r#"
            [1.5MiB]
            ```tamis
            1.5MiB: size
            ```
            - 1572.864 kilobytes
            - 1536 kibibytes
            - 1.5 mebibytes
        "#]],
        );
        check(
            "client.address in 10.0.0$0.0/8",
            &expect![[r#"
            [10.0.0.0/8]
            ```tamis
            10.0.0.0/8: network
            ```
            - from 10.0.0.0 to 10.255.255.255
            - 16777216 addresses
        "#]],
        );
        check(
            "http.response.status_code == 0x$01F7",
            &expect![[r#"
            [0x1F7]
            ```tamis
            0x1F7: int
            ```
            Service Unavailable: no healthy target, or overloaded
            - 503
        "#]],
        );
        check(
            "url.path ~ \"/v$01\"",
            &expect![[r#"
            ["/v1"]
            ```tamis
            "/v1": string
            ```
            a regular expression, found anywhere in the text unless `^` and `$` are written
        "#]],
        );
    }

    #[test]
    fn names_of_the_text() {
        let text =
            "let slow = 2s\n// Slow ones.\nrule r = proxy.kong.latency.total > slow && any(v in try_count, v > 1)";
        check(
            &text.replace("> slow", "> sl$0ow"),
            &expect![[r#"
            [slow]
            ```tamis
            let slow = 2s
            ```
            a duration
        "#]],
        );
        check(
            &text.replace("rule r", "rule $0r"),
            &expect![[r#"
                [r]
                ```tamis
                rule r
                ```
                Slow ones.

                - dropped from: `upstream`
                - kept from: `log`, sooner once a value is large enough
                - decided at the latest: `log`
            "#]],
        );
        check(
            &text.replace("v > 1", "v$0 > 1"),
            &expect![[r#"
            [v]
            ```tamis
            v: int
            ```
            each value of `try_count`, one after the other
        "#]],
        );
        check("( $0 url.path == \"/\")", &expect!["nothing"]);
    }
}
