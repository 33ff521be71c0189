//! `tamis explain`

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
fn every_code_is_listed_and_explained() {
    let list = tamis(&["explain"]).stdout();
    let codes: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() > 80, "{list}");
    for code in codes {
        let page = tamis(&["explain", code]).stdout();
        assert!(page.contains(code), "{page}");
    }
}
