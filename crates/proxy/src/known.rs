//! What the proxy knows of a request beside its headers, worked out only when a rule or a trace asks for it.

use std::cell::OnceCell;
use std::fmt;

use tamis_gateway::{Later, Source};
use tamis_lang::value::Value;

use crate::clock::between;
use crate::proxy::{Context, upstream_path};
use crate::recording::Recording;

/// One request, as its hooks left it.
pub(crate) struct Known<'a> {
    ctx: &'a Context,
    recording: &'a Recording,
    path: &'a str,
    /// The path that the upstream is asked for, which nothing else holds in this form.
    upstream_path: OnceCell<String>,
}

impl<'a> Known<'a> {
    /// What is known of a request to a path.
    pub(crate) const fn new(ctx: &'a Context, recording: &'a Recording, path: &'a str) -> Self {
        Self { ctx, recording, path, upstream_path: OnceCell::new() }
    }

    /// What the router and the plugins of the access step found out.
    fn routed(&self, source: Source) -> Option<Value<'_>> {
        if source == Source::RouteMatched {
            return self.recording.marks.routed.map(|_| Value::Bool(self.ctx.route.is_some()));
        }
        let found = self.ctx.route.as_ref()?;
        let (route, service) = (&found.route, found.route.service.as_ref());
        let consumer = self.ctx.access.consumer.as_ref();
        let text = match source {
            Source::RouteId => &route.id,
            Source::RouteName => &route.name,
            Source::RouteTemplate => found.template.as_deref()?,
            Source::ServiceId => &service?.id,
            Source::ServiceName => &service?.name,
            Source::UpstreamPath => {
                let service = service?;
                self.upstream_path.get_or_init(|| upstream_path(service, found, self.path))
            }
            Source::ConsumerId => &consumer?.id,
            Source::ConsumerName => &consumer?.name,
            Source::AuthType => consumer.map(|_| "key-auth")?,
            _ => return None,
        };
        Some(Value::String(text.as_bytes()))
    }

    /// What was found out about the target.
    fn balanced(&self, source: Source) -> Option<Value<'_>> {
        // The last target that was chosen, whether it could be found or not.
        let target = self.ctx.target.as_ref()?;
        let text = match source {
            Source::UpstreamId => self.ctx.service()?.balancer.id.as_deref()?,
            Source::TargetId => target.id.as_deref()?,
            Source::UpstreamAddress => &target.name,
            Source::UpstreamHost => &target.host,
            Source::Algorithm => "round-robin",
            Source::UpstreamIp => return self.ctx.address.map(|address| Value::Ip(address.ip())),
            Source::ResendCount => return Some(Value::Int(self.ctx.n_tries.saturating_sub(1).into())),
            _ => return None,
        };
        Some(Value::String(text.as_bytes()))
    }

    /// Statuses and times so far.
    fn measured(&self, source: Source) -> Option<Value<'_>> {
        let marks = &self.recording.marks;
        let status = |status: Option<u16>| status.map(|status| Value::Int(status.into()));
        match source {
            Source::Status => status(marks.status),
            Source::UpstreamStatus => status(marks.upstream_status),
            Source::UpstreamReadHeaders | Source::UpstreamFirstByte => {
                let headers = marks.response_headers?;
                let sent = marks.sent.or(marks.connected).unwrap_or(headers);
                Some(Value::Duration(between(sent, headers)))
            }
            // What has passed by now is a lower bound of the total.
            Source::TotalLatency => marks.asked.map(|now| Value::Duration(between(self.recording.began, now))),
            Source::ResponseSource => marks.response_source.map(|text| Value::String(text.as_bytes())),
            _ => None,
        }
    }
}

impl Later for Known<'_> {
    fn value(&self, source: Source) -> Option<Value<'_>> {
        self.routed(source).or_else(|| self.balanced(source)).or_else(|| self.measured(source))
    }
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("path", &self.path).finish_non_exhaustive()
    }
}
