//! Why a request has no result: `application/problem+json`, RFC 9457.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// What is wrong with this request: lower case, no full stop.
    pub(crate) detail: String,
}

/// The kinds of problems; each has a name that never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// There is nothing at the path.
    NoSuchPath,
    /// The path takes other methods.
    WrongMethod,
    /// There is no such code.
    NoSuchCode,
    /// The body is not in JSON, or is said not to be.
    WrongMediaType,
    /// The body is compressed.
    Compressed,
    /// The body is larger than it may be.
    TooLarge,
    /// The request does not arrive.
    TooSlow,
    /// The body breaks off, or its pieces have no length.
    Broken,
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON.
    NotJson,
    /// The JSON is not what is asked for.
    WrongShape,
    /// There is more to do than may wait.
    Busy,
    /// It was not done in time.
    TookTooLong,
    /// The service is stopping.
    Stopping,
    /// The service made a mistake.
    Defect,
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
}

/// What stands in front of the name of a kind.
const NAMESPACE: &str = "urn:problem-type:tamis:";

impl Kind {
    /// The status, the name, and what all problems of the kind have in common.
    const fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "no-such-path", "there is nothing at this path"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this path takes other methods"),
            Self::NoSuchCode => (StatusCode::NOT_FOUND, "no-such-code", "there is no such code"),
            Self::WrongMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-media-type", "the body is not said to be JSON")
            }
            Self::Compressed => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "compressed", "the body is compressed"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the body is too large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "the request did not arrive in time"),
            Self::Broken => (StatusCode::BAD_REQUEST, "broken", "the body cannot be received"),
            Self::NotUtf8 => (StatusCode::BAD_REQUEST, "not-utf-8", "the body is not UTF-8"),
            Self::NotJson => (StatusCode::BAD_REQUEST, "not-json", "the body is not JSON"),
            Self::WrongShape => {
                (StatusCode::UNPROCESSABLE_ENTITY, "wrong-shape", "the body is not what this path takes")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "the service is busy"),
            Self::TookTooLong => (StatusCode::SERVICE_UNAVAILABLE, "took-too-long", "there was no answer in time"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "the service is stopping"),
            Self::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "defect", "the service made a mistake"),
        }
    }

    /// The status of the answer.
    pub(crate) const fn status(self) -> StatusCode {
        self.row().0
    }

    /// The name, for logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether the same request may go well a moment later, here or elsewhere.
    const fn is_passing(self) -> bool {
        matches!(self, Self::Busy | Self::TookTooLong | Self::Stopping)
    }
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The service is stopping.
    pub(crate) fn stopping() -> Self {
        Self::new(Kind::Stopping, "another one will answer")
    }

    /// The body of the answer.
    pub(crate) fn to_json(&self) -> String {
        let (status, name, title) = self.kind.row();
        let wire = Wire { r#type: format!("{NAMESPACE}{name}"), title, status: status.as_u16(), detail: &self.detail };
        // Writing to memory fails for no value of this type.
        let mut json = serde_json::to_string_pretty(&wire).unwrap_or_default();
        json.push('\n');
        json
    }

    /// The whole answer as it stands on a connection that nobody reads requests from.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let (status, body) = (self.kind.status(), self.to_json());
        let reason = status.canonical_reason().unwrap_or_default();
        let retry = if self.kind.is_passing() { "retry-after: 1\r\n" } else { "" };
        let (code, length) = (status.as_u16(), body.len());
        let head = format!(
            "HTTP/1.1 {code} {reason}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {length}\r\n{retry}connection: close\r\n\r\n"
        );
        (head + &body).into_bytes()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.to_json()));
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if self.kind.is_passing() {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.kind == Kind::Compressed {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        response.extensions_mut().insert(self.kind);
        response
    }
}
