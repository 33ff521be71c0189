//! A request and its response, of the types of the crate `http`, as a rule sees them.

use std::cell::OnceCell;
use std::fmt;
use std::ops::ControlFlow;

use http::{HeaderMap, Method, Uri, Version, header, request, response};
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_lang::value::Value;
use tamis_vm::{Fact, Facts, FieldRef};

use crate::observations::{Observations, hex};
use crate::query;
use crate::source::{Source, Vocabulary};

/// The head of a request, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The target of the request.
    pub uri: &'a Uri,
    /// The version of the protocol.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl<'a> From<&'a request::Parts> for RequestHead<'a> {
    fn from(parts: &'a request::Parts) -> Self {
        Self { method: &parts.method, uri: &parts.uri, version: parts.version, headers: &parts.headers }
    }
}

impl<'a, B> From<&'a http::Request<B>> for RequestHead<'a> {
    fn from(request: &'a http::Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), version: request.version(), headers: request.headers() }
    }
}

impl<'a> RequestHead<'a> {
    /// The host that is asked for, with its port: the header `host`, or that of an absolute target.
    #[must_use]
    pub fn authority(&self) -> &'a [u8] {
        match self.headers.get(header::HOST) {
            Some(host) => host.as_bytes(),
            None => self.uri.authority().map_or(&[], |authority| authority.as_str().as_bytes()),
        }
    }

    /// The host that is asked for, without its port and the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &'a [u8] {
        split_port(self.authority()).0
    }
}

/// Cuts `host:port`; the host of `[::1]:80` is `::1`.
fn split_port(authority: &[u8]) -> (&[u8], Option<u16>) {
    let port = |bytes: &[u8]| std::str::from_utf8(bytes).ok()?.parse().ok();
    if let Some(inner) = authority.strip_prefix(b"[")
        && let Some(end) = inner.iter().position(|byte| *byte == b']')
    {
        let rest = inner.get(end + 1..).and_then(|rest| rest.strip_prefix(b":"));
        return (inner.get(..end).unwrap_or(inner), rest.and_then(port));
    }
    match authority.iter().rposition(|byte| *byte == b':') {
        Some(at) => (authority.get(..at).unwrap_or(authority), authority.get(at + 1..).and_then(port)),
        None => (authority, None),
    }
}

/// Up to so many headers, comparing each name is cheaper than looking one up.
const FEW_HEADERS: usize = 16;

/// Whether a header has a name that a rule writes with hyphens.
fn is_named(name: &[u8], key: &[u8]) -> bool {
    let is_same = |(byte, wanted): (&u8, &u8)| byte.eq_ignore_ascii_case(wanted) || (*byte == b'_' && *wanted == b'-');
    name.len() == key.len() && name.iter().zip(key).all(is_same)
}

/// What a gateway knows of a request and works out only when a rule asks for it: beside [`Observations`], which are
/// written whether anybody asks or not.
pub trait Later: fmt::Debug {
    /// The value of a source that has one value; what was observed goes before it.
    fn value(&self, source: Source) -> Option<Value<'_>>;

    /// What decides about shares, where reading the headers for it waits until a rule asks.
    fn randomness(&self) -> Option<Randomness> {
        None
    }
}

/// What is known of a request by now: its head, the response's, and what the gateway observed.
///
/// Nothing is copied; every answer is borrowed.
#[derive(Debug)]
pub struct Exchange<'a> {
    vocabulary: &'a Vocabulary,
    request: RequestHead<'a>,
    response: Option<&'a HeaderMap>,
    observations: &'a Observations,
    randomness: Randomness,
    later: Option<&'a dyn Later>,
    is_tls: bool,
    /// The phase that is over; what may still come is not yet known before its last one.
    phase: Phase,
    /// The whole address, which no part of the request holds; made only for a rule that asks for it.
    address: OnceCell<Box<[u8]>>,
    /// The digits of the id of the request, likewise.
    request_id: OnceCell<[u8; 32]>,
    /// Whether a header's name has an underscore, which a rule writes as a hyphen.
    has_underscores: OnceCell<bool>,
}

impl<'a> Exchange<'a> {
    /// A request whose headers are read.
    #[must_use]
    pub fn new(
        vocabulary: &'a Vocabulary,
        request: RequestHead<'a>,
        observations: &'a Observations,
        randomness: Randomness,
    ) -> Self {
        Self {
            vocabulary,
            request,
            response: None,
            observations,
            randomness,
            later: None,
            is_tls: false,
            phase: Phase::RequestHeaders,
            address: OnceCell::new(),
            request_id: OnceCell::new(),
            has_underscores: OnceCell::new(),
        }
    }

