//! `tamis replay`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

/// Ten requests, one a second; every other one fails, and only those have a trace.
fn traffic() -> String {
    let entry = |n: u32| {
        let (status, headers) = if n % 2 == 1 {
            let trace = format!("00-{:032x}-00f067aa0ba902b7-01", u128::from(n) << 52);
            (503, format!(r#"{{"name":"traceparent","value":"{trace}"}}"#))
        } else {
            (200, String::new())
        };
        format!(
            r#"{{"startedDateTime":"2026-11-22T10:00:{n:02}Z","time":500,"request":{{"method":"GET","url":"http://a.example/","httpVersion":"HTTP/1.1","headers":[{headers}]}},"response":{{"status":{status},"httpVersion":"HTTP/1.1","headers":[]}}}}"#
        )
    };
    let entries: Vec<String> = (0..10).map(entry).collect();
    format!(r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#, entries.join(","))
}

#[track_caller]
fn check(test: &str, words: &[&str], expected: &Expect) {
    let folder = Folder::new(test);
    folder.write("t.har", traffic()).write("rules.tamis", "rule a = true\nrule b = http.response.status_code == 418\n");
    tamis(&[&["replay"], words].concat()).within(&folder).check(expected);
}

#[test]
fn matches_are_shown_over_time() {
    let words = ["--cap", "3", "http.response.status_code == 503", "t.har"];
    check(
        "matches_are_shown_over_time",
        &words,
        &expect![[r#"
        5 of 10 requests match (50.0%), 0.53 a second
        the cap of 3 traces is reached after 5.50s
        1.0 conditions asked of a request

        PHASE             DROPPED   KEPT
        response_headers    50.0%  50.0%

                 █            █           █            █           █
        matches over 9.50s, at most 1 in 158ms
    "#]],
    );
}

#[test]
fn a_cap_that_is_not_reached_is_projected() {
    check(
        "a_cap_that_is_not_reached_is_projected",
        &["http.response.status_code == 503", "t.har"],
        &expect![[r#"
        5 of 10 requests match (50.0%), 0.53 a second
        the cap of 100 traces is reached after about 3m10s, if traffic goes on like this
        1.0 conditions asked of a request

        PHASE             DROPPED   KEPT
        response_headers    50.0%  50.0%

                 █            █           █            █           █
        matches over 9.50s, at most 1 in 158ms
    "#]],
    );
}

#[test]
fn each_rule_is_a_session_of_its_own() {
    check(
        "each_rule_is_a_session_of_its_own",
        &["--rules", "rules.tamis", "t.har"],
        &expect![[r#"
            a
            10 of 10 requests match (100.0%), 1.05 a second
            the cap of 100 traces is reached after about 1m35s, if traffic goes on like this
            0.0 conditions asked of a request

            PHASE      KEPT
            connect  100.0%

               █     █     █      █     █     █      █     █     █     █
            matches over 9.50s, at most 1 in 158ms

            b
            0 of 10 requests match (0.0%)
            1.0 conditions asked of a request

            PHASE             DROPPED
            response_headers   100.0%
        "#]],
    );
}

#[test]
fn requests_without_a_trace_are_told() {
    check(
        "requests_without_a_trace_are_told",
        &["sample(95%)", "t.har"],
        &expect![[r#"
        5 of 10 requests match (50.0%), 0.53 a second
        the cap of 100 traces is reached after about 3m10s, if traffic goes on like this
        0.0 conditions asked of a request

        PHASE            DROPPED   KEPT
        request_headers    50.0%  50.0%

                 █            █           █            █           █
        matches over 9.50s, at most 1 in 158ms
        --- standard error
        warning: 5 requests without a trace id: in no share but `sample(100%)`
    "#]],
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    check(
        "what_cannot_be_read_is_told",
        &["true"],
        &expect![[r#"
        --- standard error
        error: a recording is missing: give a FILE after the rule, or `-` for standard input
        --- exit 2
    "#]],
    );
    check(
        "what_cannot_be_read_is_told",
        &["true", "no.har"],
        &expect![[r#"
        --- standard error
        error: cannot read `no.har`: there is no such file
        --- exit 2
    "#]],
    );
    check(
        "what_cannot_be_read_is_told",
        &["true", "rules.tamis"],
        &expect![[r#"
        --- standard error
        error: `rules.tamis` is no recording (facts): line 1, column 1: this is not JSON: expected value
        --- exit 2
    "#]],
    );
}
