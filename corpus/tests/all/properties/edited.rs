//! A file that is edited has the findings of the same file read anew.
//!
//! `cargo run --release -p tamis-corpus --example edits` makes as many edits as one likes.

use tamis_corpus::catalogs;
use tamis_corpus::property;

#[test]
fn edits_lead_to_the_findings_of_a_fresh_reading() {
    let kong = catalogs::shipped(catalogs::DEFAULT).unwrap();
    let mut n_in_parts = 0;
    for seed in 0..6 {
        n_in_parts += property::edits_change_nothing(seed, 50, kong).unwrap_or_else(|problem| panic!("{problem}"));
    }
    assert!(n_in_parts > 50, "most files are read whole: {n_in_parts}");
}
