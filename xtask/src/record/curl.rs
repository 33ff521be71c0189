//! One request by curl, and what curl saw of it.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::gateway::{CLEAR_PORT, HOST, TLS_PORT};
use super::tools::Tools;
use crate::Failure;

/// Who asks: the address on loopback, and what such a client says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// The source address, one of 127.0.0.0/8.
    pub(super) address: &'static str,
    /// The address for which a proxy in front would speak.
    pub(super) forwarded_for: Option<&'static str>,
    /// The user agent; curl's own where there is none.
    pub(super) agent: Option<&'static str>,
    /// The tenant.
    pub(super) tenant: Option<&'static str>,
}

/// A request to make.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) client: Client,
    /// Headers beside those of the client, as curl takes them.
    pub(super) headers: Vec<String>,
    pub(super) body: Option<Vec<u8>>,
    /// More arguments of curl.
    pub(super) options: Vec<String>,
}

/// A request that was made.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) method: &'static str,
    pub(super) url: String,
    /// When curl was started, in nanoseconds since 1970.
    pub(super) started: u128,
    /// The headers that curl sent.
    pub(super) sent: Vec<(String, String)>,
    /// The headers that curl received.
    pub(super) received: Vec<(String, String)>,
    /// The words beside the status.
    pub(super) status_text: String,
    /// What `--write-out '%{json}'` says.
    pub(super) figures: Value,
}

/// Makes a request.
///
/// # Errors
///
/// When curl does not start or says nothing that can be read. A request that fails is no error.
pub(super) fn make(tools: &Tools, folder: &Path, call: &Call, number: usize) -> Result<Exchange, Failure> {
    let mut command = Command::new(&tools.curl);
    // `-q` first: no configuration of the person who records plays a part.
    command.args(["-q", "-s", "-S", "-v", "-o", "/dev/null", "-w", "%{json}", "-k", "--path-as-is", "--noproxy", "*"]);
    command.args(["--interface", call.client.address]);
    for port in [CLEAR_PORT, TLS_PORT] {
        command.args(["--resolve", &format!("{HOST}:{port}:127.0.0.1")]);
    }
    if !call.options.iter().any(|option| option == "--max-time") {
        command.args(["--max-time", "10"]);
    }
    if call.method == "HEAD" {
        command.arg("--head");
    } else {
        command.args(["-X", call.method]);
    }
    let client = &call.client;
    for (name, value) in
        [("X-Forwarded-For", client.forwarded_for), ("User-Agent", client.agent), ("X-Tenant-Id", client.tenant)]
    {
        if let Some(value) = value {
            command.args(["-H", &format!("{name}: {value}")]);
        }
    }
    for header in &call.headers {
        command.args(["-H", header]);
    }
    if let Some(body) = &call.body {
        let file = folder.join("temporary").join(format!("body-{number}"));
        std::fs::write(&file, body).map_err(|error| Failure::file(&file, &error))?;
        command.arg("--data-binary").arg(format!("@{}", file.display()));
    }
    command.args(&call.options).arg(&call.url).current_dir(folder).stdin(Stdio::null());
    let started = now();
    let output = command.output().map_err(|error| Failure::new(format!("curl does not start: {error}")))?;
    read(call, started, &output)
}

/// Reads what curl told: the figures on its output, the headers on its error output.
fn read(call: &Call, started: u128, output: &Output) -> Result<Exchange, Failure> {
    let told = String::from_utf8_lossy(&output.stderr);
    let figures = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::new(format!("curl says nothing about {}: {error}\n{told}", call.url)))?;
    let (_, sent) = last_head(&told, "> ");
    let (first, received) = last_head(&told, "< ");
    let status_text = first.splitn(3, ' ').nth(2).unwrap_or_default().trim().to_owned();
    Ok(Exchange { method: call.method, url: call.url.clone(), started, sent, received, status_text, figures })
}

/// The last head among the lines with a mark: its first line and its headers.
fn last_head(told: &str, mark: &str) -> (String, Vec<(String, String)>) {
    let mut first = String::new();
    let mut headers = Vec::new();
    for line in told.lines().filter_map(|line| line.strip_prefix(mark)) {
        let line = line.trim_end_matches('\r');
        let is_first = line.split(' ').any(|word| word.starts_with("HTTP/")) && !line.contains(": ");
        if is_first {
            line.clone_into(&mut first);
            headers.clear();
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    (first, headers)
}

/// Nanoseconds since 1970.
fn now() -> u128 {
    #[expect(clippy::disallowed_methods, reason = "a recording says when it was made")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::last_head;

    #[test]
    fn the_last_head_counts() {
        let told = "* Trying\n> POST /a HTTP/1.1\r\n> Host: x:1\r\n> \r\n< HTTP/1.1 100 Continue\r\n< \r\n\
                    < HTTP/1.1 201 Created\r\n< Location: http://x/\r\n< \r\n";
        let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(last_head(told, "> "), ("POST /a HTTP/1.1".to_owned(), vec![owned("Host", "x:1")]));
        assert_eq!(last_head(told, "< "), ("HTTP/1.1 201 Created".to_owned(), vec![owned("Location", "http://x/")]));
    }
}
