//! Texts that become another text in capitals.
//!
//! Kong's expressions have no `upper`, but the texts that it turns into one text of ASCII letters are few enough for a
//! pattern: each capital, its small letter, and the two letters of other alphabets that become one (`ı`, `ſ`).

use super::literal;
use super::test::{Test, TextOperator};

/// Pairs of capitals that one character may become (`ß` becomes `SS`, `ﬁ` becomes `FI`).
const PAIRS: &[&str] = &["FF", "FI", "FL", "SS", "ST"];

/// The test of the texts that become this one in capitals; none where it is not simple.
pub(crate) fn test(text: &str) -> Option<Test> {
    if text.contains(|c: char| c.is_ascii_lowercase()) {
        return Some(Test::Never);
    }
    let pattern = format!("^{}$", pattern(text)?);
    Some(Test::text(TextOperator::Matches, literal::pattern(&pattern), false))
}

/// The same for one of several texts.
pub(crate) fn test_of_several(texts: &[String]) -> Option<Test> {
    let possible = texts.iter().filter(|text| !text.contains(|c: char| c.is_ascii_lowercase()));
    let patterns: Option<Vec<String>> = possible.map(|text| pattern(text)).collect();
    let patterns = patterns?;
    if patterns.is_empty() {
        return Some(Test::Never);
    }
    let pattern = format!("^(?:{})$", patterns.join("|"));
    Some(Test::text(TextOperator::Matches, literal::pattern(&pattern), false))
}

fn pattern(text: &str) -> Option<String> {
    if !text.is_ascii() || PAIRS.iter().any(|pair| text.contains(pair)) {
        return None;
    }
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'I' => out.push_str("[Iiı]"),
            'S' => out.push_str("[Ssſ]"),
            'A'..='Z' => out.extend(['[', c, c.to_ascii_lowercase(), ']']),
            _ => out.push_str(&regex_syntax::escape(&c.to_string())),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_a_class_for_each_letter() {
        assert_eq!(pattern("GET").as_deref(), Some("[Gg][Ee][Tt]"));
        assert!(matches!(test("Get"), Some(Test::Never)));
        assert_eq!(pattern("ST"), None);
        assert_eq!(pattern("É"), None);
    }

    /// What the pattern says stands in the tables of Unicode.
    #[test]
    fn no_other_character_becomes_ascii_capitals() {
        for c in ('\u{80}'..=char::MAX).filter(|c| !matches!(c, 'ı' | 'ſ')) {
            let upper: String = c.to_uppercase().collect();
            let is_pair = PAIRS.iter().any(|pair| upper.contains(pair));
            assert!(is_pair || !upper.is_ascii(), "{c} becomes {upper}");
        }
    }
}
