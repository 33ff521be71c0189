//! Figures as tables.

use super::figures::Figures;

/// A row of the table of targets.
struct Target {
    /// What is measured.
    what: String,
    /// The figures of wirefilter, atc-router and Tamis.
    shown: [String; 3],
    /// What was aimed at.
    wanted: &'static str,
    /// Whether that is reached, where there is a figure.
    met: Option<bool>,
}

/// The table of the targets with today's figures.
pub(super) fn targets(figures: &Figures) -> String {
    let mut text =
        String::from("| Figure | wirefilter | atc-router | Target | Tamis | Met |\n|---|---|---|---|---|---|\n");
    let rows = singles(figures).into_iter().chain(sets(figures)).chain(loading(figures));
    for Target { what, shown: [wirefilter, atc, tamis], wanted, met } in rows {
        let met = met.map_or("–", |met| if met { "yes" } else { "no" });
        text.push_str(&format!("| {what} | {wirefilter} | {atc} | {wanted} | {tamis} | {met} |\n"));
    }
    text
}

const PEERS: [&str; 3] = ["wirefilter", "atc-router", "tamis"];

fn row(
    what: impl Into<String>,
    wanted: &'static str,
    figures: [Option<f64>; 3],
    show: impl Fn(f64) -> String,
    met: impl Fn(f64) -> bool,
) -> Target {
    let shown = figures.map(|figure| figure.map_or_else(|| "–".to_owned(), &show));
    Target { what: what.into(), shown, wanted, met: figures[2].map(met) }
}

fn singles(figures: &Figures) -> Vec<Target> {
    let mean = |what: &str| PEERS.map(|engine| figures.mean("single", engine, what));
    let ahead = |what: &str| {
        let of = |engine, case| figures.get("single", case, engine, what);
        let cases = figures.cases("single", what);
        let ahead = cases.iter().filter(|case| of("tamis", case) <= of("wirefilter", case)).count();
        (ahead, cases.len())
    };
    let (n_ahead, of) = ahead("evaluation, ns");
    let most = PEERS.map(|engine| {
        let cases = figures.cases("single", "allocations");
        let all = cases.iter().filter_map(|case| figures.get("single", case, engine, "allocations"));
        all.max_by(f64::total_cmp)
    });
    vec![
        row("W1, evaluation only, × hand-written Rust", "1.6×", mean("evaluation, ratio"), times, |it| it <= 1.6),
        Target {
            what: "W1, rules on which it is ahead of wirefilter".to_owned(),
            shown: ["–".to_owned(), "–".to_owned(), format!("{n_ahead} of {of}")],
            wanted: "all",
            met: (of > 0).then_some(n_ahead == of),
        },
        row("W1, from the request, × hand-written Rust", "2.4×", mean("request, ratio"), times, |it| it <= 2.4),
        row("W1, heap allocations of an evaluation, at most", "0", most, |it| format!("{it:.0}"), |it| it == 0.0),
    ]
}

fn sets(figures: &Figures) -> Vec<Target> {
    let of = |case: &str, what: &str| PEERS.map(|engine| figures.get("set", case, engine, what));
    let micros = |case: &str| of(case, "all, ns").map(|it| it.map(|ns| ns / 1000.0));
    let [small, large] = ["mixed, 1000", "mixed, 10000"].map(micros);
    let mut growth = [None; 3];
    for ((growth, small), large) in growth.iter_mut().zip(small).zip(large) {
        *growth = small.zip(large).map(|(small, large)| large / small);
    }
    let us = |it: f64| format!("{} µs", rounded(it));
    let many = "mixed, 100000";
    vec![
        row("W2, 1,000 mixed rules, all matches, a request", "0.8 µs", small, us, |it| it <= 0.8),
        row("the same, × a loop over hand-written closures", "0.063×", of("mixed, 1000", "all, ratio"), times, |it| {
            it <= 0.063
        }),
        row("W2, 10,000 mixed rules, all matches, a request", "2.2 µs", large, us, |it| it <= 2.2),
        row(
            "the same, × a loop over hand-written closures",
            "0.015×",
            of("mixed, 10000", "all, ratio"),
            times,
            |it| it <= 0.015,
        ),
        row("W2, growth from 1,000 to 10,000 rules", "3×", growth, times, |it| it <= 3.0),
        row("W2, 100,000 rules, a request that matches none, p99", "50 µs", of(many, "none, p99, µs"), us, |it| {
            it <= 50.0
        }),
        row(
            "W2, 100,000 rules, building the set of programs",
            "1 s",
            of(many, "build, s"),
            |it| format!("{} s", rounded(it)),
            |it| it < 1.0,
        ),
        row(
            "memory a rule at 10,000 mixed rules",
            "200 B",
            of("mixed, 10000", "bytes a rule"),
            |it| format!("{it:.0} B"),
            |it| it <= 200.0,
        ),
    ]
}

