//! Measuring: all engines in turn in each round, in another order each time, so that what disturbs one disturbs all.

use std::time::Duration;

use tamis_benches::random::Random;

/// Something to measure, one piece at a time; it returns how many units of work the piece was.
pub(crate) struct Task<'t> {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut() -> usize + 't>,
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How many rounds there are.
    pub(crate) rounds: usize,
    /// How long each engine works in each round, or as long as one piece takes.
    pub(crate) slice: Duration,
}

/// What was measured of one task.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    /// Nanoseconds for one unit: the median.
    pub(crate) nanoseconds: f64,
    /// The median of the ratios to the first task within each round.
    pub(crate) ratio: f64,
}

/// The processor time of this thread.
pub(crate) fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Measures tasks against the first one.
pub(crate) fn measure(mut tasks: Vec<Task<'_>>, effort: Effort) -> Vec<Figure> {
    // Once, so that all memory is warm; then again, to know how many pieces fill a slice.
    let pieces: Vec<_> = tasks.iter_mut().map(|task| pieces(task, effort.slice)).collect();
    let mut random = Random::seeded(1);
    let mut order: Vec<_> = (0..tasks.len()).collect();
    let mut times = vec![Vec::new(); tasks.len()];
    for _ in 0..effort.rounds {
        random.shuffle(&mut order);
        for place in &order {
            let started = now();
            let units: usize = (0..pieces[*place]).map(|_| (tasks[*place].run)()).sum();
            times[*place].push((now() - started).as_secs_f64() * 1e9 / units.max(1) as f64);
        }
    }
    let against = |times_of: &[f64]| median(times_of.iter().zip(&times[0]).map(|(a, b)| a / b).collect());
    let figure = |(task, times): (&Task<'_>, &Vec<f64>)| Figure {
        name: task.name,
        nanoseconds: median(times.clone()),
        ratio: against(times),
    };
    tasks.iter().zip(&times).map(figure).collect()
}

fn pieces(task: &mut Task<'_>, slice: Duration) -> usize {
    (task.run)();
    let started = now();
    let mut n = 0;
    while n < 3 || now() - started < slice / 4 {
        (task.run)();
        n += 1;
        if now() - started > slice {
            break;
        }
    }
    let each = (now() - started).as_secs_f64() / f64::from(n);
    ((slice.as_secs_f64() / each) as usize).max(1)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The value that all but so many of a thousand are below.
pub(crate) fn quantile(mut values: Vec<f64>, of_thousand: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() * of_thousand / 1000).copied().unwrap_or_default()
}
