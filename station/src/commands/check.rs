//! `station check F`: reads a gym's file with its patients, and tells every mistake, or what it comes to.

mod fits;
mod live;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use drivers::port::low_latency::{LEAST_MILLIS, LatencyTimer};
use jiff::civil::Date;
use protocols::vocabulary::MachineKind;
use serde::Serialize;
use serde_json::{Value, json};

use self::fits::Unfit;
use crate::clinic::Patient;
use crate::clock;
use crate::commands::day::date;
use crate::commissioning::trial::READS_ALONE;
use crate::config::file::{Loaded, examine};
use crate::config::{BenchConfig, Config, Mistake, PortAddress, SensorConfig, StationConfig};
use crate::dashboard::words::counted;

/// An adapter that gathers bytes for a while before it hands them over.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SlowAdapter {
    device: String,
    port: PathBuf,
    waits_ms: u32,
    what_to_do: String,
}

/// What was found in a gym's files.
type Examined = Result<Loaded, (Vec<Mistake>, Vec<Mistake>)>;

/// Read a gym's file and its patients, and tell each mistake with its line and what to write.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  station check gym.toml\n  station check gym.toml --live --station 3 --by 'A. Fitter'\n\
    Exit status: 0 the gym can run (warnings are told), 1 there are mistakes, 2 wrong usage"
)]
pub struct CheckArgs {
    /// The gym's file.
    #[arg(value_name = "F")]
    pub file: PathBuf,
    /// Print one JSON object instead.
    #[arg(long)]
    pub json: bool,
    /// Commission a machine: it is told loads, left alone, stopped, and its relay opens. Nobody may exercise on it.
    #[arg(long, requires = "station", requires = "by", conflicts_with = "json")]
    pub live: bool,
    /// With --live: the station's number.
    #[arg(long, value_name = "N", requires = "live")]
    pub station: Option<u8>,
    /// With --live: who answers for it; kept with the day beside the gym's file.
    #[arg(long, value_name = "NAME", requires = "live")]
    pub by: Option<String>,
    /// Judge which prescriptions are in force on this day instead of today, such as 2026-03-01.
    #[arg(long, value_name = "DAY", value_parser = date)]
    pub on: Option<Date>,
}

/// Runs the command on this process's own streams. Mistakes and warnings go to standard error, what the file comes to goes to standard
/// output; with `--json` everything goes there.
#[must_use]
pub fn run(args: &CheckArgs) -> ExitCode {
    let examined = examine(&args.file, args.on.unwrap_or_else(clock::today));
    let code = ExitCode::from(u8::from(examined.is_err()));
    let slow = examined.as_ref().map_or_else(
        |_| Vec::new(),
        |loaded| slow_adapters(&loaded.config, LatencyTimer::of),
    );
    match tell(
        args,
        &examined,
        &slow,
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    ) {
        Ok(()) => match (&examined, args.live, args.station, args.by.as_deref()) {
            (Ok(loaded), true, Some(station), Some(by)) => {
                live::run(&args.file, &loaded.config, station, by)
            }
            _ => code,
        },
        // Whoever closed the pipe has read what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(_) => ExitCode::from(1),
    }
}

/// The adapters of a gym that wait longer than they have to, in the order of stations and sensors.
fn slow_adapters(
    config: &Config,
    timer_of: impl Fn(&Path) -> Option<LatencyTimer>,
) -> Vec<SlowAdapter> {
    let stations = config
        .stations
        .iter()
        .map(|station| (&station.name, &station.port));
    let sensors = config
        .sensors
        .iter()
        .map(|sensor| (&sensor.name, &sensor.port));
    stations
        .chain(sensors)
        .filter_map(|(device, address)| {
            let PortAddress::Path(port) = address else {
                return None;
            };
            let timer = timer_of(port).filter(LatencyTimer::is_slow)?;
            Some(SlowAdapter {
                device: device.clone(),
                port: port.clone(),
                waits_ms: timer.millis,
                what_to_do: format!(
                    "the gym lowers it where it may: let it write {}, or write {LEAST_MILLIS} there yourself (docs/configuration.md has the rule)",
                    timer.file.display()
                ),
            })
        })
        .collect()
}

