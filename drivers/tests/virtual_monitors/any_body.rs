//! Whatever a body shows and a host sends, a device keeps its form and its rhythm.

use std::ops::RangeInclusive;
use std::time::Duration;

use drivers::catalogue::{Family, Settings};
use drivers::virtual_devices::Body;
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::vocabulary::Absence;
use protocols::{bci_5, contec_5, nonin_ascii, nonin_df1, nonin_df8, polar_hrmi};

use crate::host::{Host, RESTING, START, decoded, drain, families, tell};
use crate::told::read;

/// Feeds what a family sent to its own decoder: messages, and whether there was an error.
fn judged(family: &str, bytes: &[u8]) -> (usize, bool) {
    let (mut messages, mut broken) = (0, false);
    tell(family, bytes, &mut |item| match item {
        Ok(_) => messages += 1,
        Err(_) => broken = true,
    });
    (messages, broken)
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -10.0..500.0,
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(0.0)
    ]
}

fn any_body() -> impl Strategy<Value = Body> {
    (
        (any_number(), any_number(), any_number()),
        any::<u16>(),
        any::<[bool; 4]>(),
    )
        .prop_map(|(numbers, strap, flags)| {
            let (heart_rate, saturation, cadence) = numbers;
            let [walking, strap_contact, finger_in, perfusion_good] = flags;
            Body {
                heart_rate,
                strap_heart_rate: strap,
                saturation,
                cadence,
                walking,
                strap_contact,
                finger_in,
                perfusion_good,
            }
        })
}

/// The reasons for which a family's decoder finds no value.
type Absences = fn(&[u8]) -> Vec<Absence>;

macro_rules! absences {
    ($decoder:ty) => {
        |bytes| {
            let found = decoded::<$decoder>(bytes);
            let rates = found.iter().filter_map(|it| it.pulse_rate().err());
            let saturations = found.iter().filter_map(|it| it.saturation().err());
            rates.chain(saturations).collect()
        }
    };
}

/// The rates that a family's devices tell, beats a minute.
const RANGES: &[(&str, RangeInclusive<u16>, Absences)] = &[
    ("nonin-df1", 18..=321, absences!(nonin_df1::PacketDecoder)),
    ("nonin-df8", 18..=321, absences!(nonin_df8::PacketDecoder)),
    ("nonin-ascii", 18..=321, absences!(nonin_ascii::LineDecoder)),
    ("contec-5", 1..=254, absences!(contec_5::PacketDecoder)),
    ("bci-5", 1..=254, absences!(bci_5::PacketDecoder)),
    ("masimo", 25..=240, |_| Vec::new()),
    ("nellcor", 20..=250, |_| Vec::new()),
    ("ivy-450c", 15..=300, |_| Vec::new()),
    ("medlab-ecg", 1..=246, |_| Vec::new()),
    ("ble-2a5f", 1..=300, |_| Vec::new()),
];

/// What wakes a device that says nothing unasked.
fn wake(family: &str) -> &'static [u8] {
    match family {
        "contec-9" => &[0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
        "polar-hrmi" => b"G32\r",
        _ => &[],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_body_makes_a_device_break_its_form(bodies in vec((any_body(), 0_u64..12), 1..6)) {
        for family in families() {
            for model in family.models {
                let mut host = Host::new((model.build)(START, &Settings::default()));
                let mut bytes = Vec::new();
                for (body, seconds) in &bodies {
                    host.body = *body;
                    if !wake(family.id).is_empty() {
                        bytes.extend(host.ask(wake(family.id)));
                    }
                    bytes.extend(host.run(seconds * 1_000));
                }
                let is_other_form = model.id == "polar-hrmi-periods";
                let (_, broken) = judged(family.id, &bytes);
                prop_assert!(!broken || is_other_form, "{}", model.id);
            }
        }
    }

    #[test]
    fn no_body_makes_a_value_outside_the_sheets_range(bodies in vec((any_body(), 5_u64..20), 1..4)) {
        for (family, rates, absences) in RANGES {
            for model in Family::by_id(family).expect("a family").models {
                if model.id == "masimo-ascii-2" {
                    continue;
                }
                let mut host = Host::new((model.build)(START, &Settings::default()));
                let mut bytes = Vec::new();
                for (body, seconds) in &bodies {
                    host.body = *body;
                    bytes.extend(host.run(seconds * 1_000));
                }
                for (rate, _) in read(family, &bytes) {
                    let rate = rate.flatten();
                    prop_assert!(rate.is_none_or(|rate| rates.contains(&rate)), "{}: {rate:?}", model.id);
                }
                for absence in absences(&bytes) {
                    prop_assert!(absence != Absence::OutOfRange, "{}", model.id);
                }
            }
        }
    }

    #[test]
    fn no_strap_makes_the_hrmi_board_tell_a_rate_that_is_none(bodies in vec((any_body(), 1_u64..9), 1..6)) {
        let mut host = Host::of("polar-hrmi");
        for (body, seconds) in &bodies {
            host.body = *body;
            host.run(seconds * 1_000);
            for answer in decoded::<polar_hrmi::AnswerDecoder>(&host.ask(b"G32\r")) {
                prop_assert!(answer.rates_raw().all(|rate| matches!(rate, 0 | 30..=240)));
            }
        }
    }

    #[test]
    fn no_host_stops_a_stream(pieces in vec(vec(any::<u8>(), 0..60), 0..12)) {
        for family in families() {
            let model = &family.models[0];
            let mut host = Host::new((model.build)(START, &Settings::default()));
            for piece in &pieces {
                host.ask(piece);
                host.run(250);
            }
            host.ask(wake(family.id));
            host.ask(b"\r0\r\n\xF6\xF6\xF6");
            let bytes = host.run(3_000);
            let is_silent = matches!(family.id, "polar-hrmi" | "ant" | "nonin-df13");
            prop_assert!(is_silent || judged(family.id, &bytes).0 > 0, "{}", model.id);
        }
    }

    #[test]
    fn a_late_host_gets_a_bounded_heap_and_then_the_rhythm_again(late in 2_u64..100_000) {
        for family in families() {
            for model in family.models {
                let mut device = (model.build)(START, &Settings::default());
                device.advance(START, &RESTING);
                let now = START + Duration::from_secs(late);
                let heap: usize = drain(&mut *device, now).iter().map(Vec::len).sum();
                prop_assert!(heap <= 3_500, "{}: {heap}", model.id);
                let next: usize = drain(&mut *device, now).iter().map(Vec::len).sum();
                prop_assert_eq!(next, 0, "{}", family.id);
            }
        }
    }
}
