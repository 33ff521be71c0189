//! Wrong usage and help.

use expect_test::{Expect, expect};

use crate::runner::tamis;

/// Every command.
const COMMANDS: &[&str] =
    &["match", "check", "eval", "batch", "fmt", "fix", "explain", "fields", "ops", "disasm", "completions"];

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    tamis(words).check(expected);
}

#[test]
fn wrong_usage_is_one_line() {
    check(
        &[],
        &expect![[r#"
        --- standard error
        error: a command is missing; see `tamis --help`
        --- exit 2
    "#]],
    );
    check(
        &["chekc"],
        &expect![[r#"
        --- standard error
        error: there is no command `chekc`; did you mean `check`? see `tamis --help`
        --- exit 2
    "#]],
    );
    check(
        &["frobnicate"],
        &expect![[r#"
        --- standard error
        error: there is no command `frobnicate`; see `tamis --help`
        --- exit 2
    "#]],
    );
    check(
        &["check", "--frmat", "json"],
        &expect![[r#"
        --- standard error
        error: there is no option `--frmat`; did you mean `--format`? see `tamis check --help`
        --- exit 2
    "#]],
    );
    check(
        &["check", "--format", "xml"],
        &expect![[r#"
        --- standard error
        error: invalid value `xml` for `--format <FORMAT>` [possible values: human, json, sarif]; see `tamis check --help`
        --- exit 2
    "#]],
    );
    check(
        &["check", "--format"],
        &expect![[r#"
        --- standard error
        error: a value is required for `--format <FORMAT>` but none was supplied [possible values: human, json, sarif]; see `tamis check --help`
        --- exit 2
    "#]],
    );
    check(
        &["check", "--no-hints=yes"],
        &expect![[r#"
        --- standard error
        error: unexpected value `yes` for `--no-hints` found; no more were expected; see `tamis check --help`
        --- exit 2
    "#]],
    );
}

#[test]
fn missing_and_contradictory_arguments_are_one_line() {
    check(
        &["completions"],
        &expect![[r#"
            --- standard error
            error: `<SHELL>` is missing; see `tamis completions --help`
            --- exit 2
        "#]],
    );
    check(
        &["completions", "tcsh"],
        &expect![[r#"
        --- standard error
        error: invalid value `tcsh` for `<SHELL>` [possible values: bash, elvish, fish, powershell, zsh]; did you mean `zsh`? see `tamis completions --help`
        --- exit 2
    "#]],
    );
    check(
        &["fmt", "--check", "--diff", "x.tamis"],
        &expect![[r#"
        --- standard error
        error: the argument `--check` cannot be used with `--diff`; see `tamis fmt --help`
        --- exit 2
    "#]],
    );
    check(
        &["eval", "-e", "true", "--rules", "x.tamis", "--facts", "{}"],
        &expect![[r#"
        --- standard error
        error: the argument `--expression <RULE>` cannot be used with `--rules <FILE>`; see `tamis eval --help`
        --- exit 2
    "#]],
    );
    check(
        &["eval", "-e", "true"],
        &expect![[r#"
            --- standard error
            error: `--facts <JSON|@FILE|->` is missing; see `tamis eval --help`
            --- exit 2
        "#]],
    );
    check(
        &["disasm"],
        &expect![[r#"
            --- standard error
            error: nothing to read: give `-e RULE` or a FILE
            --- exit 2
        "#]],
    );
    check(
        &["match"],
        &expect![[r#"
            --- standard error
            error: a rule is missing: `tamis match RULE FILE`
            --- exit 2
        "#]],
    );
}

#[test]
fn nothing_to_read_is_one_line() {
    check(
        &["check"],
        &expect![[r#"
        --- standard error
        error: nothing to read: give a FILE, `-e RULE`, or `-` for standard input
        --- exit 2
    "#]],
    );
    check(
        &["match", "true"],
        &expect![[r#"
        --- standard error
        error: a recording is missing: give a FILE after the rule, or `-` for standard input
        --- exit 2
    "#]],
    );
    check(
        &["match", "--rules", "-", "-"],
        &expect![[r#"
        --- standard error
        error: standard input can be read only once, but `-` is given twice
        --- exit 2
    "#]],
    );
}

#[test]
fn an_edition_has_a_name() {
    check(
        &["check", "--edition", "atc", "-e", "http.response.status_code == 0767"],
        &expect![[r#"
            warning[T007]: `0767` is octal here because of its leading zero: 503
              ╭─[ rule:1:30 ]
              │
            1 │ http.response.status_code == 0767
              │                              ━━━━
              │
              ├─ fix: write `503`
            1 │ http.response.status_code == 503
              │                              ~~~
              ├─ help: write `767`, if that is meant
            1 │ http.response.status_code == 767
              │                              ~~~
            ──╯

            1 rule checked: 1 warning
        "#]],
    );
    check(
        &["check", "--edition", "rego", "-e", "true"],
        &expect![[r#"
            --- standard error
            error: --edition `rego`: `rego` is not an edition; the editions are `tamis`, `atc`, `atc-strict`; see `tamis check --help`
            --- exit 2
        "#]],
    );
}

#[test]
fn the_help_lists_every_command() {
    check(
        &["--help"],
        &expect![[r#"
            Sampling rules: check them, explain what is wrong with them, run them over recorded traffic

            Usage: tamis [OPTIONS] <COMMAND>

            Commands:
              match        Show which recorded requests a rule captures
              replay       Predict what a session with a rule would capture
              check        Say what is wrong with rules
              eval         Say whether a rule matches one request
              why          Show why a rule matches one request or does not, and what would flip it
              diff         Show which requests two versions of a rule treat differently
              validate     Say whether debug sessions can start, on which nodes, and what they will do
              batch        Answer questions about rules, one JSON line each, for scripts
              fmt          Write rules in their one layout
              fix          Apply the fixes that have only one reading
              convert      Write rules in another language: exactly, or not at all
              fields       List the fields that a rule may name
              ops          List the operators and functions, or document one
              explain      Explain a diagnostic code; without a code, list them all
              compile      Compile a rule to bytes that other nodes load
              disasm       Show the program that a rule becomes
              lsp          Serve an editor: the language server, on standard input and output
              serve        Serve programs: the same answers over HTTP
              gateway      Run a gateway with sessions: a reverse proxy, in a program of its own
              completions  Print what makes a shell complete this command

            Options:
                  --color <WHEN>  When to use colours: `always`, `never`, or `auto`, which also obeys NO_COLOR
                                  [default: auto]
              -h, --help          Print help
              -V, --version       Print version

            Examples:
              tamis match 'http.response.status_code == 503' traffic.har
              tamis check rules.tamis
              tamis explain T301

            Exit codes:
              0  done, nothing to complain about
              1  a rule has an error (or, with `--check`, a file would change)
              2  wrong usage, or a file that cannot be read
        "#]],
    );
    let help = tamis(&["--help"]).stdout();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
}

#[test]
fn every_command_has_examples_in_its_help() {
    for command in COMMANDS {
        let help = tamis(&[command, "--help"]).stdout();
        let (_, examples) = help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{command} has no example"));
        assert!(examples.contains(&format!("tamis {command}")), "{command}");
        assert_eq!(help, tamis(&[command, "-h"]).stdout(), "{command}: one help, not two");
    }
}

#[test]
fn the_version_is_the_one_of_the_package() {
    assert_eq!(tamis(&["--version"]).stdout(), format!("tamis {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_rule_in_the_wrong_place_is_understood() {
    check(
        &["check", "tls.resumed == true"],
        &expect![[r#"
            --- standard error
            error: cannot read `tls.resumed == true`: there is no such file; a rule is given with `-e`
            --- exit 2
        "#]],
    );
    check(
        &["eval", "tls.resumed == true", "--facts", "{}"],
        &expect![[r#"
            --- standard error
            error: `tls.resumed == true` is one argument too many; a rule is given with `-e`; see `tamis eval --help`
            --- exit 2
        "#]],
    );
    check(
        &["explain", "T301", "T302"],
        &expect![[r#"
            --- standard error
            error: `T302` is one argument too many; see `tamis explain --help`
            --- exit 2
        "#]],
    );
    check(
        &["match", "Cargo.toml", "traffic.har"],
        &expect![[r#"
        --- standard error
        error: `Cargo.toml` is a file; the rules of a file are given with `--rules Cargo.toml`
        --- exit 2
    "#]],
    );
}

#[test]
fn a_rule_may_begin_with_a_minus() {
    check(
        &["fmt", "-e", "-1<a"],
        &expect![[r#"
        -1 < a
    "#]],
    );
}
