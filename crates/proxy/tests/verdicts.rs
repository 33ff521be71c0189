//! What the gateway decided of a request, the same rule says of its recording.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it fails the test"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use common::{Gateway, exchange, upstream};
use serde_json::Value as Json;
use tamis_gateway::MASK;
use tamis_lang::catalog::Catalog;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_traffic::{FactSet, Format, read};
use tamis_types::analysis::{CheckedRule, Options, analyze};
use tamis_vm::{Verdict, compile};

const CONFIG: &str = "
services:
- name: orders
  host: orders.upstream
  read_timeout: 400
  retries: 1
  plugins: [{name: key-auth}]
  routes:
  - {name: orders, paths: [/v1/orders], tags: [shop, eu], plugins: [{name: rate-limiting, config: {minute: 4}}]}
  - {name: checkout, paths: ['~/v1/checkout/[a-z]+'], methods: [POST], plugins: [{name: delay, config: {milliseconds: 60, every: 2}}]}
- name: open
  url: http://localhost:UPSTREAM/base
  routes:
  - {name: open, paths: [/open, /status, /slow, /die, /cut], strip_path: false, plugins: [{name: cors}]}
- name: gone
  url: http://127.0.0.1:9
  retries: 1
  routes: [{name: gone, paths: [/gone]}]
upstreams:
- name: orders.upstream
  targets: [{target: '127.0.0.1:UPSTREAM'}, {target: '127.0.0.1:9'}]
consumers: [{username: app, keyauth_credentials: [{key: good}]}]
";

/// Requests of every kind: line, headers, body.
const REQUESTS: &[(&str, &[u8], &str)] = &[
    (
        "GET /open/a.json?page=2&x=a+b%2Fc&x=2",
        b"accept: text/html\r\naccept: */*;q=0.1\r\nuser-agent: curl/8.5\r\n",
        "",
    ),
    ("GET /open?token=secret&card=4111111111111111", b"authorization: Bearer secret\r\ncookie: a=b\r\n", ""),
    ("POST /open/upload", b"content-type: application/json\r\n", "{\"query\": \"x\"}"),
    (
        "PUT /open/big?bytes=200000",
        b"x-tenant_id: acme\r\nx-tenant-id: other\r\n",
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
    ),
    ("GET /open/odd", b"x-odd: a\xff\xfeb\r\nreferer: http://u:p@shop.example/x?code=1\r\n", ""),
    ("GET /status/503", b"", ""),
    ("GET /status/404?a", b"origin: http://shop.example\r\n", ""),
    ("GET /status/301", b"x-request-id: 7\r\n", ""),
    ("OPTIONS /open", b"origin: http://shop.example\r\naccess-control-request-method: PUT\r\n", ""),
    (
        "GET /slow/120",
        b"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\ntracestate: a=1,ot=th:8\r\n",
        "",
    ),
    ("GET /die", b"", ""),
    ("POST /die", b"", "x"),
    ("GET /cut?bytes=50000", b"", ""),
    ("GET /gone/x", b"", ""),
    ("GET /v1/orders/7", b"", ""),
    ("GET /v1/orders/7", b"apikey: wrong\r\n", ""),
    ("GET /v1/orders/7?page=1", b"apikey: good\r\n", ""),
    ("GET /v1/orders/8", b"apikey: good\r\nhost: second.example\r\n", ""),
    ("GET /v1/orders/slow/600", b"apikey: good\r\n", ""),
    ("GET /v1/orders/status/500", b"apikey: good\r\n", ""),
    ("GET /v1/orders/9", b"apikey: good\r\n", ""),
    ("POST /v1/checkout/now", b"apikey: good\r\n", "{}"),
    ("POST /v1/checkout/now", b"apikey: good\r\n", "{}"),
    ("DELETE /nowhere?x=1", b"user-agent: Mozilla/5.0 (compatible; Googlebot/2.1)\r\n", ""),
];

/// Every rule of the corpus, and of the pages of the documentation, that the catalog takes, by its text.
fn rules(catalog: &Catalog) -> BTreeMap<String, CheckedRule> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = BTreeSet::new();
    let folders = ["corpus/verdicts", "corpus/diagnostics", "corpus/examples", "corpus/format", "docs"];
    for folder in folders {
        for file in std::fs::read_dir(root.join(folder)).unwrap().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            for line in text.lines() {
                let line = line.strip_prefix("rule = ").unwrap_or(line).trim();
                let quoted =
                    ["'''", "'", "\"\"\"", "\""].iter().find_map(|quote| line.strip_prefix(quote)?.strip_suffix(quote));
                texts.insert(quoted.unwrap_or(line).replace("\\\"", "\""));
            }
        }
    }
    let mut rules = BTreeMap::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let analysis = analyze(&text, catalog, &Options::default());
        let rule = analysis.rules().first().and_then(|rule| rule.checked()).cloned();
        let is_fine = analysis.diagnostics.iter().all(|found| !found.is_error());
        if let (Some(rule), 1, true) = (rule, analysis.rules().len(), is_fine) {
            rules.insert(text, rule);
        }
    }
    rules
}

