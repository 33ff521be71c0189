//! The recordings of the corpus are read whole, and every fact in them finds its field.

#![cfg(test)]

use std::collections::BTreeSet;

use tamis_lang::catalog::{Catalog, Resolution};
use tamis_lang::value::Constant;
use tamis_traffic::{FactSet, Format, Recording, Request, read};

const README: &str = include_str!("../../../corpus/traffic/README.md");
const GATEWAY: &[u8] = include_bytes!("../../../corpus/traffic/gateway.otlp.json");
const CURL: &[u8] = include_bytes!("../../../corpus/traffic/curl.har");
const BROWSER: &[u8] = include_bytes!("../../../corpus/traffic/browser.har");

/// What the page of the recording says in the last column of the row that starts so.
#[track_caller]
fn said(start: &str) -> usize {
    let row = README.lines().find(|line| line.starts_with(start)).unwrap();
    row.trim_end_matches(" |").rsplit(' ').next().unwrap().parse().unwrap()
}

/// Reads a recording without any problem.
#[track_caller]
fn whole(bytes: &[u8], format: Format) -> Recording {
    let recording = read(bytes, Format::Auto);
    assert_eq!(recording.format, format);
    assert_eq!(recording.problems, []);
    recording
}

/// The values of a field of a request, typed by the catalog `kong`.
fn values(request: &Request, catalog: &Catalog, name: &str) -> Vec<Constant> {
    let Resolution::Field { id, key, .. } = catalog.resolve(name, None) else { panic!("{name}") };
    let (facts, _) = FactSet::bind(&request.facts, catalog);
    facts.values(id, key.as_deref()).to_vec()
}

fn kong() -> Catalog {
    Catalog::shipped("kong").unwrap()
}

#[test]
fn every_request_is_read() {
    for (file, bytes, format) in [
        ("| `gateway.otlp.json` |", GATEWAY, Format::Otlp),
        ("| `curl.har` |", CURL, Format::Har),
        ("| `browser.har` |", BROWSER, Format::Har),
    ] {
        assert_eq!(whole(bytes, format).requests.len(), said(file), "{file}");
    }
}

#[test]
fn every_fact_finds_its_field() {
    let catalog = kong();
    for (bytes, format) in [(GATEWAY, Format::Otlp), (CURL, Format::Har), (BROWSER, Format::Har)] {
        for request in whole(bytes, format).requests {
            let (facts, problems) = FactSet::bind(&request.facts, &catalog);
            assert_eq!(problems, [], "{}", request.label());
            assert!(facts.len() > 10, "{}", request.label());
            assert!(request.time.is_some(), "{}", request.label());
        }
    }
}

#[test]
fn the_page_counts_the_statuses() {
    let catalog = kong();
    let recording = whole(GATEWAY, Format::Otlp);
    for status in [200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 405, 413, 429, 499, 500, 502, 503, 504] {
        let has =
            |request: &&Request| values(request, &catalog, "http.response.status_code") == [Constant::Int(status)];
        let n_requests = recording.requests.iter().filter(has).count();
        assert_eq!(n_requests, said(&format!("| {status} |")), "{status}");
        assert!(n_requests >= 5, "{status}");
    }
}

#[test]
fn an_attempt_that_failed_hides_behind_one_that_did_not() {
    let catalog = kong();
    let tries = [Constant::Int(1), Constant::Int(2)];
    let hidden = whole(GATEWAY, Format::Otlp).requests.into_iter().find(|request| {
        values(request, &catalog, "http.response.status_code") == [Constant::Int(200)]
            && values(request, &catalog, "try_count") == tries
    });
    assert!(hidden.is_some());
}

#[test]
fn two_requests_of_one_trace_are_two_requests() {
    let recording = whole(GATEWAY, Format::Otlp);
    let of_trace = |request: &&Request| request.trace_id.as_deref() == Some("4bf92f3577b34da6a3ce929d0e0e4736");
    let ids: BTreeSet<&str> = recording.requests.iter().filter(of_trace).map(|request| request.id.as_str()).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_client_that_left_has_no_answer() {
    let catalog = kong();
    let unanswered = whole(CURL, Format::Har)
        .requests
        .into_iter()
        .filter(|request| values(request, &catalog, "http.response.status_code").is_empty())
        .count();
    assert!(unanswered >= 5);
}

#[test]
fn no_key_is_in_a_recording() {
    for bytes in [GATEWAY, CURL, BROWSER] {
        let recording = read(bytes, Format::Auto);
        for name in ["x-api-key", "authorization", "cookie"] {
            let name = format!("http.request.header.{name}");
            let shown = recording.requests.iter().flat_map(|request| request.facts.get(&name));
            assert!(shown.clone().all(|value| value.as_text() == Some("*")), "{name}");
        }
    }
}
