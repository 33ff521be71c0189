//! Which Route a request takes.

use std::cmp::Reverse;
use std::sync::Arc;

use http::HeaderMap;
use regex::Regex;

use crate::config;
use crate::model::Route;

/// All Routes, the one that is asked first at the front.
pub(crate) struct Router {
    rules: Vec<Rules>,
}

/// What a request has to be like to take a Route; an empty list is no condition.
pub(crate) struct Rules {
    route: Arc<Route>,
    hosts: Vec<Host>,
    paths: Vec<Path>,
    methods: Vec<String>,
    headers: Vec<(String, Vec<String>)>,
    regex_priority: i64,
}

enum Host {
    Exact(String),
    /// `*.example`: what stands before matters not.
    Ends(String),
    /// `example.*`.
    Starts(String),
}

struct Path {
    text: Arc<str>,
    regex: Option<Regex>,
}

/// A Route that a request takes.
pub(crate) struct Match {
    pub(crate) route: Arc<Route>,
    /// The path of the Route that matched, as it is configured.
    pub(crate) template: Option<Arc<str>>,
    /// How many bytes of the request's path it matched.
    pub(crate) len: usize,
}

impl Rules {
    /// # Errors
    ///
    /// A sentence about a path that is no regular expression.
    pub(crate) fn new(config: &config::Route, route: Arc<Route>) -> Result<Self, String> {
        let host = |host: &String| match (host.strip_prefix('*'), host.strip_suffix('*')) {
            (Some(end), _) => Host::Ends(end.to_ascii_lowercase()),
            (_, Some(start)) => Host::Starts(start.to_ascii_lowercase()),
            (None, None) => Host::Exact(host.to_ascii_lowercase()),
        };
        let mut paths = Vec::new();
        for path in &config.paths {
            let regex = match path.strip_prefix('~') {
                Some(pattern) => {
                    let pattern = format!("^(?:{pattern})");
                    Some(Regex::new(&pattern).map_err(|error| format!("`{path}` is no regular expression: {error}"))?)
                }
                None => None,
            };
            paths.push(Path { text: path.as_str().into(), regex });
        }
        paths.sort_by_key(|path| Reverse((path.regex.is_some(), path.text.len())));
        Ok(Self {
            route,
            hosts: config.hosts.iter().map(host).collect(),
            paths,
            methods: config.methods.clone(),
            headers: config.headers.iter().map(|(name, values)| (name.to_ascii_lowercase(), values.clone())).collect(),
            regex_priority: config.regex_priority,
        })
    }

    /// What goes before what: more kinds of conditions, exact hosts, regular expressions, longer paths.
    fn rank(&self) -> (usize, usize, bool, bool, i64, usize) {
        let kinds =
            [!self.hosts.is_empty(), !self.paths.is_empty(), !self.methods.is_empty(), !self.headers.is_empty()];
        let has_regex = self.paths.iter().any(|path| path.regex.is_some());
        (
            kinds.iter().filter(|kind| **kind).count(),
            self.headers.len(),
            self.hosts.iter().any(|host| matches!(host, Host::Exact(_))),
            has_regex,
            if has_regex { self.regex_priority } else { 0 },
            self.paths.iter().map(|path| path.text.len()).max().unwrap_or(0),
        )
    }

    fn take(&self, method: &str, host: &str, path: &str, headers: &HeaderMap) -> Option<Match> {
        let is_method = self.methods.is_empty() || self.methods.iter().any(|own| own == method);
        let is_host = self.hosts.is_empty() || self.hosts.iter().any(|own| own.takes(host));
        let has_header = |(name, values): &(String, Vec<String>)| {
            let own = |value: &http::HeaderValue| values.iter().any(|own| own.as_bytes() == value.as_bytes());
            headers.get_all(name.as_str()).iter().any(own)
        };
        if !is_method || !is_host || !self.headers.iter().all(has_header) {
            return None;
        }
        let route = Arc::clone(&self.route);
        if self.paths.is_empty() {
            return Some(Match { route, template: None, len: 0 });
        }
        let (own, len) = self.paths.iter().find_map(|own| own.takes(path).map(|len| (own, len)))?;
        Some(Match { route, template: Some(Arc::clone(&own.text)), len })
    }
}

impl Host {
    fn takes(&self, host: &str) -> bool {
        let at_end = |end: &str| host.len() > end.len() && ends_with(host, end);
        match self {
            Self::Exact(own) => host.eq_ignore_ascii_case(own),
            Self::Ends(end) => at_end(end),
            Self::Starts(start) => host.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        }
    }
}

fn ends_with(host: &str, end: &str) -> bool {
    host.get(host.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

impl Path {
    /// How many bytes of a path match.
    fn takes(&self, path: &str) -> Option<usize> {
        match &self.regex {
            Some(regex) => regex.find(path).map(|found| found.end()),
            None => path.starts_with(&*self.text).then_some(self.text.len()),
        }
    }
}

impl Router {
    pub(crate) fn new(mut rules: Vec<Rules>) -> Self {
        rules.sort_by_key(|rules| Reverse(rules.rank()));
        Self { rules }
    }

    /// The Route of a request.
    pub(crate) fn find(&self, method: &str, host: &str, path: &str, headers: &HeaderMap) -> Option<Match> {
        self.rules.iter().find_map(|rules| rules.take(method, host, path, headers))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use crate::model::read;

    const ROUTES: &str = "
routes:
- {name: api, hosts: [api.example, '*.api.example'], paths: [/v1]}
- {name: orders, hosts: [api.example], paths: [/v1/orders, '~/v2/[0-9]+']}
- {name: post, methods: [POST]}
- {name: beta, methods: [POST], headers: {x-beta: ['1', '2']}}
- {name: rest, paths: [/]}
";

    #[track_caller]
    fn check(method: &str, host: &str, path: &str, beta: &'static str, expected: &str) {
        let mut headers = HeaderMap::new();
        headers.insert("x-beta", HeaderValue::from_static(beta));
        let found = read(ROUTES).unwrap().router.find(method, host, path, &headers);
        let shown = found.map(|found| format!("{} {}", found.route.name, found.len));
        assert_eq!(shown.as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn the_route_with_most_conditions_and_the_longest_path_is_taken() {
        check("GET", "api.example", "/v1/orders/7", "", "orders 10");
        check("GET", "API.example", "/v2/77/x", "", "orders 6");
        check("GET", "a.api.example", "/v1/orders", "", "api 3");
        check("POST", "other", "/x", "", "rest 1");
        check("POST", "other", "/x", "2", "beta 0");
        check("GET", "other", "/x", "2", "rest 1");
    }
}
