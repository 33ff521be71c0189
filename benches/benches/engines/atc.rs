//! atc-router 1.7.1, the engine of Kong's router.
//!
//! It has no sets: alternatives stand for them.
//! All matches are found by a loop over its expressions, the first match by its router.

use atc_router::ast::{Expression, Type, Value};
use atc_router::context::{Context, Match};
use atc_router::interpreter::Execute;
use atc_router::parser::parse;
use atc_router::router::Router;
use atc_router::schema::Schema;
use atc_router::semantics::Validate;
use tamis_benches::request::{Field, Held, Request};
use tamis_benches::rule::{Rule, Test};
use uuid::Uuid;

use super::{Engine, Loader, Pass, SYMBOLS, Search, Wanted, dotted, pass, spell};

/// The fields.
pub(crate) struct Atc {
    schema: Schema,
    names: Vec<(Field, String)>,
}

impl Atc {
    pub(crate) fn new() -> Self {
        let names: Vec<_> = Field::ALL.map(|field| (field, dotted(field))).into();
        let mut schema = Schema::default();
        for (field, name) in &names {
            let ty = match field {
                Field::Client => Type::IpAddr,
                Field::Status | Field::Total | Field::Upstream | Field::RequestSize | Field::ResponseSize => Type::Int,
                _ => Type::String,
            };
            schema.add_field(name, ty);
        }
        Self { schema, names }
    }

    fn compile(&self, rule: &str) -> Expression {
        let expression = parse(rule).unwrap_or_else(|error| panic!("{rule}: {error}"));
        expression.validate(&self.schema).unwrap_or_else(|error| panic!("{rule}: {error}"));
        expression
    }

    fn fields(&self, rules: &[Rule]) -> Vec<(Field, &str)> {
        let used: Vec<_> = rules.iter().flat_map(Rule::fields).collect();
        let names = self.names.iter().filter(|(field, _)| used.contains(field));
        names.map(|(field, name)| (*field, name.as_str())).collect()
    }

    fn context(&self, request: &Request, fields: &[(Field, &str)]) -> Context<'_> {
        let mut context = Context::new(&self.schema);
        for (field, name) in fields {
            context.add_value(
                name,
                match request.held(*field) {
                    Held::Int(n) => Value::Int(n),
                    Held::Text(text) => Value::String(text.to_owned()),
                    Held::Address(address) => Value::IpAddr(address),
                },
            );
        }
        context
    }
}

fn text(rule: &Rule) -> Option<String> {
    spell(rule, &SYMBOLS, &|field, test| {
        let name = dotted(field);
        let any = |items: Vec<String>| {
            let items: Vec<_> = items.iter().map(|item| format!("{name} == {item}")).collect();
            format!("({})", items.join(" || "))
        };
        Some(match test {
            Test::Int(order, wanted) => format!("{name} {} {wanted}", order.symbol()),
            Test::IntIn(wanted) => any(wanted.iter().map(i64::to_string).collect()),
            Test::Equals(wanted) => format!("{name} == {wanted:?}"),
            Test::EqualsInAnyCase(wanted) => format!("lower({name}) == {wanted:?}"),
            Test::StartsWith(wanted) => format!("{name} ^= {wanted:?}"),
            Test::Contains(wanted) => format!("{name} contains {wanted:?}"),
            Test::Matches(wanted) => format!("{name} ~ {wanted:?}"),
            Test::TextIn(wanted) => any(wanted.iter().map(|text| format!("{text:?}")).collect()),
            Test::In([a, b, c, d], length) => format!("{name} in {a}.{b}.{c}.{d}/{length}"),
        })
    })
}

fn holds(expression: &Expression, context: &mut Context<'_>) -> bool {
    expression.execute(context, &mut Match::new())
}

impl Engine for Atc {
    fn name(&self) -> &'static str {
        "atc-router"
    }

    fn single<'a>(&'a self, _: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let (expression, again) = (self.compile(&text(rule)?), self.compile(&text(rule)?));
        let fields = self.fields(std::slice::from_ref(rule));
        let contexts = requests.iter().map(|request| self.context(request, &fields)).collect();
        let requests: Vec<&Request> = requests.iter().collect();
        Some([
            pass(contexts, move |context| holds(&expression, context)),
            pass(requests, move |request| holds(&again, &mut self.context(request, &fields))),
        ])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let fields = self.fields(rules);
        let texts: Option<Vec<_>> = rules.iter().map(text).collect();
        let texts = texts?;
        if wanted == Wanted::All {
            let expressions: Vec<_> = texts.iter().map(|text| self.compile(text)).collect();
            return Some(Box::new(move |request, found| {
                let mut context = self.context(request, &fields);
                let matches = (0..).zip(&expressions).filter(|(_, it)| holds(it, &mut context));
                found.extend(matches.map(|(id, _)| id));
            }));
        }
        let mut router = Router::new(&self.schema);
        for (text, id) in texts.iter().zip(0_u32..) {
            // The rule of the lowest number has the highest priority.
            router.add_matcher(texts.len() - id as usize, Uuid::from_u128(id.into()), text).expect("it is a rule");
        }
        Some(Box::new(move |request, found| {
            let mut context = self.context(request, &fields);
            if router.execute(&mut context) {
                let first = context.result.as_ref().and_then(|it| u32::try_from(it.uuid.as_u128()).ok());
                found.extend(first);
            }
        }))
    }

    fn loader<'a>(&'a self, rules: &[Rule]) -> Option<Loader<'a>> {
        let texts: Option<Vec<_>> = rules.iter().map(text).collect();
        let texts = texts?;
        Some(Box::new(move |number| drop(self.compile(&texts[number]))))
    }
}
