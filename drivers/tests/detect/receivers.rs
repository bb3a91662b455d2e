//! The machine's end of every protocol: whether bytes that it received would move it or change it.

use core::fmt::Debug;

use protocols::wire::Decoder;
use protocols::{
    ant, computrainer, contec_5, contec_9, csafe, daum_classic, daum_premium, ergoline, kettler,
    medlab_ecg, monark, nellcor, nonin, nonin_df13, polar_hrmi, trackmaster, waterrower, woodway,
};

/// What of `bytes` would move or change a device of `protocol`, in words; empty where nothing would.
pub(crate) fn harm(protocol: &str, bytes: &[u8]) -> Vec<String> {
    match protocol {
        "csafe" => csafe_harm(bytes),
        "trackmaster" => found(trackmaster::HostDecoder::new(None), bytes, |message| {
            matches!(message, trackmaster::HostMessage::Command(_))
        }),
        "woodway" => found(woodway::HostDecoder::new(), bytes, |message| {
            use woodway::HostMessage as Message;
            !matches!(
                message,
                Message::AskState
                    | Message::AskSpeed
                    | Message::AskElevation
                    | Message::AskRevision
            )
        }),
        "ergoline" => ergoline_harm(bytes),
        "daum-classic" => daum_classic_harm(bytes),
        "daum-premium" => found(daum_premium::FrameDecoder::new(), bytes, |message| {
            matches!(message, daum_premium::Message::Frame { payload, .. }
                if *payload != daum_premium::Payload::Empty)
        }),
        "kettler" => found(kettler::HostDecoder::new(), bytes, kettler_moves),
        "monark" => found(monark::HostDecoder::new(), bytes, |message| {
            use monark::HostMessage as Message;
            matches!(message, Message::SetPower(_) | Message::SetForce(_))
        }),
        "computrainer" => found(computrainer::HostDecoder::new(), bytes, |message| {
            matches!(message, computrainer::HostMessage::Setting(_))
        }),
        "waterrower" => found(waterrower::HostDecoder::new(), bytes, |message| {
            use waterrower::HostMessage as Message;
            matches!(
                message,
                Message::Start
                    | Message::Exit
                    | Message::Reset
                    | Message::SetDistance { .. }
                    | Message::SetTime(_)
            )
        }),
        "nonin-df13" => found(nonin_df13::HostDecoder::new(), bytes, |message| {
            matches!(message, nonin_df13::HostMessage::Command(_))
        }),
        "nonin-df1" | "nonin-df2" | "nonin-df7" | "nonin-df8" => {
            found(nonin::HostDecoder::new(), bytes, |_| true)
        }
        "contec-5" => found(contec_5::HostDecoder::new(), bytes, |_| true),
        "contec-9" => found(
            contec_9::HostDecoder::new(),
            bytes,
            |command| !matches!(command.code, 0xA3..=0xA5 | 0xA8..=0xAB | 0xB0),
        ),
        "nellcor" => found(nellcor::HostDecoder::new(), bytes, |_| true),
        "polar-hrmi" => found(polar_hrmi::HostDecoder::new(), bytes, |command| {
            use polar_hrmi::Command;
            matches!(
                command,
                Command::SetAlgorithm(_) | Command::PortDirection(_) | Command::PortOut(_)
            )
        }),
        "medlab-ecg" => found(medlab_ecg::HostDecoder::new(), bytes, |_| true),
        "ant" | "ant-power" => found(ant::HostDecoder::new(), bytes, |message| {
            !matches!(message, ant::HostMessage::Request { .. })
        }),
        // A bridge hands on what is written to any characteristic; none of our questions is a line of it.
        "ble-2a37" | "ble-2a5f" | "ble-2ad2" => {
            found(protocols::gatt::BridgeDecoder::new(), bytes, |_| true)
        }
        // They take no orders by their sheets.
        "nonin-ascii" | "bci-5" | "masimo" | "zephyr-hxm" | "ivy-450c" => Vec::new(),
        other => panic!("{other} has no receiver here: add its host's decoder"),
    }
}

fn found<D: Decoder>(
    mut decoder: D,
    bytes: &[u8],
    moves: impl Fn(&D::Message) -> bool,
) -> Vec<String>
where
    D::Message: Debug,
{
    let mut harm = Vec::new();
    decoder.feed(bytes, &mut |found| {
        if let Ok(message) = found.content
            && moves(&message)
        {
            harm.push(format!("{message:?}"));
        }
    });
    harm
}

/// Of long commands `GETCAPS` alone reads; of short ones those below 91 change the state, but for `GETSTATUS`.
fn csafe_harm(bytes: &[u8]) -> Vec<String> {
    found(csafe::HostDecoder::new(), bytes, |frame| {
        frame.commands().any(|item| {
            let code = item.code;
            !(code == 0x80 || code == 0x70 || code >= 0x91)
        })
    })
}

