//! What the proxy tells the rules and the trace, step by step.

use std::sync::Arc;

use http::StatusCode;
use pingora_error::Error;
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::Session;
use tamis_gateway::{Answer, Exchange, Moment, Node, Observed, RequestHead, Source, header_bytes};
use tamis_lang::phase::Phase;

use crate::balancer::{Found, Target};
use crate::clock::between;
use crate::model::Service;
use crate::plugin::Plugin;
use crate::proxy::{Context, Gateway, upstream_path};
use crate::recording::{Ids, Recording, with_local};
use crate::trace::Finished;

/// The request as a rule sees it now.
fn exchange<'a>(node: &'a Node, request: &'a RequestHeader, recording: &'a Recording, phase: Phase) -> Exchange<'a> {
    let randomness = recording.context.randomness();
    let head = RequestHead::from(&**request);
    let exchange = Exchange::new(node.vocabulary(), head, &recording.observations, randomness).at(phase);
    match &recording.response {
        Some(headers) => exchange.with_response(headers),
        None => exchange,
    }
}

impl Gateway {
    /// Begins a request: what is known with its headers, and the first answer.
    pub(crate) fn begin(&self, session: &mut Session, ctx: &mut Context, now: Moment) {
        let Some(node) = &self.node else { return };
        let is_empty = session.as_downstream_mut().is_body_empty();
        let request = session.req_header();
        with_local(node, |local| {
            let Some(mut tracked) = node.begin(&mut local.worker) else { return };
            let mut recording = local.recording(&request.headers, now);
            self.connection(session, &mut recording);
            if is_empty {
                request_size(&mut recording, request, 0);
            } else {
                recording.observations.expect(Source::RequestSize);
                recording.observations.expect(Source::RequestBodySize);
            }
            let known = exchange(node, request, &recording, Phase::RequestHeaders);
            let answer = tracked.advance(&mut local.worker, Phase::RequestHeaders, &known, now);
            drop(known);
            if answer == Answer::Drop {
                tracked.discard(&mut local.worker);
                local.put_back(recording);
                return;
            }
            let values = vec![
                (Source::HeaderCount, Observed::Int(i64::try_from(request.headers.len()).unwrap_or(0))),
                (Source::HeaderSize, Observed::Size(header_bytes(&request.headers))),
            ];
            let id = local.ids.span();
            recording.span("kong.read_client_http_headers", 0, (now, now), id).values = values;
            ctx.recording = Some(recording);
            ctx.tracked = Some(tracked);
        });
    }

    /// What is known of the connection.
    fn connection(&self, session: &Session, recording: &mut Recording) {
        let known = &mut recording.observations;
        if let Some(peer) = session.client_addr().and_then(|address| address.as_inet()) {
            for (ip, port) in [(Source::PeerAddress, Source::PeerPort), (Source::ClientAddress, Source::ClientPort)] {
                known.set(ip, Observed::Ip(peer.ip()));
                known.set(port, Observed::Int(peer.port().into()));
            }
        }
        if let Some(own) = session.server_addr().and_then(|address| address.as_inet()) {
            known.set(Source::ServerAddress, Observed::Ip(own.ip()));
            known.set(Source::ServerPort, Observed::Int(own.port().into()));
        }
        known.set(Source::Transport, Observed::Static("tcp"));
        let id = u128::from(recording.root) << 64 | u128::from(recording.root.rotate_left(17) ^ recording.began);
        known.set(Source::RequestId, Observed::id(id));
        known.set(Source::NodeService, Observed::Shared(Arc::clone(&self.identity.service)));
        known.set(Source::NodeVersion, Observed::Shared(Arc::clone(&self.identity.version)));
        known.set(Source::NodeInstance, Observed::Shared(Arc::clone(&self.identity.instance)));
    }

