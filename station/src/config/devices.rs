//! The gym's devices: stations with machine and bench, sensors, and the ports they are plugged into.

use std::path::{Path, PathBuf};

use drivers::bench_io::gpio::SignalLines;
use protocols::vocabulary::{Capabilities, MachineKind, OnSilence, Watts};
use toml::Spanned;

use super::kind::{Kind, Number, Text, Whole};
use super::section::Section;
use super::{
    BenchConfig, MachineLimits, MachineProtocol, PortAddress, SensorConfig, StationConfig, protocol,
};

/// What is taken already, so that nothing is taken twice.
#[derive(Debug, Default)]
pub(super) struct Bays {
    numbers: Vec<u8>,
    names: Vec<String>,
    ports: Vec<(PathBuf, String)>,
    lines: Vec<(PathBuf, u32, String)>,
}

/// Stations that one gym may have.
const MOST_STATIONS: u32 = 64;

/// The stations, by number. `None` where any of them is wrong.
pub(super) fn read_stations(gym: &Section<'_, '_>, bays: &mut Bays) -> Option<Vec<StationConfig>> {
    let sections = gym.tables("station");
    if sections.is_empty() && !gym.has("station") {
        gym.findings().mistake(
            &gym.header(),
            "there is no station",
            "write [[station]] with number, name, machine, port and bench",
        );
        return None;
    }
    let read: Vec<Option<StationConfig>> = sections
        .into_iter()
        .map(|section| read_station(section, bays))
        .collect();
    let mut stations = read.into_iter().collect::<Option<Vec<_>>>()?;
    stations.sort_by_key(|station| station.number);
    Some(stations)
}

fn read_station(section: Section<'_, '_>, bays: &mut Bays) -> Option<StationConfig> {
    let number = section
        .required("number", &Whole(1..=MOST_STATIONS, ""))
        .and_then(|number| {
            let at = number.span();
            let number = u8::try_from(number.into_inner()).ok()?;
            if bays.numbers.contains(&number) {
                section.findings().mistake(
                    &at,
                    format!("number {number} is another station's too"),
                    "write a number that is free, from 1 to 64",
                );
            }
            bays.numbers.push(number);
            Some(number)
        });
    let name = bays.read_name(&section);
    let machine = protocol::read_machine(&section, "machine");
    let limits = read_limits(&section, machine.as_ref().map(MachineProtocol::kind));
    let port = bays.read_port(&section);
    let bench = read_bench(&section, bays);
    check_bench(&section, machine.as_ref(), port.as_ref(), bench.as_ref());
    section.finish();
    Some(StationConfig {
        number: number?,
        name: name?,
        machine: machine?,
        port: port?,
        limits,
        bench: bench?,
    })
}

fn read_limits(section: &Section<'_, '_>, kind: Option<MachineKind>) -> MachineLimits {
    match kind {
        Some(MachineKind::Cycle) => {
            section.refused("max_speed_km_h", "the machine is a cycle");
            section.refused("max_grade_percent", "the machine is a cycle");
        }
        Some(MachineKind::Treadmill) => {
            section.refused("max_power_w", "the machine is a treadmill");
        }
        None => {}
    }
    let power = section.optional("max_power_w", &Whole(1..=1000, "W"));
    let speed = section.optional("max_speed_km_h", &Number(0.5..=25.0, "km/h"));
    let grade = section.optional("max_grade_percent", &Number(0.0..=30.0, "per cent"));
    MachineLimits {
        max_power_w: power.and_then(|power| u16::try_from(power.into_inner()).ok()),
        max_speed_m_s: speed.map(|speed| speed.into_inner() / 3.6),
        max_grade_percent: grade.map(Spanned::into_inner),
    }
}

/// What to write for a bench.
const BENCH: &str =
    "\"none\", \"virtual\", or { chip = \"/dev/gpiochip0\", stop_line = 17, relay_line = 27 }";

