//! `tamis match`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

const TRAFFIC: &str = r#"{"http.request.method": "GET", "url.path": "/v1/orders", "http.response.status_code": 200}
{"http.request.method": "POST", "url.path": "/v1/orders", "http.response.status_code": 503}
{"http.request.method": "GET", "url.path": "/größe/日本", "http.response.status_code": 404}
"#;

/// A HAR with two requests on one day.
const HAR: &str = r#"{"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [
  {"startedDateTime": "2026-08-21T09:05:01.250Z", "time": 12.5, "cache": {}, "timings": {"send": 0, "wait": 12, "receive": 0.5},
   "request": {"method": "GET", "url": "http://127.0.0.1/a?b=1", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
   "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": 0}},
  {"startedDateTime": "2026-08-21T09:05:02.5Z", "time": 2400, "cache": {}, "timings": {"send": 0, "wait": 2400, "receive": 0},
   "request": {"method": "DELETE", "url": "http://127.0.0.1/a/b", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
   "response": {"status": 500, "statusText": "", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": 0}}
]}}"#;

/// Runs in a folder with recordings and rules.
#[track_caller]
fn check(test: &str, words: &[&str], expected: &Expect) {
    let folder = Folder::new(&format!("matching_{test}"));
    folder
        .write("traffic.jsonl", TRAFFIC)
        .write("day.har", HAR)
        .write("broken.har", "{\"log\": {")
        .write("holes.jsonl", "{\"url.path\": \"/a\"}\n{\"url.path\": }\n[]\n{\"http.response.status_code\": \"x\"}\n")
        .write("empty.jsonl", "")
        .write(
            "rules.tamis",
            "rule failed = http.response.status_code >= 500\nrule gone = http.response.status_code == 404\n",
        );
    let words: Vec<&str> = [&["match"], words].concat();
    tamis(&words).within(&folder).check(expected);
}

