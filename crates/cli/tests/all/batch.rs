//! `tamis batch`: conversations.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use expect_test::{Expect, expect};

use crate::runner::tamis;

#[track_caller]
fn check(lines: &[&str], expected: &Expect) {
    tamis(&["batch"]).stdin(lines.join("\n") + "\n").check(expected);
}

#[test]
fn a_question_has_an_answer() {
    check(
        &[
            r#"{"rule": "http.response.status_code == 503", "facts": {"http.response.status_code": 503}}"#,
            r#"{"rule": "http.response.status_code == 503", "facts": {"http.response.status_code": [503, 200]}}"#,
            r#"{"rule": "http.response.status_code == 503", "facts": {}}"#,
            r#"{"rule": "http.response.status_code == 503"}"#,
            r#"{"rule": "http.response.status_code == 503", "edition": "tamis", "facts": null}"#,
        ],
        &expect![[r#"
            {"valid":true,"verdict":"match","diagnostics":[]}
            {"valid":true,"verdict":"no match","diagnostics":[]}
            {"valid":true,"verdict":"no match","diagnostics":[]}
            {"valid":true,"verdict":null,"diagnostics":[]}
            {"valid":true,"verdict":null,"diagnostics":[]}
        "#]],
    );
}

#[test]
fn a_wrong_rule_has_its_diagnostics() {
    check(
        &[r#"{"rule": "url.path = \"é\" && x", "facts": {}}"#],
        &expect![[r#"
            {"valid":false,"verdict":null,"diagnostics":[{"code":"T108","severity":"error","message":"`=` is not an operator; write `==`","span":{"start":9,"end":10},"labels":[],"notes":[],"fixes":[{"title":"write `==`","applicability":"safe","edits":[{"start":9,"end":10,"text":"=="}]}]},{"code":"T405","severity":"warning","message":"`url.path` begins with `/`, so `== \"é\"` never matches","span":{"start":11,"end":15},"labels":[],"notes":[],"fixes":[{"title":"write `\"/é\"`","applicability":"suggestion","edits":[{"start":11,"end":15,"text":"\"/é\""}]}]},{"code":"T301","severity":"error","message":"`x` is not a known field","span":{"start":19,"end":20},"labels":[],"notes":["a text stands in quotes: `\"x\"`"],"fixes":[]}]}
        "#]],
    );
}

#[test]
fn a_catalog_comes_by_name_or_as_names_and_types() {
    check(
        &[
            r#"{"rule": "http.path ^= \"/\"", "catalog": "kong-router", "facts": {"http.path": "/a"}}"#,
            r#"{"rule": "a == 1 && b in 10.0.0.0/8", "catalog": {"fields": {"a": "Int", "b": "IpAddr"}}, "facts": {"a": 1, "b": "10.1.2.3"}}"#,
            r#"{"rule": "h.x == \"1\" && h[\"y\"] == \"2\"", "catalog": {"fields": {"h.*": "String"}}, "facts": {"h.x": "1", "h.y": ["2", "2"]}}"#,
            r#"{"rule": "t > 250ms && s < 1KB && f > 0.5 && o", "catalog": {"fields": {"t": "duration", "s": "size", "f": "float", "o": "bool"}}, "facts": {"t": "1s", "s": 12, "f": 1, "o": true}}"#,
            r#"{"rule": "n == 10.0.0.0/8 && any(l) == 2", "catalog": {"fields": {"n": "IpCidr", "l": "int[]"}}, "facts": {"n": "10.0.0.0/8", "l": [1, 2]}}"#,
        ],
        &expect![[r#"
            {"valid":true,"verdict":"match","diagnostics":[]}
            {"valid":true,"verdict":"match","diagnostics":[]}
            {"valid":true,"verdict":"match","diagnostics":[{"code":"T408","severity":"hint","message":"`h.x` may have several values, and every one must pass","span":{"start":0,"end":3},"labels":[],"notes":[],"fixes":[{"title":"one value is enough: `any(…)`","applicability":"suggestion","edits":[{"start":0,"end":0,"text":"any("},{"start":3,"end":3,"text":")"}]},{"title":"every value must pass: `all(…)`","applicability":"suggestion","edits":[{"start":0,"end":0,"text":"all("},{"start":3,"end":3,"text":")"}]}]},{"code":"T408","severity":"hint","message":"`h[\"y\"]` may have several values, and every one must pass","span":{"start":14,"end":20},"labels":[],"notes":[],"fixes":[{"title":"one value is enough: `any(…)`","applicability":"suggestion","edits":[{"start":14,"end":14,"text":"any("},{"start":20,"end":20,"text":")"}]},{"title":"every value must pass: `all(…)`","applicability":"suggestion","edits":[{"start":14,"end":14,"text":"all("},{"start":20,"end":20,"text":")"}]}]}]}
            {"valid":true,"verdict":"match","diagnostics":[]}
            {"valid":true,"verdict":"match","diagnostics":[]}
        "#]],
    );
}

#[test]
fn a_family_takes_one_further_segment() {
    let question = |rule: &str| format!(r#"{{"rule": "{rule}", "catalog": {{"fields": {{"h.*": "String"}}}}}}"#);
    let answers = tamis(&["batch"]).stdin([question("exists(h.x)"), question("exists(h.x.y)")].join("\n")).stdout();
    let valid: Vec<bool> = answers.lines().map(|answer| answer.starts_with(r#"{"valid":true"#)).collect();
    assert_eq!(valid, [true, false], "{answers}");
}

#[test]
fn the_key_of_a_wildcard_may_be_empty_in_the_editions_of_the_gateway() {
    for (edition, expected) in [("atc", "\"match\""), ("atc-strict", "\"match\""), ("tamis", "null")] {
        let line = format!(
            r#"{{"rule": "h. == \"a\"", "edition": "{edition}", "catalog": {{"fields": {{"h.*": "String"}}}}, "facts": {{"h.": "a"}}}}"#
        );
        let answer = tamis(&["batch"]).stdin(line).stdout();
        assert!(answer.contains(&format!("\"verdict\":{expected}")), "{edition}: {answer}");
    }
}

#[test]
fn an_edition_decides_how_a_mix_is_read() {
    let question = |edition: &str| {
        format!(
            r#"{{"rule": "a == 1 || b == 1 && c == 1", "edition": "{edition}", "catalog": {{"fields": {{"a": "Int", "b": "Int", "c": "Int"}}}}, "facts": {{"a": 1, "b": 0, "c": 0}}}}"#
        )
    };
    let answers = tamis(&["batch"]).stdin([question("atc"), question("tamis")].join("\n")).stdout();
    let verdicts: Vec<&str> = answers.lines().filter_map(|answer| answer.get(..35)).collect();
    assert_eq!(verdicts, [r#"{"valid":true,"verdict":"no match","#, r#"{"valid":false,"verdict":null,"diag"#]);
}

#[test]
fn a_line_that_is_no_question_is_an_error_and_the_run_goes_on() {
    check(
        &[
            "nonsense",
            "",
            "{}",
            r#"{"rule": 5}"#,
            r#"{"rule": "true", "facts": [1]}"#,
            r#"{"rule": "true", "edition": "rego"}"#,
            r#"{"rule": "true", "catalog": "nginx"}"#,
            r#"{"rule": "true", "catalog": 5}"#,
            r#"{"rule": "true", "catalog": {"fields": {"a": "number"}}}"#,
            r#"{"rule": "true""#,
            r#"{"rule": "true", "facts": {}}"#,
        ],
        &expect![[r#"
            {"error":"line 1, column 2: expected ident"}
            {"error":"line 2: the line is empty"}
            {"error":"line 3, column 2: missing field `rule`"}
            {"error":"line 4, column 10: invalid type: integer `5`, expected a string"}
            {"error":"line 5: `facts` is not an object"}
            {"error":"line 6: `rego` is not an edition; the editions are `tamis`, `atc`, `atc-strict`"}
            {"error":"line 7: there is no catalog `nginx`; the catalogs are kong, kong-sampler, kong-router, otel"}
            {"error":"line 8: `catalog` is neither a name nor {\"fields\": {NAME: TYPE}}"}
            {"error":"line 9: `number` is not a type; the types are bool, int, float, string, ip, network, duration, size"}
            {"error":"line 10, column 15: EOF while parsing an object"}
            {"valid":true,"verdict":"match","diagnostics":[]}
        "#]],
    );
    tamis(&["batch"]).stdin(b"{\"rule\": \"\xff\"}\n{\"rule\": \"true\", \"facts\": {}}").check(&expect![[r#"
        {"error":"line 1, byte 11: the line is not UTF-8"}
        {"valid":true,"verdict":"match","diagnostics":[]}
    "#]]);
}

#[test]
fn facts_that_do_not_fit_are_problems() {
    check(
        &[
            r#"{"rule": "a == 1 || b == 2", "catalog": {"fields": {"a": "int", "b": "int"}}, "facts": {"a": "x", "b": "2", "c": 3, "d": {"e": 1}}}"#,
        ],
        &expect![[r#"
            {"valid":true,"verdict":"match","diagnostics":[],"problems":["`d`: expected a bool, a number or a string, found an object","`a`: expected text that says an int, found `\"x\"`","`b`: `\"2\"` is taken as an int","`c`: the catalog has no such field"]}
        "#]],
    );
}

#[test]
fn several_rules_have_a_verdict_each() {
    check(
        &[
            r#"{"rule": "rule a = true\nrule b = false", "facts": {}}"#,
            r#"{"rule": "rule a = true\nrule b = x", "facts": {}}"#,
            r#"{"rule": "let l = [1]\nrule a = 1 in l", "facts": {}}"#,
        ],
        &expect![[r#"
            {"valid":true,"verdict":null,"verdicts":[{"rule":"a","verdict":"match"},{"rule":"b","verdict":"no match"}],"diagnostics":[]}
            {"valid":false,"verdict":null,"diagnostics":[{"code":"T301","severity":"error","message":"`x` is not a known field","span":{"start":23,"end":24},"labels":[],"notes":["a text stands in quotes: `\"x\"`"],"fixes":[]}]}
            {"valid":true,"verdict":"match","diagnostics":[{"code":"T410","severity":"warning","message":"`1 in l` has no field, so it is the same for every request","span":{"start":21,"end":27},"labels":[],"notes":[],"fixes":[]}]}
        "#]],
    );
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
        .arg("batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for rule in ["true", "false", "true"] {
        writeln!(questions, r#"{{"rule": "{rule}", "facts": {{}}}}"#).unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        let verdict = if rule == "true" { r#""verdict":"match""# } else { r#""verdict":"no match""# };
        assert!(answer.contains(verdict), "{answer}");
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}

#[test]
fn many_lines_are_answered_in_order() {
    let question = |n: usize| {
        format!(r#"{{"rule": "a == {n}", "catalog": {{"fields": {{"a": "int"}}}}, "facts": {{"a": {}}}}}"#, n % 7)
    };
    let questions: Vec<String> = (0..5_000).map(question).collect();
    let answers = tamis(&["batch"]).stdin(questions.join("\n")).stdout();
    let matches: Vec<usize> = answers
        .lines()
        .enumerate()
        .filter(|(_, answer)| answer.contains(r#""verdict":"match""#))
        .map(|(n, _)| n)
        .collect();
    assert_eq!(answers.lines().count(), questions.len());
    assert_eq!(matches, [0, 1, 2, 3, 4, 5, 6]);
}
