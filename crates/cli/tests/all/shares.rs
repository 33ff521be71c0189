//! A share by the trace is the same share in every command.

use std::collections::HashSet;

use crate::runner::tamis;

/// A recording of requests with traces.
const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/traffic/gateway.otlp.json");

/// The requests of which `tamis match` with these words says that they match.
fn matches(words: &[&str]) -> HashSet<String> {
    let shown = tamis(&[&["match", "--format", "json"], words].concat()).stdout();
    let ids = shown.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        // What is explained is every request; what is listed matches.
        let explained = line["rules"][0]["verdict"].as_str();
        (explained.unwrap_or("match") == "match").then(|| line["id"].as_str().unwrap().to_owned())
    });
    ids.collect()
}

#[test]
fn explained_requests_are_in_the_share_that_captures_them() {
    let listed = matches(&["sample(50%)", RECORDING]);
    assert!((100..300).contains(&listed.len()), "{}", listed.len());
    assert_eq!(matches(&["--why", "sample(50%)", RECORDING]), listed);
}

#[test]
fn a_wider_share_flips_what_it_captures_in_addition() {
    let (old, new) = (matches(&["sample(50%)", RECORDING]), matches(&["sample(60%)", RECORDING]));
    assert!(old.is_subset(&new));
    let shown = tamis(&["diff", "-e", "sample(50%)", "sample(60%)", "--traffic", RECORDING]).transcript();
    let flips = format!("\n{} verdicts of 426 recorded requests flip\n", new.difference(&old).count());
    assert!(shown.contains(&flips), "{flips:?} is not in {shown}");
}

#[test]
fn a_reason_is_that_of_the_verdict() {
    let traced = r#"{"http.request.header.traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"#;
    let cases = [
        ("sample(30%)", traced, None, "match"),
        ("sample(10%)", traced, None, "no match"),
        ("sample(10%)", traced, Some("ffffffffffffff"), "match"),
        ("sample(90%)", "{}", None, "no match"),
    ];
    for (rule, facts, randomness, verdict) in cases {
        let mut words = vec!["", "-e", rule, "--facts", facts];
        words.extend(randomness.into_iter().flat_map(|it| ["--randomness", it]));
        for command in ["eval", "why"] {
            words[0] = command;
            let shown = tamis(&words).stdout();
            let first = shown.lines().next().unwrap();
            assert_eq!(first.split(',').next(), Some(verdict), "{words:?}");
        }
    }
}
