//! The limit: the eleven rules, and the shapes of sets, written in Rust by hand.

use std::collections::HashSet;
use std::net::IpAddr;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::request::{Field, Held, Request};
use crate::rule::{Rule, Test};
use crate::workload::{EIGHT_STATUSES, rare_service, tenants};

/// What hand-written code reads when the values lie ready.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named as in `Request`")]
pub struct Slots<'r> {
    pub status: i64,
    pub total: i64,
    pub upstream: i64,
    pub method: &'r [u8],
    pub path: &'r [u8],
    pub host: &'r [u8],
    pub scheme: &'r [u8],
    pub service: &'r [u8],
    pub user_agent: &'r [u8],
    pub tenant: &'r [u8],
    pub client: IpAddr,
}

/// What hand-written code is asked: a request, or values that lie ready.
///
/// Every rule is written once for both; the compiler makes code of its own for each.
pub trait Read {
    /// The status.
    fn status(&self) -> i64;
    /// The milliseconds until the end.
    fn total(&self) -> i64;
    /// The milliseconds of the upstream service.
    fn upstream(&self) -> i64;
    /// The method.
    fn method(&self) -> &[u8];
    /// The path.
    fn path(&self) -> &[u8];
    /// The host.
    fn host(&self) -> &[u8];
    /// The scheme.
    fn scheme(&self) -> &[u8];
    /// The service's id.
    fn service(&self) -> &[u8];
    /// A header.
    fn user_agent(&self) -> &[u8];
    /// A header.
    fn tenant(&self) -> &[u8];
    /// The client's address.
    fn client(&self) -> IpAddr;
}

macro_rules! read_slots {
    ($($name:ident: $ty:ty),*) => {
        impl Read for Slots<'_> {
            $(#[inline(always)]
            fn $name(&self) -> $ty {
                self.$name
            })*
        }
    };
}

read_slots!(
    status: i64, total: i64, upstream: i64, method: &[u8], path: &[u8], host: &[u8], scheme: &[u8], service: &[u8],
    user_agent: &[u8], tenant: &[u8], client: IpAddr
);

impl Read for Request {
    #[inline(always)]
    fn status(&self) -> i64 {
        self.status
    }

    #[inline(always)]
    fn total(&self) -> i64 {
        self.total
    }

    #[inline(always)]
    fn upstream(&self) -> i64 {
        self.upstream
    }

    #[inline(always)]
    fn method(&self) -> &[u8] {
        self.method.as_bytes()
    }

    #[inline(always)]
    fn path(&self) -> &[u8] {
        self.path.as_bytes()
    }

    #[inline(always)]
    fn host(&self) -> &[u8] {
        self.host.as_bytes()
    }

    #[inline(always)]
    fn scheme(&self) -> &[u8] {
        self.scheme.as_bytes()
    }

    #[inline(always)]
    fn service(&self) -> &[u8] {
        self.service.as_bytes()
    }

    #[inline(always)]
    fn user_agent(&self) -> &[u8] {
        self.header("user-agent").unwrap_or_default().as_bytes()
    }

    #[inline(always)]
    fn tenant(&self) -> &[u8] {
        self.header("x-tenant-id").unwrap_or_default().as_bytes()
    }

    #[inline(always)]
    fn client(&self) -> IpAddr {
        self.client
    }
}

impl<'r> Slots<'r> {
    /// Reads everything from a request.
    #[must_use]
    pub fn of(request: &'r Request) -> Self {
        Self {
            status: request.status(),
            total: request.total(),
            upstream: request.upstream(),
            method: request.method(),
            path: request.path(),
            host: request.host(),
            scheme: request.scheme(),
            service: request.service(),
            user_agent: request.user_agent(),
            tenant: request.tenant(),
            client: request.client(),
        }
    }
}

/// A rule as a function.
pub type Decide<R> = Box<dyn Fn(&R) -> bool>;

/// The eleven rules, in their order.
#[must_use]
#[expect(clippy::expect_used, reason = "the regular expression is a constant")]
pub fn singles<R: Read>() -> Vec<Decide<R>> {
    let firefox = Finder::new("Firefox").into_owned();
    let mozilla = Finder::new("Mozilla").into_owned();
    let path = Regex::new("^/v[0-9]+/(orders|payments)/[0-9]+/[0-9a-f]{6,}$").expect("it is a regular expression");
    let statuses = EIGHT_STATUSES.iter().fold([0_u64; 10], |mut bits, status| {
        if let Some(word) = usize::try_from(status / 64).ok().and_then(|place| bits.get_mut(place)) {
            *word |= 1 << (status % 64);
        }
        bits
    });
    let tenants = Texts::of(tenants());
    let rare = rare_service().into_bytes();
    vec![
        Box::new(|it: &R| it.status() == 503),
        Box::new(|it: &R| (500..600).contains(&it.status())),
        Box::new(|it: &R| it.path().starts_with(b"/v2/orders/") && it.method() == b"POST"),
        Box::new(move |it: &R| firefox.find(it.user_agent()).is_some()),
        Box::new(move |it: &R| path.is_match(it.path())),
        Box::new(|it: &R| in_ten(it.client())),
        Box::new(move |it: &R| {
            let status = it.status();
            let word = usize::try_from(status / 64).ok().and_then(|place| statuses.get(place));
            word.is_some_and(|word| word >> (status % 64) & 1 == 1)
        }),
        Box::new(move |it: &R| tenants.have(it.tenant())),
        Box::new(|it: &R| {
            it.status() != 504
                && (it.status() >= 500 || it.total() > 500 || it.method() == b"DELETE")
                && it.scheme() != b"http"
                && (it.upstream() < 100 || in_ten(it.client()))
                && (it.path().starts_with(b"/v1/")
                    || it.path().starts_with(b"/v2/")
                    || it.host() == b"api-7.example.com")
        }),
        Box::new(|it: &R| it.host().eq_ignore_ascii_case(b"api-7.example.com")),
        Box::new(move |it: &R| {
            it.status() >= 500
                && it.total() > 250
                && *it.service() == *rare
                && it.method() == b"GET"
                && it.path().starts_with(b"/v1/")
                && mozilla.find(it.user_agent()).is_some()
        }),
    ]
}

