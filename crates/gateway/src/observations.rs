//! What a gateway has found out about one request beside its headers.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;

use tamis_lang::value::Value;

use crate::source::Source;

/// One value that was observed.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Nanoseconds.
    Duration(i64),
    /// Bytes.
    Size(i64),
    /// An address.
    Ip(IpAddr),
    /// Text of the configuration, shared.
    Shared(Arc<str>),
    /// Text that never changes.
    Static(&'static str),
    /// Text of this request.
    Text(Box<str>),
    /// An id of 32 hexadecimal digits.
    Id([u8; 32]),
}

impl Observed {
    /// The value, as a rule sees it.
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Int(number) => Value::Int(*number),
            Self::Duration(nanoseconds) => Value::Duration(*nanoseconds),
            Self::Size(bytes) => Value::Size(*bytes),
            Self::Ip(address) => Value::Ip(*address),
            Self::Shared(text) => Value::String(text.as_bytes()),
            Self::Static(text) => Value::String(text.as_bytes()),
            Self::Text(text) => Value::String(text.as_bytes()),
            Self::Id(digits) => Value::String(digits),
        }
    }
}

impl Observed {
    /// An id, as 32 hexadecimal digits.
    #[must_use]
    pub fn id(id: u128) -> Self {
        Self::Id(hex(id))
    }
}

/// The 32 hexadecimal digits of a number.
pub(crate) fn hex(number: u128) -> [u8; 32] {
    // Each byte of a number becomes two, so eight digits of it are made at once.
    let [a, b, c, d] = [96, 64, 32, 0].map(|from| digits((number >> from & 0xFFFF_FFFF) as u32));
    let mut all = [0; 32];
    for (place, eight) in all.chunks_exact_mut(8).zip([a, b, c, d]) {
        place.copy_from_slice(&eight);
    }
    all
}

/// The eight digits of a number, all at once.
fn digits(number: u32) -> [u8; 8] {
    // Four bits in each byte, the first digit in the highest one.
    let spread = u64::from(number);
    let spread = (spread << 16 | spread) & 0x0000_FFFF_0000_FFFF;
    let spread = (spread << 8 | spread) & 0x00FF_00FF_00FF_00FF;
    let spread = (spread << 4 | spread) & 0x0F0F_0F0F_0F0F_0F0F;
    // A one in each byte that is 10 or more: those are letters.
    let letters = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    (spread + 0x3030_3030_3030_3030 + letters * 0x27).to_be_bytes()
}

/// The connection that a request came over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The address at the other end, which is that of the client unless something else is set.
    pub peer: Option<SocketAddr>,
    /// The address that accepted the connection.
    pub local: Option<SocketAddr>,
    /// `tcp`, `unix` or `quic`.
    pub transport: Option<&'static str>,
}

/// How a node calls itself in all that it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name under which it reports.
    pub service: &'static str,
    /// The version of the gateway.
    pub version: &'static str,
    /// What tells the node from others.
    pub instance: &'static str,
}

/// What was observed of one request.
///
/// Setting a value that needs no memory of its own allocates nothing; [`clear`](Observations::clear) keeps the memory
/// for the next request.
///
/// ```
/// use tamis_gateway::{Observations, Observed, Source};
/// let mut observations = Observations::default();
/// observations.set(Source::Status, Observed::Int(503));
/// observations.add(Source::TryCount, Observed::Int(1));
/// observations.add(Source::TryCount, Observed::Int(2));
/// assert_eq!(observations.get(Source::Status), Some(&Observed::Int(503)));
/// assert_eq!(observations.all(Source::TryCount).count(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// Few, in the order in which they were set; a request has some thirty.
    single: Vec<(Source, Observed)>,
    /// The place of a source in `single`, plus one.
    places: Places,
    repeated: Vec<(Source, Observed)>,
    /// How many values were announced and have not come.
    n_awaited: u32,
    connection: Connection,
    identity: Option<&'static Identity>,
    request_id: Option<u128>,
}

#[derive(Clone, Debug)]
struct Places([u8; Source::COUNT]);

impl Default for Places {
    fn default() -> Self {
        Self([0; Source::COUNT])
    }
}

impl Observations {
    /// Says what a source is; what it was before is forgotten.
    pub fn set(&mut self, source: Source, value: Observed) {
        let Some(place) = self.places.0.get_mut(source.index()) else { return };
        if let Some((_, there)) = usize::from(*place).checked_sub(1).and_then(|at| self.single.get_mut(at)) {
            *there = value;
            return;
        }
        if *place == EXPECTED {
            self.n_awaited -= 1;
        }
        self.single.push((source, value));
        *place = u8::try_from(self.single.len()).unwrap_or(0);
    }

    /// Adds a value to a source that may have several.
    pub fn add(&mut self, source: Source, value: Observed) {
        self.repeated.push((source, value));
    }

    /// The value of a source that has one.
    #[must_use]
    pub fn get(&self, source: Source) -> Option<&Observed> {
        let place = usize::from(*self.places.0.get(source.index())?);
        self.single.get(place.checked_sub(1)?).map(|(_, value)| value)
    }

    /// Says where the request came from, without a value for each part of it.
    pub const fn set_connection(&mut self, connection: Connection) {
        self.connection = connection;
    }

    /// Says which node this is.
    pub const fn set_identity(&mut self, identity: &'static Identity) {
        self.identity = Some(identity);
    }

