//! cel 0.15.0, an evaluator of Google's Common Expression Language.
//!
//! It asks the request lazily, which is its fastest way.
//! Networks are a function of the host.

use std::sync::Arc;

use cel::common::types::{CelInt, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value, extensions};
use tamis_benches::request::{Field, Held, Request};
use tamis_benches::rule::{Rule, Test};

use super::{Engine, Loader, Pass, SYMBOLS, Search, Wanted, pass, spell, underscored};

/// The functions, and the fields in the order of their names.
pub(crate) struct Cel {
    env: Arc<Env>,
    root: Context<'static, 'static>,
    names: Vec<(String, Field)>,
}

/// A request that is asked by name.
struct Asked<'r> {
    request: &'r Request,
    names: &'r [(String, Field)],
}

impl VariableResolver for Asked<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let place = self.names.binary_search_by(|(name, _)| name.as_str().cmp(variable)).ok()?;
        Some(match self.request.held(self.names[place].1) {
            Held::Int(n) => CowVal::owned(CelInt::from(n)),
            Held::Text(text) => CowVal::owned(CelString::from(text)),
            Held::Address(std::net::IpAddr::V4(address)) => CowVal::owned(CelInt::from(i64::from(u32::from(address)))),
            Held::Address(_) => return None,
        })
    }
}

impl Cel {
    pub(crate) fn new() -> Self {
        let mut env = Env::stdlib();
        env.add_extension(extensions::strings).expect("nothing is there twice");
        let env = Arc::new(env);
        let mut root = Context::with_env(Arc::clone(&env));
        root.add_function("in_network", |address: i64, network: i64, shift: i64| address >> shift == network)
            .expect("nothing is there twice");
        let mut names: Vec<_> = Field::ALL.map(|field| (underscored(field), field)).into();
        names.sort_by(|(a, _): &(String, Field), (b, _)| a.cmp(b));
        Self { env, root, names }
    }

    fn compile(&self, rule: &str) -> Program {
        self.env.compile(rule).unwrap_or_else(|error| panic!("{rule}: {error}"))
    }

    fn asked<'r>(&'r self, request: &'r Request) -> Asked<'r> {
        Asked { request, names: &self.names }
    }

    fn holds(&self, program: &Program, asked: &Asked<'_>) -> bool {
        let mut context = self.root.new_inner_scope();
        context.set_variable_resolver(asked);
        program.execute(&context) == Ok(Value::Bool(true))
    }
}

fn text(rule: &Rule) -> Option<String> {
    spell(rule, &SYMBOLS, &|field, test| {
        let name = underscored(field);
        Some(match test {
            Test::Int(order, wanted) => format!("{name} {} {wanted}", order.symbol()),
            Test::IntIn(wanted) => format!("{name} in {wanted:?}"),
            Test::Equals(wanted) => format!("{name} == {wanted:?}"),
            Test::EqualsInAnyCase(wanted) => format!("{name}.lowerAscii() == {wanted:?}"),
            Test::StartsWith(wanted) => format!("{name}.startsWith({wanted:?})"),
            Test::Contains(wanted) => format!("{name}.contains({wanted:?})"),
            Test::Matches(wanted) => format!("{name}.matches({wanted:?})"),
            Test::TextIn(wanted) => format!("{name} in {wanted:?}"),
            Test::In(network, length) => {
                let shift = 32 - length;
                format!("in_network({name}, {}, {shift})", u32::from_be_bytes(*network) >> shift)
            }
        })
    })
}

impl Engine for Cel {
    fn name(&self) -> &'static str {
        "cel"
    }

    fn single<'a>(&'a self, _: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let (program, again) = (self.compile(&text(rule)?), self.compile(&text(rule)?));
        let asked = requests.iter().map(|request| self.asked(request)).collect();
        let requests: Vec<&Request> = requests.iter().collect();
        Some([
            pass(asked, move |asked| self.holds(&program, asked)),
            pass(requests, move |request| self.holds(&again, &self.asked(request))),
        ])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let programs: Option<Vec<_>> = rules.iter().map(|rule| Some(self.compile(&text(rule)?))).collect();
        let programs = programs?;
        Some(Box::new(move |request, found| {
            let asked = self.asked(request);
            let mut matches = (0..).zip(&programs).filter(|(_, it)| self.holds(it, &asked)).map(|(id, _)| id);
            match wanted {
                Wanted::All => found.extend(matches),
                Wanted::First => found.extend(matches.next()),
            }
        }))
    }

    fn loader<'a>(&'a self, rules: &[Rule]) -> Option<Loader<'a>> {
        let texts: Option<Vec<_>> = rules.iter().map(text).collect();
        let texts = texts?;
        Some(Box::new(move |number| drop(self.compile(&texts[number]))))
    }
}
