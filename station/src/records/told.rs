//! Whether the rows of a session are what its events tell: its own row, those of its bouts, what people measured, what was not recorded, what
//! went over the wires, how the clocks were read, the journal, and the texts that its bouts name.
//!
//! Promises: a row that was changed, added or taken away is found by the event that tells of it, in a session that nobody has signed too. What the
//! record says is missing there is not missed. Deliberately absent: seconds ([`super::proof`]), and what a block of the journal or of a waveform holds
//! ([`super::verify`]).

mod beside;
mod found;
mod summed;
mod texts;

use std::collections::BTreeMap;

use control::input::Action;
use rusqlite::Connection;
use serde_json::{Map, Value};

pub(super) use self::found::{Found, NotAsTold};
use super::chain::{Hash, Hex, Sum};
use super::codes::word;
use super::observe::Figures;
use super::origin;
use super::reading::{self, Which, rows};
use super::sums::ToldSums;

pub(super) const BEGAN: &str = "the session began";
pub(super) const GOES_ON: &str = "the session goes on after an interruption";
pub(super) const FOUND_OPEN: &str = "found open when the gym began: the gym before did not end it";

/// Where the event of a session's end says how many blocks of plethysmogram its gym wrote.
pub(super) const PLETHYSMOGRAM: &str = "plethysmogram_blocks";

/// A gap accounts for what lies no further from it than this, in microseconds: rows are written a second at a time.
const BESIDE_A_GAP_US: i64 = 2_000_000;

/// Why nothing is there after the last that a gym wrote which was killed.
pub(super) const LOST: &str = "the gym was lost, and with it what it had not written yet";

/// Why nothing is there from a gym's beginning to where a session goes on.
pub(super) const NOT_ON_YET: &str = "a gym had begun again, and the session had not gone on yet";

/// Where the event of a session that was found open says until when nothing was recorded, on the clock of the gym that was lost.
pub(super) const UNTIL: &str = "until_us";

/// Where the event of a session that goes on says since when its gym ran.
pub(super) const SINCE: &str = "since_us";

/// What is told of what was not recorded.
pub(super) fn gap(what: &str, lost: i64, length_us: i64, reason: &str) -> String {
    let seconds = super::archive::seconds(length_us);
    format!("not recorded: {lost} entries of the {what} over {seconds:.1} s, because {reason}")
}

/// What is told of a session's end.
pub(super) fn ended(reason: &str, rule: Option<&str>) -> String {
    match rule {
        Some(rule) => format!("the session ended: rule {rule}"),
        None => format!("the session ended: {reason}"),
    }
}

/// What is told of a bout's beginning: machine, protocol and the prescription's id stand in `by`.
pub(super) fn bout_began(number: u16, station: i64, by: [&str; 3], version: i64) -> String {
    let [machine, protocol, prescription] = by;
    format!(
        "bout {number} began at station {station} ({machine}, {protocol}), prescription {prescription} version {version}"
    )
}

/// What is told of a bout's end.
pub(super) fn bout_ended(number: u16) -> String {
    format!("bout {number} ended")
}

/// What the event of a session's beginning carries: over id, patient, kind and software, and over whether it was rolled before, its clock's
/// rate, and its beginning on the gym's clock and by the wall.
pub(super) fn sum_of_beginning(texts: [&str; 4], numbers: [i64; 4]) -> Hash {
    let mut sum = Sum::default();
    for text in texts {
        sum.text(Some(text));
    }
    for number in numbers {
        sum.whole(Some(number));
    }
    sum.finish()
}

/// What the event of its end carries: over when that was, on the gym's clock and by the wall.
pub(super) fn sum_of_end(at_us: i64, wall_us: i64) -> Hash {
    let mut sum = Sum::default();
    sum.whole(Some(at_us));
    sum.whole(Some(wall_us));
    sum.finish()
}

/// The detail of an event with a sum over the row that it tells of.
pub(super) fn detail(sum: &Hash) -> Map<String, Value> {
    let sum = Value::from(Hex(sum).to_string());
    Map::from_iter([("sha256".to_owned(), sum)])
}

/// An event that tells of a row.
struct Told {
    id: i64,
    run: i64,
    bout: Option<i64>,
    at_us: i64,
    t_s: Option<i64>,
    text: String,
    detail: Value,
}