fn loading(figures: &Figures) -> Vec<Target> {
    let rate = |case: &str| PEERS.map(|engine| figures.get("load", case, engine, "rule, ns").map(|ns| 1e6 / ns));
    let show = |it: f64| format!("{it:.0} k/s");
    let (mixed, equalities) = (rate("mixed, 10000"), rate("equality, 10000"));
    let best = figures.engines("load", "rule, ns").into_iter().filter(|engine| *engine != "tamis");
    let best = best.filter_map(|engine| figures.get("load", "mixed, 10000", engine, "rule, ns")).min_by(f64::total_cmp);
    let against = best.zip(figures.get("load", "mixed, 10000", "tamis", "rule, ns")).map(|(best, ours)| best / ours);
    vec![
        row("W3, parse, check, compile 10,000 mixed rules", "300 k/s", mixed, show, |it| it >= 300.0),
        row("W3, the same, × the fastest peer", "1×", [None, None, against], times, |it| it >= 1.0),
        row("W3, parse, check, compile 10,000 equality rules", "towards 1,000 k/s", equalities, show, |it| {
            it >= 1000.0
        }),
    ]
}

/// Everything that was measured on one day.
pub(super) fn record(figures: &Figures, day: &str, drawing: &str) -> String {
    let mut text = format!(
        "# {day}: Tamis beside its peers\n\n\
         `cargo xtask bench` on a shared two-core x86-64 machine with other work on it; medians of interleaved slices \
         of processor time, ratios within a round.\n\
         Times on such a machine move by half from run to run: trust ratios and instruction counts.\n\
         Every engine agreed with a naive evaluator before it was timed.\n\n\
         ## Targets\n\n{}\n",
        targets(figures)
    );
    let ratios = |ns: f64, ratio: f64| format!("{} ({})", rounded(ns), times(ratio));
    for (title, what) in [("evaluation only, context built", "evaluation"), ("starting from the request", "request")] {
        text.push_str(&format!("## W1, {title}: ns (× hand-written Rust)\n\n"));
        text.push_str(&table(figures, "single", &format!("{what}, ns"), &|case, engine| {
            let of = |unit: &str| figures.get("single", case, engine, &format!("{what}, {unit}"));
            of("ns").zip(of("ratio")).map(|(ns, ratio)| ratios(ns, ratio))
        }));
        let means = figures
            .engines("single", &format!("{what}, ns"))
            .into_iter()
            .map(|engine| figures.mean("single", engine, &format!("{what}, ratio")).map(times).unwrap_or_default());
        text.push_str(&format!("| geometric mean | {} |\n\n", means.collect::<Vec<_>>().join(" | ")));
    }
    text.push_str("## W1, instructions of one evaluation: context built, from the request; heap allocations\n\n");
    text.push_str(&table(figures, "single", "evaluation, instructions", &|case, engine| {
        let of = |what: &str| figures.get("single", case, engine, what);
        let counts = (of("evaluation, instructions")?, of("request, instructions")?, of("allocations")?);
        Some(format!("{}, {}; {}", rounded(counts.0), rounded(counts.1), rounded(counts.2)))
    }));
    for (title, what) in [("all matches", "all"), ("the first match", "first")] {
        text.push_str(&format!("\n## W2, {title}: µs a request (× a loop over hand-written closures)\n\n"));
        text.push_str(&table(figures, "set", &format!("{what}, ns"), &|case, engine| {
            let of = |unit: &str| figures.get("set", case, engine, &format!("{what}, {unit}"));
            of("ns").zip(of("ratio")).map(|(ns, ratio)| ratios(ns / 1000.0, ratio))
        }));
    }
    text.push_str(&format!("\n![microseconds for one request by number of rules]({drawing})\n"));
    text.push_str("\n## W2, instructions of one request\n\n");
    text.push_str(&table(figures, "set", "all, instructions", &|case, engine| {
        figures.get("set", case, engine, "all, instructions").map(rounded)
    }));
    text.push_str("\n## W2, bytes on the heap a rule\n\n");
    text.push_str(&table(figures, "set", "bytes a rule", &|case, engine| {
        figures.get("set", case, engine, "bytes a rule").map(rounded)
    }));
    text.push_str("\n## W3, thousand rules a second\n\n");
    text.push_str(&table(figures, "load", "rule, ns", &|case, engine| {
        figures.get("load", case, engine, "rule, ns").map(|ns| rounded(1e6 / ns))
    }));
    text.push_str("\n## W3, instructions of one rule\n\n");
    text.push_str(&table(figures, "load", "rule, instructions", &|case, engine| {
        figures.get("load", case, engine, "rule, instructions").map(rounded)
    }));
    text
}

