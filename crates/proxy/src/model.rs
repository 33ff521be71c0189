//! The configuration, checked and connected.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::balancer::{Balancer, Target};
use crate::config;
use crate::plugin::{self, Consumers, Plugin};
use crate::router::{Router, Rules};

/// Everything that decides what happens to a request.
pub(crate) struct Model {
    pub(crate) router: Router,
}

/// Where requests are sent.
pub(crate) struct Service {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) host: Arc<str>,
    pub(crate) port: u16,
    pub(crate) path: String,
    pub(crate) retries: u32,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) write_timeout: Duration,
    pub(crate) balancer: Balancer,
}

/// Which requests go to a Service, and what is done with them.
pub(crate) struct Route {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) service: Option<Arc<Service>>,
    pub(crate) strip_path: bool,
    pub(crate) preserve_host: bool,
    pub(crate) tags: Vec<Arc<str>>,
    /// In the order in which they run.
    pub(crate) plugins: Vec<Arc<Plugin>>,
}

/// Reads a configuration.
///
/// # Errors
///
/// A sentence that says what is wrong and where.
pub(crate) fn read(text: &str) -> Result<Model, String> {
    let file: config::File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let consumers = Arc::new(consumers(&file.consumers));
    let upstreams: HashMap<&str, &config::Upstream> = file.upstreams.iter().map(|it| (it.name.as_str(), it)).collect();
    let global = plugins(&file.plugins, "global", &consumers)?;
    let mut services = HashMap::new();
    let mut rules = Vec::new();
    for service in &file.services {
        let built = Arc::new(build_service(service, &upstreams)?);
        let own = plugins(&service.plugins, &service.name, &consumers)?;
        for route in &service.routes {
            rules.push(build_route(route, Some(&built), &[&own, &global], &consumers)?);
        }
        services.insert(service.name.as_str(), (built, own));
    }
    for route in &file.routes {
        let service = match &route.service {
            None => None,
            Some(reference) => {
                let named = services.get(reference.name());
                Some(
                    named
                        .ok_or_else(|| format!("route `{}`: there is no service `{}`", route.name, reference.name()))?,
                )
            }
        };
        let own = service.map_or(&[][..], |(_, own)| own);
        rules.push(build_route(route, service.map(|(service, _)| service), &[own, &global], &consumers)?);
    }
    Ok(Model { router: Router::new(rules) })
}

fn consumers(list: &[config::Consumer]) -> Consumers {
    let mut keys = HashMap::new();
    for consumer in list {
        let id = id(consumer.id.as_deref(), "consumer", &consumer.username);
        let known = Arc::new(plugin::Consumer {
            id,
            name: consumer.username.as_str().into(),
            custom_id: consumer.custom_id.as_deref().map(Arc::from),
        });
        for credential in &consumer.keyauth_credentials {
            keys.insert(credential.key.clone(), Arc::clone(&known));
        }
    }
    Consumers { keys }
}

fn plugins(list: &[config::Plugin], place: &str, consumers: &Arc<Consumers>) -> Result<Vec<Arc<Plugin>>, String> {
    list.iter()
        .filter(|plugin| plugin.enabled)
        .map(|plugin| {
            let id = id(plugin.id.as_deref(), "plugin", &format!("{place}/{}", plugin.name));
            let built = Plugin::new(id, &plugin.name, plugin.config.clone(), consumers);
            built.map(Arc::new).map_err(|error| format!("plugin `{}` of `{place}`: {error}", plugin.name))
        })
        .collect()
}

fn build_service(service: &config::Service, upstreams: &HashMap<&str, &config::Upstream>) -> Result<Service, String> {
    let wrong = |what: &str| format!("service `{}`: {what}", service.name);
    let uri: Option<http::Uri> = match &service.url {
        Some(url) => Some(url.parse().map_err(|_| wrong("`url` is no address"))?),
        None => None,
    };
    let protocol = uri.as_ref().and_then(http::Uri::scheme_str).or(service.protocol.as_deref()).unwrap_or("http");
    if protocol != "http" {
        return Err(wrong(&format!("expected the protocol `http`, found `{protocol}`; this gateway has no TLS")));
    }
    let host = uri.as_ref().and_then(http::Uri::host).or(service.host.as_deref());
    let host: Arc<str> = host.ok_or_else(|| wrong("expected `url` or `host`"))?.into();
    let port = uri.as_ref().and_then(http::Uri::port_u16).or(service.port).unwrap_or(80);
    let path = uri.as_ref().map(http::Uri::path).filter(|path| *path != "/").or(service.path.as_deref()).unwrap_or("");
    let balancer = match upstreams.get(&*host) {
        Some(upstream) => build_balancer(upstream)?,
        None => Balancer::single(Target::new(None, &format!("{host}:{port}"), 1)?),
    };
    Ok(Service {
        id: id(service.id.as_deref(), "service", &service.name),
        name: service.name.as_str().into(),
        host,
        port,
        path: path.trim_end_matches('/').to_owned(),
        retries: service.retries,
        connect_timeout: Duration::from_millis(service.connect_timeout),
        read_timeout: Duration::from_millis(service.read_timeout),
        write_timeout: Duration::from_millis(service.write_timeout),
        balancer,
    })
}

