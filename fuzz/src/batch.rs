//! Any bytes as a line of `tamis batch`.

use std::cell::RefCell;

use tamis::Edition;
use tamis_cli::Batch;

use crate::KONG;

thread_local! {
    static BATCH: RefCell<Batch> = RefCell::new(Batch::new(KONG.clone(), Edition::default()));
}

/// A line has one line as its answer, the same every time.
pub fn batch(line: &[u8]) {
    BATCH.with_borrow_mut(|batch| {
        let first = answer(batch, line);
        assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert!(first.starts_with(b"{") && first.ends_with(b"}\n"));
        assert_eq!(answer(batch, line), first);
    });
}

fn answer(batch: &mut Batch, line: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    batch.answer(line, 1, &mut answer).expect("memory can be written");
    answer
}