    /// The same at a phase.
    #[must_use]
    pub fn at(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    /// The same over TLS.
    #[must_use]
    pub fn over_tls(self) -> Self {
        Self { is_tls: true, ..self }
    }

    /// The same with what the gateway works out when somebody asks.
    #[must_use]
    pub fn with_later(self, later: &'a dyn Later) -> Self {
        Self { later: Some(later), ..self }
    }

    /// The same with the headers of the response.
    #[must_use]
    pub fn with_response(self, headers: &'a HeaderMap) -> Self {
        Self { response: Some(headers), ..self }
    }

    /// The same with a response whose body is elsewhere.
    #[must_use]
    pub fn with_response_parts(self, parts: &'a response::Parts) -> Self {
        self.with_response(&parts.headers)
    }

    /// The value of a source that has one value.
    #[must_use]
    pub fn value(&self, source: Source) -> Option<Value<'_>> {
        let request = &self.request;
        let text = |bytes| Some(Value::String(bytes));
        match source {
            Source::Method => text(request.method.as_str().as_bytes()),
            Source::UrlFull => text(self.address()),
            Source::UrlScheme => text(self.scheme().as_bytes()),
            Source::UrlDomain | Source::RequestHost => {
                Some(request.host()).filter(|host| !host.is_empty()).map(Value::String)
            }
            Source::UrlPort => {
                let default = if self.is_tls { 443 } else { 80 };
                let port = split_port(request.authority()).1.unwrap_or(default);
                (!request.host().is_empty()).then_some(Value::Int(port.into()))
            }
            Source::UrlPath => text(request.uri.path().as_bytes()),
            Source::UrlQuery => request.uri.query().map(|query| Value::String(query.as_bytes())),
            Source::UrlExtension => {
                tamis_traffic::url::extension(request.uri.path()).map(|text| Value::String(text.as_bytes()))
            }
            Source::UserAgent => request.headers.get(header::USER_AGENT).map(|value| Value::String(value.as_bytes())),
            Source::ProtocolName => text(b"http"),
            Source::ProtocolVersion => text(version(request.version).as_bytes()),
            Source::HeaderCount => i64::try_from(request.headers.len()).ok().map(Value::Int),
            Source::HeaderSize => Some(Value::Size(header_bytes(request.headers))),
            Source::RequestId => self.observations.value(source).or_else(|| self.request_id()),
            Source::RequestSize => self.observations.value(source).or_else(|| self.request_size()),
            _ => self.observations.value(source).or_else(|| self.later?.value(source)),
        }
    }

