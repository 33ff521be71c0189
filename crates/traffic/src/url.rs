//! The parts of an address, as far as facts need them.

/// An absolute address, or a path with a query, cut into parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The scheme, as written.
    pub scheme: Option<&'a str>,
    /// The host, without the brackets of an IPv6 address.
    pub host: Option<&'a str>,
    /// The port: the one that is written, or the default of `http` and `https`.
    pub port: Option<u16>,
    /// The path; `/` where the address has none.
    pub path: Option<&'a str>,
    /// What stands between `?` and `#`.
    pub query: Option<&'a str>,
}

/// Cuts an address; what has another form (`data:…`, `blob:…`) has a scheme only.
pub fn split(address: &str) -> Parts<'_> {
    let without_fragment = address.split_once('#').map_or(address, |(before, _)| before);
    let Some((scheme, rest)) = without_fragment.split_once("://") else {
        return if without_fragment.starts_with('/') {
            split_target(without_fragment)
        } else {
            let scheme = without_fragment.split_once(':').map(|(scheme, _)| scheme);
            Parts { scheme: scheme.filter(|scheme| is_scheme(scheme)), ..Parts::default() }
        };
    };
    if !is_scheme(scheme) {
        return Parts::default();
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(host_and_port);
    let target = split_target(target);
    Parts {
        scheme: Some(scheme),
        host: (!host.is_empty()).then_some(host),
        port: port.or_else(|| default_port(scheme)),
        path: target.path.filter(|path| !path.is_empty()).or(Some("/")),
        query: target.query,
    }
}

/// Cuts a request target: path and query.
pub fn split_target(target: &str) -> Parts<'_> {
    let target = target.split_once('#').map_or(target, |(before, _)| before);
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    Parts { path: Some(path), query, ..Parts::default() }
}

/// The ending of the last segment of a path, without its dot.
pub fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

/// The decoded names and values of a query, in order; a parameter without `=` has an empty value.
pub fn parameters(query: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    })
}

/// Undoes the encoding of a form: `+` is a blank, `%41` is `A`; a bad escape stays as it is.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = match tail {
            [high, low, after @ ..] if byte == b'%' => {
                hex(*high).zip(hex(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, tail) = escaped.unwrap_or((if byte == b'+' { b' ' } else { byte }, tail));
        bytes.push(byte);
        rest = tail;
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Cuts `host:port`; the host of `[::1]:80` is `::1`.
fn split_port(authority: &str) -> (&str, Option<u16>) {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return (host, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (authority, None),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints the parts as `scheme host port path query`, `-` for what is absent.
    #[track_caller]
    fn check(address: &str, expected: &str) {
        let parts = split(address);
        let port = parts.port.map(|port| port.to_string());
        let shown =
            [parts.scheme, parts.host, port.as_deref(), parts.path, parts.query].map(|part| part.unwrap_or("-"));
        assert_eq!(shown.join(" "), expected, "{address}");
    }

    #[test]
    fn addresses_are_cut_into_parts() {
        check("http://a.example:8000/v1/x?q=1#f", "http a.example 8000 /v1/x q=1");
        check("https://user:word@[::1]", "https ::1 443 / -");
        check("https://a?b", "https a 443 / b");
        check("/v1?x", "- - - /v1 x");
        check("data:text/html,x", "data - - - -");
        check("", "- - - - -");
        check("no address", "- - - - -");
    }

    #[test]
    fn query_parameters_are_decoded() {
        let found: Vec<_> = parameters("a=1&b=x+y%2Fz&&c&d=%zz%4").collect();
        let expected: Vec<(Vec<u8>, Vec<u8>)> =
            [("a", "1"), ("b", "x y/z"), ("c", ""), ("d", "%zz%4")].map(|(n, v)| (n.into(), v.into())).into();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_extension_is_that_of_the_last_segment() {
        assert_eq!(extension("/a.b/c.tar.gz"), Some("gz"));
        assert_eq!(extension("/a.b/c"), None);
        assert_eq!(extension("/.hidden"), None);
    }
}
