//! A request that is dropped at its headers allocates nothing, once the memory of its thread is warm.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test")]

mod common;

use common::{node, request, session};
use http::Request;
use tamis_gateway::{Answer, Exchange, Limits, Node, Observations, TraceContext, Worker};
use tamis_lang::phase::Phase;

/// Rules that a request can be dropped by with its headers, one for each way of asking them.
const RULES: &[&str] = &[
    r#"http.request.method == "POST" && http.response.status_code >= 500"#,
    r#"url.path ^= "/v2/" && proxy.kong.latency.total > 250ms"#,
    r#"url.query.page == "two words" && http.response.status_code == 503"#,
    r#"any(http.request.header.accept) contains "xml""#,
    r#"http.request.header.x-tenant == "acme""#,
    r#"url.path ~ "^/admin/[0-9]+$" && http.response.status_code == 503"#,
    r#"proxy.kong.request.host == "shop.example" && sample(10%)"#,
    r#"url.extension in ["png", "jpg"]"#,
    r#"lower(user_agent.original) contains "bot""#,
];

/// The first step of a request: the trace, the facts and the answer.
fn ask(node: &Node, worker: &mut Worker, observations: &mut Observations, request: &Request<()>) -> Answer {
    let context = TraceContext::read(request.headers(), || 1);
    observations.clear();
    let Some(mut tracked) = node.begin(worker) else { return Answer::Drop };
    let exchange = Exchange::new(node.vocabulary(), request.into(), observations, context.randomness());
    let answer = tracked.advance(worker, Phase::RequestHeaders, &exchange, 0);
    tracked.discard(worker);
    answer
}

#[test]
fn a_request_that_is_dropped_at_its_headers_allocates_nothing() {
    check(RULES.len());
}

#[test]
fn nor_does_it_with_very_many_rules() {
    check(2_000);
}

/// Counts what a request allocates that so many rules drop.
#[track_caller]
fn check(n_rules: usize) {
    let node = node();
    let sessions = (0..)
        .zip(RULES.iter().cycle().take(n_rules))
        .map(|(number, rule)| session(&node, &format!("session {number}"), rule, Limits::default()))
        .collect();
    node.replace(sessions, 0);
    let request = request(
        "GET /v1/orders.json?page=a+b%20c&x=1 host: api.example:8080, accept: text/html, accept: */*, x_tenant: other, \
         user-agent: curl/8, traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, tracestate: a=1",
    );
    let (mut worker, mut observations) = (node.worker(), Observations::default());
    // Now and then a request counts what became of each rule, which needs memory once.
    for _ in 0..128.max(n_rules / 4) + 6 {
        assert_eq!(ask(&node, &mut worker, &mut observations, &request), Answer::Drop);
    }
    let counted = allocation_counter::measure(|| {
        for _ in 0..100 {
            ask(&node, &mut worker, &mut observations, &request);
        }
    });
    assert_eq!(counted.count_total, 0);
}
