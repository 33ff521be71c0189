//! The proxy itself: the hooks of Pingora, in the order in which a request meets them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Uri, header};
use pingora_core::protocols::Digest;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_error::{Error, ErrorSource, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{FailToProxy, ProxyHttp, Session};
use tamis_gateway::{Identity, Moment, Node, RequestHead, TRACE_PARENT, TRACE_STATE, Tracked};
use tamis_lang::phase::Phase;

use crate::balancer::Target;
use crate::clock::Clock;
use crate::export::Exporter;
use crate::model::{Model, Service};
use crate::observe;
use crate::plugin::{Access, Answer, Step};
use crate::recording::{ACCESS, HEADER_FILTER, Recording};
use crate::router::Match;
use crate::trace::Tracer;

/// A gateway.
pub(crate) struct Gateway {
    pub(crate) model: Model,
    /// None where no sessions can run: a proxy and nothing else.
    pub(crate) node: Option<Arc<Node>>,
    pub(crate) clock: Clock,
    pub(crate) tracer: Tracer,
    pub(crate) exporter: Arc<Exporter>,
    pub(crate) identity: &'static Identity,
}

/// One request.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) tracked: Option<Tracked>,
    pub(crate) recording: Option<Box<Recording>>,
    pub(crate) route: Option<Match>,
    pub(crate) access: Access,
    pub(crate) target: Option<Arc<Target>>,
    pub(crate) address: Option<std::net::SocketAddr>,
    pub(crate) n_tries: u32,
    /// The id of the span of the attempt.
    pub(crate) attempt: u64,
}

impl Context {
    pub(crate) fn service(&self) -> Option<&Arc<Service>> {
        self.route.as_ref()?.route.service.as_ref()
    }
}

impl Gateway {
    /// Now, if the request is recorded; nobody asks for the time of one that is not.
    fn moment(&self, ctx: &mut Context) -> Moment {
        ctx.recording.as_mut().map_or(0, |recording| self.read(recording))
    }

    /// Reads the clock for a recorded request.
    pub(crate) fn read(&self, recording: &mut Recording) -> Moment {
        recording.latest = self.clock.now();
        recording.latest
    }

    /// Answers a request without asking an upstream.
    async fn answer(
        &self,
        session: &mut Session,
        ctx: &mut Context,
        answer: Answer,
        source: &'static str,
    ) -> Result<()> {
        let body = if answer.message.is_empty() {
            Bytes::new()
        } else {
            Bytes::from(format!("{{\"message\":\"{}\"}}", answer.message))
        };
        let mut response = ResponseHeader::build(answer.status, Some(8))?;
        response.insert_header(header::CONTENT_LENGTH, body.len())?;
        if !body.is_empty() {
            response.insert_header(header::CONTENT_TYPE, "application/json; charset=utf-8")?;
        }
        response.insert_header(header::SERVER, concat!("tamis-gateway/", env!("CARGO_PKG_VERSION")))?;
        for (name, value) in answer.headers {
            response.insert_header(name, value)?;
        }
        self.filter_headers(session, ctx, &mut response)?;
        if let Some(recording) = &mut ctx.recording {
            recording.marks.response_source = Some(source);
        }
        self.answered(session, ctx, &response);
        let has_body = !body.is_empty();
        session.write_response_header(Box::new(response), !has_body).await?;
        if has_body {
            session.write_response_body(Some(body), true).await?;
        }
        Ok(())
    }

    /// Runs the plugins on the headers of a response.
    fn filter_headers(&self, session: &Session, ctx: &mut Context, response: &mut ResponseHeader) -> Result<()> {
        let began = self.moment(ctx);
        for (name, value) in &ctx.access.response_headers {
            response.insert_header(name.clone(), value.clone())?;
        }
        let route = ctx.route.as_ref().map(|found| Arc::clone(&found.route));
        for plugin in route.iter().flat_map(|route| &route.plugins).filter(|plugin| plugin.filters_headers()) {
            let start = self.moment(ctx);
            plugin.header_filter(session.req_header(), response)?;
            if let Some(recording) = &mut ctx.recording {
                let end = self.read(recording);
                let step = ("kong.header_filter.plugin", recording.id(HEADER_FILTER));
                observe::plugin(recording, plugin, step, (start, end), None);
            }
        }
        if let Some(recording) = &mut ctx.recording {
            // Where no plugin ran, no time has passed.
            recording.marks.filtered = Some((began, recording.latest));
        }
        Ok(())
    }

