//! Files that nobody would write: none makes the reader panic, and each is answered with places inside the file.

use crate::catalog::Catalog;

/// Reads a file; whatever is wrong with it lies within it.
#[track_caller]
fn check(text: &str) {
    match Catalog::from_json(text) {
        Ok(catalog) => drop(catalog.all_names().count()),
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                let labels = problem.labels.iter().map(|label| label.span);
                let edits = problem.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
                for span in labels.chain(edits).chain([problem.span]) {
                    assert!(text.get(span.range()).is_some(), "{span} in {}", problem.message);
                }
            }
        }
    }
}

/// A sequence of numbers that look random and are the same in every run.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

fn router() -> &'static str {
    Catalog::shipped_text("kong-router").unwrap()
}

/// The ranges of the strings and of the numbers of a file.
fn literals(text: &str) -> Vec<std::ops::Range<usize>> {
    let pattern = regex::Regex::new(r#""[^"\\]*"|-?[0-9]+|true|false"#).unwrap();
    pattern.find_iter(text).map(|found| found.range()).collect()
}

#[test]
fn a_truncated_file() {
    for end in (0..router().len()).step_by(29) {
        check(router().get(..end).unwrap_or_default());
    }
}

#[test]
fn a_file_with_another_value_somewhere() {
    const VALUES: &[&str] = &[
        "null",
        "1",
        "-9223372036854775808",
        "1e999",
        "\"\"",
        "\"x\"",
        "\"a..b\"",
        "\"(\"",
        "\"é\\u0000\"",
        "[]",
        "{}",
    ];
    let literals = literals(router());
    let mut sequence = Sequence(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let mut text = router().to_owned();
        // From the end, so that the places of earlier ones stay right.
        let mut places: Vec<usize> = (0..=sequence.below(3)).map(|_| sequence.below(literals.len())).collect();
        places.sort_unstable();
        places.dedup();
        for place in places.into_iter().rev() {
            text.replace_range(literals[place].clone(), VALUES[sequence.below(VALUES.len())]);
        }
        check(&text);
    }
}

#[test]
fn a_file_with_a_part_of_itself_somewhere() {
    let literals = literals(router());
    let mut sequence = Sequence(0x2545_f491_4f6c_dd1d);
    for _ in 0..500 {
        let mut text = router().to_owned();
        let from = literals[sequence.below(literals.len())].clone();
        let to = literals[sequence.below(literals.len())].clone();
        text.replace_range(to, router().get(from).unwrap());
        check(&text);
    }
}

#[test]
fn a_file_with_other_bytes_somewhere() {
    let mut sequence = Sequence(0xd129_0b26_4d6b_9f31);
    for _ in 0..500 {
        let mut bytes = router().as_bytes().to_vec();
        for _ in 0..=sequence.below(4) {
            let place = sequence.below(bytes.len());
            bytes[place] = u8::try_from(sequence.below(256)).unwrap();
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_file_nested_without_end() {
    let deep = |open: &'static str| {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread.spawn(move || check(&open.repeat(1 << 20))).unwrap().join().unwrap();
    };
    deep("[");
    deep("{\"a\":");
    deep("[{\"a\":");
    let balanced = format!("{}{}", "[".repeat(500), "]".repeat(500));
    check(&format!(r#"{{ "format": 1, "name": "t", "fields": {{ "a": {balanced} }} }}"#));
}
