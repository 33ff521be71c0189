//! What is written down about every request: a line in the log, and numbers. Never a text of it.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use axum::middleware::Next;
use tokio::time::Instant;

use crate::metrics::Answered;
use crate::problem::Kind;
use crate::routes;
use crate::service::Service;

/// The header with the name that the log has for a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Forbids browsers to guess what an answer is.
const NO_GUESS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));

/// Answers, and writes down how it went.
pub(crate) async fn observe(State(service): State<Service>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let _counted = service.inner().metrics.in_flight.count();
    let id = service.inner().next_request();
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(routes::NONE, |path| routes::known(path.as_str()));
    let trace = trace_id(request.headers());
    let mut response = next.run(request).await;
    let problem = response.extensions().get::<Kind>().copied().map(Kind::name);
    let status = response.status().as_u16();
    let took = began.elapsed();
    service.inner().metrics.answered(&Answered { route, status, problem, took });
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status < 500 {
        tracing::info!(id, method, route, status, problem, microseconds, trace_id = trace, "answered");
    } else {
        tracing::warn!(id, method, route, status, problem, microseconds, trace_id = trace, "not answered");
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    let (name, value) = NO_GUESS;
    headers.insert(name, value);
    response
}

/// The name of a method; any text may be sent as one, and what is not known is not repeated.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// The trace that a request belongs to, if it says so by the rules of W3C Trace Context.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let parent = headers.get("traceparent")?.to_str().ok()?;
    let id = parent.split('-').nth(1)?;
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parent: &'static str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", HeaderValue::from_static(parent));
        assert_eq!(trace_id(&headers).as_deref(), expected);
    }

    #[test]
    fn only_the_id_of_a_trace_is_written_down() {
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Some("0af7651916cd43dd8448eb211c80319c"));
        check("00-secret-b7ad6b7169203331-01", None);
        check("x", None);
    }
}
