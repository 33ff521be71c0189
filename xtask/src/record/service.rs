//! What the services behind the gateway answer.
//!
//! Each has its weak points, and they show in ordinary requests: an order whose number ends in 9 is in maintenance, a
//! payment over 10,000 takes longer than the gateway waits.

use super::server::{Answer, Asked, Manner};

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// Orders; one of its targets is flaky.
    Orders {
        /// Whether this is the flaky target.
        flaky: bool,
    },
    /// Payments, some of which take long.
    Payments,
    /// Pages, search and uploads.
    Pages,
    /// Reports, which are large and slow.
    Reports,
    /// Says whose key a request carries.
    Keys,
}

/// Where each service listens; the gateway also knows a target of the reports at which nothing does.
pub(super) const TARGETS: &[(&str, Service)] = &[
    ("127.0.1.1:9101", Service::Orders { flaky: false }),
    ("127.0.1.2:9101", Service::Orders { flaky: true }),
    ("127.0.2.1:9102", Service::Payments),
    ("127.0.3.1:9103", Service::Pages),
    ("127.0.4.2:9104", Service::Reports),
    ("127.0.5.1:9105", Service::Keys),
];

/// The keys that are known: key, Consumer id, Consumer name, milliseconds until the service knows it.
const KEYS: &[(&str, &str, &str, u64)] = &[
    ("demo-partner-a", "7d5c1f0e-2a44-4c55-9d0c-6a2f7e3b1c90", "partner-a", 0),
    ("demo-mobile", "1b7a9e52-64d0-4f0b-8f2e-90c3a5d7e411", "mobile-app", 4),
    ("demo-archive", "c2f40a6b-93e1-4f7d-a8b5-0d6e1f2a3b77", "archive", 140),
];

/// The answer of a service to a request.
pub(super) fn answer(service: Service, asked: &Asked) -> Answer {
    match service {
        Service::Orders { flaky } => orders(asked, flaky),
        Service::Payments => payments(asked),
        Service::Pages => pages(asked),
        Service::Reports => reports(asked),
        Service::Keys => keys(asked),
    }
}

