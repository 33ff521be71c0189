//! Figures as the benchmarks print them: workload, case, engine, what is measured, and the figure, with tabs between.

/// What was measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

#[derive(Clone, Debug)]
struct Figure {
    workload: String,
    case: String,
    engine: String,
    what: String,
    value: f64,
}

impl Figures {
    /// Reads lines; what is no figure is passed over.
    pub(super) fn add(&mut self, lines: &str) {
        self.0.extend(lines.lines().filter_map(figure));
    }

    /// One figure.
    pub(super) fn get(&self, workload: &str, case: &str, engine: &str, what: &str) -> Option<f64> {
        let is_it = |it: &&Figure| it.workload == workload && it.case == case && it.engine == engine && it.what == what;
        self.0.iter().find(is_it).map(|figure| figure.value)
    }

    /// The cases of a workload for which something was measured, in their order.
    pub(super) fn cases(&self, workload: &str, what: &str) -> Vec<&str> {
        let here = self.0.iter().filter(|figure| figure.workload == workload && figure.what == what);
        distinct(here.map(|figure| figure.case.as_str()))
    }

    /// The engines of a workload for which something was measured, in their order.
    pub(super) fn engines(&self, workload: &str, what: &str) -> Vec<&str> {
        let here = self.0.iter().filter(|figure| figure.workload == workload && figure.what == what);
        distinct(here.map(|figure| figure.engine.as_str()))
    }

    /// The geometric mean of an engine's figures over all cases that it has.
    pub(super) fn mean(&self, workload: &str, engine: &str, what: &str) -> Option<f64> {
        let cases = self.cases(workload, what);
        let logarithms: Vec<_> =
            cases.iter().filter_map(|case| Some(self.get(workload, case, engine, what)?.ln())).collect();
        let n = u32::try_from(logarithms.len()).ok().filter(|n| *n > 0)?;
        Some((logarithms.iter().sum::<f64>() / f64::from(n)).exp())
    }
}

fn figure(line: &str) -> Option<Figure> {
    let mut parts = line.split('\t');
    let mut part = || parts.next().map(String::from);
    let (workload, case, engine, what) = (part()?, part()?, part()?, part()?);
    Some(Figure { workload, case, engine, what, value: part()?.parse().ok()? })
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_found() {
        let mut figures = Figures::default();
        figures.add("single\ta\tx\ttime\t2\nsingle\tb\tx\ttime\t8\nnoise\nsingle\tb\ty\ttime\t3.5\n");
        assert_eq!(figures.get("single", "b", "y", "time"), Some(3.5));
        assert_eq!(figures.get("single", "a", "y", "time"), None);
        assert_eq!(figures.cases("single", "time"), ["a", "b"]);
        assert_eq!(figures.engines("single", "time"), ["x", "y"]);
        assert!((figures.mean("single", "x", "time").unwrap() - 4.0).abs() < 1e-9);
        assert_eq!(figures.mean("single", "z", "time"), None);
    }
}
