//! What a gateway knows of a request, and which fields of a catalog tell it: a table, in `vocabulary.txt`.

use tamis_lang::catalog::{Catalog, FieldId, Resolution};

/// The table that is shipped.
const SHIPPED: &str = include_str!("vocabulary.txt");

/// Declares the sources: a variant, and its name in the table.
macro_rules! sources {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// One thing that a gateway knows of a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Source { $($(#[doc = $doc])+ $variant,)+ }

        impl Source {
            /// Every source.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the table.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

sources! {
    /// The method on the request line.
    Method = "method",
    /// The absolute address, without the query.
    UrlFull = "url_full",
    /// `http` or `https`.
    UrlScheme = "url_scheme",
    /// The host that was asked for, without its port.
    UrlDomain = "url_domain",
    /// The port that was asked for, or that of the scheme.
    UrlPort = "url_port",
    /// The path.
    UrlPath = "url_path",
    /// The query, without its question mark.
    UrlQuery = "url_query",
    /// A family: the decoded parameters of the query.
    UrlParameter = "url_parameter",
    /// The ending of the path.
    UrlExtension = "url_extension",
    /// A family: the headers of the request.
    RequestHeader = "request_header",
    /// A family: the headers of the response, as the client gets them.
    ResponseHeader = "response_header",
    /// The first header `user-agent`.
    UserAgent = "user_agent",
    /// `http`.
    ProtocolName = "protocol_name",
    /// `1.0`, `1.1`, `2` or `3`.
    ProtocolVersion = "protocol_version",
    /// The host that the request is for, without its port.
    RequestHost = "request_host",
    /// How many header lines the request has.
    HeaderCount = "header_count",
    /// How many bytes the header lines of the request have.
    HeaderSize = "header_size",
    /// The address at the other end of the connection.
    PeerAddress = "peer_address",
    /// The port at the other end of the connection.
    PeerPort = "peer_port",
    /// The address of the client, behind trusted proxies.
    ClientAddress = "client_address",
    /// The port of the client.
    ClientPort = "client_port",
    /// The address that accepted the connection.
    ServerAddress = "server_address",
    /// The port that accepted the connection.
    ServerPort = "server_port",
    /// `tcp`, `unix` or `quic`.
    Transport = "transport",
    /// The id that the gateway gives the request.
    RequestId = "request_id",
    /// How many requests the connection has carried, this one included.
    ConnectionRequests = "connection_requests",
    /// Whether a Route matched.
    RouteMatched = "route_matched",
    /// The id of the Route.
    RouteId = "route_id",
    /// The name of the Route.
    RouteName = "route_name",
    /// The path of the Route that matched.
    RouteTemplate = "route_template",
    /// The tags of the Route.
    RouteTags = "route_tags",
    /// The id of the Service.
    ServiceId = "service_id",
    /// The name of the Service.
    ServiceName = "service_name",
    /// The path that the upstream is asked for.
    UpstreamPath = "upstream_path",
    /// The id of the Consumer.
    ConsumerId = "consumer_id",
    /// The name of the Consumer.
    ConsumerName = "consumer_name",
    /// How the Consumer proved who it is.
    AuthType = "auth_type",
    /// The ids of the plugins that ran.
    PluginId = "plugin_id",
    /// The status with which a plugin ended the request.
    PluginStatus = "plugin_status",
    /// How many bytes the request had, headers included.
    RequestSize = "request_size",
    /// How many bytes the request's body had.
    RequestBodySize = "request_body_size",
    /// The id of the group of targets.
    UpstreamId = "upstream_id",
    /// Name and port of the target.
    UpstreamAddress = "upstream_address",
    /// The name of the target.
    UpstreamHost = "upstream_host",
    /// The address of the target.
    UpstreamIp = "upstream_ip",
    /// The id of the target.
    TargetId = "target_id",
    /// How targets are chosen.
    Algorithm = "algorithm",
    /// How often the request was sent again.
    ResendCount = "resend_count",
    /// The numbers of the attempts, from 1.
    TryCount = "try_count",
    /// The peers of the attempts.
    TryPeer = "try_peer",
    /// Whether an attempt used a connection that was there.
    TryKeepalive = "try_keepalive",
    /// The names that were looked up.
    DnsDomain = "dns_domain",
    /// The status that the client gets.
    Status = "status",
    /// The status that the upstream gave.
    UpstreamStatus = "upstream_status",
    /// Who made the response.
    ResponseSource = "response_source",
    /// From the end of the request to the end of the response's headers.
    UpstreamReadHeaders = "upstream_read_headers",
    /// From the end of the request to the first byte of the response.
    UpstreamFirstByte = "upstream_first_byte",
    /// How many bytes the response had, headers included.
    ResponseSize = "response_size",
    /// How many bytes the response's body had.
    ResponseBodySize = "response_body_size",
    /// How long the body of the response took to come.
    UpstreamReadBody = "upstream_read_body",
    /// How long the upstream took.
    UpstreamLatency = "upstream_latency",
    /// From the first byte of the request to the last of the response.
    TotalLatency = "total_latency",
    /// How long the client was waited for.
    ClientLatency = "client_latency",
    /// What is left of the total without client, upstream and third parties.
    InternalLatency = "internal_latency",
    /// How long names were looked up.
    DnsLatency = "dns_latency",
    /// How long third parties were waited for.
    ThirdPartyLatency = "third_party_latency",
    /// The class of the error with which the request ended.
    ErrorType = "error_type",
    /// `OK` or `ERROR`, the status of the root span.
    SpanStatus = "span_status",
    /// The name under which the node reports.
    NodeService = "node_service",
    /// The version of the gateway.
    NodeVersion = "node_version",
    /// What tells the node from others.
    NodeInstance = "node_instance",
}

impl Source {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The place in tables that have one entry for each source.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether a request may have several values of it, one for each plugin or attempt.
    #[must_use]
    pub const fn is_repeated(self) -> bool {
        matches!(
            self,
            Self::PluginId
                | Self::PluginStatus
                | Self::TryCount
                | Self::TryPeer
                | Self::TryKeepalive
                | Self::DnsDomain
                | Self::RouteTags
        )
    }
}

/// Which fields of a catalog a gateway can answer, and on which span a trace carries each.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// By the number of the field.
    sources: Box<[Option<Source>]>,
    entries: Box<[Entry]>,
}

/// One field that a gateway knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it tells.
    pub source: Source,
    /// The name of the field; of a family the name without its key.
    pub field: Box<str>,
    /// The field in the catalog.
    pub id: FieldId,
    /// The span that carries it; none is the root span, `status` its status, `resource` its resource.
    pub span: Option<&'static str>,
    /// Nanoseconds or bytes in one unit of the field, as a number in a trace counts them.
    pub scale: i64,
}