    /// Asks the rules after a phase; a request that is dropped is forgotten.
    pub(crate) fn advance(&self, session: &Session, ctx: &mut Context, phase: Phase) {
        let Some(node) = &self.node else { return };
        let (Some(tracked), Some(recording)) = (&mut ctx.tracked, &mut ctx.recording) else { return };
        let now = self.clock.now();
        // What has passed by now is a lower bound of the total.
        recording.observations.set(Source::TotalLatency, Observed::Duration(between(recording.began, now)));
        let answer = with_local(node, |local| {
            let known = exchange(node, session.req_header(), recording, phase);
            tracked.advance(&mut local.worker, phase, &known, now)
        });
        if answer == Answer::Drop {
            self.forget(ctx);
        }
    }

    fn forget(&self, ctx: &mut Context) {
        let Some(node) = &self.node else { return };
        with_local(node, |local| {
            if let Some(tracked) = ctx.tracked.take() {
                tracked.discard(&mut local.worker);
            }
            if let Some(recording) = ctx.recording.take() {
                local.put_back(recording);
            }
        });
    }

    /// Notes what the router found.
    pub(crate) fn routed(&self, session: &Session, ctx: &mut Context, began: Moment) {
        let Some(recording) = &mut ctx.recording else { return };
        let mut values = vec![(Source::RouteMatched, Observed::Bool(ctx.route.is_some()))];
        if let Some(found) = &ctx.route {
            let route = &found.route;
            values.push((Source::RouteId, Observed::Shared(Arc::clone(&route.id))));
            values.push((Source::RouteName, Observed::Shared(Arc::clone(&route.name))));
            if let Some(template) = &found.template {
                values.push((Source::RouteTemplate, Observed::Shared(Arc::clone(template))));
            }
            if let Some(service) = &route.service {
                values.push((Source::ServiceId, Observed::Shared(Arc::clone(&service.id))));
                values.push((Source::ServiceName, Observed::Shared(Arc::clone(&service.name))));
                let path = upstream_path(service, found, session.req_header().uri.path());
                values.push((Source::UpstreamPath, Observed::Text(path.into())));
            }
            for tag in &route.tags {
                recording.observations.add(Source::RouteTags, Observed::Shared(Arc::clone(tag)));
            }
        }
        for (source, value) in &values {
            recording.observations.set(*source, value.clone());
        }
        let (end, id) = (self.clock.now(), Ids::default().span());
        recording.span("kong.router", 0, (began, end), id).values = values;
        self.advance(session, ctx, Phase::Route);
    }

    /// Notes which target was chosen and where it is.
    pub(crate) fn located(
        &self,
        ctx: &mut Context,
        (service, target): (&Service, &Target),
        began: Moment,
        found: Option<&Found>,
    ) {
        let Some(recording) = &mut ctx.recording else { return };
        let now = self.clock.now();
        let mut ids = Ids::default();
        let (selection, _) = *recording.marks.selection.get_or_insert_with(|| (ids.span(), began));
        ctx.attempt = ids.span();
        recording.marks.attempt = Some(now);
        if found.is_none_or(|found| found.has_asked) {
            let domain = Observed::Shared(Arc::clone(&target.host));
            recording.observations.add(Source::DnsDomain, domain.clone());
            recording.marks.dns += between(began, now);
            recording.marks.has_asked_dns = true;
            let span = recording.span("kong.dns", selection, (began, now), ids.span());
            span.values = vec![(Source::DnsDomain, domain)];
            span.is_error = found.is_none();
        }
        let known = &mut recording.observations;
        if let Some(id) = &service.balancer.id {
            known.set(Source::UpstreamId, Observed::Shared(Arc::clone(id)));
        }
        if let Some(id) = &target.id {
            known.set(Source::TargetId, Observed::Shared(Arc::clone(id)));
        }
        known.set(Source::UpstreamAddress, Observed::Shared(Arc::clone(&target.name)));
        known.set(Source::UpstreamHost, Observed::Shared(Arc::clone(&target.host)));
        known.set(Source::Algorithm, Observed::Static("round-robin"));
        if let Some(found) = found {
            known.set(Source::UpstreamIp, Observed::Ip(found.address.ip()));
        }
        known.set(Source::ResendCount, Observed::Int(i64::from(ctx.n_tries.saturating_sub(1))));
    }

