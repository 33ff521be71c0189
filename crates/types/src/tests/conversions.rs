//! Literals in the type that the other side wants, and what becomes of sugar.

use expect_test::expect;

use crate::testing::{check, check_hir, check_hir_with};

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
            T307 warning 0..27 `http.request_content_length` is deprecated; use `http.request.header.content-length` or `http.request.body.size`
              note The header value is text; the body size is a number.
            [http.request_content_length > 8192]
            > tls.resumed
            [tls.resumed == true]
            > !tls.resumed
            T407 hint 0..1 a negation is true where `tls.resumed` is absent
              maybe match present values only: exists(tls.resumed) && !tls.resumed
              maybe say that absent values match: !exists(tls.resumed) || !tls.resumed
            ![tls.resumed == true]
            > starts_with(url.path, "/v1")
            [url.path ^= "/v1"]
            > starts_with(url.path, "/v1") == true
            [starts_with(url.path, "/v1") == true]
            > any(http.request.header.accept) == "text/html"
            [some: http.request.header.accept == "text/html"]
            > lower(any(http.request.header.accept)) != "x"
            T407 hint 39..41 `!=` is false where `http.request.header.accept` is absent
              maybe match absent values too: !exists(http.request.header.accept) || lower(any(http.request.header.accept)) != "x"
              maybe say that absent values do not match: exists(http.request.header.accept) && lower(any(http.request.header.accept)) != "x"
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
            T406 warning 9..10 this regular expression is a plain text; write `url.path ^= "/v1"`
              fix write `^= "/v1"`: url.path ^= "/v1"
            [url.path ~ /^/v1/]
            > not (url.path like "/v*")
            ![url.path like "/v*"]
        "#]],
    );
}

#[test]
fn a_quantity_beside_an_int_with_a_unit_is_exact() {
    let catalog = r#"{
        "format": 1,
        "name": "test",
        "doc": "One int that counts milliseconds.",
        "fields": { "elapsed": { "type": "int", "unit": "ms", "phase": "log", "presence": "always", "doc": "Elapsed time.", "source": "test" } }
    }"#;
    let rules = [
        "elapsed > 1.5s",
        "elapsed < 1500us",
        "elapsed <= 1500us",
        "elapsed > 1500us",
        "elapsed >= 1500us",
        "1500us > elapsed",
        "elapsed >= -1500us",
        "elapsed == 1500us",
        "elapsed != 1500us",
        "elapsed + 1 == 1500us",
        "elapsed + 1 != 1500us",
        "elapsed in [1s, 1500us, 1500us..3500us]",
        "elapsed in 2s..1500ms",
        "elapsed / 2 > 1500us",
        "elapsed > 1KB",
    ];
    check_hir_with(
        catalog,
        &rules,
        &expect![[r#"
            > elapsed > 1.5s
            [elapsed > 1500]
            > elapsed < 1500us
            [elapsed < 2]
            > elapsed <= 1500us
            [elapsed <= 1]
            > elapsed > 1500us
            [elapsed > 1]
            > elapsed >= 1500us
            [elapsed >= 2]
            > 1500us > elapsed
            [elapsed < 2]
            > elapsed >= -1500us
            [elapsed >= -1]
            > elapsed == 1500us
            T403 warning 11..17 `elapsed` counts whole `ms`, so it never equals `1500us`
            false
            > elapsed != 1500us
            T403 warning 11..17 `elapsed` counts whole `ms`, so it always differs from `1500us`
            [elapsed >= -9223372036854775808]
            > elapsed + 1 == 1500us
            T403 warning 15..21 `elapsed + 1` counts whole `ms`, so it never equals `1500us`
            [+(elapsed, 1) < -9223372036854775808]
            > elapsed + 1 != 1500us
            T403 warning 15..21 `elapsed + 1` counts whole `ms`, so it always differs from `1500us`
            [+(elapsed, 1) >= -9223372036854775808]
            > elapsed in [1s, 1500us, 1500us..3500us]
            T403 warning 16..22 `elapsed` counts whole `ms`, so it never equals `1500us`
            T409 warning 16..22 `1500us` lies within `1500us..3500us` of the same set
              label 24..38 this holds it
              fix remove it: elapsed in [1s, 1500us..3500us]
            [elapsed in {1000, 2..3}]
            > elapsed in 2s..1500ms
            T212 error 11..21 the range `2s..1500ms` ends before it starts; write `1500ms..2s`
              fix swap the ends: elapsed in 1500ms..2s
            > elapsed / 2 > 1500us
            T201 error 14..20 `elapsed / 2` is a float, but `1500us` is a duration
            > elapsed > 1KB
            T201 error 10..13 `elapsed` is an int, but `1KB` is a size
              note a size is written with its unit, such as `10KB`
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