impl Vocabulary {
    /// The shipped table, as far as the catalog has its fields.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let mut sources = vec![None; catalog.fields().len()];
        let mut entries = Vec::new();
        for (name, fields) in
            SHIPPED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'))
        {
            let Some(source) = Source::ALL.iter().copied().find(|source| source.as_str() == name) else { continue };
            for word in fields.split_ascii_whitespace() {
                let (field, span) = word.split_once('@').map_or((word, None), |(field, span)| (field, Some(span)));
                let Some(id) = find(catalog, field) else { continue };
                if let Some(slot) = sources.get_mut(usize::from(id.0)) {
                    *slot = Some(source);
                }
                let field = field.strip_suffix(".*").unwrap_or(field);
                entries.push(Entry { source, field: field.into(), id, span, scale: scale(catalog, id) });
            }
        }
        Self { sources: sources.into(), entries: entries.into() }
    }

    /// What answers a field; none where the gateway never knows it.
    #[must_use]
    pub fn source(&self, id: FieldId) -> Option<Source> {
        self.sources.get(usize::from(id.0)).copied().flatten()
    }

    /// Every field that the gateway knows.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The name of the family that a source fills, first of the table.
    #[must_use]
    pub fn field_of(&self, source: Source) -> Option<&str> {
        self.entries.iter().find(|entry| entry.source == source).map(|entry| &*entry.field)
    }
}

/// The field of the table's name; of a family, which may have the name of a field beside it, the family.
fn find(catalog: &Catalog, field: &str) -> Option<FieldId> {
    let resolution = match field.strip_suffix(".*") {
        Some(family) => catalog.resolve(family, Some("x")),
        None => catalog.resolve(field, None),
    };
    match resolution {
        Resolution::Field { id, .. } => Some(id),
        _ => None,
    }
}

fn scale(catalog: &Catalog, id: FieldId) -> i64 {
    let unit = catalog.field(id).and_then(|field| field.unit.as_ref()).and_then(|unit| unit.scale);
    unit.map_or(1, |(_, scale)| scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_a_source_and_fields_of_the_shipped_catalog() {
        let catalog = Catalog::shipped("kong").unwrap();
        let vocabulary = Vocabulary::of(&catalog);
        let words: usize = SHIPPED
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(':'))
            .map(|(_, fields)| fields.split_ascii_whitespace().count())
            .sum();
        assert_eq!(vocabulary.entries().len(), words);
        let missing: Vec<_> = Source::ALL.iter().filter(|source| vocabulary.field_of(**source).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_family_is_told_from_the_field_beside_it() {
        let catalog = Catalog::shipped("kong").unwrap();
        let vocabulary = Vocabulary::of(&catalog);
        let source = |name: &str, key| match catalog.resolve(name, key) {
            Resolution::Field { id, .. } => vocabulary.source(id),
            _ => None,
        };
        assert_eq!(source("url.query", None), Some(Source::UrlQuery));
        assert_eq!(source("url.query", Some("page")), Some(Source::UrlParameter));
        assert_eq!(source("http.request.header.x-a", None), Some(Source::RequestHeader));
    }

    #[test]
    fn the_numbers_of_a_trace_count_in_the_unit_of_the_field() {
        let vocabulary = Vocabulary::of(&Catalog::shipped("kong").unwrap());
        let scale = |field: &str| vocabulary.entries().iter().find(|entry| &*entry.field == field).unwrap().scale;
        assert_eq!(scale("proxy.kong.latency.total"), 1_000_000);
        assert_eq!(scale("kong.latency.total"), 1_000_000_000);
        assert_eq!(scale("http.request.size"), 1);
    }
}
