//! Requests as a gateway has them, and the values that rules ask them for.

use std::net::{IpAddr, Ipv4Addr};

use crate::random::Random;

/// One finished request.
///
/// Numbers are what the peers can hold: milliseconds and bytes that fit into 32 bits.
#[derive(Clone, Debug)]
pub struct Request {
    /// The status of the answer.
    pub status: i64,
    /// The method, in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The name of the host, as the client wrote it.
    pub host: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Where the client is.
    pub client: IpAddr,
    /// The service that the router found.
    pub service: String,
    /// The route that the router found.
    pub route: String,
    /// Who called.
    pub consumer: String,
    /// Milliseconds until the answer was sent.
    pub total: i64,
    /// Milliseconds that the upstream service took.
    pub upstream: i64,
    /// Bytes of the request.
    pub request_size: i64,
    /// Bytes of the answer.
    pub response_size: i64,
    /// Names in small letters, and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
}

/// A field that the workloads use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named as in `Request`; the last three are headers")]
pub enum Field {
    Status,
    Method,
    Path,
    Query,
    Host,
    Scheme,
    Client,
    Service,
    Route,
    Consumer,
    Total,
    Upstream,
    RequestSize,
    ResponseSize,
    UserAgent,
    Tenant,
    ContentType,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// A number: a status, milliseconds or bytes.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// An address.
    Address(IpAddr),
}

/// What the number of a field counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: it is a bare number.
    None,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
}

impl Field {
    /// All of them, in the order of their [places](Field::place).
    pub const ALL: [Self; 17] = [
        Self::Status,
        Self::Method,
        Self::Path,
        Self::Query,
        Self::Host,
        Self::Scheme,
        Self::Client,
        Self::Service,
        Self::Route,
        Self::Consumer,
        Self::Total,
        Self::Upstream,
        Self::RequestSize,
        Self::ResponseSize,
        Self::UserAgent,
        Self::Tenant,
        Self::ContentType,
    ];

    /// A number of its own, counted from zero.
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }

    /// The name in the catalog `kong`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "http.response.status_code",
            Self::Method => "http.request.method",
            Self::Path => "url.path",
            Self::Query => "url.query",
            Self::Host => "proxy.kong.request.host",
            Self::Scheme => "url.scheme",
            Self::Client => "client.address",
            Self::Service => "proxy.kong.service.id",
            Self::Route => "proxy.kong.route.id",
            Self::Consumer => "proxy.kong.consumer.id",
            Self::Total => "proxy.kong.latency.total",
            Self::Upstream => "proxy.kong.latency.upstream",
            Self::RequestSize => "http.request.size",
            Self::ResponseSize => "http.response.size",
            Self::UserAgent => "http.request.header.user-agent",
            Self::Tenant => "http.request.header.x-tenant-id",
            Self::ContentType => "http.request.header.content-type",
        }
    }

    /// The name where dots are not part of names.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Host => "host",
            Self::Scheme => "scheme",
            Self::Client => "client",
            Self::Service => "service",
            Self::Route => "route",
            Self::Consumer => "consumer",
            Self::Total => "total",
            Self::Upstream => "upstream",
            Self::RequestSize => "request_size",
            Self::ResponseSize => "response_size",
            Self::UserAgent => "user_agent",
            Self::Tenant => "tenant",
            Self::ContentType => "content_type",
        }
    }

    /// What its number counts.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Total | Self::Upstream => Unit::Milliseconds,
            Self::RequestSize | Self::ResponseSize => Unit::Bytes,
            _ => Unit::None,
        }
    }
}

impl Request {
    /// A header's first value.
    #[inline]
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// What a field holds; every request has every field.
    #[must_use]
    pub fn held(&self, field: Field) -> Held<'_> {
        let header = |name| Held::Text(self.header(name).unwrap_or_default());
        match field {
            Field::Status => Held::Int(self.status),
            Field::Method => Held::Text(&self.method),
            Field::Path => Held::Text(&self.path),
            Field::Query => Held::Text(&self.query),
            Field::Host => Held::Text(&self.host),
            Field::Scheme => Held::Text(&self.scheme),
            Field::Client => Held::Address(self.client),
            Field::Service => Held::Text(&self.service),
            Field::Route => Held::Text(&self.route),
            Field::Consumer => Held::Text(&self.consumer),
            Field::Total => Held::Int(self.total),
            Field::Upstream => Held::Int(self.upstream),
            Field::RequestSize => Held::Int(self.request_size),
            Field::ResponseSize => Held::Int(self.response_size),
            Field::UserAgent => header("user-agent"),
            Field::Tenant => header("x-tenant-id"),
            Field::ContentType => header("content-type"),
        }
    }
}

