//! What a rule sees of a request and a response of the crate `http`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test")]

mod common;

use common::{node, request, send, session};
use http::HeaderValue;
use tamis_gateway::Limits;

/// Whether a rule captures a request that is answered with 200.
#[track_caller]
fn check(line: &str, rule: &str) {
    check_request(&request(line), rule);
}

#[track_caller]
fn check_request(request: &http::Request<()>, rule: &str) {
    let node = node();
    node.replace(vec![session(&node, "it", rule, Limits::default())], 0);
    assert!(send(&node, &mut node.worker(), request, 200, 0).is_some(), "{rule}");
}

#[test]
fn the_parts_of_the_address_are_known() {
    let line = "GET /v1/a.json?x=1&y=a+b&y=%63 host: shop.example:8080";
    check(line, r#"url.full == "http://shop.example:8080/v1/a.json""#);
    check(line, r#"url.scheme == "http" && url.domain == "shop.example" && url.port == 8080"#);
    check(line, r#"url.path == "/v1/a.json" && url.extension == "json""#);
    check(line, r#"url.query == "x=1&y=a+b&y=%63" && url.query.x == "1""#);
    check(line, r#"any(url.query.y) == "a b" && any(url.query.y) == "c" && count(url.query.y) == 2"#);
    check(line, "!exists(url.query.z)");
    check("GET / host: [::1]:80", r#"url.domain == "::1" && url.port == 80"#);
    check("GET /", "!exists(url.domain) && !exists(url.port) && !exists(url.query)");
}

#[test]
fn headers_are_known_by_the_keys_of_rules() {
    let line = "GET / x_tenant: a, x-tenant: b, accept: text/html, user-agent: curl/8";
    check(line, r#"any(http.request.header.x-tenant) == "a" && any(http.request.header.x-tenant) == "b""#);
    check(line, r#"http.request.header.accept == "text/html" && user_agent.original == "curl/8""#);
    check(line, r#"http.response.header.server == "test" && !exists(http.response.header.etag)"#);
    check(line, "proxy.kong.http_headers_count == 4");
}

#[test]
fn headers_are_found_among_few_and_among_many() {
    for more in [0, 14, 40] {
        let others: String = (0..more).map(|n| format!(", x-other-{n}: o")).collect();
        let line = format!("GET / x_tenant: a, x-tenant: b, x-tenants: c, y-tenant: d{others}");
        check(&line, r#"count(http.request.header.x-tenant) == 2 && any(http.request.header.x-tenant) == "a""#);
        check(&line, r#"any(http.request.header.X-Tenant) == "b" && http.request.header.y-tenant == "d""#);
        check(&line, "!exists(http.request.header.x-tenan)");
    }
}

#[test]
fn bytes_that_are_no_text_are_values_like_any_other() {
    let mut odd = request("GET /");
    odd.headers_mut().insert("x-odd", HeaderValue::from_bytes(b"a\xff\xfeb").unwrap());
    check_request(&odd, r#"http.request.header.x-odd ^= "a" && len(http.request.header.x-odd) == 4"#);
    check_request(&odd, r#"http.request.header.x-odd == "a\xff\xfeb""#);
}

#[test]
fn times_and_results_are_known_at_the_end() {
    check("GET /", "proxy.kong.latency.total == 1ms && http.response.status_code == 200");
    check("GET /", "proxy.kong.router.matched == true && !exists(proxy.kong.upstream.status_code)");
}
