//! Hand-written Rust: the limit for single rules, and what one writes without an engine for sets.

use tamis_benches::native::{self, Slots};
use tamis_benches::request::Request;
use tamis_benches::rule::Rule;

use super::{Engine, Loader, Pass, Search, Wanted, pass};

/// Functions over ready slots and over requests; a loop over closures.
pub(crate) struct Hand;

impl Engine for Hand {
    fn name(&self) -> &'static str {
        "native"
    }

    fn single<'a>(&'a self, place: usize, _: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let slots: Vec<_> = requests.iter().map(Slots::of).collect();
        let ready = native::singles::<Slots<'a>>().into_iter().nth(place)?;
        let lazy = native::singles::<Request>().into_iter().nth(place)?;
        let requests = requests.iter().collect();
        Some([pass(slots, move |slots| ready(slots)), pass(requests, move |request: &mut &Request| lazy(request))])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let rules: Vec<_> = rules.iter().map(native::closure).collect();
        Some(Box::new(move |request, found| {
            let mut matches = (0..).zip(&rules).filter(|(_, rule)| rule(request)).map(|(id, _)| id);
            match wanted {
                Wanted::All => found.extend(matches),
                Wanted::First => found.extend(matches.next()),
            }
        }))
    }

    fn loader<'a>(&'a self, _: &[Rule]) -> Option<Loader<'a>> {
        None
    }
}