    /// Runs the plugins of the access step; gives the answer of the one that ended the request.
    async fn access(&self, session: &Session, ctx: &mut Context) -> Option<Answer> {
        let route = ctx.route.as_ref().map(|found| Arc::clone(&found.route))?;
        // The router has just ended.
        let began = ctx.recording.as_ref().and_then(|recording| recording.marks.routed).map_or(0, |(_, end)| end);
        let mut ended = None;
        for plugin in &route.plugins {
            let start = self.moment(ctx);
            let step = plugin.access(session.req_header(), &mut ctx.access);
            let (status, answer) = match step {
                Step::Continue => (None, None),
                Step::Wait(time) => {
                    tokio::time::sleep(time).await;
                    (None, None)
                }
                Step::Answer(answer) => (Some(answer.status), Some(answer)),
            };
            if let Some(recording) = &mut ctx.recording {
                let end = self.read(recording);
                let step = ("kong.access.plugin", recording.id(ACCESS));
                observe::plugin(recording, plugin, step, (start, end), status);
            }
            if answer.is_some() {
                ended = answer;
                break;
            }
        }
        if let Some(recording) = &mut ctx.recording {
            recording.marks.access = Some((began, recording.latest));
        }
        ended
    }

    /// Notes a failed attempt, and whether there may be another one.
    fn failed(&self, ctx: &mut Context, error: &mut Error) {
        let retries = ctx.service().map_or(0, |service| service.retries);
        if ctx.n_tries > retries {
            error.set_retry(false);
        }
        if let Some(recording) = &mut ctx.recording {
            let now = self.read(recording);
            recording.errors.push((now, error.to_string()));
        }
    }
}

#[async_trait]
impl ProxyHttp for Gateway {
    type CTX = Context;

    fn new_ctx(&self) -> Context {
        Context::default()
    }

    fn init_downstream_modules(&self, _: &mut pingora_core::modules::http::HttpModules) {}

    async fn request_filter(&self, session: &mut Session, ctx: &mut Context) -> Result<bool> {
        self.begin(session, ctx);
        let request = session.req_header();
        let head = RequestHead::from(&**request);
        let host = std::str::from_utf8(head.host()).unwrap_or("");
        let routing = self.moment(ctx);
        ctx.route = self.model.router.find(request.method.as_str(), host, request.uri.path(), &request.headers);
        self.routed(session, ctx, routing);
        if ctx.route.is_none() {
            self.answer(session, ctx, refusal(404, "no Route matched with those values"), "exit").await?;
            return Ok(true);
        }
        ctx.access.client = session.client_addr().and_then(|address| address.as_inet()).map(|address| address.ip());
        let ended = self.access(session, ctx).await;
        self.advance(session, ctx, Phase::Authenticated);
        if let Some(answer) = ended {
            self.answer(session, ctx, answer, "exit").await?;
            return Ok(true);
        }
        if ctx.service().is_none() {
            self.answer(session, ctx, refusal(503, "no Service found with those values"), "exit").await?;
            return Ok(true);
        }
        if let Some(recording) = &mut ctx.recording {
            recording.marks.body_began = recording.marks.access.map(|(_, end)| end);
        }
        Ok(false)
    }

    async fn upstream_peer(&self, session: &mut Session, ctx: &mut Context) -> Result<Box<HttpPeer>> {
        let Some(service) = ctx.service().map(Arc::clone) else {
            return Err(Error::new(ErrorType::HTTPStatus(503)));
        };
        let began = self.moment(ctx);
        ctx.n_tries += 1;
        let Some(target) = service.balancer.pick() else {
            return Err(Error::explain(ErrorType::HTTPStatus(503), "there is no target to send the request to"));
        };
        let attempt = usize::try_from(ctx.n_tries).unwrap_or(0);
        let found = target.locate(attempt).await;
        ctx.address = found.as_ref().ok().map(|found| found.address);
        ctx.target = Some(Arc::clone(&target));
        self.located(ctx, &target, began, found.as_ref().ok());
        let found = found.map_err(|error| {
            Error::because(ErrorType::HTTPStatus(503), format!("the name `{}` was not found", target.host), error)
        })?;
        let mut peer = HttpPeer::new(found.address, false, String::new());
        peer.options.connection_timeout = Some(service.connect_timeout);
        peer.options.total_connection_timeout = Some(service.connect_timeout);
        peer.options.read_timeout = Some(service.read_timeout);
        peer.options.write_timeout = Some(service.write_timeout);
        peer.options.idle_timeout = Some(Duration::from_secs(60));
        session.as_downstream_mut().set_write_timeout(Some(Duration::from_secs(60)));
        Ok(Box::new(peer))
    }