    /// Notes an attempt: connected, on a connection that was there or not, or failed.
    pub(crate) fn tried(&self, ctx: &mut Context, reused: Option<bool>) {
        let Some(recording) = &mut ctx.recording else { return };
        let now = self.clock.now();
        let began = recording.marks.attempt.unwrap_or(now);
        let mut values = vec![
            (Source::TryCount, Observed::Int(ctx.n_tries.into())),
            (Source::TryKeepalive, Observed::Bool(reused.unwrap_or(false))),
        ];
        if let Some(target) = &ctx.target {
            values.push((Source::TryPeer, Observed::Shared(Arc::clone(&target.host))));
        }
        for (source, value) in &values {
            recording.observations.add(*source, value.clone());
        }
        recording.marks.connected = reused.map(|_| now);
        let parent = recording.marks.selection.map_or(0, |(id, _)| id);
        let span = recording.span("kong.find_upstream", parent, (began, now), ctx.attempt);
        span.values = values;
        span.is_error = reused.is_none();
    }

    /// Notes the response as the client gets it, and asks the rules.
    pub(crate) fn answered(&self, session: &Session, ctx: &mut Context, response: &ResponseHeader) {
        let Some(recording) = &mut ctx.recording else { return };
        let now = self.clock.now();
        if let Some((id, began)) = recording.marks.selection {
            let end = recording.marks.connected.unwrap_or(now);
            let span = recording.span("kong.upstream.selection", 0, (began, end), id);
            span.values = vec![(Source::Algorithm, Observed::Static("round-robin"))];
        }
        recording.response = Some(response.headers.clone());
        recording.observations.set(Source::Status, Observed::Int(response.status.as_u16().into()));
        self.advance(session, ctx, Phase::Upstream);
        self.advance(session, ctx, Phase::ResponseHeaders);
    }

    /// Ends a request: the totals, the last answer, and the way out for one that was captured.
    pub(crate) fn finish(&self, session: &Session, error: Option<&Error>, ctx: &mut Context) {
        let (Some(node), Some(recording)) = (&self.node, &mut ctx.recording) else { return };
        let ended = self.clock.now();
        request_size(recording, session.req_header(), session.body_bytes_read());
        totals(recording, session.body_bytes_sent(), ended);
        failure(recording, error, ended);
        spans(recording, ended);
        let tracked = ctx.tracked.take();
        with_local(node, |local| {
            let Some(mut tracked) = tracked else { return };
            let known = exchange(node, session.req_header(), recording, Phase::ResponseBody);
            tracked.advance(&mut local.worker, Phase::ResponseBody, &known, ended);
            let known = known.at(Phase::Log);
            let Some(capture) = tracked.finish(&mut local.worker, &known, ended) else { return };
            let request = RequestHead::from(&**session.req_header());
            let vocabulary = node.vocabulary();
            let finished = Finished { recording, exchange: &known, request, capture: &capture, vocabulary, ended };
            self.exporter.send(&self.tracer.captured(&finished));
        });
        self.forget(ctx);
    }
}