impl Told {
    /// Whether the sum that it carries is this; one of an earlier version carries none.
    fn carries(&self, sum: &Hash) -> bool {
        let said = self.detail.get("sha256").and_then(Value::as_str);
        said.is_none_or(|said| said == Hex(sum).to_string())
    }
}

/// What of a session's rows is not what its events tell.
pub(super) fn check(connection: &Connection, session: &str) -> rusqlite::Result<Found> {
    let gaps = Gaps::of(connection, session)?;
    let told = told(connection, session, "kind = 'session'")?;
    let mut found = Found::default();
    of_session(connection, session, &told, &gaps, &mut found)?;
    of_bouts(connection, session, &told, &gaps, &mut found)?;
    of_measurements(connection, session, &gaps, &mut found)?;
    beside::of_gaps(connection, session, &told, &mut found)?;
    beside::of_runs(connection, session, &mut found)?;
    let texts = texts::of_texts(connection, session, &mut found);
    found.as_far_as_read(connection, "text", texts)?;
    let origin = origin::check(connection, session, &mut found);
    found.as_far_as_read(connection, "import", origin)?;
    let sums = ToldSums::of(connection, session)?;
    summed::of_sums(connection, session, &sums, &mut found)?;
    Ok(found)
}

/// Whether a session is over and its events do not sum up all that this version would: an earlier version recorded it.
pub(super) fn is_silent(connection: &Connection, session: &str) -> rusqlite::Result<bool> {
    ToldSums::of(connection, session).map(|told| told.is_silent)
}

/// A session's events of some kind, the first first.
fn told(connection: &Connection, session: &str, which: &str) -> rusqlite::Result<Vec<Told>> {
    reading::events(
        connection,
        &Which {
            columns: "id, run_id, bout_id, at_us, t_s, text, detail",
            joined: "",
            condition: &format!("session_id = ?1 AND {which}"),
            values: &[&session],
            session: Some(session),
        },
        |row| {
            Ok(Told {
                id: row.get(0)?,
                run: row.get(1)?,
                bout: row.get(2)?,
                at_us: row.get(3)?,
                t_s: row.get(4)?,
                text: reading::text(row, 5)?,
                detail: reading::detail(row, 6)?,
            })
        },
    )
}

/// What the record says is missing of a session, and of the gym meanwhile: by run, from when to when.
struct Gaps(Vec<(i64, i64, i64)>);