    async fn connected_to_upstream(
        &self,
        _: &mut Session,
        reused: bool,
        _: &HttpPeer,
        #[cfg(unix)] _: std::os::unix::io::RawFd,
        #[cfg(windows)] _: std::os::windows::io::RawSocket,
        _: Option<&Digest>,
        ctx: &mut Context,
    ) -> Result<()> {
        self.tried(ctx, Some(reused));
        Ok(())
    }

    fn fail_to_connect(&self, _: &mut Session, _: &HttpPeer, ctx: &mut Context, mut error: Box<Error>) -> Box<Error> {
        self.tried(ctx, None);
        // Nothing was sent, so any method may be tried again.
        error.set_retry(true);
        self.failed(ctx, &mut error);
        error
    }

    fn error_while_proxy(
        &self,
        peer: &HttpPeer,
        session: &mut Session,
        error: Box<Error>,
        ctx: &mut Context,
        client_reused: bool,
    ) -> Box<Error> {
        let mut error = error.more_context(format!("Peer: {peer}"));
        let may_repeat = session.req_header().method.is_idempotent() && !session.as_ref().retry_buffer_truncated();
        if may_repeat {
            error.retry.decide_reuse(client_reused);
        } else {
            error.set_retry(false);
        }
        self.failed(ctx, &mut error);
        error
    }

    async fn upstream_request_filter(
        &self,
        session: &mut Session,
        upstream: &mut RequestHeader,
        ctx: &mut Context,
    ) -> Result<()> {
        let (Some(service), Some(found)) = (ctx.service().map(Arc::clone), &ctx.route) else { return Ok(()) };
        let path = upstream_path(&service, found, upstream.uri.path());
        let target = match upstream.uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        if let Ok(uri) = target.parse::<Uri>() {
            upstream.set_uri(uri);
        }
        forwarded(session, upstream)?;
        if !found.route.preserve_host {
            let host =
                ctx.target.as_ref().filter(|_| service.balancer.id.is_some()).map_or(&service.host, |it| &it.host);
            let port = service.port;
            let value = if port == 80 { host.to_string() } else { format!("{host}:{port}") };
            upstream.insert_header(header::HOST, value)?;
        }
        for plugin in &found.route.plugins {
            plugin.upstream_request(upstream, &ctx.access)?;
        }
        if let (Some(recording), Some(tracked)) = (&mut ctx.recording, &ctx.tracked) {
            let context = recording.context;
            let context = if tracked.is_kept() { context.sampled() } else { context };
            upstream.insert_header(TRACE_PARENT.clone(), context.trace_parent(ctx.attempt))?;
            if tracked.is_kept() {
                let state = context.trace_state(&session.req_header().headers, tracked.weight());
                if !state.is_empty() {
                    upstream.insert_header(TRACE_STATE.clone(), state)?;
                }
            }
            recording.marks.sent = Some(self.read(recording));
        }
        Ok(())
    }

    async fn request_body_filter(
        &self,
        session: &mut Session,
        _: &mut Option<Bytes>,
        end_of_stream: bool,
        ctx: &mut Context,
    ) -> Result<()> {
        if let Some(recording) = ctx.recording.as_mut().filter(|_| end_of_stream) {
            let now = self.read(recording);
            recording.marks.body_ended = Some(now);
            recording.marks.sent = Some(now);
            observe::body_size(recording, session.body_bytes_read());
        }
        Ok(())
    }

    async fn upstream_response_filter(
        &self,
        _: &mut Session,
        response: &mut ResponseHeader,
        ctx: &mut Context,
    ) -> Result<()> {
        if response.status.is_informational() {
            return Ok(());
        }
        if let Some(recording) = &mut ctx.recording {
            let now = self.read(recording);
            observe::upstream_answered(recording, response.status, now);
        }
        Ok(())
    }

