//! Secrets are masked before anything leaves the node.

use std::borrow::Cow;
use std::collections::BTreeSet;

use tamis_lang::catalog::{Catalog, Shape};

use crate::source::{Source, Vocabulary};

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Names of query parameters that carry credentials, whatever a catalog says.
const PARAMETERS: &[&str] = &[
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "client_secret",
    "code",
    "id_token",
    "jwt",
    "key",
    "passwd",
    "password",
    "pwd",
    "refresh_token",
    "secret",
    "session",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-signature",
];
/// Headers whose value is an address that may carry secrets in its query.
const ADDRESSES: &[&str] = &["content-location", "location", "referer"];
/// The digits of a card or device number, at least and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// What must never leave the node.
///
/// Masked are the headers that the catalog calls sensitive, those that are added, the values of query parameters that
/// carry credentials, in the query and in headers that hold an address, the user information of such an address, and
/// every number of 13 to 19 digits that passes the check of Luhn, as card and device numbers do.
/// The last cannot be switched off.
///
/// ```
/// use tamis_gateway::Redaction;
/// use tamis_lang::catalog::Catalog;
///
/// let redaction = Redaction::of(&Catalog::shipped("kong").unwrap());
/// assert_eq!(redaction.header("authorization", b"Bearer abc").as_ref(), b"***");
/// assert_eq!(redaction.query("page=2&Access_Token=abc"), "page=2&Access_Token=***");
/// assert_eq!(redaction.header("location", b"https://u:p@a.example/x?code=9&y=1").as_ref(), b"https://***@a.example/x?code=***&y=1");
/// assert_eq!(redaction.query("card=4111111111111111"), "card=****************");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    headers: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

impl Redaction {
    /// The usual secrets, and what a catalog calls sensitive.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let vocabulary = Vocabulary::of(catalog);
        let mut headers = BTreeSet::new();
        let families = [Source::RequestHeader, Source::ResponseHeader];
        for entry in vocabulary.entries().iter().filter(|entry| families.contains(&entry.source)) {
            if let Some(Shape::Family { known_keys, .. }) = catalog.field(entry.id).map(|field| &field.shape) {
                headers.extend(known_keys.iter().filter(|known| known.sensitive).map(|known| known.key.clone()));
            }
        }
        Self { headers, parameters: PARAMETERS.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// The same with one more header, whatever its case.
    #[must_use]
    pub fn and_header(mut self, name: &str) -> Self {
        self.headers.insert(name.to_ascii_lowercase());
        self
    }

    /// The same with one more query parameter, whatever its case.
    #[must_use]
    pub fn and_parameter(mut self, name: &str) -> Self {
        self.parameters.insert(name.to_ascii_lowercase());
        self
    }

    /// The value of a header, its name in lower case, as it may be shown.
    #[must_use]
    pub fn header<'v>(&self, name: &str, value: &'v [u8]) -> Cow<'v, [u8]> {
        if self.headers.contains(name) {
            return Cow::Borrowed(MASK.as_bytes());
        }
        if ADDRESSES.contains(&name)
            && let Ok(text) = std::str::from_utf8(value)
        {
            return match self.address(text) {
                Cow::Borrowed(_) => Cow::Borrowed(value),
                Cow::Owned(masked) => Cow::Owned(masked.into_bytes()),
            };
        }
        without_numbers(value)
    }

    /// A query, without its question mark, as it may be shown.
    #[must_use]
    pub fn query<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let is_secret = |part: &str| {
            let name = part.split_once('=').map(|(name, _)| name);
            name.is_some_and(|name| self.parameters.contains(&decoded(name).to_ascii_lowercase()))
        };
        let masked = if query.split('&').any(is_secret) {
            let mut out = String::with_capacity(query.len());
            for (index, part) in query.split('&').enumerate() {
                if index > 0 {
                    out.push('&');
                }
                match part.split_once('=').filter(|_| is_secret(part)) {
                    Some((name, _)) => {
                        out.push_str(name);
                        out.push('=');
                        out.push_str(MASK);
                    }
                    None => out.push_str(part),
                }
            }
            Cow::Owned(out)
        } else {
            Cow::Borrowed(query)
        };
        match without_numbers(masked.as_bytes()) {
            Cow::Borrowed(_) => masked,
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_| MASK.to_owned())),
        }
    }

    /// An address or a path, as it may be shown.
    #[must_use]
    pub fn address<'a>(&self, address: &'a str) -> Cow<'a, str> {
        let (before, query) = match address.split_once('?') {
            Some((before, query)) => (before, Some(query)),
            None => (address, None),
        };
        let user = before.split_once("://").and_then(|(scheme, rest)| {
            let authority = rest.split('/').next()?;
            let (_, host) = authority.rsplit_once('@')?;
            let path = rest.get(authority.len()..)?;
            Some(format!("{scheme}://{MASK}@{host}{path}"))
        });
        let masked_query = query.map(|query| self.query(query));
        if user.is_none() && !matches!(masked_query, Some(Cow::Owned(_))) {
            return Cow::Borrowed(address);
        }
        let mut out = user.unwrap_or_else(|| before.to_owned());
        if let Some(query) = masked_query {
            out.push('?');
            out.push_str(&query);
        }
        Cow::Owned(out)
    }
}

/// The name of a parameter as it is compared.
fn decoded(name: &str) -> String {
    crate::query::with_decoded(name.as_bytes(), |name| String::from_utf8_lossy(name).into_owned())
}

/// Masks every number that may be that of a card.
fn without_numbers(value: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut start = 0;
    while let Some(offset) = value.get(start..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)) {
        let from = start + offset;
        let rest = value.get(from..).unwrap_or(&[]);
        let len = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest.get(..len).unwrap_or(rest);
        if DIGITS.contains(&len) && passes_luhn(digits) {
            let bytes = out.get_or_insert_with(|| value.to_vec());
            if let Some(masked) = bytes.get_mut(from..from + len) {
                masked.fill(b'*');
            }
        }
        start = from + len;
    }
    out.map_or(Cow::Borrowed(value), Cow::Owned)
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0'));
            let doubled = if place % 2 == 1 { digit * 2 } else { digit };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction() -> Redaction {
        Redaction::of(&Catalog::shipped("kong").unwrap())
    }

    #[track_caller]
    fn check(name: &str, value: &str, expected: &str) {
        let masked = redaction().and_header("X-Own").header(name, value.as_bytes()).into_owned();
        assert_eq!(String::from_utf8_lossy(&masked), expected);
    }

    #[test]
    fn sensitive_headers_are_masked() {
        for name in ["authorization", "cookie", "set-cookie", "x-api-key", "apikey", "proxy-authorization", "x-own"] {
            check(name, "secret", MASK);
        }
        check("x-request-id", "abc", "abc");
    }

    #[test]
    fn secrets_in_addresses_are_masked() {
        check("referer", "https://a.example/x?token=1#f", "https://a.example/x?token=***");
        check("location", "/callback?state=1&code=2", "/callback?state=1&code=***");
        check("location", "/plain", "/plain");
    }

    #[test]
    fn an_encoded_name_hides_no_secret() {
        assert_eq!(redaction().query("%74oken=1&a=2"), "%74oken=***&a=2");
    }

    #[test]
    fn card_numbers_are_masked_wherever_they_stand() {
        check("x-note", "card 4111111111111111 ok", "card **************** ok");
        check("x-note", "4111111111111112", "4111111111111112");
        check("x-note", "411111111111", "411111111111");
    }
}
