//! Rules as operators write them, in any number: the workload of the benchmarks.
//!
//! The shapes are those of questions that people ask during an incident; ids, paths, tenants, thresholds and networks
//! vary, so that no two neighbours are alike.

use super::Source;

/// Rules of every shape over the catalog `kong`, about 100 bytes each; the same for the same number.
///
/// ```
/// let rules = tamis_corpus::generate::mixed_rules(10_000);
/// let bytes: usize = rules.iter().map(String::len).sum();
/// assert!((80..120).contains(&(bytes / rules.len())));
/// ```
#[must_use]
pub fn mixed_rules(count: usize) -> Vec<String> {
    let mut source = Source::seeded(503);
    (0..count).map(|n| mixed(n, &mut source)).collect()
}

/// Rules that compare ids, a status and a tenant with constants; the same for the same number.
#[must_use]
pub fn equality_rules(count: usize) -> Vec<String> {
    let mut source = Source::seeded(200);
    let rule = |source: &mut Source<'_>| {
        let (service, status, tenant) = (id(source), status(source), tenant(source));
        format!(
            "proxy.kong.service.id == \"{service}\" && http.response.status_code == {status} \
             && http.request.header.x-tenant-id == \"{tenant}\""
        )
    };
    (0..count).map(|_| rule(&mut source)).collect()
}

fn mixed(place: usize, source: &mut Source<'_>) -> String {
    let (path, tenant, status, id) = (path(source), tenant(source), status(source), id(source));
    let ms = 10 * (source.below(400) + 1);
    let network = format!("10.{}.{}.0/24", source.below(256), source.below(256));
    let method = source.word(&["GET", "POST", "PUT", "PATCH", "DELETE"]);
    match place % 10 {
        0 => format!("http.response.status_code == {status} && proxy.kong.service.id == \"{id}\""),
        1 => format!(
            "http.response.status_code >= 500 && http.response.status_code < 600 && proxy.kong.latency.total > {ms}ms"
        ),
        2 => format!(
            "http.request.method == \"{method}\" && url.path ^= \"{path}\" && proxy.kong.latency.upstream > {ms}ms"
        ),
        3 => format!("url.path ~ r\"^{path}/[0-9a-f-]+$\" && http.response.status_code in [429, {status}, 502..504]"),
        4 => format!("client.address in {network} && url.path contains \"{path}\" && !exists(proxy.kong.consumer.id)"),
        5 => format!(
            "(http.response.status_code == {status} || proxy.kong.latency.total > {ms}ms) \
             && (url.path ^= \"{path}\" || http.request.header.x-tenant-id == \"{tenant}\")"
        ),
        6 => format!(
            "lower(proxy.kong.request.host) == \"{tenant}.example.com\" && http.response.status_code != {status}"
        ),
        7 => format!(
            "http.request.header.x-tenant-id in [\"{tenant}\", \"acme\", \"globex\", \"initech\"] && url.path =^ \".json\""
        ),
        8 => format!(
            "proxy.kong.latency.total - proxy.kong.latency.upstream > {ms}ms && proxy.kong.route.id == \"{id}\""
        ),
        _ => format!(
            "any(v in http.request.header.accept, v ^= \"text/\" && v contains \"q=\") && url.path ^= \"{path}\""
        ),
    }
}

fn path(source: &mut Source<'_>) -> String {
    let place = source.word(&["orders", "cart", "checkout", "payments", "search", "users"]);
    format!("/v{}/{place}/{}", source.below(4) + 1, source.below(1000))
}

fn tenant(source: &mut Source<'_>) -> String {
    format!("tenant-{}", source.below(5000))
}

fn status(source: &mut Source<'_>) -> String {
    source.word(&["503", "500", "502", "504", "401", "403", "404", "429"]).to_owned()
}

fn id(source: &mut Source<'_>) -> String {
    let (a, b) = (source.long(), source.long());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b >> 48 & 0xfff,
        b & 0xffff_ffff_ffff
    )
}
