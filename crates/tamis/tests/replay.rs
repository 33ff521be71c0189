//! Dry runs over recorded requests.
#![cfg(test)]

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use tamis::traffic::{Decided, Format, Observed, Prediction, ReplayOptions, read, replay};
use tamis::{Catalog, Options, analyze, compile_phased};

const SECOND: i64 = 1_000_000_000;

/// Requests, one a second, that each take half a second; every fourth one fails.
fn traffic(n: i64) -> Vec<Observed> {
    let kong = Catalog::shipped("kong").expect("a shipped catalog");
    let request = |i: i64| {
        let method = if i % 2 == 0 { "GET" } else { "POST" };
        let status = if i % 4 == 3 { 503 } else { 200 };
        let line = format!(r#"{{"http.request.method": "{method}", "http.response.status_code": {status}}}"#);
        let mut request = read(line.as_bytes(), Format::Facts).requests.remove(0);
        (request.time, request.duration) = (Some(i * SECOND), Some(SECOND / 2));
        request.trace_id = Some(format!("{:032x}", i << 53));
        Observed::of(&request, &kong).0
    };
    (0..n).map(request).collect()
}

#[track_caller]
fn check(rule: &str, requests: &[Observed], options: &ReplayOptions, expected: &Expect) {
    let kong = Catalog::shipped("kong").expect("a shipped catalog");
    let analysis = analyze(rule, &kong, &Options::default());
    let program = compile_phased(analysis.rules()[0].checked().expect("a valid rule"));
    let Prediction { requests, matches, total, phases, conditions, duration, full, slices } =
        replay(&program, requests, options);
    let mut out = format!("{matches} of {requests}, for {total:?}, {conditions} conditions\n");
    for Decided { phase, dropped, kept, open } in phases {
        writeln!(out, "{phase}: {dropped} dropped, {kept} kept, {open} open").expect("a string grows");
    }
    let seconds = |n: i64| format!("{}ms", n / 1_000_000);
    let full = full.map(|full| seconds(full.after) + if full.is_projected { " projected" } else { "" });
    writeln!(out, "{:?}, full after {full:?}, {slices:?}", duration.map(seconds)).expect("a string grows");
    expected.assert_eq(&out);
}

#[test]
fn an_early_condition_drops_early() {
    let options = ReplayOptions { cap: 2, slices: 4 };
    let rule = r#"http.response.status_code == 503 && http.request.method == "POST""#;
    check(
        rule,
        &traffic(16),
        &options,
        &expect![[r#"
        4 of 16, for Some(4.0), 24 conditions
        request_headers: 8 dropped, 0 kept, 8 open
        response_headers: 4 dropped, 4 kept, 0 open
        Some("15500ms"), full after Some("7500ms"), [1, 1, 1, 1]
    "#]],
    );
    check(
        "http.response.status_code == 503",
        &traffic(16),
        &options,
        &expect![[r#"
        4 of 16, for Some(4.0), 16 conditions
        response_headers: 12 dropped, 4 kept, 0 open
        Some("15500ms"), full after Some("7500ms"), [1, 1, 1, 1]
    "#]],
    );
}

#[test]
fn a_cap_beyond_the_recording_is_projected() {
    let options = ReplayOptions { cap: 100, slices: 2 };
    check(
        "http.response.status_code == 503",
        &traffic(16),
        &options,
        &expect![[r#"
        4 of 16, for Some(4.0), 16 conditions
        response_headers: 12 dropped, 4 kept, 0 open
        Some("15500ms"), full after Some("387500ms projected"), [2, 2]
    "#]],
    );
    check(
        "http.response.status_code == 418",
        &traffic(16),
        &options,
        &expect![[r#"
        0 of 16, for Some(0.0), 16 conditions
        response_headers: 16 dropped, 0 kept, 0 open
        Some("15500ms"), full after None, [0, 0]
    "#]],
    );
}

#[test]
fn what_is_kept_of_a_share_stands_for_the_rest() {
    let options = ReplayOptions { cap: 1, slices: 1 };
    check(
        "http.response.status_code == 503 || sample(25%)",
        &traffic(8),
        &options,
        &expect![[r#"
        3 of 8, for Some(6.0), 8 conditions
        request_headers: 0 dropped, 2 kept, 6 open
        response_headers: 5 dropped, 1 kept, 0 open
        Some("7500ms"), full after Some("3500ms"), [3]
    "#]],
    );
    check(
        "sample(75%, by: http.request.method)",
        &traffic(8),
        &options,
        &expect![[r#"
        8 of 8, for None, 8 conditions
        request_headers: 0 dropped, 8 kept, 0 open
        Some("7500ms"), full after Some("500ms"), [8]
    "#]],
    );
}

#[test]
fn without_times_nothing_is_said_about_time() {
    let requests: Vec<Observed> =
        traffic(4).into_iter().map(|request| Observed { start: None, end: None, ..request }).collect();
    check(
        "http.response.status_code == 503",
        &requests,
        &ReplayOptions::default(),
        &expect![[r#"
        1 of 4, for Some(1.0), 4 conditions
        response_headers: 3 dropped, 1 kept, 0 open
        None, full after None, []
    "#]],
    );
    check(
        "true",
        &[],
        &ReplayOptions::default(),
        &expect![[r#"
        0 of 0, for Some(0.0), 0 conditions
        None, full after None, []
    "#]],
    );
}
