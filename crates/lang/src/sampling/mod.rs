//! Consistent probability sampling: which share of the requests `sample(p)` is true for.
//!
//! Every request has a [`Randomness`] of 56 bits, which is the same wherever its trace is seen, and every probability is
//! a [`Threshold`]: a request is in the share if its randomness is not below it.
//! So a request that is in a share of 1 % is in every larger share, too, in every process.
//! The encoding is that of OpenTelemetry's probability sampling: what the key `th` of `tracestate` would say decides, not
//! the probability that was written.
//!
//! ```
//! use tamis_lang::sampling::{Randomness, Threshold};
//! let tenth = Threshold::of(1, 10).unwrap();
//! assert_eq!(tenth.to_string(), "e666");
//! let trace: u128 = 0x4bf92f3577b34da6a3ce929d0e0e4736;
//! assert!(!tenth.keeps(Randomness::of_trace(trace)));
//! assert!(Threshold::of(1, 4).unwrap().keeps(Randomness::of_trace(trace)));
//! ```

mod key;
mod randomness;
mod threshold;
mod trace_state;
mod xxh64;

pub use randomness::{BadRandomness, Randomness};
pub use threshold::{BadThreshold, Threshold};
pub use trace_state::{TraceState, trace_of_parent};
