//! a-tree 0.6.1, an index over many expressions that share parts.
//!
//! It compares numbers and texts and has sets of both; it knows no prefixes, parts, patterns, addresses or cases.

use a_tree::{ATree, AttributeDefinition, Event};
use tamis_benches::request::{Field, Held, Request};
use tamis_benches::rule::{Order, Rule, Test};

use super::{Engine, Loader, Logic, Pass, Search, Wanted, pass, spell, underscored};

/// The fields.
pub(crate) struct ATreeEngine {
    definitions: Vec<AttributeDefinition>,
    names: Vec<(Field, String)>,
}

impl ATreeEngine {
    pub(crate) fn new() -> Self {
        let names: Vec<_> = Field::ALL.map(|field| (field, underscored(field))).into();
        let definition = |(field, name): &(Field, String)| match field {
            Field::Status | Field::Total | Field::Upstream | Field::RequestSize | Field::ResponseSize => {
                AttributeDefinition::integer(name)
            }
            _ => AttributeDefinition::string(name),
        };
        Self { definitions: names.iter().map(definition).collect(), names }
    }

    fn tree(&self, rules: &[Rule]) -> Option<ATree<u32>> {
        let mut tree = ATree::new(&self.definitions).expect("no name is there twice");
        for (rule, id) in rules.iter().zip(0..) {
            let text = text(rule)?;
            tree.insert(&id, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
        Some(tree)
    }

    fn fields(&self, rules: &[Rule]) -> Vec<(Field, String)> {
        let used: Vec<_> = rules.iter().flat_map(Rule::fields).collect();
        self.names.iter().filter(|(field, _)| used.contains(field)).cloned().collect()
    }
}

fn event(tree: &ATree<u32>, request: &Request, fields: &[(Field, String)]) -> Event {
    let mut event = tree.make_event();
    for (field, name) in fields {
        let set = match request.held(*field) {
            Held::Int(n) => event.with_integer(name, n),
            Held::Text(text) => event.with_string(name, text),
            Held::Address(_) => Ok(()),
        };
        set.expect("the types are those of the definitions");
    }
    event.build().expect("what is not there is undefined")
}

fn text(rule: &Rule) -> Option<String> {
    let logic = Logic { and: " and ", or: " or ", not: "not " };
    spell(rule, &logic, &|field, test| {
        let name = underscored(field);
        Some(match test {
            Test::Int(Order::Equal, wanted) => format!("{name} = {wanted}"),
            Test::Int(Order::NotEqual, wanted) => format!("{name} <> {wanted}"),
            Test::Int(order, wanted) => format!("{name} {} {wanted}", order.symbol()),
            Test::IntIn(wanted) => format!("{name} in {wanted:?}"),
            Test::Equals(wanted) => format!("{name} = {wanted:?}"),
            Test::TextIn(wanted) => format!("{name} in {wanted:?}"),
            _ => return None,
        })
    })
}

fn search(tree: &ATree<u32>, event: &Event, mut visit: impl FnMut(u32)) {
    let report = tree.search(event).expect("the event is one of the tree");
    report.matches().iter().for_each(|id| visit(**id));
}

impl Engine for ATreeEngine {
    fn name(&self) -> &'static str {
        "a-tree"
    }

    fn single<'a>(&'a self, _: usize, rule: &Rule, requests: &'a [Request]) -> Option<[Pass<'a>; 2]> {
        let rules = std::slice::from_ref(rule);
        let (tree, again, fields) = (self.tree(rules)?, self.tree(rules)?, self.fields(rules));
        let events = requests.iter().map(|request| event(&tree, request, &fields)).collect();
        let requests: Vec<&Request> = requests.iter().collect();
        let holds = |tree: &ATree<u32>, event: &Event| {
            let mut found = false;
            search(tree, event, |_| found = true);
            found
        };
        Some([
            pass(events, move |event| holds(&tree, event)),
            pass(requests, move |request| holds(&again, &event(&again, request, &fields))),
        ])
    }

    fn set<'a>(&'a self, rules: &[Rule], wanted: Wanted) -> Option<Search<'a>> {
        let (tree, fields) = (self.tree(rules)?, self.fields(rules));
        // It has no order of rules.
        (wanted == Wanted::All).then_some(())?;
        Some(Box::new(move |request, found| search(&tree, &event(&tree, request, &fields), |id| found.push(id))))
    }

    fn loader<'a>(&'a self, rules: &[Rule]) -> Option<Loader<'a>> {
        let texts: Option<Vec<_>> = rules.iter().map(text).collect();
        let texts = texts?;
        let mut tree = ATree::new(&self.definitions).expect("no name is there twice");
        Some(Box::new(move |number| {
            if number == 0 {
                tree = ATree::new(&self.definitions).expect("no name is there twice");
            }
            let id = u32::try_from(number).expect("there are fewer rules");
            tree.insert(&id, &texts[number]).unwrap_or_else(|error| panic!("{}: {error}", texts[number]));
        }))
    }
}
