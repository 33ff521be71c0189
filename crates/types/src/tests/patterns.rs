//! Regular expressions.

use expect_test::expect;

use crate::testing::check;

#[test]
fn patterns_that_cannot_be_read() {
    let rules = [
        r#"url.path ~ "*.json""#,
        r#"url.path !~ "*.json""#,
        r#"url.path ~ "(""#,
        r#"url.path ~ "^(?!/health)""#,
        r#"url.path ~ "(?<=a)b""#,
        r#"url.path ~ r"(a)\1""#,
        "url.path ~ kong.route.name",
        "url.path ~ 5",
        r#"url.path ~ "\\p{Foo}""#,
        r#"url.path ~ "a{1000}{1000}""#,
        r##"url.path ~ r#"\p{Foo}"#"##,
        r#"tls.resumed ~ "x""#,
        r#"lower("x") ~ "a" && url.path ~ "[z-a]""#,
    ];
    check(
        &rules,
        &expect![[r##"
            > url.path ~ "*.json"
            T414 error 12..13 this is a file pattern, not a regular expression; write `url.path =^ ".json"`
              note in a regular expression `*` repeats what stands before it
              fix write `=^ ".json"`: url.path =^ ".json"
            > url.path !~ "*.json"
            T414 error 13..14 this is a file pattern, not a regular expression; write `url.path not like "*.json"`
              note in a regular expression `*` repeats what stands before it
              fix write `not like "*.json"`: url.path not like "*.json"
            > url.path ~ "("
            T210 error 12..13 the regular expression cannot be read: unclosed group
            > url.path ~ "^(?!/health)"
            T415 error 13..16 regular expressions have no look-around; write two conditions
              note such as `path ~ "a" && path !~ "b"`
              maybe write `url.path !~ "^/health"`: url.path !~ "^/health"
            > url.path ~ "(?<=a)b"
            T415 error 12..16 regular expressions have no look-around; write two conditions
              note such as `path ~ "a" && path !~ "b"`
            > url.path ~ r"(a)\1"
            T210 error 16..18 regular expressions have no back-references
              note a regular expression is searched in one pass, in linear time
            > url.path ~ kong.route.name
            T119 error 11..26 `~` takes a regular expression in quotes, and `kong.route.name` is none
              note a pattern is compiled once, so it cannot come from the request
            > url.path ~ 5
            T119 error 11..12 `~` takes a regular expression in quotes, and `5` is none
              maybe write `"5"`: url.path ~ "5"
            > url.path ~ "\\p{Foo}"
            T210 error 11..21 the regular expression cannot be read: Unicode property not found
            > url.path ~ "a{1000}{1000}"
            T605 error 11..26 the regular expression takes more than 262144 bytes
              note counted repetitions such as `{1000}` and classes such as `\w` take the most
            > url.path ~ r#"\p{Foo}"#
            T210 error 14..21 the regular expression cannot be read: Unicode property not found
            > tls.resumed ~ "x"
            T202 error 12..13 `~` works on strings, but `tls.resumed` is a bool
              note compare it, for example `== true`
            > lower("x") ~ "a" && url.path ~ "[z-a]"
            T410 warning 0..16 `lower("x") ~ "a"` has no field, so it is the same for every request
            T406 warning 11..12 this regular expression is a plain text; write `lower("x") contains "a"`
              fix write `contains "a"`: lower("x") contains "a" && url.path ~ "[z-a]"
            T210 error 33..36 the regular expression cannot be read: invalid character class range, the start must be <= the end
        "##]],
    );
}

#[test]
fn a_place_in_a_pattern_without_quotes_is_the_whole_of_it() {
    check(
        &["url.path ~ *é.json", "url.path ~ “*.json”"],
        &expect![[r#"
        > url.path ~ *é.json
        T113 error 11..19 text needs quotes: `"*é.json"`
          fix write it in quotes: url.path ~ "*é.json"
        T414 error 11..19 this is a file pattern, not a regular expression; write `url.path =^ "é.json"`
          note in a regular expression `*` repeats what stands before it
          fix write `=^ "é.json"`: url.path =^ "é.json"
        > url.path ~ “*.json”
        T001 error 11..23 `“` (U+201C) does not open a text
          fix use plain quotes: url.path ~ "*.json"
        T414 error 11..23 this is a file pattern, not a regular expression; write `url.path =^ ".json"`
          note in a regular expression `*` repeats what stands before it
          fix write `=^ ".json"`: url.path =^ ".json"
    "#]],
    );
}
