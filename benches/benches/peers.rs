//! All engines on the same rules and requests: evaluating one rule, searching sets of rules, loading rules.
//!
//! `cargo bench -p tamis-benches --bench peers` measures and prints one figure a line: workload, case, engine, what is
//! measured, and the figure.
//! Before anything is measured every engine's answers are compared with those of a naive evaluator; `--test` does only
//! that, on smaller sets.
//! `--instructions` evaluates everything once within [`counted`], which callgrind looks at.

#![expect(clippy::disallowed_methods, reason = "it measures")]
#![expect(clippy::print_stdout, reason = "it prints figures")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded")]

mod engines;

use std::time::{Duration, Instant};

use engines::measure::{Effort, Figure, Task, measure, median, now, quantile};
use engines::{Engine, Wanted};
use tamis_benches::request::{Request, requests, strangers};
use tamis_benches::rule::Rule;
use tamis_benches::workload::{Shapes, set, singles};

/// How many requests there are.
const REQUESTS: usize = 1000;

/// How many of them are enough to count instructions.
const COUNTED: usize = 200;

/// How large sets are.
const SIZES: [usize; 5] = [1, 10, 100, 1000, 10_000];

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let engines = engines::all();
    let requests = requests(REQUESTS);
    if has("--instructions") {
        return count_instructions(&engines, requests.get(..COUNTED).unwrap_or_default());
    }
    compare_singles(&engines, &requests);
    let only = |name| !["--singles", "--sets", "--loading"].iter().any(|it| has(it)) || has(name);
    if has("--test") || !has("--bench") {
        compare_sets(&engines, &requests, 100);
        return;
    }
    if only("--singles") {
        measure_singles(&engines, &requests);
    }
    if only("--sets") {
        compare_sets(&engines, &requests, 1000);
        measure_sets(&engines, &requests);
        measure_strangers();
    }
    if only("--loading") {
        measure_loading(&engines);
    }
}

/// Prints one figure.
fn show(workload: &str, case: &str, engine: &str, what: &str, figure: f64) {
    println!("{workload}\t{case}\t{engine}\t{what}\t{figure:.4}");
}

fn show_all(workload: &str, case: &str, what: &str, figures: &[Figure]) {
    for figure in figures {
        show(workload, case, figure.name, &format!("{what}, ns"), figure.nanoseconds);
        show(workload, case, figure.name, &format!("{what}, ratio"), figure.ratio);
    }
}

/// Every engine that can say a rule says the same about every request.
fn compare_singles(engines: &[Box<dyn Engine>], requests: &[Request]) {
    for (place, single) in singles().iter().enumerate() {
        let wanted: Vec<_> = requests.iter().map(|request| single.rule.holds(request)).collect();
        for engine in engines {
            for mut pass in engine.single(place, &single.rule, requests).into_iter().flatten() {
                let mut found = Vec::new();
                pass(Some(&mut found));
                assert!(found == wanted, "{} disagrees about rule {}", engine.name(), single.name);
                let matches = wanted.iter().filter(|holds| **holds).count();
                assert_eq!(pass(None), matches, "{} counts wrongly for rule {}", engine.name(), single.name);
            }
        }
    }
}

/// Every engine finds the same rules of a set.
fn compare_sets(engines: &[Box<dyn Engine>], requests: &[Request], count: usize) {
    for shapes in [Shapes::Mixed, Shapes::Equalities] {
        let rules = set(shapes, count);
        for engine in engines {
            for wanted in [Wanted::All, Wanted::First] {
                let Some(mut search) = engine.set(&rules, wanted) else { continue };
                for request in requests.iter().take(100) {
                    let holds = |rule: &Rule| rule.holds(request);
                    let mut expected: Vec<_> =
                        (0..).zip(&rules).filter(|(_, it)| holds(it)).map(|(id, _)| id).collect();
                    if wanted == Wanted::First {
                        expected.truncate(1);
                    }
                    let mut found = Vec::new();
                    search(request, &mut found);
                    found.sort_unstable();
                    assert!(found == expected, "{}, {wanted:?}: {found:?}, not {expected:?}", engine.name());
                }
            }
        }
    }
}

fn measure_singles(engines: &[Box<dyn Engine>], requests: &[Request]) {
    let effort = Effort { rounds: 41, slice: Duration::from_micros(1500) };
    for (place, single) in singles().iter().enumerate() {
        let passes =
            engines.iter().filter_map(|engine| Some((engine.name(), engine.single(place, &single.rule, requests)?)));
        let (mut ready, mut lazy) = (Vec::new(), Vec::new());
        for (name, [evaluation, request]) in passes {
            ready.push(task(name, evaluation));
            lazy.push(task(name, request));
        }
        show_all("single", single.name, "evaluation", &measure(ready, effort));
        show_all("single", single.name, "request", &measure(lazy, effort));
    }
}