    async fn response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        ctx: &mut Context,
    ) -> Result<()> {
        if response.status.is_informational() {
            return Ok(());
        }
        self.filter_headers(session, ctx, response)?;
        if let Some(recording) = &mut ctx.recording {
            recording.marks.response_source = Some("service");
        }
        self.answered(session, ctx, response);
        Ok(())
    }

    fn upstream_response_body_filter(
        &self,
        _: &mut Session,
        _: &mut Option<Bytes>,
        _: bool,
        ctx: &mut Context,
    ) -> Result<Option<Duration>> {
        if let Some(recording) = &mut ctx.recording {
            recording.marks.upstream_body = Some(self.read(recording));
        }
        Ok(None)
    }

    fn response_body_filter(
        &self,
        _: &mut Session,
        _: &mut Option<Bytes>,
        _: bool,
        ctx: &mut Context,
    ) -> Result<Option<Duration>> {
        if let Some(recording) = &mut ctx.recording {
            let now = self.read(recording);
            recording.marks.first_written.get_or_insert(now);
        }
        Ok(None)
    }

    async fn fail_to_proxy(&self, session: &mut Session, error: &Error, ctx: &mut Context) -> FailToProxy {
        let status = status_of(error);
        if status > 0 && session.response_written().is_none() {
            let message = match status {
                503 => "name resolution failed or no target available",
                504 => "The upstream server is timing out",
                400 => "Bad request",
                500 => "An unexpected error occurred",
                _ => "An invalid response was received from the upstream server",
            };
            session.as_downstream_mut().set_keepalive(None);
            // The client may be gone; there is nobody to tell.
            let _ = self.answer(session, ctx, refusal(status, message), "error").await;
        }
        FailToProxy { error_code: status, can_reuse_downstream: false }
    }

    fn suppress_error_log(&self, _: &Session, _: &Context, _: &Error) -> bool {
        true
    }

    async fn logging(&self, session: &mut Session, error: Option<&Error>, ctx: &mut Context) {
        if ctx.recording.is_some() {
            self.finish(session, error, ctx);
        }
    }
}

fn refusal(status: u16, message: &'static str) -> Answer {
    Answer { status, message, headers: Vec::new() }
}

/// The status of an answer to a request that could not be proxied; zero where nobody waits for one.
fn status_of(error: &Error) -> u16 {
    match (error.etype(), error.esource()) {
        (ErrorType::HTTPStatus(code), _) => *code,
        (
            ErrorType::ConnectTimedout | ErrorType::ReadTimedout | ErrorType::WriteTimedout,
            ErrorSource::Upstream | ErrorSource::Unset | ErrorSource::Internal,
        ) => 504,
        (_, ErrorSource::Upstream) => 502,
        (ErrorType::WriteError | ErrorType::ReadError | ErrorType::ConnectionClosed, ErrorSource::Downstream) => 0,
        (_, ErrorSource::Downstream) => 400,
        (ErrorType::ConnectError | ErrorType::ConnectRefused | ErrorType::ConnectNoRoute, _) => 502,
        (_, ErrorSource::Internal | ErrorSource::Unset) => 500,
    }
}

/// The path that the upstream is asked for.
pub(crate) fn upstream_path(service: &Service, found: &Match, path: &str) -> String {
    let rest = if found.route.strip_path { path.get(found.len..).unwrap_or(path) } else { path };
    let slash = if rest.starts_with('/') { "" } else { "/" };
    format!("{}{slash}{rest}", service.path)
}

/// Tells the upstream who asked whom.
fn forwarded(session: &Session, upstream: &mut RequestHeader) -> Result<()> {
    let client = session.client_addr().and_then(|address| address.as_inet()).map(|address| address.ip().to_string());
    if let Some(client) = client {
        let before = upstream.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let chain = before.map_or_else(|| client.clone(), |before| format!("{before}, {client}"));
        upstream.insert_header("x-forwarded-for", chain)?;
        upstream.insert_header("x-real-ip", client)?;
    }
    upstream.insert_header("x-forwarded-proto", "http")?;
    if let Some(host) = upstream.headers.get(header::HOST).cloned() {
        upstream.insert_header("x-forwarded-host", host)?;
    }
    Ok(())
}
