//! How long, and how hard it may feel.

use std::time::Duration;

use protocols::vocabulary::number;
use toml::Spanned;

use super::identity::Identity;
use super::words::Diagnosis;
use crate::config::kind::{Number, Pair, Whole};
use crate::config::section::Section;

/// Minutes of warm-up and of cool-down where none are written.
const DEFAULT_MINUTES: f64 = 5.0;

/// Where angina or a failing heart is told, guidelines ask for so many minutes of warm-up.
const LONG_WARM_UP: f64 = 10.0;

/// Times and exertion. What is `None` is missing or wrong, and has been noted.
#[derive(Debug)]
pub(super) struct Dose {
    warm_up: Duration,
    conditioning: Option<Duration>,
    cool_down: Duration,
    exertion_upper: Option<u8>,
    dyspnoea_upper: Option<u8>,
    claudication_stop: Option<u8>,
}

/// Times and exertion, all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ordered {
    pub(super) warm_up: Duration,
    pub(super) conditioning: Duration,
    pub(super) cool_down: Duration,
    pub(super) exertion_upper: u8,
    pub(super) dyspnoea_upper: u8,
    pub(super) claudication_stop: u8,
}

impl Dose {
    pub(super) fn read(section: &Section<'_, '_>, identity: &Identity) -> Self {
        let warm_up = section.or_default(
            "warm_up_min",
            &Number(0.0..=30.0, "minutes"),
            DEFAULT_MINUTES,
        );
        let conditioning = section.required("conditioning_min", &Number(1.0..=90.0, "minutes"));
        let cool_down = section.or_default(
            "cool_down_min",
            &Number(3.0..=30.0, "minutes"),
            DEFAULT_MINUTES,
        );
        check_warm_up(section, &warm_up, identity);
        let exertion = section.or_default("rpe", &Pair(Whole(6..=17, "")), (11, 14));
        let (lower, upper) = *exertion.get_ref();
        if lower > upper {
            section.findings().mistake(
                &exertion.span(),
                format!("rpe begins at {lower} and ends at {upper}"),
                "write the lower end first: rpe = [lower, upper]",
            );
        }
        let dyspnoea = section.or_default("dyspnoea_upper", &Whole(0..=10, ""), 6);
        let claudication = section.or_default("claudication_stop", &Whole(1..=4, ""), 3);
        let small = |number: u32| u8::try_from(number).ok();
        Self {
            warm_up: minutes(warm_up.into_inner()),
            conditioning: conditioning.map(|time| minutes(time.into_inner())),
            cool_down: minutes(cool_down.into_inner()),
            exertion_upper: small(upper),
            dyspnoea_upper: small(dyspnoea.into_inner()),
            claudication_stop: small(claudication.into_inner()),
        }
    }

    /// Warm-up and conditioning, for whoever asks whether a ramp has time enough.
    pub(super) const fn times(&self) -> (Duration, Option<Duration>) {
        (self.warm_up, self.conditioning)
    }

    /// All of it, where nothing is missing.
    pub(super) fn complete(&self) -> Option<Ordered> {
        Some(Ordered {
            warm_up: self.warm_up,
            conditioning: self.conditioning?,
            cool_down: self.cool_down,
            exertion_upper: self.exertion_upper?,
            dyspnoea_upper: self.dyspnoea_upper?,
            claudication_stop: self.claudication_stop?,
        })
    }
}

fn check_warm_up(section: &Section<'_, '_>, warm_up: &Spanned<f64>, identity: &Identity) {
    if identity.diagnosis == Some(Diagnosis::LongWarmUp) && *warm_up.get_ref() < LONG_WARM_UP {
        section.findings().warning(
            &warm_up.span(),
            format!(
                "warm_up_min is {}, and with angina or heart failure guidelines ask for 10 to 15",
                warm_up.get_ref()
            ),
            "write warm_up_min = 10 or more",
        );
    }
}

/// Minutes with decimals, to the nearest second.
pub(super) fn minutes(minutes: f64) -> Duration {
    Duration::from_secs(u64::from(
        number::floor_to_u32(minutes * 60.0 + 0.5).unwrap_or(0),
    ))
}