/// How many services the traffic goes to, and so on: rules pick from the same ones.
pub(crate) const SERVICES: u64 = 200;
/// How many routes there are.
pub(crate) const ROUTES: u64 = 500;
/// How many tenants there are.
pub(crate) const TENANTS: u64 = 2000;
/// How many hosts there are.
pub(crate) const HOSTS: u64 = 100;

pub(crate) const METHODS: [&str; 8] = ["GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"];
pub(crate) const STATUSES: [i64; 16] = [200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 404, 429, 502, 503];
pub(crate) const PLACES: [&str; 6] = ["orders", "cart", "checkout", "payments", "search", "users"];
const CLIENTS: [&str; 8] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "okhttp/4.12.0",
    "python-requests/2.32.3",
    "kube-probe/1.31",
];

/// The id of a thing: a UUID that is the same for the same kind and number.
pub(crate) fn id(kind: u64, number: u64) -> String {
    let mut random = Random::seeded(kind.wrapping_mul(1_000_003).wrapping_add(number));
    let (a, b) = (random.bits(), random.bits());
    let (first, second, third) = (a >> 32, a >> 16 & 0xffff, a & 0xfff);
    format!("{first:08x}-{second:04x}-4{third:03x}-8{:03x}-{:012x}", b >> 48 & 0xfff, b & 0xffff_ffff_ffff)
}

/// The kinds of [ids](id).
pub(crate) const SERVICE: u64 = 1;
pub(crate) const ROUTE: u64 = 2;
const CONSUMER: u64 = 3;

pub(crate) fn tenant(number: u64) -> String {
    format!("tenant-{number:04}")
}

pub(crate) fn host(number: u64) -> String {
    format!("api-{number}.example.com")
}

/// Varied requests to the services that rules ask for; the same for the same number.
#[must_use]
pub fn requests(count: usize) -> Vec<Request> {
    let mut random = Random::seeded(7);
    (0..count).map(|_| request(&mut random, 0)).collect()
}

/// Requests whose ids, hosts, paths, tenants, clients and addresses no rule of a set asks for.
#[must_use]
pub fn strangers(count: usize) -> Vec<Request> {
    let mut random = Random::seeded(11);
    let stranger = |random: &mut Random| {
        let mut request = request(random, 1_000_000);
        request.path = format!("/internal{}", request.path);
        request.client = IpAddr::V4(Ipv4Addr::new(192, 168, random.byte(), random.byte()));
        request
    };
    (0..count).map(|_| stranger(&mut random)).collect()
}

fn request(random: &mut Random, beyond: u64) -> Request {
    let place = random.pick(&PLACES);
    let path = format!("/v{}/{place}/{}/{:x}", random.below(4) + 1, random.below(1000), random.below(1 << 32));
    let [a, b, c] = [random.byte(), random.byte(), random.byte()];
    let upstream = random.skewed(4000);
    let status = random.pick(&STATUSES);
    // Some clients write the name of the host in capitals.
    let host = host(random.below(HOSTS) + beyond);
    let host = if random.below(8) == 0 { host.to_uppercase() } else { host };
    let client = random.pick(&CLIENTS);
    let tenant = tenant(random.below(TENANTS) + beyond);
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("host", &host),
        header("user-agent", client),
        header("accept", "application/json, text/plain;q=0.9, */*;q=0.8"),
        header("accept-encoding", "gzip, deflate, br"),
        header("x-request-id", &id(9, random.bits())),
        header("x-tenant-id", &tenant),
        header("content-type", random.pick(&["application/json", "text/html; charset=utf-8"])),
        header("cookie", "session=8b6bd2f0; theme=dark"),
    ];
    Request {
        status,
        method: random.pick(&METHODS).to_owned(),
        path,
        query: format!("page={}&limit=50", random.below(100)),
        host,
        scheme: random.pick(&["https", "https", "https", "http"]).to_owned(),
        client: IpAddr::V4(Ipv4Addr::new(10, a, b, c)),
        service: id(SERVICE, random.below(SERVICES) + beyond),
        route: id(ROUTE, random.below(ROUTES) + beyond),
        consumer: id(CONSUMER, random.below(10_000) + beyond),
        total: upstream + random.skewed(200),
        upstream,
        request_size: random.skewed(100_000),
        response_size: random.skewed(1_000_000),
        headers,
    }
}