/// Notes that a plugin ran, and the status with which it ended the request.
pub(crate) fn plugin(
    recording: &mut Recording,
    plugin: &Plugin,
    (step, parent): (&'static str, u64),
    (start, end): (Moment, Moment),
    status: Option<u16>,
) {
    let id = Observed::Shared(Arc::clone(&plugin.id));
    let mut values = vec![(Source::PluginId, id)];
    if let Some(status) = status {
        values.push((Source::PluginStatus, Observed::Int(status.into())));
    }
    for (source, value) in &values {
        recording.observations.add(*source, value.clone());
    }
    let span = recording.span(step, parent, (start, end), Ids::default().span());
    span.plugin = Some(plugin.name());
    span.values = values;
    span.is_error = status.is_some_and(|status| status >= 500);
}

/// Notes how long the request is.
pub(crate) fn request_size(recording: &mut Recording, request: &RequestHeader, body: usize) {
    let body = i64::try_from(body).unwrap_or(i64::MAX);
    let line = request.method.as_str().len() + request.raw_path().len() + " HTTP/1.1\r\n\r\n".len() + 1;
    let head = header_bytes(&request.headers).saturating_add(i64::try_from(line).unwrap_or(i64::MAX));
    recording.observations.set(Source::RequestBodySize, Observed::Size(body));
    recording.observations.set(Source::RequestSize, Observed::Size(head.saturating_add(body)));
}

/// Notes the head of the upstream's response.
pub(crate) fn upstream_answered(recording: &mut Recording, status: StatusCode, now: Moment) {
    recording.marks.response_headers = Some(now);
    let sent = recording.marks.sent.or(recording.marks.connected).unwrap_or(now);
    let waited = Observed::Duration(between(sent, now));
    let known = &mut recording.observations;
    known.set(Source::UpstreamStatus, Observed::Int(status.as_u16().into()));
    known.set(Source::UpstreamReadHeaders, waited.clone());
    known.set(Source::UpstreamFirstByte, waited);
}

/// The totals of a request that is over.
fn totals(recording: &mut Recording, body_sent: usize, ended: Moment) {
    let marks = recording.marks;
    let head = recording.response.as_ref().map(header_bytes);
    let body = i64::try_from(body_sent).unwrap_or(i64::MAX);
    let known = &mut recording.observations;
    if let Some(head) = head {
        known.set(Source::ResponseBodySize, Observed::Size(body));
        known.set(Source::ResponseSize, Observed::Size(head.saturating_add(body)));
    }
    let total = between(recording.began, ended);
    known.set(Source::TotalLatency, Observed::Duration(total));
    let mut upstream = 0;
    if let (Some(sent), Some(headers)) = (marks.sent, marks.response_headers) {
        let last = marks.upstream_body.unwrap_or(headers).max(headers);
        upstream = between(sent, last);
        known.set(Source::UpstreamReadBody, Observed::Duration(between(headers, last)));
        known.set(Source::UpstreamLatency, Observed::Duration(upstream));
    }
    let uploading = marks.body_began.zip(marks.body_ended).map_or(0, |(from, to)| between(from, to));
    let reading = marks.upstream_body.map_or(0, |last| between(last, ended));
    let client = uploading + reading;
    known.set(Source::ClientLatency, Observed::Duration(client));
    if marks.has_asked_dns {
        known.set(Source::DnsLatency, Observed::Duration(marks.dns));
        known.set(Source::ThirdPartyLatency, Observed::Duration(marks.dns));
    }
    let internal = (total - client - upstream - marks.dns).max(0);
    known.set(Source::InternalLatency, Observed::Duration(internal));
}

/// The class of the error, and the status of the root span.
fn failure(recording: &mut Recording, error: Option<&Error>, ended: Moment) {
    let status = match recording.observations.get(Source::Status) {
        Some(Observed::Int(status)) => Some(*status),
        _ => None,
    };
    let is_server_error = status.is_none_or(|status| status >= 500);
    if is_server_error {
        recording.observations.set(Source::SpanStatus, Observed::Static("ERROR"));
    }
    match (error, status) {
        (Some(error), _) => {
            recording.observations.set(Source::ErrorType, Observed::Text(error.etype().as_str().into()));
            if recording.errors.is_empty() {
                recording.errors.push((ended, error.to_string()));
            }
        }
        (None, Some(status)) if is_server_error => {
            recording.observations.set(Source::ErrorType, Observed::Text(status.to_string().into()));
        }
        (None, _) => {}
    }
}

/// The steps whose ends are known only now.
fn spans(recording: &mut Recording, ended: Moment) {
    let marks = recording.marks;
    let mut ids = Ids::default();
    let mut add = |name, from: Option<Moment>, to: Option<Moment>| {
        if let (Some(from), Some(to)) = (from, to) {
            recording.span(name, 0, (from, to), ids.span());
        }
    };
    add("kong.read_client_http_body", marks.body_began, marks.body_ended);
    add("kong.send_request_to_upstream", marks.connected, marks.sent);
    add("kong.read_headers_from_upstream", marks.sent, marks.response_headers);
    add("kong.read_body_from_upstream", marks.response_headers, marks.upstream_body);
    add("kong.phase.body_filter", marks.first_written, marks.upstream_body);
    add("kong.wait_for_client_read", marks.upstream_body, Some(ended));
    add("kong.phase.log", Some(ended), Some(ended));
}
