//! Literals in the type that the other side wants, and what becomes of sugar.

use expect_test::expect;

use crate::testing::{check, check_hir};

#[test]
fn conversions_are_in_the_checked_form() {
    let rules = [
        "proxy.kong.latency.total > 250",
        "250 < proxy.kong.latency.total",
        "gen_ai.request.temperature >= 1",
        "http.request_content_length > 8KiB",
        "tls.resumed",
        "!tls.resumed",
        r#"starts_with(url.path, "/v1")"#,
        r#"starts_with(url.path, "/v1") == true"#,
        r#"any(http.request.header.accept) == "text/html""#,
        r#"lower(any(http.request.header.accept)) != "x""#,
        "http.response.status_code in [429, 500..504]",
        "client.address in 10.0.0.0/8",
        "proxy.kong.latency.total in [100ms..200ms, 5]",
    ];
    check_hir(
        &rules,
        &expect![[r#"
            > proxy.kong.latency.total > 250
            [proxy.kong.latency.total > 250ms]
            > 250 < proxy.kong.latency.total
            [250ms < proxy.kong.latency.total]
            > gen_ai.request.temperature >= 1
            [gen_ai.request.temperature >= 1.0]
            > http.request_content_length > 8KiB
            [http.request_content_length > 8192]
            > tls.resumed
            [tls.resumed == true]
            > !tls.resumed
            ![tls.resumed == true]
            > starts_with(url.path, "/v1")
            [url.path ^= "/v1"]
            > starts_with(url.path, "/v1") == true
            [starts_with(url.path, "/v1") == true]
            > any(http.request.header.accept) == "text/html"
            [some: http.request.header.accept == "text/html"]
            > lower(any(http.request.header.accept)) != "x"
            [some: lower(http.request.header.accept) not == "x"]
            > http.response.status_code in [429, 500..504]
            [http.response.status_code in {429, 500..504}]
            > client.address in 10.0.0.0/8
            [client.address in {10.0.0.0/8}]
            > proxy.kong.latency.total in [100ms..200ms, 5]
            [proxy.kong.latency.total in {100ms..200ms, 5ms}]
        "#]],
    );
}

#[test]
fn functions_and_absence_are_in_the_checked_form() {
    let rules = [
        "any(v in http.request.header.accept, any(w in user.roles, v == w))",
        "len(user.roles) == 2",
        "len(url.path) > 8",
        "exists(url.path) && count(user.roles) > 1",
        "proxy.kong.upstream.status_code ?? 0 == 0",
        "kong.latency.total ?? 0 > 5",
        "-http.response.status_code == -503",
        "http.response.status_code / 2 > 1",
        r#"url.path ~ "^/v1""#,
        r#"not (url.path like "/v*")"#,
    ];
    check_hir(
        &rules,
        &expect![[r#"
            > any(v in http.request.header.accept, any(w in user.roles, v == w))
            Any($0 in http.request.header.accept, Any($1 in user.roles, [$0 == $1]))
            > len(user.roles) == 2
            [list_len(user.roles) == 2]
            > len(url.path) > 8
            [len(url.path) > 8]
            > exists(url.path) && count(user.roles) > 1
            (exists(url.path) && [count(user.roles) > 1])
            > proxy.kong.upstream.status_code ?? 0 == 0
            [(proxy.kong.upstream.status_code ?? 0) == 0]
            > kong.latency.total ?? 0 > 5
            [(kong.latency.total ?? 0ns) > 5s]
            > -http.response.status_code == -503
            [-x(http.response.status_code) == -503]
            > http.response.status_code / 2 > 1
            [/(http.response.status_code, 2) > 1.0]
            > url.path ~ "^/v1"
            [url.path ~ /^/v1/]
            > not (url.path like "/v*")
            ![url.path like "/v*"]
        "#]],
    );
}

#[test]
fn a_quantity_beside_an_int_with_a_unit_is_exact() {
    let rules = ["http.request_content_length > 1.5KB", "1.5KB > http.request_content_length"];
    check_hir(
        &rules,
        &expect![[r#"
        > http.request_content_length > 1.5KB
        [http.request_content_length > 1500]
        > 1.5KB > http.request_content_length
        [1500 > http.request_content_length]
    "#]],
    );
}

#[test]
fn bare_numbers_count_in_the_unit() {
    let rules = [
        "proxy.kong.latency.total > 250",
        "proxy.kong.latency.total > 1_000",
        "kong.latency.total ?? 5 > 1s",
        "proxy.kong.latency.total > 9223372036854775807",
        "proxy.kong.request.time > 2",
        "http.request.size > 0x10",
    ];
    check(
        &rules,
        &expect![[r#"
        > proxy.kong.latency.total > 250
        T208 warning 27..30 `proxy.kong.latency.total` is a duration, so `250` counts as `ms`; write the unit
          fix write `250ms`: proxy.kong.latency.total > 250ms
        > proxy.kong.latency.total > 1_000
        T208 warning 27..32 `proxy.kong.latency.total` is a duration, so `1_000` counts as `ms`; write the unit
          fix write `1000ms`: proxy.kong.latency.total > 1000ms
        > kong.latency.total ?? 5 > 1s
        T208 warning 22..23 `kong.latency.total` is a duration, so `5` counts as `s`; write the unit
          fix write `5s`: kong.latency.total ?? 5s > 1s
        > proxy.kong.latency.total > 9223372036854775807
        T006 error 27..46 `9223372036854775807` counted in `ms` does not fit into 64 bits
        > proxy.kong.request.time > 2
        T208 warning 26..27 `proxy.kong.request.time` is a duration, so `2` counts as `s`; write the unit
          fix write `2s`: proxy.kong.request.time > 2s
        > http.request.size > 0x10
        T208 warning 20..24 `http.request.size` is a size, so `0x10` counts as `B`; write the unit
          fix write `16B`: http.request.size > 16B
    "#]],
    );
}

#[test]
fn negative_quantities_bound_nothing() {
    let rules = ["proxy.kong.latency.total > -5ms", "proxy.kong.latency.total > -5", "http.request.size >= -1KB"];
    check(
        &rules,
        &expect![[r#"
        > proxy.kong.latency.total > -5ms
        T217 error 27..31 `proxy.kong.latency.total` is a duration and never below zero, so `-5ms` is no bound
          maybe remove the minus sign: proxy.kong.latency.total > 5ms
        > proxy.kong.latency.total > -5
        T217 error 27..29 `proxy.kong.latency.total` is a duration and never below zero, so `-5` is no bound
          maybe remove the minus sign: proxy.kong.latency.total > 5
        > http.request.size >= -1KB
        T217 error 21..25 `http.request.size` is a size and never below zero, so `-1KB` is no bound
          maybe remove the minus sign: http.request.size >= 1KB
    "#]],
    );
}
