//! Calls.

use expect_test::expect;

use crate::testing::check;

#[test]
fn functions_of_other_languages() {
    let rules = [
        "length(url.path) > 200",
        r#"startsWith(url.path, "/v1")"#,
        r#"matches(url.path, "^/v1")"#,
        "has(url.query)",
        r#"ip("10.0.0.1") == client.address"#,
        r#"client.address == ip("10.0.0.1")"#,
        "now() > 5",
    ];
    check(
        &rules,
        &expect![[r#"
            > length(url.path) > 200
            T302 error 0..6 there is no function `length`; it is called `len` here
              fix use `len`: len(url.path) > 200
            > startsWith(url.path, "/v1")
            T302 error 0..10 there is no function `startsWith`; it is called `starts_with` here
              fix use `starts_with`: starts_with(url.path, "/v1")
            > matches(url.path, "^/v1")
            T302 error 0..7 there is no function `matches`; write `url.path ~ "^/v1"`
              fix write `url.path ~ "^/v1"`: url.path ~ "^/v1"
            > has(url.query)
            T302 error 0..3 there is no function `has`; it is called `exists` here
              fix use `exists`: exists(url.query)
            T312 hint 4..13 the values of `url.query` are never shown, not even in an explanation
            > ip("10.0.0.1") == client.address
            T302 error 0..2 there is no function `ip`; write `10.0.0.1`
              fix write `10.0.0.1`: 10.0.0.1 == client.address
            > client.address == ip("10.0.0.1")
            T302 error 18..20 there is no function `ip`; write `10.0.0.1`
              fix write `10.0.0.1`: client.address == 10.0.0.1
            > now() > 5
            T302 error 0..3 there is no function `now`
              note a rule reads no clock, so that the same request always gets the same answer
        "#]],
    );
}

#[test]
fn unknown_functions() {
    let rules = [r#"lowr(url.path) == "x""#, r#"frobnicate(url.path) == "x""#, r#"url.path() == "x""#];
    check(
        &rules,
        &expect![[r#"
            > lowr(url.path) == "x"
            T302 error 0..4 there is no function `lowr`; did you mean `lower`?
              maybe use `lower`: lower(url.path) == "x"
            > frobnicate(url.path) == "x"
            T302 error 0..10 there is no function `frobnicate`
              note the functions are exists, count, any, all, none, sample, lower, upper, len, starts_with, ends_with, segment, url_decode, min and max
            > url.path() == "x"
            T302 error 0..8 `url.path` is a field, not a function
              maybe remove the parentheses: url.path == "x"
            T405 warning 14..17 `url.path()` begins with `/`, so `== "x"` never matches
              maybe write `"/x"`: url.path() == "/x"
        "#]],
    );
}

#[test]
fn arguments_are_counted_and_typed() {
    let rules = [
        r#"lower(url.path, 1) == "x""#,
        r#"lower() == "x""#,
        r#"lower(5) == "x""#,
        r#"segment(url.path, "1") == "x""#,
        "min(5) > 1",
        "min(url.path, 5) > 1",
        "max(client.port, proxy.kong.latency.total) > 1",
    ];
    check(
        &rules,
        &expect![[r#"
        > lower(url.path, 1) == "x"
        T206 error 0..5 `lower` takes 1 argument, not 2
          note it is written `lower(text)`
        > lower() == "x"
        T206 error 0..5 `lower` takes 1 argument, not 0
          note it is written `lower(text)`
        > lower(5) == "x"
        T205 error 6..7 `lower` takes a string, but `5` is an int; write `"5"`
          fix write it in quotes: lower("5") == "x"
        > segment(url.path, "1") == "x"
        T205 error 18..21 `segment` takes an int, but `"1"` is a string; remove the quotes
          fix remove the quotes: segment(url.path, 1) == "x"
        > min(5) > 1
        T206 error 0..3 `min` takes 2 or more arguments, not 1
          note it is written `min(first, second)`
        > min(url.path, 5) > 1
        T205 error 4..12 `min` takes int, float, duration and size, but `url.path` is a string
        > max(client.port, proxy.kong.latency.total) > 1
        T205 error 0..3 `max` takes arguments of one type, not int, duration
          note it is written `max(first, second)`
    "#]],
    );
}

#[test]
fn functions_of_fields() {
    let rules = [
        r#"in_cidr(client.address, "10.0.0.0/8")"#,
        r#"exists(url.path == "x")"#,
        "exists(5)",
        r#"exists("url.path")"#,
        "exists(any(user.roles))",
        "count(lower(url.path)) > 1",
        "len(client.port) > 1",
    ];
    check(
        &rules,
        &expect![[r#"
            > in_cidr(client.address, "10.0.0.0/8")
            T302 error 0..7 there is no function `in_cidr`; write `client.address in 10.0.0.0/8`
              fix write `client.address in 10.0.0.0/8`: client.address in 10.0.0.0/8
            > exists(url.path == "x")
            T204 error 7..22 `url.path == "x"` is a condition, and a value is needed here
              note conditions are combined with `&&`, `||` and `!`, not compared
            T405 warning 19..22 `url.path` begins with `/`, so `== "x"` never matches
              maybe write `"/x"`: exists(url.path == "/x")
            > exists(5)
            T205 error 7..8 `exists` takes a field, but `5` is an int
            > exists("url.path")
            T205 error 7..17 `exists` takes a field, but `"url.path"` is a string; remove the quotes
              fix remove the quotes: exists(url.path)
            > exists(any(user.roles))
            T205 error 7..22 `exists` looks at all values of a field; write the field itself
            > count(lower(url.path)) > 1
            T205 error 6..21 `count` takes a field, and `lower(url.path)` is the result of an operation
            > len(client.port) > 1
            T205 error 4..15 `len` takes a string or a list, but `client.port` is an int
        "#]],
    );
}

#[test]
fn reserved_and_misplaced_functions() {
    let rules = [
        r#"none(user.roles) == "x""#,
        r#"Lower(url.path) == "x""#,
        r#"concat(url.path, "x") == "y""#,
        "starts_with(url.path) && true",
    ];
    check(
        &rules,
        &expect![[r#"
            > none(user.roles) == "x"
            T117 error 0..16 `none` names each value and has a condition on it
              note it is written `none(v in user.roles, v == …)`
            > Lower(url.path) == "x"
            T302 error 0..5 there is no function `Lower`; did you mean `lower`?
              fix use `lower`: lower(url.path) == "x"
            > concat(url.path, "x") == "y"
            T302 error 0..6 there is no function `concat`
              note a rule builds no texts; test the field itself with `^=`, `=^`, `contains`, `like` or `~`
            > starts_with(url.path) && true
            T206 error 0..11 `starts_with` takes 2 arguments, not 1
              note it is written `starts_with(text, prefix)`
            T410 warning 25..29 `true` is the same for every request
        "#]],
    );
}

#[test]
fn any_and_all_govern_a_comparison() {
    let rules = [
        r#"any(url.path) == "/v1""#,
        "any(http.request.header.accept) == all(user.roles)",
        r#"any(all(user.roles)) == "x""#,
        r#"any("x") == url.path"#,
        "any(user.roles) && tls.resumed",
        "any(keepalive)",
        r#"any(v in any(user.roles), v == "x")"#,
        r#"any(v in lower(url.path), v == "x")"#,
        "all(v in user.roles, true)",
        r#"any(tls in user.roles, tls == "x")"#,
    ];
    check(
        &rules,
        &expect![[r#"
        > any(url.path) == "/v1"
        T413 warning 0..3 `any` asks about several values, and `url.path` has one
          fix remove `any`: url.path == "/v1"
        > any(http.request.header.accept) == all(user.roles)
        T213 error 0..50 `any` and `all` in one comparison contradict each other
          note a comparison passes either where some combination of values does or where every one does
        > any(all(user.roles)) == "x"
        T213 error 0..20 `any` and `all` in one comparison contradict each other
        > any("x") == url.path
        T205 error 4..7 `any` takes a field, and there is none in `"x"`
        > any(user.roles) && tls.resumed
        T213 error 0..15 `any` governs a comparison; write one behind `any(user.roles)`, for example `== "admin"`
        > any(keepalive)
        > any(v in any(user.roles), v == "x")
        T216 error 9..24 `any` runs over the values of a field, and `any(user.roles)` is none
          fix write `user.roles`: any(v in user.roles, v == "x")
        > any(v in lower(url.path), v == "x")
        T216 error 9..24 `any` runs over the values of a field, and `lower(url.path)` is none
        > all(v in user.roles, true)
        T502 warning 4..5 `v` is never used, so the condition is the same for every value
        > any(tls in user.roles, tls == "x")
    "#]],
    );
}