    /// Says which id the gateway gives the request.
    pub const fn set_request_id(&mut self, id: u128) {
        self.request_id = Some(id);
    }

    /// The id that the gateway gives the request.
    #[must_use]
    pub const fn request_id(&self) -> Option<u128> {
        self.request_id
    }

    /// The value of a source that has one, as a rule sees it: what was set, or else what follows from the connection
    /// and the node.
    #[must_use]
    pub fn value(&self, source: Source) -> Option<Value<'_>> {
        if let Some(observed) = self.get(source) {
            return Some(observed.as_value());
        }
        let Connection { peer, local, transport } = &self.connection;
        let text = |text: &'static str| Value::String(text.as_bytes());
        match source {
            Source::PeerAddress | Source::ClientAddress => peer.map(|peer| Value::Ip(peer.ip())),
            Source::PeerPort | Source::ClientPort => peer.map(|peer| Value::Int(peer.port().into())),
            Source::ServerAddress => local.map(|local| Value::Ip(local.ip())),
            Source::ServerPort => local.map(|local| Value::Int(local.port().into())),
            Source::Transport => transport.map(text),
            Source::NodeService => self.identity.map(|identity| text(identity.service)),
            Source::NodeVersion => self.identity.map(|identity| text(identity.version)),
            Source::NodeInstance => self.identity.map(|identity| text(identity.instance)),
            _ => None,
        }
    }

    /// Whether any value was announced and has not come.
    #[must_use]
    pub const fn expects_any(&self) -> bool {
        self.n_awaited > 0
    }

    /// How many values were added.
    #[must_use]
    pub fn n_added(&self) -> usize {
        self.repeated.len()
    }

    /// The values that were added one after the other, by their places in that order; none where nothing was added.
    #[must_use]
    pub fn added(&self, places: Range<usize>) -> &[(Source, Observed)] {
        self.repeated.get(places).unwrap_or(&[])
    }

    /// Every value of a source, in the order in which they came.
    pub fn all(&self, source: Source) -> impl Iterator<Item = &Observed> {
        let repeated = self.repeated.iter().filter(move |(of, _)| *of == source).map(|(_, value)| value);
        self.get(source).into_iter().chain(repeated)
    }

    /// Says that a value will come later than the phase from which the catalog expects it.
    pub fn expect(&mut self, source: Source) {
        if let Some(place) = self.places.0.get_mut(source.index()).filter(|place| **place == 0) {
            *place = EXPECTED;
            self.n_awaited += 1;
        }
    }

    /// Whether a value was announced and has not come.
    #[must_use]
    pub fn is_expected(&self, source: Source) -> bool {
        self.places.0.get(source.index()) == Some(&EXPECTED)
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.single.clear();
        self.places.0.fill(0);
        self.repeated.clear();
        self.n_awaited = 0;
        self.connection = Connection::default();
        self.request_id = None;
    }
}

/// In the place of a value that will come.
const EXPECTED: u8 = u8::MAX;

const _: () = assert!(Source::COUNT < 255, "the place of a source has to fit into a byte");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts() {
        let mut observations = Observations::default();
        observations.set(Source::Status, Observed::Int(200));
        observations.set(Source::RouteMatched, Observed::Bool(true));
        observations.set(Source::Status, Observed::Int(502));
        assert_eq!(observations.get(Source::Status), Some(&Observed::Int(502)));
        assert_eq!(observations.get(Source::RouteMatched), Some(&Observed::Bool(true)));
    }

    #[test]
    fn an_expected_value_is_expected_until_it_comes() {
        let mut observations = Observations::default();
        observations.expect(Source::RequestSize);
        assert!(observations.is_expected(Source::RequestSize) && observations.get(Source::RequestSize).is_none());
        observations.set(Source::RequestSize, Observed::Size(1));
        observations.expect(Source::RequestSize);
        assert!(!observations.is_expected(Source::RequestSize));
    }

    #[test]
    fn an_id_is_written_in_full() {
        for id in [0xab1, 0, u128::MAX, 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210] {
            let Observed::Id(digits) = Observed::id(id) else { panic!() };
            assert_eq!(std::str::from_utf8(&digits).unwrap(), format!("{id:032x}"));
        }
    }

    #[test]
    fn what_follows_from_the_connection_gives_way_to_what_is_set() {
        let mut observations = Observations::default();
        let peer = SocketAddr::from(([10, 0, 0, 1], 4711));
        observations.set_connection(Connection { peer: Some(peer), ..Connection::default() });
        observations.set(Source::ClientAddress, Observed::Ip([192, 0, 2, 7].into()));
        let shown = |source| observations.value(source).map(|value| value.to_string());
        let sources = [Source::PeerAddress, Source::PeerPort, Source::ClientAddress, Source::ServerPort];
        let expected = [Some("10.0.0.1"), Some("4711"), Some("192.0.2.7"), None];
        assert_eq!(sources.map(shown), expected.map(|it| it.map(str::to_owned)));
        observations.clear();
        assert!(observations.value(Source::PeerPort).is_none());
    }

    #[test]
    fn nothing_is_left_of_the_request_before() {
        let mut observations = Observations::default();
        observations.set(Source::Status, Observed::Int(200));
        observations.add(Source::TryCount, Observed::Int(1));
        observations.clear();
        assert!(observations.get(Source::Status).is_none() && observations.all(Source::TryCount).next().is_none());
        observations.set(Source::Transport, Observed::Static("tcp"));
        assert!(observations.get(Source::Status).is_none());
    }
}