#[inline(always)]
fn in_ten(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(four) if u32::from(four) >> 22 == u32::from_be_bytes([10, 64, 0, 0]) >> 22)
}

/// Texts in an open table, by their length and last eight bytes.
struct Texts {
    slots: Box<[Option<Box<[u8]>>; 128]>,
}

impl Texts {
    fn of(texts: Vec<String>) -> Self {
        let mut slots = Box::new([const { None }; 128]);
        for text in texts {
            let text = text.into_bytes().into_boxed_slice();
            let mut place = Self::place(&text);
            while slots.get(place).is_some_and(Option::is_some) {
                place = (place + 1) % 128;
            }
            if let Some(slot) = slots.get_mut(place) {
                *slot = Some(text);
            }
        }
        Self { slots }
    }

    #[inline(always)]
    fn place(text: &[u8]) -> usize {
        let tail = text.last_chunk().map_or(text.len() as u64, |tail| u64::from_le_bytes(*tail));
        ((tail ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57) as usize
    }

    #[inline(always)]
    fn have(&self, text: &[u8]) -> bool {
        let mut place = Self::place(text);
        while let Some(Some(found)) = self.slots.get(place) {
            if **found == *text {
                return true;
            }
            place = (place + 1) % 128;
        }
        false
    }
}

/// A rule of a set as closures within closures, as one writes them who has to build rules at run time and has no engine.
#[must_use]
#[expect(clippy::expect_used, reason = "the regular expressions are constants")]
pub fn closure(rule: &Rule) -> Decide<Request> {
    let closures = |parts: &[Rule]| parts.iter().map(closure).collect::<Vec<_>>();
    match rule {
        Rule::All(parts) => match <[_; 2]>::try_from(closures(parts)) {
            Ok([first, second]) => Box::new(move |it| first(it) && second(it)),
            Err(parts) => Box::new(move |it| parts.iter().all(|part| part(it))),
        },
        Rule::Any(parts) => {
            let parts = closures(parts);
            Box::new(move |it| parts.iter().any(|part| part(it)))
        }
        Rule::Not(part) => {
            let part = closure(part);
            Box::new(move |it| !part(it))
        }
        Rule::Is(field, test) => {
            let field = *field;
            match test.clone() {
                Test::Int(order, wanted) => Box::new(move |it| order.holds(number(it, field), wanted)),
                Test::IntIn(wanted) => Box::new(move |it| wanted.contains(&number(it, field))),
                Test::Equals(wanted) => Box::new(move |it| text(it, field) == wanted),
                Test::EqualsInAnyCase(wanted) => Box::new(move |it| text(it, field).eq_ignore_ascii_case(&wanted)),
                Test::StartsWith(wanted) => Box::new(move |it| text(it, field).starts_with(&wanted)),
                Test::Contains(wanted) => {
                    let finder = Finder::new(&wanted).into_owned();
                    Box::new(move |it| finder.find(text(it, field).as_bytes()).is_some())
                }
                Test::Matches(wanted) => {
                    let regex = Regex::new(&wanted).expect("it is a regular expression");
                    Box::new(move |it| regex.is_match(text(it, field).as_bytes()))
                }
                Test::TextIn(wanted) => {
                    let wanted: HashSet<_> = wanted.into_iter().collect();
                    Box::new(move |it| wanted.contains(text(it, field)))
                }
                Test::In(network, length) => {
                    let network = u32::from_be_bytes(network) >> (32 - length);
                    Box::new(move |it| match it.held(field) {
                        Held::Address(IpAddr::V4(found)) => u32::from(found) >> (32 - length) == network,
                        _ => false,
                    })
                }
            }
        }
    }
}

#[inline]
fn number(request: &Request, field: Field) -> i64 {
    match request.held(field) {
        Held::Int(n) => n,
        _ => 0,
    }
}

#[inline]
fn text(request: &Request, field: Field) -> &str {
    match request.held(field) {
        Held::Text(text) => text,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::requests;
    use crate::workload::{self, Shapes};

    #[test]
    fn hand_written_rules_are_the_rules() {
        let traffic = requests(1000);
        let (ready, lazy) = (singles::<Slots<'_>>(), singles::<Request>());
        for request in &traffic {
            let slots = Slots::of(request);
            for (place, single) in workload::singles().iter().enumerate() {
                let wanted = single.rule.holds(request);
                assert_eq!(ready.get(place).map(|decide| decide(&slots)), Some(wanted), "{}", single.name);
                assert_eq!(lazy.get(place).map(|decide| decide(request)), Some(wanted), "{}", single.name);
            }
        }
    }

    #[test]
    fn closures_are_the_rules() {
        for shapes in [Shapes::Mixed, Shapes::Equalities] {
            let rules = workload::set(shapes, 300);
            let closures: Vec<_> = rules.iter().map(closure).collect();
            let mut matches = 0;
            for request in requests(300) {
                for (rule, closure) in rules.iter().zip(&closures) {
                    assert_eq!(rule.holds(&request), closure(&request), "{}", rule.text());
                    matches += usize::from(closure(&request));
                }
            }
            assert!(matches > 10, "{matches}");
        }
    }
}
