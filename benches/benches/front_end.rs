//! How fast text becomes a program: ten thousand rules, and the longest rules that are allowed.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::{Catalog, Edition, Limits, Options};
use tamis_benches::{compiles, longest_broken_rule, longest_rule, unclosed_parentheses};
use tamis_corpus::generate;

#[expect(clippy::expect_used, reason = "a benchmark without its catalog has nothing to measure")]
fn kong() -> Catalog {
    Catalog::shipped("kong").expect("the catalog is shipped")
}

/// Ten thousand rules: parsed; parsed and checked; parsed, checked and compiled, as a gateway loads them; checked with
/// everything that an author is told.
fn ten_thousand_rules(criterion: &mut Criterion) {
    let (catalog, options, limits) = (kong(), Options::for_loading(), Limits::default());
    let author = Options::default();
    let parse = |rule: &str| tamis_syntax::parse(rule, Edition::Tamis, &limits);
    let sets = [("mixed", generate::mixed_rules(10_000)), ("equality", generate::equality_rules(10_000))];
    for (name, rules) in sets {
        assert!(rules.iter().all(|rule| compiles(rule, &catalog, &options)), "a rule of the set `{name}` is broken");
        let mut group = criterion.benchmark_group(format!("10000 {name} rules"));
        group.sample_size(10).throughput(Throughput::Elements(10_000));
        group.bench_function("parse", |bencher| {
            bencher.iter(|| rules.iter().for_each(|rule| drop(parse(black_box(rule)))));
        });
        group.bench_function("parse, check", |bencher| {
            bencher.iter(|| rules.iter().for_each(|rule| drop(tamis::analyze(black_box(rule), &catalog, &options))));
        });
        group.bench_function("parse, check, compile", |bencher| {
            bencher.iter(|| rules.iter().filter(|rule| compiles(black_box(rule), &catalog, &options)).count());
        });
        group.bench_function("parse, check for the author", |bencher| {
            bencher.iter(|| rules.iter().for_each(|rule| drop(tamis::analyze(black_box(rule), &catalog, &author))));
        });
        group.finish();
    }
}

/// Rules of 64 KiB, good and broken.
fn longest_rules(criterion: &mut Criterion) {
    let (catalog, options) = (kong(), Options::default());
    let mut group = criterion.benchmark_group("64 KiB");
    group.sample_size(10);
    for (name, rule) in
        [("valid", longest_rule()), ("broken", longest_broken_rule()), ("unclosed parentheses", unclosed_parentheses())]
    {
        group.bench_function(name, |bencher| bencher.iter(|| compiles(black_box(&rule), &catalog, &options)));
    }
    group.finish();
}

criterion_group!(front_end, ten_thousand_rules, longest_rules);
criterion_main!(front_end);
