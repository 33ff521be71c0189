//! `rate-limiting`: so many requests a second or a minute, counted on this node.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::{HeaderName, HeaderValue};
use serde::Deserialize;

use super::{Access, Answer, Step};

/// How many callers are remembered; beyond that, those whose window is over are forgotten.
const MAX_CALLERS: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    second: Option<u64>,
    minute: Option<u64>,
    #[serde(default)]
    limit_by: By,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    Consumer,
    Ip,
    Service,
}

pub(super) struct RateLimiting {
    limit: u64,
    seconds: u64,
    by: By,
    began: Instant,
    counts: Mutex<HashMap<Caller, (u64, u64)>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Caller {
    Consumer(Arc<str>),
    Ip(IpAddr),
    Anybody,
}

impl RateLimiting {
    pub(super) fn new(config: Config) -> Result<Self, String> {
        let (limit, seconds) = match (config.second, config.minute) {
            (Some(limit), None) => (limit, 1),
            (None, Some(limit)) => (limit, 60),
            _ => return Err("expected one of `second` and `minute`".to_owned()),
        };
        let (by, began, counts) = (config.limit_by, Instant::now(), Mutex::default());
        Ok(Self { limit, seconds, by, began, counts })
    }

    pub(super) fn access(&self, access: &mut Access) -> Step {
        let caller = match (self.by, &access.consumer, access.client) {
            (By::Consumer, Some(consumer), _) => Caller::Consumer(Arc::clone(&consumer.id)),
            (By::Consumer | By::Ip, _, Some(ip)) => Caller::Ip(ip),
            (By::Consumer | By::Ip, _, None) | (By::Service, _, _) => Caller::Anybody,
        };
        let elapsed = self.began.elapsed().as_secs();
        let window = elapsed / self.seconds;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_CALLERS {
            counts.retain(|_, (of, _)| *of == window);
        }
        let (of, used) = counts.entry(caller).or_insert((window, 0));
        if *of != window {
            (*of, *used) = (window, 0);
        }
        let is_over = *used >= self.limit;
        *used += u64::from(!is_over);
        let remaining = self.limit - *used;
        drop(counts);
        let reset = self.seconds - elapsed % self.seconds;
        let headers = [("ratelimit-limit", self.limit), ("ratelimit-remaining", remaining), ("ratelimit-reset", reset)];
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from(value)));
        if is_over {
            let mut answer = Answer::new(429, "API rate limit exceeded");
            answer.headers.extend(headers);
            answer.headers.push((http::header::RETRY_AFTER, HeaderValue::from(reset)));
            return Step::Answer(answer);
        }
        access.response_headers.extend(headers);
        Step::Continue
    }
}
