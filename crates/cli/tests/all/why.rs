//! `tamis why` and `tamis match --why`

use expect_test::{Expect, expect};

use crate::runner::tamis;

#[track_caller]
fn check(rule: &str, facts: &str, expected: &Expect) {
    tamis(&["why", "-e", rule, "--facts", facts]).check(expected);
}

#[test]
fn what_decided_is_marked_and_the_smallest_change_is_told() {
    check(
        "http.response.status_code == 503 && proxy.kong.latency.total > 250ms",
        r#"{"http.response.status_code": 502, "proxy.kong.latency.total": 900}"#,
        &expect![[r#"
            no match

            ✗ all of
            ├─ ✗ http.response.status_code == 503   was 502  ← decides
            └─ ✓ proxy.kong.latency.total > 250ms   was 900ms

            to match, 1 field has to change:
              http.response.status_code  502 → 503
        "#]],
    );
    check(
        "http.response.status_code == 503 && proxy.kong.latency.total > 250ms",
        r#"{"http.response.status_code": 503, "proxy.kong.latency.total": 900}"#,
        &expect![[r#"
            match

            ✓ all of
            ├─ ✓ http.response.status_code == 503   was 503  ← decides
            └─ ✓ proxy.kong.latency.total > 250ms   was 900ms  ← decides

            not to match, 1 field has to change:
              proxy.kong.latency.total  900ms → 250ms
        "#]],
    );
}

#[test]
fn absence_several_values_and_missing_results_are_told() {
    check(
        "http.response.status_code != 200",
        "{}",
        &expect![[r#"
            no match

            ✗ http.response.status_code != 200   was absent, so it is false  ← decides

            to match, 1 field has to change:
              http.response.status_code  absent → 503
        "#]],
    );
    check(
        r#"!(http.request.header.accept == "a") && any(v in user.roles, v ^= "t")"#,
        r#"{"user.roles": ["x", "y"], "http.request.header.accept": ["a", "b", "c", "d", "e"]}"#,
        &expect![[r#"
            no match

            ✗ all of
            ├─ ✓ not
            │  └─ ✗ http.request.header.accept == "a"   was "a", "b", "c", "d" and 1 more
            └─ ✗ any(v in user.roles, v ^= "t")         was "x", "y"  ← decides

            to match, 1 field has to change:
              user.roles  "x", "y" → "t"
        "#]],
    );
    check(
        "http.response.status_code / (http.response.status_code - 503) > 1.0",
        r#"{"http.response.status_code": 503}"#,
        &expect![[r#"
            no match

            ✗ http.response.status_code / (http.response.status_code - 503) > 1.0   was 503, the expression had no result, so the comparison is false  ← decides

            to match, 1 field has to change:
              http.response.status_code  503 → 504
        "#]],
    );
}

#[test]
fn secret_values_are_never_shown() {
    for format in ["human", "json"] {
        let facts = r#"{"http.request.header.authorization": "Bearer topsecret"}"#;
        let rule = r#"http.request.header.authorization ^= "Basic" || lower(http.request.header.authorization) == "x""#;
        let shown = tamis(&["why", "--format", format, "-e", rule, "--facts", facts]).transcript();
        assert!(!shown.to_lowercase().contains("topsecret"), "{shown}");
        assert!(shown.contains("hidden"), "{shown}");
    }
}

#[test]
fn a_rule_that_says_the_same_of_every_request_has_no_change() {
    check(
        "true",
        "{}",
        &expect![[r#"
        match

        ✓ true   ← decides

        the rule matches every request
    "#]],
    );
    check(
        "url.port == 1 && url.port == 2",
        "{}",
        &expect![[r#"
            no match

            ✗ all of
            ├─ ✗ url.port == 1   was absent, so it is false  ← decides
            └─ ✗ url.port == 2   was absent, so it is false  ← decides

            the rule matches no request
            --- standard error
            warning[T421]: `url.port == 1` and `url.port == 2` are never true together
              ╭─[ rule:1:18 ]
              │
            1 │ url.port == 1 && url.port == 2
              │ ──────┬──────    ━━━━━━━━━━━━━
              │       ╰───────────────────────── it excludes this one
              │
              ├─ note: where one of them is enough, they are joined by `||`
              ├─ help: replace `&&` with `||`
            1 │ url.port == 1 || url.port == 2
              │               ~~
            ──╯

        "#]],
    );
}

#[test]
fn recorded_requests_are_explained_one_by_one() {
    tamis(&["match", "--why", "http.response.status_code == 503", "docs/examples/traffic.jsonl"]).check(&expect![[
        r#"
        --- standard error
        error: cannot read `docs/examples/traffic.jsonl`: there is no such file
        --- exit 2
    "#
    ]]);
}
