//! The plugins that are built in: what runs between the router and the upstream.

mod cors;
mod delay;
mod key_auth;
mod rate_limiting;
mod request_transformer;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderName, HeaderValue};
use pingora_error::Result;
use pingora_http::{RequestHeader, ResponseHeader};
use serde::de::DeserializeOwned;

/// A plugin where it is switched on.
pub(crate) struct Plugin {
    pub(crate) id: Arc<str>,
    kind: Kind,
}

enum Kind {
    KeyAuth(key_auth::KeyAuth),
    RateLimiting(rate_limiting::RateLimiting),
    RequestTransformer(request_transformer::RequestTransformer),
    Cors(cors::Cors),
    Delay(delay::Delay),
}

/// Who calls.
pub(crate) struct Consumer {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) custom_id: Option<Arc<str>>,
}

/// Everybody who may call, by their keys.
pub(crate) struct Consumers {
    pub(crate) keys: HashMap<String, Arc<Consumer>>,
}

/// What the plugins of the access step found out.
#[derive(Default)]
pub(crate) struct Access {
    pub(crate) consumer: Option<Arc<Consumer>>,
    /// Headers that the client gets with the response.
    pub(crate) response_headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) client: Option<IpAddr>,
}

/// What happens after a plugin.
pub(crate) enum Step {
    /// The next one runs.
    Continue,
    /// The request waits, and then the next one runs.
    Wait(Duration),
    /// The gateway answers itself.
    Answer(Answer),
}

/// An answer of the gateway itself.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) message: &'static str,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    fn new(status: u16, message: &'static str) -> Self {
        Self { status, message, headers: Vec::new() }
    }
}

impl Plugin {
    /// # Errors
    ///
    /// A sentence about a name or a configuration that is not known.
    pub(crate) fn new(
        id: Arc<str>,
        name: &str,
        config: serde_yaml::Value,
        consumers: &Arc<Consumers>,
    ) -> Result<Self, String> {
        let kind = match name {
            "key-auth" => Kind::KeyAuth(key_auth::KeyAuth::new(read(config)?, Arc::clone(consumers))),
            "rate-limiting" => Kind::RateLimiting(rate_limiting::RateLimiting::new(read(config)?)?),
            "request-transformer" => {
                Kind::RequestTransformer(request_transformer::RequestTransformer::new(&read(config)?)?)
            }
            "cors" => Kind::Cors(cors::Cors::new(read(config)?)?),
            "delay" => Kind::Delay(delay::Delay::new(read(config)?)),
            _ => {
                let known = "`key-auth`, `rate-limiting`, `request-transformer`, `cors` and `delay`";
                return Err(format!("there is no plugin `{name}`; there are {known}"));
            }
        };
        Ok(Self { id, kind })
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self.kind {
            Kind::KeyAuth(_) => "key-auth",
            Kind::RateLimiting(_) => "rate-limiting",
            Kind::RequestTransformer(_) => "request-transformer",
            Kind::Cors(_) => "cors",
            Kind::Delay(_) => "delay",
        }
    }

    /// The larger one runs first, as in Kong.
    pub(crate) const fn priority(&self) -> i32 {
        match self.kind {
            Kind::Cors(_) => 2_000,
            Kind::KeyAuth(_) => 1_250,
            Kind::RateLimiting(_) => 910,
            Kind::RequestTransformer(_) => 801,
            Kind::Delay(_) => 1,
        }
    }

    /// The access step.
    pub(crate) fn access(&self, request: &Parts, access: &mut Access) -> Step {
        match &self.kind {
            Kind::KeyAuth(it) => it.access(request, access),
            Kind::RateLimiting(it) => it.access(access),
            Kind::Cors(it) => it.access(request),
            Kind::Delay(it) => it.access(),
            Kind::RequestTransformer(_) => Step::Continue,
        }
    }

    /// Changes what the upstream gets.
    pub(crate) fn upstream_request(&self, request: &mut RequestHeader, access: &Access) -> Result<()> {
        match &self.kind {
            Kind::KeyAuth(it) => it.upstream_request(request, access),
            Kind::RequestTransformer(it) => it.upstream_request(request),
            Kind::RateLimiting(_) | Kind::Cors(_) | Kind::Delay(_) => Ok(()),
        }
    }

    /// Whether it has something to do with the headers of a response.
    pub(crate) const fn filters_headers(&self) -> bool {
        matches!(self.kind, Kind::Cors(_))
    }

    /// The step of the response's headers.
    pub(crate) fn header_filter(&self, request: &Parts, response: &mut ResponseHeader) -> Result<()> {
        match &self.kind {
            Kind::Cors(it) => it.header_filter(request, response),
            Kind::KeyAuth(_) | Kind::RateLimiting(_) | Kind::RequestTransformer(_) | Kind::Delay(_) => Ok(()),
        }
    }
}

/// Reads the configuration of a plugin; none is the empty one.
fn read<T: DeserializeOwned>(config: serde_yaml::Value) -> Result<T, String> {
    let config = if config.is_null() { serde_yaml::Value::Mapping(serde_yaml::Mapping::new()) } else { config };
    serde_yaml::from_value(config).map_err(|error| error.to_string())
}

/// Text as the value of a header.
fn value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| format!("`{text}` is no value of a header"))
}

/// Text as the name of a header.
fn name(text: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(text.as_bytes()).map_err(|_| format!("`{text}` is no name of a header"))
}
