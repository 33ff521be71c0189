//! What the proxy tells the rules and the trace, step by step.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use pingora_error::Error;
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::Session;
use tamis_gateway::{Answer, Connection, Exchange, Moment, Node, Observed, RequestHead, Source, header_bytes};
use tamis_lang::phase::Phase;

use crate::balancer::{Found, Target};
use crate::clock::between;
use crate::known::Known;
use crate::plugin::Plugin;
use crate::proxy::{Context, Gateway};
use crate::recording::{ACCESS, HEADER_FILTER, Recording, SELECTION, Trace, with_local};
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
    pub(crate) fn begin(&self, session: &mut Session, ctx: &mut Context) {
        let Some(node) = &self.node else { return };
        with_local(node, |local| {
            let Some(mut tracked) = node.begin(&mut local.worker) else { return };
            let is_empty = session.as_downstream_mut().is_body_empty();
            let request = session.req_header();
            let now = self.clock.now();
            let mut recording = local.recording(now);
            let trace = Trace::new(&request.headers, local);
            self.connection(session, &mut recording);
            if is_empty {
                body_size(&mut recording, 0);
            } else {
                recording.observations.expect(Source::RequestBodySize);
            }
            let known = exchange(node, request, &recording, Phase::RequestHeaders).with_later(&trace);
            let answer = tracked.advance(&mut local.worker, Phase::RequestHeaders, &known, now);
            drop(known);
            if answer == Answer::Drop {
                tracked.discard(&mut local.worker);
                local.put_back(recording);
                return;
            }
            recording.context = *trace.context();
            ctx.recording = Some(recording);
            ctx.tracked = Some(tracked);
        });
    }

    /// Which connection, which node and which request it is.
    fn connection(&self, session: &Session, recording: &mut Recording) {
        let known = &mut recording.observations;
        known.set_connection(Connection {
            peer: session.client_addr().and_then(|address| address.as_inet()).copied(),
            local: session.server_addr().and_then(|address| address.as_inet()).copied(),
            transport: Some("tcp"),
        });
        known.set_identity(self.identity);
        let root = recording.root;
        known.set_request_id(u128::from(root) << 64 | u128::from(root.rotate_left(17) ^ recording.began));
    }

    /// Asks the rules after a phase; a request that is dropped is forgotten.
    pub(crate) fn advance(&self, session: &Session, ctx: &mut Context, phase: Phase) {
        self.advance_with(session, ctx, phase, None);
    }

    /// The same with the headers of a response that is not recorded yet.
    fn advance_with(&self, session: &Session, ctx: &mut Context, phase: Phase, response: Option<&HeaderMap>) {
        let Some(node) = &self.node else { return };
        let (Some(mut tracked), Some(mut recording)) = (ctx.tracked.take(), ctx.recording.take()) else { return };
        if !tracked.waits_for(phase, &recording.observations) {
            (ctx.tracked, ctx.recording) = (Some(tracked), Some(recording));
            return;
        }
        // Each phase ends with a reading of the clock.
        let now = recording.latest;
        recording.marks.asked = Some(now);
        with_local(node, |local| {
            let request = session.req_header();
            let known = Known::new(ctx, &recording, request.uri.path());
            let exchange = exchange(node, request, &recording, phase).with_later(&known);
            let exchange = match response {
                Some(headers) => exchange.with_response(headers),
                None => exchange,
            };
            let answer = tracked.advance(&mut local.worker, phase, &exchange, now);
            drop(exchange);
            if answer == Answer::Drop {
                tracked.discard(&mut local.worker);
                local.put_back(recording);
            } else {
                (ctx.tracked, ctx.recording) = (Some(tracked), Some(recording));
            }
        });
    }

    /// Notes what the router found.
    pub(crate) fn routed(&self, session: &Session, ctx: &mut Context, began: Moment) {
        let Some(recording) = &mut ctx.recording else { return };
        for tag in ctx.route.iter().flat_map(|found| &found.route.tags) {
            recording.observations.add(Source::RouteTags, Observed::Shared(Arc::clone(tag)));
        }
        recording.marks.routed = Some((began, self.read(recording)));
        self.advance(session, ctx, Phase::Route);
    }

    /// Notes which target was chosen and where it is.
    pub(crate) fn located(&self, ctx: &mut Context, target: &Target, began: Moment, found: Option<&Found>) {
        let Some(recording) = &mut ctx.recording else { return };
        recording.marks.selection.get_or_insert(began);
        ctx.attempt = recording.next_id();
        recording.marks.attempt = Some(began);
        if found.is_none_or(|found| found.has_asked) {
            let now = self.read(recording);
            recording.marks.attempt = Some(now);
            let before = recording.observations.n_added();
            recording.observations.add(Source::DnsDomain, Observed::Shared(Arc::clone(&target.host)));
            recording.marks.dns += between(began, now);
            recording.marks.has_asked_dns = true;
            let (id, parent) = (recording.next_id(), recording.id(SELECTION));
            let span = recording.span("kong.dns", parent, (began, now), id);
            span.own = before..before + 1;
            span.is_error = found.is_none();
        }
    }

    /// Notes an attempt: connected, on a connection that was there or not, or failed.
    pub(crate) fn tried(&self, ctx: &mut Context, reused: Option<bool>) {
        let Some(recording) = &mut ctx.recording else { return };
        let now = self.read(recording);
        let began = recording.marks.attempt.unwrap_or(now);
        let known = &mut recording.observations;
        let before = known.n_added();
        known.add(Source::TryCount, Observed::Int(ctx.n_tries.into()));
        known.add(Source::TryKeepalive, Observed::Bool(reused.unwrap_or(false)));
        if let Some(target) = &ctx.target {
            known.add(Source::TryPeer, Observed::Shared(Arc::clone(&target.host)));
        }
        let own = before..known.n_added();
        recording.marks.connected = reused.map(|_| now);
        let parent = recording.id(SELECTION);
        let span = recording.span("kong.find_upstream", parent, (began, now), ctx.attempt);
        span.own = own;
        span.is_error = reused.is_none();
    }

    /// Notes the response as the client gets it, and asks the rules; its headers are copied only for a request that
    /// may still be captured.
    pub(crate) fn answered(&self, session: &Session, ctx: &mut Context, response: &ResponseHeader) {
        let Some(recording) = &mut ctx.recording else { return };
        recording.marks.status = Some(response.status.as_u16());
        self.advance(session, ctx, Phase::Upstream);
        self.advance_with(session, ctx, Phase::ResponseHeaders, Some(&response.headers));
        if let Some(recording) = &mut ctx.recording {
            recording.response = Some(response.headers.clone());
        }
    }

    /// Ends a request: the totals, the last answer, and the way out for one that was captured.
    pub(crate) fn finish(&self, session: &Session, error: Option<&Error>, ctx: &mut Context) {
        let Some(node) = &self.node else { return };
        let (Some(mut tracked), Some(mut recording)) = (ctx.tracked.take(), ctx.recording.take()) else { return };
        let ended = self.clock.now();
        body_size(&mut recording, session.body_bytes_read());
        totals(&mut recording, session.body_bytes_sent(), ended);
        failure(&mut recording, error, ended);
        let request = session.req_header();
        with_local(node, |local| {
            let capture = {
                let known = Known::new(ctx, &recording, request.uri.path());
                let exchange = exchange(node, request, &recording, Phase::ResponseBody).with_later(&known);
                if tracked.waits_for(Phase::ResponseBody, &recording.observations) {
                    tracked.advance(&mut local.worker, Phase::ResponseBody, &exchange, ended);
                }
                tracked.finish(&mut local.worker, &exchange.at(Phase::Log), ended)
            };
            if let Some(capture) = capture {
                spans(&mut recording, ended);
                let known = Known::new(ctx, &recording, request.uri.path());
                let exchange = exchange(node, request, &recording, Phase::Log).with_later(&known);
                let (request, vocabulary) = (RequestHead::from(&**request), node.vocabulary());
                let recording = &recording;
                let finished =
                    Finished { recording, exchange: &exchange, request, capture: &capture, vocabulary, ended };
                self.exporter.send(&self.tracer.captured(&finished));
            }
            local.put_back(recording);
        });
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
    let known = &mut recording.observations;
    let before = known.n_added();
    known.add(Source::PluginId, Observed::Shared(Arc::clone(&plugin.id)));
    if let Some(status) = status {
        known.add(Source::PluginStatus, Observed::Int(status.into()));
    }
    let own = before..known.n_added();
    let id = recording.next_id();
    let span = recording.span(step, parent, (start, end), id);
    span.plugin = Some(plugin.name());
    span.own = own;
    span.is_error = status.is_some_and(|status| status >= 500);
}

