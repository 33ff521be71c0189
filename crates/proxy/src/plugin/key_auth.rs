//! `key-auth`: a key in a header or a parameter says who calls.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Uri};
use pingora_error::Result;
use pingora_http::RequestHeader;
use serde::Deserialize;

use super::{Access, Answer, Consumers, Step};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default = "apikey")]
    key_names: Vec<String>,
    #[serde(default)]
    hide_credentials: bool,
}

fn apikey() -> Vec<String> {
    vec!["apikey".to_owned()]
}

pub(super) struct KeyAuth {
    config: Config,
    consumers: Arc<Consumers>,
}

impl KeyAuth {
    pub(super) fn new(config: Config, consumers: Arc<Consumers>) -> Self {
        Self { config, consumers }
    }

    pub(super) fn access(&self, request: &Parts, access: &mut Access) -> Step {
        let Some(key) = self.key(request) else { return refusal("No API key found in request") };
        match self.consumers.keys.get(key) {
            Some(consumer) => {
                access.consumer = Some(Arc::clone(consumer));
                Step::Continue
            }
            None => refusal("Unauthorized"),
        }
    }

    fn key<'r>(&self, request: &'r Parts) -> Option<&'r str> {
        self.config.key_names.iter().find_map(|name| {
            let header = request.headers.get(name).and_then(|value| value.to_str().ok());
            header.or_else(|| {
                let pairs = request.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
                pairs.into_iter().find_map(|(key, value)| (key == name).then_some(value))
            })
        })
    }

    pub(super) fn upstream_request(&self, request: &mut RequestHeader, access: &Access) -> Result<()> {
        for name in ["x-consumer-id", "x-consumer-username", "x-consumer-custom-id"] {
            // Nobody but the gateway says who calls.
            request.remove_header(name);
        }
        if let Some(consumer) = &access.consumer {
            request.insert_header("x-consumer-id", &*consumer.id)?;
            request.insert_header("x-consumer-username", &*consumer.name)?;
            if let Some(custom) = &consumer.custom_id {
                request.insert_header("x-consumer-custom-id", &**custom)?;
            }
        }
        if self.config.hide_credentials {
            for name in &self.config.key_names {
                request.remove_header(name.as_str());
            }
            self.hide_parameters(request);
        }
        Ok(())
    }

    fn hide_parameters(&self, request: &mut RequestHeader) {
        let Some(query) = request.uri.query() else { return };
        let is_key = |pair: &&str| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            self.config.key_names.iter().any(|own| own == name)
        };
        if !query.split('&').any(|pair| is_key(&pair)) {
            return;
        }
        let rest: Vec<&str> = query.split('&').filter(|pair| !is_key(pair)).collect();
        let target = match rest.as_slice() {
            [] => request.uri.path().to_owned(),
            rest => format!("{}?{}", request.uri.path(), rest.join("&")),
        };
        if let Ok(uri) = target.parse::<Uri>() {
            request.set_uri(uri);
        }
    }
}

fn refusal(message: &'static str) -> Step {
    let mut answer = Answer::new(401, message);
    answer.headers.push((http::header::WWW_AUTHENTICATE, HeaderValue::from_static("Key")));
    Step::Answer(answer)
}
