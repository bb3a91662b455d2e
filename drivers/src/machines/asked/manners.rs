//! What differs between protocols in numbers: rates, times, range.

use std::time::Duration;

use protocols::vocabulary::{
    Averaging, Capabilities, LoadControl, MachineKind, MachineLoad, OnSilence, PowerRange,
    ReadBack, Slew, Watts,
};

/// Past the end of the leave to have load, until the machine is released (I13).
pub(super) const RELEASE_AFTER: Duration = Duration::from_secs(2);
/// No load at all.
pub(super) const NOTHING: MachineLoad = MachineLoad::Power(Watts::ZERO);
/// Slowest that a brake is expected to follow, in watts a second \[assumed\]: a step of 75 W within 3 s. No sheet says.
const POWER_SLEW: f64 = 25.0;

/// Rates, times and range of a protocol.
#[derive(Debug, Clone, Copy)]
pub(in crate::machines) struct Manners {
    /// Of the line.
    pub(in crate::machines) baud: u32,
    /// From the port's opening to the first exchange.
    pub(in crate::machines) after_open: Duration,
    /// From the end of one exchange to the next.
    pub(in crate::machines) gap: Duration,
    /// From round to round.
    pub(in crate::machines) poll_interval: Duration,
    /// So many things in a row without an answer are a lost link.
    pub(in crate::machines) missed_max: u8,
    /// So many bursts of a stop at once before it counts as refused; further ones go on, more slowly \[assumed\].
    pub(in crate::machines) bursts_max: u8,
    /// For so long nothing is asked, and nothing believed, after an answer did not come.
    pub(in crate::machines) hush: Duration,
    /// An answer does not say what it answers: after an exchange was given up none is believed until the machine said who it is.
    pub(in crate::machines) nameless: bool,
    /// Completes what a stop or a load that goes before everything may have cut off, to something that does no harm.
    pub(in crate::machines) cut_off: &'static [u8],
    /// An answer is believed once nothing followed it for so long; zero where it shows by itself that it is whole.
    pub(in crate::machines) quiet_after: Duration,
    /// A machine that speaks unasked misses one for each such time without a word.
    pub(in crate::machines) stream_time_out: Option<Duration>,
    /// A load is told again after so long.
    pub(in crate::machines) repeat: Option<Duration>,
    /// A load that is not read back within so long was refused; zero where the answer to the load itself tells.
    pub(in crate::machines) judged_within: Duration,
    /// What is read back is measured: under this cadence it says nothing of what was told. In 1/min.
    pub(in crate::machines) measured_from: u16,
    /// Out of use it reads no load, and takes none before it is started again.
    pub(in crate::machines) is_idle_by_load: bool,
    /// Read back and told may differ by so many watts.
    pub(in crate::machines) tolerance: u16,
    /// Least that can be told: no load, or as little as the machine can. In watts.
    pub(in crate::machines) nothing: u16,
    /// Least load above that. In watts.
    pub(in crate::machines) min: u16,
    /// Greatest load. In watts.
    pub(in crate::machines) max: u16,
    /// Step between loads. In watts.
    pub(in crate::machines) step: u16,
}

/// What is said when.
#[derive(Debug, Clone, Copy)]
pub(in crate::machines) struct Script<A: 'static> {
    /// After the port was opened, and after the machine was missed.
    pub(in crate::machines) opening: &'static [A],
    /// Once in each round.
    pub(in crate::machines) round: &'static [A],
    /// To begin, with a load.
    pub(in crate::machines) starting: &'static [A],
    /// To change a load. The first goes out at once where it takes away.
    pub(in crate::machines) loading: &'static [A],
    /// To let go. The first goes out in the turn that brings the stop; the last tells whether it did.
    pub(in crate::machines) stopping: &'static [A],
}

