//! What can happen to a station: generators that lean to thresholds and to rare things.

use std::time::Duration;

use control::input::{Action, Device, Entry, LinkState};
use control::prescription::{BoundSensors, BoutSetup, Mode};
use control::rules::RuleId;
use proptest::prelude::*;
use protocols::vocabulary::MillimetresOfMercury;

use crate::bench::{constant, mets, setup};
use crate::scenes::{Scene, scene};

/// One thing that happens.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a test's few hundred steps")]
pub(crate) enum Step {
    /// Time passes, in tenths of a second.
    Wait(u16),
    /// The heart rate at no load becomes this.
    HeartRate(u16),
    /// So many beats a minute for each net MET.
    Gain(u8),
    /// The heart rate goes there by a beat a second.
    Slide(u16),
    /// The strap repeats one number, or no longer does.
    Stuck(Option<u16>),
    /// The oximeter's pulse, by how much it differs.
    Pulse(Option<i16>),
    /// The oximeter says that the pulse is weak.
    Weak(bool),
    /// For so many tenths the machine gives half of what it was told.
    Half(u16),
    Strap(bool),
    /// A short play that leads where chance hardly does.
    Play(Scene),
    /// A person binds sensors anew.
    Bind(BoundSensors),
    Saturation(u8),
    Oximeter(bool),
    Cadence(u16),
    /// The machine hears nothing.
    Deaf(bool),
    /// It refuses every start and every load.
    Refuses(bool),
    /// It falls out of use by itself.
    Restart,
    /// It gives this share of what it was told, in per cent.
    Share(u8),
    /// Somebody turned the machine up by hand, by watts or cm/s.
    OwnKeys(u8),
    Reports(bool),
    Link(Device, LinkState),
    StopCircuit(bool),
    Watched(bool),
    Record(bool),
    /// The loop stands still, in milliseconds.
    Gap(u16),
    Fault,
    /// The gym is closed: first the machine comes to rest, then the bout is over.
    Closes {
        over: bool,
    },
    Do(Action),
    /// A nurse mends everything, acknowledges, and goes on.
    Nurse,
    /// A patient takes the station, and nothing more.
    Arrive,
    /// A bout is begun and confirmed, everything being in order.
    Begin,
}

/// A whole case: which machine, what is ordered, what happens.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) belt: bool,
    pub(crate) setup: BoutSetup,
    pub(crate) steps: Vec<Step>,
    /// After so many steps the station is written down, read back, and a twin goes on beside it.
    pub(crate) twin_from: usize,
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    (any::<bool>(), 0..2_u8)
        .prop_flat_map(|(belt, _)| {
            (
                Just(belt),
                bout(belt),
                prop::collection::vec(step(), 20..110),
                0..80_usize,
                prop::option::weighted(0.5, any::<bool>()),
            )
        })
        .prop_map(|(belt, setup, mut steps, twin_from, closes)| {
            if let Some(waits) = closes {
                // Nothing happens after it: it can only be the end.
                if waits {
                    steps.extend([Step::Closes { over: false }, Step::Wait(200)]);
                }
                steps.extend([Step::Closes { over: true }, Step::Wait(50)]);
            }
            // Most of what can happen needs somebody who exercises.
            steps.insert(0, Step::Begin);
            Case {
                belt,
                setup,
                steps,
                twin_from,
            }
        })
}

fn bout(belt: bool) -> impl Strategy<Value = BoutSetup> {
    (
        mode(),
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)),
        (1..6_u64, 2..10_u64, 1..5_u64),
        (20..60_u16, 2..40_u8, 2..40_u8),
        prop::option::weighted(0.2, 140.0..170.0_f64),
    )
        .prop_map(move |(mode, flags, lengths, (ceiling, up, warm), icd)| {
            let mut setup = setup(mode, belt);
            let ordered = &mut setup.prescription;
            ordered.warm_up = Duration::from_secs(20 * lengths.0);
            ordered.conditioning = Duration::from_secs(40 * lengths.1);
            ordered.cool_down = Duration::from_secs(20 * lengths.2);
            ordered.ceiling = mets(f64::from(ceiling) / 10.0);
            ordered.ramp_up = f64::from(up) / 10.0;
            ordered.warm_up_ramp = f64::from(warm) / 10.0;
            ordered.saturation_required = flags.0;
            if let Some(limits) = ordered.heart_rate.as_mut() {
                limits.icd_detection = icd;
            }
            setup.patient.lung_disease = flags.1;
            setup.patient.atrial_fibrillation = flags.2;
            setup.tuning.recovery = Duration::from_secs(30);
            setup
        })
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![
        2 => Just(constant()),
        3 => (85..125_u8, 5..20_u8).prop_map(|(target, gain)| Mode::HeartRateHeld {
            target: f64::from(target),
            assessed_gain: Some(f64::from(gain)),
            assessed_rest: Some(70.0),
        }),
        1 => Just(Mode::MetHeld { target: mets(2.5) }),
        1 => Just(Mode::ByHand),
        1 => (90..125_u8, 1..5_u64).prop_map(|(target, turn)| Mode::HeartRateInterval {
            work: f64::from(target),
            work_for: Duration::from_secs(30 * turn),
            recovery: f64::from(target) - 15.0,
            recovery_for: Duration::from_secs(30 * turn),
            repeats: 5,
            assessed_gain: Some(10.0),
            assessed_rest: Some(70.0),
        }),
        1 => (1..6_u64, 1..6_u64).prop_map(|(work, rest)| Mode::Interval {
            work: mets(5.0),
            work_for: Duration::from_secs(20 * work),
            recovery: mets(1.2),
            recovery_for: Duration::from_secs(20 * rest),
            repeats: 5,
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => wait(),
        14 => sensed(),
        8 => machine(),
        6 => surroundings(),
        16 => action().prop_map(Step::Do),
        10 => Just(Step::Nurse),
        4 => Just(Step::Begin),
        1 => Just(Step::Arrive),
        1 => scene().prop_map(Step::Play),
    ]
}

fn wait() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => 0..5_u16,
        3 => prop::sample::select(vec![9, 10, 11, 29, 30, 31, 49, 50, 51, 99, 100, 101]),
        3 => 50..400_u16,
        1 => 600..1_500_u16,
    ]
    .prop_map(Step::Wait)
}

