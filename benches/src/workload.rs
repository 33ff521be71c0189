//! The rules of the workloads: eleven single ones, and sets of any size.

use crate::random::Random;
use crate::request::{Field, HOSTS, METHODS, PLACES, ROUTE, ROUTES, SERVICE, SERVICES, TENANTS, host, id, tenant};
use crate::rule::{Order, Rule, Test, equals, int, starts};

/// A single rule of the first workload.
#[derive(Clone, Debug)]
pub struct Single {
    /// What it is called in tables, with its letter.
    pub name: &'static str,
    /// The rule.
    pub rule: Rule,
}

/// The eight statuses of rule g.
pub const EIGHT_STATUSES: [i64; 8] = [401, 403, 404, 409, 429, 500, 502, 503];

/// The service of rule k, which a hundredth of the requests or fewer go to.
#[must_use]
pub fn rare_service() -> String {
    id(SERVICE, 3)
}

/// The tenants of rule h.
#[must_use]
pub fn tenants() -> Vec<String> {
    (0..32).map(|n| tenant(n * 60 + 7)).collect()
}

/// The eleven rules of the first workload.
#[must_use]
pub fn singles() -> Vec<Single> {
    use Field::{Client, Host, Method, Path, Scheme, Service, Status, Tenant, Total, Upstream, UserAgent};
    use Order::{AtLeast, Equal, Greater, Less, NotEqual};
    let single = |name, rule| Single { name, rule };
    let contains = |field, text: &str| Rule::Is(field, Test::Contains(text.to_owned()));
    let in_ten = || Rule::Is(Client, Test::In([10, 64, 0, 0], 10));
    vec![
        single("a. status == 503", int(Status, Equal, 503)),
        single("b. status >= 500 && status < 600", Rule::All(vec![int(Status, AtLeast, 500), int(Status, Less, 600)])),
        single("c. path prefix + method", Rule::All(vec![starts(Path, "/v2/orders/"), equals(Method, "POST")])),
        single("d. user-agent contains", contains(UserAgent, "Firefox")),
        single(
            "e. regex on path",
            Rule::Is(Path, Test::Matches("^/v[0-9]+/(orders|payments)/[0-9]+/[0-9a-f]{6,}$".to_owned())),
        ),
        single("f. client IP in CIDR", in_ten()),
        single("g. status in set of 8", Rule::Is(Status, Test::IntIn(EIGHT_STATUSES.to_vec()))),
        single("h. tenant in set of 32", Rule::Is(Tenant, Test::TextIn(tenants()))),
        single(
            "i. 10-predicate AND/OR mix",
            Rule::All(vec![
                Rule::Any(vec![int(Status, AtLeast, 500), int(Total, Greater, 500), equals(Method, "DELETE")]),
                Rule::Any(vec![starts(Path, "/v1/"), starts(Path, "/v2/"), equals(Host, "api-7.example.com")]),
                Rule::Not(Box::new(equals(Scheme, "http"))),
                int(Status, NotEqual, 504),
                Rule::Any(vec![in_ten(), int(Upstream, Less, 100)]),
            ]),
        ),
        single("j. lower(host) == ...", Rule::Is(Host, Test::EqualsInAnyCase("api-7.example.com".to_owned()))),
        single(
            "k. early reject (99 % on 1st)",
            Rule::All(vec![
                equals(Service, rare_service()),
                int(Status, AtLeast, 500),
                equals(Method, "GET"),
                starts(Path, "/v1/"),
                int(Total, Greater, 250),
                contains(UserAgent, "Mozilla"),
            ]),
        ),
    ]
}

/// What the rules of a set look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shapes {
    /// Ten shapes: ids, prefixes, networks, ranges, parts of texts, alternatives, a negation.
    Mixed,
    /// Two or three equalities.
    Equalities,
}

impl Shapes {
    /// What tables call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Equalities => "equality",
        }
    }
}

/// A set of rules; a larger one starts with the rules of a smaller one.
#[must_use]
pub fn set(shapes: Shapes, count: usize) -> Vec<Rule> {
    let mut random = Random::seeded(23);
    let one = match shapes {
        Shapes::Mixed => mixed,
        Shapes::Equalities => equalities,
    };
    (0..count).map(|place| one(place, &mut random)).collect()
}

fn path(random: &mut Random) -> String {
    format!("/v{}/{}/{}/", random.below(4) + 1, random.pick(&PLACES), random.below(1000))
}

fn some_status(random: &mut Random) -> i64 {
    random.pick(&[400, 401, 404, 429, 502, 503])
}

fn mixed(place: usize, random: &mut Random) -> Rule {
    use Field::{Client, Host, Method, Path, Route, Scheme, Service, Status, Tenant, Total, Upstream, UserAgent};
    use Order::{AtLeast, Equal, Greater, Less};
    let method = random.pick(&METHODS);
    let status = some_status(random);
    let ms = 10 * i64::try_from(random.below(100)).unwrap_or_default();
    let parts = match place % 10 {
        0 => vec![equals(Service, id(SERVICE, random.below(SERVICES))), int(Status, AtLeast, 400)],
        1 => vec![equals(Route, id(ROUTE, random.below(ROUTES))), int(Total, Greater, ms)],
        2 => vec![equals(Host, host(random.below(HOSTS))), starts(Path, format!("/v{}/", random.below(4) + 1))],
        3 => vec![starts(Path, path(random)), equals(Method, method)],
        4 => {
            let (a, b) = (random.byte(), random.byte());
            vec![Rule::Is(Client, Test::In([10, a, b & 0xf0, 0], 20)), equals(Method, method)]
        }
        5 => vec![equals(Tenant, tenant(random.below(TENANTS))), int(Upstream, Greater, ms)],
        6 => vec![
            Rule::Is(UserAgent, Test::Contains(random.pick(&["Firefox", "curl", "okhttp", "Googlebot"]).to_owned())),
            equals(Route, id(ROUTE, random.below(ROUTES))),
            int(Status, Equal, status),
        ],
        7 => vec![
            Rule::Any(vec![
                equals(Tenant, tenant(random.below(TENANTS))),
                equals(Service, id(SERVICE, random.below(SERVICES))),
            ]),
            int(Status, AtLeast, 500),
            int(Status, Less, 600),
        ],
        8 => vec![
            equals(Host, host(random.below(HOSTS))),
            Rule::Not(Box::new(equals(Scheme, "https"))),
            int(Status, Equal, status),
        ],
        _ => vec![
            int(Status, Equal, status),
            starts(Path, path(random)),
            Rule::Any(vec![int(Total, Greater, ms), equals(Method, method)]),
        ],
    };
    Rule::All(parts)
}

fn equalities(place: usize, random: &mut Random) -> Rule {
    let status = int(Field::Status, Order::Equal, some_status(random));
    let method = equals(Field::Method, random.pick(&METHODS));
    Rule::All(match place % 4 {
        0 => vec![equals(Field::Service, id(SERVICE, random.below(SERVICES))), status],
        1 => vec![equals(Field::Route, id(ROUTE, random.below(ROUTES))), method],
        2 => vec![equals(Field::Tenant, tenant(random.below(TENANTS))), status, method],
        _ => vec![equals(Field::Host, host(random.below(HOSTS))), method, status],
    })
}
