//! The service as a client meets it: without a network where that is enough, over a socket where it matters.
#![cfg(test)]

mod client;
mod document;
mod limits;
mod logs;
mod schema;
mod socket;
mod wrong;
