//! The sheets' worked examples, and a few more at the edges of what they say.

use protocols::ivy_450c::{Numbers, Waves};
use protocols::nonin::{FRAMES, Packet, PacketValues, PulseRates, Saturations, Status};
use protocols::vocabulary::Reading::Missing;
use protocols::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation, Quality, Reading};

use crate::wire::hex;

/// Who a rate is of.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Rate {
    Pulse,
    Heart,
}

/// What a message gives.
pub(crate) type Told = Reading<u16>;

pub(crate) struct Example {
    pub(crate) id: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) saturation: Option<Told>,
    pub(crate) kind: Rate,
    pub(crate) rate: Told,
}

pub(crate) const fn of(value: u16, quality: Quality) -> Told {
    Reading::Value { value, quality }
}

pub(crate) const fn good(value: u16) -> Told {
    Reading::good(value)
}

fn oximeter(id: &'static str, bytes: Vec<u8>, saturation: Told, rate: Told) -> Example {
    Example {
        id,
        bytes,
        saturation: Some(saturation),
        kind: Rate::Pulse,
        rate,
    }
}

fn heart(id: &'static str, bytes: Vec<u8>, rate: Told) -> Example {
    Example {
        id,
        bytes,
        saturation: None,
        kind: Rate::Heart,
        rate,
    }
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\r\n").into_bytes()
}

/// Ten packets alike, as formats without a check need them.
fn ten(packet: &str) -> Vec<u8> {
    hex(packet).repeat(10)
}

pub(crate) fn examples() -> Vec<Example> {
    let mut all = nonin();
    all.extend(nonin_spot_and_text());
    all.extend(five_bytes());
    all.extend(nine_bytes());
    all.extend(printed());
    all.extend(bluetooth());
    all.extend(hearts());
    all
}

pub(crate) fn df7(status: u8, rate: u16, percent: u8) -> Vec<u8> {
    let values = PacketValues {
        rates: PulseRates {
            recording: BeatsPerMinute::new(rate),
            display: BeatsPerMinute::new(99),
            ..PulseRates::default()
        },
        saturations: Saturations {
            recording: OxygenSaturation::new(percent),
            display: OxygenSaturation::new(99),
            ..Saturations::default()
        },
        ..PacketValues::default()
    };
    let status = [Status::from_byte(status); FRAMES];
    let packet = Packet::<u16>::new(status, [20_000; FRAMES], values.data());
    let mut bytes = [0; 125];
    packet.encode(&mut bytes).expect("room").to_vec()
}

pub(crate) fn ivy(numbers: Numbers) -> Vec<u8> {
    let frame = numbers.frame(Waves::new([100; 400])).expect("room");
    let mut bytes = [0; 1_100];
    frame.encode(&mut bytes).expect("room").to_vec()
}

/// Of each family the first example, whose numbers make it live.
pub(crate) fn first_of_each() -> Vec<Example> {
    let mut all = examples();
    all.dedup_by_key(|example| example.id);
    all
}

