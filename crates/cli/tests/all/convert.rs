//! `tamis convert`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["convert"], words].concat();
    tamis(&words).check(expected);
}

const TO_ATC: [&str; 4] = ["--from", "tamis", "--to", "atc"];

#[test]
fn words_become_signs_and_the_lines_stay() {
    tamis(&["convert", "--from", "tamis", "--to", "atc", "-"])
        .stdin("client.port == 1\n  and (client.port == 2\n    or client.port in 3..4)\n")
        .check(&expect![[r#"
            client.port == 1
              && (client.port == 2
                || (client.port >= 3 && client.port <= 4))
        "#]]);
}

#[test]
fn a_comment_is_lost_with_a_warning() {
    check(
        &[&TO_ATC[..], &["-e", "client.port == 1 // one\n && client.port == 2"]].concat(),
        &expect![[r#"
        client.port == 1
         && client.port == 2
        --- standard error
        warning[T905]: the comment is lost; Kong's expressions have none
          ╭─[ rule:1:18 ]
          │
        1 │ client.port == 1 // one
          │                  ━━━━━━
        ──╯

    "#]],
    );
}

#[test]
fn the_other_language_is_another_one() {
    check(
        &["--from", "atc", "--to", "atc", "-e", "client.port == 1"],
        &expect![[r#"
        --- standard error
        error: `--from` and `--to` are both `atc`; there is nothing to convert
        --- exit 2
    "#]],
    );
    check(
        &["--from", "cel", "--to", "atc", "-e", "client.port == 1"],
        &expect![[r#"
        --- standard error
        error: --from `cel`: `cel` is not a language that rules are converted between; these are `tamis` and `atc`; see `tamis convert --help`
        --- exit 2
    "#]],
    );
}

#[test]
fn a_file_is_changed_in_place_and_stays_where_something_is_refused() {
    let folder = Folder::new("a_file_is_changed_in_place_and_stays_where_something_is_refused");
    folder.write("a.tamis", "client.port == 010\n");
    tamis(&["convert", "--from", "atc", "--to", "tamis", "a.tamis"]).within(&folder).check(&expect![[r#"
        changed a.tamis
    "#]]);
    assert_eq!(folder.read("a.tamis"), "client.port == 8\n");
    folder.write("b.tamis", "client.port == server.port\n");
    tamis(&["convert", "--from", "tamis", "--to", "atc", "b.tamis"]).within(&folder).check(&expect![[r#"
        --- standard error
        error[T901]: Kong's expressions compare a field with a literal, not with another field
          ╭─[ b.tamis:1:1 ]
          │
        1 │ client.port == server.port
          │ ━━━━━━━━━━━━━━━━━━━━━━━━━━
        ──╯

        error: `b.tamis` stays as it is, for 1 error
        --- exit 1
    "#]]);
    assert_eq!(folder.read("b.tamis"), "client.port == server.port\n");
}

#[test]
fn one_rule_of_a_file_is_printed() {
    let folder = Folder::new("one_rule_of_a_file_is_printed");
    let text = "let big = http.response.status_code >= 500\nrule a = big && (client.port == 1 or big)\nrule b = client.port == 2\n";
    folder.write("a.tamis", text);
    let words = ["convert", "--from", "tamis", "--to", "atc", "a.tamis"];
    tamis(&words).within(&folder).check(&expect![[r#"
        --- standard error
        error[T906]: there are 2 rules, and a text of Kong's expressions is one rule without a name
          ╭─[ a.tamis:2:1 ]
          │
        2 │ rule a = big && (client.port == 1 or big)
          │ ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
          │
          ├─ note: choose one with `--rule NAME`, or take each from `--format json`
        ──╯

        error: `a.tamis` stays as it is, for 1 error
        --- exit 1
    "#]]);
    tamis(&[&words[..], &["--rule", "a"]].concat()).within(&folder).check(&expect![[r#"
        http.response.status_code >= 500 && (client.port == 1 || http.response.status_code >= 500)
    "#]]);
    tamis(&[&words[..], &["--rule", "c"]].concat()).within(&folder).check(&expect![[r#"
        --- standard error
        error: `a.tamis` has no rule `c`; did you mean `a`?
        --- exit 2
    "#]]);
    tamis(&[&words[..], &["--format", "json"]].concat()).within(&folder).check(&expect![[r#"
        {
          "version": 1,
          "files": [
            {
              "file": "a.tamis",
              "text": null,
              "rules": [
                {
                  "name": "a",
                  "span": {
                    "start": 43,
                    "end": 84
                  },
                  "text": "http.response.status_code >= 500 && (client.port == 1 || http.response.status_code >= 500)",
                  "diagnostics": []
                },
                {
                  "name": "b",
                  "span": {
                    "start": 85,
                    "end": 110
                  },
                  "text": "client.port == 2",
                  "diagnostics": []
                }
              ],
              "diagnostics": [
                {
                  "code": "T906",
                  "severity": "error",
                  "message": "there are 2 rules, and a text of Kong's expressions is one rule without a name",
                  "span": {
                    "start": 43,
                    "end": 84
                  },
                  "labels": [],
                  "notes": [
                    "choose one with `--rule NAME`, or take each from `--format json`"
                  ],
                  "fixes": []
                }
              ]
            }
          ],
          "failures": []
        }
    "#]]);
    assert_eq!(folder.read("a.tamis"), text);
}
