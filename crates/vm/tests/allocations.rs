//! An evaluation allocates nothing once its scratch memory is warm.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what goes wrong here fails the test")]

use std::net::{IpAddr, Ipv4Addr};
use std::ops::ControlFlow;

use tamis_lang::catalog::Catalog;
use tamis_lang::phase::Phase;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::{Fact, Facts, FieldRef, PhasedProgram, Program, Verdict, compile, compile_phased};

/// A request with one value of most fields, several of one, and no answer to some.
struct Request;

const ACCEPT: [&[u8]; 3] = [b"text/html", b"application/json;q=0.9", b"*/*;q=0.1"];

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match &*field.name {
            "http.request.method" => Fact::One(Value::String(b"POST")),
            "url.path" => Fact::One(Value::String(b"/v1/Orders/42%20a")),
            "http.request.header.host" => Fact::One(Value::String("API.Straße.example".as_bytes())),
            "user_agent.original" => Fact::One(Value::String(b"Mozilla/5.0 (X11; Linux x86_64) curl/8.5.0")),
            "client.address" => Fact::One(Value::Ip(IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3)))),
            "http.response.status_code" => Fact::One(Value::Int(503)),
            "proxy.kong.latency.total" => Fact::One(Value::Duration(300_000_000)),
            "proxy.kong.latency.upstream" => Fact::One(Value::Duration(200_000_000)),
            "http.request.header.accept" => Fact::Many,
            _ => Fact::Absent,
        }
    }

    fn each(&self, _: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let _ = ACCEPT.iter().try_for_each(|value| visit(Value::String(value)));
    }
}

fn programs(rule: &str) -> (Program, PhasedProgram) {
    let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
    let messages: Vec<_> = analysis.diagnostics.iter().filter(|found| found.is_error()).collect();
    let checked = analysis.rules()[0].checked().unwrap_or_else(|| panic!("{rule}: {messages:?}"));
    (compile(checked), compile_phased(checked))
}

/// Runs a rule until its memory is warm, and then counts what one more evaluation allocates.
#[track_caller]
fn check(rule: &str) {
    let (program, phased) = programs(rule);
    let mut scratch = Scratch::default();
    let mut evaluation = phased.evaluation();
    let mut phase_by_phase = |scratch: &mut Scratch| {
        evaluation.restart();
        let verdicts = Phase::ALL.iter().map(|phase| evaluation.advance(*phase, &Request, scratch));
        verdicts.last()
    };
    for _ in 0..3 {
        assert_eq!(program.run(&Request, &mut scratch), Verdict::Match, "{rule}");
        assert_eq!(phase_by_phase(&mut scratch), Some(Verdict::Match), "{rule}");
    }
    let counted = allocation_counter::measure(|| {
        let facts: &dyn Facts = &Request;
        assert_eq!(program.run(&Request, &mut scratch), Verdict::Match);
        assert_eq!(program.run(facts, &mut scratch), Verdict::Match);
        assert_eq!(phase_by_phase(&mut scratch), Some(Verdict::Match));
    });
    assert_eq!(counted.count_total, 0, "{rule}");
}

#[test]
fn comparisons_with_constants_allocate_nothing() {
    check("http.response.status_code == 503");
    check("http.response.status_code >= 500 && http.response.status_code < 600");
    check(r#"url.path ^= "/v1" && http.request.method == "POST" && url.path =^ "a""#);
    check(r#"user_agent.original contains "curl""#);
    check(r##"url.path ~ r#"^/v\d+/Orders"#"##);
    check("client.address in 10.0.0.0/8");
    check("http.response.status_code in [429, 500..504]");
    check(r#"http.request.method not in ["GET", "HEAD"]"#);
    check(r#"url.path like "/v?/*/42*""#);
    check("proxy.kong.latency.total > 250ms");
    check(r#"exists(url.path) && !exists(url.query) && !(url.query == "a")"#);
}

#[test]
fn case_allocates_nothing_beyond_ascii_either() {
    check(r#"lower(url.path) ^= "/v1/orders""#);
    check(r#"lower(http.request.header.host) == "api.straße.example""#);
    check(r#"upper(http.request.header.host) contains "STRASSE""#);
}

#[test]
fn expressions_allocate_nothing() {
    check("proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms");
    check("max(proxy.kong.latency.total, proxy.kong.latency.upstream, 10ms) > 2 * 100ms");
    check(r#"url_decode(segment(lower(url.path), -1)) == "42 a""#);
    check(r#"len(url.path) > 8 && (url.query ?? "none") == "none""#);
}

#[test]
fn several_values_allocate_nothing() {
    check(r#"any(http.request.header.accept) == "text/html" && http.request.header.accept != "text/plain""#);
    check(r#"any(v in http.request.header.accept, v contains "q=" && lower(v) =^ "0.9")"#);
    check("count(http.request.header.accept) == 3 && len(http.request.header.accept) < 100");
    check("any(http.request.header.accept) ^= url_decode(http.request.header.accept)");
}

#[test]
fn conditions_of_several_phases_allocate_nothing() {
    check(r#"http.request.method == "POST" && (proxy.kong.latency.total > 250ms || http.response.status_code == 200)"#);
    check(r#"any(v in http.request.header.accept, v ^= "text/" && http.response.status_code == 503)"#);
    check("sample(100%) && (sample(1%) || http.response.status_code == 503)");
    check("sample(99%, by: client.address) && (proxy.kong.latency.upstream ?? proxy.kong.latency.total) > 1ms");
}

#[test]
fn only_cold_memory_grows() {
    let (program, _) = programs(r#"url_decode(url.path) contains " ""#);
    let mut scratch = Scratch::default();
    let counted = allocation_counter::measure(|| {
        assert_eq!(program.run(&Request, &mut scratch), Verdict::Match);
    });
    assert!(counted.count_total > 0);
}