fn orders(asked: &Asked, flaky: bool) -> Answer {
    const PREFIX: &str = "/v1/orders";
    const ALLOWED: &str = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
    let rest = asked.path.strip_prefix(PREFIX).unwrap_or_default().trim_start_matches('/');
    let method = asked.method.as_str();
    if method == "OPTIONS" {
        return status(204).with("Allow", ALLOWED);
    }
    if rest.is_empty() {
        return match method {
            "GET" | "HEAD" => json(200, r#"{"orders": [{"id": 41}, {"id": 42}], "more": false}"#),
            "POST" => create_order(asked),
            _ => json(405, r#"{"error": "method"}"#).with("Allow", "GET, HEAD, POST, OPTIONS"),
        };
    }
    if let Some(id) = rest.strip_suffix("/invoice") {
        return status(302).with("Location", &format!("/v1/reports/invoice-{id}.pdf"));
    }
    let Ok(id) = rest.parse::<u32>() else { return json(400, r#"{"error": "the number of an order"}"#) };
    match (id, method) {
        (_, "PUT" | "TRACE") => json(405, r#"{"error": "method"}"#).with("Allow", ALLOWED),
        (13, _) => json(500, r#"{"error": "division by zero"}"#),
        (900.., _) => json(404, r#"{"error": "no such order"}"#),
        _ if id % 10 == 9 => json(503, r#"{"error": "maintenance"}"#).with("Retry-After", "30"),
        _ if flaky && id % 10 == 7 => json(503, r#"{"error": "warming up"}"#),
        _ if flaky && id % 10 == 5 => status(200).manner(Manner::Close),
        (_, "DELETE") => status(204),
        _ => {
            let tag = format!("\"o{id}\"");
            if asked.header("if-none-match") == Some(&tag) {
                return status(304).with("ETag", &tag);
            }
            json(200, &format!(r#"{{"id": {id}, "items": ["chair"], "state": "paid"}}"#)).with("ETag", &tag)
        }
    }
}

fn create_order(asked: &Asked) -> Answer {
    let Ok(order) = serde_json::from_slice::<serde_json::Value>(&asked.body) else {
        return json(400, r#"{"error": "the body is not JSON"}"#);
    };
    match order.get("items").and_then(serde_json::Value::as_array) {
        Some(items) if !items.is_empty() => {
            json(201, r#"{"id": 77, "state": "new"}"#).with("Location", "/v1/orders/77").manner(Manner::After(6))
        }
        _ => json(422, r#"{"error": "an order needs items"}"#),
    }
}

fn payments(asked: &Asked) -> Answer {
    if asked.method == "GET" {
        return match asked.path.rsplit('/').next() {
            Some(id) if id.ends_with('0') => json(404, r#"{"error": "no such payment"}"#),
            _ => json(200, r#"{"state": "settled"}"#).manner(Manner::After(3)),
        };
    }
    let Ok(payment) = serde_json::from_slice::<serde_json::Value>(&asked.body) else {
        return json(400, r#"{"error": "the body is not JSON"}"#);
    };
    let amount = payment.get("amount").and_then(serde_json::Value::as_u64);
    let currency = payment.get("currency").and_then(serde_json::Value::as_str);
    match (amount, currency) {
        (None, _) | (_, None) => json(400, r#"{"error": "amount and currency"}"#),
        (_, Some("TST")) => status(200).manner(Manner::Close),
        (Some(666), _) => json(500, r#"{"error": "the ledger is closed"}"#),
        (Some(amount @ 10_000..), _) => json(201, "{}").manner(Manner::After(amount / 10)),
        (Some(amount), _) => json(201, r#"{"state": "accepted"}"#).manner(Manner::After(2 + amount / 25)),
    }
}

fn pages(asked: &Asked) -> Answer {
    let path = asked.path.as_str();
    match path {
        "/" => page(),
        "/account" => status(302).with("Location", "/login"),
        "/login" if asked.method == "POST" => status(303).with("Location", "/products/1"),
        "/login" => html(
            200,
            "<!doctype html><title>Log in</title><form method=post><input name=user><button>Go</button></form>",
        ),
        "/healthz" => text("ok\n"),
        "/admin" | "/admin/routes" => json(200, r#"{"routes": 9}"#),
        "/v1/search" => {
            let found = format!(r#"{{"query": "{}", "hits": 3}}"#, asked.query.len());
            json(200, &found).manner(Manner::After(8 + 2 * u64::try_from(asked.query.len()).unwrap_or(0)))
        }
        _ if path.starts_with("/products/") => page(),
        _ if path.starts_with("/assets/") => asset(asked),
        _ if path.starts_with("/v1/uploads/") => {
            json(201, &format!(r#"{{"bytes": {}}}"#, asked.body.len())).with("Location", path)
        }
        _ => html(404, "<!doctype html><title>Not found</title><p>Nothing is here.</p>"),
    }
}

fn asset(asked: &Asked) -> Answer {
    const SVG: &str = "image/svg+xml";
    let drawing = |colour: &str| {
        let circle = format!(r#"<circle cx="40" cy="40" r="30" fill="{colour}"/>"#);
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80">{circle}</svg>"#)
    };
    let name = asked.path.rsplit('/').next().unwrap_or_default();
    let (kind, body) = match name {
        "shop.css" => ("text/css", include_str!("site/shop.css").to_owned()),
        "colours.css" => ("text/css", "h1 { color: #345; }\n".to_owned()),
        "shop.js" => ("text/javascript", include_str!("site/shop.js").to_owned()),
        "chair.svg" => (SVG, drawing("peru")),
        "table.svg" => (SVG, drawing("sienna")),
        "paper.svg" => (SVG, drawing("ivory")),
        "icon.svg" => (SVG, drawing("teal")),
        _ => return html(404, "<!doctype html><title>Not found</title>"),
    };
    let tag = format!("\"{}-{}\"", name, body.len());
    if asked.header("if-none-match") == Some(&tag) {
        return status(304).with("ETag", &tag);
    }
    let answer = Answer { body: body.into_bytes(), ..status(200) };
    answer.with("Content-Type", kind).with("ETag", &tag).with("Cache-Control", "no-cache")
}

fn reports(asked: &Asked) -> Answer {
    let lines = |n_lines: usize| Answer { body: "day,orders,euro\n".repeat(n_lines).into_bytes(), ..status(200) };
    let csv = |answer: Answer| answer.with("Content-Type", "text/csv").with("Cache-Control", "no-store");
    match asked.path.rsplit('/').next().unwrap_or_default() {
        "daily" => csv(lines(4_000)).manner(Manner::After(120)),
        "weekly" => csv(lines(20_000)).manner(Manner::InPieces(60)),
        "large" => csv(lines(60_000)),
        "yearly" => csv(lines(1_000)).manner(Manner::After(1_500)),
        "ledger" => status(200).manner(Manner::Garbage),
        name if name.starts_with("invoice-") => {
            lines(100).with("Content-Type", "application/pdf").manner(Manner::After(20))
        }
        _ => json(404, r#"{"error": "no such report"}"#),
    }
}

fn keys(asked: &Asked) -> Answer {
    let Some(given) = asked.header("x-api-key") else {
        return status(401).with("WWW-Authenticate", "Key realm=\"payments\"");
    };
    match KEYS.iter().find(|(key, ..)| *key == given) {
        Some((_, id, name, wait)) => {
            status(204).with("X-Consumer-Id", id).with("X-Consumer-Username", name).manner(Manner::After(*wait))
        }
        None => status(403),
    }
}

fn status(status: u16) -> Answer {
    Answer { status, headers: Vec::new(), body: Vec::new(), manner: Manner::AtOnce }
}

fn json(code: u16, body: &str) -> Answer {
    Answer { body: body.as_bytes().to_vec(), ..status(code) }.with("Content-Type", "application/json")
}

fn html(code: u16, body: &str) -> Answer {
    Answer { body: body.as_bytes().to_vec(), ..status(code) }.with("Content-Type", "text/html; charset=utf-8")
}

fn text(body: &str) -> Answer {
    Answer { body: body.as_bytes().to_vec(), ..status(200) }.with("Content-Type", "text/plain")
}

fn page() -> Answer {
    html(200, include_str!("site/shop.html")).with("Cache-Control", "no-cache").manner(Manner::After(5))
}

impl Answer {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }
}
