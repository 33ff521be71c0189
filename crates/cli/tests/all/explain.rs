//! `tamis explain`

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};

use crate::runner::tamis;

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["explain"], words].concat();
    tamis(&words).check(expected);
}

#[test]
fn a_code_may_be_pasted_as_it_stands() {
    let page = tamis(&["explain", "T301"]).stdout();
    for spelling in ["t301", "301", "error[T301]", "error[T301]:"] {
        assert_eq!(tamis(&["explain", spelling]).stdout(), page, "{spelling}");
    }
}

#[test]
fn an_unknown_code_is_one_line() {
    check(
        &["T999"],
        &expect![[r#"
        --- standard error
        error: there is no code `T999`; `tamis explain` lists the codes
        --- exit 2
    "#]],
    );
    check(
        &["E0308"],
        &expect![[r#"
        --- standard error
        error: there is no code `E0308`; `tamis explain` lists the codes
        --- exit 2
    "#]],
    );
}

#[test]
fn every_code_has_its_page() {
    let list = tamis(&["explain"]).stdout();
    let codes: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 100, "{list}");
    for code in codes {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../corpus/diagnostics/{code}.md"));
        let page = fs::read_to_string(page).unwrap();
        assert_eq!(tamis(&["explain", code, "--markdown"]).stdout(), page);
        let drawn = tamis(&["explain", code]).stdout();
        assert!(drawn.starts_with(&format!("{code}: ")) && !drawn.contains("```"), "{drawn}");
    }
}

#[test]
fn a_page_reads_well_in_a_terminal() {
    check(
        &["T008"],
        &expect![[r#"
            T008: unit that does not exist

            The letters behind the number are no unit of the language. Units are exact and letter case counts:
            `ms` is a thousandth of a second, `KB` is 1000 bytes and `KiB` 1024. Where a unit has two readings,
            as `kb` has, both are offered.

                http.request.size > 10kb

                error[T008] 1:23: `kb` is not a unit
                  | http.request.size > 10kb
                  |                       ^^
                  note: the units are ns, us, ms, s, m, h, d, B, KB, KiB, MB, MiB, GB, GiB, TB, TiB
                  suggestion: write `KB`
                  > http.request.size > 10KB
                  suggestion: write `KiB`
                  > http.request.size > 10KiB

                proxy.kong.latency.total > 5sec

                error[T008] 1:29: `sec` is not a unit
                  | proxy.kong.latency.total > 5sec
                  |                             ^^^
                  note: the units are ns, us, ms, s, m, h, d, B, KB, KiB, MB, MiB, GB, GiB, TB, TiB
                  fix: write `s`
                  > proxy.kong.latency.total > 5s

                proxy.kong.latency.total > 3fortnights

                error[T008] 1:29: `fortnights` is not a unit
                  | proxy.kong.latency.total > 3fortnights
                  |                             ^^^^^^^^^^
                  note: the units are ns, us, ms, s, m, h, d, B, KB, KiB, MB, MiB, GB, GiB, TB, TiB

            Write instead:

                http.request.size > 10KB
        "#]],
    );
}
