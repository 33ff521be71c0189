//! Which requests curl makes, and in which order.

use std::path::Path;
use std::thread;
use std::time::Duration;

use super::curl::{self, Call, Client, Exchange};
use super::tools::Tools;
use crate::Failure;

const HTTP: &str = "http://shop.example:8000";
const HTTPS: &str = "https://shop.example:8443";

/// The clients, who take turns.
/// Addresses behind a proxy are those reserved for documentation.
const CLIENTS: &[Client] = &[
    Client { address: "127.0.0.11", forwarded_for: None, agent: None, tenant: None },
    Client {
        address: "127.0.0.21",
        forwarded_for: Some("203.0.113.7"),
        agent: Some("shop-ios/5.3.1 (iPhone; iOS 18.5)"),
        tenant: Some("acme"),
    },
    Client {
        address: "127.0.0.21",
        forwarded_for: Some("203.0.113.41"),
        agent: Some("okhttp/4.12.0"),
        tenant: Some("globex"),
    },
    Client {
        address: "127.0.0.22",
        forwarded_for: Some("198.51.100.23"),
        agent: Some("python-requests/2.32.3"),
        tenant: Some("initech"),
    },
    Client {
        address: "127.0.0.22",
        forwarded_for: Some("2001:db8:45::7f"),
        agent: Some("Go-http-client/1.1"),
        tenant: Some("acme"),
    },
];

/// Who asks whether the gateway is well.
const PROBE: Client =
    Client { address: "127.0.0.12", forwarded_for: None, agent: Some("kube-probe/1.33"), tenant: None };

/// What is done next.
enum Step {
    /// Requests of which so many run at once.
    Calls(usize, Vec<Call>),
    /// Nothing, for so many milliseconds.
    Pause(u64),
}

/// Makes every request of the plan.
pub(super) fn run(tools: &Tools, folder: &Path) -> Result<Vec<Exchange>, Failure> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for step in steps() {
        match step {
            Step::Pause(milliseconds) => thread::sleep(Duration::from_millis(milliseconds)),
            Step::Calls(at_once, calls) => {
                for group in calls.chunks(at_once) {
                    exchanges.extend(together(tools, folder, group, exchanges.len())?);
                }
            }
        }
    }
    Ok(exchanges)
}

/// Makes requests at the same time.
fn together(tools: &Tools, folder: &Path, calls: &[Call], first: usize) -> Result<Vec<Exchange>, Failure> {
    thread::scope(|scope| {
        let running: Vec<_> = calls
            .iter()
            .zip(first..)
            .map(|(call, number)| scope.spawn(move || curl::make(tools, folder, call, number)))
            .collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended.map(|made| made.map_err(|_| Failure::new("a thread of the recorder broke"))?).collect()
    })
}

fn steps() -> Vec<Step> {
    let search = |query: &str| get(HTTP, &format!("/v1/search?q={query}"), 0);
    let burst = |word: &str| (1..=8).map(|page| search(&format!("{word}&page={page}"))).collect();
    vec![
        Step::Calls(3, health()),
        Step::Calls(3, orders_read()),
        Step::Calls(2, orders_written()),
        Step::Calls(8, burst("chair")),
        Step::Calls(3, payments()),
        Step::Calls(8, burst("table")),
        Step::Calls(2, moved_and_denied()),
        Step::Calls(2, malformed()),
        Step::Pause(1_000),
        Step::Calls(1, ["lamp", "oak%20desk", "caf%C3%A9&limit=5&tag=new&tag=sale"].map(search).into()),
        Step::Calls(4, uploads()),
        Step::Calls(4, reports()),
        Step::Calls(2, secure()),
        Step::Calls(2, traced()),
        Step::Calls(2, headers()),
        Step::Calls(3, health()),
    ]
}

fn health() -> Vec<Call> {
    (0..5).map(|_| Call { client: PROBE, ..get(HTTP, "/healthz", 0) }).collect()
}

fn orders_read() -> Vec<Call> {
    let mut calls: Vec<Call> = (1..=42).map(|id| get(HTTP, &format!("/v1/orders/{id}"), id)).collect();
    calls.extend((1..=8).map(|page| get(HTTP, &format!("/v1/orders?page={page}&tag=beta"), page)));
    calls.extend((950..956).map(|id| get(HTTP, &format!("/v1/orders/{id}"), id)));
    calls.extend(
        (61..=64).map(|id| get(HTTP, &format!("/v1/orders/{id}"), id).header(&format!("If-None-Match: \"o{id}\""))),
    );
    calls.extend((1..=3).map(|id| call("HEAD", HTTP, &format!("/v1/orders/{id}"), id)));
    calls
        .extend(["abc", "1%3D1", "%E2%82%AC"].iter().zip(0..).map(|(id, n)| get(HTTP, &format!("/v1/orders/{id}"), n)));
    calls
}

