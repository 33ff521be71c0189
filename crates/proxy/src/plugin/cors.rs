//! `cors`: which pages of other origins may call.

use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, header};
use pingora_error::Result;
use pingora_http::ResponseHeader;
use serde::Deserialize;

use super::{Answer, Step};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default = "anybody")]
    origins: Vec<String>,
    #[serde(default = "usual_methods")]
    methods: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    exposed_headers: Vec<String>,
    #[serde(default)]
    credentials: bool,
    /// Seconds.
    max_age: Option<u64>,
}

fn anybody() -> Vec<String> {
    vec!["*".to_owned()]
}

fn usual_methods() -> Vec<String> {
    ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS"].map(str::to_owned).into()
}

pub(super) struct Cors {
    origins: Vec<String>,
    preflight: Vec<(HeaderName, HeaderValue)>,
    always: Vec<(HeaderName, HeaderValue)>,
    may_bring_credentials: bool,
}

impl Cors {
    pub(super) fn new(config: Config) -> Result<Self, String> {
        let mut preflight = vec![(header::ACCESS_CONTROL_ALLOW_METHODS, super::value(&config.methods.join(","))?)];
        if !config.headers.is_empty() {
            preflight.push((header::ACCESS_CONTROL_ALLOW_HEADERS, super::value(&config.headers.join(","))?));
        }
        if let Some(seconds) = config.max_age {
            preflight.push((header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds)));
        }
        let mut always = Vec::new();
        if config.credentials {
            always.push((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")));
        }
        if !config.exposed_headers.is_empty() {
            let exposed = super::value(&config.exposed_headers.join(","))?;
            always.push((header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed));
        }
        Ok(Self { origins: config.origins, preflight, always, may_bring_credentials: config.credentials })
    }

    /// What the client may be told about its origin.
    fn allowed(&self, request: &Parts) -> Option<HeaderValue> {
        let origin = request.headers.get(header::ORIGIN)?;
        let is_any = self.origins.iter().any(|own| own == "*");
        if is_any && !self.may_bring_credentials {
            return Some(HeaderValue::from_static("*"));
        }
        let is_listed = self.origins.iter().any(|own| own.as_bytes() == origin.as_bytes());
        (is_any || is_listed).then(|| origin.clone())
    }

    pub(super) fn access(&self, request: &Parts) -> Step {
        let asks = request.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if request.method != Method::OPTIONS || !asks || !request.headers.contains_key(header::ORIGIN) {
            return Step::Continue;
        }
        let mut answer = Answer::new(200, "");
        if let Some(origin) = self.allowed(request) {
            answer.headers.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin));
            answer.headers.extend(self.preflight.iter().chain(&self.always).cloned());
        }
        Step::Answer(answer)
    }

    pub(super) fn header_filter(&self, request: &Parts, response: &mut ResponseHeader) -> Result<()> {
        let Some(origin) = self.allowed(request) else { return Ok(()) };
        if origin != "*" {
            response.append_header(header::VARY, "Origin")?;
        }
        response.insert_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)?;
        for (name, value) in &self.always {
            response.insert_header(name.clone(), value.clone())?;
        }
        Ok(())
    }
}
