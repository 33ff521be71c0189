//! Which path is answered by what.

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get, post};

use crate::answers::{check, complete, explain, format, hover, validate};
use crate::problem::{Kind, Problem};
use crate::service::{Inner, Service};
use crate::{body, media, metrics, observe};

/// A path with the method that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method: `GET` or `POST`.
    pub method: &'static str,
    /// The path, with `{…}` for what varies.
    pub path: &'static str,
}

/// Every route.
pub const ROUTES: &[Route] = &[
    Route { method: "POST", path: CHECK },
    Route { method: "POST", path: VALIDATE },
    Route { method: "POST", path: COMPLETE },
    Route { method: "POST", path: HOVER },
    Route { method: "POST", path: FORMAT },
    Route { method: "GET", path: EXPLAIN },
    Route { method: "GET", path: HEALTH },
    Route { method: "GET", path: METRICS },
    Route { method: "GET", path: DOCUMENT },
];

const CHECK: &str = "/v1/check";
const VALIDATE: &str = "/v1/validate";
const COMPLETE: &str = "/v1/complete";
const HOVER: &str = "/v1/hover";
const FORMAT: &str = "/v1/format";
const EXPLAIN: &str = "/v1/explain/{code}";
const HEALTH: &str = "/healthz";
const METRICS: &str = "/metrics";
const DOCUMENT: &str = "/openapi.json";

/// What logs and metrics call everything that is no route.
pub(crate) const NONE: &str = "none";

/// The path of a route, or that there is none.
pub(crate) fn known(path: &str) -> &'static str {
    ROUTES.iter().find(|route| route.path == path).map_or(NONE, |route| route.path)
}

/// A service as something that answers requests, wherever they come from.
pub fn router(service: &Service) -> Router {
    Router::new()
        .route(CHECK, by_worker(check::answer))
        .route(VALIDATE, by_worker(validate::answer))
        .route(COMPLETE, by_worker(complete::answer))
        .route(HOVER, by_worker(hover::answer))
        .route(FORMAT, by_worker(format::answer))
        .route(EXPLAIN, get(explained))
        .route(HEALTH, get(health))
        .route(METRICS, get(counted))
        .route(DOCUMENT, get(document))
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(service.clone(), observe::observe))
        .with_state(service.clone())
}

/// Answers of this kind are made of the body alone, by a worker.
type Answer = fn(&Inner, &[u8]) -> Result<String, Problem>;

/// A handler that reads the body and lets a worker answer.
fn by_worker(answer: Answer) -> MethodRouter<Service> {
    post(move |State(service): State<Service>, request: Request| async move {
        match answered(service, request, answer).await {
            Ok(json) => json_response(json),
            Err(problem) => problem.into_response(),
        }
    })
}

async fn answered(service: Service, request: Request, answer: Answer) -> Result<String, Problem> {
    let (head, body) = request.into_parts();
    media::check(&head.headers)?;
    let body = body::read(&head.headers, body, &service.inner().config).await?;
    let working = service.clone();
    service.inner().gate.work(&service.inner().config.times, move || answer(working.inner(), &body)).await?
}

async fn explained(code: Result<Path<String>, PathRejection>) -> Response<Body> {
    // What is not UTF-8 is no code either.
    let code = code.map_or_else(|_| String::new(), |Path(code)| code);
    match explain::answer(&code) {
        Ok(json) => json_response(json),
        Err(problem) => problem.into_response(),
    }
}

async fn health(State(service): State<Service>) -> Response<Body> {
    if service.inner().is_stopping() {
        return Problem::stopping().into_response();
    }
    json_response(concat!("{\"status\": \"ok\", \"version\": \"", env!("CARGO_PKG_VERSION"), "\"}\n"))
}

async fn counted(State(service): State<Service>) -> Response<Body> {
    typed(metrics::MEDIA_TYPE, service.inner().metrics.to_text(&service.inner().gate))
}

async fn document(State(service): State<Service>) -> Response<Body> {
    json_response(service.inner().document.clone())
}

async fn nowhere(request: Request) -> Response<Body> {
    let detail = format!("`{}` leads nowhere; `/openapi.json` lists the paths", request.uri().path());
    Problem::new(Kind::NoSuchPath, detail).into_response()
}

async fn wrong_method(request: Request) -> Response<Body> {
    let detail = format!("the header `allow` lists them; found `{}`", request.method());
    Problem::new(Kind::WrongMethod, detail).into_response()
}

fn json_response(json: impl Into<Body>) -> Response<Body> {
    typed("application/json", json)
}

fn typed(media_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
