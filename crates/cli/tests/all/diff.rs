//! `tamis diff`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(old: &str, new: &str, expected: &Expect) {
    tamis(&["diff", "-e", old, new]).check(expected);
}

#[test]
fn two_rules_are_equivalent_stricter_looser_different_or_unknown() {
    check(
        "http.response.status_code in [502, 503]",
        "http.response.status_code in 502..503",
        &expect![[r#"
        equivalent
    "#]],
    );
    check(
        "http.response.status_code >= 500",
        "http.response.status_code == 503",
        &expect![[r#"
        stricter
          only the old rule matches, for example:
            {"http.response.status_code":500}
        --- exit 1
    "#]],
    );
    check(
        "tls.resumed && tls.established",
        "tls.resumed",
        &expect![[r#"
        looser
          only the new rule matches, for example:
            {"tls.established":false,"tls.resumed":true}
        --- exit 1
    "#]],
    );
    check(
        r#"url.path ^= "/v1""#,
        r#"url.path =^ ".json""#,
        &expect![[r#"
        different
          only the old rule matches, for example:
            {"url.path":"/v1/orders/42"}
            curl http://localhost:8000/v1/orders/42
          only the new rule matches, for example:
            {"url.path":".json"}
            curl http://localhost:8000/.json
        --- exit 1
    "#]],
    );
    check(
        "http.response.status_code < 500",
        "http.response.status_code >= 500",
        &expect![[r#"
            different
              only the old rule matches, for example:
                {"http.response.status_code":429}
              only the new rule matches, for example:
                {"http.response.status_code":503}
              no request matches both
            --- exit 1
        "#]],
    );
    check(
        r#"url.path ~ "^(ab)+$""#,
        r#"url.path ~ "^(ab|ab)+$""#,
        &expect![[r#"
        unknown
          it is not known whether only the old rule matches something
          it is not known whether only the new rule matches something
        --- exit 1
    "#]],
    );
}

#[test]
fn what_a_proof_assumes_is_told() {
    check(
        "!(http.response.status_code == 503)",
        "http.response.status_code != 503",
        &expect![[r#"
        equivalent
          if every request has `http.response.status_code`, as the catalog says
    "#]],
    );
}

#[test]
fn a_broken_rule_cannot_be_compared() {
    let shown = tamis(&["diff", "-e", "tls.resumed", "tls.resumd"]).transcript();
    assert!(shown.ends_with("--- exit 2\n"), "{shown}");
}

#[test]
fn rules_of_files_are_paired_by_name_and_traffic_shows_the_flips() {
    let folder = Folder::new("diff");
    folder.write("old.tamis", "rule errors = http.response.status_code >= 500\nrule gone = tls.resumed\n");
    folder.write("new.tamis", "rule errors = http.response.status_code > 503\nrule fresh = tls.established\n");
    folder.write("traffic.jsonl", "{\"http.response.status_code\": 503}\n{\"http.response.status_code\": 504}\n");
    tamis(&["diff", "old.tamis", "new.tamis", "--traffic", "traffic.jsonl"]).within(&folder).check(&expect![[r#"
        errors: stricter
          only the old rule matches, for example:
            {"http.response.status_code":503}
        fresh: added
        gone: removed

        FILE           REQUEST  RULE    NOW
        traffic.jsonl  line 1   errors  no match

        1 verdict of 2 recorded requests flips

        3 rules: 1 stricter, 1 added, 1 removed
        --- exit 1
    "#]]);
    tamis(&["diff", "old.tamis", "new.tamis", "--format", "json"]).within(&folder).check(&expect![[r#"
        {"version":1,"rules":[{"rule":"errors","relation":"stricter","only_old":{"found":"request","facts":{"http.response.status_code":503}},"only_new":{"found":"nothing"},"both":{"found":"request","facts":{"http.response.status_code":504}},"assumed":[]},{"rule":"fresh","relation":"added","assumed":[]},{"rule":"gone","relation":"removed","assumed":[]}]}
        --- exit 1
    "#]]);
}
