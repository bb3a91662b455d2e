//! What is compared between sessions.

use super::Visit;

/// Something that a course follows from session to session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The load that gives one and the same heart rate.
    LoadAtHeartRate,
    /// The heart rate that one and the same load gives.
    HeartRateAtLoad,
    /// Resting heart rate.
    RestingHeartRate,
    /// Heart-rate recovery within one minute after exercise.
    Recovery,
    /// Share of conditioning in the zone.
    TimeInZone,
    /// Minutes of conditioning.
    Minutes,
    /// The mean of METs.
    MetMean,
    /// The highest minute of METs.
    MetPeak,
    /// MET-minutes.
    MetMinutes,
    /// Way of the belt.
    Distance,
    /// Work at the crank.
    Work,
    /// Lowest saturation.
    Nadir,
    /// Mean perceived exertion.
    Exertion,
    /// Systolic pressure at rest.
    RestingSystolic,
    /// Weight.
    Weight,
    /// Alarms that were raised.
    Alarms,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More.
    Higher,
    /// Less.
    Lower,
    /// That depends.
    Neither,
}

impl Measure {
    /// Every measure, what a physiologist looks at first in front.
    pub const ALL: [Self; 16] = [
        Self::LoadAtHeartRate,
        Self::HeartRateAtLoad,
        Self::RestingHeartRate,
        Self::Recovery,
        Self::TimeInZone,
        Self::Minutes,
        Self::MetMean,
        Self::MetPeak,
        Self::MetMinutes,
        Self::Distance,
        Self::Work,
        Self::Nadir,
        Self::Exertion,
        Self::RestingSystolic,
        Self::Weight,
        Self::Alarms,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LoadAtHeartRate => "load at the same heart rate",
            Self::HeartRateAtLoad => "heart rate at the same load",
            Self::RestingHeartRate => "resting heart rate",
            Self::Recovery => "heart-rate recovery in 1 min",
            Self::TimeInZone => "time in zone",
            Self::Minutes => "conditioning",
            Self::MetMean => "mean METs",
            Self::MetPeak => "highest METs",
            Self::MetMinutes => "MET-minutes",
            Self::Distance => "distance",
            Self::Work => "work",
            Self::Nadir => "lowest saturation",
            Self::Exertion => "perceived exertion",
            Self::RestingSystolic => "systolic pressure at rest",
            Self::Weight => "weight",
            Self::Alarms => "alarms",
        }
    }

    /// Its unit; that of a load depends on the machine and stands with the trend.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::LoadAtHeartRate | Self::MetMean | Self::MetPeak => "MET",
            Self::HeartRateAtLoad | Self::RestingHeartRate | Self::Recovery => "/min",
            Self::TimeInZone | Self::Nadir => "%",
            Self::Minutes => "min",
            Self::MetMinutes => "MET-min",
            Self::Distance => "m",
            Self::Work => "kJ",
            Self::RestingSystolic => "mmHg",
            Self::Weight => "kg",
            Self::Exertion | Self::Alarms => "",
        }
    }

    /// How many digits stand after its point.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::MetMean | Self::MetPeak | Self::Weight | Self::Exertion => 1,
            Self::LoadAtHeartRate
            | Self::HeartRateAtLoad
            | Self::RestingHeartRate
            | Self::Recovery
            | Self::TimeInZone
            | Self::Minutes
            | Self::MetMinutes
            | Self::Distance
            | Self::Work
            | Self::Nadir
            | Self::RestingSystolic
            | Self::Alarms => 0,
        }
    }

    /// Which way is better.
    #[must_use]
    pub const fn better(self) -> Better {
        match self {
            Self::LoadAtHeartRate
            | Self::Recovery
            | Self::TimeInZone
            | Self::MetMean
            | Self::MetPeak
            | Self::MetMinutes
            | Self::Distance
            | Self::Work
            | Self::Nadir => Better::Higher,
            Self::HeartRateAtLoad | Self::RestingHeartRate | Self::Alarms => Better::Lower,
            Self::Minutes | Self::Exertion | Self::RestingSystolic | Self::Weight => {
                Better::Neither
            }
        }
    }

    /// What a session's figures say of it; `None` where they do not, or where it takes more than one session to tell.
    pub(super) fn figure(self, visit: &Visit) -> Option<f64> {
        let figures = &visit.figures;
        let number = |count: usize| {
            let count = u64::try_from(count).ok()?;
            Some(protocols::vocabulary::number::from_u64(count))
        };
        match self {
            Self::LoadAtHeartRate | Self::HeartRateAtLoad => None,
            Self::RestingHeartRate => figures.heart_rate.rest_bpm,
            Self::Recovery => figures.heart_rate.recovery_1_min_bpm,
            Self::TimeInZone => visit.verdict.zone_share(figures),
            Self::Minutes => Some(figures.conditioning_min),
            Self::MetMean => figures.dose.met_mean,
            Self::MetPeak => figures.dose.met_peak,
            Self::MetMinutes => figures.dose.met_minutes,
            Self::Distance => figures.dose.distance_m,
            Self::Work => figures.dose.work_kj,
            Self::Nadir => figures.saturation.nadir_percent,
            Self::Exertion => figures.scores.exertion_mean,
            Self::RestingSystolic => {
                let (systolic, _) = figures.pressure.rest?;
                i32::try_from(systolic).ok().map(f64::from)
            }
            Self::Weight => figures.dose.mass_kg,
            Self::Alarms => number(figures.alarm_count()),
        }
    }
}