impl Gaps {
    fn of(connection: &Connection, session: &str) -> rusqlite::Result<Self> {
        rows(
            connection,
            "SELECT run_id, from_us, to_us FROM gaps WHERE session_id = ?1 OR session_id IS NULL",
            [session],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .map(Self)
    }

    fn account_for(&self, run: i64, at_us: i64) -> bool {
        self.0.iter().any(|(of, from, to)| {
            *of == run && (from - BESIDE_A_GAP_US..=to + BESIDE_A_GAP_US).contains(&at_us)
        })
    }
}

fn of_session(
    connection: &Connection,
    session: &str,
    told: &[Told],
    gaps: &Gaps,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let row = connection
        .prepare_cached(
            "SELECT id, patient, kind, software, pre_rolled, clock_rate, began_us, began_wall_us, run_id, ended_us, ended_wall_us, state,
             end_reason, end_rule FROM sessions WHERE id = ?1",
        )?
        .query_row([session], |row| {
            let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            let numbers: [i64; 4] = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            let end = End {
                at_us: row.get(9)?,
                wall_us: row.get(10)?,
                state: row.get(11)?,
                reason: row.get(12)?,
                rule: row.get(13)?,
            };
            Ok((texts, numbers, row.get::<_, i64>(8)?, end))
        })?;
    let ([id, patient, kind, software], numbers, run, end) = &row;
    let its_own = || told.iter().filter(|event| event.bout.is_none());
    let not_as_told = |event: &Told| {
        let because = format!("the session's row is not what event {} tells", event.id);
        ("session", because)
    };
    match its_own().find(|event| event.text == BEGAN) {
        Some(event) => {
            let sum = sum_of_beginning([id, patient, kind, software], *numbers);
            if event.at_us != numbers[2] || event.run != *run || !event.carries(&sum) {
                found.push(not_as_told(event));
            }
        }
        None if gaps.account_for(*run, numbers[2]) => {}
        None => found.push((
            "session",
            "no event tells of the session's beginning".to_owned(),
        )),
    }
    match its_own().next_back() {
        Some(event) if !end.is_told_by(event) => {
            // An end of which no event tells may have been lost, but not one of which one does.
            let is_open = matches!(event.text.as_str(), BEGAN | GOES_ON);
            if !is_open || !gaps.account_for(event.run, end.at_us.unwrap_or(event.at_us)) {
                found.push(not_as_told(event));
            }
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// How a session's row says that it ended.
struct End {
    at_us: Option<i64>,
    wall_us: Option<i64>,
    state: String,
    reason: Option<String>,
    rule: Option<String>,
}

impl End {
    fn is_told_by(&self, event: &Told) -> bool {
        let (reason, rule) = (self.reason.as_deref(), self.rule.as_deref());
        match (self.state.as_str(), self.at_us, self.wall_us) {
            ("open", None, None) => {
                matches!(event.text.as_str(), BEGAN | GOES_ON) && reason.or(rule).is_none()
            }
            ("interrupted", at_us, _) => {
                let last = event.detail.get("last_us").and_then(Value::as_i64);
                event.text == FOUND_OPEN
                    && last == at_us
                    && (reason, rule) == (Some("interrupted"), None)
            }
            ("ended", Some(at_us), Some(wall_us)) => {
                event.text == ended(reason.unwrap_or_default(), rule)
                    && (rule.is_none() || reason == Some("rule"))
                    && event.at_us == at_us
                    && event.carries(&sum_of_end(at_us, wall_us))
            }
            _ => false,
        }
    }
}

fn of_bouts(
    connection: &Connection,
    session: &str,
    told: &[Told],
    gaps: &Gaps,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let bouts = rows(
        connection,
        "SELECT id, number, station, machine, protocol, prescription_id, prescription_version, run_id, began_us, ended_us FROM bouts
         WHERE session_id = ?1 ORDER BY number",
        [session],
        |row| {
            let number: u16 = row.get(1)?;
            let by: [String; 3] = [row.get(3)?, row.get(4)?, row.get(5)?];
            let words = bout_began(number, row.get(2)?, [&by[0], &by[1], &by[2]], row.get(6)?);
            let times: (i64, i64, Option<i64>) = (row.get(7)?, row.get(8)?, row.get(9)?);
            Ok((row.get::<_, i64>(0)?, number, words, times))
        },
    )?;
    for (bout, number, words, (run, began_us, ended_us)) in bouts {
        let mut of_bout = told.iter().filter(|event| event.bout == Some(bout));
        let wrong = match of_bout.next() {
            Some(began) if began.text != words || (began.run, began.at_us) != (run, began_us) => {
                Some(began)
            }
            Some(_) => of_bout
                .find(|event| event.text == bout_ended(number) && Some(event.at_us) != ended_us),
            None if gaps.account_for(run, began_us) => None,
            None => {
                found.push(("session", format!("no event tells of bout {number}")));
                None
            }
        };
        if let Some(event) = wrong {
            let because = format!("bout {number} is not what event {} tells", event.id);
            found.of_bout("session", number, because);
        }
    }
    Ok(())
}

/// A measurement as its row has it.
struct Taken {
    number: usize,
    run: i64,
    /// Bout, instant and second.
    place: (i64, i64, i64),
    phase: String,
    figures: (String, i64, Option<i64>, bool),
    unit: String,
    /// Whether it is a correction, and whether the desk tells of it.
    replaces: Option<bool>,
}

/// What people entered at the gym: each entry has its row, and each row its entry. Corrections are held against the desk's events elsewhere.
fn of_measurements(
    connection: &Connection,
    session: &str,
    gaps: &Gaps,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let mut entered: BTreeMap<i64, Vec<(Told, Figures)>> = BTreeMap::new();
    for event in told(connection, session, "kind = 'operator'")? {
        let action = serde_json::from_value(event.detail.clone());
        if let (Ok(Action::Enter(entry)), Some(bout)) = (action, event.bout)
            && let Some(figures) = Figures::of(entry)
        {
            entered.entry(bout).or_default().push((event, figures));
        }
    }
    let phases = Phases::of(connection, session)?;
    for taken in measurements(connection, session)? {
        let number = taken.number;
        match taken.replaces {
            Some(true) => continue,
            Some(false) => {
                found.push((
                    "measurement",
                    format!("no correction tells of measurement {number}"),
                ));
                continue;
            }
            None => {}
        }
        let there = entered.get_mut(&taken.place.0);
        let told = there.and_then(|there| {
            let place = there
                .iter()
                .position(|(event, figures)| taken.is_told_by(event, *figures))?;
            Some(there.remove(place))
        });
        match told {
            Some((event, _)) if !phases.fit(&taken, event.id) => {
                let because = format!("measurement {number} is of another phase than events tell");
                found.push(("measurement", because));
            }
            Some(_) => {}
            None if gaps.account_for(taken.run, taken.place.1) => {}
            None => found.push((
                "measurement",
                format!("measurement {number} is not what any event tells"),
            )),
        }
    }
    for (event, _) in entered.into_values().flatten() {
        if !gaps.account_for(event.run, event.at_us) {
            let because = format!("the measurement that event {} tells of is gone", event.id);
            found.push(("measurement", because));
        }
    }
    Ok(())
}

fn measurements(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Taken>> {
    let taken = rows(
        connection,
        "SELECT run_id, bout_id, at_us, t_s, phase, taken.kind, value, second_value, symptoms, unit, replaces IS NOT NULL,
         EXISTS (SELECT 1 FROM corrections JOIN measurements AS first ON first.id = taken.replaces WHERE measurement_id = taken.id AND
           (first.bout_id, first.at_us, first.t_s, first.phase, first.unit) = (taken.bout_id, taken.at_us, taken.t_s, taken.phase, taken.unit))
         FROM measurements AS taken JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 ORDER BY taken.id",
        [session],
        |row| {
            Ok(Taken {
                number: 0,
                run: row.get(0)?,
                place: (row.get(1)?, row.get(2)?, row.get(3)?),
                phase: row.get(4)?,
                figures: (row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?),
                unit: row.get(9)?,
                replaces: row.get::<_, bool>(10)?.then_some(row.get(11)?),
            })
        },
    )?;
    let numbered = (1..).zip(taken);
    Ok(numbered
        .map(|(number, taken)| Taken { number, ..taken })
        .collect())
}

impl Taken {
    fn is_told_by(&self, event: &Told, figures: Figures) -> bool {
        let (_, at_us, t_s) = self.place;
        let (kind, value, second_value, symptoms) = &self.figures;
        (event.at_us, event.t_s) == (at_us, Some(t_s))
            && *kind == word(&figures.kind)
            && *value == i64::from(figures.value)
            && *second_value == figures.second_value.map(i64::from)
            && *symptoms == figures.symptoms
            && self.unit == figures.kind.unit()
    }
}

/// An event that tells to which phase a bout came; one that cannot be read may be of any bout and any phase.
struct Passage {
    event: i64,
    bout: Option<i64>,
    at_us: Option<i64>,
    to: Option<String>,
}

/// The phases that a session's bouts came to, in order.
struct Phases(Vec<Passage>);

impl Phases {
    /// By the session, which has an index: what is asked of a bout alone asks every event of the record.
    fn of(connection: &Connection, session: &str) -> rusqlite::Result<Self> {
        let which = Which {
            columns: "bout_id, at_us, detail",
            joined: "",
            condition: "session_id = ?1 AND kind = 'phase'",
            values: &[&session],
            session: Some(session),
        };
        let mut passages = Vec::new();
        reading::each_event(
            connection,
            &which,
            |row| Ok((row.get(0)?, row.get(1)?, reading::detail::<Value>(row, 2)?)),
            |event, read| {
                let (bout, at_us, detail) = read.unwrap_or_default();
                let to = detail.get("to").and_then(Value::as_str);
                passages.push(Passage {
                    event,
                    bout,
                    at_us,
                    to: to.map(str::to_owned),
                });
            },
        )?;
        Ok(Self(passages))
    }

    /// Whether a measurement's bout was in its phase then, as far as events tell: earlier versions wrote the phase that a value led to in the
    /// turn that brought it.
    fn fit(&self, taken: &Taken, event: i64) -> bool {
        let (bout, at_us, _) = taken.place;
        let mut of_bout = self
            .0
            .iter()
            .filter(|passage| passage.bout.is_none_or(|of| of == bout));
        let at_once = of_bout
            .clone()
            .filter(|passage| passage.at_us == Some(at_us));
        let before = of_bout.rfind(|passage| passage.event < event);
        let mut there = before.into_iter().chain(at_once).peekable();
        there.peek().is_none()
            || there.any(|passage| passage.to.as_ref().is_none_or(|to| *to == taken.phase))
    }
}
