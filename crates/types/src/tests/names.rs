//! What a name stands for.

use expect_test::expect;

use crate::testing::check;

#[test]
fn unknown_names_get_suggestions() {
    let rules = [
        "http.respose.status_code == 503",
        "HTTP.response.status_code == 503",
        r#"http.route.name == "checkout""#,
        r#"http.headers.x-tenant-id == "acme""#,
        r#"http.request.header == "acme""#,
        r#"proxy.kong.dns.tries contains "x""#,
        "status == 503",
        "status_code == 503",
        "kong.route.name == null",
        "nothing_like_it == 5",
    ];
    check(
        &rules,
        &expect![[r#"
            > http.respose.status_code == 503
            T301 error 0..24 `http.respose.status_code` is not a known field; did you mean `http.response.status_code`?
              maybe use `http.response.status_code`: http.response.status_code == 503
            > HTTP.response.status_code == 503
            T301 error 0..25 `HTTP.response.status_code` is not a known field; did you mean `http.response.status_code`?
              fix use `http.response.status_code`: http.response.status_code == 503
            > http.route.name == "checkout"
            T301 error 0..15 `http.route.name` is not a known field; did you mean `kong.route.name`, `http.route` or `proxy.kong.route.id`?
              maybe use `kong.route.name`: kong.route.name == "checkout"
              maybe use `http.route`: http.route == "checkout"
              maybe use `proxy.kong.route.id`: proxy.kong.route.id == "checkout"
            > http.headers.x-tenant-id == "acme"
            T306 hint 0..24 `http.headers.x-tenant-id` is called `http.request.header.x-tenant-id` here
              note the name comes from Kong's router: the router spells keys with underscores
              fix use `http.request.header.x-tenant-id`: http.request.header.x-tenant-id == "acme"
            T408 hint 0..24 `http.headers.x-tenant-id` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: any(http.headers.x-tenant-id) == "acme"
              maybe every value must pass: `all(…)`: all(http.headers.x-tenant-id) == "acme"
            > http.request.header == "acme"
            T303 error 0..19 `http.request.header` is a family of fields; name one, for example `http.request.header.accept`
            > proxy.kong.dns.tries contains "x"
            T304 error 0..20 `proxy.kong.dns.tries` is a structure that rules cannot test
              note Lookup attempts with answers and errors.
              note Test `proxy.kong.latency.3p.dns.total_io` to find slow lookups, `proxy.kong.dns.domain` for the name.
            > status == 503
            T309 error 0..6 `status` may mean `http.response.status_code` or `proxy.kong.upstream.status_code`
              note `http.response.status_code`: Status the gateway sent to the client.
              note `proxy.kong.upstream.status_code`: Status the upstream answered with; absent when no upstream answered.
              maybe use `http.response.status_code`: http.response.status_code == 503
              maybe use `proxy.kong.upstream.status_code`: proxy.kong.upstream.status_code == 503
            > status_code == 503
            T309 error 0..11 `status_code` may mean `http.response.status_code` or `proxy.kong.upstream.status_code`
              note `http.response.status_code`: Status the gateway sent to the client.
              note `proxy.kong.upstream.status_code`: Status the upstream answered with; absent when no upstream answered.
              maybe use `http.response.status_code`: http.response.status_code == 503
              maybe use `proxy.kong.upstream.status_code`: proxy.kong.upstream.status_code == 503
            > kong.route.name == null
            T109 error 19..23 there is no `null`; a missing value is tested by `!exists(kong.route.name)`
              fix write `!exists(kong.route.name)`: !exists(kong.route.name)
            > nothing_like_it == 5
            T301 error 0..15 `nothing_like_it` is not a known field
              note a text stands in quotes: `"nothing_like_it"`
        "#]],
    );
}

#[test]
fn keys_and_aliases() {
    let rules = [
        r#"url.path["x"] == "y""#,
        r#"http.request.header["a b"] == "y""#,
        r#"http.request.header.X_Tenant == "y""#,
        r#"http.method == "GET""#,
        r#"http.path == "/x""#,
    ];
    check(
        &rules,
        &expect![[r#"
            > url.path["x"] == "y"
            T305 error 8..13 `url.path` is a string and has no keys
              maybe remove the key: url.path == "y"
            T405 warning 17..20 `url.path["x"]` begins with `/`, so `== "y"` never matches
              maybe write `"/y"`: url.path["x"] == "/y"
            > http.request.header["a b"] == "y"
            T305 error 0..26 `a b` is no key of `http.request.header`
              note a key consists of digits, small letters, `!`, `#`, `$`, `%`, `&`, `'`, `*`, `+`, `^`, a backtick, `|`, `~` and `-`
            > http.request.header.X_Tenant == "y"
            T308 hint 0..28 `http.request.header.X_Tenant` is written `http.request.header.x-tenant`
              fix use `http.request.header.x-tenant`: http.request.header.x-tenant == "y"
            T408 hint 0..28 `http.request.header.X_Tenant` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: any(http.request.header.X_Tenant) == "y"
              maybe every value must pass: `all(…)`: all(http.request.header.X_Tenant) == "y"
            > http.method == "GET"
            T306 hint 0..11 `http.method` is called `http.request.method` here
              note the name comes from Kong's router: also the name in older OpenTelemetry conventions
              fix use `http.request.method`: http.request.method == "GET"
            > http.path == "/x"
            T310 warning 0..9 `http.path` is read as `url.path`, which is not quite the same
              note the name comes from Kong's router: the router value is normalized first
              maybe use `url.path`: url.path == "/x"
        "#]],
    );
}

#[test]
fn words_that_are_no_field() {
    let rules = [r#"lower == "x""#, "tls.resumed == True", r#"method == "GET" && methd == "GET""#];
    check(
        &rules,
        &expect![[r#"
        > lower == "x"
        T301 error 0..5 `lower` is not a known field
          note `lower` is a function; it is called with parentheses
        > tls.resumed == True
        T113 error 15..19 `True` is written `true`
          fix write `true`: tls.resumed == true
        > method == "GET" && methd == "GET"
        T309 error 0..6 `method` may mean `http.request.method`, `http.request.method_original` or `rpc.method`
          note `http.request.method`: Method on the request line; case counts.
          note `http.request.method_original`: Method exactly as sent, kept when the known-method mapping changed it.
          note `rpc.method`: Fully qualified RPC method.
          maybe use `http.request.method`: http.request.method == "GET" && methd == "GET"
          maybe use `http.request.method_original`: http.request.method_original == "GET" && methd == "GET"
          maybe use `rpc.method`: rpc.method == "GET" && methd == "GET"
        T309 error 19..24 `methd` may mean `http.request.method`, `rpc.method` or `http.request.method_original`
          note `http.request.method`: Method on the request line; case counts.
          note `rpc.method`: Fully qualified RPC method.
          note `http.request.method_original`: Method exactly as sent, kept when the known-method mapping changed it.
          maybe use `http.request.method`: method == "GET" && http.request.method == "GET"
          maybe use `rpc.method`: method == "GET" && rpc.method == "GET"
          maybe use `http.request.method_original`: method == "GET" && http.request.method_original == "GET"
    "#]],
    );
}

#[test]
fn unquoted_words_are_texts() {
    let rules = [
        "http.request.method == GET",
        "GET == http.request.method",
        "http.request.method == FETCH",
        "url.path == index.html",
        "http.request.method in [GET, http.rout]",
        "client.port == GET",
    ];
    check(
        &rules,
        &expect![[r#"
        > http.request.method == GET
        T113 error 23..26 `GET` is not a known field; a text stands in quotes: `"GET"`
          fix write `"GET"`: http.request.method == "GET"
        > GET == http.request.method
        T113 error 0..3 `GET` is not a known field; a text stands in quotes: `"GET"`
          fix write `"GET"`: "GET" == http.request.method
        > http.request.method == FETCH
        T113 error 23..28 `FETCH` is not a known field; a text stands in quotes: `"FETCH"`
          maybe write `"FETCH"`: http.request.method == "FETCH"
        > url.path == index.html
        T113 error 12..22 `index.html` is not a known field; a text stands in quotes: `"index.html"`
          maybe write `"index.html"`: url.path == "index.html"
        > http.request.method in [GET, http.rout]
        T113 error 24..27 `GET` is not a known field; a text stands in quotes: `"GET"`
          fix write `"GET"`: http.request.method in ["GET", http.rout]
        T301 error 29..38 `http.rout` is not a known field; did you mean `http.route`?
          maybe use `http.route`: http.request.method in [GET, http.route]
        > client.port == GET
        T301 error 15..18 `GET` is not a known field
          note a text stands in quotes: `"GET"`
    "#]],
    );
}
