//! The parameters of a query, decoded without allocating.

/// How long a decoded value may be before memory is needed for it.
const ON_STACK: usize = 256;

/// The raw values of a parameter, in order.
pub(crate) fn values<'q>(query: &'q [u8], name: &'q [u8]) -> impl Iterator<Item = &'q [u8]> {
    query.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).filter_map(move |part| {
        let (key, value) = match part.iter().position(|byte| *byte == b'=') {
            Some(at) => (part.get(..at).unwrap_or(part), part.get(at + 1..).unwrap_or(&[])),
            None => (part, &[][..]),
        };
        Decoded(key).eq(name.iter().copied()).then_some(value)
    })
}

/// Whether a value is encoded, so that it differs from what it says.
pub(crate) fn is_encoded(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b'%' | b'+'))
}

/// Calls a function with the decoded value.
pub(crate) fn with_decoded<T>(value: &[u8], then: impl FnOnce(&[u8]) -> T) -> T {
    if !is_encoded(value) {
        return then(value);
    }
    if value.len() > ON_STACK {
        return then(&Decoded(value).collect::<Vec<_>>());
    }
    let mut buffer = [0; ON_STACK];
    let mut len = 0;
    for (slot, byte) in buffer.iter_mut().zip(Decoded(value)) {
        *slot = byte;
        len += 1;
    }
    then(buffer.get(..len).unwrap_or(&[]))
}

/// Undoes the encoding of a form: `+` is a blank, `%41` is `A`; a bad escape stays as it is.
struct Decoded<'q>(&'q [u8]);

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (&byte, tail) = self.0.split_first()?;
        if let (b'%', [high, low, after @ ..]) = (byte, tail)
            && let Some((high, low)) = hex(*high).zip(hex(*low))
        {
            self.0 = after;
            return Some(high << 4 | low);
        }
        self.0 = tail;
        Some(if byte == b'+' { b' ' } else { byte })
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, name: &str, expected: &[&str]) {
        let found: Vec<String> = values(query.as_bytes(), name.as_bytes())
            .map(|value| with_decoded(value, |value| String::from_utf8_lossy(value).into_owned()))
            .collect();
        assert_eq!(found, expected, "{query} {name}");
    }

    #[test]
    fn parameters_are_found_and_decoded() {
        let query = "a=1&b=x+y%2Fz&&c&d=%zz%4&%61=2";
        check(query, "a", &["1", "2"]);
        check(query, "b", &["x y/z"]);
        check(query, "c", &[""]);
        check(query, "d", &["%zz%4"]);
        check(query, "e", &[]);
    }

    #[test]
    fn a_long_value_is_whole() {
        let long = "%41".repeat(ON_STACK);
        check(&format!("a={long}"), "a", &[&"A".repeat(ON_STACK)]);
    }
}
