//! How well what was typed fits a name.

/// How well, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the beginning of the name.
    Beginning,
    /// It is the beginning of some segments in a row: `resp.stat`.
    Segments,
    /// Each of its segments begins a later one: `h.r.stat`.
    Skipping,
    /// Its words begin words of the name: `code` in `status_code`.
    Words,
    /// It occurs in the name when both are written without separators.
    Inside,
    /// It is probably misspelled.
    Near,
}

/// How well a typed text fits a name, letter case aside; none where it does not.
pub(super) fn fit(typed: &str, name: &str) -> Option<Fit> {
    if starts_with(name, typed) {
        return Some(Fit::Beginning);
    }
    let segments: Vec<&str> = name.split('.').collect();
    let wanted: Vec<&str> = typed.split('.').collect();
    let in_a_row = |start: usize| {
        let rest = segments.get(start..).unwrap_or(&[]);
        rest.len() >= wanted.len() && rest.iter().zip(&wanted).all(|(segment, part)| starts_with(segment, part))
    };
    if (0..segments.len()).any(in_a_row) {
        return Some(Fit::Segments);
    }
    if in_order(&wanted, &segments) {
        return Some(Fit::Skipping);
    }
    let is_separator = |c: char| matches!(c, '.' | '_' | '-' | ' ');
    let words: Vec<&str> = name.split(is_separator).collect();
    let wanted: Vec<&str> = typed.split(is_separator).filter(|word| !word.is_empty()).collect();
    let is_open = typed.ends_with(is_separator);
    if !wanted.is_empty() && !is_open && in_order(&wanted, &words) {
        return Some(Fit::Words);
    }
    let squash =
        |text: &str| text.chars().filter(|c| !is_separator(*c)).flat_map(char::to_lowercase).collect::<String>();
    let typed = squash(typed);
    (typed.len() >= 3 && !is_open && squash(name).contains(&typed)).then_some(Fit::Inside)
}

/// Whether each wanted word begins one of the words, in their order.
fn in_order(wanted: &[&str], words: &[&str]) -> bool {
    let mut rest = words.iter();
    wanted.iter().all(|want| !want.is_empty() && rest.any(|word| starts_with(word, want)))
}

/// Whether a text begins with another, ASCII letter case aside.
fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, name: &str, expected: Option<Fit>) {
        assert_eq!(fit(typed, name), expected, "`{typed}` in `{name}`");
    }

    #[test]
    fn names_are_found_by_their_beginning_and_by_their_segments() {
        let status = "http.response.status_code";
        check("", status, Some(Fit::Beginning));
        check("HTTP.resp", status, Some(Fit::Beginning));
        check("status", status, Some(Fit::Segments));
        check("resp.stat", status, Some(Fit::Segments));
        check("h.r.s", status, Some(Fit::Segments));
        check("http.stat", status, Some(Fit::Skipping));
        check("code", status, Some(Fit::Words));
        check("statuscode", status, Some(Fit::Inside));
        check("latency", status, None);
        check("response.", status, Some(Fit::Segments));
        check("status_code.", status, None);
    }

    #[test]
    fn other_scripts_do_no_harm() {
        check("é", "http", None);
        check("h", "é", None);
    }
}