fn sensed() -> impl Strategy<Value = Step> {
    // Around H 130, S 140, ICD - 10, the lower limit 40, plausibility, and what steps.
    let rates = vec![
        29, 30, 39, 40, 60, 70, 75, 80, 95, 115, 116, 126, 127, 129, 130, 131, 139, 140, 141, 160,
        219, 221,
    ];
    // Around the floor 88 and what is built on it.
    let saturations = vec![
        49, 50, 79, 80, 83, 84, 85, 87, 88, 89, 90, 91, 92, 94, 97, 97, 97,
    ];
    prop_oneof![
        4 => prop::sample::select(rates).prop_map(Step::HeartRate),
        2 => (0..25_u8).prop_map(Step::Gain),
        3 => prop::sample::select(vec![36, 39, 41, 60, 112, 120, 128, 131, 142, 158]).prop_map(Step::Slide),
        1 => prop::sample::select(vec![None, Some(80), Some(100)]).prop_map(Step::Stuck),
        2 => prop::sample::select(vec![None, Some(0), Some(5), Some(-11), Some(11), Some(25)]).prop_map(Step::Pulse),
        1 => any::<bool>().prop_map(Step::Weak),
        4 => prop::sample::select(saturations).prop_map(Step::Saturation),
        2 => prop::bool::weighted(0.4).prop_map(Step::Strap),
        2 => prop::bool::weighted(0.4).prop_map(Step::Oximeter),
        2 => (prop::bool::weighted(0.7), prop::bool::weighted(0.7))
            .prop_map(|(strap, oximeter)| Step::Bind(BoundSensors { strap, oximeter })),
    ]
}

fn machine() -> impl Strategy<Value = Step> {
    let cadences = vec![0, 9, 10, 29, 30, 39, 40, 44, 45, 60, 60, 100, 101];
    let links = vec![
        LinkState::Up,
        LinkState::Up,
        LinkState::Silent,
        LinkState::Gone,
    ];
    let devices = vec![Device::Machine, Device::Strap, Device::Oximeter];
    prop_oneof![
        4 => prop::sample::select(cadences).prop_map(Step::Cadence),
        1 => any::<bool>().prop_map(Step::Deaf),
        1 => any::<bool>().prop_map(Step::Refuses),
        1 => Just(Step::Restart),
        2 => prop::sample::select(vec![0, 50, 90, 100, 100, 120, 200]).prop_map(Step::Share),
        1 => (0..250_u8).prop_map(Step::OwnKeys),
        2 => (100..500_u16).prop_map(Step::Half),
        1 => any::<bool>().prop_map(Step::Reports),
        2 => (prop::sample::select(devices), prop::sample::select(links))
            .prop_map(|(device, state)| Step::Link(device, state)),
    ]
}

fn surroundings() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any::<bool>().prop_map(Step::StopCircuit),
        2 => any::<bool>().prop_map(Step::Watched),
        2 => any::<bool>().prop_map(Step::Record),
        2 => prop::sample::select(vec![100, 250, 251, 1_000, 1_001, 5_000]).prop_map(Step::Gap),
        1 => Just(Step::Fault),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => prop::sample::select(vec![
            Action::DoorChecked,
            Action::ConfirmStart,
            Action::Pause,
            Action::Resume,
            Action::Resume,
            Action::LoadUp,
            Action::LoadDown,
            Action::TargetUp,
            Action::TargetDown,
            Action::Automatic,
            Action::BeginCoolDown,
            Action::Finish,
            Action::AcknowledgeAll,
        ]),
        1 => Just(Action::Stop),
        1 => prop::sample::select(vec![Action::EmergencyStop, Action::Stop]),
        1 => prop::sample::select(RuleId::ALL.to_vec()).prop_map(Action::Acknowledge),
        1 => (0..200_u64).prop_map(|lasts| Action::Silence(Duration::from_secs(lasts))),
        2 => entry().prop_map(Action::Enter),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let pressure = |value: u16| MillimetresOfMercury::new(value).expect("in range");
    prop_oneof![
        (5..22_u8).prop_map(Entry::PerceivedExertion),
        (80..260_u16, 50..120_u16, any::<bool>()).prop_map(
            move |(systolic, diastolic, symptoms)| Entry::BloodPressure {
                systolic: pressure(systolic),
                diastolic: pressure(diastolic),
                symptoms,
            }
        ),
        (0..12_u8).prop_map(Entry::Dyspnoea),
        (0..6_u8).prop_map(Entry::Angina),
        (0..6_u8).prop_map(Entry::Claudication),
        (8..60_u8).prop_map(Entry::Breathing),
        (0..700_u16).prop_map(Entry::Glucose),
        (0..20_000_u16).prop_map(Entry::OxygenFlow),
        prop::sample::select(vec![
            Entry::PoorPerfusion,
            Entry::Ectopy,
            Entry::Arrhythmia,
            Entry::Symptom,
        ]),
    ]
}
