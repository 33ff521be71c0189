//! Requests on their way through the phases.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use expect_test::{Expect, expect};
use tamis_lang::catalog::Catalog;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_types::analysis::{Options, analyze};

use crate::facts::{Fact, Facts, FieldRef};
use crate::phased::{Weight, compile_phased};

/// What a request says at one phase, on top of what it said before.
type Step<'a> = (Phase, &'a [(&'a str, Fact<'a>)]);

/// What is known by now, and the values of what has several.
struct Known<'a> {
    facts: Vec<(&'a str, Fact<'a>)>,
    several: &'a [&'a str],
    randomness: Randomness,
}

impl Facts for Known<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        let found = self.facts.iter().rev().find(|(name, _)| *name == &*field.name);
        found.map_or(Fact::Absent, |(_, fact)| *fact)
    }

    fn each(&self, _: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let _ = self.several.iter().try_for_each(|value| visit(Value::String(value.as_bytes())));
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

const SEVERAL: &[&str] = &["text/html", "*/*"];

#[track_caller]
fn check(rule: &str, randomness: Randomness, steps: &[Step<'_>], expected: &Expect) {
    let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
    let checked = analysis.rules()[0].checked().unwrap_or_else(|| panic!("{rule}: {:?}", analysis.diagnostics));
    let program = compile_phased(checked);
    let mut evaluation = program.evaluation();
    let mut known = Known { facts: Vec::new(), several: SEVERAL, randomness };
    let mut out = String::new();
    for (phase, facts) in steps {
        known.facts.extend(facts.iter().copied());
        let verdict = evaluation.advance(*phase, &known, &mut Scratch::default());
        write!(out, "{phase}: {verdict}").unwrap();
        match evaluation.weight() {
            Weight::Threshold(threshold) => write!(out, ", th:{threshold}").unwrap(),
            Weight::Unknown => out.push_str(", no th"),
            Weight::NotYet => {}
        }
        let needed: Vec<&str> = evaluation.needed().map(|field| &*field.name).collect();
        if !needed.is_empty() {
            write!(out, ", needs {}", needed.join(", ")).unwrap();
        }
        if let Some(next) = evaluation.next_phase() {
            write!(out, ", again at {next}").unwrap();
        }
        out.push('\n');
    }
    expected.assert_eq(&out);
}

const NONE: Randomness = Randomness::MAX;

fn text(text: &str) -> Fact<'_> {
    Fact::One(Value::String(text.as_bytes()))
}

fn status(code: i64) -> Fact<'static> {
    Fact::One(Value::Int(code))
}

fn millis(n: i64) -> Value<'static> {
    Value::Duration(n * 1_000_000)
}

