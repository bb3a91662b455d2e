//! Every figure of the table of rules once more, copied from the sheet that decides. The scripts hold the stages against these, never
//! against the table itself: a figure that is changed in the table alone makes its script fail.
//!
//! A line is a rule: its name, the seconds of its mean, each stage with its seconds and acts, what escalates, for how long it may stand before it
//! calls (which the sheet has not: a strap with gaps of seven seconds held the load for a whole session, and nobody was told), the seconds that
//! end it, whether it needs a person, whom it is off for.

use control::rules::table::{self, Flag, Rule, Stage};
use control::rules::{LoadAct, Priority, RuleId};

const FIGURES: &str = "\
hr-over-zone | mean 15 | 20 hold tell:low | clear 20
hr-limit | mean 5 | af mean 15 | 0 hold | 5 fall | 10 tell:medium | 30 denervated:120 cool_down tell:high latched | clear 15
hr-stop | mean 3 | af mean 15 | 0 fall | 5 cool_down tell:high | 35 stop unless | latched
hr-icd | 0 fall | 3 stop tell:high | escalate stop tell:high | latched
hr-low | mean 5 | 0 hold | 5 fall | 10 cool_down tell:high | latched
hr-plunge | mean 5 | 0 hold | 5 fall | 10 cool_down tell:high | latched | off af
hr-fall | mean 15 | 15 hold tell:medium | 30 fall | latched | off af
hr-jump | mean 3 | 0 hold tell:medium | escalate fall tell:medium | latched | off af
hr-unexplained | mean 10 | 30 tell:low | clear 15
hr-no-rise | mean 15 | 0 hold | clear 15 | off denervated paced chronotropic_incompetence
hr-no-rise-told | mean 60 | 0 hold | 30 tell:medium doubt:heart_rate | latched | off denervated paced chronotropic_incompetence
hr-recovery | mean 5 | 0 tell:low | off denervated paced
hr-over-target-at-minimum | mean 15 | 60 tell:low | clear 15
hr-under-target-at-cap | mean 15 | 180 tell:low | clear 15
hr-lost | 3 hold | 10 fall tell:medium | 30 cool_down tell:high latched | lingers 60 tell:low | clear 10
hr-implausible | 0 doubt:heart_rate | clear 10
hr-step | 0 doubt:heart_rate | clear 10 | off af
hr-still | 0 hold
hr-stuck | 0 tell:low doubt:heart_rate | clear 10 | off denervated
hr-still-level | 0 tell:low | off denervated
hr-cadence-lock | 0 hold tell:medium doubt:heart_rate | clear 10
hr-sources-differ | mean 10 | af mean 30 | af limit 30 | 15 hold tell:low | clear 15
hr-sources-apart | mean 10 | 15 fall tell:medium doubt:heart_rate | clear 15 | off af
spo2-floor | 0 hold | 6 fall | 15 tell:medium | 60 cool_down tell:high latched | clear 30
spo2-falling | mean 3 | 0 hold | clear 10
spo2-critical | 0 fall | 8 cool_down tell:high | latched
spo2-stop | 0 fall | 5 stop tell:high | latched
spo2-fall | mean 15 | 30 tell:low | clear 15
spo2-lost | 3 hold | 10 tell:low | 30 fall tell:medium | 60 cool_down tell:high latched | lingers 60 tell:low | clear 10
weak-pulse | 0 hold | 5 tell:low doubt:saturation | lingers 60 tell:low | clear 5
machine-lost | 3 hold tell:medium | 5 stop tell:high relay | latched
machine-below-target | 15 tell:low | 30 hold tell:medium | clear 5
machine-above-target | 0 hold | 5 stop tell:high | 10 relay | latched
machine-refused | 0 hold tell:medium | latched
cadence-low | 10 hold tell:low | 30 zero_wait tell:medium | clear 5
cadence-very-low | 5 zero_wait tell:medium | clear 5
cadence-stopped | 5 stop tell:high | latched
cadence-high | 15 tell:low | clear 5
sbp-high | 0 cool_down tell:high | escalate stop tell:high | latched
sbp-high-training | 0 fall tell:medium
sbp-drop | 0 cool_down tell:high | escalate stop tell:high | latched
sbp-no-rise | 0 hold tell:medium | latched
pulse-pressure | 0 hold tell:medium | latched
breathing | 0 fall tell:medium | latched
rpe-high | 0 fall tell:medium | escalate cool_down tell:medium
dyspnoea-high | 0 fall tell:medium | escalate cool_down tell:medium
angina | 0 fall tell:medium | escalate stop tell:high | latched
claudication | 0 zero_wait tell:low
poor-perfusion | 0 stop tell:high | latched
ectopy | 0 fall tell:high | latched
arrhythmia | 0 stop tell:high | latched
symptom | 0 stop tell:high | latched
operator-stop | 0 stop tell:medium | latched
emergency-stop | 0 stop tell:high relay | latched
stop-button | 0 stop tell:high relay | latched
time-over | 0 cool_down tell:low
bp-due | 0 tell:low
unacknowledged | 30 tell:high | 60 cool_down
gym-closes | 0 stop
nobody-watches | 0 hold tell:high | 60 cool_down
controller-fault | 0 stop tell:high relay | latched
host-silent | 0 stop tell:high relay | latched
";

