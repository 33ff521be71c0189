//! The right side of `in`.

use expect_test::expect;

use crate::testing::check;

#[test]
fn a_single_value_is_no_set() {
    let rules = [
        "http.response.status_code in 503",
        r#""admin" in user.roles"#,
        r#""admin" not in user.roles"#,
        r#""v1" in url.path"#,
        "client.port in client.address",
    ];
    check(
        &rules,
        &expect![[r#"
        > http.response.status_code in 503
        T202 error 29..32 `in` needs a set or a range, but `503` is an int; write `==`
          fix write `==`: http.response.status_code == 503
          fix write a set: http.response.status_code in [503]
        > "admin" in user.roles
        T202 error 11..21 `in` needs a set, but `user.roles` is a field with several values; write `any(user.roles) == "admin"`
          fix write `any(user.roles) == "admin"`: any(user.roles) == "admin"
        > "admin" not in user.roles
        T202 error 15..25 `not in` needs a set, but `user.roles` is a field with several values; write `user.roles != "admin"`
          fix write `user.roles != "admin"`: user.roles != "admin"
        > "v1" in url.path
        T202 error 8..16 `in` needs a set, but `url.path` is a string; write `url.path contains "v1"`
          maybe write `url.path contains "v1"`: url.path contains "v1"
        > client.port in client.address
        T202 error 15..29 `in` needs a set, a range or a network, but `client.address` is an ip address
          note the right side is written out, `[1, 2, 3]`, or a name that a `let` gives to a set
    "#]],
    );
}

#[test]
fn elements_have_the_type_of_the_left_side() {
    let rules = [
        r#"http.response.status_code in ["a", url.path]"#,
        "http.response.status_code in 599..500",
        "http.response.status_code in [1..2.5]",
        "http.response.status_code in []",
        "client.address in [10.0.0.1..::1]",
        "http.response.status_code in [url.path]",
        "http.response.status_code in [(1 == 2)]",
        "http.request.method in [GET, POST]",
        "proxy.kong.latency.total in [100, 200ms]",
    ];
    check(
        &rules,
        &expect![[r#"
            > http.response.status_code in ["a", url.path]
            T211 error 30..33 `http.response.status_code` is an int, so the set cannot hold a string
            T211 error 35..43 a set holds literals, and `url.path` is none
              note to compare with another field write a comparison of its own and `||`
            > http.response.status_code in 599..500
            T212 error 29..37 the range `599..500` ends before it starts; write `500..599`
              fix swap the ends: http.response.status_code in 500..599
            > http.response.status_code in [1..2.5]
            T211 error 30..36 a range needs two ends of one type; `1` is an int, `2.5` is a float
            > http.response.status_code in []
            T118 error 29..31 an empty set has no members, so nothing is in it
            > client.address in [10.0.0.1..::1]
            T212 error 19..32 `10.0.0.1` and `::1` have no order
              note a range has two numbers, strings, durations, sizes or addresses of one family
            > http.response.status_code in [url.path]
            T211 error 30..38 a set holds literals, and `url.path` is none
              note to compare with another field write a comparison of its own and `||`
            > http.response.status_code in [(1 == 2)]
            T211 error 31..37 a set holds literals, and `1 == 2` is none
              note to compare with another field write a comparison of its own and `||`
            T410 warning 31..37 `1 == 2` has no field, so it is the same for every request
            > http.request.method in [GET, POST]
            T113 error 24..27 `GET` is not a known field; a text stands in quotes: `"GET"`
              fix write `"GET"`: http.request.method in ["GET", POST]
            T113 error 29..33 `POST` is not a known field; a text stands in quotes: `"POST"`
              fix write `"POST"`: http.request.method in [GET, "POST"]
            > proxy.kong.latency.total in [100, 200ms]
            T208 warning 29..32 `proxy.kong.latency.total` is a duration, so `100` counts as `ms`; write the unit
              fix write `100ms`: proxy.kong.latency.total in [100ms, 200ms]
        "#]],
    );
}
