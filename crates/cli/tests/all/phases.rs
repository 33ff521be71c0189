//! `tamis check --phases`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["check", "--phases", "--no-hints"], words].concat();
    tamis(&words).check(expected);
}

#[test]
fn each_condition_has_its_phase_below_it() {
    check(
        &["-e", r#"http.request.method == "POST" && proxy.kong.latency.total > 250ms"#],
        &expect![[r#"
          http.request.method == "POST" && proxy.kong.latency.total > 250ms
          └───── request_headers ─────┘    └─────────── by log ───────────┘
          dropped from request_headers
          kept from    log, or sooner where a field has grown enough
          decided at   log

        1 rule checked: nothing to complain about
    "#]],
    );
}

#[test]
fn a_phase_that_does_not_fit_stands_below_the_bracket() {
    check(
        &["-e", "sample(2%) && tls.resumed && (tls.established || sample(1%))"],
        &expect![[r#"
              sample(2%) && tls.resumed && (tls.established || sample(1%))
              └────────┘    └── tls ──┘     └──── tls ────┘    └────────┘
              request_headers                                  request_headers
              dropped from tls
              kept from    request_headers
              decided at   request_headers

            1 rule checked: nothing to complain about
        "#]],
    );
}

#[test]
fn a_rule_over_several_lines_is_drawn_line_by_line() {
    let folder = Folder::new("a_rule_over_several_lines_is_drawn_line_by_line");
    folder.write(
        "a.tamis",
        "let slow = proxy.kong.latency.total > 1s\nrule a =\n\tslow\n\t&& exists(http.route)\nrule b = a.b == 1\n",
    );
    tamis(&["check", "--phases", "--no-hints", "a.tamis"]).within(&folder).check(&expect![[r#"
        error[T301]: `a.b` is not a known field
          ╭─[ a.tamis:5:10 ]
          │
        5 │ rule b = a.b == 1
          │          ━━━
        ──╯

        rule a
          let slow = proxy.kong.latency.total > 1s
                     └───────── by log ──────────┘
              && exists(http.route)
                 └──── route ─────┘
          dropped from route
          kept from    log, or sooner where a field has grown enough
          decided at   log

        2 rules checked: 1 error
        --- exit 1
    "#]]);
}

#[test]
fn a_phase_that_does_not_exist_is_refused() {
    tamis(&["check", "--decide-by", "request", "-e", "true"]).check(&expect![[r#"
        --- standard error
        error: --decide-by `request`: the phases are connect, tls, request_headers, route, authenticated, request_body, upstream, response_headers, response_body, log; see `tamis check --help`
        --- exit 2
    "#]]);
}
