//! Files of gyms and patients as clinics write them, short enough for a test.

use std::fmt::Write;

use jiff::ToSpan;

/// A bike of the gym's own.
pub(crate) const BIKE: (&str, &str) = ("machine = \"csafe\"\nkind = \"cycle\"", "virtual");

/// A treadmill of the gym's own.
pub(crate) const TREADMILL: (&str, &str) = (
    "machine = \"trackmaster\"\nspeed_unit = \"km/h\"",
    "virtual",
);

/// A treadmill with a CSAFE port, of the gym's own.
pub(crate) const CSAFE_TREADMILL: (&str, &str) =
    ("machine = \"csafe\"\nkind = \"treadmill\"", "virtual");

/// A gym with these machines, each with its place and port, and a strap and an oximeter beside each.
pub(crate) fn gym(machines: &[(&str, &str)]) -> String {
    gym_with(machines, "virtual")
}

/// The same, with the first oximeter plugged in there.
pub(crate) fn gym_with(machines: &[(&str, &str)], oximeter: &str) -> String {
    let mut text = "name = \"Test\"\npatients = \"patients\"\n".to_owned();
    text += "[tuning]\nready_at_least_s = 10\nsteady_for_s = 5\nrecovery_s = 30\n";
    for (number, (machine, port)) in (1..).zip(machines) {
        let bench = if *port == "virtual" {
            "virtual"
        } else {
            "none"
        };
        write!(
            text,
            "[[station]]\nnumber = {number}\nname = \"place {number}\"\n{machine}\nport = \"{port}\"\nbench = \"{bench}\"\n"
        )
        .expect("a text takes everything");
        let oximeter = if number == 1 { oximeter } else { "virtual" };
        let sensors = [
            ("strap", "zephyr-hxm", "virtual"),
            ("oximeter", "nonin-df2", oximeter),
        ];
        for (what, protocol, port) in sensors {
            write!(
            text,
                "[[sensor]]\nname = \"{what} {number}\"\nprotocol = \"{protocol}\"\nport = \"{port}\"\nstation = {number}\n"
            )
            .expect("a text takes everything");
        }
    }
    text
}

/// A patient for whom a bike and a walk of constant load were ordered.
pub(crate) fn patient(pseudonym: &str, conditioning_min: f64) -> String {
    requiring("[\"heart_rate\"]", pseudonym, conditioning_min)
}

/// The same, with these signals required.
pub(crate) fn requiring(signals: &str, pseudonym: &str, conditioning_min: f64) -> String {
    format!(
        "pseudonym = \"{pseudonym}\"
second_identifier = \"wristband {pseudonym}\"
year_of_birth = 1966
mass_kg = 80.0
atrial_fibrillation = false
heart_transplant = false
fixed_rate_pacing = false
chronotropic_incompetence = false
chronic_lung_disease = false
{}{}",
        ordered(
            "bike",
            signals,
            "machine = \"cycle\"
warm_up_load_w = 30
target_load_w = 60
ceiling_load_w = 80
ramp_up_w_per_min = 120",
            conditioning_min
        ),
        ordered(
            "walk",
            signals,
            "machine = \"treadmill\"
warm_up_speed_km_h = 2.0
warm_up_grade_percent = 0
target_speed_km_h = 3.5
target_grade_percent = 0
ceiling_speed_km_h = 5.0
ceiling_grade_percent = 3
ramp_up_km_h_per_min = 6",
            conditioning_min
        )
    )
}

/// A prescription in force today, whenever that is.
fn ordered(id: &str, signals: &str, load: &str, conditioning_min: f64) -> String {
    let today = station::clock::today();
    let until = today.checked_add(60.days()).expect("a day");
    format!(
        "[[prescription]]
id = \"{id}\"
version = 1
author = \"physiologist\"
signer = \"Dr. Test\"
signed_at = {today}
valid_from = {today}
valid_until = {until}
diagnosis = \"coronary_intervention\"
risk_class = \"low\"
basis = \"cpet\"
medicines_acting_on_heart_rate = \"none\"
implant = \"none\"
oxygen = \"none\"
goals = [\"a walk in the hills\"]
control_mode = \"constant\"
heart_rate_upper_limit_bpm = 140
spo2_floor_percent = 88
signals_required = {signals}
warm_up_min = 0.5
conditioning_min = {conditioning_min}
cool_down_min = 3
{load}
"
    )
}
