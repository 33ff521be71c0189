//! Every case against every engine, and the rules of the repository, in one test binary.

mod generated;
mod tidy;
