//! The words that a prescription is written in, each in one place, and what a risk class sets (`prescription.md` section 4, `[choice]`).

use protocols::vocabulary::MachineKind;

/// How probable an event is held to be, and so how carefully load moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskClass {
    /// Low.
    Low,
    /// Moderate.
    Moderate,
    /// High.
    High,
}

impl RiskClass {
    /// Its words.
    pub const WORDS: &[(&str, Self)] = &[
        ("low", Self::Low),
        ("moderate", Self::Moderate),
        ("high", Self::High),
    ];

    /// Margin above the upper heart-rate limit, in beats a minute.
    #[must_use]
    pub const fn stop_margin(self) -> u32 {
        match self {
            Self::Low => 10,
            Self::Moderate => 8,
            Self::High => 5,
        }
    }

    /// How fast power may rise, in watts a minute.
    #[must_use]
    pub const fn cycle_ramp(self) -> f64 {
        match self {
            Self::Low => 20.0,
            Self::Moderate => 10.0,
            Self::High => 5.0,
        }
    }

    /// How fast a belt may gain speed, in km/h a minute.
    #[must_use]
    pub const fn belt_ramp(self) -> f64 {
        match self {
            Self::Low => 0.5,
            Self::Moderate => 0.3,
            Self::High => 0.2,
        }
    }

    /// How often blood pressure is taken, in minutes; `None`: at rest, at the peak and after.
    #[must_use]
    pub const fn blood_pressure_interval(self) -> Option<f64> {
        match self {
            Self::Low => None,
            Self::Moderate => Some(10.0),
            Self::High => Some(5.0),
        }
    }
}

/// Machines, by their words.
pub const MACHINES: &[(&str, MachineKind)] = &[
    ("cycle", MachineKind::Cycle),
    ("treadmill", MachineKind::Treadmill),
];

/// How the load of conditioning is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlMode {
    /// One load.
    Constant,
    /// The load moves so that the heart rate stays.
    HeartRateHeld,
    /// One metabolic rate.
    MetHeld,
    /// Work and recovery in turn.
    Interval,
    /// Work and recovery in turn, by heart rate.
    HeartRateInterval,
    /// A person sets it.
    ByHand,
}

impl ControlMode {
    /// Its words.
    pub const WORDS: &[(&str, Self)] = &[
        ("constant", Self::Constant),
        ("heart_rate_held", Self::HeartRateHeld),
        ("met_held", Self::MetHeld),
        ("interval", Self::Interval),
        ("heart_rate_interval", Self::HeartRateInterval),
        ("by_hand", Self::ByHand),
    ];

    /// Whether a heart rate leads the load.
    #[must_use]
    pub const fn holds_heart_rate(self) -> bool {
        matches!(self, Self::HeartRateHeld | Self::HeartRateInterval)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, mode)| *mode == self)
            .map_or("", |(word, _)| word)
    }
}

/// Why the patient is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagnosis {
    /// A disease of the heart or its vessels that changes no rule by itself.
    Cardiac,
    /// Angina or a failing heart: a longer warm-up.
    LongWarmUp,
    /// Atrial fibrillation.
    AtrialFibrillation,
    /// A transplanted heart.
    HeartTransplant,
    /// A disease of the lung or its vessels: saturation is required.
    Lung,
    /// Anything else.
    Other,
}

impl Diagnosis {
    /// The conditions that the clinic tells apart.
    pub const WORDS: &[(&str, Self)] = &[
        ("myocardial_infarction", Self::Cardiac),
        ("coronary_intervention", Self::Cardiac),
        ("coronary_bypass", Self::Cardiac),
        ("valve_surgery", Self::Cardiac),
        ("stable_angina", Self::LongWarmUp),
        ("heart_failure", Self::LongWarmUp),
        ("hypertension", Self::Cardiac),
        ("peripheral_artery_disease", Self::Cardiac),
        ("atrial_fibrillation", Self::AtrialFibrillation),
        ("heart_transplant", Self::HeartTransplant),
        ("copd", Self::Lung),
        ("interstitial_lung_disease", Self::Lung),
        ("pulmonary_hypertension", Self::Lung),
        ("post_covid_lung", Self::Lung),
        ("other_lung_disease", Self::Lung),
        ("diabetes", Self::Other),
        ("stroke", Self::Other),
        ("osteoarthritis", Self::Other),
        ("frailty", Self::Other),
        ("other", Self::Other),
    ];
}

/// What the prescription rests on.
pub const BASES: &[(&str, ())] = &[
    ("cpet", ()),
    ("graded_exercise_test", ()),
    ("six_minute_walk", ()),
    ("shuttle_walk", ()),
    ("none", ()),
];

/// Medicines that act on heart rate; the value says whether it is a beta blocker.
pub const MEDICINES: &[(&str, bool)] = &[
    ("beta_blocker", true),
    ("ivabradine", false),
    ("digoxin", false),
    ("calcium_blocker", false),
];

/// A device in the patient's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Implant {
    /// A pacemaker.
    Pacemaker,
    /// A defibrillator.
    Defibrillator,
    /// Resynchronisation with pacing alone.
    ResynchronisationPacemaker,
    /// Resynchronisation with a defibrillator.
    ResynchronisationDefibrillator,
    /// A left-ventricular assist device.
    AssistDevice,
}

impl Implant {
    /// Its words.
    pub const WORDS: &[(&str, Self)] = &[
        ("pacemaker", Self::Pacemaker),
        ("icd", Self::Defibrillator),
        ("crt_pacemaker", Self::ResynchronisationPacemaker),
        ("crt_defibrillator", Self::ResynchronisationDefibrillator),
        ("lvad", Self::AssistDevice),
    ];

    /// Whether it may shock.
    #[must_use]
    pub const fn shocks(self) -> bool {
        matches!(
            self,
            Self::Defibrillator | Self::ResynchronisationDefibrillator
        )
    }

    /// Whether it paces.
    #[must_use]
    pub const fn paces(self) -> bool {
        !matches!(self, Self::AssistDevice)
    }
}

/// Where the highest heart rate comes from; the value says for whom it is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaximumKind {
    /// Measured in a test, on the medicines of today.
    Measured,
    /// By a formula for healthy people.
    EstimatedHealthy,
    /// By a formula for people under beta blockade.
    EstimatedBetaBlocked,
}

impl MaximumKind {
    /// Its words: "measured", or the formula's name.
    pub const WORDS: &[(&str, Self)] = &[
        ("measured", Self::Measured),
        ("fox_1971", Self::EstimatedHealthy),
        ("tanaka_2001", Self::EstimatedHealthy),
        ("gellish_2007", Self::EstimatedHealthy),
        ("gulati_2010", Self::EstimatedHealthy),
        ("nes_2013", Self::EstimatedHealthy),
        ("astrand", Self::EstimatedHealthy),
        ("sydo_2014", Self::EstimatedHealthy),
        ("brawner_2004", Self::EstimatedBetaBlocked),
        ("keteyian_2012", Self::EstimatedBetaBlocked),
    ];
}

/// A signal that load needs to rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Heart rate.
    HeartRate,
    /// Saturation.
    Saturation,
    /// Blood pressure, by entry.
    BloodPressure,
}

impl Signal {
    /// Its words.
    pub const WORDS: &[(&str, Self)] = &[
        ("heart_rate", Self::HeartRate),
        ("spo2", Self::Saturation),
        ("blood_pressure", Self::BloodPressure),
    ];
}
