//! A request as a user can send or replay it: facts as JSON, and a line for `curl`.

use serde_json::{Map, Value};
use tamis::Constant;
use tamis::reason::KnownFacts;
use tamis::traffic::Mapping;
use tamis_wire::constant;

/// Where the line for `curl` sends its request: a gateway on this machine.
const GATEWAY: &str = "http://localhost:8000";

/// The values of a field as `--facts` takes them; null where there is none.
pub(crate) fn json_values(values: &[Constant]) -> Value {
    match values {
        [] => Value::Null,
        [value] => constant(value),
        values => Value::Array(values.iter().map(constant).collect()),
    }
}

/// A request as an object of facts; absent fields are left out.
pub(crate) fn facts(request: &KnownFacts) -> Value {
    let present = request.fields().iter().filter(|(_, values)| !values.is_empty());
    Value::Object(present.map(|(field, values)| (field.name.to_string(), json_values(values))).collect::<Map<_, _>>())
}

/// A line for `curl` that sends what a client decides of a request; none where that is nothing, or cannot be written.
pub(crate) fn curl(request: &KnownFacts) -> Option<String> {
    let mapping = Mapping::shipped();
    let mut parts = Parts::default();
    for (field, values) in request.fields() {
        for value in values {
            let text = match value {
                Constant::String(text) => std::str::from_utf8(text).ok()?.to_owned(),
                value => value.to_string(),
            };
            if text.chars().any(char::is_control) {
                return None;
            }
            parts.add(&mapping, &field.name, text);
        }
    }
    parts.line()
}

/// What the line is made of.
#[derive(Default)]
struct Parts {
    method: Option<String>,
    host: Option<String>,
    path: Option<String>,
    query: Vec<String>,
    headers: Vec<String>,
}

impl Parts {
    fn add(&mut self, mapping: &Mapping, name: &str, text: String) {
        let is = |role: &[String]| role.iter().any(|own| own == name);
        let key = |role: &[String]| {
            role.iter().find_map(|own| name.strip_prefix(own.as_str())?.strip_prefix('.')).map(str::to_owned)
        };
        if is(&mapping.method) {
            self.method = Some(text);
        } else if is(&mapping.path) {
            self.path = Some(text);
        } else if is(&mapping.host) || is(&mapping.domain) {
            self.host = Some(text);
        } else if is(&mapping.query) {
            self.query.push(text);
        } else if is(&mapping.user_agent) {
            self.headers.push(format!("user-agent: {text}"));
        } else if let Some(key) = key(&mapping.request_header) {
            self.headers.push(format!("{key}: {text}"));
        } else if let Some(key) = key(&mapping.query_parameter) {
            self.query.push(format!("{}={}", encoded(&key), encoded(&text)));
        }
    }

    fn line(self) -> Option<String> {
        let Self { method, host, path, query, headers } = self;
        if method.is_none() && host.is_none() && path.is_none() && query.is_empty() && headers.is_empty() {
            return None;
        }
        let mut line = "curl".to_owned();
        if let Some(method) = method.filter(|method| method != "GET") {
            line.push_str(&format!(" -X {}", quoted(&method)));
        }
        let path = path.unwrap_or_else(|| "/".to_owned());
        let slash = if path.starts_with('/') { "" } else { "/" };
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        line.push_str(&format!(" {}", quoted(&format!("{GATEWAY}{slash}{path}{query}"))));
        for header in host.map(|host| format!("host: {host}")).into_iter().chain(headers) {
            line.push_str(&format!(" -H {}", quoted(&header)));
        }
        Some(line)
    }
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Text within a query, percent-encoded.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_are_quoted() {
        assert_eq!(quoted("http://localhost:8000/v1"), "http://localhost:8000/v1");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_query_is_encoded() {
        assert_eq!(encoded("a b&é"), "a%20b%26%C3%A9");
    }
}
