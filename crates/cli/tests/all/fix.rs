//! `tamis fix`

use expect_test::{Expect, expect};

use crate::runner::{Folder, tamis};

#[track_caller]
fn check(words: &[&str], expected: &Expect) {
    let words: Vec<&str> = [&["fix"], words].concat();
    tamis(&words).check(expected);
}

#[test]
fn a_fix_with_one_reading_is_applied() {
    check(
        &["-e", "http.response.status_code === 503"],
        &expect![[r#"
            http.response.status_code == 503
            --- standard error
            rule: T108 write `==`
            rule: 1 fix
        "#]],
    );
}

#[test]
fn what_a_fix_uncovers_is_fixed_too() {
    check(
        &["-e", "http.response.status_code = \"503\""],
        &expect![[r#"
            http.response.status_code == 503
            --- standard error
            rule: T108 write `==`
            rule: T207 remove the quotes
            rule: 2 fixes
        "#]],
    );
}

#[test]
fn a_guess_is_applied_only_on_demand() {
    let rule = "http.respose.status_code == 503";
    check(
        &["-e", rule],
        &expect![[r#"
            http.respose.status_code == 503
            --- standard error
            rule: nothing to fix, 1 error left
            --- exit 1
        "#]],
    );
    check(
        &["-e", rule, "--all"],
        &expect![[r#"
            http.response.status_code == 503
            --- standard error
            rule: T301 use `http.response.status_code`
            rule: 1 fix
        "#]],
    );
}

#[test]
fn nothing_to_fix_is_fine() {
    check(
        &["--check", "-e", "http.response.status_code == 503"],
        &expect![[r#"
            --- standard error
            rule: nothing to fix
        "#]],
    );
}

#[test]
fn a_file_is_fixed_in_place() {
    let folder = Folder::new("a_file_is_fixed_in_place");
    folder.write("a.tamis", "// é\nrule a = http.response.status_code = 503\n");
    tamis(&["fix", "--diff", "a.tamis"]).within(&folder).check(&expect![[r#"
        --- a.tamis
        +++ a.tamis
        @@ -1,2 +1,2 @@
         // é
        -rule a = http.response.status_code = 503
        +rule a = http.response.status_code == 503
        --- standard error
        a.tamis: T108 write `==`
        a.tamis: 1 fix
        --- exit 1
    "#]]);
    tamis(&["fix", "--check", "a.tamis"]).within(&folder).check(&expect![[r#"
        would change a.tamis
        --- standard error
        a.tamis: T108 write `==`
        a.tamis: 1 fix
        --- exit 1
    "#]]);
    tamis(&["fix", "a.tamis"]).within(&folder).check(&expect![[r#"
        changed a.tamis
        --- standard error
        a.tamis: T108 write `==`
        a.tamis: 1 fix
    "#]]);
    assert_eq!(folder.read("a.tamis"), "// é\nrule a = http.response.status_code == 503\n");
    tamis(&["fix", "a.tamis"]).within(&folder).check(&expect![[r#"
        --- standard error
        a.tamis: nothing to fix
    "#]]);
}

#[test]
fn standard_input_goes_to_standard_output() {
    tamis(&["fix", "-"]).stdin("http.response.status_code = 503\n").check(&expect![[r#"
        http.response.status_code == 503
        --- standard error
        <stdin>: T108 write `==`
        <stdin>: 1 fix
    "#]]);
}
