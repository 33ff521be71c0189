//! `tamis::compat::atc` beside the crate whose interface it has: programs with another import, and routers with many
//! rules.

use std::collections::{BTreeMap, HashMap};

use tamis::compat::atc as ours;
use tamis_corpus::atc::{Question, Request};
use tamis_corpus::atc_judge::Theirs;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use uuid::Uuid;

use crate::engine;

/// The same program with one import or the other.
macro_rules! on_both {
    ($(#[$attribute:meta])* fn $name:ident($engine:ident) $body:block) => {
        $(#[$attribute])*
        fn $name() {
            let theirs = {
                use atc_router as $engine;
                $body
            };
            let ours = {
                use tamis::compat::atc as $engine;
                $body
            };
            assert_eq!(format!("{theirs:?}"), format!("{ours:?}"));
        }
    };
}

on_both! {
    #[test]
    fn the_example_of_the_readme(engine) {{
        use engine::ast::{Type, Value};
        use engine::context::Context;
        use engine::router::Router;
        use engine::schema::Schema;

        let mut s = Schema::default();
        s.add_field("http.path", Type::String);
        s.add_field("tcp.port", Type::Int);
        let mut r = Router::new(&s);
        let id = Uuid::parse_str("a921a9aa-ec0e-4cf3-a6cc-1aa5583d150c").unwrap();
        assert!(r.add_matcher(0, id, "http.path ^= \"/foo\" && tcp.port == 80").is_ok());
        let mut c = Context::new(&s);
        c.add_value("http.path", Value::String("/foo/bar".to_string()));
        c.add_value("tcp.port", Value::Int(80));
        let matched = r.execute(&mut c);
        let result = c.result.as_ref().unwrap();
        let found = (matched, result.uuid, format!("{:?}", result.matches.get("http.path")));
        assert_eq!((r.fields.len(), r.fields["http.path"]), (2, 1));
        c.reset();
        assert!(c.result.is_none() && c.value_of("tcp.port").is_none() && !r.execute(&mut c));
        found
    }}
}

on_both! {
    #[test]
    fn groups_of_a_pattern_by_number_and_name(engine) {{
        use engine::ast::{Type, Value};
        use engine::context::Context;
        use engine::router::Router;
        use engine::schema::Schema;

        let mut schema = Schema::default();
        schema.add_field("http.path", Type::String);
        schema.add_field("http.headers.*", Type::String);
        let mut router = Router::new(&schema);
        let rule = "http.path ~ r#\"^/(?P<kind>[a-z]+)/(\\d+)(x)?\"# && any(lower(http.headers.accept)) ~ \"te(xt)/(.*)\"";
        router.add_matcher(7, Uuid::nil(), rule).unwrap();
        let mut context = Context::new(&schema);
        context.add_value("http.path", Value::String("/orders/42/items".into()));
        context.add_value("http.headers.accept", Value::String("image/png".into()));
        context.add_value("http.headers.accept", Value::String("TEXT/Html".into()));
        context.add_value("http.headers.accept", Value::String("text/plain".into()));
        assert!(router.execute(&mut context));
        let result = context.result.unwrap();
        let mut captures: Vec<_> = result.captures.into_iter().collect();
        let mut matches: Vec<_> = result.matches.into_iter().map(|(k, v)| format!("{k}: {v:?}")).collect();
        captures.sort();
        matches.sort();
        (captures, matches)
    }}
}

on_both! {
    #[test]
    fn priorities_and_keys_decide(engine) {{
        use engine::ast::{Type, Value};
        use engine::context::Context;
        use engine::router::Router;
        use engine::schema::Schema;

        let mut schema = Schema::default();
        schema.add_field("a", Type::Int);
        let mut router = Router::new(&schema);
        for (priority, key, rule) in [(1, 1, "a > 0"), (1, 2, "a > 0"), (9, 1, "a > 5"), (0, 9, "a != 100")] {
            router.add_matcher(priority, Uuid::from_u128(key), rule).unwrap();
        }
        let again = router.add_matcher(1, Uuid::from_u128(1), "a == 1");
        let mut found = Vec::new();
        for value in [3, 7, -1, 100] {
            let mut context = Context::new(&schema);
            context.add_value("a", Value::Int(value));
            found.push((router.execute(&mut context), context.result.map(|result| result.uuid)));
        }
        let removed = (router.remove_matcher(9, Uuid::from_u128(1)), router.remove_matcher(9, Uuid::from_u128(1)));
        let mut context = Context::new(&schema);
        context.add_value("a", Value::Int(7));
        router.execute(&mut context);
        (again, found, removed, context.result.map(|result| result.uuid), router.fields)
    }}
}

on_both! {
    #[test]
    fn an_expression_is_parsed_validated_counted_and_run(engine) {{
        use engine::ast::{Type, Value};
        use engine::context::{Context, Match};
        use engine::interpreter::Execute;
        use engine::parser::parse;
        use engine::schema::Schema;
        use engine::semantics::{FieldCounter, Validate};

        let mut schema = Schema::default();
        schema.add_field("s", Type::String);
        schema.add_field("n", Type::Int);
        let rule = parse("lower(s) == \"abc\" && n > 3").unwrap();
        let mut counted = HashMap::new();
        rule.add_to_counter(&mut counted);
        let mut context = Context::new(&schema);
        context.add_value("s", Value::String("ABC".into()));
        context.add_value("n", Value::Int(4));
        let mut found = Match::new();
        let matched = rule.execute(&mut context, &mut found);
        let bad = parse("s == 1").unwrap().validate(&schema).is_err();
        let mut counted: Vec<_> = counted.into_iter().collect();
        counted.sort();
        (rule.validate(&schema), counted, matched, format!("{:?}", found.matches), bad, parse("s = 1").is_err())
    }}
}

#[test]
fn what_panics_there_is_an_answer_here() {
    let mut schema = ours::schema::Schema::default();
    schema.add_field("a", ours::ast::Type::IpAddr);
    let mut context: ours::context::Context<'_> = ours::context::Context::new(&schema);
    context.add_value("b", ours::ast::Value::Int(1));
    let wrong = context.try_add_value("a", ours::ast::Value::Int(1)).unwrap_err();
    assert_eq!(wrong.to_string(), "`a` has the type IpAddr, and the value Int");
    assert!(context.value_of("a").is_none() && context.value_of("b").is_none());
    let mut router = ours::router::Router::new(&schema);
    assert_eq!(router.add_matcher(0, Uuid::nil(), "a not  in 10.0.0.0/8"), Ok(()));
    let deep = format!("{}a == 10.0.0.1{}", "(".repeat(100_000), ")".repeat(100_000));
    let refused = router.add_matcher(1, Uuid::nil(), &deep).unwrap_err();
    assert!(refused.starts_with("T60"), "{refused}");
}

#[test]
fn patterns_are_compared_and_checked_with_the_types() {
    use ours::ast::{Type, Value};
    use ours::semantics::Validate;

    let pattern = |text: &str| Value::Regex(text.parse().unwrap());
    assert!(pattern("a") == pattern("a") && pattern("a") != pattern("b"));
    let mut schema = ours::schema::Schema::default();
    schema.add_field("s", Type::String);
    let validated = |text: &str| ours::parser::parse(text).unwrap().validate(&schema);
    assert!(validated(r#"s ~ "[""#).unwrap_err().starts_with("T"));
    assert!(validated(r#"s ~ "(\\w{100}){100}""#).unwrap_err().starts_with("T605"));
    assert_eq!(validated(r#"s in ["a", "b"] and exists(s)"#), Ok(()));
}

#[test]
fn only_satisfied_branches_capture() {
    let mut schema = ours::schema::Schema::default();
    schema.add_field("s", ours::ast::Type::String);
    schema.add_field("a", ours::ast::Type::Int);
    let mut router = ours::router::Router::keyed(&schema);
    router.add_matcher(0, "rule", r#"(s ~ "(?P<n>x)" && a == 9) || (!(s == "y") && a == 1)"#).unwrap();
    let mut context = ours::context::Context::keyed(&schema);
    context.add_value("s", ours::ast::Value::String("x".into()));
    context.add_value("a", ours::ast::Value::Int(1));
    assert!(router.execute(&mut context));
    let found = context.result.unwrap();
    assert_eq!((found.uuid, found.captures), ("rule", HashMap::new()));
    assert_eq!(found.matches, HashMap::from([("a".to_owned(), ours::ast::Value::Int(1))]));
}

/// How many schemas there are; each has a router with [`RULES`] rules and three requests.
const SCHEMAS: u64 = 150;
const RULES: usize = 12;

#[test]
fn routers_find_the_same_rule_with_the_same_captures() {
    let (mut n_found, mut n_equal) = (0, 0);
    for seed in 0..SCHEMAS {
        let questions = Question::several(seed, RULES);
        if let Err(problem) = routers_agree(seed, &questions, &mut n_found, &mut n_equal) {
            panic!("schema {seed}: {problem}");
        }
    }
    assert!(n_found > SCHEMAS && n_equal > n_found / 4, "{n_found} found, {n_equal} with equal captures");
}

fn routers_agree(seed: u64, questions: &[Question], n_found: &mut u64, n_equal: &mut u64) -> Result<(), String> {
    let Some(first) = questions.first() else { return Ok(()) };
    let (mut their_schema, mut our_schema) = (atc_router::schema::Schema::default(), ours::schema::Schema::default());
    for (name, ty) in &first.schema.fields {
        their_schema.add_field(name, engine::type_of(*ty));
        our_schema.add_field(name, type_of(*ty));
    }
    let mut theirs = atc_router::router::Router::new(&their_schema);
    let mut routers = ours::router::Router::new(&our_schema);
    let mut rules: BTreeMap<(usize, Uuid), &str> = BTreeMap::new();
    for (n, question) in questions.iter().enumerate() {
        let rule = question.rule.as_str();
        // Few keys, so that some come twice; each has one priority, so that it tells the rule.
        let key = n * 5 % 9;
        let (priority, key) = ((key * 7 + usize::try_from(seed % 4).unwrap()) % 4, Uuid::from_u128(key as u128));
        if engine::ask(question) == Theirs::Panicked {
            continue;
        }
        match theirs.add_matcher(priority, key, rule) {
            Ok(()) => {
                routers.add_matcher(priority, key, rule).map_err(|reason| format!("{rule:?} is refused: {reason}"))?;
                rules.insert((priority, key), rule);
            }
            Err(reason) if reason == "UUID already exists" => {
                if routers.add_matcher(priority, key, rule) != Err(reason) {
                    return Err(format!("{key} is taken twice"));
                }
            }
            // The edition `atc` may take more.
            Err(_) => {}
        }
        if n % 5 == 4 {
            if theirs.remove_matcher(priority, key) != routers.remove_matcher(priority, key) {
                return Err(format!("{key} is removed from one only"));
            }
            rules.remove(&(priority, key));
        }
    }
    if theirs.fields != routers.fields {
        return Err(format!("fields {:?}, ours {:?}", theirs.fields, routers.fields));
    }
    for request in &first.requests {
        let (mut their_context, mut our_context) =
            (atc_router::context::Context::new(&their_schema), ours::context::Context::new(&our_schema));
        for (name, values) in &request.values {
            for value in values {
                their_context.add_value(name, engine::value_of(value));
                our_context.add_value(name, value_of(value));
            }
        }
        if theirs.execute(&mut their_context) != routers.execute(&mut our_context) {
            return Err(format!("only one router finds a rule for {request:?}"));
        }
        let (Some(theirs), Some(ours)) = (their_context.result, our_context.result) else { continue };
        *n_found += 1;
        let rule = rules.iter().find(|((_, key), _)| *key == theirs.uuid).map_or("", |(_, rule)| rule);
        *n_equal += u64::from(results_agree(rule, request, &theirs, &ours)?);
    }
    Ok(())
}

/// Whether both results are equal; a difference is explained only where a branch of the rule may have failed.
fn results_agree(
    rule: &str,
    request: &Request,
    theirs: &atc_router::context::Match,
    ours: &ours::context::Match,
) -> Result<bool, String> {
    let print =
        |value: &dyn std::fmt::Debug| format!("{value:?}").replace("V4(", "").replace("V6(", "").replace(')', "");
    let their_matches: BTreeMap<_, _> = theirs.matches.iter().map(|(k, v)| (k.as_str(), print(v))).collect();
    let our_matches: BTreeMap<_, _> = ours.matches.iter().map(|(k, v)| (k.as_str(), print(v))).collect();
    let their_captures: BTreeMap<_, _> = theirs.captures.iter().collect();
    let our_captures: BTreeMap<_, _> = ours.captures.iter().collect();
    if theirs.uuid == ours.uuid && their_matches == our_matches && their_captures == our_captures {
        return Ok(true);
    }
    let may_fail = rule.contains("||") || rule.replace("!=", "").contains('!');
    let is_part = our_matches.keys().all(|key| their_matches.contains_key(key))
        && our_captures.keys().all(|key| their_captures.contains_key(key));
    if theirs.uuid == ours.uuid && may_fail && is_part {
        return Ok(false);
    }
    let (theirs, ours) = ((theirs.uuid, their_matches, their_captures), (ours.uuid, our_matches, our_captures));
    Err(format!("{rule:?}\n  theirs {theirs:?}\n  ours   {ours:?}\n  {request:?}"))
}

fn type_of(ty: Ty) -> ours::ast::Type {
    match ty {
        Ty::Int => ours::ast::Type::Int,
        Ty::Ip => ours::ast::Type::IpAddr,
        Ty::Network => ours::ast::Type::IpCidr,
        _ => ours::ast::Type::String,
    }
}

fn value_of(value: &Constant) -> ours::ast::Value {
    match value {
        Constant::Int(value) => ours::ast::Value::Int(*value),
        Constant::Ip(value) => ours::ast::Value::IpAddr(*value),
        Constant::Network(value) => ours::ast::Value::IpCidr(*value),
        Constant::String(value) => ours::ast::Value::String(String::from_utf8(value.to_vec()).unwrap()),
        other => panic!("no request has {other}"),
    }
}