fn task<'a>(name: &'static str, mut pass: engines::Pass<'a>) -> Task<'a> {
    Task {
        name,
        run: Box::new(move || {
            std::hint::black_box(pass(None));
            REQUESTS
        }),
    }
}

fn measure_sets(engines: &[Box<dyn Engine>], requests: &[Request]) {
    let effort = Effort { rounds: 15, slice: Duration::from_millis(4) };
    for shapes in [Shapes::Mixed, Shapes::Equalities] {
        for size in SIZES {
            let rules = set(shapes, size);
            let case = format!("{}, {size}", shapes.name());
            for (what, wanted) in [("all", Wanted::All), ("first", Wanted::First)] {
                let searches = engines.iter().filter_map(|engine| Some((engine.name(), engine.set(&rules, wanted)?)));
                let tasks = searches.map(|(name, search)| search_task(name, search, requests)).collect();
                show_all("set", &case, what, &measure(tasks, effort));
            }
        }
    }
}

/// One request after the other.
fn search_task<'a>(name: &'static str, mut search: engines::Search<'a>, requests: &'a [Request]) -> Task<'a> {
    let mut next = requests.iter().cycle();
    let mut found = Vec::new();
    Task {
        name,
        run: Box::new(move || {
            found.clear();
            next.next().into_iter().for_each(|request| search(request, &mut found));
            std::hint::black_box(&found);
            1
        }),
    }
}

/// A hundred thousand rules, and requests that match none.
fn measure_strangers() {
    let engine = engines::Tamis::new();
    let rules = set(Shapes::Mixed, 100_000);
    let case = "mixed, 100000";
    let strangers = strangers(5000);
    let mut found = Vec::new();
    let mut times = Vec::new();
    let programs = engine.programs(&rules);
    let started = now();
    let set = engines::Tamis::gather(&programs);
    show("set", case, engine.name(), "build, s", (now() - started).as_secs_f64());
    drop(programs);
    let mut search = engine.search(set, Wanted::All);
    for request in strangers.iter().chain(&strangers) {
        let started = Instant::now();
        search(request, &mut found);
        times.push(started.elapsed().as_secs_f64() * 1e6);
    }
    assert!(found.is_empty(), "a stranger matches");
    let times = times.split_off(strangers.len());
    show("set", case, engine.name(), "none, p99, µs", quantile(times.clone(), 990));
    show("set", case, engine.name(), "none, median, µs", median(times));
}

fn measure_loading(engines: &[Box<dyn Engine>]) {
    let effort = Effort { rounds: 15, slice: Duration::from_millis(20) };
    for shapes in [Shapes::Mixed, Shapes::Equalities] {
        let rules = set(shapes, 10_000);
        let bytes: usize = rules.iter().map(|rule| rule.text().len()).sum();
        let case = format!("{}, 10000", shapes.name());
        show("load", &case, "tamis", "bytes a rule", bytes as f64 / rules.len() as f64);
        let loaders = engines.iter().filter_map(|engine| Some((engine.name(), engine.loader(&rules)?)));
        let tasks = loaders.map(|(name, mut load)| {
            let mut next = (0..rules.len()).cycle();
            let run = move || {
                next.by_ref().take(100).for_each(&mut load);
                100
            };
            Task { name, run: Box::new(run) }
        });
        show_all("load", &case, "rule", &measure(tasks.collect(), effort));
    }
}

/// What callgrind counts: it writes a dump after each call.
#[inline(never)]
fn counted(piece: &mut dyn FnMut()) {
    piece();
}

/// Prints what each call of [`counted`] does, and how many units of work it is.
fn count_instructions(engines: &[Box<dyn Engine>], requests: &[Request]) {
    for (place, single) in singles().iter().enumerate() {
        for engine in engines {
            let Some(passes) = engine.single(place, &single.rule, requests) else { continue };
            for (what, mut pass) in ["evaluation", "request"].into_iter().zip(passes) {
                pass(None);
                counted(&mut || {
                    std::hint::black_box(pass(None));
                });
                show("single", single.name, engine.name(), what, requests.len() as f64);
            }
        }
    }
    for shapes in [Shapes::Mixed, Shapes::Equalities] {
        let rules = set(shapes, 1000);
        for engine in engines {
            if let Some(mut search) = engine.set(&rules, Wanted::All) {
                let mut found = Vec::new();
                let few = || requests.iter().take(20);
                few().for_each(|request| search(request, &mut found));
                counted(&mut || few().for_each(|request| search(request, &mut found)));
                show("set", &format!("{}, 1000", shapes.name()), engine.name(), "all", 20.0);
            }
            if let Some(mut load) = engine.loader(&rules) {
                (0..100).for_each(&mut load);
                counted(&mut || (100..300).for_each(&mut load));
                show("load", &format!("{}, 1000", shapes.name()), engine.name(), "rule", 200.0);
            }
        }
    }
}
