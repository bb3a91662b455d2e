//! Percentiles, and their ratios, in words.

use std::fmt::Write;

use protocols::vocabulary::number;

/// What was measured, in nanoseconds.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// From breach to command.
    pub(crate) gym: Vec<u64>,
    /// The same, where the bike had a request that was not answered yet.
    pub(crate) polls_outstanding: Vec<u64>,
    /// There and back again.
    pub(crate) echo: Vec<u64>,
    /// How much later than planned the bench wrote a last frame.
    pub(crate) late: Vec<u64>,
    /// Breaches on which no command came before the packet after them.
    pub(crate) without_command: u64,
    /// The control thread's share of one core while the gym was measured, in per cent.
    pub(crate) share: Vec<f64>,
}

impl Measured {
    /// The figures of one run.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        let rows = [
            ("gym", &self.gym),
            ("  polls outstanding", &self.polls_outstanding),
            ("echo", &self.echo),
            ("devices late", &self.late),
        ];
        let _ = writeln!(
            text,
            "                       samples   median       99 %     99.9 %        max"
        );
        for (name, values) in rows {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let _ = writeln!(
                text,
                "  {name:20} {:8} {:8.1} {:10.1} {:10.1} {:10.1}",
                sorted.len(),
                micros(at(&sorted, 500)),
                micros(at(&sorted, 990)),
                micros(at(&sorted, 999)),
                micros(sorted.last().copied().unwrap_or(0)),
            );
        }
        let [median, high, highest] = self.ratios();
        let _ = writeln!(
            text,
            "  gym / echo                    {median:8.2} {high:10.2} {highest:10.2}"
        );
        let share = self.share.iter().sum::<f64>() / count(self.share.len()).max(1.0);
        let _ = writeln!(
            text,
            "  control thread {share:.1} % of a core; breaches without a command: {}",
            self.without_command
        );
        text
    }

    /// Gym to echo at the median, the 99th and the 99.9th percentile.
    fn ratios(&self) -> [f64; 3] {
        let mut gym = self.gym.clone();
        let mut echo = self.echo.clone();
        gym.sort_unstable();
        echo.sort_unstable();
        [500, 990, 999].map(|place| micros(at(&gym, place)) / micros(at(&echo, place)))
    }
}

/// All runs as one, and how far apart they are.
pub(crate) fn together(runs: Vec<Measured>) -> String {
    let ratios: Vec<[f64; 3]> = runs.iter().map(Measured::ratios).collect();
    let mut all = Measured::default();
    for run in runs {
        all.gym.extend(run.gym);
        all.polls_outstanding.extend(run.polls_outstanding);
        all.echo.extend(run.echo);
        all.late.extend(run.late);
        all.share.extend(run.share);
        all.without_command += run.without_command;
    }
    let mut text = all.table();
    let spread: Vec<String> = (0..3)
        .map(|place| {
            let of_runs = ratios.iter().filter_map(|ratio| ratio.get(place).copied());
            let (low, high) = of_runs.fold((f64::INFINITY, 0.0_f64), |(low, high), ratio| {
                (low.min(ratio), high.max(ratio))
            });
            format!("{low:.2} to {high:.2}")
        })
        .collect();
    let _ = writeln!(
        text,
        "  gym / echo, run by run: {} (median, 99 %, 99.9 %)",
        spread.join(", ")
    );
    text
}

/// The value at so many thousandths of a sorted row.
fn at(sorted: &[u64], thousandths: usize) -> u64 {
    let place = sorted.len().saturating_mul(thousandths) / 1_000;
    let last = sorted.len().saturating_sub(1);
    sorted.get(place.min(last)).copied().unwrap_or(0)
}

fn micros(nanos: u64) -> f64 {
    number::from_u64(nanos) / 1_000.0
}

fn count(length: usize) -> f64 {
    u64::try_from(length).map_or(0.0, number::from_u64)
}
