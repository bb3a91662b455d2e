//! The load of conditioning, by control mode.

use std::time::Duration;

use control::prescription::Mode;
use protocols::vocabulary::{MachineKind, NetMets};

use super::heart_rate::Foretold;
use super::load::{Context, Priced};
use super::setting::{Keys, RECOVERY, Setting, TARGET, WORK};
use super::words::ControlMode;
use crate::clinic::equations;
use crate::config::kind::{Number, Whole};
use crate::config::section::Section;

/// What conditioning asks for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Conditioning {
    /// A heart rate: the load follows from it.
    HeartRateHeld,
    /// Heart rates of work and recovery in turn.
    HeartRateInterval(Rhythm),
    /// What a person sets.
    ByHand,
    /// One load.
    Constant(Priced),
    /// One metabolic rate.
    MetHeld(NetMets),
    /// Work and recovery in turn.
    Interval {
        /// Load of work.
        work: Priced,
        /// Load of recovery.
        recovery: Priced,
        /// Their times and number.
        rhythm: Rhythm,
    },
}

/// Times of an interval.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    pub(super) work: Duration,
    pub(super) recovery: Duration,
    pub(super) repeats: u16,
}

/// A heart rate lags 30 to 60 s behind the load: what is shorter than this is set by load (`prescription.md` section 6).
const LEAST_BY_HEART_RATE: Duration = Duration::from_mins(2);

const METS_KEY: &str = "target_mets";

impl Conditioning {
    /// Reads the keys of the mode and notes those of other modes.
    pub(super) fn read(context: &Context<'_, '_, '_>) -> Option<Self> {
        let section = context.section;
        let mode = context.mode;
        if mode != ControlMode::Constant {
            Setting::refuse(
                section,
                TARGET,
                "only control_mode = \"constant\" has a target load",
            );
        }
        if mode != ControlMode::MetHeld {
            section.refused(METS_KEY, "only control_mode = \"met_held\" has one");
        }
        if mode != ControlMode::Interval {
            let because = "only control_mode = \"interval\" has loads of work and recovery";
            Setting::refuse(section, WORK, because);
            Setting::refuse(section, RECOVERY, because);
        }
        if !matches!(mode, ControlMode::Interval | ControlMode::HeartRateInterval) {
            let because =
                "only control_mode = \"interval\" or \"heart_rate_interval\" has work and recovery";
            for key in ["work_s", "recovery_s", "repeats"] {
                section.refused(key, because);
            }
        }
        match mode {
            ControlMode::HeartRateHeld => Some(Self::HeartRateHeld),
            ControlMode::HeartRateInterval => {
                Rhythm::read_by_heart_rate(section).map(Self::HeartRateInterval)
            }
            ControlMode::ByHand => Some(Self::ByHand),
            ControlMode::Constant => context.price(TARGET).map(Self::Constant),
            ControlMode::MetHeld => {
                let mets =
                    section.required(METS_KEY, &Number(1.5..=20.0, "METs, rest included"))?;
                NetMets::new(mets.into_inner() - 1.0).map(Self::MetHeld)
            }
            ControlMode::Interval => {
                let work = context.price(WORK);
                let recovery = context.price(RECOVERY);
                let rhythm = Rhythm::read(section);
                Some(Self::Interval {
                    work: work?,
                    recovery: recovery?,
                    rhythm: rhythm?,
                })
            }
        }
    }

    /// The rhythm of intervals by heart rate.
    pub(super) const fn rhythm_by_heart_rate(self) -> Option<Rhythm> {
        match self {
            Self::HeartRateInterval(rhythm) => Some(rhythm),
            Self::HeartRateHeld
            | Self::ByHand
            | Self::Constant(_)
            | Self::MetHeld(_)
            | Self::Interval { .. } => None,
        }
    }

    /// The core's mode; `None` where a heart rate leads the load, whose target stands elsewhere.
    pub(super) const fn mode(self) -> Option<Mode> {
        match self {
            Self::HeartRateHeld | Self::HeartRateInterval(_) => None,
            Self::ByHand => Some(Mode::ByHand),
            Self::Constant(load) => Some(Mode::Constant { target: load.net }),
            Self::MetHeld(target) => Some(Mode::MetHeld { target }),
            Self::Interval {
                work,
                recovery,
                rhythm,
            } => Some(Mode::Interval {
                work: work.net,
                work_for: rhythm.work,
                recovery: recovery.net,
                recovery_for: rhythm.recovery,
                repeats: rhythm.repeats,
            }),
        }
    }

