//! What an editor waits for with every letter: the findings of an edited file, and what may stand at the cursor.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tamis::{Catalog, Options};
use tamis_corpus::generate;
use tamis_ide::{Document, Incremental, View, Window, complete};

#[expect(clippy::expect_used, reason = "a benchmark without its catalog has nothing to measure")]
fn kong() -> Catalog {
    Catalog::shipped("kong").expect("the catalog is shipped")
}

/// A letter typed and taken back in the middle of a file.
fn keystroke(criterion: &mut Criterion) {
    let (catalog, options) = (kong(), Options::default());
    let mut group = criterion.benchmark_group("a letter in the middle of a file");
    group.sample_size(20);
    for n_rules in [1, 100, 10_000] {
        let rules = generate::equality_rules(n_rules);
        let text: String = rules.iter().enumerate().map(|(n, rule)| format!("rule r{n} = {rule}\n")).collect();
        let place = text.find(&format!("rule r{} = ", n_rules / 2)).map_or(0, |at| at + "rule ".len());
        let mut edited = text.clone();
        edited.insert(place, 'x');
        let versions = [text, edited];
        let mut incremental = Incremental::default();
        group.bench_function(format!("{n_rules} rules, findings soon"), |bencher| {
            let mut turn = versions.iter().cycle();
            bencher.iter(|| {
                let Some(text) = turn.next() else { return 0 };
                let soon = incremental.soon(black_box(text), &catalog, &options);
                soon.unwrap_or_else(|| incremental.diagnostics(text, &catalog, &options)).len()
            });
        });
        group.bench_function(format!("{n_rules} rules, all findings"), |bencher| {
            let mut turn = versions.iter().cycle();
            bencher.iter(|| turn.next().map(|text| incremental.diagnostics(black_box(text), &catalog, &options).len()));
        });
        group.bench_function(format!("{n_rules} rules, completion"), |bencher| {
            let [text, _] = &versions;
            let offset = u32::try_from(text.len() - 1).unwrap_or(0);
            bencher.iter(|| {
                let window = Window::new(black_box(text), offset);
                let document = Document::new(window.text.as_str(), &catalog, &options);
                complete(&View::new(&document, &catalog), window.offset).len()
            });
        });
    }
    group.finish();
}

criterion_group!(editor, keystroke);
criterion_main!(editor);
