//! A drawing of how the search of a set grows with the number of rules, on logarithmic scales.

use std::fmt::Write;

use super::figures::Figures;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 130.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 50.0;

/// Powers of ten of the scales: rules, and microseconds.
const RULES: [i32; 2] = [0, 4];
const MICROS: [i32; 2] = [-2, 4];

/// Colours that can also be told apart by those who see few of them.
const COLOURS: [&str; 7] = ["#777777", "#d55e00", "#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9"];

/// The drawing: mixed rules, all matches.
pub(super) fn sets(figures: &Figures) -> String {
    let mut svg = String::new();
    let _infallible = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    text(&mut svg, (LEFT, 24.0), "start", "#000000", "Mixed rules, all matches: time for one request");
    grid(&mut svg);
    let mut ends = Vec::new();
    for (engine, colour) in figures.engines("set", "all, ns").into_iter().zip(COLOURS) {
        let sizes = figures.cases("set", "all, ns").into_iter().filter_map(|case| {
            let size: f64 = case.strip_prefix("mixed, ")?.parse().ok()?;
            Some((x(size), y(figures.get("set", case, engine, "all, ns")? / 1000.0)))
        });
        let points: Vec<_> = sizes.collect();
        if let Some(last) = points.last() {
            ends.push((*last, engine, colour));
            line(&mut svg, &points, colour);
        }
    }
    labels(&mut svg, ends);
    svg.push_str("</svg>\n");
    svg
}

fn grid(svg: &mut String) {
    for power in RULES[0]..=RULES[1] {
        let at = x(10_f64.powi(power));
        path(svg, &[(at, TOP), (at, HEIGHT - BOTTOM)], "#dddddd", 1.0);
        text(svg, (at, HEIGHT - BOTTOM + 20.0), "middle", "#444444", &number(power));
    }
    for power in MICROS[0]..=MICROS[1] {
        let at = y(10_f64.powi(power));
        path(svg, &[(LEFT, at), (WIDTH - RIGHT, at)], "#dddddd", 1.0);
        text(svg, (LEFT - 8.0, at + 4.0), "end", "#444444", &number(power));
    }
    text(svg, (LEFT - 8.0, TOP - 10.0), "end", "#444444", "µs");
    text(svg, (f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 10.0), "middle", "#444444", "rules");
}

/// A power of ten as one writes it.
fn number(power: i32) -> String {
    match power {
        4 => "10,000".to_owned(),
        0..=3 => format!("{}", 10_i32.pow(power.unsigned_abs())),
        _ => format!("{}", 10_f64.powi(power)),
    }
}

/// The names of the lines at their ends, moved apart where they would cover each other.
fn labels(svg: &mut String, mut ends: Vec<((f64, f64), &str, &str)>) {
    ends.sort_by(|((_, a), ..), ((_, b), ..)| a.total_cmp(b));
    let mut lowest = TOP - 16.0;
    for ((at, height), engine, colour) in ends {
        lowest = (lowest + 16.0).max(height + 4.0);
        text(svg, (at + 8.0, lowest), "start", colour, engine);
    }
}

fn line(svg: &mut String, points: &[(f64, f64)], colour: &str) {
    path(svg, points, colour, 2.0);
    for (x, y) in points {
        let _infallible = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
    }
}

fn path(svg: &mut String, points: &[(f64, f64)], colour: &str, width: f64) {
    let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let points = points.join(" ");
    let _infallible =
        writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>");
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, colour: &str, text: &str) {
    let _infallible =
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>");
}

fn x(rules: f64) -> f64 {
    scaled(rules, RULES, (LEFT, WIDTH - RIGHT))
}

fn y(micros: f64) -> f64 {
    scaled(micros, MICROS, (HEIGHT - BOTTOM, TOP))
}

fn scaled(value: f64, [low, high]: [i32; 2], (from, to): (f64, f64)) -> f64 {
    from + (value.log10() - f64::from(low)) / f64::from(high - low) * (to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_its_figures() {
        let mut figures = Figures::default();
        figures.add("set\tmixed, 1\tone\tall, ns\t10\nset\tmixed, 10000\tone\tall, ns\t10000000\n");
        let svg = sets(&figures);
        // From the lower left corner to the upper right one.
        assert!(svg.contains("<polyline points=\"70.0,410.0 590.0,50.0\""), "{svg}");
        assert!(svg.contains(">one</text>"));
    }
}
