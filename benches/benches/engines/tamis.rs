//! Tamis itself.

use tamis::set::{Memory, RuleId, RuleSet};
use tamis::{Catalog, Options, Program, Scratch, Verdict};
use tamis_benches::facts::{Lazy, Ready, Sources};
use tamis_benches::request::Request;
use tamis_benches::rule::Rule;

use super::{Engine, Loader, Pass, Search, Wanted, pass};

/// A catalog, where a gateway finds its fields, and how it loads rules.
pub(crate) struct Tamis {
    catalog: Catalog,
    sources: Sources,
    options: Options,
}

impl Tamis {
    pub(crate) fn new() -> Self {
        let catalog = Catalog::shipped("kong").expect("the catalog is shipped");
        let sources = Sources::of(&catalog);
        Self { catalog, sources, options: Options::for_loading() }
    }

    /// Every rule as a program.
    pub(crate) fn programs(&self, rules: &[Rule]) -> Vec<Program> {
        rules.iter().map(|rule| self.compile(&rule.text())).collect()
    }

    /// Programs as a set; the first rule has the lowest number.
    pub(crate) fn gather(programs: &[Program]) -> RuleSet {
        RuleSet::of(programs.iter().map(|program| (program, 0))).expect("there is room for all")
    }

    /// Asks a set.
    pub(crate) fn search<'a>(&'a self, set: RuleSet, wanted: Wanted) -> Search<'a> {
        let mut memory = Memory::default();
        Box::new(move |request, found| {
            let facts = Lazy { request, sources: &self.sources };
            let number = |id: RuleId| u32::try_from(id.index()).expect("there are fewer rules");
            match wanted {
                Wanted::All => found.extend(set.matches(&facts, &mut memory).iter().map(|id| number(*id))),
                Wanted::First => found.extend(set.first_match(&facts, &mut memory).map(number)),
            }
        })
    }

    fn compile(&self, rule: &str) -> Program {
        let analysis = tamis::analyze(rule, &self.catalog, &self.options);
        let checked = analysis.rules().first().and_then(|rule| rule.checked());
        tamis::compile(checked.unwrap_or_else(|| panic!("{rule}: {:?}", analysis.diagnostics)))
    }
}

impl Engine for Tamis {
    fn name(&self) -> &'static str {
        "tamis"
    }

    fn single<'a>(&'a self, _: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let program = self.compile(&rule.text());
        let lazy: Vec<_> = requests.iter().map(|request| Lazy { request, sources: &self.sources }).collect();
        let ready: Vec<_> = lazy.iter().map(|lazy| Ready::of(*lazy, &program)).collect();
        let (again, mut scratch, mut other) = (program.clone(), Scratch::default(), Scratch::default());
        Some([
            pass(ready, move |ready| program.run(ready, &mut scratch) == Verdict::Match),
            pass(lazy, move |lazy| again.run(lazy, &mut other) == Verdict::Match),
        ])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        Some(self.search(Self::gather(&self.programs(rules)), wanted))
    }

    fn loader<'a>(&'a self, rules: &[Rule]) -> Option<Loader<'a>> {
        let texts: Vec<_> = rules.iter().map(Rule::text).collect();
        Some(Box::new(move |number| drop(self.compile(&texts[number]))))
    }
}

/// Tamis without its index: a loop over programs.
pub(crate) struct TamisLoop(pub(crate) Tamis);

impl Engine for TamisLoop {
    fn name(&self) -> &'static str {
        "tamis, loop"
    }

    fn single<'a>(&'a self, _: usize, _: &Rule, _: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        None
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let programs = self.0.programs(rules);
        let mut scratch = Scratch::default();
        Some(Box::new(move |request, found| {
            let facts = Lazy { request, sources: &self.0.sources };
            let mut matches = (0..).zip(&programs);
            let mut next = || Some(matches.find(|(_, it)| it.run(&facts, &mut scratch) == Verdict::Match)?.0);
            match wanted {
                Wanted::All => found.extend(std::iter::from_fn(next)),
                Wanted::First => found.extend(next()),
            }
        }))
    }

    fn loader<'a>(&'a self, _: &[Rule]) -> Option<Loader<'a>> {
        None
    }
}
