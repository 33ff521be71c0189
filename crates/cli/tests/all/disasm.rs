//! `tamis disasm`

use expect_test::expect;

use crate::runner::{Folder, tamis};

#[test]
fn a_program_has_its_text_beside_it() {
    tamis(&["disasm", "-e", "http.response.status_code >= 500 && url.path ^= \"/v1\""]).check(&expect![[r#"
        fields
          f0  http.response.status_code  int     response_headers
          f1  url.path                   string  request_headers

        code
          0  int          http.response.status_code >= 500  ? 1 : no match      ; http.response.status_code >= 500
          1  text.starts  url.path "/v1"                    ? match : no match  ; url.path ^= "/v1"
    "#]]);
}

#[test]
fn the_rules_of_a_file_have_a_program_each() {
    let folder = Folder::new("the_rules_of_a_file_have_a_program_each");
    folder.write("r.tamis", "rule a = true\nrule b = tls.resumed\n");
    tamis(&["disasm", "r.tamis"]).within(&folder).check(&expect![[r#"
        rule a
        code
          always match

        rule b
        fields
          f0  tls.resumed  bool  tls

        code
          0  bool  tls.resumed  ? match : no match  ; tls.resumed
    "#]]);
}

#[test]
fn a_wrong_rule_has_no_program() {
    tamis(&["disasm", "-e", "tls.resumed = 1"]).check(&expect![[r#"
        --- standard error
        error[T108]: `=` is not an operator; write `==`
          ╭─[ rule:1:13 ]
          │
        1 │ tls.resumed = 1
          │             ━
          │
          ├─ fix: write `==`
        1 │ tls.resumed == 1
          │             ~~
        ──╯

        error[T201]: `tls.resumed` is a bool, but `1` is an int; write `true`
          ╭─[ rule:1:15 ]
          │
        1 │ tls.resumed = 1
          │               ━
          │
          ├─ fix: write `true`
        1 │ tls.resumed = true
          │               ~~~~
        ──╯

        error: `rule` cannot run, for 2 errors
        --- exit 1
    "#]]);
}
