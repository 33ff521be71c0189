//! HAR 1.2 of what curl saw.

use serde_json::{Value, json};

use super::curl::Exchange;
use super::{MASK, MASKED_HEADERS};
use crate::Failure;

/// The exchanges of curl as a HAR document.
pub(super) fn of_curl(exchanges: &[Exchange], version: &str) -> Result<String, Failure> {
    let entries: Vec<Value> = exchanges.iter().map(entry).collect();
    text(&json!({"log": {"version": "1.2", "creator": {"name": "curl", "version": version}, "entries": entries}}))
}

/// A HAR document as text: one entry per line, so that changes show line by line.
pub(super) fn text(document: &Value) -> Result<String, Failure> {
    let log = document.get("log").and_then(Value::as_object).ok_or_else(|| Failure::new("a HAR document has a log"))?;
    let line = |value: &Value| serde_json::to_string(value).map_err(|error| Failure::new(error.to_string()));
    let mut members = Vec::new();
    for (name, value) in log {
        let value = match value {
            Value::Array(elements) if !elements.is_empty() => {
                let lines: Result<Vec<String>, Failure> = elements.iter().map(line).collect();
                format!("[\n{}\n]", lines?.join(",\n"))
            }
            other => line(other)?,
        };
        members.push(format!("\"{name}\": {value}"));
    }
    Ok(format!("{{\"log\": {{\n{}\n}}}}\n", members.join(",\n")))
}

/// One exchange as an entry.
fn entry(exchange: &Exchange) -> Value {
    let figure = |name: &str| exchange.figures.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    let whole = |name: &str| exchange.figures.get(name).and_then(Value::as_u64).unwrap_or(0);
    let status = whole("http_code");
    let version = match exchange.figures.get("http_version").and_then(Value::as_str) {
        Some("0") | None => String::new(),
        Some(version) => format!("HTTP/{version}"),
    };
    // Of HTTP/2 curl counts a form of the headers that was never on the wire.
    let is_text = version.starts_with("HTTP/1");
    let headers_size = |name: &str| if is_text { Value::from(whole(name)) } else { Value::from(-1) };
    let body_size = |name: &str| if status == 0 { Value::from(-1) } else { Value::from(whole(name)) };
    let mime = exchange.figures.get("content_type").and_then(Value::as_str).unwrap_or("x-unknown");
    let location = exchange.received.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let query = exchange.url.split_once('?').map_or("", |(_, query)| query);
    let parameters = query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        json!({"name": name, "value": value})
    });
    json!({
        "startedDateTime": moment(exchange.started),
        "time": milliseconds(figure("time_total")),
        "request": {
            "method": exchange.method, "url": exchange.url, "httpVersion": version, "cookies": [],
            "headers": headers(&exchange.sent), "queryString": parameters.collect::<Vec<_>>(),
            "headersSize": headers_size("size_request"), "bodySize": whole("size_upload"),
        },
        "response": {
            "status": status, "statusText": exchange.status_text, "httpVersion": version, "cookies": [],
            "headers": headers(&exchange.received), "redirectURL": location.map_or("", |(_, value)| value),
            "content": {"size": whole("size_download"), "mimeType": mime},
            "headersSize": if status == 0 { Value::from(-1) } else { headers_size("size_header") },
            "bodySize": body_size("size_download"),
        },
        "cache": {},
        "timings": timings(&figure),
        "serverIPAddress": exchange.figures.get("remote_ip"),
        "connection": whole("local_port").to_string(),
    })
}

/// The phases of an exchange, from curl's running totals.
fn timings(figure: &dyn Fn(&str) -> f64) -> Value {
    let (dns, connected) = (figure("time_namelookup"), figure("time_connect"));
    let (secured, ready) = (figure("time_appconnect"), figure("time_pretransfer"));
    let total = figure("time_total");
    let first_byte = if figure("time_starttransfer") > 0.0 { figure("time_starttransfer") } else { total };
    let established = connected.max(secured);
    let ssl = if secured > 0.0 { milliseconds(secured - connected) } else { Value::from(-1) };
    json!({
        "blocked": -1, "dns": milliseconds(dns), "connect": milliseconds(established - dns), "ssl": ssl,
        "send": milliseconds(ready - established), "wait": milliseconds(first_byte - ready),
        "receive": milliseconds(total - first_byte),
    })
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    let shown = |name: &str, value: &str| {
        let is_masked = MASKED_HEADERS.contains(&name.to_ascii_lowercase().as_str());
        json!({"name": name, "value": if is_masked { MASK } else { value }})
    };
    headers.iter().map(|(name, value)| shown(name, value)).collect()
}

/// Seconds as milliseconds, to the microsecond that curl measures; never negative.
fn milliseconds(seconds: f64) -> Value {
    Value::from((seconds.max(0.0) * 1_000_000.0).round() / 1_000.0)
}

/// Nanoseconds since 1970 in the form of HAR.
fn moment(nanoseconds: u128) -> String {
    let milliseconds = nanoseconds / 1_000_000;
    let (days, in_day) = (milliseconds / 86_400_000, milliseconds % 86_400_000);
    let (year, month, day) = date(days);
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    let (second, fraction) = (in_day / 1_000 % 60, in_day % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:03}Z")
}

/// The date that lies so many days after 1970-01-01.
fn date(days: u128) -> (u128, u128, u128) {
    // Counted from March of year 0, so that a leap day ends its year; an era is 400 years.
    let days = days + 719_468;
    let (era, in_era) = (days / 146_097, days % 146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + turn, month, day)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(moment(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(moment(1_709_251_199_999_000_000), "2024-02-29T23:59:59.999Z");
        assert_eq!(moment(1_248_459_630_450_000_000), "2009-07-24T18:20:30.450Z");
    }
}
