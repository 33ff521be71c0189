//! `tamis eval`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(rule: &str, facts: &str, expected: &Expect) {
    tamis(&["eval", "-e", rule, "--facts", facts]).check(expected);
}

const STATUS: &str = "http.response.status_code >= 500";

#[test]
fn a_verdict_is_one_line() {
    check(
        STATUS,
        r#"{"http.response.status_code": 503}"#,
        &expect![[r#"
        match
    "#]],
    );
    check(
        STATUS,
        r#"{"http.response.status_code": 200}"#,
        &expect![[r#"
        no match
    "#]],
    );
    check(
        STATUS,
        "{}",
        &expect![[r#"
        no match
    "#]],
    );
}

#[test]
fn several_values_are_kept_for_every_field() {
    check(
        STATUS,
        r#"{"http.response.status_code": [503, 200]}"#,
        &expect![[r#"
        no match
    "#]],
    );
    check(
        STATUS,
        r#"{"http.response.status_code": [503, 504]}"#,
        &expect![[r#"
        match
    "#]],
    );
}

#[test]
fn facts_come_from_a_file_or_from_standard_input() {
    let folder = Folder::new("facts_come_from_a_file_or_from_standard_input");
    folder.write("facts.json", r#"{"http.response.status_code": 503}"#);
    tamis(&["eval", "-e", STATUS, "--facts", "@facts.json"]).within(&folder).check(&expect![[r#"
        match
    "#]]);
    tamis(&["eval", "-e", STATUS, "--facts", "-"]).stdin("{}").check(&expect![[r#"
        no match
    "#]]);
}

#[test]
fn facts_that_do_not_fit_are_warnings() {
    check(
        STATUS,
        r#"{"http.response.status_code": "5xx", "http.status": 1, "url.path": null}"#,
        &expect![[r#"
        no match
        --- standard error
        warning: `http.response.status_code`: expected text that says an int, found `"5xx"`
        warning: `http.status`: the catalog has no such field
    "#]],
    );
}

#[test]
fn a_file_of_rules_has_a_verdict_for_each() {
    let folder = Folder::new("a_file_of_rules_has_a_verdict_for_each");
    folder
        .write("r.tamis", "rule a = http.response.status_code == 503\nrule b = !(http.response.status_code == 503)\n");
    let words = ["eval", "--rules", "r.tamis", "--facts", r#"{"http.response.status_code": 503}"#];
    tamis(&words).within(&folder).check(&expect![[r#"
        a: match
        b: no match
    "#]]);
    tamis(&[&words[..], &["--format", "json"]].concat()).within(&folder).check(&expect![[r#"
        {"version":1,"verdicts":[{"rule":"a","verdict":"match"},{"rule":"b","verdict":"no match"}],"problems":[]}
    "#]]);
}

#[test]
fn a_rule_with_an_error_has_no_verdict() {
    check(
        "http.response.status_code = 503",
        "{}",
        &expect![[r#"
            --- standard error
            error[T108]: `=` is not an operator; write `==`
              ╭─[ rule:1:27 ]
              │
            1 │ http.response.status_code = 503
              │                           ━
              │
              ├─ fix: write `==`
            1 │ http.response.status_code == 503
              │                           ~~
            ──╯

            error: `rule` cannot run, for 1 error
            --- exit 1
        "#]],
    );
}

#[test]
fn warnings_of_the_rule_go_to_standard_error() {
    check(
        "proxy.kong.latency.total > 250",
        r#"{"proxy.kong.latency.total": 300}"#,
        &expect![[r#"
            match
            --- standard error
            warning[T208]: `proxy.kong.latency.total` is a duration, so `250` counts as `ms`; write the unit
              ╭─[ rule:1:28 ]
              │
            1 │ proxy.kong.latency.total > 250
              │                            ━━━
              │
              ├─ fix: write `250ms`
            1 │ proxy.kong.latency.total > 250ms
              │                            ~~~~~
            ──╯

        "#]],
    );
}
