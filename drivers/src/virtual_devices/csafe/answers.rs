//! What a virtual CSAFE machine answers to the reads. Everything not listed is left out of the answer, without a reject.

use protocols::csafe::{Item, MachineFrame, PushError, Quantity, State, code, unit};
use protocols::vocabulary::number::{floor_to_u16, floor_to_u32};

use super::mechanics::Mechanics;
use super::model::{CsafeModel, Manner};

/// Greatest frame received, greatest frame sent, least gap in milliseconds.
const CAPABILITIES: [u8; 3] = [0x20, 0x20, 0x05];
/// Class byte of a treadmill and of a bike \[assumed\].
const CLASS_TREADMILL: u8 = 0x01;
const CLASS_BIKE: u8 = 0x02;
/// Manufacturer 22, class 2, model 5, hardware and software number (Concept2's definition; the numbers are \[assumed\]).
const VERSION_CONCEPT2: [u8; 7] = [0x16, 0x02, 0x05, 0x01, 0x00, 0x01, 0x00];
/// What a drag factor in the middle of the damper's scale is \[assumed\].
const DRAG_FACTOR: u8 = 120;
/// What hundreds of seconds and tenths of metres a double may lack of the next whole number.
const REPRESENTATION_SLACK: f64 = 1e-6;

/// Adds the answer to one command, where it has one.
pub(super) fn answer(
    model: CsafeModel,
    machine: &Mechanics,
    command: Item<'_>,
    frame: &mut MachineFrame,
) {
    let asked = command.code;
    // An answer that does not fit is left out, as on a console with a small buffer.
    let _fits = match asked {
        code::GET_VERSION => match model {
            CsafeModel::Concept2 => frame.push(asked, &VERSION_CONCEPT2),
            CsafeModel::ControllableTreadmill | CsafeModel::ConsoleTreadmill => {
                frame.push(asked, &[0xFF, CLASS_TREADMILL, 1, 1, 0])
            }
            CsafeModel::ControllableBike | CsafeModel::ConsoleBike => {
                frame.push(asked, &[0xFF, CLASS_BIKE, 1, 1, 0])
            }
        },
        code::GET_ID => frame.push(asked, b"00000"),
        code::GET_UNITS => frame.push(asked, &[0]),
        code::GET_SERIAL => frame.push(asked, b"000000001"),
        code::GET_CAPS if command.data == [0] => frame.push(asked, &CAPABILITIES),
        code::GET_ERROR_CODE | code::GET_SERVICE_CODE => frame.push(asked, &[0; 3]),
        code::GET_PROGRAM => frame.push(asked, &[0, 0]),
        code::GET_HEART_RATE => frame.push(asked, &[machine.heart_rate()]),
        _ => quantity(model, machine, asked)
            .map_or(Ok(()), |quantity| frame.push(asked, &quantity.to_bytes()))
            .and_then(|()| work(machine, asked, frame)),
    };
}

fn quantity(model: CsafeModel, machine: &Mechanics, asked: u8) -> Option<Quantity> {
    let belt = model.is_treadmill();
    let (value, unit) = match asked {
        code::GET_SPEED if belt => (machine.speed() * 10.0, unit::TENTH_KILOMETRES_PER_HOUR),
        code::GET_GRADE if belt && model.manner() == Manner::Console => {
            (machine.grade(), unit::PERCENT_GRADE)
        }
        code::GET_GRADE if belt => (machine.grade() * 10.0, unit::TENTH_PERCENT_GRADE),
        code::GET_CADENCE if model == CsafeModel::Concept2 => {
            (machine.cadence(), unit::STROKES_PER_MINUTE)
        }
        code::GET_CADENCE if !belt => (machine.cadence(), unit::REVOLUTIONS_PER_MINUTE),
        code::GET_POWER if !belt => (machine.power(), unit::WATTS),
        code::GET_HORIZONTAL => (machine.work().metres, unit::METRES),
        _ => return None,
    };
    let value = floor_to_u16(value + REPRESENTATION_SLACK).unwrap_or(u16::MAX);
    Some(Quantity { value, unit })
}