/// Which sessions captured each trace.
fn decided(recording: &str) -> BTreeMap<String, BTreeSet<usize>> {
    let mut decided = BTreeMap::new();
    for line in recording.lines() {
        let document: Json = serde_json::from_str(line).unwrap();
        let scope = &document["resourceSpans"][0]["scopeSpans"][0];
        let trace = scope["spans"][0]["traceId"].as_str().unwrap().to_owned();
        let names = scope["scope"]["attributes"].as_array().unwrap();
        let names = &names.iter().find(|pair| pair["key"] == "tamis.session.name").unwrap()["value"];
        let one = [names.clone()];
        let list = names["arrayValue"]["values"].as_array().map_or(&one[..], Vec::as_slice);
        let numbers = list.iter().filter_map(|name| name["stringValue"].as_str()?.parse().ok());
        decided.insert(trace, numbers.collect());
    }
    decided
}

#[test]
fn every_rule_of_the_corpus_says_the_same_of_the_recording() {
    let catalog = Catalog::shipped("kong").unwrap();
    let rules = rules(&catalog);
    assert!(rules.len() > 150, "only {} rules were found", rules.len());
    let mut manifest = "sessions:\n- {name: all, max_samples: 100000}\n".to_owned();
    for (number, text) in rules.keys().enumerate() {
        let text = serde_json::to_string(text).unwrap();
        writeln!(manifest, "- {{name: '{number}', max_samples: 100000, sampling_rule: {text}}}").unwrap();
    }
    let config = CONFIG.replace("UPSTREAM", &upstream().to_string());
    let mut gateway = Gateway::start(&config, &manifest, &["--export", "FOLDER/captures.jsonl"]);
    for (line, headers, body) in REQUESTS {
        let host = if headers.windows(5).any(|five| five == b"host:") { "" } else { "host: api.example:8000\r\n" };
        let length = body.len();
        let head = format!("{line} HTTP/1.1\r\n{host}connection: close\r\ncontent-length: {length}\r\n");
        let request = [head.as_bytes(), headers, b"\r\n", body.as_bytes()].concat();
        exchange(&gateway.address, &request).unwrap();
    }
    gateway.end();
    let text = std::fs::read_to_string(gateway.folder.join("captures.jsonl")).unwrap();
    let (decided, recording) = (decided(&text), read(text.as_bytes(), Format::Otlp));
    assert_eq!(recording.requests.len(), REQUESTS.len(), "{}", gateway.complaints());
    assert!(recording.problems.is_empty(), "{:?}", recording.problems);

    let (mut n_matches, mut n_masked, mut wrong) = (0, 0, String::new());
    let mut matched = BTreeSet::new();
    let mut scratch = Scratch::default();
    for request in &recording.requests {
        let (facts, problems) = FactSet::bind(&request.facts, &catalog);
        let losses: Vec<_> = problems.iter().filter(|problem| problem.kind.is_loss()).collect();
        assert!(losses.is_empty(), "{losses:?}");
        let facts = facts.with_randomness(request.randomness().unwrap_or_default());
        let gateway_says = &decided[request.trace_id.as_ref().unwrap()];
        for (number, (text, rule)) in rules.iter().enumerate() {
            let program = compile(rule);
            let is_masked = program.fields().iter().any(|field| {
                let mut values = facts.values(field.id, field.key.as_deref()).iter();
                values.any(|value| matches!(value, Constant::String(text) if shows_mask(text)))
            });
            if is_masked {
                n_masked += 1;
                continue;
            }
            let recording_says = program.run(&facts, &mut scratch) == Verdict::Match;
            n_matches += usize::from(recording_says);
            if recording_says {
                matched.insert(number);
            }
            if recording_says != gateway_says.contains(&number) {
                let (method, path) = (request.method.as_deref().unwrap_or(""), request.path.as_deref().unwrap_or(""));
                writeln!(wrong, "{method} {path}: recording {recording_says}, gateway not: {text}").unwrap();
            }
        }
    }
    assert_eq!(wrong, "");
    let n_pairs = rules.len() * REQUESTS.len();
    println!(
        "{} rules, {n_pairs} verdicts, {n_matches} matches of {} rules, {n_masked} masked",
        rules.len(),
        matched.len()
    );
    assert!(matched.len() > 60 && n_masked * 20 < n_pairs, "{} rules matched, {n_masked} masked", matched.len());
}

fn shows_mask(text: &[u8]) -> bool {
    text.windows(MASK.len()).any(|part| part == MASK.as_bytes())
}
