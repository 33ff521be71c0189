//! Any text as a catalog.

use std::hint::black_box;

use tamis::Catalog;

use crate::findings;

/// A catalog is read, or refused with problems at places of its text.
pub fn catalog(text: &str) {
    match Catalog::from_json(text) {
        Ok(catalog) => {
            for field in catalog.fields() {
                black_box(catalog.resolve(&field.name, None));
                black_box(catalog.suggest(&format!("{}x", field.name), 3));
            }
            let again = Catalog::from_json(text).expect("the same text is read the same way");
            assert_eq!(again.fingerprint(), catalog.fingerprint());
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a catalog is refused for a reason");
            findings::check(text, &problems);
        }
    }
}