fn nonin() -> Vec<Example> {
    use Absence::{LowPerfusion, NoContact, OutOfRange, Searching, Stale};
    let marginal = Quality::MarginalPerfusion;
    vec![
        oximeter(
            "nonin-df1",
            hex("89 00 5F"),
            of(95, marginal),
            of(128, marginal),
        ),
        oximeter(
            "nonin-df1",
            hex("E3 7F 7F"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        // Held numbers, out of track.
        oximeter("nonin-df1", hex("A0 48 62"), Missing(Stale), Missing(Stale)),
        oximeter(
            "nonin-df1",
            hex("80 05 00"),
            Missing(LowPerfusion),
            Missing(OutOfRange),
        ),
        oximeter("nonin-df7", df7(0x80, 72, 97), good(97), good(72)),
        oximeter(
            "nonin-df7",
            df7(0x98, 72, 97),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "nonin-df7",
            df7(0x80, 72, 127),
            Missing(Searching),
            good(72),
        ),
        oximeter("nonin-df8", hex("80 48 62 00"), good(98), good(72)),
        oximeter(
            "nonin-df8",
            hex("91 23 5B 00"),
            of(91, Quality::LowPerfusion),
            of(163, Quality::LowPerfusion),
        ),
        oximeter(
            "nonin-df8",
            hex("A3 7F 7F 08"),
            Missing(NoContact),
            Missing(NoContact),
        ),
    ]
}

fn nonin_spot_and_text() -> Vec<Example> {
    use Absence::{OutOfRange, Searching};
    vec![
        oximeter(
            "nonin-df13",
            hex("00 02 00 0D 00 0E 14 18 05 11 09 1E 0C 00 02 00 00 48 00 62 21 03"),
            good(98),
            good(72),
        ),
        oximeter(
            "nonin-df13",
            hex("00 02 00 0D 00 0E 14 18 05 11 09 1F 00 00 01 00 01 FF 00 7F EA 03"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter("nonin-ascii", line("SPO2=098 HR=072"), good(98), good(72)),
        oximeter(
            "nonin-ascii",
            line("SPO2=--- HR=---"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "nonin-ascii",
            line("SPO2=000 HR=400"),
            Missing(Searching),
            Missing(OutOfRange),
        ),
    ]
}

fn five_bytes() -> Vec<Example> {
    use Absence::{NoContact, Searching};
    let doubted = Quality::OutOfTrack;
    vec![
        oximeter("contec-5", ten("86 34 07 48 62"), good(98), good(72)),
        oximeter("contec-5", ten("C6 34 47 0E 5D"), good(93), good(142)),
        oximeter(
            "contec-5",
            ten("80 00 60 7F 7F"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "contec-5",
            ten("90 00 00 00 00"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "contec-5",
            ten("86 34 17 48 62"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter("contec-5", ten("A6 34 07 48 57"), good(87), good(72)),
        oximeter("bci-5", ten("86 34 07 48 62"), good(98), good(72)),
        oximeter("bci-5", ten("C6 34 47 0E 5D"), good(93), good(142)),
        oximeter(
            "bci-5",
            ten("80 00 60 7F 7F"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "bci-5",
            ten("8F 00 50 7F 7F"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "bci-5",
            ten("AF 00 40 7F 7F"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        // On some boards this is a saturation that falls: it stays, in doubt.
        oximeter(
            "bci-5",
            ten("A6 34 07 48 57"),
            of(87, doubted),
            of(72, doubted),
        ),
    ]
}

fn nine_bytes() -> Vec<Example> {
    use Absence::Searching;
    vec![
        oximeter(
            "contec-9",
            ten("01 E0 86 B4 87 C8 E2 FF FF"),
            good(98),
            good(72),
        ),
        oximeter(
            "contec-9",
            ten("01 E8 C6 B4 87 8E DD FF FF"),
            good(93),
            good(142),
        ),
        oximeter(
            "contec-9",
            ten("01 EA 80 80 80 FF FF FF FF"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "contec-9",
            ten("01 88 86 E4 99 83 DF D4 81"),
            good(95),
            good(131),
        ),
    ]
}

fn printed() -> Vec<Example> {
    use Absence::{LowPerfusion, NoContact};
    let masimo = |rest: &str| line(&format!("09/15/10 15:10:29 {rest}"));
    let nellcor = |rest: &str| line(&format!("12-NOV-98 14:00:05 {rest}"));
    let artefact = Quality::Artefact;
    vec![
        oximeter(
            "masimo",
            masimo("SPO2=097% BPM=064 PI=11.82% ALARM=00 EXC=800"),
            good(97),
            good(64),
        ),
        oximeter(
            "masimo",
            line(
                "12/01/05 11:56:29 SN=0123456789 SPO2=098% BPM=240 PI=20.00% SPCO=01.0% SPMET=00.5% \
                 DESAT=01 PIDELTA=-02 PVI=027 ALARM=0000 EXC=000820",
            ),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "masimo",
            masimo("SPO2=---% BPM=--- PI=--.--% ALARM=00 EXC=001"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "masimo",
            masimo("SPO2=095% BPM=080 PI=00.20% ALARM=00 EXC=C04"),
            of(95, artefact),
            of(80, artefact),
        ),
        oximeter(
            "nellcor",
            nellcor("   100   120    50"),
            good(100),
            good(120),
        ),
        oximeter(
            "nellcor",
            nellcor("   84*  171*    50      PH  SL  AS"),
            good(84),
            good(171),
        ),
        oximeter(
            "nellcor",
            nellcor("   ---   ---   ---      SD"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "nellcor",
            nellcor("    98    72    20      MO"),
            of(98, artefact),
            of(72, artefact),
        ),
        oximeter(
            "nellcor",
            nellcor("     0     0     0      LP"),
            Missing(LowPerfusion),
            Missing(LowPerfusion),
        ),
        // Held digits beside a sensor that is off.
        oximeter(
            "nellcor",
            nellcor("    98    72    20      SO"),
            Missing(NoContact),
            Missing(NoContact),
        ),
    ]
}

fn bluetooth() -> Vec<Example> {
    use Absence::{LowPerfusion, NoContact, OutOfRange, Searching};
    let strap = |value: &str| line(&format!("2A37 {value}"));
    let clip = |value: &str| line(&format!("2A5F {value}"));
    vec![
        heart("ble-2a37", strap("00 48"), good(72)),
        heart("ble-2a37", strap("16 96 90 01 9A 01 95 01"), good(150)),
        heart("ble-2a37", strap("04 50"), Missing(NoContact)),
        heart("ble-2a37", strap("00 00"), Missing(Searching)),
        heart("ble-2a37", strap("01 2D 01"), Missing(OutOfRange)),
        oximeter("ble-2a5f", clip("00 62 00 48 00"), good(98), good(72)),
        oximeter("ble-2a5f", clip("00 CF F3 D3 F2"), good(97), good(72)),
        oximeter(
            "ble-2a5f",
            clip("00 FF 07 FF 07"),
            Missing(Searching),
            Missing(Searching),
        ),
        oximeter(
            "ble-2a5f",
            clip("00 65 00 2D 01"),
            Missing(OutOfRange),
            Missing(OutOfRange),
        ),
        // Status 14: questionable. Sensor 7: no pulse; 5: low perfusion.
        oximeter(
            "ble-2a5f",
            clip("04 62 00 48 00 00 40"),
            of(98, Quality::Artefact),
            of(72, Quality::Artefact),
        ),
        oximeter(
            "ble-2a5f",
            clip("08 62 00 48 00 80 00 00"),
            Missing(LowPerfusion),
            Missing(LowPerfusion),
        ),
        oximeter(
            "ble-2a5f",
            clip("08 62 00 48 00 20 00 00"),
            of(98, Quality::LowPerfusion),
            of(72, Quality::LowPerfusion),
        ),
        // Bit 11 of the sensor's status: not on the user. Bit 10 of the measurement's: a demonstration.
        oximeter(
            "ble-2a5f",
            clip("08 62 00 48 00 00 08 00"),
            Missing(NoContact),
            Missing(NoContact),
        ),
        oximeter(
            "ble-2a5f",
            clip("04 62 00 48 00 00 04"),
            Missing(OutOfRange),
            Missing(OutOfRange),
        ),
    ]
}

fn hearts() -> Vec<Example> {
    use Absence::{NoContact, OutOfRange, Searching};
    let numbers = Numbers {
        heart_rate: Some(80),
        saturation: Some(100),
        pulse_rate: Some(79),
        ..Numbers::default()
    };
    let lead = Numbers {
        heart_rate: None,
        lead_fault: true,
        ..numbers
    };
    let held = Numbers {
        heart_rate: Some(80),
        ..lead
    };
    let ivy = |numbers, rate| Example {
        saturation: Some(good(100)),
        ..heart("ivy-450c", ivy(numbers), rate)
    };
    vec![
        ivy(numbers, good(80)),
        ivy(lead, Missing(NoContact)),
        Example {
            saturation: Some(Missing(Searching)),
            ..ivy(
                Numbers {
                    saturation: None,
                    ..numbers
                },
                good(80),
            )
        },
        ivy(held, Missing(NoContact)),
        ivy(
            Numbers {
                heart_rate: Some(14),
                ..numbers
            },
            Missing(OutOfRange),
        ),
        heart("polar-hrmi", b"1 5 72\r".to_vec(), good(72)),
        heart("polar-hrmi", b"1 18 128\r".to_vec(), good(128)),
        heart("polar-hrmi", b"3 122 0\r".to_vec(), Missing(NoContact)),
        heart("polar-hrmi", b"3 122 72\r".to_vec(), Missing(NoContact)),
        heart("polar-hrmi", b"1 5 29\r".to_vec(), Missing(OutOfRange)),
        heart("polar-hrmi", b"1 33 72 71 71 70\r".to_vec(), good(72)),
        heart("medlab-ecg", hex("F8 20 23 25 FA 78 F8 25 25"), good(120)),
        heart("medlab-ecg", hex("FB 11"), Missing(NoContact)),
        heart("medlab-ecg", hex("FA 00"), Missing(Searching)),
        heart("medlab-ecg", hex("FA F8 80 FA 4B"), good(75)),
        heart("ant", hex(crate::radio::PAGE), good(72)),
        heart(
            "ant",
            hex("A4 09 4E 00 84 FF 00 5A E0 5B 2B 80 D2"),
            good(128),
        ),
        heart(
            "ant",
            hex("A4 09 4E 00 00 FF FF FF 00 5C 2A 00 6A"),
            Missing(Searching),
        ),
    ]
}