fn read_bench(section: &Section<'_, '_>, bays: &mut Bays) -> Option<BenchConfig> {
    let Some(value) = section.raw("bench") else {
        section.missing("bench", BENCH);
        return None;
    };
    match value.get_ref().as_str() {
        Some("none") => return Some(BenchConfig::None),
        Some("virtual") => return Some(BenchConfig::Virtual),
        Some(_) | None => {}
    }
    if !value.get_ref().is_table() {
        section.findings().mistake(
            &value.span(),
            "bench says neither that there is none, nor that it is virtual, nor which lines it has",
            format!("write bench = {BENCH}"),
        );
        return None;
    }
    let bench = section.table("bench")?;
    let chip = bench.required("chip", &DevicePath);
    let line = Whole(0..=1023, "");
    let stop = bench.required("stop_line", &line);
    let relay = bench.required("relay_line", &line);
    let signal = |key| bench.optional(key, &line);
    let red = signal("red_line");
    let yellow = signal("yellow_line");
    let sounder = signal("sounder_line");
    let call = signal("call_line");
    let owner = section.name().to_owned();
    if let Some(chip) = &chip {
        for taken in [&stop, &relay, &red, &yellow, &sounder, &call]
            .into_iter()
            .flatten()
        {
            bays.take_line(&bench, chip.get_ref(), taken, &owner);
        }
    }
    bench.finish();
    Some(BenchConfig::Gpio {
        chip: chip?.into_inner(),
        stop_line: stop?.into_inner(),
        relay_line: relay?.into_inner(),
        signals: SignalLines {
            red: red.map(Spanned::into_inner),
            yellow: yellow.map(Spanned::into_inner),
            sounder: sounder.map(Spanned::into_inner),
            call: call.map(Spanned::into_inner),
        },
    })
}

/// Whether what takes load away at this station is real where the machine is.
fn check_bench(
    section: &Section<'_, '_>,
    machine: Option<&MachineProtocol>,
    port: Option<&PortAddress>,
    bench: Option<&BenchConfig>,
) {
    let (Some(machine), Some(port), Some(bench)) = (machine, port, bench) else {
        return;
    };
    let findings = section.findings();
    let place = section.place("bench");
    let link = machine.protocol().link();
    let can = link.capabilities();
    let keeps_load = can.is_none_or(|can| can.on_silence == OnSilence::KeepsLoad);
    let held = can.map_or(Watts::ZERO, Capabilities::held_at_least);
    if held > Watts::ZERO {
        findings.warning(
            &section.place("machine"),
            format!(
                "this machine's brake cannot let go: {} W stay on it while somebody pedals, in a pause and after a stop too",
                held.get()
            ),
            "put nobody on it who may not have that load, and tell who stands beside it that pedalling has to end",
        );
    }
    if *bench == BenchConfig::None && keeps_load {
        findings.warning(
            &place,
            "this machine keeps its last load when nobody talks to it, and no relay can take it away",
            "wire a safety relay and write its lines, or see that a person stands beside it",
        );
    }
    if *bench == BenchConfig::Virtual && *port != PortAddress::Virtual {
        findings.mistake(
            &place,
            "bench is \"virtual\", and the machine is real: its relay would guard nothing",
            "write bench = \"none\", or the lines of a real one",
        );
    }
}

/// The sensors, in the file's order. `None` where any of them is wrong.
pub(super) fn read_sensors(gym: &Section<'_, '_>, bays: &mut Bays) -> Option<Vec<SensorConfig>> {
    let read: Vec<Option<SensorConfig>> = gym
        .tables("sensor")
        .into_iter()
        .map(|section| read_sensor(section, bays))
        .collect();
    read.into_iter().collect()
}

