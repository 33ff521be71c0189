//! `sample(p)` and `sample(p, by: key)`.

use expect_test::expect;

use crate::testing::{check, check_hir};

#[test]
fn shares_become_thresholds() {
    let rules = [
        "sample(10%)",
        "http.response.status_code >= 500 || sample(1/1000)",
        "sample(25%, by: client.address)",
        "sample(25%, by: any(user.roles))",
        "sample(100%)",
        "let few = sample(1%)\nrule slow = few && keepalive",
    ];
    check_hir(
        &rules,
        &expect![[r#"
        > sample(10%)
        sample(e666)
        > http.response.status_code >= 500 || sample(1/1000)
        ([http.response.status_code >= 500] || sample(ffbe77))
        > sample(25%, by: client.address)
        T417 hint 0..6 a share by a key has no adjusted count: how many requests a kept one stands for is not known
          note for totals that can be estimated, let the trace decide: `sample(p)`
        [client.address sample c]
        > sample(25%, by: any(user.roles))
        T417 hint 0..6 a share by a key has no adjusted count: how many requests a kept one stands for is not known
          note for totals that can be estimated, let the trace decide: `sample(p)`
        [some: user.roles sample c]
        > sample(100%)
        sample(0)
        > let few = sample(1%)
        rule slow = few && keepalive
        T408 hint 40..49 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: let few = sample(1%)
        rule slow = few && any(keepalive)
          maybe every value must pass: `all(…)`: let few = sample(1%)
        rule slow = few && all(keepalive)
        (sample(fd70a) && [keepalive == true])
    "#]],
    );
}

#[test]
fn a_share_is_never_negated() {
    let rules = [
        "!sample(10%)",
        "not (keepalive || (sample(10%) && keepalive))",
        "!(keepalive && sample(10%, by: client.address))",
        "let few = sample(1%)\nrule slow = !few",
        r#"none(v in user.roles, v == "x" && sample(10%))"#,
        "let few = sample(1%)\nrule slow = any(v in user.roles, v == 'x' && few)",
    ];
    check(
        &rules,
        &expect![[r#"
        > !sample(10%)
        T218 error 0..1 a share of the requests cannot be negated
          label 1..12 a share of the requests
          note a share is kept from a threshold up, so that kept requests can be counted; its opposite is not
          note for the other share of the requests give its size: `sample(90%)` instead of `!sample(10%)`
        > not (keepalive || (sample(10%) && keepalive))
        T218 error 0..3 a share of the requests cannot be negated
          label 19..30 a share of the requests
          note a share is kept from a threshold up, so that kept requests can be counted; its opposite is not
          note negate the rest and keep the share beside it: `!( … ) && sample(10%)`
        T408 hint 5..14 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: not (any(keepalive) || (sample(10%) && keepalive))
          maybe every value must pass: `all(…)`: not (all(keepalive) || (sample(10%) && keepalive))
        T408 hint 34..43 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: not (keepalive || (sample(10%) && any(keepalive)))
          maybe every value must pass: `all(…)`: not (keepalive || (sample(10%) && all(keepalive)))
        > !(keepalive && sample(10%, by: client.address))
        T218 error 0..1 a share of the requests cannot be negated
          label 15..46 a share of the requests
          note a share is kept from a threshold up, so that kept requests can be counted; its opposite is not
          note negate the rest and keep the share beside it: `!( … ) && sample(10%)`
        T408 hint 2..11 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: !(any(keepalive) && sample(10%, by: client.address))
          maybe every value must pass: `all(…)`: !(all(keepalive) && sample(10%, by: client.address))
        T417 hint 15..21 a share by a key has no adjusted count: how many requests a kept one stands for is not known
          note for totals that can be estimated, let the trace decide: `sample(p)`
        > let few = sample(1%)
        > rule slow = !few
        T218 error 33..34 a share of the requests cannot be negated
          label 34..37 a share of the requests
          note a share is kept from a threshold up, so that kept requests can be counted; its opposite is not
          note for the other share of the requests give its size: `sample(90%)` instead of `!sample(10%)`
        > none(v in user.roles, v == "x" && sample(10%))
        T219 error 34..45 `sample` is the same for every value; it stands outside the quantifier
          label 0..46 the quantifier
          note join both: `any(v in …, …) && sample(10%)`
          note by some of the values of a field: `sample(10%, by: any(field))`
        > let few = sample(1%)
        > rule slow = any(v in user.roles, v == 'x' && few)
        T219 error 54..69 `sample` is the same for every value; it stands outside the quantifier
          label 33..70 the quantifier
          note join both: `any(v in …, …) && sample(10%)`
          note by some of the values of a field: `sample(10%, by: any(field))`
    "#]],
    );
}

#[test]
fn probabilities_of_another_kind() {
    let rules = [
        "sample()",
        "sample(10%, 20%, 30%)",
        "sample(10)",
        "sample(0.07)",
        "sample(1)",
        r#"sample("10%")"#,
        "sample(client.port)",
        "sample(1/72057594037927937)",
    ];
    check(
        &rules,
        &expect![[r#"
        > sample()
        T206 error 0..6 `sample` takes a probability and perhaps a key, not 0 arguments
          note it is written `sample(10%)` or `sample(10%, by: key)`
        > sample(10%, 20%, 30%)
        T206 error 0..6 `sample` takes a probability and perhaps a key, not 3 arguments
          note it is written `sample(10%)` or `sample(10%, by: key)`
        T120 error 14..15 a value is missing between `%` and `,`
          note a share such as `10%` stands only in `sample(…)`
        T120 error 19..20 a value is missing between `%` and `)`
          note a share such as `10%` stands only in `sample(…)`
        > sample(10)
        T205 error 7..9 `sample` takes a probability, and `10` is none; write `10%`
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
          maybe write `10%`: sample(10%)
        > sample(0.07)
        T205 error 7..11 `sample` takes a probability, and `0.07` is none; write `7%`
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
          maybe write `7%`: sample(7%)
        > sample(1)
        T205 error 7..8 `sample` takes a probability, and `1` is none
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
        > sample("10%")
        T205 error 7..12 `sample` takes a probability, and `"10%"` is none; write `10%`
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
          maybe write `10%`: sample(10%)
        > sample(client.port)
        T205 error 7..18 `sample` takes a probability, and `client.port` is none
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
        > sample(1/72057594037927937)
        T005 error 7..26 `1/72057594037927937` is too small a probability
          note the smallest one is 1/72057594037927936, one in 2^56
    "#]],
    );
}

#[test]
fn keys_of_another_kind() {
    let rules = [
        "sample(10%, client.address)",
        "sample(10%, key: client.address)",
        r#"sample(10%, by: "x")"#,
        "sample(10%, by: keepalive && keepalive)",
        "max(client.port, by: client.port) > 1",
        "sample(10%) == true",
        "sample(10%) > 1",
        "samples(10%)",
    ];
    check(
        &rules,
        &expect![[r#"
        > sample(10%, client.address)
        T417 hint 0..6 a share by a key has no adjusted count: how many requests a kept one stands for is not known
          note for totals that can be estimated, let the trace decide: `sample(p)`
        T205 error 12..26 the key of a share is named; write `by: client.address`
          fix write `by:`: sample(10%, by: client.address)
        > sample(10%, key: client.address)
        T417 hint 0..6 a share by a key has no adjusted count: how many requests a kept one stands for is not known
          note for totals that can be estimated, let the trace decide: `sample(p)`
        T205 error 12..16 `sample` has no argument `key`; it is called `by`
          fix write `by:`: sample(10%, by: client.address)
        > sample(10%, by: "x")
        T205 error 16..19 `by` takes a field, and there is none in `"x"`
          note every request would be in the share, or none
        > sample(10%, by: keepalive && keepalive)
        T408 hint 16..25 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: sample(10%, by: any(keepalive) && keepalive)
          maybe every value must pass: `all(…)`: sample(10%, by: all(keepalive) && keepalive)
        T204 error 16..38 `keepalive && keepalive` is a condition, and a value is needed here
          note conditions are combined with `&&`, `||` and `!`, not compared
        T408 hint 29..38 `keepalive` may have several values, and every one must pass
          maybe one value is enough: `any(…)`: sample(10%, by: keepalive && any(keepalive))
          maybe every value must pass: `all(…)`: sample(10%, by: keepalive && all(keepalive))
        > max(client.port, by: client.port) > 1
        T205 error 17..20 arguments have no names; `by:` stands only in `sample(…)`
          fix remove it: max(client.port,  client.port) > 1
        > sample(10%) == true
        T204 error 12..14 `sample(10%)` is a condition already; it is not compared with `true`
          fix keep the condition: sample(10%)
        > sample(10%) > 1
        T204 error 0..11 `sample(10%)` is a condition, and a value is needed here
          note conditions are combined with `&&`, `||` and `!`, not compared
        > samples(10%)
        T302 error 0..7 there is no function `samples`; did you mean `sample`?
          maybe use `sample`: sample(10%)
        T205 error 8..11 `sample` takes a probability, and `10%` is none
          note a probability is a literal: `10%`, `0.1%` or `1/1000`
        T120 error 10..11 a value is missing between `%` and `)`
          note a share such as `10%` stands only in `sample(…)`
    "#]],
    );
}