#[test]
fn a_request_is_dropped_with_the_first_condition_that_fails() {
    check(
        r#"http.response.status_code == 503 && http.request.method == "POST""#,
        NONE,
        &[(Phase::Connect, &[]), (Phase::RequestHeaders, &[("http.request.method", text("GET"))])],
        &expect![[r#"
            connect: not yet, needs http.response.status_code, http.request.method, again at request_headers
            request_headers: no match
        "#]],
    );
}

#[test]
fn a_request_is_kept_with_the_first_condition_that_is_enough() {
    check(
        "proxy.kong.latency.total > 2s || http.response.status_code == 503",
        NONE,
        &[
            (Phase::RequestHeaders, &[]),
            (Phase::ResponseHeaders, &[("http.response.status_code", status(503))]),
            (Phase::Log, &[("proxy.kong.latency.total", Fact::One(millis(1)))]),
        ],
        &expect![[r#"
            request_headers: not yet, needs proxy.kong.latency.total, http.response.status_code, again at response_headers
            response_headers: match, th:0
            log: match, th:0
        "#]],
    );
}

#[test]
fn what_grows_decides_once_it_is_large_enough() {
    check(
        "proxy.kong.latency.total > 2s",
        NONE,
        &[
            (Phase::Upstream, &[("proxy.kong.latency.total", Fact::One(millis(1999)))]),
            (Phase::Upstream, &[("proxy.kong.latency.total", Fact::AtLeast(millis(2000)))]),
            (Phase::Upstream, &[("proxy.kong.latency.total", Fact::AtLeast(millis(2001)))]),
        ],
        &expect![[r#"
            upstream: not yet, needs proxy.kong.latency.total, again at log
            upstream: not yet, needs proxy.kong.latency.total, again at log
            upstream: match, th:0
        "#]],
    );
    check(
        "proxy.kong.latency.total < 2s && http.response.status_code == 200",
        NONE,
        &[
            (Phase::Upstream, &[("proxy.kong.latency.total", Fact::One(millis(1999)))]),
            (Phase::Upstream, &[("proxy.kong.latency.total", Fact::One(millis(2000)))]),
        ],
        &expect![[r#"
            upstream: not yet, needs proxy.kong.latency.total, http.response.status_code, again at response_headers
            upstream: no match
        "#]],
    );
}

#[test]
fn a_value_before_its_phase_does_not_count() {
    check(
        "http.response.status_code == 503",
        NONE,
        &[
            (Phase::Upstream, &[("http.response.status_code", status(503))]),
            (Phase::ResponseHeaders, &[("http.response.status_code", status(200))]),
        ],
        &expect![[r#"
            upstream: not yet, needs http.response.status_code, again at response_headers
            response_headers: no match
        "#]],
    );
}

#[test]
fn absence_is_certain_at_its_phase() {
    check(
        "!(proxy.kong.upstream.status_code >= 100)",
        NONE,
        &[(Phase::Upstream, &[]), (Phase::ResponseHeaders, &[])],
        &expect![[r#"
            upstream: not yet, needs proxy.kong.upstream.status_code, again at response_headers
            response_headers: match, th:0
        "#]],
    );
}

#[test]
fn some_values_may_be_enough() {
    let so_far = ("http.request.header.accept", Fact::SoFar);
    let all = ("http.request.header.accept", Fact::Many);
    let rules = [
        (
            r#"any(http.request.header.accept) == "*/*""#,
            expect![[r#"
            request_headers: match, th:0
            request_headers: match, th:0
        "#]],
        ),
        (
            r#"http.request.header.accept ^= "text/""#,
            expect![[r#"
            request_headers: no match
            request_headers: no match
        "#]],
        ),
        (
            r#"none(v in http.request.header.accept, v == "*/*")"#,
            expect![[r#"
            request_headers: no match
            request_headers: no match
        "#]],
        ),
        (
            r#"all(v in http.request.header.accept, v != "x")"#,
            expect![[r#"
            request_headers: not yet, needs http.request.header.accept
            request_headers: match, th:0
        "#]],
        ),
        (
            "exists(http.request.header.accept)",
            expect![[r#"
            request_headers: match, th:0
            request_headers: match, th:0
        "#]],
        ),
        (
            "count(http.request.header.accept) > 1",
            expect![[r#"
            request_headers: not yet, needs http.request.header.accept
            request_headers: match, th:0
        "#]],
        ),
    ];
    for (rule, expected) in rules {
        check(rule, NONE, &[(Phase::RequestHeaders, &[so_far]), (Phase::RequestHeaders, &[all])], &expected);
    }
}

#[test]
fn a_quantifier_without_a_value_that_could_do_is_decided_early() {
    let rule = r#"any(v in http.request.header.accept, v == "text/plain" && http.response.status_code == 503)"#;
    check(
        rule,
        NONE,
        &[(Phase::RequestHeaders, &[("http.request.header.accept", Fact::Many)])],
        &expect![[r#"
        request_headers: no match
    "#]],
    );
    let rule = r#"any(v in http.request.header.accept, v == "*/*" && http.response.status_code == 503)"#;
    check(
        rule,
        NONE,
        &[(Phase::RequestHeaders, &[("http.request.header.accept", Fact::Many)])],
        &expect![[r#"
        request_headers: not yet, needs http.response.status_code, again at response_headers
    "#]],
    );
}

#[test]
fn a_default_is_not_waited_for_where_there_is_a_value() {
    check(
        "(http.request.header.host ?? http.response.header.x-host) == 'a'",
        NONE,
        &[(Phase::RequestHeaders, &[("http.request.header.host", text("a"))])],
        &expect![[r#"
            request_headers: match, th:0
        "#]],
    );
}

#[test]
fn an_absent_side_is_enough() {
    check(
        "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms",
        NONE,
        &[(Phase::ResponseHeaders, &[]), (Phase::ResponseBody, &[])],
        &expect![[r#"
            response_headers: not yet, needs proxy.kong.latency.total, proxy.kong.latency.upstream, again at response_body
            response_body: no match
        "#]],
    );
}

#[test]
fn a_request_that_is_kept_early_may_turn_out_to_stand_for_itself() {
    let rule = "http.response.status_code >= 500 || sample(25%)";
    let failed: &[Step<'_>] = &[
        (Phase::Connect, &[]),
        (Phase::RequestHeaders, &[]),
        (Phase::ResponseHeaders, &[("http.response.status_code", status(503))]),
    ];
    let passed: &[Step<'_>] =
        &[(Phase::RequestHeaders, &[]), (Phase::ResponseHeaders, &[("http.response.status_code", status(200))])];
    let (inside, outside) = (Randomness::new(0xce_929d_0e0e_4736), Randomness::new(1));
    check(
        rule,
        inside,
        failed,
        &expect![[r#"
        connect: not yet, needs http.response.status_code, again at request_headers
        request_headers: match, needs http.response.status_code, again at response_headers
        response_headers: match, th:0
    "#]],
    );
    check(
        rule,
        outside,
        failed,
        &expect![[r#"
        connect: not yet, needs http.response.status_code, again at request_headers
        request_headers: not yet, needs http.response.status_code, again at response_headers
        response_headers: match, th:0
    "#]],
    );
    check(
        rule,
        inside,
        passed,
        &expect![[r#"
        request_headers: match, needs http.response.status_code, again at response_headers
        response_headers: match, th:c
    "#]],
    );
    check(
        rule,
        outside,
        passed,
        &expect![[r#"
        request_headers: not yet, needs http.response.status_code, again at response_headers
        response_headers: no match
    "#]],
    );
}

#[test]
fn a_share_drops_before_anything_else_is_asked() {
    check(
        r#"http.request.method == "POST" && sample(25%) && http.response.status_code == 503"#,
        Randomness::new(1),
        &[(Phase::RequestHeaders, &[("http.request.method", text("POST"))])],
        &expect![[r#"
            request_headers: no match
        "#]],
    );
}

#[test]
fn a_key_gives_no_threshold() {
    let rule = "http.response.status_code >= 500 || sample(99%, by: url.path)";
    let path = ("url.path", text("/v1"));
    let steps = |code| {
        [
            (Phase::RequestHeaders, vec![path]),
            (Phase::ResponseHeaders, vec![("http.response.status_code", status(code))]),
        ]
    };
    for (code, expected) in [
        (
            200,
            expect![[r#"
        request_headers: match, needs http.response.status_code, again at response_headers
        response_headers: match, no th
    "#]],
        ),
        (
            503,
            expect![[r#"
        request_headers: match, needs http.response.status_code, again at response_headers
        response_headers: match, th:0
    "#]],
        ),
    ] {
        let steps = steps(code);
        let steps: Vec<Step<'_>> = steps.iter().map(|(phase, facts)| (*phase, facts.as_slice())).collect();
        check(rule, Randomness::default(), &steps, &expected);
    }
}
