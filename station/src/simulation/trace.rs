//! A session second by second, as a table for other programs.

use std::io::{self, Write};

use control::view::{PhaseKind, Reason};
use serde::Serialize;

use super::session::{Observer, Second};

/// The heading of a trace: times in seconds, rates in beats a minute, load in net METs and in the machine's own units.
const HEADING: &str = "t_s,phase,reading_bpm,true_mean_bpm,asked_net_met,machine_w,machine_m_s,machine_grade_percent,reason\n";

/// Writes each second as a row. The first error is kept, and nothing is written after it.
#[derive(Debug)]
pub struct Trace<W: Write> {
    out: W,
    state: io::Result<()>,
}

impl<W: Write> Trace<W> {
    /// A trace with its heading.
    pub fn new(mut out: W) -> Self {
        let state = out.write_all(HEADING.as_bytes());
        Self { out, state }
    }

    /// Hands on what is kept.
    ///
    /// # Errors
    /// The first that writing met.
    pub fn finish(mut self) -> io::Result<()> {
        self.state?;
        self.out.flush()
    }

    fn row(&mut self, second: &Second) -> io::Result<()> {
        let reading = second
            .reading
            .map(|rate| rate.to_string())
            .unwrap_or_default();
        let (watts, speed, grade) = second.load;
        writeln!(
            self.out,
            "{},{},{reading},{:.3},{:.4},{watts:.0},{speed:.3},{grade:.1},{}",
            second.t_s,
            phase(second.phase),
            second.mean_rate,
            second.asked,
            reason(second.reason),
        )
    }
}

impl<W: Write> Observer for Trace<W> {
    fn passed(&mut self, second: &Second) {
        if self.state.is_ok() {
            self.state = self.row(second);
        }
    }
}

/// A phase by its name in records.
fn phase(phase: PhaseKind) -> String {
    code(&phase)
}

/// A reason as one word, a rule's with its name and act.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other reason is one word"
)]
#[must_use]
pub fn reason(reason: Reason) -> String {
    match reason {
        Reason::Rule(rule, act) => format!("{}:{}", rule.name(), code(&act)),
        other => code(&other),
    }
}

/// The one word under which a code is written in records.
fn code(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use control::rules::{LoadAct, RuleId};

    use super::*;

    #[test]
    fn a_row_has_a_field_for_each_of_the_heading() {
        let mut text = Vec::new();
        let mut trace = Trace::new(&mut text);
        trace.passed(&Second {
            t_s: 61,
            phase: PhaseKind::WarmUp,
            reading: None,
            mean_rate: 80.25,
            saturation: 97.0,
            asked: 1.5,
            granted: 1.25,
            load: (18.0, 0.0, 0.0),
            reason: Reason::Rule(RuleId::HrLost, LoadAct::Hold),
        });
        trace.finish().expect("memory takes it");
        let text = String::from_utf8(text).expect("plain text");
        let (heading, row) = text.trim_end().split_once('\n').expect("two lines");
        assert_eq!(heading.split(',').count(), row.split(',').count());
        assert_eq!(row, "61,warm_up,,80.250,1.5000,18,0.000,0.0,hr-lost:hold");
    }
}