    /// The id of the request in digits, made only for whoever asks.
    fn request_id(&self) -> Option<Value<'_>> {
        let id = self.observations.request_id()?;
        Some(Value::String(self.request_id.get_or_init(|| hex(id))))
    }

    /// The bytes of the request line, the headers and the body, once the body's are known.
    fn request_size(&self) -> Option<Value<'_>> {
        let Value::Size(body) = self.observations.value(Source::RequestBodySize)? else { return None };
        let RequestHead { method, uri, headers, .. } = self.request;
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let before =
            uri.authority().map_or(0, |authority| self.scheme().len() + "://".len() + authority.as_str().len());
        let line = method.as_str().len() + before + path.len() + "  HTTP/1.1\r\n\r\n".len();
        let head = header_bytes(headers).saturating_add(i64::try_from(line).unwrap_or(i64::MAX));
        Some(Value::Size(head.saturating_add(body)))
    }

    fn scheme(&self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }

    /// The address without its query.
    fn address(&self) -> &[u8] {
        self.address.get_or_init(|| {
            let parts =
                [self.scheme().as_bytes(), b"://", self.request.authority(), self.request.uri.path().as_bytes()];
            parts.concat().into()
        })
    }

    /// The values of a header; `_` in its name counts as `-`.
    fn header<'h>(&self, headers: &'h HeaderMap, key: &str, visit: &mut dyn FnMut(&'h [u8]) -> ControlFlow<()>) {
        // What breaks the visit has all that it wants.
        if headers.keys_len() <= FEW_HEADERS {
            let own = headers.iter().filter(|(name, _)| is_named(name.as_str().as_bytes(), key.as_bytes()));
            let _ = own.map(|(_, value)| value.as_bytes()).try_for_each(visit);
            return;
        }
        let exact = headers.get_all(key).iter().try_for_each(|value| visit(value.as_bytes()));
        if exact.is_break() || !key.contains('-') || !self.has_underscores(headers) {
            return;
        }
        let is_same = |name: &str| name.contains('_') && is_named(name.as_bytes(), key.as_bytes());
        let _ = headers
            .iter()
            .filter(|(name, _)| is_same(name.as_str()))
            .try_for_each(|(_, value)| visit(value.as_bytes()));
    }

    fn has_underscores(&self, headers: &HeaderMap) -> bool {
        let has_one = |name: &str| name.bytes().fold(false, |has, byte| has | (byte == b'_'));
        let has = |headers: &HeaderMap| headers.keys().any(|name| has_one(name.as_str()));
        if std::ptr::eq(headers, self.request.headers) {
            return *self.has_underscores.get_or_init(|| has(headers));
        }
        has(headers)
    }

    /// One header, as a fact.
    fn header_fact(&self, headers: &'a HeaderMap, key: &str) -> Fact<'a> {
        let (mut first, mut several) = (None, false);
        self.header(headers, key, &mut |value| {
            several = first.is_some();
            first = first.or(Some(value));
            if several { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if several { Fact::Many } else { first.map(Value::String).into() }
    }

    /// One parameter of the query, as a fact; what has to be decoded is visited instead.
    fn parameter_fact(&self, key: &str) -> Fact<'a> {
        let Some(query) = self.request.uri.query() else { return Fact::Absent };
        // The key is borrowed for less long than the query, so the values are found one by one.
        let (mut first, mut several) = (None, false);
        for part in query.as_bytes().split(|byte| *byte == b'&') {
            if query::values(part, key.as_bytes()).next().is_some() {
                let value = part.iter().position(|byte| *byte == b'=').and_then(|at| part.get(at + 1..));
                several = first.is_some();
                first = first.or(Some(value.unwrap_or(&[])));
            }
            if several {
                return Fact::Many;
            }
        }
        match first {
            Some(value) if query::is_encoded(value) => Fact::Many,
            first => first.map(Value::String).into(),
        }
    }
}

impl Facts for Exchange<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        let Some(source) = self.vocabulary.source(field.id) else { return Fact::Absent };
        match (source, field.key.as_deref()) {
            (Source::RequestHeader, Some(key)) => self.header_fact(self.request.headers, key),
            (Source::ResponseHeader, Some(key)) => {
                self.response.map_or(Fact::Absent, |headers| self.header_fact(headers, key))
            }
            (Source::UrlParameter, Some(key)) => self.parameter_fact(key),
            _ if source.is_repeated() => {
                if self.phase < last_phase(source) {
                    return Fact::SoFar;
                }
                let mut values = self.observations.all(source);
                match (values.next(), values.next()) {
                    (None, _) => Fact::Absent,
                    (Some(value), None) => Fact::One(value.as_value()),
                    (Some(_), Some(_)) => Fact::Many,
                }
            }
            // The size of the request waits for that of its body.
            (Source::RequestSize, _) if self.observations.is_expected(Source::RequestBodySize) => Fact::NotYet,
            _ if self.observations.is_expected(source) => Fact::NotYet,
            _ => self.value(source).into(),
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let Some(source) = self.vocabulary.source(field.id) else { return };
        match (source, field.key.as_deref()) {
            (Source::RequestHeader, Some(key)) => {
                self.header(self.request.headers, key, &mut |value| visit(Value::String(value)));
            }
            (Source::ResponseHeader, Some(key)) => {
                if let Some(headers) = self.response {
                    self.header(headers, key, &mut |value| visit(Value::String(value)));
                }
            }
            (Source::UrlParameter, Some(key)) => {
                let query = self.request.uri.query().unwrap_or("");
                // What breaks the visit has all that it wants.
                let _ = query::values(query.as_bytes(), key.as_bytes())
                    .try_for_each(|value| query::with_decoded(value, |value| visit(Value::String(value))));
            }
            _ if source.is_repeated() => {
                let _ = self.observations.all(source).try_for_each(|value| visit(value.as_value()));
            }
            _ => {
                if let Some(value) = self.value(source) {
                    let _ = visit(value);
                }
            }
        }
    }

    fn randomness(&self) -> Randomness {
        self.later.and_then(Later::randomness).unwrap_or(self.randomness)
    }
}

/// The phase after which no more values of a repeated source can come.
const fn last_phase(source: Source) -> Phase {
    match source {
        Source::RouteTags => Phase::Route,
        Source::TryCount | Source::TryPeer | Source::TryKeepalive | Source::DnsDomain => Phase::ResponseHeaders,
        _ => Phase::Log,
    }
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

/// The bytes of header lines, with `: ` and the end of the line.
#[must_use]
pub fn header_bytes(headers: &HeaderMap) -> i64 {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
