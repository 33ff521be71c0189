//! `tamis fmt`

use expect_test::expect;

use crate::runner::{Folder, tamis};

#[test]
fn standard_input_goes_to_standard_output() {
    tamis(&["fmt", "-"]).stdin("a==1 and(b in[1,2])").check(&expect![[r#"
        a == 1 && (b in [1, 2])
    "#]]);
}

#[test]
fn a_rule_of_the_command_line_goes_to_standard_output() {
    tamis(&["fmt", "-e", "a==1"]).check(&expect![[r#"
        a == 1
    "#]]);
}

#[test]
fn a_file_is_changed_in_place() {
    let folder = Folder::new("a_file_is_changed_in_place");
    folder.write("a.tamis", "a==1\n").write("b.tamis", "a == 1\n");
    tamis(&["fmt", "a.tamis", "b.tamis"]).within(&folder).check(&expect![[r#"
        changed a.tamis
    "#]]);
    assert_eq!(folder.read("a.tamis"), "a == 1\n");
}

#[test]
fn a_folder_stands_for_the_rules_below_it() {
    let folder = Folder::new("a_folder_stands_for_the_rules_below_it");
    folder.write("x/b.tamis", "a==1\n").write("x/y/a.tamis", "a==1\n").write("x/z.txt", "a==1\n");
    tamis(&["fmt", "--check", "x"]).within(&folder).check(&expect![[r#"
        would change x/b.tamis
        would change x/y/a.tamis
        --- exit 1
    "#]]);
    assert_eq!(folder.read("x/b.tamis"), "a==1\n");
}

#[test]
fn a_difference_can_be_shown() {
    let folder = Folder::new("a_difference_can_be_shown");
    folder.write("a.tamis", "// one\nrule a = b==1\nrule c = d == 2\n");
    tamis(&["fmt", "--diff", "a.tamis"]).within(&folder).check(&expect![[r#"
        --- a.tamis
        +++ a.tamis
        @@ -1,3 +1,3 @@
         // one
        -rule a = b==1
        +rule a = b == 1
         rule c = d == 2
        --- exit 1
    "#]]);
}

#[test]
fn what_has_its_layout_passes_the_check() {
    tamis(&["fmt", "--check", "-e", "a == 1"]).check(&expect![[r#""#]]);
}

#[test]
fn a_text_with_a_mistake_stays_as_it_is() {
    let folder = Folder::new("a_text_with_a_mistake_stays_as_it_is");
    folder.write("a.tamis", "a=1\n");
    tamis(&["fmt", "a.tamis"]).within(&folder).check(&expect![[r#"
        --- standard error
        error[T108]: `=` is not an operator; write `==`
          ╭─[ a.tamis:1:2 ]
          │
        1 │ a=1
          │  ━
          │
          ├─ fix: write `==`
        1 │ a==1
          │  ~~
        ──╯

        error: `a.tamis` stays as it is, for 1 error
        --- exit 1
    "#]]);
    assert_eq!(folder.read("a.tamis"), "a=1\n");
}
