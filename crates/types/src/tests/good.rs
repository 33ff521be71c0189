//! Rules without a finding.

use crate::testing::check_clean;

#[test]
fn good_rules_have_no_finding() {
    for rule in [
        "http.response.status_code == 503",
        "http.response.status_code >= 500 && http.response.status_code < 600",
        "proxy.kong.latency.total >= 1.5s && http.response.status_code < 400",
        "proxy.kong.latency.total - proxy.kong.latency.internal > 50ms",
        "proxy.kong.latency.total > 2 * proxy.kong.latency.internal",
        r#"http.request.method in ["PUT", "PATCH", "DELETE"]"#,
        r##"url.path ~ r#"^/v[0-9]+/payments/[0-9a-f-]{36}$"#"##,
        "client.address in 203.0.113.0/24",
        "client.address not in [10.0.0.0/8, 192.168.1.1]",
        "tls.resumed == false && proxy.kong.latency.client > 300ms",
        "tls.resumed",
        r#"tls.client.subject contains "OU=Partners""#,
        r#"user_agent.original ~ "(?i)python-requests|curl""#,
        "proxy.kong.http_headers_size > 8KiB || proxy.kong.http_headers_count > 60",
        "gen_ai.request.temperature > 1 && gen_ai.usage.output_tokens > 4000",
        r#"any(v in http.request.header.accept, v ^= "text/" && v contains "q=")"#,
        "count(http.request.header.accept) > 1",
        r#"starts_with(url.path, "/v1")"#,
        "proxy.kong.upstream.status_code ?? 0 == 0",
        "503 == http.response.status_code",
        "true",
    ] {
        check_clean(rule);
    }
}
