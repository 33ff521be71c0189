//! Compiles the generated parser and its scanner.

fn main() {
    let sources = ["src/parser.c", "src/scanner.c"];
    cc::Build::new().std("c11").include("src").files(sources).warnings(false).compile("tree-sitter-tamis");
    for file in sources.into_iter().chain(["src/operators.h"]) {
        println!("cargo:rerun-if-changed={file}");
    }
}