/// What a machine makes of what it is asked or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::machines) enum Expect {
    /// It answers within this, or was not heard.
    Answer(Duration),
    /// It may answer within this, and nothing follows from it if it does not.
    Perhaps(Duration),
    /// It does not answer; the next exchange may begin after this.
    Nothing(Duration),
}

impl Expect {
    pub(super) const fn within(self) -> Duration {
        match self {
            Self::Answer(within) | Self::Perhaps(within) | Self::Nothing(within) => within,
        }
    }
}

impl Manners {
    /// What most sheets say: 8N1, one repetition, answers that show what they answer.
    pub(in crate::machines) const fn plain(baud: u32) -> Self {
        Self {
            baud,
            after_open: Duration::ZERO,
            gap: Duration::ZERO,
            poll_interval: Duration::from_secs(1),
            missed_max: 2,
            bursts_max: 3,
            hush: Duration::ZERO,
            nameless: false,
            cut_off: &[],
            quiet_after: Duration::ZERO,
            stream_time_out: None,
            repeat: None,
            judged_within: Duration::ZERO,
            measured_from: 0,
            is_idle_by_load: false,
            tolerance: 0,
            nothing: 0,
            min: 0,
            max: 0,
            step: 1,
        }
    }

    /// How long so many bytes take, start and stop bit counted.
    pub(super) fn on_the_wire(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let bits = bytes.saturating_mul(10);
        Duration::from_nanos(bits.saturating_mul(1_000_000_000) / u64::from(self.baud.max(1)))
    }

    /// The load in watts as the machine is told it: down to its step and into its range; the least it can do where that is under its
    /// range.
    pub(super) fn watts_of(&self, power: Watts) -> u16 {
        let limited = power.get().min(self.max);
        let stepped = limited - limited.checked_rem(self.step).unwrap_or(0);
        if stepped < self.min {
            self.nothing
        } else {
            stepped
        }
    }

    /// Whether so many watts are more than was asked. A brake that cannot let go was asked for its least where it was asked for nothing:
    /// who asks knows that by its capabilities.
    pub(super) const fn is_more_than(&self, watts: u16, asked: Watts) -> bool {
        watts > self.most_for(asked)
    }

    /// Whether what is in force is what was told, and not more than was asked.
    pub(super) fn fits(&self, in_force: u16, told: u16, asked: Watts) -> bool {
        let most = self.most_for(asked);
        in_force.abs_diff(told) <= self.tolerance
            && in_force <= most.saturating_add(self.tolerance)
            && told <= most
    }

    const fn most_for(&self, asked: Watts) -> u16 {
        if asked.get() == 0 {
            self.nothing
        } else {
            asked.get()
        }
    }

    /// Who has the load of a machine that can be told it.
    pub(in crate::machines) const fn commanded(&self) -> LoadControl {
        if self.nothing > 0 {
            LoadControl::CommandedFromLeast
        } else {
            LoadControl::Commanded
        }
    }
}

/// What a leg ergometer of these manners can do.
pub(in crate::machines) fn ergometer(manners: &Manners, reads: ReadBack) -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: manners.commanded(),
        power: power_range(manners),
        belt: None,
        slew: Slew {
            watts_per_second: POWER_SLEW,
            metres_per_second_squared: 0.0,
            grade_percent_per_second: 0.0,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: manners.poll_interval,
        on_silence: OnSilence::KeepsLoad,
        reads,
    }
}

/// What a machine of these manners can do whose load the host cannot change.
pub(in crate::machines) fn watched(
    manners: &Manners,
    reads: ReadBack,
    on_silence: OnSilence,
) -> Capabilities {
    Capabilities {
        control: LoadControl::ByHand,
        power: None,
        on_silence,
        ..ergometer(manners, reads)
    }
}

fn power_range(manners: &Manners) -> Option<PowerRange> {
    Some(PowerRange {
        min: Watts::new(manners.min)?,
        max: Watts::new(manners.max)?,
        step: manners.step,
    })
}
