//! The chores of the repository, one command each.

fn main() {}
