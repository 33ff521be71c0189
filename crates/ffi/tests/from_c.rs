//! Programs in C that use the interface, under the checkers of memory that are there.
#![cfg(test)]

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where cargo put the library: beside the folder of this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    let library = folder.join("libtamis_ffi.a");
    if library.exists() { library } else { folder.parent().unwrap().join("libtamis_ffi.a") }
}

/// Whether a tool can be run here.
fn is_there(tool: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        let _ = writeln!(io::stderr(), "skipped: there is no `{tool}` here");
    }
    there
}

/// The program that tests everything.
fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/rules.c")
}

/// Compiles a program and gives its path.
#[track_caller]
fn compiled(source: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g"]).args(flags);
    compiler.arg("-I").arg(crate_folder.join("include"));
    compiler.arg(source).arg(library());
    compiler.args(["-lpthread", "-ldl", "-lm", "-o"]).arg(&program);
    let output = compiler.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

#[track_caller]
fn check(command: &mut Command) {
    let output = command.output().unwrap();
    let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{shown}");
    assert!(shown.starts_with("ok\n"), "{shown}");
}

#[test]
fn rules_can_be_used_from_c() {
    if is_there("cc") {
        check(&mut Command::new(compiled(&rules(), "rules", &[])));
    }
}

#[test]
fn the_header_is_also_one_of_cpp() {
    if !is_there("c++") {
        return;
    }
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/tamis.h");
    let output = Command::new("c++").args(["-x", "c++", "-Wall", "-Werror", "-fsyntax-only"]).arg(header).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_memory_is_lost_or_read_after_its_end() {
    if is_there("cc") && is_there("valgrind") {
        let program = compiled(&rules(), "rules-valgrind", &[]);
        let mut valgrind = Command::new("valgrind");
        valgrind.args([
            "-q",
            "--error-exitcode=9",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible",
        ]);
        check(valgrind.arg(program));
    }
}

#[test]
fn the_sanitizers_find_nothing() {
    if is_there("cc") {
        check(&mut Command::new(compiled(&rules(), "rules-sanitized", &["-fsanitize=address,undefined"])));
    }
}

#[test]
fn the_example_of_the_documentation_runs() {
    if !is_there("cc") {
        return;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/c.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```c\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example.c");
    fs::write(&source, example).unwrap();
    let output = Command::new(compiled(&source, "example", &[])).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "match\n");
}
