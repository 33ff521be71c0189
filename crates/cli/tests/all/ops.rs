//! `tamis ops`

use expect_test::{Expect, expect};

use crate::runner::tamis;

#[track_caller]
fn check(name: &str, expected: &Expect) {
    tamis(&["ops", name]).check(expected);
}

#[test]
fn a_record_is_documented() {
    check(
        "^=",
        &expect![[r#"
        a ^= b
          True when the left text begins with the right text. Letter case counts; use `lower()` to ignore it. Every text begins
          with the empty text.
          types      (string, string) → bool
          absence    an absent side makes it false
          elsewhere  ^= Kong, startsWith CEL, starts_with Cloudflare
          since      0.1
          examples
            url.path ^= "/v1"
              match    {"url.path": "/v1/orders"}
            url.path ^= "/v1"
              no match {"url.path": "/old/v1"}
    "#]],
    );
    check(
        "min",
        &expect![[r#"
        min(first, second)
          The smallest of its operands. Two or more operands of one type. Absent where one of them is.
          types      (int, int, …) → int
                     (float, float, …) → float
                     (duration, duration, …) → duration
                     (size, size, …) → size
          absence    an absent operand makes the result absent
          elsewhere  math.least CEL
          since      0.1
          examples
            min(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s
              match    {"proxy.kong.latency.upstream": 1500, "proxy.kong.latency.client": 2000}
            min(proxy.kong.latency.upstream, proxy.kong.latency.client) > 1s
              no match {"proxy.kong.latency.upstream": 1500}
    "#]],
    );
}

#[test]
fn the_spelling_of_another_language_finds_the_operator() {
    check(
        "orValue",
        &expect![[r#"
        a ?? b
          The left value, or the right one where the left is absent. It binds tighter than any other operator. Where the left
          side has values, the right side plays no part.
          types      (bool, bool) → bool
                     (int, int) → int
                     (float, float) → float
                     (string, string) → string
                     (ip, ip) → ip
                     (network, network) → network
                     (duration, duration) → duration
                     (size, size) → size
          absence    it has a meaning for absent operands
          elsewhere  orValue CEL
          since      0.1
          examples
            proxy.kong.upstream.status_code ?? 0 == 0
              match    {}
            proxy.kong.upstream.status_code ?? 0 == 0
              no match {"proxy.kong.upstream.status_code": 200}
    "#]],
    );
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    check(
        "exsits",
        &expect![[r#"
        --- standard error
        error: there is no operator and no function `exsits`; did you mean `exists`?
        --- exit 2
    "#]],
    );
}

#[test]
fn a_spelling_of_two_records_shows_both() {
    check(
        "-",
        &expect![[r#"
        a - b
          The difference of two numbers, durations or sizes. Absent on overflow. `a-b` is one name; write blanks around the
          minus.
          types      (int, int) → int
                     (float, float) → float
                     (duration, duration) → duration
                     (size, size) → size
          absence    an absent operand makes the result absent
          elsewhere  - CEL
          since      0.1
          examples
            proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms
              match    {"proxy.kong.latency.total": 200, "proxy.kong.latency.upstream": 100}
            proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms
              no match {"proxy.kong.latency.total": 120, "proxy.kong.latency.upstream": 100}

        -a
          The number with the other sign. Absent on overflow.
          types      (int) → int
                     (float) → float
                     (duration) → duration
                     (size) → size
          absence    an absent operand makes the result absent
          elsewhere  - CEL
          since      0.1
          examples
            -http.response.status_code == -503
              match    {"http.response.status_code": 503}
            -http.response.status_code == -503
              no match {"http.response.status_code": 200}
    "#]],
    );
}
