//! What a decision phase by phase costs: the rules of the first workload on a thousand requests that become known piece
//! by piece, beside the same rules on whole requests.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::{Catalog, Fact, Facts, FieldRef, Options, Phase, Scratch, Verdict};
use tamis_benches::facts::{Lazy, Sources};
use tamis_benches::request::requests;
use tamis_benches::workload::singles;

/// A request of which is known what its fields' phases say.
struct UpTo<'r> {
    phase: Phase,
    request: Lazy<'r>,
}

impl Facts for UpTo<'_> {
    #[inline]
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        if field.phase <= self.phase { self.request.fact(field) } else { Fact::NotYet }
    }
}

#[expect(clippy::expect_used, reason = "a benchmark without its rules has nothing to measure")]
fn eleven_rules(criterion: &mut Criterion) {
    let catalog = Catalog::shipped("kong").expect("the catalog is shipped");
    let sources = Sources::of(&catalog);
    let traffic = requests(1000);
    let mut scratch = Scratch::default();
    for single in singles() {
        let analysis = tamis::analyze(&single.rule.text(), &catalog, &Options::for_loading());
        let rule = analysis.rules().first().and_then(|rule| rule.checked()).expect("the rule has no error");
        let (program, phased) = (tamis::compile(rule), tamis::compile_phased(rule));
        let mut group = criterion.benchmark_group(single.name);
        group.sample_size(20).throughput(Throughput::Elements(1000));
        group.bench_function("whole requests", |bencher| {
            bencher.iter(|| {
                let lazy = traffic.iter().map(|request| Lazy { request, sources: &sources });
                lazy.filter(|lazy| program.run(black_box(lazy), &mut scratch) == Verdict::Match).count()
            });
        });
        let mut evaluation = phased.evaluation();
        group.bench_function("phase by phase", |bencher| {
            bencher.iter(|| {
                let mut matches = 0;
                for request in &traffic {
                    evaluation.restart();
                    let mut facts = UpTo { phase: Phase::Connect, request: Lazy { request, sources: &sources } };
                    let mut verdict = evaluation.advance(facts.phase, black_box(&facts), &mut scratch);
                    // A gateway asks again only when something that the rule needs becomes known.
                    while verdict == Verdict::NotYet
                        && let Some(phase) = evaluation.next_phase()
                    {
                        facts.phase = phase;
                        verdict = evaluation.advance(phase, black_box(&facts), &mut scratch);
                    }
                    matches += usize::from(verdict == Verdict::Match);
                }
                matches
            });
        });
        group.finish();
    }
}

criterion_group!(phases, eleven_rules);
criterion_main!(phases);
