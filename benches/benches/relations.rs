//! What comparing conditions and rules costs, and how fast a request is explained.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::reason::{compare, explain};
use tamis::traffic::{FactSet, facts_from_json};
use tamis::{Catalog, Limits, Options};
use tamis_corpus::generate;

#[expect(clippy::expect_used, reason = "a benchmark without its catalog has nothing to measure")]
fn kong() -> Catalog {
    Catalog::shipped("kong").expect("the catalog is shipped")
}

/// A file of a thousand rules, some of them dead, covered or there twice: with and without comparing them.
fn thousand_rules(criterion: &mut Criterion) {
    let catalog = kong();
    let file = generate::sown_file();
    let limits = Limits { diagnostics: 100_000, ..Limits::default() };
    let mut group = criterion.benchmark_group("a file of 1000 rules");
    group.sample_size(10).throughput(Throughput::Elements(1_000));
    for (name, relations) in [("checked", false), ("checked and compared", true)] {
        let options = Options { relations, limits: limits.clone(), ..Options::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| tamis::analyze(black_box(&file.text), &catalog, &options).diagnostics.len());
        });
    }
    group.finish();
}

/// Single rules: what looking for parts that exclude each other adds.
fn single_rules(criterion: &mut Criterion) {
    let catalog = kong();
    let rules = generate::mixed_rules(1_000);
    let mut group = criterion.benchmark_group("1000 mixed rules, one by one");
    group.sample_size(10).throughput(Throughput::Elements(1_000));
    for (name, relations) in [("checked", false), ("checked, conditions compared", true)] {
        let options = Options { relations, ..Options::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| rules.iter().for_each(|rule| drop(tamis::analyze(black_box(rule), &catalog, &options))));
        });
    }
    group.finish();
}

/// One comparison of two rules with its witnesses, and one explanation with its smallest change.
fn reasons(criterion: &mut Criterion) {
    let catalog = kong();
    let rule = |text: &str| {
        tamis::analyze(text, &catalog, &Options::default()).rules().first().and_then(|it| it.checked().cloned())
    };
    let old = rule("http.response.status_code >= 500 && proxy.kong.latency.total > 250ms && url.path ^= \"/v1\"");
    let new = rule("http.response.status_code in [502, 503] && proxy.kong.latency.total > 1s && url.path ^= \"/v1/\"");
    let (Some(old), Some(new)) = (old, new) else { return };
    let mut group = criterion.benchmark_group("reasons");
    group.bench_function("compare two rules", |bencher| bencher.iter(|| compare(&catalog, black_box(&old), &new)));
    let (raw, _) = facts_from_json(r#"{"http.response.status_code": 502, "url.path": "/v2"}"#);
    let (facts, _) = FactSet::bind(&raw, &catalog);
    group.bench_function("explain a request", |bencher| bencher.iter(|| explain(&catalog, black_box(&old), &facts)));
    group.finish();
}

criterion_group!(relations, thousand_rules, single_rules, reasons);
criterion_main!(relations);
