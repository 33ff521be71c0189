//! `tamis fields`

use expect_test::{Expect, expect, expect_file};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["fields"], words].concat();
    tamis(&words).check(expected);
}

#[test]
fn a_part_of_a_name_lists_the_fields_that_have_it() {
    check(
        &["latency.upstream"],
        &expect![[r#"
        FIELD                                               TYPE           KNOWN FROM        PRESENCE  MEANING
        proxy.kong.latency.upstream                         duration (ms)  response_body     optional  Time from the first connection attempt to the upstream until the last byte of its answer, retries included.
        proxy.kong.latency.upstream.read_headers_duration   duration (ms)  response_headers  optional  Share of the upstream time that went into its response headers.
        proxy.kong.latency.upstream.read_body_duration      duration (ms)  response_body     optional  Share of the upstream time that went into its response body.
        kong.latency.upstream                               duration (s)   response_body     optional  Time waiting for the upstream, as the OpenTelemetry plugin reports it.
        proxy.kong.latency.upstream.ttfb                    duration (ms)  response_headers  optional  Time from sending the request upstream to the first byte of its answer.
        proxy.kong.latency.upstream.read_response_duration  duration (ms)  response_body     optional  Time spent reading the upstream's whole answer.
    "#]],
    );
}

#[test]
fn a_star_stands_for_any_text() {
    check(
        &["tls.*.subject"],
        &expect![[r#"
        FIELD               TYPE    KNOWN FROM  PRESENCE  MEANING
        tls.client.subject  string  tls         optional  Subject name in the client certificate; absent without mutual TLS.
        tls.server.subject  string  tls         optional  Subject name in the certificate the gateway presented.
    "#]],
    );
}

#[test]
fn an_alias_finds_its_field() {
    check(
        &["http.method"],
        &expect![[r#"
        FIELD                TYPE    KNOWN FROM       PRESENCE  MEANING
        http.request.method  string  request_headers  always    Method on the request line; case counts.
    "#]],
    );
}

#[test]
fn a_whole_name_is_described() {
    check(
        &["http.response.status_code"],
        &expect![[r#"
            http.response.status_code
              means       Status the gateway sent to the client.
              type        int, 100 to 599
              known from  response_headers
              presence    always
              examples    503, 500, 502, 504, 429, 404, 403, 401, 200
              values      100, 101, 102, 103, 104, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305,
                          306, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
                          418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 460, 494, 495, 496, 497, 499, 500, 501, 502,
                          503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526, and others
              also named  http.status_code (older OpenTelemetry conventions), the same
              also named  kong.response.status_code (Kong's OpenTelemetry plugin), the same
              note        Plugins may still rewrite it while response headers are filtered. For clients that hang up, the value is
                          only reliable from 3.15.
        "#]],
    );
    check(
        &["http.request.header"],
        &expect![[r#"
            http.request.header.KEY
              means       Request headers, one list of values per header name.
              type        list of string
              known from  request_headers
              presence    optional: Absent when the client did not send the header.
              examples    "acme"
              keys        accept, accept-encoding, accept-language, api-key, apikey, authorization, baggage, cache-control,
                          connection, content-encoding, content-length, content-type, cookie, expect, forwarded, host,
                          if-none-match, origin, proxy-authorization, referer, traceparent, tracestate, transfer-encoding, upgrade,
                          user-agent, via, x-api-key, x-b3-traceid, x-consumer-custom-id, x-consumer-id, x-consumer-username,
                          x-credential-identifier, x-forwarded-for, x-forwarded-host, x-forwarded-port, x-forwarded-prefix,
                          x-forwarded-proto, x-kong-request-debug, x-kong-request-id, x-real-ip, x-request-id
              also named  http.headers (Kong's router), the same: the router spells keys with underscores
              note        Plugins may rewrite headers before the upstream sees them; this is the client's side. Keys are lower case
                          with hyphens; `_` is read as `-`, so `x-foo` and `x_foo` are one header.
        "#]],
    );
}

#[test]
fn an_unknown_name_gets_suggestions() {
    check(
        &["http.respose.status"],
        &expect![[r#"
        --- standard error
        error: no field of the catalog `kong` has `http.respose.status` in its name; did you mean `http.response.status_code` or `proxy.kong.plugin.http.response.status_code` or `proxy.kong.plugin.http.response.status_message`?
        --- exit 2
    "#]],
    );
}

#[test]
fn json_has_everything() {
    let words = ["fields", "http.request.method", "--catalog", "kong-router", "--format", "json"];
    expect_file!["../data/fields.json"].assert_eq(&tamis(&words).transcript());
}

#[test]
fn a_catalog_file_is_listed_too() {
    let folder = Folder::new("a_catalog_file_is_listed_too");
    folder.write("mine.json", include_str!("../data/mine.json"));
    tamis(&["fields", "--catalog", "mine.json"]).within(&folder).check(&expect![[r#"
        FIELD         TYPE  KNOWN FROM  PRESENCE  MEANING
        queue.length  int   log         optional  How many requests wait.
    "#]]);
}