/// Writes what was found.
fn tell(
    args: &CheckArgs,
    examined: &Examined,
    slow: &[SlowAdapter],
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> io::Result<()> {
    if args.json {
        writeln!(out, "{:#}", picture(args, examined, slow))?;
        return out.flush();
    }
    let (mistakes, warnings) = match examined {
        Ok(loaded) => (&[][..], &loaded.warnings),
        Err((mistakes, warnings)) => (&mistakes[..], warnings),
    };
    for mistake in mistakes {
        writeln!(errors, "{mistake}")?;
    }
    for warning in warnings {
        writeln!(errors, "warning: {warning}")?;
    }
    for SlowAdapter {
        device,
        port,
        waits_ms,
        what_to_do,
    } in slow
    {
        let port = port.display();
        writeln!(
            errors,
            "warning: the adapter of {device}, {port}, waits {waits_ms} ms before it hands bytes over; {what_to_do}"
        )?;
    }
    match examined {
        Ok(loaded) => brief(&args.file, &loaded.config, out)?,
        Err((mistakes, _)) => writeln!(
            errors,
            "{}: {}; no gym starts from this file",
            args.file.display(),
            how_many(mistakes.len(), "mistake")
        )?,
    }
    out.flush()
}

/// What a gym's files come to, for people.
fn brief(file: &Path, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", config.gym)?;
    let record = config.record.as_ref().map_or_else(
        || "in the user's data directory".to_owned(),
        |record| record.display().to_string(),
    );
    writeln!(out, "  record: {record}")?;
    if !config.sound_command.is_empty() {
        writeln!(out, "  sound: {}", config.sound_command.join(" "))?;
    }
    writeln!(out, "{}", how_many(config.stations.len(), "station"))?;
    for station in &config.stations {
        writeln!(out, "  {}", station_line(station))?;
        if let Some(entry) = config.commissioned.entry(station) {
            let (by, on, follows) = (&entry.by, &entry.on, &entry.follows);
            if follows == READS_ALONE {
                writeln!(
                    out,
                    "    seen to answer by {by} on {on}: takes no load, so that nothing else was tried"
                )?;
            } else {
                writeln!(
                    out,
                    "    commissioned by {by} on {on}: {follows}; {}; relay: {}",
                    entry.on_silence, entry.relay
                )?;
            }
            if config.breaks_its_promise(station) {
                writeln!(out, "    {}", promise_broken(station))?;
            }
        } else if !config.is_commissioned(station) {
            writeln!(
                out,
                "    not commissioned: station check {} --live --station {} --by NAME",
                file.display(),
                station.number
            )?;
        }
    }
    writeln!(out, "{}", how_many(config.sensors.len(), "sensor"))?;
    for sensor in &config.sensors {
        writeln!(out, "  {}", sensor_line(sensor))?;
    }
    writeln!(out, "{}", how_many(config.patients.len(), "patient"))?;
    for patient in &config.patients {
        writeln!(out, "  {}, {}", patient.pseudonym, patient.facts.mass)?;
        for ordered in &patient.prescriptions {
            writeln!(
                out,
                "    {} v{} ({}): {}",
                ordered.id,
                ordered.version,
                machine_word(ordered.machine),
                ordered.summary
            )?;
            for Unfit {
                station,
                name,
                because,
            } in fits::unfit(config, patient, ordered)
            {
                writeln!(out, "      NOT on station {station}, {name}: {because}")?;
            }
        }
    }
    Ok(())
}

/// What a person does about a machine whose watchdog was seen not to work.
fn promise_broken(station: &StationConfig) -> String {
    let what =
        "it keeps its load when nobody talks to it, though its protocol promises that it lets go";
    if station.bench == BenchConfig::None {
        format!(
            "UNGUARDED: {what}: have its watchdog mended, or wire a safety relay; until then stay near"
        )
    } else {
        format!("{what}: its relay alone takes the load away")
    }
}

fn station_line(station: &StationConfig) -> String {
    let limits = station.limits;
    let narrowed = [
        limits.max_power_w.map(|power| format!(", up to {power} W")),
        limits
            .max_speed_m_s
            .map(|speed| format!(", up to {:.1} km/h", speed * 3.6)),
        limits
            .max_grade_percent
            .map(|grade| format!(", up to {grade} %")),
    ];
    format!(
        "{} {}: {} {} on {}, bench {}{}",
        station.number,
        station.name,
        station.machine.id(),
        machine_word(station.machine.kind()),
        station.port.words(),
        bench_words(&station.bench),
        narrowed.into_iter().flatten().collect::<String>()
    )
}

fn sensor_line(sensor: &SensorConfig) -> String {
    let home = sensor
        .home
        .map_or_else(String::new, |home| format!(", beside station {home}"));
    format!(
        "{}: {} on {}{home}",
        sensor.name,
        sensor.protocol.id(),
        sensor.port.words()
    )
}

fn bench_words(bench: &BenchConfig) -> String {
    match bench {
        BenchConfig::None => "none".to_owned(),
        BenchConfig::Virtual => "virtual".to_owned(),
        BenchConfig::Gpio {
            chip,
            stop_line,
            relay_line,
            signals,
        } => {
            let wired = [
                ("red", signals.red),
                ("yellow", signals.yellow),
                ("sounder", signals.sounder),
                ("call button", signals.call),
            ];
            let wired: String = wired
                .iter()
                .filter_map(|(what, line)| line.map(|line| format!(", {what} {line}")))
                .collect();
            let chip = chip.display();
            format!("{chip} (stop {stop_line}, relay {relay_line}{wired})")
        }
    }
}

const fn machine_word(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::Cycle => "cycle",
        MachineKind::Treadmill => "treadmill",
    }
}

