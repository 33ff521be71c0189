//! Requests to a router, without a network.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use tamis_serve::{Config, Service, router};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// A service with a runtime for one request at a time.
pub(crate) struct Client {
    pub(crate) service: Service,
    runtime: Runtime,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new(config: Config) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        Self { service: Service::new(config), runtime }
    }

    pub(crate) fn ask(&self, request: Request<Body>) -> Answer {
        let answered = async {
            let response = router(&self.service).oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: String::from_utf8(body.to_vec()).unwrap(),
            }
        };
        self.runtime.block_on(answered)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, json: &Value) -> Answer {
        let request = Request::post(path).header("content-type", "application/json");
        self.ask(request.body(Body::from(json.to_string())).unwrap())
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