fn orders_written() -> Vec<Call> {
    let json = "Content-Type: application/json";
    let order = |body: &str, n| call("POST", HTTP, "/v1/orders", n).body(body).header(json);
    let mut calls: Vec<Call> = (1..=12).map(|n| order(&format!(r#"{{"items": ["chair", "{n}"]}}"#), n)).collect();
    calls.extend((0..5).map(|n| order("{\"items\": [", n)));
    calls.extend((0..2).map(|n| order(r#"{"items": []}"#, n)));
    calls.extend((70..76).map(|id| call("DELETE", HTTP, &format!("/v1/orders/{id}"), id)));
    let patch = r#"{"state": "paid"}"#;
    calls.extend(
        [13, 13, 13, 21, 22, 29, 39, 49]
            .iter()
            .zip(0..)
            .map(|(id, n)| call("PATCH", HTTP, &format!("/v1/orders/{id}"), n).body(patch).header(json)),
    );
    calls.extend((51..=55).map(|id| call("PUT", HTTP, &format!("/v1/orders/{id}"), id).body(patch).header(json)));
    calls.push(call("TRACE", HTTP, "/v1/orders", 0));
    calls.extend((0..2).map(|n| call("OPTIONS", HTTP, "/v1/orders", n).header("Origin: https://app.example")));
    calls
}

fn payments() -> Vec<Call> {
    let key = |name: &str| format!("X-Api-Key: {name}");
    let pay = |amount: u32, currency: &str, n| {
        let body = format!(r#"{{"amount": {amount}, "currency": "{currency}"}}"#);
        call("POST", HTTP, "/v1/payments", n).body(&body).header("Content-Type: application/json")
    };
    let partner = key("demo-partner-a");
    let mut calls: Vec<Call> = Vec::new();
    for (amount, n) in [5, 40, 120, 900, 1_500, 2_400, 4_000, 6_000, 8_000].into_iter().zip(0..) {
        let key = if n % 3 == 2 { key("demo-mobile") } else { partner.clone() };
        calls.push(pay(amount, "EUR", n).header(&key));
    }
    calls.extend((0..3).map(|n| pay(10, "EUR", n).header(&key("demo-archive"))));
    calls.extend((0..5).map(|n| pay(10, "EUR", n)));
    calls.extend((0..5).map(|n| pay(10, "EUR", n).header(&key("demo-expired"))));
    calls.extend((0..6).map(|n| pay(12_000 + n, "USD", 1).header(&partner)));
    calls.extend((0..4).map(|n| pay(20, "TST", n).header(&partner)));
    calls.extend((0..3).map(|n| pay(666, "EUR", n).header(&partner)));
    let ids = ["5c0f1a", "5c0f1b", "5c0f20"];
    calls.extend(ids.iter().zip(0..).map(|(id, n)| get(HTTP, &format!("/v1/payments/{id}"), n).header(&partner)));
    calls
}

fn moved_and_denied() -> Vec<Call> {
    let old = ["orders/1", "orders/2", "orders?page=1", "reports/daily", "search?q=x"];
    let mut calls: Vec<Call> = old.iter().zip(0..).map(|(path, n)| get(HTTP, &format!("/old/{path}"), n)).collect();
    calls.extend((0..3).map(|n| get(HTTP, "/account", n)));
    calls.extend((41..44).map(|id| get(HTTP, &format!("/v1/orders/{id}/invoice"), id)));
    calls.push(call("POST", HTTP, "/login", 0).body("user=ada"));
    calls.extend((0..7).map(|n| get(HTTP, "/admin/routes", n)));
    let elsewhere = ["/wp-login.php", "/.git/config", "/", "/v1/orders"];
    calls.extend(elsewhere.iter().zip(0..).map(|(path, n)| get("http://127.0.0.1:8000", path, n)));
    calls
}

/// What a gateway refuses before it looks for a route.
fn malformed() -> Vec<Call> {
    let mut calls: Vec<Call> = (0..3).map(|n| get(HTTP, "/v1/orders", n).header("Host:")).collect();
    calls.extend((0..3).map(|n| get("http://shop.example:8443", "/v1/orders", n)));
    calls
}

fn uploads() -> Vec<Call> {
    let put = |n_bytes: usize, n: usize| {
        let body = "0123456789abcde\n".repeat(n_bytes / 16);
        call("PUT", HTTP, &format!("/v1/uploads/file-{n}.txt"), n).body(&body).header("Content-Type: text/plain")
    };
    let mut calls: Vec<Call> =
        [64, 900, 4_000, 16_000, 40_000, 60_000].into_iter().zip(0..).map(|(size, n)| put(size, n)).collect();
    calls.extend((6..12).map(|n| put(80_000 + 10_000 * n, n)));
    calls.extend((12..14).map(|n| put(48_000, n).option(&["--limit-rate", "24k"])));
    calls
}

fn reports() -> Vec<Call> {
    let report = |name: &str, n| get(HTTP, &format!("/v1/reports/{name}"), n);
    let mut calls: Vec<Call> = (0..4).map(|n| report("daily", n)).collect();
    calls.extend((0..3).map(|n| report("weekly", n)));
    calls.extend((0..2).map(|n| report("large", n)));
    calls.extend((0..6).map(|n| report("yearly", n).option(&["--max-time", "0.3"])));
    calls.extend((0..2).map(|n| report("yearly", n)));
    calls.extend((0..3).map(|n| report("ledger", n)));
    calls.extend((41..43).map(|id| report(&format!("invoice-{id}.pdf"), id)));
    calls.push(report("monthly", 2));
    calls
}

fn secure() -> Vec<Call> {
    let order = |id: usize, options: &[&str]| get(HTTPS, &format!("/v1/orders/{id}"), id).option(options);
    let certificate = ["--cert", "client.pem", "--key", "client.key"];
    let mut calls: Vec<Call> = (1..=4).map(|id| order(id, &["--tlsv1.3", "--http2"])).collect();
    calls.extend((1..=4).map(|id| order(id, &["--tls-max", "1.2", "--http1.1"])));
    calls.extend((1..=3).map(|id| order(id, &certificate)));
    calls.extend((1..=2).map(|id| order(id, &["--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"])));
    calls.push(get(HTTPS, "/v1/reports/daily", 2).option(&certificate));
    calls.push(get("https://127.0.0.1:8443", "/", 3));
    calls
}

/// Requests that continue a trace of their client; two of them share one.
fn traced() -> Vec<Call> {
    const TRACES: &[(&str, &str, &str)] = &[
        ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "ot=th:c"),
        ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b8", "ot=th:c"),
        ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "congo=t61rcWkgMzE"),
        ("7bf2c1d09e3a4b5f8c6d1e2f3a4b5c6d", "3c1e5a7b9d2f4086", "ot=rv:ce929d0e0e4736"),
        ("1f0e2d3c4b5a69788796a5b4c3d2e1f0", "a1b2c3d4e5f60718", ""),
        ("9c8b7a6958473625140392817f6e5d4c", "18273645546372f1", "ot=th:fd70a;rv:00000000000001"),
    ];
    let mut calls = Vec::new();
    for ((trace, span, state), n) in TRACES.iter().zip(1..) {
        let path = if n % 2 == 0 { format!("/v1/orders/{n}") } else { format!("/v1/orders/{n}5") };
        let traced = get(HTTP, &path, n).header(&format!("traceparent: 00-{trace}-{span}-03"));
        calls.push(if state.is_empty() { traced } else { traced.header(&format!("tracestate: {state}")) });
    }
    calls.push(get(HTTP, "/v1/orders/2", 1).header("traceparent: 00-not-a-trace-01"));
    calls
}

/// Headers that come several times, old protocols, odd paths.
fn headers() -> Vec<Call> {
    let mut calls = vec![
        get(HTTP, "/v1/orders", 1).header("Accept: text/html;q=0.9").header("Accept: application/json"),
        get(HTTP, "/v1/orders", 2).header("X-Feature: fast-checkout").header("X-Feature: new-search"),
        get(HTTP, "/v1/orders?debug=true&debug=false&q=a%26b", 3).header("X_Underscore: dropped"),
        get(HTTP, "/assets/chair.svg", 1).header("If-None-Match: \"chair.svg-130\""),
        get(HTTP, "/assets/shop.css", 4).option(&["-r", "0-9"]),
        get(HTTP, "/v1/../v1/orders/./8", 0),
        get(HTTP, "//v1//orders/8", 0),
    ];
    calls.extend((0..3).map(|n| get(HTTP, "/v1/orders/3", n).option(&["--http1.0"])));
    calls.push(get(HTTP, "/v1/orders/4", 1).header("Connection: close"));
    calls
}

fn get(base: &str, path: &str, client: usize) -> Call {
    call("GET", base, path, client)
}

/// A request by the client whose turn it is.
fn call(method: &'static str, base: &str, path: &str, client: usize) -> Call {
    let client = CLIENTS.iter().cycle().nth(client % CLIENTS.len()).copied().unwrap_or(PROBE);
    Call { method, url: format!("{base}{path}"), client, headers: Vec::new(), body: None, options: Vec::new() }
}

impl Call {
    fn header(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }

    fn body(mut self, body: &str) -> Self {
        self.body = Some(body.as_bytes().to_vec());
        self
    }

    fn option(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(|&option| option.to_owned()));
        self
    }
}
