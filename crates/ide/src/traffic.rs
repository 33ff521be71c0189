//! Recorded requests, bound to a catalog: what rules would have captured, and which values were seen.

use std::collections::HashMap;

use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Constant;
use tamis_traffic::{FactSet, Recording};
use tamis_types::analysis::CheckedRule;
use tamis_vm::{Verdict, compile};

/// Recorded requests as an editor uses them.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    requests: Vec<Recorded>,
}

/// One request.
#[derive(Clone, Debug)]
struct Recorded {
    label: String,
    facts: FactSet,
}

/// What a rule would have captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The places of the requests that match, in order.
    pub matches: Vec<usize>,
    /// How many requests there are.
    pub total: usize,
}

/// How many different values of one field are remembered.
const MOST_VALUES: usize = 1_000;

impl Traffic {
    /// The requests of some recordings, their facts typed by a catalog; what does not fit is left out.
    #[must_use]
    pub fn new(recordings: &[Recording], catalog: &Catalog) -> Self {
        let requests = recordings.iter().flat_map(|recording| &recording.requests);
        let recorded = |request: &tamis_traffic::Request| {
            let (facts, _) = request.bind(catalog);
            Recorded { label: request.label(), facts }
        };
        Self { requests: requests.map(recorded).collect() }
    }

    /// How many requests there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is no request.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Method and path of a request, or what else tells it apart.
    #[must_use]
    pub fn label(&self, place: usize) -> Option<&str> {
        self.requests.get(place).map(|request| request.label.as_str())
    }

    /// Each request with its place and its label.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (usize, &str, &FactSet)> {
        self.requests.iter().enumerate().map(|(place, request)| (place, request.label.as_str(), &request.facts))
    }

    /// Which requests a rule would have captured.
    #[must_use]
    pub fn captured(&self, rule: &CheckedRule) -> Captured {
        let program = compile(rule);
        let mut scratch = Scratch::default();
        let requests = self.requests.iter().enumerate();
        let matches = requests
            .filter(|(_, request)| program.run(&request.facts, &mut scratch) == Verdict::Match)
            .map(|(place, _)| place)
            .collect();
        Captured { matches, total: self.requests.len() }
    }

    /// The values that a field had, the most frequent first.
    pub(crate) fn values(&self, id: FieldId, key: Option<&str>) -> Vec<(Constant, usize)> {
        let mut counts: HashMap<String, (Constant, usize)> = HashMap::new();
        for value in self.requests.iter().flat_map(|request| request.facts.values(id, key)) {
            let n_known = counts.len();
            let literal = value.to_string();
            match counts.get_mut(&literal) {
                Some((_, n)) => *n += 1,
                None if n_known < MOST_VALUES => drop(counts.insert(literal, (value.clone(), 1))),
                None => {}
            }
        }
        let mut counts: Vec<(String, (Constant, usize))> = counts.into_iter().collect();
        counts.sort_by(|(a, (_, n)), (b, (_, m))| m.cmp(n).then_with(|| a.cmp(b)));
        counts.into_iter().map(|(_, counted)| counted).collect()
    }

    /// The keys that a family had, the most frequent first.
    pub(crate) fn keys(&self, id: FieldId) -> Vec<(String, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (field, key, _) in self.requests.iter().flat_map(|request| request.facts.iter()) {
            if let (true, Some(key)) = (field == id, key) {
                *counts.entry(key).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(key, n)| (key.to_owned(), n)).collect();
        counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
        counts
    }
}

#[cfg(test)]
mod tests {
    use tamis_lang::catalog::Catalog;
    use tamis_traffic::{Format, read};
    use tamis_types::analysis::{Options, analyze};

    use super::Traffic;

    #[test]
    fn a_share_is_of_the_traces_of_the_recording() {
        let trace = |place: &str| {
            format!("{{\"http.request.header.traceparent\": \"00-000000000000000000{place}-00f067aa0ba902b7-01\"}}\n")
        };
        let lines = trace("10000000000000") + &trace("f0000000000000") + "{}\n";
        let catalog = Catalog::shipped("kong").unwrap();
        let traffic = Traffic::new(&[read(lines.as_bytes(), Format::Facts)], &catalog);
        let analysis = analyze("sample(50%)", &catalog, &Options::default());
        let captured = traffic.captured(analysis.rules()[0].checked().unwrap());
        assert_eq!((captured.matches, captured.total), (vec![1], 3));
    }
}