    /// For people.
    pub(super) fn words(self, warm_up: Priced) -> String {
        match self {
            Self::HeartRateHeld | Self::HeartRateInterval(_) => String::new(),
            Self::ByHand => format!("by hand from {}", warm_up.setting.words()),
            Self::Constant(load) => load.setting.words(),
            Self::MetHeld(target) => format!("{:.1} METs held", equations::gross(target)),
            Self::Interval {
                work,
                recovery,
                rhythm,
            } => format!(
                "{} x {} s at {} and {} s at {}",
                rhythm.repeats,
                rhythm.work.as_secs(),
                work.setting.words(),
                rhythm.recovery.as_secs(),
                recovery.setting.words()
            ),
        }
    }

    /// Whether it lies between warm-up and ceiling, and whether ramps and times let it be reached. Of a held heart rate that is the
    /// load that is `foretold` to hold it, as far as the ceiling lets it.
    pub(super) fn check(
        self,
        context: &Context<'_, '_, '_>,
        warm_up: Option<Priced>,
        ceiling: Option<Priced>,
        (ramp_up, conditioning): (Option<f64>, Option<Duration>),
        foretold: Option<Foretold>,
    ) {
        match self {
            Self::ByHand => {}
            Self::HeartRateHeld => {
                if let (Some(Foretold::Held(foretold)), Some(ceiling)) = (foretold, ceiling) {
                    let asked = lower(foretold, ceiling.net);
                    check_reached(context, "target_bpm", asked, warm_up, ramp_up, conditioning);
                }
            }
            Self::HeartRateInterval(rhythm) => {
                check_fits(context, rhythm, conditioning);
                let foretold = match (foretold, ceiling, ramp_up) {
                    (Some(Foretold::InTurn { work, recovery }), Some(ceiling), Some(ramp_up)) => {
                        (lower(work, ceiling.net), recovery, ramp_up)
                    }
                    (Some(_) | None, _, _) => return,
                };
                check_work_reached(context, "work_bpm", foretold, rhythm);
            }
            Self::Constant(load) => {
                context.check_within(TARGET, load, ceiling);
                let key = TARGET.leading(context.machine);
                check_above_warm_up(context, key, load.net, &load.setting.words(), warm_up);
                check_reached(context, key, load.net, warm_up, ramp_up, conditioning);
            }
            Self::MetHeld(target) => {
                check_mets_ceiling(context, target, ceiling);
                let words = format!("{:.1} METs", equations::gross(target));
                check_above_warm_up(context, METS_KEY, target, &words, warm_up);
                check_reached(context, METS_KEY, target, warm_up, ramp_up, conditioning);
            }
            Self::Interval {
                work,
                recovery,
                rhythm,
            } => {
                context.check_within(WORK, work, ceiling);
                check_interval(context, work, recovery, rhythm, ramp_up, conditioning);
            }
        }
    }
}

impl Rhythm {
    /// The same for intervals by heart rate, which does not follow a load in less than two minutes.
    fn read_by_heart_rate(section: &Section<'_, '_>) -> Option<Self> {
        let rhythm = Self::read(section)?;
        for (key, length) in [("work_s", rhythm.work), ("recovery_s", rhythm.recovery)] {
            if length < LEAST_BY_HEART_RATE {
                section.findings().mistake(
                    &section.place(key),
                    format!(
                        "{key} is {}, and a heart rate does not follow a load in less than {} s",
                        length.as_secs(),
                        LEAST_BY_HEART_RATE.as_secs()
                    ),
                    "write 120 or more, or control_mode = \"interval\" with loads",
                );
            }
        }
        Some(rhythm)
    }

    fn read(section: &Section<'_, '_>) -> Option<Self> {
        let work = section.required("work_s", &Whole(10..=1200, "seconds"));
        let recovery = section.required("recovery_s", &Whole(10..=1200, "seconds"));
        let repeats = section.required("repeats", &Whole(1..=100, ""));
        Some(Self {
            work: Duration::from_secs(u64::from(work?.into_inner())),
            recovery: Duration::from_secs(u64::from(recovery?.into_inner())),
            repeats: u16::try_from(repeats?.into_inner()).ok()?,
        })
    }
}

/// The lower of two loads.
fn lower(one: NetMets, other: NetMets) -> NetMets {
    if one < other { one } else { other }
}

