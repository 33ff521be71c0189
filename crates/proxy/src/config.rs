//! The declarative configuration: a subset of Kong's format, as it stands in the file.
//!
//! Whatever is not in the subset is refused with its place, so that nobody believes it has an effect.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The version of Kong's format, which is read and ignored.
    #[serde(rename = "_format_version", default)]
    _format_version: Option<String>,
    #[serde(default)]
    pub(crate) services: Vec<Service>,
    #[serde(default)]
    pub(crate) routes: Vec<Route>,
    #[serde(default)]
    pub(crate) upstreams: Vec<Upstream>,
    #[serde(default)]
    pub(crate) consumers: Vec<Consumer>,
    #[serde(default)]
    pub(crate) plugins: Vec<Plugin>,
}

/// Where requests are sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// Protocol, host, port and path in one.
    pub(crate) url: Option<String>,
    pub(crate) protocol: Option<String>,
    /// A host, or the name of an upstream.
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) path: Option<String>,
    #[serde(default = "five")]
    pub(crate) retries: u32,
    /// Milliseconds.
    #[serde(default = "a_minute")]
    pub(crate) connect_timeout: u64,
    #[serde(default = "a_minute")]
    pub(crate) read_timeout: u64,
    #[serde(default = "a_minute")]
    pub(crate) write_timeout: u64,
    #[serde(default)]
    pub(crate) routes: Vec<Route>,
    #[serde(default)]
    pub(crate) plugins: Vec<Plugin>,
}

/// Which requests go to a Service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// The name of the Service, of a Route that does not stand in one.
    pub(crate) service: Option<Reference>,
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// A prefix, or a regular expression behind `~`.
    #[serde(default)]
    pub(crate) paths: Vec<String>,
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    #[serde(default = "yes")]
    pub(crate) strip_path: bool,
    #[serde(default)]
    pub(crate) preserve_host: bool,
    #[serde(default)]
    pub(crate) regex_priority: i64,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) plugins: Vec<Plugin>,
}

/// The name of something else.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Reference {
    Name(String),
    Object { name: String },
}

impl Reference {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Object { name } => name,
        }
    }
}

/// A group of targets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upstream {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    #[serde(default = "round_robin")]
    pub(crate) algorithm: String,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

/// One of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) id: Option<String>,
    /// `host:port`.
    pub(crate) target: String,
    #[serde(default = "hundred")]
    pub(crate) weight: u32,
}

/// Somebody who calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consumer {
    pub(crate) id: Option<String>,
    pub(crate) username: String,
    pub(crate) custom_id: Option<String>,
    #[serde(default)]
    pub(crate) keyauth_credentials: Vec<KeyCredential>,
}

/// A key of a consumer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyCredential {
    pub(crate) key: String,
}

/// A plugin where it is switched on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plugin {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) config: serde_yaml::Value,
}

fn yes() -> bool {
    true
}

fn five() -> u32 {
    5
}

fn hundred() -> u32 {
    100
}

fn a_minute() -> u64 {
    60_000
}

fn round_robin() -> String {
    "round-robin".to_owned()
}
