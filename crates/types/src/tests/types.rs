//! Two sides that do not fit each other.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_value_is_no_condition() {
    let rules = [
        "http.response.status_code",
        "url.path && tls.resumed",
        "503",
        "any(http.request.header.accept)",
        "[1, 2]",
        "proxy.kong.latency.total + 5ms",
    ];
    check(
        &rules,
        &expect![[r#"
        > http.response.status_code
        T203 error 0..25 `http.response.status_code` is an int, not a condition; compare it, for example `== 503`
        > url.path && tls.resumed
        T203 error 0..8 `url.path` is a string, not a condition; compare it, for example `== "/v1/orders/42"`
        > 503
        T203 error 0..3 `503` is an int, not a condition; write the field that it is compared with
        > any(http.request.header.accept)
        T213 error 0..31 `any` governs a comparison; write one behind `any(http.request.header.accept)`, for example `== "acme"`
        > [1, 2]
        T203 error 0..6 `[1, 2]` is a set, not a condition
          note write a field and `in` before it
        > proxy.kong.latency.total + 5ms
        T203 error 0..30 `proxy.kong.latency.total + 5ms` is a duration, not a condition; compare it with a value
    "#]],
    );
}

#[test]
fn a_condition_is_no_value() {
    let rules = [
        "(http.response.status_code == 503) == true",
        "(tls.resumed && keepalive) == false",
        r#"lower(tls.resumed == true) == "x""#,
        "(http.response.status_code == 1) == 5",
    ];
    check(
        &rules,
        &expect![[r#"
            > (http.response.status_code == 503) == true
            T204 error 35..37 `(http.response.status_code == 503)` is a condition already; it is not compared with `true`
              fix keep the condition: (http.response.status_code == 503)
            > (tls.resumed && keepalive) == false
            T408 hint 16..25 `keepalive` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: (tls.resumed && any(keepalive)) == false
              maybe every value must pass: `all(…)`: (tls.resumed && all(keepalive)) == false
            T204 error 27..29 `(tls.resumed && keepalive)` is a condition already; it is not compared with `false`
              fix negate the condition: !(tls.resumed && keepalive)
            > lower(tls.resumed == true) == "x"
            T204 error 6..25 `tls.resumed == true` is a condition, and a value is needed here
              note conditions are combined with `&&`, `||` and `!`, not compared
            > (http.response.status_code == 1) == 5
            T204 error 0..32 `(http.response.status_code == 1)` is a condition, and a value is needed here
              note conditions are combined with `&&`, `||` and `!`, not compared
            T403 warning 30..31 `http.response.status_code` is at least `100`, so `== 1` never matches
        "#]],
    );
}

#[test]
fn quotes_come_off_what_is_no_string() {
    let rules = [
        r#"http.response.status_code == "503""#,
        r#"client.address == "10.0.0.1""#,
        r#"proxy.kong.latency.total > "250ms""#,
        r#"tls.resumed == "true""#,
        "tls.resumed == 'TRUE'",
        r#"http.response.status_code in [500, "502"]"#,
        r#"http.response.status_code == "5xx""#,
        r#""503" == http.response.status_code"#,
        r#"gen_ai.request.temperature > "0.5""#,
        r#"client.address in "10.0.0.1/8""#,
    ];
    check(
        &rules,
        &expect![[r#"
        > http.response.status_code == "503"
        T207 error 29..34 `http.response.status_code` is an int, but `"503"` is a string; remove the quotes
          fix remove the quotes: http.response.status_code == 503
        > client.address == "10.0.0.1"
        T207 error 18..28 `client.address` is an ip address, but `"10.0.0.1"` is a string; remove the quotes
          fix remove the quotes: client.address == 10.0.0.1
        > proxy.kong.latency.total > "250ms"
        T207 error 27..34 `proxy.kong.latency.total` is a duration, but `"250ms"` is a string; remove the quotes
          fix remove the quotes: proxy.kong.latency.total > 250ms
        > tls.resumed == "true"
        T207 error 15..21 `tls.resumed` is a bool, but `"true"` is a string; remove the quotes
          fix remove the quotes: tls.resumed == true
        > tls.resumed == 'TRUE'
        T207 error 15..21 `tls.resumed` is a bool, but `'TRUE'` is a string; write `true`
          fix write `true`: tls.resumed == true
        > http.response.status_code in [500, "502"]
        T211 error 35..40 `http.response.status_code` is an int, so the set cannot hold a string; remove the quotes
          fix remove the quotes: http.response.status_code in [500, 502]
        > http.response.status_code == "5xx"
        T207 error 29..34 `http.response.status_code` is an int, but `"5xx"` is a string; write `in 500..599`
          maybe write `in 500..599`: http.response.status_code in 500..599
        > "503" == http.response.status_code
        T207 error 0..5 `http.response.status_code` is an int, but `"503"` is a string; remove the quotes
          fix remove the quotes: 503 == http.response.status_code
        > gen_ai.request.temperature > "0.5"
        T207 error 29..34 `gen_ai.request.temperature` is a float, but `"0.5"` is a string; remove the quotes
          fix remove the quotes: gen_ai.request.temperature > 0.5
        > client.address in "10.0.0.1/8"
        T207 error 18..30 `in` needs a network, but `"10.0.0.1/8"` is a string; write `10.0.0.0/8`
          fix write `10.0.0.0/8`: client.address in 10.0.0.0/8
    "#]],
    );
}

#[test]
fn two_types_never_meet() {
    let rules = [
        "tls.resumed == 1",
        "http.request.size > 500ms",
        "network.protocol.version == 2",
        "network.protocol.version == 1.1",
        "http.response.status_code > 499.5",
        "http.response.status_code == 503.0",
        "http.response.status_code > 250ms",
        "client.port == client.address",
        "proxy.kong.latency.total > 1.5",
        "gen_ai.request.temperature == client.port",
        "url.path == 10.0.0.1",
        "http.request.size == proxy.kong.latency.total",
        "client.address == 5",
        "kong.route.name == true",
    ];
    check(
        &rules,
        &expect![[r#"
        > tls.resumed == 1
        T201 error 15..16 `tls.resumed` is a bool, but `1` is an int; write `true`
          fix write `true`: tls.resumed == true
        > http.request.size > 500ms
        T201 error 20..25 `http.request.size` is a size, but `500ms` is a duration
          note a duration is a time such as `250ms`, a size an amount of data such as `10KB`
        > network.protocol.version == 2
        T201 error 28..29 `network.protocol.version` is a string, but `2` is an int; write `"2"`
          fix write it in quotes: network.protocol.version == "2"
        > network.protocol.version == 1.1
        T201 error 28..31 `network.protocol.version` is a string, but `1.1` is a float; write `"1.1"`
          fix write it in quotes: network.protocol.version == "1.1"
        > http.response.status_code > 499.5
        T201 error 28..33 `http.response.status_code` is an int, but `499.5` is a float
          fix write `499`: http.response.status_code > 499
        > http.response.status_code == 503.0
        T201 error 29..34 `http.response.status_code` is an int, but `503.0` is a float; write `503`
          fix write `503`: http.response.status_code == 503
        > http.response.status_code > 250ms
        T201 error 28..33 `http.response.status_code` is an int, but `250ms` is a duration
          note a duration is written with its unit, such as `250ms`
        > client.port == client.address
        T201 error 15..29 `client.port` is an int, but `client.address` is an ip address
        > proxy.kong.latency.total > 1.5
        T201 error 27..30 `proxy.kong.latency.total` is a duration, but `1.5` is a float; write `1.5ms`
          maybe write `1.5ms`: proxy.kong.latency.total > 1.5ms
        > gen_ai.request.temperature == client.port
        T201 error 30..41 `gen_ai.request.temperature` is a float, but `client.port` is an int
          note an int divided by 1 is a float: `x / 1`
        > url.path == 10.0.0.1
        T201 error 12..20 `url.path` is a string, but `10.0.0.1` is an ip address; write `"10.0.0.1"`
          fix write it in quotes: url.path == "10.0.0.1"
        > http.request.size == proxy.kong.latency.total
        T201 error 21..45 `http.request.size` is a size, but `proxy.kong.latency.total` is a duration
          note a duration is a time such as `250ms`, a size an amount of data such as `10KB`
        > client.address == 5
        T201 error 18..19 `client.address` is an ip address, but `5` is an int
        > kong.route.name == true
        T201 error 19..23 `kong.route.name` is a string, but `true` is a bool; write `"true"`
          fix write it in quotes: kong.route.name == "true"
    "#]],
    );
}

#[test]
fn text_operators_work_on_texts() {
    let rules = [
        r#"client.address ^= "10.""#,
        r#"client.address ~ "^192\\.168\\.""#,
        r#"http.response.status_code ~ "^5""#,
        r#"http.response.status_code !~ "5..""#,
        r#"http.response.status_code ^= "50""#,
        r#"http.response.status_code contains "5""#,
        r#"proxy.kong.latency.total ~ "x""#,
        "tls.resumed > false",
    ];
    check(
        &rules,
        &expect![[r#"
        > client.address ^= "10."
        T202 error 15..17 `^=` works on strings, but `client.address` is an ip address; write `in 10.0.0.0/8`
          fix write `in 10.0.0.0/8`: client.address in 10.0.0.0/8
        > client.address ~ "^192\\.168\\."
        T202 error 15..16 `~` works on strings, but `client.address` is an ip address; write `in 192.168.0.0/16`
          fix write `in 192.168.0.0/16`: client.address in 192.168.0.0/16
        > http.response.status_code ~ "^5"
        T202 error 26..27 `~` works on strings, but `http.response.status_code` is an int; write `in 500..599`
          fix write `in 500..599`: http.response.status_code in 500..599
        > http.response.status_code !~ "5.."
        T202 error 26..28 `!~` works on strings, but `http.response.status_code` is an int; write `not in 500..599`
          fix write `not in 500..599`: http.response.status_code not in 500..599
        > http.response.status_code ^= "50"
        T202 error 26..28 `^=` works on strings, but `http.response.status_code` is an int; write `in 500..509`
          fix write `in 500..509`: http.response.status_code in 500..509
        > http.response.status_code contains "5"
        T202 error 26..34 `contains` works on strings, but `http.response.status_code` is an int
          note compare it, for example `== 503`
        > proxy.kong.latency.total ~ "x"
        T202 error 25..26 `~` works on strings, but `proxy.kong.latency.total` is a duration
          note compare it, for example `> 250ms`
        > tls.resumed > false
        T416 error 12..13 `tls.resumed` is true or false and has no order; write `tls.resumed == true`
          fix compare with true: tls.resumed == true
    "#]],
    );
}

#[test]
fn orders_and_sets_need_the_right_sides() {
    let rules = [
        "true >= tls.resumed",
        "tls.resumed < keepalive",
        "url.path == [1, 2]",
        "http.response.status_code == [500, 502]",
        "http.response.status_code != 500..599",
        "http.response.status_code < [1]",
        "url.path ^= 5",
        r#"user.roles < "x" && url.path + "x" == "y""#,
    ];
    check(
        &rules,
        &expect![[r#"
            > true >= tls.resumed
            T416 error 5..7 `tls.resumed` is true or false and has no order
            > tls.resumed < keepalive
            T416 error 12..13 `tls.resumed` is true or false and has no order
            > url.path == [1, 2]
            T202 error 9..11 `==` compares with one value, but `[1, 2]` is a set
            > http.response.status_code == [500, 502]
            T202 error 26..28 `==` compares with one value, but `[500, 502]` is a set; write `in`
              fix write `in`: http.response.status_code in [500, 502]
            > http.response.status_code != 500..599
            T202 error 26..28 `!=` compares with one value, but `500..599` is a set; write `not in`
              fix write `not in`: http.response.status_code not in 500..599
            > http.response.status_code < [1]
            T202 error 26..27 `<` compares with one value, but `[1]` is a set
            > url.path ^= 5
            T201 error 12..13 `url.path` is a string, but `5` is an int; write `"5"`
              fix write it in quotes: url.path ^= "5"
            > user.roles < "x" && url.path + "x" == "y"
            T408 hint 0..10 `user.roles` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: any(user.roles) < "x" && url.path + "x" == "y"
              maybe every value must pass: `all(…)`: all(user.roles) < "x" && url.path + "x" == "y"
            T202 error 29..30 `+` works on int, float, duration and size, but `url.path` is a string
        "#]],
    );
}

#[test]
fn arithmetic_works_on_numbers() {
    let rules = [
        r#"-url.path == "x""#,
        "url.path - 1 > 2",
        "proxy.kong.latency.total + 5 > 100ms",
        "proxy.kong.latency.total * proxy.kong.latency.client > 1s",
        r#"http.response.status_code + "1" > 5"#,
    ];
    check(
        &rules,
        &expect![[r#"
            > -url.path == "x"
            T202 error 0..1 `-` works on int, float, duration and size, but `url.path` is a string
            > url.path - 1 > 2
            T202 error 9..10 `-` works on int, float, duration and size, but `url.path` is a string
            > proxy.kong.latency.total + 5 > 100ms
            T201 error 25..26 `+` does not join `proxy.kong.latency.total`, which is a duration, and `5`, which is an int
              note a duration is written with its unit, such as `250ms`
            > proxy.kong.latency.total * proxy.kong.latency.client > 1s
            T202 error 25..26 `*` does not join two values of type duration
            > http.response.status_code + "1" > 5
            T207 error 28..31 `+` works on int, float, duration and size, but `"1"` is a string; remove the quotes
              fix remove the quotes: http.response.status_code + 1 > 5
        "#]],
    );
}

#[test]
fn networks_hold_addresses() {
    let rules = [
        "client.address == 10.0.0.0/8",
        "client.address != 10.0.0.0/8",
        "client.address in 10.0.0.1",
        "client.address not in 10.0.0.1",
        "10.0.0.0/8 == client.address",
        "client.address < 10.0.0.0/8",
    ];
    check(
        &rules,
        &expect![[r#"
        > client.address == 10.0.0.0/8
        T209 error 15..17 `client.address` is an address, but `10.0.0.0/8` is a network; write `in`
          fix write `in`: client.address in 10.0.0.0/8
        > client.address != 10.0.0.0/8
        T209 error 15..17 `client.address` is an address, but `10.0.0.0/8` is a network; write `not in`
          fix write `not in`: client.address not in 10.0.0.0/8
        > client.address in 10.0.0.1
        T209 error 18..26 `in` needs a network or a set, but `10.0.0.1` is an ip address; write `==`
          fix write `==`: client.address == 10.0.0.1
          fix write `10.0.0.1/32`: client.address in 10.0.0.1/32
        > client.address not in 10.0.0.1
        T209 error 22..30 `not in` needs a network or a set, but `10.0.0.1` is an ip address; write `!=`
          fix write `!=`: client.address != 10.0.0.1
          fix write `10.0.0.1/32`: client.address not in 10.0.0.1/32
        > 10.0.0.0/8 == client.address
        T209 error 11..13 `client.address` is an address, but `10.0.0.0/8` is a network; write `in`
          fix write `in`: client.address in 10.0.0.0/8
        > client.address < 10.0.0.0/8
        T209 error 17..27 `client.address` is an address, but `10.0.0.0/8` is a network
    "#]],
    );
}

#[test]
fn operations_without_a_result() {
    let rules = [
        "http.response.status_code / 0 == 1",
        "http.response.status_code % 0 == 1",
        "9223372036854775807 + 1 > client.port",
        r#"segment("/a", 5) == url.path"#,
        "proxy.kong.latency.total / 0 > 1s",
        r#"url_decode("%") == url.path"#,
    ];
    check(
        &rules,
        &expect![[r#"
            > http.response.status_code / 0 == 1
            T214 error 0..29 `http.response.status_code / 0` divides by zero, so it never has a value
              note a comparison with a value that is never there is always false
            > http.response.status_code % 0 == 1
            T214 error 0..29 `http.response.status_code % 0` divides by zero, so it never has a value
              note a comparison with a value that is never there is always false
            > 9223372036854775807 + 1 > client.port
            T214 error 0..23 `9223372036854775807 + 1` never has a value
              note a comparison with a value that is never there is always false
            > segment("/a", 5) == url.path
            T214 error 0..16 `segment("/a", 5)` never has a value
              note a comparison with a value that is never there is always false
            > proxy.kong.latency.total / 0 > 1s
            T214 error 0..28 `proxy.kong.latency.total / 0` divides by zero, so it never has a value
              note a comparison with a value that is never there is always false
            > url_decode("%") == url.path
            T214 error 0..15 `url_decode("%")` never has a value
              note a comparison with a value that is never there is always false
        "#]],
    );
}

#[test]
fn one_mistake_is_one_message() {
    let rules = [
        "!(unknown_thing.x == 5) && lower(unknown_thing.y) == 5",
        r#"(client.port == "x") == true"#,
        "unknown_thing.x + 1 > 2 || -unknown_thing.y > 1",
        "in_set(http.response.status_code) && true",
        "any(v in unknown_thing.x, v == 5 && v contains 5)",
    ];
    check(
        &rules,
        &expect![[r#"
            > !(unknown_thing.x == 5) && lower(unknown_thing.y) == 5
            T301 error 2..17 `unknown_thing.x` is not a known field
            T301 error 33..48 `unknown_thing.y` is not a known field
            > (client.port == "x") == true
            T201 error 16..19 `client.port` is an int, but `"x"` is a string
            > unknown_thing.x + 1 > 2 || -unknown_thing.y > 1
            T301 error 0..15 `unknown_thing.x` is not a known field
            T301 error 28..43 `unknown_thing.y` is not a known field
            > in_set(http.response.status_code) && true
            T302 error 0..6 there is no function `in_set`
              note the functions are exists, count, any, all, none, sample, lower, upper, len, starts_with, ends_with, segment, url_decode, min and max
            T410 warning 37..41 `true` is the same for every request
            > any(v in unknown_thing.x, v == 5 && v contains 5)
            T301 error 9..24 `unknown_thing.x` is not a known field
        "#]],
    );
}