fn check_above_warm_up(
    context: &Context<'_, '_, '_>,
    key: &'static str,
    target: NetMets,
    words: &str,
    warm_up: Option<Priced>,
) {
    let Some(warm_up) = warm_up else { return };
    if target < warm_up.net {
        context.section.findings().mistake(
            &context.section.place(key),
            format!(
                "the target {words} is less than the warm-up's {} ({:.1} METs)",
                warm_up.setting.words(),
                equations::gross(warm_up.net)
            ),
            "write a lighter warm-up, or a higher target",
        );
    }
}

fn check_mets_ceiling(context: &Context<'_, '_, '_>, target: NetMets, ceiling: Option<Priced>) {
    let Some(ceiling) = ceiling else { return };
    if target > ceiling.net {
        context.section.findings().mistake(
            &context.section.place(METS_KEY),
            format!(
                "target_mets {:.1} is above the ceiling's {:.1} ({})",
                equations::gross(target),
                equations::gross(ceiling.net),
                ceiling.setting.words()
            ),
            "write a target at the ceiling or below",
        );
    }
}

/// Whether the ramp leads from the warm-up to the target before conditioning is over.
fn check_reached(
    context: &Context<'_, '_, '_>,
    key: &'static str,
    target: NetMets,
    warm_up: Option<Priced>,
    ramp_up: Option<f64>,
    conditioning: Option<Duration>,
) {
    let (Some(warm_up), Some(ramp_up), Some(conditioning)) = (warm_up, ramp_up, conditioning)
    else {
        return;
    };
    let needs = (target.get() - warm_up.net.get()) / ramp_up;
    let has = conditioning.as_secs_f64() / 60.0;
    if needs >= has {
        context.section.findings().mistake(
            &context.section.place(key),
            format!(
                "the target is not reached: from the warm-up's {} the ramp needs {needs:.1} min, and conditioning lasts {has} min",
                warm_up.setting.words()
            ),
            format!(
                "write a longer conditioning_min, a higher warm-up load, or a faster {}",
                ramp_key(context.machine)
            ),
        );
    }
}

fn check_interval(
    context: &Context<'_, '_, '_>,
    work: Priced,
    recovery: Priced,
    rhythm: Rhythm,
    ramp_up: Option<f64>,
    conditioning: Option<Duration>,
) {
    let section = context.section;
    let findings = section.findings();
    let place = |keys: Keys| section.place(keys.leading(context.machine));
    if recovery.net > work.net {
        findings.mistake(
            &place(RECOVERY),
            format!(
                "recovery at {} is harder than work at {}",
                recovery.setting.words(),
                work.setting.words()
            ),
            "write a lighter recovery",
        );
    }
    if let Some(ramp_up) = ramp_up {
        let key = WORK.leading(context.machine);
        check_work_reached(context, key, (work.net, recovery.net, ramp_up), rhythm);
    }
    check_fits(context, rhythm, conditioning);
}

/// Whether the ramp leads from recovery to work before work is over.
fn check_work_reached(
    context: &Context<'_, '_, '_>,
    key: &'static str,
    (work, recovery, ramp_up): (NetMets, NetMets, f64),
    rhythm: Rhythm,
) {
    let needs = (work.get() - recovery.get()) / ramp_up * 60.0;
    if needs > rhythm.work.as_secs_f64() {
        context.section.findings().mistake(
            &context.section.place(key),
            format!(
                "the work's load is not reached: from recovery the ramp needs {needs:.0} s, and work lasts {} s",
                rhythm.work.as_secs()
            ),
            format!("write a faster {}, or longer work", ramp_key(context.machine)),
        );
    }
}

/// Whether all intervals fit into conditioning.
fn check_fits(context: &Context<'_, '_, '_>, rhythm: Rhythm, conditioning: Option<Duration>) {
    let section = context.section;
    let whole = (rhythm.work + rhythm.recovery) * u32::from(rhythm.repeats);
    if let Some(conditioning) = conditioning
        && whole > conditioning
    {
        section.findings().mistake(
            &section.place("repeats"),
            format!(
                "{} intervals last {:.1} min, and conditioning_min is {}",
                rhythm.repeats,
                whole.as_secs_f64() / 60.0,
                conditioning.as_secs_f64() / 60.0
            ),
            "write fewer repeats, or a longer conditioning_min",
        );
    }
}

const fn ramp_key(machine: MachineKind) -> &'static str {
    match machine {
        MachineKind::Cycle => "ramp_up_w_per_min",
        MachineKind::Treadmill => "ramp_up_km_h_per_min",
    }
}
