//! Characters that look like others, are blank without being a blank, or hide what a text says.
//!
//! The look-alikes are those that people type or paste by accident; the full list is Unicode TR 39 (confusables).

/// Letters of other scripts beside the Latin letter that they look like.
const LETTERS: &[(char, char)] = &[
    ('а', 'a'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('у', 'y'),
    ('х', 'x'),
    ('ԝ', 'w'),
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Ѕ', 'S'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('У', 'Y'),
    ('α', 'a'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('ν', 'v'),
    ('υ', 'u'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ı', 'i'),
    ('ſ', 's'),
];

/// Signs beside what was meant.
const SIGNS: &[(char, &str)] = &[
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('＝', "="),
    ('≡', "=="),
    ('⩵', "=="),
    ('∧', "&&"),
    ('∨', "||"),
    ('¬', "!"),
    ('∈', "in"),
    ('∉', "not in"),
    ('×', "*"),
    ('÷', "/"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('‐', "-"),
    ('‑', "-"),
    ('…', ".."),
    ('，', ","),
    ('；', ";"),
    ('：', ":"),
    ('（', "("),
    ('）', ")"),
    ('［', "["),
    ('］', "]"),
    ('｜', "|"),
    ('＆', "&"),
    ('！', "!"),
    ('＜', "<"),
    ('＞', ">"),
    ('。', "."),
    ('．', "."),
    ('˜', "~"),
    ('∼', "~"),
    ('～', "~"),
];

/// Quotation marks that open or close a string elsewhere.
const QUOTES: &[char] = &['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '‛', '′', '″', '＂', '＇', '`', '´'];

/// The Latin letter that a letter of another script looks like.
pub(crate) fn letter(c: char) -> Option<char> {
    if let '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' = c {
        return char::from_u32(u32::from(c) - 0xFEE0);
    }
    LETTERS.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)
}

/// What a sign of another alphabet was meant to be.
pub(crate) fn sign(c: char) -> Option<&'static str> {
    SIGNS.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)
}

/// Whether a character is a quotation mark that the language does not use.
pub(crate) fn is_foreign_quote(c: char) -> bool {
    QUOTES.contains(&c)
}

/// Whether a character is blank, but none of space, tab, carriage return and line feed.
pub(crate) fn is_unusual_blank(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && !matches!(c, ' ' | '\t' | '\r' | '\n'))
}

/// Whether a character is invisible or turns the direction of the text (Unicode TR 36, bidirectional text spoofing).
pub(crate) const fn hides_text(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{180e}' | '\u{ad}')
}

/// The name of a character that cannot be shown: `U+00A0`.
pub(crate) fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_ascii() {
        assert!(LETTERS.iter().all(|(from, to)| !from.is_ascii() && to.is_ascii_alphabetic()));
        assert!(SIGNS.iter().all(|(from, to)| !from.is_ascii() && to.is_ascii()));
    }

    #[test]
    fn full_width_letters_are_latin_letters() {
        assert_eq!(letter('ｓ'), Some('s'));
        assert_eq!(letter('５'), Some('5'));
    }
}
