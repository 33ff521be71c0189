//! What is made of the functions is fresh: the header for C, and the declarations for LuaJIT.
#![cfg(test)]

use std::fs;
use std::path::Path;

use tamis_ffi::TAMIS_ABI_VERSION;

fn header() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let configuration = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let mut header = Vec::new();
    cbindgen::Builder::new().with_crate(folder).with_config(configuration).generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

/// Compares a file with what it has to be; `UPDATE=1` writes it.
#[track_caller]
fn check(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == expected, "{} is stale: UPDATE=1 cargo test -p tamis-ffi", path.display());
}

#[test]
fn the_header_is_fresh() {
    check("include/tamis.h", &header());
}

#[test]
fn the_declarations_for_luajit_are_fresh() {
    let header = header();
    // LuaJIT knows no preprocessor; what is left needs no comments, because the header has them.
    let is_code =
        |line: &&str| !["#", "//", "/*", "extern \"C\"", "}  //"].iter().any(|it| line.trim_start().starts_with(it));
    let declarations: Vec<&str> = header.lines().filter(is_code).filter(|line| !line.trim().is_empty()).collect();
    let declarations = declarations.join("\n");
    check(
        "../../bindings/lua/lib/tamis/cdef.lua",
        &format!("-- The declarations of `tamis.h`, generated from `crates/ffi`.\nreturn [[\n{declarations}\n]]\n"),
    );
    check(
        "../../bindings/lua/lib/tamis/version.lua",
        &format!(
            "-- The version of the interface in `tamis/cdef.lua`, generated from `crates/ffi`.\nreturn {TAMIS_ABI_VERSION}\n"
        ),
    );
}
