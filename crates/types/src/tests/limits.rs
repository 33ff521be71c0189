//! Reaching a limit is a diagnostic.

use expect_test::expect;
use tamis_lang::limits::Limits;

use crate::testing::check_limits;

#[test]
fn limits_are_diagnostics() {
    let small = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    check_limits(
        "tls.resumed && keepalive && tls.resumed",
        small(|l| l.conditions = 2),
        &expect![[r#"
            T408 hint 15..24 `keepalive` may have several values, and every one must pass
              maybe one value is enough: `any(…)`: tls.resumed && any(keepalive) && tls.resumed
              maybe every value must pass: `all(…)`: tls.resumed && all(keepalive) && tls.resumed
            T603 error 28..39 the rule has more than 2 conditions
              note each use of a `let` counts as what it stands for
              note values compared with one field fit into a set: `in [1, 2, 3]`
        "#]],
    );
    check_limits(
        "client.port in [1, 2, 3]",
        small(|l| l.set_members = 2),
        &expect![[r#"
        T604 error 15..16 the set has 3 members; at most 2 are allowed
    "#]],
    );
    check_limits(
        "client.port + 1 + 2 + 3 > 5",
        small(|l| l.nesting = 3),
        &expect![[r#"
        T602 error 0..23 more than 3 operations are stacked in one value
    "#]],
    );
    check_limits(
        "any(v in user.roles, any(w in user.roles, v == w))",
        small(|l| l.quantifiers = 1),
        &expect![[r#"
        T607 error 21..49 more than 1 quantifiers are within each other
    "#]],
    );
    check_limits(
        "a.x == 1 && b.x == 1 && c.x == 1",
        small(|l| l.diagnostics = 2),
        &expect![[r#"
        T301 error 0..3 `a.x` is not a known field
        T301 error 12..15 `b.x` is not a known field
        T606 error 32..32 1 more diagnostic is not shown
          note mend those above and check again
    "#]],
    );
    check_limits(
        r#"url.path ~ "\\w{50}""#,
        small(|l| l.regex_bytes = 1000),
        &expect![[r#"
        T605 error 11..20 the regular expression takes more than 1000 bytes
          note counted repetitions such as `{1000}` and classes such as `\w` take the most
    "#]],
    );
    check_limits(
        r#"url.path ~ "abc" && url.path ~ "\\w{9}""#,
        small(|l| l.rule_regex_bytes = 8000),
        &expect![[r#"
            T406 warning 9..10 this regular expression is a plain text; write `url.path contains "abc"`
              fix write `contains "abc"`: url.path contains "abc" && url.path ~ "\\w{9}"
            T605 error 31..39 the regular expressions of the rule take more than 8000 bytes together
              note counted repetitions such as `{1000}` and classes such as `\w` take the most
        "#]],
    );
}

/// A file of `let`s that each double the one before, and a rule that uses the last.
fn doubling(first: &str, join: &str, end: &str) -> String {
    let mut text = format!("let x0 = {first}\n");
    for n in 1..60 {
        let before = n - 1;
        text.push_str(&format!("let x{n} = x{before} {join} x{before}\n"));
    }
    text + "rule r = x59" + end
}

#[test]
fn names_that_double_reach_a_limit_and_not_the_memory() {
    let conditions = doubling("tls.resumed == true", "&&", "");
    check_limits(
        &conditions,
        Limits::default(),
        &expect![[r#"
            T603 error 269..272 the rule has more than 4096 conditions
              note each use of a `let` counts as what it stands for
              note values compared with one field fit into a set: `in [1, 2, 3]`
        "#]],
    );
    let values = doubling("client.port", "+", " > 1");
    check_limits(
        &values,
        Limits::default(),
        &expect![[r#"
        T603 error 308..311 the rule has more than 4096 conditions
          note each use of a `let` counts as what it stands for
          note values compared with one field fit into a set: `in [1, 2, 3]`
    "#]],
    );
    let quantifiers = "let q0 = any(v in user.roles, v == \"a\")\n".to_owned()
        + &(1..9).map(|n| format!("let q{n} = any(v in user.roles, q{} && v == \"a\")\n", n - 1)).collect::<String>()
        + "rule r = q8";
    check_limits(
        &quantifiers,
        Limits::default(),
        &expect![[r#"
        T607 error 392..394 more than 8 quantifiers are within each other
    "#]],
    );
}

#[test]
fn a_large_let_in_many_rules_reaches_a_limit() {
    let parts = vec!["client.port == 1"; 4000].join(" || ");
    let rules: String = (0..2000).map(|n| format!("rule r{n} = big\n")).collect();
    let text = format!("let big = {parts}\n{rules}");
    let limits = Limits { diagnostics: 1, rule_bytes: 1 << 20, ..Limits::default() };
    check_limits(
        &text,
        limits,
        &expect![[r#"
            T603 error 81313..81316 the uses of `big` and other `let`s make the text too large
              note each use of a `let` counts as what it stands for
            T606 error 112897..112897 1912 more diagnostics are not shown
              note mend those above and check again
        "#]],
    );
}