fn how_many(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}"),
        some => counted(some, what),
    }
}

/// What was found, for programs. The second identifier is for the floor alone and is left out.
fn picture(args: &CheckArgs, examined: &Examined, slow: &[SlowAdapter]) -> Value {
    let (mistakes, warnings, gym) = match examined {
        Ok(loaded) => (&[][..], &loaded.warnings[..], gym_picture(&loaded.config)),
        Err((mistakes, warnings)) => (&mistakes[..], &warnings[..], Value::Null),
    };
    json!({
        "file": args.file,
        "ok": examined.is_ok(),
        "mistakes": mistakes,
        "warnings": warnings,
        "slow_adapters": slow,
        "gym": gym,
    })
}

fn gym_picture(config: &Config) -> Value {
    json!({
        "name": config.gym,
        "record": config.record,
        "sound_command": config.sound_command,
        "stations": config.stations.iter().map(station_picture).collect::<Vec<_>>(),
        "sensors": config.sensors.iter().map(|sensor| json!({
            "name": sensor.name,
            "protocol": sensor.protocol.id(),
            "port": sensor.port.words(),
            "station": sensor.home,
        })).collect::<Vec<_>>(),
        "patients": config.patients.iter().map(|patient| patient_picture(config, patient)).collect::<Vec<_>>(),
    })
}

fn station_picture(station: &StationConfig) -> Value {
    let bench = match &station.bench {
        BenchConfig::None => json!("none"),
        BenchConfig::Virtual => json!("virtual"),
        BenchConfig::Gpio {
            chip,
            stop_line,
            relay_line,
            signals,
        } => json!({
            "chip": chip,
            "stop_line": stop_line,
            "relay_line": relay_line,
            "red_line": signals.red,
            "yellow_line": signals.yellow,
            "sounder_line": signals.sounder,
            "call_line": signals.call,
        }),
    };
    json!({
        "number": station.number,
        "name": station.name,
        "machine": station.machine.id(),
        "kind": station.machine.kind(),
        "port": station.port.words(),
        "max_power_w": station.limits.max_power_w,
        "max_speed_metres_per_second": station.limits.max_speed_m_s,
        "max_grade_percent": station.limits.max_grade_percent,
        "bench": bench,
    })
}

fn patient_picture(config: &Config, patient: &Patient) -> Value {
    let prescriptions: Vec<Value> = patient
        .prescriptions
        .iter()
        .map(|ordered| {
            json!({
                "id": ordered.id,
                "version": ordered.version,
                "machine": ordered.machine,
                "summary": ordered.summary,
                "prescription": ordered.prescription,
                "unfit": fits::unfit(config, patient, ordered),
            })
        })
        .collect();
    json!({
        "pseudonym": patient.pseudonym,
        "facts": patient.facts,
        "prescriptions": prescriptions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_that_waits_is_told_by_name_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gym.toml");
        std::fs::create_dir(folder.path().join("patients")).unwrap();
        let gym = "name = \"G\"\npatients = \"patients\"\n\
            [[station]]\nnumber = 1\nname = \"Belt\"\nmachine = \"trackmaster\"\nspeed_unit = \"mph\"\nport = \"/dev/slow\"\nbench = \"none\"\n\
            [[sensor]]\nname = \"Strap\"\nprotocol = \"zephyr-hxm\"\nport = \"/dev/quick\"\n\
            [[sensor]]\nname = \"Other\"\nprotocol = \"zephyr-hxm\"\nport = \"virtual\"\n";
        std::fs::write(&file, gym).unwrap();
        let loaded = examine(&file, clock::today()).unwrap();
        let slow = slow_adapters(&loaded.config, |port| {
            Some(LatencyTimer {
                file: PathBuf::from("/sys/timer"),
                millis: if port == Path::new("/dev/slow") {
                    16
                } else {
                    1
                },
            })
        });
        assert_eq!(slow.len(), 1);
        let args = CheckArgs {
            file,
            json: false,
            on: None,
            live: false,
            station: None,
            by: None,
        };
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        tell(&args, &Ok(loaded), &slow, &mut out, &mut errors).unwrap();
        let said = String::from_utf8(errors).unwrap();
        let line = said.lines().find(|line| line.contains("16 ms")).unwrap();
        assert!(
            line.contains("Belt") && line.contains("/dev/slow"),
            "{line}"
        );
        assert!(line.contains("/sys/timer"), "{line}");
    }
}