/// One row for each case, one column for each engine.
fn table(figures: &Figures, workload: &str, what: &str, cell: &dyn Fn(&str, &str) -> Option<String>) -> String {
    let engines = figures.engines(workload, what);
    let mut text = format!("| | {} |\n|---|{}\n", engines.join(" | "), "---:|".repeat(engines.len()));
    for case in figures.cases(workload, what) {
        let cells = engines.iter().map(|engine| cell(case, engine).unwrap_or_else(|| "–".to_owned()));
        let case = case.replace('|', "\\|");
        text.push_str(&format!("| {case} | {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    text
}

fn times(ratio: f64) -> String {
    format!("{}×", rounded(ratio))
}

/// Three digits that count.
fn rounded(value: f64) -> String {
    let digits = match value.abs() {
        it if it >= 100.0 || it == 0.0 => 0,
        it if it >= 10.0 => 1,
        it if it >= 0.1 => 2,
        _ => 4,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_targets_says_what_is_met() {
        let mut figures = Figures::default();
        figures.add("single\ta\ttamis\tevaluation, ratio\t1.5\nsingle\ta\twirefilter\tevaluation, ratio\t3.123\n");
        figures.add("set\tmixed, 1000\ttamis\tall, ns\t700\nset\tmixed, 10000\ttamis\tall, ns\t2500\n");
        let table = targets(&figures);
        let row = |start: &str| table.lines().find(|line| line.starts_with(start)).unwrap_or_default();
        let first = "| W1, evaluation only, × hand-written Rust | 3.12× | – | 1.6× | 1.50× | yes |";
        assert_eq!(row("| W1, evaluation only"), first);
        assert_eq!(
            row("| W2, 10,000 mixed"),
            "| W2, 10,000 mixed rules, all matches, a request | – | – | 2.2 µs | 2.50 µs | no |"
        );
        assert_eq!(row("| memory"), "| memory a rule at 10,000 mixed rules | – | – | 200 B | – | – |");
    }

    #[test]
    fn figures_are_rounded_to_three_digits() {
        let rounded = [0.0, 0.0156, 0.567, 1.2345, 12.34, 1234.5].map(rounded);
        assert_eq!(rounded, ["0", "0.0156", "0.57", "1.23", "12.3", "1234"]);
    }
}
