//! One number for everything in a catalog that a compiled rule depends on.

use super::{Catalog, Field, Presence, Separator, Shape};

/// The 64-bit FNV-1a hash.
#[derive(Clone, Copy, Debug)]
struct Fnv1a(u64);

impl Fnv1a {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(Self::PRIME);
        }
    }

    /// A text with its end marked: no text of a catalog's names, types and patterns is confused with two.
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xff]);
    }
}

impl Catalog {
    /// A number that is equal for two catalogs exactly where, but for chance, compiled rules may be exchanged.
    ///
    /// It is the 64-bit FNV-1a hash over the fields in their order, and of each over: name, type, shape (with the
    /// pattern and the spelling of a family's keys), unit, phase, presence and growth, each as text that ends with the
    /// byte `0xff`.
    /// The catalog's name, documentation, examples, aliases and listed values do not count.
    /// The same catalog has the same number on every machine and in every later version.
    ///
    /// ```
    /// use tamis_lang::catalog::Catalog;
    /// let kong = Catalog::shipped("kong").unwrap();
    /// assert_ne!(kong.fingerprint(), Catalog::shipped("otel").unwrap().fingerprint());
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fnv1a(Fnv1a::OFFSET);
        for field in &self.fields {
            enter(&mut hash, field);
        }
        hash.0
    }
}

fn enter(hash: &mut Fnv1a, field: &Field) {
    hash.text(&field.name);
    hash.text(field.ty.as_str());
    match &field.shape {
        Shape::One => hash.text("one"),
        Shape::Many => hash.text("many"),
        Shape::Opaque => hash.text("opaque"),
        Shape::Family { many, key_pattern, case_insensitive, separator, known_keys: _ } => {
            hash.text("family");
            hash.text(if *many { "many" } else { "one" });
            hash.text(key_pattern);
            hash.text(if *case_insensitive { "any case" } else { "as written" });
            hash.text(match separator {
                Separator::AsWritten => "as written",
                Separator::Hyphen => "-",
                Separator::Underscore => "_",
            });
        }
    }
    hash.text(field.unit.as_ref().map_or("", |unit| &unit.ucum));
    hash.text(field.phase.as_str());
    hash.text(match field.presence {
        Presence::Always => "always",
        Presence::Optional => "optional",
    });
    hash.text(if field.monotone { "grows" } else { "fixed" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phase::Phase;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv1a(Fnv1a::OFFSET);
        hash.bytes(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8);
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Field), counts: bool) {
        let kong = Catalog::shipped("kong").unwrap();
        let mut fields = kong.fields().to_vec();
        change(fields.last_mut().unwrap());
        let changed = Catalog::from_fields("other", fields).unwrap();
        assert_eq!(changed.fingerprint() != kong.fingerprint(), counts);
    }

    #[test]
    fn what_programs_depend_on_counts() {
        check(|field| field.name.push('x'), true);
        check(|field| field.ty = crate::ty::Ty::Bool, true);
        check(|field| field.phase = Phase::Connect, true);
        check(|field| field.presence = Presence::Always, true);
        check(|field| field.monotone = !field.monotone, true);
        check(|field| field.shape = Shape::Many, true);
        check(|field| field.unit = None, true);
    }

    #[test]
    fn prose_does_not_count() {
        check(|field| field.doc.clear(), false);
        check(|field| field.examples.clear(), false);
        check(|field| field.aliases.clear(), false);
    }
}
