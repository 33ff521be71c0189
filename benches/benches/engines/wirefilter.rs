//! wirefilter 0.6.1, the engine of Cloudflare's rules as it was published.
//!
//! It has no prefixes and ignores no case: regular expressions stand for both.
//! A field that is not set would panic, so every field of a rule is set by name for each request.

use tamis_benches::request::{Field, Held, Request};
use tamis_benches::rule::{Rule, Test};
use wirefilter::{ExecutionContext, Filter, Scheme, Type};

use super::{Engine, Loader, Pass, SYMBOLS, Search, Wanted, dotted, pass, prefix_pattern, spell};

/// The fields.
pub(crate) struct Wirefilter {
    scheme: Scheme,
    names: Vec<(Field, String)>,
}

impl Wirefilter {
    pub(crate) fn new() -> Self {
        let names: Vec<_> = Field::ALL.map(|field| (field, dotted(field))).into();
        let fields = names.iter().map(|(field, name)| {
            let ty = match field {
                Field::Client => Type::Ip,
                Field::Status | Field::Total | Field::Upstream | Field::RequestSize | Field::ResponseSize => Type::Int,
                _ => Type::Bytes,
            };
            (name.clone(), ty)
        });
        let scheme = Scheme::try_from_iter(fields).expect("no name is there twice");
        Self { scheme, names }
    }

    fn compile<'a>(&'a self, rule: &str) -> Filter<'a> {
        self.scheme.parse(rule).unwrap_or_else(|error| panic!("{rule}: {error}")).compile()
    }

    fn fields(&self, rules: &[Rule]) -> Vec<(Field, &str)> {
        let used: Vec<_> = rules.iter().flat_map(Rule::fields).collect();
        let names = self.names.iter().filter(|(field, _)| used.contains(field));
        names.map(|(field, name)| (*field, name.as_str())).collect()
    }

    fn context<'a>(&'a self, request: &'a Request, fields: &[(Field, &str)]) -> ExecutionContext<'a> {
        let mut context = ExecutionContext::new(&self.scheme);
        for (field, name) in fields {
            let set = match request.held(*field) {
                Held::Int(n) => context.set_field_value(name, i32::try_from(n).expect("numbers are small")),
                Held::Text(text) => context.set_field_value(name, text),
                Held::Address(address) => context.set_field_value(name, address),
            };
            set.expect("the types are those of the scheme");
        }
        context
    }
}

fn text(rule: &Rule) -> Option<String> {
    spell(rule, &SYMBOLS, &|field, test| {
        let name = dotted(field);
        let list = |items: Vec<String>| format!("{name} in {{{}}}", items.join(" "));
        Some(match test {
            Test::Int(order, wanted) => format!("{name} {} {wanted}", order.symbol()),
            Test::IntIn(wanted) => list(wanted.iter().map(i64::to_string).collect()),
            Test::Equals(wanted) => format!("{name} == {wanted:?}"),
            Test::EqualsInAnyCase(wanted) => format!("{name} matches \"(?i){}$\"", prefix_pattern(wanted)),
            Test::StartsWith(wanted) => format!("{name} matches {:?}", prefix_pattern(wanted)),
            Test::Contains(wanted) => format!("{name} contains {wanted:?}"),
            Test::Matches(wanted) => format!("{name} matches {wanted:?}"),
            Test::TextIn(wanted) => list(wanted.iter().map(|text| format!("{text:?}")).collect()),
            Test::In([a, b, c, d], length) => format!("{name} in {{{a}.{b}.{c}.{d}/{length}}}"),
        })
    })
}

impl Engine for Wirefilter {
    fn name(&self) -> &'static str {
        "wirefilter"
    }

    fn single<'a>(&'a self, _: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let (filter, again) = (self.compile(&text(rule)?), self.compile(&text(rule)?));
        let fields = self.fields(std::slice::from_ref(rule));
        let contexts = requests.iter().map(|request| self.context(request, &fields)).collect();
        let requests: Vec<&'a Request> = requests.iter().collect();
        Some([
            pass(contexts, move |context| filter.execute(context).expect("the scheme is the same")),
            pass(requests, move |request| {
                again.execute(&self.context(request, &fields)).expect("the scheme is the same")
            }),
        ])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let fields = self.fields(rules);
        let filters: Option<Vec<_>> = rules.iter().map(|rule| Some(self.compile(&text(rule)?))).collect();
        let filters = filters?;
        Some(Box::new(move |request, found| {
            let context = self.context(request, &fields);
            let holds = |filter: &Filter<'a>| filter.execute(&context).expect("the scheme is the same");
            let mut matches = (0..).zip(&filters).filter(|(_, filter)| holds(filter)).map(|(id, _)| id);
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
