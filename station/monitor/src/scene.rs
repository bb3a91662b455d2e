//! What every judge needs of a turn: what was asked for before and after it, and how the machine stands.

use core::time::Duration;

use protocols::vocabulary::{MachineCommand, MachineKind, MachineReport, MachineState, Timestamp};

use crate::call::{Author, Call, Phase, Relay, Seen};
use crate::charter::Charter;
use crate::work::{Asked, least};

/// A report older than this no longer tells how fast a belt is.
const REPORT_COUNTS: Duration = Duration::from_secs(2);

/// What is remembered from turn to turn.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scene {
    asked: Option<Asked>,
    phase: Option<Phase>,
    relay_open: bool,
    link_down: bool,
    report: Option<(MachineReport, Timestamp)>,
    on_since: Option<Timestamp>,
    slowed_at: Option<Timestamp>,
    most_work: f64,
}

/// One turn, with what it changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'c> {
    pub(crate) now: Timestamp,
    pub(crate) charter: &'c Charter,
    pub(crate) call: &'c Call<'c>,
    /// What was asked for when the turn began.
    pub(crate) before: Asked,
    /// What is asked for after it.
    pub(crate) after: Asked,
    /// The phase shown before; `None` in the first turn of all.
    pub(crate) phase_before: Option<Phase>,
    /// The relay stands open after this turn.
    pub(crate) relay_open: bool,
    /// The machine's link is known to be down.
    pub(crate) link_down: bool,
    /// The machine's newest report and when it was handed over.
    pub(crate) report: Option<(MachineReport, Timestamp)>,
    /// Since when load has been asked for without a break.
    pub(crate) on_since: Option<Timestamp>,
    /// When a belt was last told to slow, before this turn.
    pub(crate) slowed_at: Option<Timestamp>,
    /// The most work asked for since exercise began.
    pub(crate) most_work: f64,
}

impl Scene {
    /// Takes a turn in.
    pub(crate) fn turn<'c>(&mut self, charter: &'c Charter, call: &'c Call<'c>) -> Turn<'c> {
        if let Seen::Machine { report, .. } = call.input {
            self.report = Some((report, call.now));
        } else if let Seen::Link { up } = call.input {
            self.link_down = !up;
        }
        if let Some(relay) = call.left.relay {
            self.relay_open = relay == Relay::Open;
        }
        let before = self.asked.unwrap_or_else(|| self.found(charter));
        let after = call
            .left
            .command
            .map_or(before, |command| Asked::by(command, charter.mass));
        if !after.is_on() {
            self.on_since = None;
        } else if self.on_since.is_none() {
            self.on_since = Some(call.now);
        }
        // Beginning anew at nobody's request: what was asked for in the bout before is of no account.
        if matches!(call.left.phase, Phase::Idle | Phase::Ready) {
            self.most_work = 0.0;
        }
        self.most_work = self.most_work.max(after.work);
        let turn = Turn {
            now: call.now,
            charter,
            call,
            before,
            after,
            phase_before: self.phase,
            relay_open: self.relay_open,
            link_down: self.link_down,
            report: self.report,
            on_since: self.on_since,
            slowed_at: self.slowed_at,
            most_work: self.most_work,
        };
        if call.left.command.is_some() {
            self.asked = Some(after);
            if after.speed < before.speed {
                self.slowed_at = Some(call.now);
            }
        }
        self.phase = Some(call.left.phase);
        turn
    }

    /// What a machine that was asked for nothing yet was found doing.
    fn found(&self, charter: &Charter) -> Asked {
        match self.report {
            Some((report, _)) if report.is_moving() => {
                Asked::reported(&report, charter.machine.kind, charter.mass)
            }
            _ => Asked::NOTHING,
        }
    }
}

impl Turn<'_> {
    /// A command of this turn asks for more work than was asked for before, or for a faster or steeper belt. A belt that runs although it was
    /// told to stand is brought down from what it does: that asks for no more than there is.
    pub(crate) fn rose(&self) -> bool {
        self.asks()
            && !self.slows_what_runs()
            && (self.after.is_above(&self.before) || self.after.raises_anything_of(&self.before))
    }

    /// Nobody exercises, and the belt says of itself that it is faster than it is now asked to be, and no flatter.
    fn slows_what_runs(&self) -> bool {
        let exercises = matches!(
            self.call.left.phase,
            Phase::Starting | Phase::WarmUp | Phase::Conditioning | Phase::CoolDown
        );
        self.is_belt()
            && !exercises
            && self.recent_report().is_some_and(|report| {
                let runs = Asked::reported(report, self.charter.machine.kind, self.charter.mass);
                runs.speed > self.after.speed && !self.after.raises_anything_of(&runs)
            })
    }

    /// A command of this turn asks for a load.
    pub(crate) fn asks(&self) -> bool {
        matches!(
            self.call.left.command,
            Some(MachineCommand::Start(_) | MachineCommand::SetLoad(_))
        )
    }

    /// Who the journal says made this turn's command.
    pub(crate) fn author(&self) -> Option<Author> {
        self.call.left.entry.and_then(|entry| entry.author)
    }

    /// The phase became `phase` in this turn.
    pub(crate) fn became(&self, phase: Phase) -> bool {
        self.call.left.phase == phase && self.phase_before.is_some_and(|before| before != phase)
    }

    pub(crate) fn is_belt(&self) -> bool {
        self.charter.machine.kind == MachineKind::Treadmill
    }

    /// How long the machine has not been heard; `None` where it never was.
    pub(crate) fn silent_for(&self) -> Option<Duration> {
        self.report.map(|(_, heard)| self.now.since(heard))
    }

    /// Whether what is sent reaches a machine that answers.
    pub(crate) fn reaches_the_machine(&self) -> bool {
        !self.link_down
            && !self.relay_open
            && self
                .silent_for()
                .is_some_and(|silent| silent < self.charter.times.machine_no_rise_after)
    }

    /// The machine's report, where it is recent enough to tell how the machine moves now.
    pub(crate) fn recent_report(&self) -> Option<&MachineReport> {
        let (report, heard) = self.report.as_ref()?;
        (self.now.since(*heard) <= REPORT_COUNTS).then_some(report)
    }

    /// The machine says that it is not under load: it stopped by itself, or was stopped at its own keys.
    pub(crate) fn stands(&self) -> bool {
        self.recent_report().is_some_and(|report| {
            matches!(
                report.state,
                MachineState::Standing | MachineState::Paused | MachineState::Fault
            )
        })
    }

    /// The work of the machine's least load, or at which exercise may begin.
    pub(crate) fn least_work(&self) -> f64 {
        least(&self.charter.machine, self.charter.mass).max(self.charter.start_load.get())
    }
}
