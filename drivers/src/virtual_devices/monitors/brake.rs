//! A brake that follows what it is told.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp, Watts};

use crate::virtual_devices::beats::rounded;

/// A new power is there after so long.
const FOLLOWS: Duration = Duration::from_secs(2);

/// Where a brake came from, and since when it is on its way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Brake {
    from: f64,
    since: Timestamp,
}

impl Brake {
    /// A brake that leaves this power now.
    pub(super) const fn leaving(from: f64, since: Timestamp) -> Self {
        Self { from, since }
    }

    /// What it takes now: from the old power to its target in a straight line.
    pub(super) fn watts(&self, now: Timestamp, target: f64) -> f64 {
        let part = now.since(self.since).as_secs_f64() / FOLLOWS.as_secs_f64();
        self.from + (target - self.from) * part.min(1.0)
    }
}

/// What a rider's legs feel; `None` for nothing.
pub(super) fn load(watts: f64) -> Option<MachineLoad> {
    let watts = Watts::new(rounded(watts)?)?;
    (watts > Watts::MIN).then_some(MachineLoad::Power(watts))
}

/// What a body's cadence can be, in revolutions a minute: nobody pedals faster than 250.
pub(super) const fn cadence(of_body: f64) -> f64 {
    if of_body.is_finite() {
        of_body.clamp(0.0, 250.0)
    } else {
        0.0
    }
}
