//! The name that was probably meant.

/// How many single-character edits (insert, delete, replace, swap of neighbours) turn one text into the other.
///
/// Gives up and answers `None` above `limit`, so that a search over many names stays cheap.
///
/// ```
/// use tamis_lang::nearest::distance;
/// assert_eq!(distance("respose", "response", 2), Some(1));
/// assert_eq!(distance("abc", "xyz", 2), None);
/// ```
#[must_use]
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    // Three rows of the optimal-string-alignment matrix.
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i + 1);
        for (j, &cb) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, j) + usize::from(ca != cb)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&cb) && b.get(j - 1) == Some(&ca);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        if row.iter().min().is_some_and(|&least| least > limit) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|&d| d <= limit)
}

/// The candidate nearest to a word, if one is near enough: a third of its length, at least one edit.
///
/// Letter case costs nothing; among equals the first wins.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let within = best.map_or(limit, |(d, _)| d.saturating_sub(1));
        if let Some(d) = distance(&word, &candidate.to_lowercase(), within) {
            if d == 0 {
                return Some(candidate);
            }
            best = Some((d, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_swapped_count_once() {
        assert_eq!(distance("stauts", "status", 2), Some(1));
    }

    #[test]
    fn nothing_near_is_nothing() {
        assert_eq!(nearest("latency", ["GET", "POST"]), None);
    }

    #[test]
    fn letter_case_is_free() {
        assert_eq!(nearest("get", ["PUT", "GET"]), Some("GET"));
    }
}
