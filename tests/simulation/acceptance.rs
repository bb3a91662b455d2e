//! The acceptance figures of `controllers.md` section 5, and what the issue asks of ten thousand sessions, on as many as a test has
//! time for. The whole is run by the commands in `docs/simulation.md`.

use std::path::{Path, PathBuf};

use drivers::virtual_devices::patient::{Condition, Exercise};
use station::simulation::batch::{self, Faults, Order, Report, Session, Whom};
use station::simulation::cohort::{Cohort, TrialPatient};
use station::simulation::cohort_file;
use station::simulation::fault::{Fault, FaultKind};
use station::simulation::session::Plan;
use station::simulation::summary::{Figures, Gathered};

fn order(every: usize, faults: Faults) -> Order {
    let mut cohort = Cohort::reference();
    // A step without a common divisor with the forty of a condition takes some of each, on both machines.
    cohort.patients = cohort.patients.into_iter().step_by(every).collect();
    Order {
        sessions: u32::try_from(cohort.patients.len()).expect("few"),
        whom: Whom::Listed(cohort),
        seed: 1,
        faults,
        law_alone: false,
        oximeter: true,
    }
}

fn run(order: &Order) -> (Gathered, Vec<Report>) {
    let mut gathered = Gathered::default();
    let mut reports = Vec::new();
    batch::run_all(
        order,
        None,
        2,
        |session| batch::run_one(session, order.law_alone, &mut ()),
        |report| {
            gathered.add(&report);
            reports.push(report);
            true
        },
    );
    (gathered, reports)
}

fn mean_and_p95(figures: &Figures) -> (f64, f64, f64) {
    let over = figures.overshoot_mean_bpm.expect("measured");
    (over.mean, over.p95, over.worst)
}

#[test]
fn the_law_alone_reaches_every_figure_on_the_whole_cohort() {
    let order = Order {
        law_alone: true,
        ..order(1, Faults::None)
    };
    let (gathered, _) = run(&order);
    let summary = gathered.summary();
    let all = summary.all_but_af;
    assert_eq!((all.sessions, all.never_settled), (280, 0));
    assert!(all.rmse_bpm.expect("measured").mean <= 1.80, "{all:?}");
    assert!(all.rmse_mean_bpm.expect("measured").mean <= 1.05, "{all:?}");
    assert!(all.control_power_bpm2.expect("measured") <= 0.15, "{all:?}");
    let (_, p95, worst) = mean_and_p95(&all);
    assert!(p95 <= 3.5 && worst <= 6.0, "{all:?}");
    let settling = all.settling_s.expect("all settle");
    assert!(settling.median <= 190.0 && settling.p90 <= 270.0, "{all:?}");
    assert!(all.in_band_percent.expect("measured") >= 99.5, "{all:?}");
    let (_, af) = summary
        .by_condition
        .iter()
        .find(|(condition, _)| *condition == Condition::Af)
        .expect("in the cohort");
    assert!(af.rmse_mean_bpm.expect("measured").mean <= 1.7, "{af:?}");
    assert!(af.control_power_bpm2.expect("measured") <= 0.35, "{af:?}");
}

#[test]
fn a_sound_session_has_no_high_alarm_and_breaks_no_promise() {
    sound_sessions_have_no_high_alarm(&order(7, Faults::None));
}

/// With one sensor a doubt of it takes the load and calls: a heart of small gain, or one that flutters, must not be doubted for being so. Every
/// third, as once there were 24 in 320; the whole is run by the command in `docs/simulation.md`.
#[test]
fn a_sound_session_without_an_oximeter_has_no_high_alarm_either() {
    sound_sessions_have_no_high_alarm(&Order {
        oximeter: false,
        ..order(3, Faults::None)
    });
}