fn build_balancer(upstream: &config::Upstream) -> Result<Balancer, String> {
    let wrong = |what: String| format!("upstream `{}`: {what}", upstream.name);
    if upstream.algorithm != "round-robin" {
        return Err(wrong(format!("expected the algorithm `round-robin`, found `{}`", upstream.algorithm)));
    }
    let targets: Result<Vec<_>, String> = upstream
        .targets
        .iter()
        .filter(|target| target.weight > 0)
        .map(|target| {
            let id = id(target.id.as_deref(), "target", &format!("{}/{}", upstream.name, target.target));
            Target::new(Some(id), &target.target, target.weight).map_err(wrong)
        })
        .collect();
    Ok(Balancer::new(Some(id(upstream.id.as_deref(), "upstream", &upstream.name)), targets?))
}

fn build_route(
    route: &config::Route,
    service: Option<&Arc<Service>>,
    inherited: &[&[Arc<Plugin>]],
    consumers: &Arc<Consumers>,
) -> Result<Rules, String> {
    let own = plugins(&route.plugins, &route.name, consumers)?;
    let mut chosen: Vec<Arc<Plugin>> = own;
    // The one that is nearest counts: of the Route, of the Service, of all.
    for plugin in inherited.iter().flat_map(|list| list.iter()) {
        if !chosen.iter().any(|there| there.name() == plugin.name()) {
            chosen.push(Arc::clone(plugin));
        }
    }
    chosen.sort_by_key(|plugin| std::cmp::Reverse(plugin.priority()));
    let built = Route {
        id: id(route.id.as_deref(), "route", &route.name),
        name: route.name.as_str().into(),
        service: service.cloned(),
        strip_path: route.strip_path,
        preserve_host: route.preserve_host,
        tags: route.tags.iter().map(|tag| tag.as_str().into()).collect(),
        plugins: chosen,
    };
    Rules::new(route, Arc::new(built)).map_err(|error| format!("route `{}`: {error}", route.name))
}

/// The id that is given, or one that follows from the name.
fn id(given: Option<&str>, kind: &str, name: &str) -> Arc<str> {
    if let Some(given) = given {
        return given.into();
    }
    let hash = format!("{kind}/{name}").bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    // Version 8 of RFC 9562: made by a rule of one's own.
    let hash = hash & !(0xF << 76) | 8 << 76;
    let hash = hash & !(0x3 << 62) | 0x2 << 62;
    let hex = format!("{hash:032x}");
    let mut parts = hex.as_str();
    let mut out = String::with_capacity(36);
    for len in [8, 4, 4, 4, 12] {
        let (part, rest) = parts.split_at_checked(len).unwrap_or((parts, ""));
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(part);
        parts = rest;
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = read(text).err().unwrap_or_else(|| "fine".to_owned());
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_is_not_in_the_subset_is_refused_with_its_place() {
        check("services: [{name: a, url: 'http://127.0.0.1:1', tls_verify: true}]", "unknown field `tls_verify`");
        check("services: [{name: a, url: 'https://127.0.0.1:1'}]", "this gateway has no TLS");
        check("services: [{name: a}]", "expected `url` or `host`");
        check("routes: [{name: r, service: a}]", "there is no service `a`");
        check("plugins: [{name: oauth2}]", "there is no plugin `oauth2`");
        check("plugins: [{name: cors, config: {origin: a}}]", "unknown field `origin`");
        check("upstreams: [{name: u, algorithm: latency}]\nservices: [{name: a, host: u}]", "expected the algorithm");
        check("routes: [{name: r, paths: ['~/(']}]", "regular expression");
        check("services: [{name: a, url: 'http://127.0.0.1:1', routes: [{name: r}]}]", "fine");
    }

    #[test]
    fn an_id_follows_from_the_name() {
        assert_eq!(id(None, "route", "a"), id(None, "route", "a"));
        assert_ne!(id(None, "route", "a"), id(None, "service", "a"));
        assert_eq!(id(None, "route", "a").len(), 36);
        assert_eq!(&*id(Some("x"), "route", "a"), "x");
    }
}