fn read_sensor(section: Section<'_, '_>, bays: &mut Bays) -> Option<SensorConfig> {
    let name = bays.read_name(&section);
    let protocol = protocol::read_sensor(&section, "protocol");
    let port = bays.read_port(&section);
    let home = section
        .optional("station", &Whole(1..=MOST_STATIONS, ""))
        .and_then(|home| {
            let at = home.span();
            let number = u8::try_from(home.into_inner()).ok()?;
            if !bays.numbers.contains(&number) {
                section.findings().mistake(
                    &at,
                    format!("station {number} is not in this gym"),
                    "write the number of a [[station]], or leave the line out",
                );
            }
            Some(number)
        });
    section.finish();
    Some(SensorConfig {
        name: name?,
        protocol: protocol?,
        port: port?,
        home,
    })
}

impl Bays {
    fn read_name(&mut self, section: &Section<'_, '_>) -> Option<String> {
        let name = section.required("name", &Text)?;
        if self.names.contains(name.get_ref()) {
            section.findings().mistake(
                &name.span(),
                format!("name \"{}\" is another device's too", name.get_ref()),
                "write the name on this one's own label",
            );
        }
        self.names.push(name.get_ref().clone());
        Some(name.into_inner())
    }

    fn read_port(&mut self, section: &Section<'_, '_>) -> Option<PortAddress> {
        let port = section.required("port", &Port)?;
        let at = port.span();
        let port = port.into_inner();
        if let PortAddress::Path(path) = &port {
            let findings = section.findings();
            match self.ports.iter().find(|(other, _)| is_same(other, path)) {
                Some((_, owner)) => findings.mistake(
                    &at,
                    format!("port {} is used by {owner} too", path.display()),
                    "write the port that this device is plugged into",
                ),
                None => self.ports.push((path.clone(), section.name().to_owned())),
            }
            let text = path.to_string_lossy();
            if ["/dev/ttyUSB", "/dev/ttyACM", "/dev/cu.", "/dev/tty."]
                .iter()
                .any(|numbered| text.starts_with(numbered))
            {
                findings.warning(
                    &at,
                    format!("{text} is given out anew at each plug and start, and may be another device tomorrow"),
                    "write the /dev/serial/by-id/... or /dev/serial/by-path/... path of the same adapter",
                );
            }
        }
        Some(port)
    }

    fn take_line(
        &mut self,
        bench: &Section<'_, '_>,
        chip: &PathBuf,
        line: &Spanned<u32>,
        owner: &str,
    ) {
        let number = *line.get_ref();
        let taken = self
            .lines
            .iter()
            .find(|(other, used, _)| other == chip && *used == number);
        if let Some((_, _, other)) = taken {
            bench.findings().mistake(
                &line.span(),
                format!(
                    "line {number} of {} is used by {other} already",
                    chip.display()
                ),
                "write a line of its own for each stop circuit and each relay",
            );
        } else {
            self.lines.push((chip.clone(), number, owner.to_owned()));
        }
    }
}

/// Whether two paths lead to one device: a port has a name by its adapter, one by its place and one by its number.
fn is_same(one: &Path, other: &Path) -> bool {
    let leads_to = |path: &Path| path.canonicalize();
    one == other || matches!((leads_to(one), leads_to(other)), (Ok(one), Ok(other)) if one == other)
}

/// A device's path.
struct DevicePath;

impl Kind for DevicePath {
    type Value = PathBuf;

    fn read(&self, value: &toml::de::DeValue<'_>) -> Result<PathBuf, String> {
        let path = PathBuf::from(Text.read(value)?);
        if path.is_absolute() {
            Ok(path)
        } else {
            Err(format!("is \"{}\", which is no whole path", path.display()))
        }
    }

    fn expected(&self) -> String {
        "a whole path such as \"/dev/gpiochip0\"".to_owned()
    }
}

/// A port's address.
struct Port;

impl Kind for Port {
    type Value = PortAddress;

    fn read(&self, value: &toml::de::DeValue<'_>) -> Result<PortAddress, String> {
        if value.as_str() == Some("virtual") {
            return Ok(PortAddress::Virtual);
        }
        DevicePath.read(value).map(PortAddress::Path)
    }

    fn expected(&self) -> String {
        "\"/dev/serial/by-id/...\" or \"virtual\"".to_owned()
    }
}