fn sound_sessions_have_no_high_alarm(order: &Order) {
    let (gathered, reports) = run(order);
    let figures = gathered.summary().whole;
    assert_eq!(
        (figures.alarms.high, figures.violations),
        (0, 0),
        "{figures:?}"
    );
    assert!(
        figures.alarms.medium_an_hour_when_sound <= 1.0,
        "{figures:?}"
    );
    let (_, p95, worst) = mean_and_p95(&figures);
    assert!(p95 <= 3.5 && worst <= 6.0, "{figures:?}");
    assert!(reports.iter().all(|report| report.outcome.finished));
}

fn fault_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/example/simulation/faults");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the faults of the sheet's table")
        .map(|entry| entry.expect("a file").path())
        // An offset of 12 or 7 below is invisible to one sensor: the table leaves both out.
        .filter(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("text");
            !name.starts_with("reads-12") && !name.starts_with("reads-7-")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn under_each_fault_of_the_table_the_true_heart_rate_stays_near_its_target() {
    let files = fault_files();
    assert_eq!(files.len(), 10);
    for file in files {
        let faults = cohort_file::read_faults(&file).expect("an example");
        // With the strap alone, as the table has it: nothing else tells the fault.
        let order = Order {
            oximeter: false,
            ..order(23, Faults::Listed(faults))
        };
        let (gathered, _) = run(&order);
        // The table is of all but atrial fibrillation; of so few, the centile says less than the worst.
        let figures = gathered.summary().all_but_af;
        let (mean, _, worst) = mean_and_p95(&figures);
        assert!(
            mean <= 2.5 && worst <= 6.0,
            "{}: {figures:?}",
            file.display()
        );
        assert_eq!(figures.violations, 0, "{}: {figures:?}", file.display());
    }
}

#[test]
fn whatever_goes_wrong_no_promise_is_broken() {
    let mut order = order(1, Faults::Random);
    order.sessions = 80;
    order.whom = Whom::Reference(Cohort::reference());
    order.seed = 77;
    let (gathered, reports) = run(&order);
    let broken: Vec<_> = reports
        .iter()
        .filter(|report| !report.violations.is_empty())
        .map(|report| (report.session.number, &report.violations, &report.shown_by))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
    let alarms = gathered.summary().whole.alarms;
    assert_eq!(alarms.high_when_sound, 0, "{alarms:?}");
    assert!(alarms.high > 0, "faults are answered: {alarms:?}");
}

/// What was found in the core by its first ten thousand sessions, each by its shortest schedule: a stop's first step on top of an ordinary
/// one, a belt that made up after a hold for what it had not reached before, and one that was still steep when it was let go on after a
/// pause.
#[test]
fn what_the_monitor_once_found_stays_mended() {
    let fault = |at_s, for_s, kind, value| Fault {
        at_s,
        for_s,
        kind,
        value,
    };
    let sessions = [
        (
            Condition::Af,
            10_005_291,
            vec![fault(398.0, 9.0, FaultKind::StrapValue, 212.0)],
        ),
        (Condition::Transplant, 20_007_485, Vec::new()),
        (
            Condition::Healthy,
            1485,
            vec![fault(1846.0, 1.0, FaultKind::Pause, 0.0)],
        ),
        // A belt that did not hear its stop is brought down from what it does.
        (
            Condition::Healthy,
            29_004_783,
            vec![fault(2344.0, 133.0, FaultKind::MachineDeaf, 0.0)],
        ),
        (
            Condition::Af,
            22_008_007,
            vec![
                fault(65.0, 1.0, FaultKind::Pause, 0.0),
                fault(439.0, 15.0, FaultKind::StrapValue, 168.0),
            ],
        ),
    ];
    let cohort = Cohort::reference();
    for (condition, seed, events) in sessions {
        let patient = TrialPatient {
            events,
            ..TrialPatient::drawn(condition, seed, Exercise::Treadmill)
        };
        let plan = Plan::of(&patient, cohort.session, cohort.nurse, true).expect("in range");
        let session = Session {
            number: 0,
            id: patient.id,
            condition,
            plan,
        };
        let report = batch::run_one(&session, false, &mut ());
        assert!(report.violations.is_empty(), "{:?}", report.violations);
    }
}