fn work(machine: &Mechanics, asked: u8, frame: &mut MachineFrame) -> Result<(), PushError> {
    let work = machine.work();
    match asked {
        code::GET_TWORK => {
            let seconds = work.time.as_secs();
            let byte = |value: u64| u8::try_from(value).unwrap_or(u8::MAX);
            let parts = [
                byte(seconds / 3600),
                byte(seconds / 60 % 60),
                byte(seconds % 60),
            ];
            frame.push(asked, &parts)
        }
        code::GET_CALORIES => {
            let kilocalories = floor_to_u16(work.kilocalories).unwrap_or(u16::MAX);
            frame.push(asked, &kilocalories.to_le_bytes())
        }
        code::GET_ODOMETER => {
            let hundredths = floor_to_u32(machine.odometer_metres() / 10.0).unwrap_or(u32::MAX);
            let [a, b, c, d] = hundredths.to_le_bytes();
            frame.push(asked, &[a, b, c, d, unit::HUNDREDTH_KILOMETRES])
        }
        _ => Ok(()),
    }
}

/// Concept2's wrapper: short codes from 80 alone, long ones below with a count, and each answer with its count. `false` where
/// a count runs past the end.
pub(super) fn wrapped(machine: &Mechanics, asked: &[u8], frame: &mut MachineFrame) -> bool {
    let mut rest = asked;
    let mut data = [0; 100];
    let mut length = 0;
    while let Some((&command, after)) = rest.split_first() {
        rest = after;
        if command < code::FIRST_SHORT {
            let Some((&count, after)) = rest.split_first() else {
                return false;
            };
            let Some((_, after)) = after.split_at_checked(count.into()) else {
                return false;
            };
            rest = after;
        }
        let mut put = |values: &[u8]| {
            let end = length + values.len() + 2;
            let (Some([code, count, space @ ..]), Ok(size)) =
                (data.get_mut(length..end), u8::try_from(values.len()))
            else {
                return;
            };
            *code = command;
            *count = size;
            space.copy_from_slice(values);
            length = end;
        };
        answer_wrapped(machine, command, &mut put);
    }
    let _fits = frame.push(
        code::SET_USER_CONFIGURATION_1,
        data.get(..length).unwrap_or_default(),
    );
    true
}

fn answer_wrapped(machine: &Mechanics, command: u8, put: &mut dyn FnMut(&[u8])) {
    let work = machine.work();
    let rowing = machine.state() == State::InUse;
    let with_fraction = |value: f64| {
        let [a, b, c, d] = floor_to_u32(value + REPRESENTATION_SLACK)
            .unwrap_or(u32::MAX)
            .to_le_bytes();
        [a, b, c, d, 0]
    };
    match command {
        // Workout type, interval type, interval count, bytes of a force plot, bytes of heart-beat data: none.
        0x89 | 0x8E | 0x9F | 0x6B | 0x6C => put(&[0]),
        // Workout state [recalled]: waiting, rowing, end.
        0x8D => put(&[match machine.state() {
            State::InUse | State::Paused => 1,
            State::Finished => 10,
            State::Error
            | State::Ready
            | State::Idle
            | State::HaveId
            | State::Manual
            | State::OffLine
            | State::Undefined(_) => 0,
        }]),
        0xA0 => put(&with_fraction(work.time.as_secs_f64() * 100.0)),
        0xA3 => put(&with_fraction(work.metres * 10.0)),
        // Stroke state [recalled]: driving, or waiting to reach speed.
        0xBF => put(&[if rowing && machine.cadence() > 0.0 {
            2
        } else {
            0
        }]),
        0xC1 => put(&[DRAG_FACTOR]),
        // Error value, rest time.
        0xC9 | 0xCF => put(&[0, 0]),
        _ => {}
    }
}