/// One stage of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    after_s: u64,
    after_s_denervated: Option<u64>,
    pub(crate) load: Option<LoadAct>,
    pub(crate) tell: Option<Priority>,
    pub(crate) relay_opens: bool,
    latched: bool,
}

impl Due {
    /// Seconds since the reading that first made the condition true.
    pub(crate) fn after_for(&self, denervated: bool) -> u64 {
        self.after_s_denervated
            .filter(|_| denervated)
            .unwrap_or(self.after_s)
    }

    fn read(field: &str) -> Option<Self> {
        let mut words = field.split(' ');
        let mut due = Self {
            after_s: words.next()?.parse().ok()?,
            after_s_denervated: None,
            load: None,
            tell: None,
            relay_opens: false,
            latched: false,
        };
        for word in words {
            match word.split_once(':') {
                Some(("denervated", seconds)) => {
                    due.after_s_denervated = Some(seconds.parse().expect("seconds"));
                }
                Some(("tell", priority)) => due.tell = Some(priority_of(priority)),
                Some(("doubt", _)) => {}
                _ => match word {
                    "relay" => due.relay_opens = true,
                    "latched" => due.latched = true,
                    "unless" => {}
                    act => due.load = Some(act_of(act)),
                },
            }
        }
        Some(due)
    }
}

fn act_of(name: &str) -> LoadAct {
    [
        LoadAct::Hold,
        LoadAct::Fall,
        LoadAct::CoolDown,
        LoadAct::ZeroWait,
        LoadAct::Stop,
    ]
    .into_iter()
    .find(|act| act.name() == name)
    .expect("an act")
}

fn priority_of(name: &str) -> Priority {
    [Priority::Low, Priority::Medium, Priority::High]
        .into_iter()
        .find(|priority| priority.name() == name)
        .expect("a priority")
}

/// The sheet's stages of a rule, in the order of time.
pub(crate) fn stages(rule: RuleId) -> Vec<Due> {
    fields(rule).filter_map(Due::read).collect()
}

/// Whether the rule waits for a person, as far as it has come.
pub(crate) fn is_latched(rule: RuleId, reached: &[Due]) -> bool {
    let told = reached.iter().any(|due| due.tell.is_some());
    told && fields(rule).any(|field| field == "latched") || reached.iter().any(|due| due.latched)
}

fn fields(rule: RuleId) -> impl Iterator<Item = &'static str> {
    let line = FIGURES
        .lines()
        .find(|line| line.split(" | ").next() == Some(rule.name()))
        .expect("every rule is on the sheet");
    line.split(" | ").skip(1)
}

/// A row of the table as a line of the sheet.
fn written(rule: &Rule) -> String {
    let mut fields = vec![rule.id.name().to_owned()];
    if rule.mean_s > 0 {
        fields.push(format!("mean {}", rule.mean_s));
    }
    fields.extend(rule.mean_s_af.map(|seconds| format!("af mean {seconds}")));
    fields.extend(rule.limit_af.map(|limit| format!("af limit {limit}")));
    fields.extend(rule.stages.iter().map(written_stage));
    fields.extend(rule.escalate.map(|stronger| {
        let (load, tell) = (stronger.load.name(), stronger.tell.name());
        format!("escalate {load} tell:{tell}")
    }));
    fields.extend(rule.lingers.map(|lingering| {
        let (after_s, tell) = (lingering.after_s, lingering.tell.name());
        format!("lingers {after_s} tell:{tell}")
    }));
    fields.extend(rule.clear_s.map(|seconds| format!("clear {seconds}")));
    fields.extend(rule.latched.then(|| "latched".to_owned()));
    if !rule.off_for.is_empty() {
        let flags: Vec<&str> = rule.off_for.iter().copied().map(Flag::name).collect();
        fields.push(format!("off {}", flags.join(" ")));
    }
    fields.join(" | ")
}

fn written_stage(stage: &Stage) -> String {
    let mut words = vec![stage.after_s.to_string()];
    words.extend(
        stage
            .after_s_denervated
            .map(|seconds| format!("denervated:{seconds}")),
    );
    words.extend(stage.load.map(|act| act.name().to_owned()));
    words.extend(stage.tell.map(|tell| format!("tell:{}", tell.name())));
    words.extend(stage.doubt.map(|signal| format!("doubt:{}", signal.name())));
    words.extend(stage.relay_opens.then(|| "relay".to_owned()));
    words.extend(stage.unless.map(|_| "unless".to_owned()));
    words.extend(stage.latched.then(|| "latched".to_owned()));
    words.join(" ")
}

#[test]
fn every_figure_of_the_table_is_the_sheets() {
    let table: Vec<String> = table::all().map(written).collect();
    let sheet: Vec<&str> = FIGURES.lines().collect();
    assert_eq!(table, sheet);
}
