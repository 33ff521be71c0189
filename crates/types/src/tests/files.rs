//! Files of named rules.

use expect_test::expect;

use crate::testing::check;

#[test]
fn names_are_defined_once_and_used() {
    let rules = [
        "let slow = 250ms\nrule a = proxy.kong.latency.total > slow\n",
        "let a = 5\nlet a = 6\nrule x = client.port == a\nrule x = true\n",
        "let unused = 5\nrule x = tls.resumed\n",
        "// the doc\nlet unused = 5\n\nrule x = tls.resumed\n",
        "let and = 5\nrule all = tls.resumed\n",
    ];
    check(
        &rules,
        &expect![[r#"
            > let slow = 250ms
            > rule a = proxy.kong.latency.total > slow
            > let a = 5
            > let a = 6
            > rule x = client.port == a
            > rule x = true
            T501 error 14..15 `a` is defined twice
              label 4..5 the first definition
            T501 error 51..52 `x` is defined twice
              label 25..26 the first definition
            > let unused = 5
            > rule x = tls.resumed
            T502 warning 4..10 `unused` is never used
              maybe remove it: rule x = tls.resumed

            > // the doc
            > let unused = 5
            > 
            > rule x = tls.resumed
            T502 warning 15..21 `unused` is never used
              maybe remove it: 
            rule x = tls.resumed

            > let and = 5
            > rule all = tls.resumed
            T506 error 4..7 `and` is a word of the language
              note choose another name for the `let`
        "#]],
    );
}

#[test]
fn a_let_is_used_after_its_definition() {
    let rules = [
        "rule x = client.port == later\nlet later = 5\n",
        "let me = me + 1\nrule x = me == client.port",
        "let codes = [500, \"x\"]\nrule x = http.response.status_code in codes\n",
        "let codes = [500, 502..504]\nrule x = http.response.status_code in codes && client.port in codes\nrule y = codes == 5\nrule z = tls.resumed",
    ];
    check(
        &rules,
        &expect![[r#"
        > rule x = client.port == later
        > let later = 5
        T507 error 24..29 `later` is used before it is defined; move its `let` up
          label 34..39 defined here
        > let me = me + 1
        > rule x = me == client.port
        T507 error 9..11 `me` is used in its own definition
          label 4..6 defined here
        > let codes = [500, "x"]
        > rule x = http.response.status_code in codes
        T211 error 18..21 the elements of a set have one type; `500` is an int, `"x"` is a string
          label 13..16 the first element
        > let codes = [500, 502..504]
        > rule x = http.response.status_code in codes && client.port in codes
        > rule y = codes == 5
        > rule z = tls.resumed
        T204 error 105..110 `codes` is a set, and a value is needed
          note a set stands only on the right of `in` and `not in`
    "#]],
    );
}

#[test]
fn a_broken_rule_does_not_break_others() {
    let rules = [
        "let c = http.response.status_code == 503\nrule x = c && tls.resumed\nrule y = (c == true)\n",
        "let bad = unknown_thing == 5\nrule x = bad\nrule y = tls.resumed\n",
        "let try_count = 5\nrule x = client.port == try_count",
        "rule a = tls.resumed\nrule b = a && keepalive",
    ];
    check(
        &rules,
        &expect![[r#"
            > let c = http.response.status_code == 503
            > rule x = c && tls.resumed
            > rule y = (c == true)
            T204 error 79..81 `c` is a condition already; it is not compared with `true`
              fix keep the condition: let c = http.response.status_code == 503
            rule x = c && tls.resumed
            rule y = (c)

            > let bad = unknown_thing == 5
            > rule x = bad
            > rule y = tls.resumed
            T301 error 10..23 `unknown_thing` is not a known field
              note a text stands in quotes: `"unknown_thing"`
            > let try_count = 5
            > rule x = client.port == try_count
            T503 warning 4..13 the `let` `try_count` hides the field of that name
              note choose another name to reach the field
            > rule a = tls.resumed
            > rule b = a && keepalive
            T301 error 30..31 `a` is a rule; only names that `let` defines can be used
              label 5..6 the rule
            T408 hint 35..44 `keepalive` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: rule a = tls.resumed
            rule b = a && any(keepalive)
              maybe every value must pass: `all(…)`: rule a = tls.resumed
            rule b = a && all(keepalive)
        "#]],
    );
}

#[test]
fn a_let_is_what_it_stands_for() {
    let rules = [
        "let limit = 250\nrule a = proxy.kong.latency.total > limit",
        "let name = \"503\"\nrule a = http.response.status_code == name",
        "let re = \"^/v1\"\nrule a = url.path ~ re",
        "let p = url.path\nrule a = any(p) == \"/x\" && exists(p)",
        "let q = any(v in user.roles, v == \"admin\")\nrule a = any(w in user.roles, q && w == \"ops\")",
        "rule a = client.port = 5\nrule b = client.port == 5",
        "let net = 10.0.0.0/8\nrule a = client.address in net && client.address == net",
    ];
    check(
        &rules,
        &expect![[r#"
            > let limit = 250
            > rule a = proxy.kong.latency.total > limit
            T208 warning 52..57 `proxy.kong.latency.total` is a duration, so `limit` counts as `ms`; write the unit
              note the number comes from a `let`; give it the unit there
            > let name = "503"
            > rule a = http.response.status_code == name
            T207 error 55..59 `http.response.status_code` is an int, but `name` is a string; remove the quotes
              note the value comes from a `let`; mend it there
            > let re = "^/v1"
            > rule a = url.path ~ re
            T119 error 36..38 `~` takes a regular expression in quotes, and `re` is none
              maybe write `"^/v1"`: let re = "^/v1"
            rule a = url.path ~ "^/v1"
            > let p = url.path
            > rule a = any(p) == "/x" && exists(p)
            T413 warning 26..29 `any` asks about several values, and `p` has one
              fix remove `any`: let p = url.path
            rule a = p == "/x" && exists(p)
            > let q = any(v in user.roles, v == "admin")
            > rule a = any(w in user.roles, q && w == "ops")
            > rule a = client.port = 5
            > rule b = client.port == 5
            T108 error 21..22 `=` is not an operator; write `==`
              fix write `==`: rule a = client.port == 5
            rule b = client.port == 5
            > let net = 10.0.0.0/8
            > rule a = client.address in net && client.address == net
            T209 error 73..76 `client.address` is an address, but `net` is a network
        "#]],
    );
}
