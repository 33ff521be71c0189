//! Rules as people write them, from the text to the verdict.

use std::sync::LazyLock;

use tamis_lang::catalog::Catalog;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_types::analysis::{Options, analyze};

use super::build::{Answer, Request, int, text};
use crate::compile::compile;
use crate::program::Program;
use crate::verdict::Verdict::{self, Match, NoMatch};

static KONG: LazyLock<Catalog> = LazyLock::new(|| Catalog::shipped("kong").unwrap());

pub(super) fn program(rule: &str) -> Program {
    let analysis = analyze(rule, &KONG, &Options::default());
    compile(analysis.rules()[0].checked().unwrap_or_else(|| panic!("{rule}: {:?}", analysis.diagnostics)))
}

/// Runs a rule over a request with these fields.
#[track_caller]
fn check(rule: &str, facts: &[(&str, &[Constant])], expected: Verdict) {
    let program = program(rule);
    for (name, _) in facts {
        assert!(program.fields().iter().any(|field| *field.name == **name), "the rule has no `{name}`");
    }
    let values = |name: &str| facts.iter().find(|(known, _)| *known == name).map(|(_, values)| values.to_vec());
    let answer = |name| Answer { values: values(name).unwrap_or_default(), as_many: false };
    let request = Request(program.fields().iter().map(|field| answer(&field.name)).collect());
    let verdict = program.run(&request, &mut Scratch::default());
    assert_eq!(verdict, expected, "{}", program.disassemble(Some(rule)));
}

const STATUS: &str = "http.response.status_code";
const ACCEPT: &str = "http.request.header.accept";

#[test]
fn an_opposite_and_a_negation_differ_where_the_field_is_absent() {
    check("http.response.status_code != 503", &[], NoMatch);
    check("!(http.response.status_code == 503)", &[], Match);
    check("http.response.status_code not in [503]", &[], NoMatch);
    check("not http.response.status_code in [503]", &[], Match);
}

#[test]
fn literals_on_either_side_mean_the_same() {
    check("503 == http.response.status_code", &[(STATUS, &[int(503)])], Match);
    check("500 <= http.response.status_code", &[(STATUS, &[int(499)])], NoMatch);
    check(
        "proxy.kong.latency.total > 250ms",
        &[("proxy.kong.latency.total", &[Constant::Duration(250_000_001)])],
        Match,
    );
    check(
        "0.25s < proxy.kong.latency.total",
        &[("proxy.kong.latency.total", &[Constant::Duration(250_000_000)])],
        NoMatch,
    );
}

#[test]
fn conditions_on_one_element_hold_for_the_same_element() {
    let rule = r#"any(v in http.request.header.accept, v ^= "text/" && v contains "q=")"#;
    check(rule, &[(ACCEPT, &[text("*/*;q=0.1"), text("text/html")])], NoMatch);
    check(rule, &[(ACCEPT, &[text("*/*"), text("text/html;q=0.9")])], Match);
    check(r#"all(v in http.request.header.accept, v ^= "text/")"#, &[], NoMatch);
    check(r#"none(v in http.request.header.accept, v ^= "text/")"#, &[], Match);
}

#[test]
fn a_mode_holds_for_its_own_comparison_only() {
    let rule = r#"any(http.request.header.accept) == "a" && http.request.header.accept == "a""#;
    check(rule, &[(ACCEPT, &[text("a"), text("b")])], NoMatch);
    check(rule, &[(ACCEPT, &[text("a"), text("a")])], Match);
}

#[test]
fn fields_compare_with_fields() {
    let rule = "proxy.kong.latency.total > 2 * proxy.kong.latency.upstream";
    let latency = |total, upstream| {
        [
            ("proxy.kong.latency.total", [Constant::Duration(total)]),
            ("proxy.kong.latency.upstream", [Constant::Duration(upstream)]),
        ]
    };
    for (total, upstream, expected) in [(201, 100, Match), (200, 100, NoMatch), (i64::MAX, i64::MAX, NoMatch)] {
        let [total, upstream] = latency(total, upstream);
        check(rule, &[(total.0, &total.1), (upstream.0, &upstream.1)], expected);
    }
}

#[test]
fn a_let_is_what_it_stands_for() {
    let file = "let broken = http.response.status_code >= 500\nlet codes = [429, 430..439]\n\
                rule noisy = broken || http.response.status_code in codes";
    check(file, &[(STATUS, &[int(503)])], Match);
    check(file, &[(STATUS, &[int(435)])], Match);
    check(file, &[(STATUS, &[int(440)])], NoMatch);
}

#[test]
fn what_a_rule_never_reaches_is_never_asked_for() {
    use std::cell::RefCell;

    use crate::facts::{Fact, Facts, FieldRef};

    struct Listening(RefCell<Vec<String>>);

    impl Facts for Listening {
        fn get(&self, field: &FieldRef) -> Fact<'_> {
            self.0.borrow_mut().push(field.name.to_string());
            Fact::Absent
        }
    }

    let listening = Listening(RefCell::default());
    let rule = r#"http.request.method == "GET" && (url.path ^= "/v1" || http.response.status_code == 503)"#;
    assert_eq!(program(rule).run(&listening, &mut Scratch::default()), NoMatch);
    assert_eq!(*listening.0.borrow(), ["http.request.method"]);
}
