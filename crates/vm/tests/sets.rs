//! Rule sets as a gateway uses them: nothing is allocated, and sets are exchanged while threads ask them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "what goes wrong here fails the test")]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use tamis_lang::catalog::Catalog;
use tamis_lang::phase::Phase;
use tamis_lang::value::Value;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::set::{Memory, RuleId, RuleSet, SetEvaluation, SharedRuleSet};
use tamis_vm::{Fact, Facts, FieldRef, Program, compile};

/// A request with several values of one field.
struct Request {
    status: i64,
    host: &'static str,
}

const ACCEPT: [&[u8]; 3] = [b"text/html", b"application/json;q=0.9", b"*/*;q=0.1"];

impl Facts for Request {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        match &*field.name {
            "http.response.status_code" => Fact::One(Value::Int(self.status)),
            "proxy.kong.request.host" => Fact::One(Value::String(self.host.as_bytes())),
            "http.request.method" => Fact::One(Value::String(b"POST")),
            "url.path" => Fact::One(Value::String(b"/v1/Orders/42%20a.json")),
            "user_agent.original" => Fact::One(Value::String(b"Mozilla/5.0 (X11; Linux x86_64) curl/8.5.0")),
            "client.address" => Fact::One(Value::Ip([10, 1, 2, 3].into())),
            "proxy.kong.latency.total" => Fact::One(Value::Duration(300_000_000)),
            "proxy.kong.latency.upstream" => Fact::One(Value::Duration(200_000_000)),
            "http.request.header.accept" => Fact::Many,
            _ => Fact::Absent,
        }
    }

    fn each(&self, _: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let _ = ACCEPT.iter().try_for_each(|value| visit(Value::String(value)));
    }
}

const REQUEST: Request = Request { status: 503, host: "Shop.Straße.example" };

fn compiled(rule: &str) -> Program {
    let analysis = analyze(rule, &Catalog::shipped("kong").unwrap(), &Options::default());
    let messages: Vec<_> = analysis.diagnostics.iter().filter(|found| found.is_error()).collect();
    compile(analysis.rules()[0].checked().unwrap_or_else(|| panic!("{rule}: {messages:?}")))
}

/// Rules of every kind of key, each of which matches.
const MATCHING: &[&str] = &[
    "http.response.status_code == 503",
    "http.response.status_code in [429, 500..504]",
    "http.response.status_code > 499 && http.response.status_code < 600",
    r#"lower(proxy.kong.request.host) == "shop.straße.example" || url.path == "/""#,
    r#"url.path ^= "/v1/Orders/" && http.request.method == "POST""#,
    r#"url.path =^ ".json" && user_agent.original contains "curl""#,
    r##"url.path ~ r#"^/v\d+/Orders/"#"##,
    r#"url.path like "/v?/*.json""#,
    "client.address in 10.0.0.0/8 && proxy.kong.latency.total > 250ms",
    "proxy.kong.latency.total - proxy.kong.latency.upstream > 50ms",
    r#"any(v in http.request.header.accept, v contains "q=")"#,
    r#"any(http.request.header.accept) == "text/html""#,
    r#"!(url.query == "a") && sample(100%)"#,
    r#"url_decode(url.path) contains " ""#,
];

#[test]
fn a_warm_set_allocates_nothing() {
    let programs: Vec<Program> = MATCHING.iter().map(|rule| compiled(rule)).collect();
    let set = Arc::new(RuleSet::of(programs.iter().map(|program| (program, 0))).unwrap());
    let mut memory = Memory::default();
    let mut evaluation = SetEvaluation::new(Arc::clone(&set));
    let mut run = |memory: &mut Memory| {
        assert_eq!(set.matches(&REQUEST, memory).len(), MATCHING.len());
        assert_eq!(set.count(&REQUEST, memory), MATCHING.len());
        assert!(set.first_match(&REQUEST, memory).is_some());
        evaluation.restart();
        let n_matches: usize = Phase::ALL.iter().map(|phase| evaluation.advance(*phase, &REQUEST, memory).len()).sum();
        assert_eq!(n_matches, MATCHING.len());
        assert!(!evaluation.is_open());
    };
    for _ in 0..3 {
        run(&mut memory);
    }
    let counted = allocation_counter::measure(|| run(&mut memory));
    assert_eq!(counted.count_total, 0);
}

/// A request that counts how often it is asked for a field.
struct Counting<'c> {
    asked: &'c AtomicUsize,
}

impl Facts for Counting<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        REQUEST.get(field)
    }
}

#[test]
fn a_field_is_asked_for_once_however_many_rules_have_it() {
    let mut set = RuleSet::new();
    for status in 500..600 {
        set.insert(&compiled(&format!("http.response.status_code >= {status} && http.request.method == \"POST\"")), 0)
            .unwrap();
    }
    let asked = AtomicUsize::new(0);
    assert_eq!(set.matches(&Counting { asked: &asked }, &mut Memory::default()).len(), 4);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert_eq!(set.n_conditions(), 101);
}

#[test]
fn rules_that_come_and_go_leave_nothing_behind() {
    let mut set = RuleSet::new();
    let kept = set.insert(&compiled("http.response.status_code >= 500"), 0).unwrap();
    let programs: Vec<Program> = (0..50)
        .map(|n| compiled(&format!(r#"url.path ^= "/{n}/" && http.request.header.x-tenant-{n} contains "t{n}""#)))
        .collect();
    let mut largest = 0;
    for round in 0..200 {
        let ids: Vec<RuleId> = programs.iter().map(|program| set.insert(program, 0).unwrap()).collect();
        assert!(ids.iter().all(|id| set.remove(*id)));
        let (n_conditions, n_fields) = (set.n_conditions(), set.fields().len());
        assert_eq!((set.len(), n_conditions), (1, 1));
        if round == 0 {
            largest = n_fields;
        }
        assert_eq!(n_fields, largest);
    }
    assert_eq!(set.matches(&REQUEST, &mut Memory::default()), [kept]);
}

#[test]
fn no_request_is_lost_while_sets_are_exchanged() {
    // In every set all rules match but one.
    let [even, odd, other] =
        ["http.response.status_code == 503", "http.response.status_code >= 500", "url.path == \"/\""].map(compiled);
    let build = |first: &Program| RuleSet::of([(first, 0), (&other, 0)]).unwrap();
    let shared = SharedRuleSet::new(build(&even));
    let done = AtomicBool::new(false);
    let n_asked = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut memory = Memory::default();
                let mut evaluation = SetEvaluation::new(shared.load());
                while !done.load(Ordering::Acquire) || n_asked.load(Ordering::Relaxed) < 1_000 {
                    let set = shared.load();
                    let n_rules = set.len();
                    assert_eq!(set.matches(&REQUEST, &mut memory).len(), n_rules - 1);
                    // A request that is under way keeps its set.
                    evaluation.restart_with(set);
                    let mut n_matches = 0;
                    for phase in Phase::ALL {
                        n_matches += evaluation.advance(*phase, &REQUEST, &mut memory).len();
                    }
                    assert_eq!((n_matches, evaluation.tally().matched), (n_rules - 1, n_rules - 1));
                    n_asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..300 {
            shared.store(build(if round % 2 == 0 { &odd } else { &even }));
            let id = shared.update(|set| set.insert(&even, 1)).unwrap();
            assert_eq!(shared.load().len(), 3);
            assert!(shared.update(|set| set.remove(id)));
        }
        done.store(true, Ordering::Release);
    });
    assert!(n_asked.load(Ordering::Relaxed) >= 1_000);
    assert_eq!(shared.load().len(), 2);
}
