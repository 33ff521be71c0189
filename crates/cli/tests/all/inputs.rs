//! Files that are missing, unreadable or no text.

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(folder: &Folder, words: &[&str], expected: &Expect) {
    tamis(words).within(folder).check(expected);
}

#[test]
fn a_missing_file_is_one_line() {
    let folder = Folder::new("a_missing_file_is_one_line");
    check(
        &folder,
        &["check", "missing.tamis"],
        &expect![[r#"
            --- standard error
            error: cannot read `missing.tamis`: there is no such file
            --- exit 2
        "#]],
    );
    check(
        &folder,
        &["fmt", "missing.tamis"],
        &expect![[r#"
        --- standard error
        error: cannot read `missing.tamis`: there is no such file
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["eval", "-e", "true", "--facts", "@missing.json"],
        &expect![[r#"
        --- standard error
        error: cannot read `missing.json`: there is no such file
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["match", "true", "missing.har"],
        &expect![[r#"
            --- standard error
            error: cannot read `missing.har`: there is no such file
            --- exit 2
        "#]],
    );
    check(
        &folder,
        &["check", "--catalog", "missing.json", "-e", "true"],
        &expect![[r#"
        --- standard error
        error: cannot read `missing.json`: there is no such file
        --- exit 2
    "#]],
    );
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new("a_folder_is_no_file");
    check(
        &folder,
        &["eval", "--rules", ".", "--facts", "{}"],
        &expect![[r#"
        --- standard error
        error: cannot read `.`: it is a directory
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["match", "true", "."],
        &expect![[r#"
            --- standard error
            error: cannot read `.`: it is a directory
            --- exit 2
        "#]],
    );
    check(
        &folder,
        &["check", "."],
        &expect![[r#"
            --- standard error
            error: there is no `.tamis` file below `.`
            --- exit 2
        "#]],
    );
}

#[test]
fn the_first_byte_that_is_no_text_is_named() {
    let folder = Folder::new("the_first_byte_that_is_no_text_is_named");
    folder.write("x.tamis", b"rule a =\n  \xff\xfe");
    check(
        &folder,
        &["check", "x.tamis"],
        &expect![[r#"
            --- standard error
            error: `x.tamis` is not UTF-8: byte 0xff at byte offset 11
            --- exit 2
        "#]],
    );
    check(
        &folder,
        &["fmt", "x.tamis"],
        &expect![[r#"
        --- standard error
        error: `x.tamis` is not UTF-8: byte 0xff at byte offset 11
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["check", "-"],
        &expect![[r#"
            error[T101]: a rule needs a condition, for example `http.response.status_code == 503`
              ╭─[ <stdin>:1:1 ]
              │
            1 │
              │ ━
            ──╯

            1 rule checked: 1 error
            --- exit 1
        "#]],
    );
    tamis(&["fmt", "-"]).stdin(b"a == \"\xc3(\"").check(&expect![[r#"
        --- standard error
        error: standard input is not UTF-8: byte 0xc3 at byte offset 6
        --- exit 2
    "#]]);
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    let folder = Folder::new("one_bad_file_does_not_hide_the_others");
    folder.write("b.tamis", "a==1").write("c.tamis", "a == 1");
    check(
        &folder,
        &["fmt", "--check", "a.tamis", "b.tamis", "c.tamis"],
        &expect![[r#"
        would change b.tamis
        --- standard error
        error: cannot read `a.tamis`: there is no such file
        --- exit 2
    "#]],
    );
}

#[test]
fn a_catalog_is_a_name_or_a_file() {
    let folder = Folder::new("a_catalog_is_a_name_or_a_file");
    folder.write("bad.json", "{\"format\": 1,\n \"fields\": [}").write("shape.json", "{\"name\": 3}");
    check(
        &folder,
        &["fields", "--catalog", "kogn"],
        &expect![[r#"
        --- standard error
        error: there is no catalog and no file `kogn`; the catalogs are `kong`, `kong-sampler`, `kong-router`, `otel`; did you mean `kong`?
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["fields", "--catalog", "nginx"],
        &expect![[r#"
        --- standard error
        error: there is no catalog and no file `nginx`; the catalogs are `kong`, `kong-sampler`, `kong-router`, `otel`
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["fields", "--catalog", "bad.json"],
        &expect![[r#"
        --- standard error
        error[T701]: expected a value, found `}`
          ╭─[ bad.json:2:13 ]
          │
        2 │  "fields": [}
          │             ━
        ──╯
        error: `bad.json` is no catalog, for 1 reason
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["fields", "--catalog", "shape.json"],
        &expect![[r#"
        --- standard error
        error[T702]: a catalog needs the key `format`
          ╭─[ shape.json:1:1 ]
          │
        1 │ {"name": 3}
          │ ━
        ──╯
        error[T702]: a catalog needs the key `fields`
          ╭─[ shape.json:1:1 ]
          │
        1 │ {"name": 3}
          │ ━
        ──╯
        error[T702]: `name` takes a string, found a number
          ╭─[ shape.json:1:10 ]
          │
        1 │ {"name": 3}
          │          ━
        ──╯
        error: `shape.json` is no catalog, for 3 reasons
        --- exit 2
    "#]],
    );
}

#[test]
fn facts_that_are_no_json_are_one_line() {
    let folder = Folder::new("facts_that_are_no_json_are_one_line");
    folder.write("facts.json", "{\"a\": 1,\n \"b\" 2}");
    check(
        &folder,
        &["eval", "-e", "true", "--facts", "{a: 1}"],
        &expect![[r#"
        --- standard error
        error: `--facts` is not JSON: key must be a string at line 1 column 2
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["eval", "-e", "true", "--facts", "[1]"],
        &expect![[r#"
        --- standard error
        error: `--facts` is not a JSON object of facts
        --- exit 2
    "#]],
    );
    check(
        &folder,
        &["eval", "-e", "true", "--facts", "@facts.json"],
        &expect![[r#"
        --- standard error
        error: `facts.json` is not JSON: expected `:` at line 2 column 6
        --- exit 2
    "#]],
    );
}