/// Notes how long the body of the request is.
pub(crate) fn body_size(recording: &mut Recording, body: usize) {
    let body = i64::try_from(body).unwrap_or(i64::MAX);
    recording.observations.set(Source::RequestBodySize, Observed::Size(body));
}

/// Notes the head of the upstream's response.
pub(crate) const fn upstream_answered(recording: &mut Recording, status: StatusCode, now: Moment) {
    recording.marks.response_headers = Some(now);
    recording.marks.upstream_status = Some(status.as_u16());
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
    let status = recording.marks.status;
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

/// The steps that follow from what was noted, made only for a request that was captured.
fn spans(recording: &mut Recording, ended: Moment) {
    let (marks, began) = (recording.marks, Some(recording.began));
    let mut add = |name, from: Option<Moment>, to: Option<Moment>, number: Option<u64>| {
        if let (Some(from), Some(to)) = (from, to) {
            let id = match number {
                Some(number) => recording.id(number),
                None => recording.next_id(),
            };
            recording.span(name, 0, (from, to), id);
        }
    };
    let (from, to) = (|part: (Moment, Moment)| part.0, |part: (Moment, Moment)| part.1);
    add("kong.read_client_http_headers", began, began, None);
    add("kong.router", marks.routed.map(from), marks.routed.map(to), None);
    add("kong.phase.access", marks.access.map(from), marks.access.map(to), Some(ACCESS));
    let chosen = marks.connected.or(marks.filtered.map(from)).or(Some(ended));
    add("kong.upstream.selection", marks.selection, chosen, Some(SELECTION));
    add("kong.read_client_http_body", marks.body_began, marks.body_ended, None);
    add("kong.send_request_to_upstream", marks.connected, marks.sent, None);
    add("kong.read_headers_from_upstream", marks.sent, marks.response_headers, None);
    add("kong.phase.header_filter", marks.filtered.map(from), marks.filtered.map(to), Some(HEADER_FILTER));
    add("kong.read_body_from_upstream", marks.response_headers, marks.upstream_body, None);
    add("kong.phase.body_filter", marks.first_written, marks.upstream_body, None);
    add("kong.wait_for_client_read", marks.upstream_body, Some(ended), None);
    add("kong.phase.log", Some(ended), Some(ended), None);
}