/// The sheet's decoder, and a machine that goes by the letter alone, whatever stands behind it.
fn ergoline_harm(bytes: &[u8]) -> Vec<String> {
    let mut harm = Vec::new();
    for variant in ["P10", "P3", "P4"] {
        let variant = ergoline::Variant::from_name(variant).expect("a variant");
        harm.extend(found(
            ergoline::HostDecoder::new(variant),
            bytes,
            |message| {
                use ergoline::HostMessage as Message;
                !matches!(
                    message,
                    Message::AskLoad
                        | Message::AskPedalSpeed
                        | Message::AskHeartRate
                        | Message::AskSystolic
                        | Message::AskDiastolic
                        | Message::Identify
                        | Message::AskAppliedLoad
                        | Message::AskRecord
                        | Message::IdentifyByY
                        | Message::Other(_)
                )
            },
        ));
    }
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\r').collect();
    // What stands behind the last end of line is no line yet.
    lines.pop();
    for line in lines {
        let letter = line.iter().find(|byte| !matches!(**byte, b'\n' | 0));
        if let Some(letter) = letter
            && b"WLAPSsFX".contains(letter)
        {
            harm.push(format!("a line that begins with {:?}", char::from(*letter)));
        }
    }
    harm
}

/// At every address, in both dialects.
fn daum_classic_harm(bytes: &[u8]) -> Vec<String> {
    let mut harm = Vec::new();
    for dialect in ["current", "old"] {
        let dialect = daum_classic::Dialect::from_name(dialect).expect("a dialect");
        for address in 0..=255 {
            let cockpit = daum_classic::Cockpit { address, dialect };
            harm.extend(found(
                daum_classic::HostDecoder::new(cockpit),
                bytes,
                |message| {
                    use daum_classic::HostMessage as Message;
                    !matches!(
                        message,
                        Message::FindAddress
                            | Message::CheckCockpit
                            | Message::ReadAll
                            | Message::Version
                    )
                },
            ));
        }
    }
    harm
}

fn kettler_moves(message: &kettler::HostMessage) -> bool {
    use kettler::Command;
    match message.command {
        Command::Identify
        | Command::Version
        | Command::Interface
        | Command::Status
        | Command::Programs => false,
        // Words whose meaning is unclear are in the sheet as never to be sent.
        Command::Other(words) => {
            let words = format!("{words:?}").to_ascii_uppercase();
            ["\"EE", "\"SN", "\"DB", "\"ES"]
                .iter()
                .any(|unclear| words.contains(unclear))
        }
        Command::EnterPcMode
        | Command::EnterPcModeByCd
        | Command::EnterPcModeByCp
        | Command::Reset
        | Command::Calibration
        | Command::StartTraining
        | Command::SetPower(_)
        | Command::SetDistance(_)
        | Command::SetTime(_)
        | Command::SetEnergy(_)
        | Command::SetBaudRate(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_receiver_knows_what_moves_it() {
        for (protocol, bytes) in [
            ("csafe", &[0xF1, 0x85, 0x85, 0xF2][..]),
            ("csafe", &[0xF1, 0x34, 0x03, 0x4B, 0x00, 0x58, 0x24, 0xF2]),
            ("trackmaster", &[0xA0]),
            ("woodway", &[0xA9]),
            ("ergoline", b"W075\r"),
            ("ergoline", b"s\r"),
            ("ergoline", b"ST\r\n"),
            ("daum-classic", &[0x51, 0x00, 0x0F]),
            ("daum-classic", &[0x21, 0x07]),
            ("daum-premium", b"\x01S20130\x17"),
            ("kettler", b"PW 75\r\n"),
            ("kettler", b"SN\r\n"),
            ("monark", b"power 75\r"),
            ("computrainer", &[0x03, 0x00, 0x00, 0x0A, 0x40, 0x32, 0xE0]),
            ("waterrower", b"RESET\r\n"),
            ("waterrower", b"USB\r\n"),
            ("nonin-df2", &[0x02, 0x70, 0x02, 0x02, 0x08, 0x03]),
            (
                "contec-9",
                &[0x7D, 0x81, 0xAE, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
            ),
            ("nellcor", &[0x03, 0x03]),
            ("polar-hrmi", b"S0\r"),
            ("medlab-ecg", b"M"),
            ("ant", &[0xA4, 0x01, 0x4A, 0x00, 0xEF]),
        ] {
            assert!(
                !harm(protocol, bytes).is_empty(),
                "{protocol}: {bytes:02X?}"
            );
        }
    }
}
