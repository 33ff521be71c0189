//! `tamis check`

use expect_test::{Expect, expect, expect_file};
use serde_json::Value;

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["check"], words].concat();
    tamis(&words).check(expected);
}

#[test]
fn a_rule_without_a_mistake_is_fine() {
    check(
        &["-e", "http.response.status_code == 503"],
        &expect![[r#"
        1 rule checked: nothing to complain about
    "#]],
    );
}

#[test]
fn every_mistake_is_drawn_in_one_pass() {
    check(
        &["-e", "http.respose.status_code == 503 && client.address == \"10.0.0.1\""],
        &expect![[r#"
        error[T301]: `http.respose.status_code` is not a known field; did you mean `http.response.status_code`?
          ╭─[ rule:1:1 ]
          │
        1 │ http.respose.status_code == 503 && client.address == "10.0.0.1"
          │ ━━━━━━━━━━━━━━━━━━━━━━━━
          │
          ├─ help: use `http.response.status_code`
        1 │ http.response.status_code == 503 && client.address == "10.0.0.1"
          │ ~~~~~~~~~~~~~~~~~~~~~~~~~
        ──╯

        error[T207]: `client.address` is an ip address, but `"10.0.0.1"` is a string; remove the quotes
          ╭─[ rule:1:54 ]
          │
        1 │ http.respose.status_code == 503 && client.address == "10.0.0.1"
          │                                                      ━━━━━━━━━━
          │
          ├─ fix: remove the quotes
        1 │ http.respose.status_code == 503 && client.address == 10.0.0.1
          │                                                      ~~~~~~~~
        ──╯

        1 rule checked: 2 errors
        --- exit 1
    "#]],
    );
}

#[test]
fn the_rules_of_a_file_are_counted() {
    let folder = Folder::new("the_rules_of_a_file_are_counted");
    folder
        .write(
            "a.tamis",
            "// Größe\nrule big = http.request.size > 1MB\nrule slow =\n\tproxy.kong.latency.total > \"1s\"\n",
        )
        .write("b.tamis", "rule get = http.request.method == \"GET\"\n");
    tamis(&["check", "."]).within(&folder).check(&expect![[r#"
        error[T207]: `proxy.kong.latency.total` is a duration, but `"1s"` is a string; remove the quotes
          ╭─[ a.tamis:4:29 ]
          │
        4 │     proxy.kong.latency.total > "1s"
          │                                ━━━━
          │
          ├─ fix: remove the quotes
        4 │     proxy.kong.latency.total > 1s
          │                                ~~
        ──╯

        3 rules in 2 texts checked: 1 error
        --- exit 1
    "#]]);
}

#[test]
fn a_dash_is_standard_input() {
    tamis(&["check", "-"]).stdin("url.path = \"/\"").check(&expect![[r#"
        error[T108]: `=` is not an operator; write `==`
          ╭─[ <stdin>:1:10 ]
          │
        1 │ url.path = "/"
          │          ━
          │
          ├─ fix: write `==`
        1 │ url.path == "/"
          │          ~~
        ──╯

        1 rule checked: 1 error
        --- exit 1
    "#]]);
}

#[test]
fn warnings_can_be_denied() {
    let rule = "proxy.kong.latency.total > 250";
    check(
        &["-e", rule],
        &expect![[r#"
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

            1 rule checked: 1 warning
        "#]],
    );
    assert_eq!(tamis(&["check", "-e", rule, "--deny", "warnings"]).output().status.code(), Some(1));
}

#[test]
fn hints_can_be_left_out() {
    let rule = "http.method == \"GET\"";
    check(
        &["-e", rule],
        &expect![[r#"
            hint[T306]: `http.method` is called `http.request.method` here
              ╭─[ rule:1:1 ]
              │
            1 │ http.method == "GET"
              │ ━━━━━━━━━━━
              │
              ├─ note: the name comes from Kong's router: also the name in older OpenTelemetry conventions
              ├─ fix: use `http.request.method`
            1 │ http.request.method == "GET"
              │ ~~~~~~~~~~~~~~~~~~~
            ──╯

            1 rule checked: 1 hint
        "#]],
    );
    check(
        &["-e", rule, "--no-hints"],
        &expect![[r#"
        1 rule checked: nothing to complain about
    "#]],
    );
    assert_eq!(tamis(&["check", "-e", rule, "--deny", "hints"]).output().status.code(), Some(1));
    assert_eq!(tamis(&["check", "-e", rule, "--deny", "hints", "--no-hints"]).output().status.code(), Some(0));
}

#[test]
fn a_file_that_cannot_be_read_stands_in_the_document_too() {
    let folder = Folder::new("a_file_that_cannot_be_read_stands_in_the_document_too");
    tamis(&["check", "gone.tamis", "-e", "true", "--format", "json"]).within(&folder).check(&expect![[r#"
        {
          "version": 1,
          "files": [
            {
              "file": "rule",
              "valid": true,
              "rules": [
                {
                  "name": null,
                  "span": {
                    "start": 0,
                    "end": 4
                  },
                  "valid": true
                }
              ],
              "diagnostics": []
            }
          ],
          "failures": [
            "cannot read `gone.tamis`: there is no such file"
          ],
          "summary": {
            "files": 1,
            "rules": 1,
            "errors": 0,
            "warnings": 0,
            "hints": 0
          }
        }
        --- standard error
        error: cannot read `gone.tamis`: there is no such file
        --- exit 2
    "#]]);
}

#[test]
fn sarif_has_the_shape_of_its_standard() {
    let folder = Folder::new("sarif_has_the_shape_of_its_standard");
    folder.write("größe 1.tamis", "rule a =\n  \"é\" == client.address\n");
    let words = ["check", "größe 1.tamis", "-e", "true = 1", "--format", "sarif"];
    let output = tamis(&words).within(&folder).output();
    assert_eq!(output.status.code(), Some(1));
    let mut log: Value = serde_json::from_slice(&output.stdout).unwrap();
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        // The page of the code, which has its own tests.
        rule.as_object_mut().unwrap().remove("help");
    }
    expect_file!["../data/check.sarif"].assert_eq(&format!("{log:#}\n"));
}

#[test]
fn another_catalog_knows_other_fields() {
    check(
        &["--catalog", "kong-router", "-e", "http.path ^= \"/\""],
        &expect![[r#"
        1 rule checked: nothing to complain about
    "#]],
    );
    let folder = Folder::new("another_catalog_knows_other_fields");
    folder.write("mine.json", include_str!("../data/mine.json"));
    let words = ["check", "--catalog", "mine.json", "-e", "queue.length > 10 && queue.lenght > 1"];
    tamis(&words).within(&folder).check(&expect![[r#"
        error[T301]: `queue.lenght` is not a known field; did you mean `queue.length`?
          ╭─[ rule:1:22 ]
          │
        1 │ queue.length > 10 && queue.lenght > 1
          │                      ━━━━━━━━━━━━
          │
          ├─ help: use `queue.length`
        1 │ queue.length > 10 && queue.length > 1
          │                      ~~~~~~~~~~~~
        ──╯

        1 rule checked: 1 error
        --- exit 1
    "#]]);
}

#[test]
fn both_readings_of_a_mix_are_drawn_over_the_text() {
    let rule = "tls.resumed || tls.established && url.path ^= \"/v1\" || url.path ^= \"/v2\"";
    tamis(&["check", "--edition", "atc", "-e", rule]).check(&expect![[r#"
        warning[T107]: `&&` and `||` are mixed without parentheses; `||` binds tighter here
          ╭─[ rule:1:1 ]
          │
        1 │ tls.resumed || tls.established && url.path ^= "/v1" || url.path ^= "/v2"
          │ ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
          │ ╰────────────────────────────╯ one group where `||` binds tighter, as in Kong's expressions
          │                                   ╰────────────────────────────────────╯ one group where `||` binds tighter, as in Kong's expressions
          │                ╰──────────────────────────────────╯ one group where `&&` binds tighter, as in C, CEL and SQL
          │
          ├─ fix: group as Kong's expressions do: `(tls.resumed || tls.established) && (url.path ^= "/v1" || url.path ^=
          │       "/v2")`
        1 │ (tls.resumed || tls.established) && (url.path ^= "/v1" || url.path ^= "/v2")
          │ +                              +    +                                      +
          ├─ help: group as C, CEL and SQL do: `tls.resumed || (tls.established && url.path ^= "/v1") || url.path ^= "/v2"`
        1 │ tls.resumed || (tls.established && url.path ^= "/v1") || url.path ^= "/v2"
          │                +                                    +
        ──╯

        1 rule checked: 1 warning
    "#]]);
}