#[test]
fn matching_requests_are_a_table() {
    check(
        "table",
        &["http.response.status_code >= 400", "traffic.jsonl"],
        &expect![[r#"
        METHOD  PATH         STATUS
        POST    /v1/orders      503
        GET     /größe/日本     404

        2 of 3 requests match
    "#]],
    );
    check(
        "table",
        &["http.response.status_code >= 500", "traffic.jsonl"],
        &expect![[r#"
        METHOD  PATH        STATUS
        POST    /v1/orders     503

        1 of 3 requests matches
    "#]],
    );
    check(
        "table",
        &["http.response.status_code == 204", "traffic.jsonl"],
        &expect![[r#"
        0 of 3 requests match
    "#]],
    );
}

#[test]
fn a_recording_with_times_shows_them() {
    check(
        "times",
        &["http.response.status_code >= 200", "day.har"],
        &expect![[r#"
        TIME          METHOD  PATH  STATUS  DURATION
        09:05:01.250  GET     /a       200    12.5ms
        09:05:02.500  DELETE  /a/b     500     2.40s

        2 of 2 requests match
    "#]],
    );
}

#[test]
fn rules_of_a_file_have_names_and_counts() {
    check(
        "rules",
        &["--rules", "rules.tamis", "traffic.jsonl"],
        &expect![[r#"
        METHOD  PATH         STATUS  RULES
        POST    /v1/orders      503  failed
        GET     /größe/日本     404  gone

        2 of 3 requests match
          1  failed
          1  gone
    "#]],
    );
    check(
        "rules",
        &["--rules", "rules.tamis", "--count", "traffic.jsonl"],
        &expect![[r#"
        1  failed
        1  gone
    "#]],
    );
}

#[test]
fn several_recordings_are_told_apart() {
    check(
        "several",
        &["http.response.status_code >= 500", "traffic.jsonl", "day.har"],
        &expect![[r#"
        TIME          METHOD  PATH        STATUS  DURATION  FILE
                      POST    /v1/orders     503            traffic.jsonl
        09:05:02.500  DELETE  /a/b           500     2.40s  day.har

        2 of 5 requests match
    "#]],
    );
}

#[test]
fn json_is_one_object_a_line() {
    check(
        "json",
        &["--format", "json", "http.response.status_code >= 500", "day.har"],
        &expect![[r#"
        {"version":1,"file":"day.har","id":"entry 2","time":"2026-08-21T09:05:02.500000000Z","method":"DELETE","path":"/a/b","status":500,"duration_ns":2400000000,"trace_id":null,"rules":[]}
    "#]],
    );
    check(
        "json",
        &["--format", "json", "--count", "--rules", "rules.tamis", "day.har"],
        &expect![[r#"
        {"version":1,"requests":2,"matches":1,"rules":[{"rule":"failed","matches":1},{"rule":"gone","matches":0}]}
    "#]],
    );
}

#[test]
fn a_count_is_a_number() {
    check(
        "count",
        &["--count", "http.request.method == \"GET\"", "traffic.jsonl"],
        &expect![[r#"
        2
    "#]],
    );
}

#[test]
fn a_dash_is_standard_input() {
    tamis(&["match", "http.response.status_code == 404", "-"]).stdin(TRAFFIC).check(&expect![[r#"
        METHOD  PATH         STATUS
        GET     /größe/日本     404

        1 of 3 requests matches
    "#]]);
}

#[test]
fn a_field_that_no_request_has_is_named() {
    check(
        "absent",
        &["tls.resumed && url.path ^= \"/\"", "traffic.jsonl"],
        &expect![[r#"
        0 of 3 requests match
        --- standard error
        warning: none of the 3 requests has `tls.resumed`
    "#]],
    );
}

#[test]
fn a_recording_that_is_broken_as_a_whole_is_one_line() {
    check(
        "broken",
        &["url.path ^= \"/\"", "broken.har"],
        &expect![[r#"
        --- standard error
        error: `broken.har` is no recording (har): line 1, column 9: this is not JSON: EOF while parsing an object
        --- exit 2
    "#]],
    );
    check(
        "broken",
        &["--count", "url.path ^= \"/\"", "broken.har", "traffic.jsonl"],
        &expect![[r#"
        3
        --- standard error
        error: `broken.har` is no recording (har): line 1, column 9: this is not JSON: EOF while parsing an object
        --- exit 2
    "#]],
    );
}

#[test]
fn problems_of_a_recording_are_summed_up() {
    check(
        "problems",
        &["url.path ^= \"/\"", "holes.jsonl"],
        &expect![[r#"
        PATH
        /a

        1 of 2 requests matches
        --- standard error
        warning: `holes.jsonl`: 2 records could not be read; the first: line 2, column 14: this is not JSON: expected value
        warning: `holes.jsonl`: 1 fact did not fit its field; the first: line 4: `http.response.status_code`: expected text that says an int, found `"x"`
    "#]],
    );
    check(
        "problems",
        &["--problems", "url.path ^= \"/\"", "holes.jsonl"],
        &expect![[r#"
        PATH
        /a

        1 of 2 requests matches
        --- standard error
        warning: `holes.jsonl`: line 2, column 14: this is not JSON: expected value
        warning: `holes.jsonl`: line 3: expected an object of facts, found an array
        warning: `holes.jsonl`: line 4: `http.response.status_code`: expected text that says an int, found `"x"`
    "#]],
    );
    check(
        "problems",
        &["url.path ^= \"/\"", "empty.jsonl"],
        &expect![[r#"
        0 of 0 requests match
        --- standard error
        warning: `empty.jsonl` holds no request
    "#]],
    );
}

#[test]
fn a_wrong_rule_runs_on_nothing() {
    check(
        "wrong",
        &["http.response.status_code = 503", "traffic.jsonl"],
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
fn warnings_are_shown_and_hints_on_demand() {
    check(
        "warnings",
        &["--count", "proxy.kong.latency.total > 250", "traffic.jsonl"],
        &expect![[r#"
            0
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

            warning: none of the 3 requests has `proxy.kong.latency.total`
        "#]],
    );
    let rule = "http.method == \"GET\"";
    check(
        "warnings",
        &["--count", rule, "traffic.jsonl"],
        &expect![[r#"
            2
        "#]],
    );
    check(
        "warnings",
        &["--count", "--hints", rule, "traffic.jsonl"],
        &expect![[r#"
            2
            --- standard error
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

        "#]],
    );
}

#[test]
fn a_format_can_be_said() {
    check(
        "format",
        &["--count", "--input", "har", "true", "traffic.jsonl"],
        &expect![[r#"
        --- standard error
        error: `traffic.jsonl` is no recording (har): line 2, column 1: this is not JSON: trailing characters
        --- exit 2
    "#]],
    );
    check(
        "format",
        &["--input", "csv", "true", "traffic.jsonl"],
        &expect![[r#"
        --- standard error
        error: --input `csv`: not a format of recordings; expected `auto`, `otlp`, `har` or `facts`; see `tamis match --help`
        --- exit 2
    "#]],
    );
}
