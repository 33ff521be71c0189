//! What engines allocate: for one evaluation that starts from the request, and for each rule of a set.
//!
//! This is a program of its own because a counting allocator makes allocations slower.

#![expect(clippy::print_stdout, reason = "it prints figures")]
#![expect(clippy::cast_precision_loss, reason = "figures are rounded")]

#[expect(dead_code, reason = "shared with the benchmark `peers`, which measures time")]
mod engines;

use allocation_counter::measure;
use engines::Wanted;
use tamis_benches::request::requests;
use tamis_benches::workload::{Shapes, set, singles};

fn main() {
    let measures = std::env::args().any(|argument| argument == "--bench");
    let engines = engines::all();
    let requests = requests(1000);
    for (place, single) in singles().iter().enumerate() {
        for engine in &engines {
            let Some([_, mut pass]) = engine.single(place, &single.rule, &requests) else { continue };
            pass(None);
            let info = measure(|| {
                std::hint::black_box(pass(None));
            });
            let each = info.count_total as f64 / requests.len() as f64;
            assert!(engine.name() != "tamis" || info.count_total == 0, "an evaluation of {} allocates", single.name);
            println!("single\t{}\t{}\tallocations\t{each:.4}", single.name, engine.name());
        }
    }
    let sizes: &[usize] = if measures { &[1000, 10_000] } else { &[100] };
    for shapes in [Shapes::Mixed, Shapes::Equalities] {
        for size in sizes {
            let rules = set(shapes, *size);
            for engine in &engines {
                let mut built = None;
                let info = measure(|| built = engine.set(&rules, Wanted::All));
                if built.is_some() {
                    let each = info.bytes_current as f64 / *size as f64;
                    println!("set\t{}, {size}\t{}\tbytes a rule\t{each:.4}", shapes.name(), engine.name());
                }
            }
        }
    }
}
