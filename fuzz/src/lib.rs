//! What must hold for every input; each fuzz target calls one function with what the fuzzer made.

mod batch;
mod bytecode;
mod catalog;
mod findings;
mod request;
mod rule;
mod traffic;

use std::sync::LazyLock;

use tamis::Catalog;

pub use batch::batch;
pub use bytecode::bytecode;
pub use catalog::catalog;
pub use rule::rule;
pub use traffic::traffic;

static KONG: LazyLock<Catalog> = LazyLock::new(|| Catalog::shipped("kong").expect("the shipped catalog loads"));
