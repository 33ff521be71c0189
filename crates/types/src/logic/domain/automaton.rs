//! Reads texts with several bounds at once, and gives one text for each state that can be reached.
//!
//! Two texts that lead to one state are told apart by no bound, now or after more bytes.

use std::collections::HashSet;

/// The most states that are visited.
const MOST_STATES: usize = 768;

/// The most steps of single machines.
const MOST_STEPS: usize = 300_000;

/// The most tokens of a file pattern, because a state is a set of them.
const MOST_TOKENS: usize = 127;

/// What one bound remembers of a text.
#[derive(Debug)]
pub(super) enum Machine<'b> {
    /// How far the text is this one, and on which side it left.
    Whole(&'b [u8]),
    /// How much of this one the text ends with; where `stays`, having had it all is never forgotten.
    Part { text: &'b [u8], back: Vec<usize>, stays: bool },
    /// Which places of a file pattern the text may have reached.
    Glob { tokens: Vec<Token>, is_plain: bool },
}

/// One token of a file pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Byte(u8),
    One,
    Any,
}

/// The last ASCII character.
const LAST: u8 = 0x7f;

/// Behind the whole text, before it, after it.
const LONGER: u128 = u128::MAX;
const BEFORE: u128 = u128::MAX - 1;
const AFTER: u128 = u128::MAX - 2;

impl<'b> Machine<'b> {
    /// Ends with a text.
    pub(super) fn suffix(text: &'b [u8]) -> Self {
        Self::Part { text, back: back(text), stays: false }
    }

    /// Has a text within.
    pub(super) fn part(text: &'b [u8]) -> Self {
        Self::Part { text, back: back(text), stays: true }
    }

    /// Fits a file pattern.
    pub(super) fn glob(glob: &'b [u8]) -> Self {
        let mut tokens = Vec::new();
        let mut rest = glob.iter();
        while let Some(byte) = rest.next() {
            tokens.push(match byte {
                b'*' => Token::Any,
                b'?' => Token::One,
                // A backslash at the end stands for itself.
                b'\\' => Token::Byte(rest.next().copied().unwrap_or(b'\\')),
                byte => Token::Byte(*byte),
            });
        }
        Self::Glob { is_plain: std::str::from_utf8(glob).is_ok() && tokens.len() <= MOST_TOKENS, tokens }
    }

    fn start(&self) -> u128 {
        match self {
            Self::Whole(_) | Self::Part { .. } => 0,
            Self::Glob { tokens, .. } => closed(tokens, 1),
        }
    }

    fn step(&self, state: u128, byte: u8, is_ordered: bool) -> u128 {
        match self {
            Self::Whole(text) => {
                let place = usize::try_from(state).unwrap_or(usize::MAX);
                match text.get(place) {
                    Some(expected) if *expected == byte => state + 1,
                    Some(expected) if is_ordered && byte < *expected => BEFORE,
                    Some(_) => AFTER,
                    None if place == text.len() => LONGER,
                    None => state,
                }
            }
            Self::Part { text, back, stays } => {
                let mut place = usize::try_from(state).unwrap_or(0);
                if *stays && place == text.len() {
                    return state;
                }
                loop {
                    match text.get(place) {
                        Some(expected) if *expected == byte => return u128::try_from(place + 1).unwrap_or(0),
                        _ if place == 0 => return 0,
                        _ => place = back.get(place - 1).copied().unwrap_or(0),
                    }
                }
            }
            Self::Glob { tokens, .. } => {
                let mut next = 0;
                for (place, token) in tokens.iter().enumerate().filter(|(place, _)| state >> place & 1 == 1) {
                    match token {
                        Token::Any => next |= 1 << place,
                        Token::One => next |= 1 << (place + 1),
                        Token::Byte(expected) if *expected == byte => next |= 1 << (place + 1),
                        Token::Byte(_) => {}
                    }
                }
                closed(tokens, next)
            }
        }
    }

    /// The bytes that it looks for.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Whole(text) | Self::Part { text, .. } => text.to_vec(),
            Self::Glob { tokens, .. } => tokens
                .iter()
                .filter_map(|token| if let Token::Byte(byte) = token { Some(*byte) } else { None })
                .collect(),
        }
    }

    fn has_characters(&self) -> bool {
        matches!(self, Self::Glob { tokens, .. } if tokens.contains(&Token::One))
    }
}

/// Places of a file pattern with those that a star lets follow at once.
fn closed(tokens: &[Token], mut places: u128) -> u128 {
    for (place, token) in tokens.iter().enumerate() {
        if *token == Token::Any && places >> place & 1 == 1 {
            places |= 1 << (place + 1);
        }
    }
    places
}

/// For each beginning of a text the longest shorter one that it ends with (Knuth, Morris and Pratt).
fn back(text: &[u8]) -> Vec<usize> {
    let mut back = vec![0; text.len()];
    let mut length = 0;
    for (place, byte) in text.iter().enumerate().skip(1) {
        while length > 0 && text.get(length) != Some(byte) {
            length = back.get(length - 1).copied().unwrap_or(0);
        }
        if text.get(length) == Some(byte) {
            length += 1;
        }
        if let Some(slot) = back.get_mut(place) {
            *slot = length;
        }
    }
    back
}

/// A shortest text for each state; none where there are too many states, or where characters and bytes differ.
pub(super) fn reached(machines: &[Machine<'_>], is_ordered: bool) -> Option<Vec<Vec<u8>>> {
    let alphabet = alphabet(machines, is_ordered)?;
    let start: Vec<u128> = machines.iter().map(Machine::start).collect();
    let mut seen: HashSet<Vec<u128>> = HashSet::from([start.clone()]);
    let mut found: Vec<(Vec<u128>, Vec<u8>)> = vec![(start, Vec::new())];
    let mut next = 0;
    let mut n_steps = 0;
    while let Some((state, text)) = found.get(next).cloned() {
        next += 1;
        n_steps += alphabet.len() * machines.len();
        if found.len() > MOST_STATES || n_steps > MOST_STEPS {
            return None;
        }
        for byte in &alphabet {
            let after: Vec<u128> =
                machines.iter().zip(&state).map(|(machine, state)| machine.step(*state, *byte, is_ordered)).collect();
            if seen.insert(after.clone()) {
                let mut text = text.clone();
                text.push(*byte);
                found.push((after, text));
            }
        }
    }
    Some(found.into_iter().map(|(_, text)| text).collect())
}

/// One byte of each kind that the machines tell apart.
///
/// A `?` stands for a character, not a byte.
/// If all that is looked for is ASCII, a character of several bytes is like the last ASCII character: nothing looks for
/// it, and it comes behind all that is looked for. Else nothing is claimed.
fn alphabet(machines: &[Machine<'_>], is_ordered: bool) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = machines.iter().flat_map(Machine::bytes).collect();
    bytes.sort_unstable();
    bytes.dedup();
    if machines.iter().any(|machine| matches!(machine, Machine::Glob { is_plain: false, .. })) {
        return None;
    }
    if machines.iter().any(Machine::has_characters) && (!bytes.is_ascii() || bytes.contains(&LAST)) {
        return None;
    }
    let others = if is_ordered {
        let behind = bytes.iter().filter_map(|byte| byte.checked_add(1));
        behind.chain([0, LAST]).filter(|byte| !bytes.contains(byte)).collect::<Vec<u8>>()
    } else {
        let letters = b"xyzw0-".iter().copied().chain(0..=u8::MAX);
        letters.filter(|byte| !bytes.contains(byte)).take(1).collect()
    };
    bytes.extend(others);
    Some(bytes)
}
