use std::time::Duration;

use control::input::HeartRateSource;
use control::rules::RuleId;
use control::view::{Reason, Trust, VitalView};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::draw;
use crate::clinic::finding::Finding;
use crate::clock::GymClock;
use crate::dashboard::dialog::Dialog;
use crate::dashboard::keys::Key;
use crate::dashboard::pictures;
use crate::dashboard::theme::Theme;
use crate::dashboard::ui::Ui;
use crate::dashboard::update::update;
use crate::dashboard::view::{Link, Seen, View};
use crate::gym::snapshot::{RecordHealth, Snapshot, StationSnapshot};

const NOW: u64 = pictures::AT.as_nanos();
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// One screen.
struct Scene {
    snapshot: Option<Snapshot>,
    ui: Ui,
    now: u64,
    link: Link,
    theme: Theme,
}

impl Scene {
    fn of(snapshot: Snapshot) -> Self {
        Self {
            snapshot: Some(snapshot),
            ui: Ui::default(),
            now: NOW,
            link: Link::Up,
            theme: Theme::new(true, false, jiff::tz::TimeZone::UTC),
        }
    }

    fn selecting(mut self, station: u8) -> Self {
        self.ui.selected = station;
        self
    }

    fn after(mut self, keys: &[Key]) -> Self {
        for key in keys {
            let mut ui = self.ui.clone();
            update(&mut ui, &self.seen(), *key);
            self.ui = ui;
        }
        self
    }

    fn later(mut self, lasts: Duration) -> Self {
        self.now += u64::try_from(lasts.as_nanos()).unwrap();
        self
    }

    fn seen(&self) -> Seen<'_> {
        Seen {
            snapshot: self.snapshot.as_ref(),
            now: self.now,
            link: self.link,
            ends_with_last_viewer: false,
        }
    }

    fn draw(&self, (width, height): (u16, u16)) -> Screen {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let view = View {
            seen: self.seen(),
            ui: &self.ui,
            theme: &self.theme,
        };
        terminal.draw(|frame| draw(frame, &view)).unwrap();
        Screen(terminal.backend().buffer().clone())
    }
}

struct Screen(Buffer);

impl Screen {
    fn rows(&self) -> Vec<String> {
        let area = self.0.area;
        (0..area.height)
            .map(|y| {
                let row: String = (0..area.width).map(|x| self.0[(x, y)].symbol()).collect();
                row.trim_end().to_owned()
            })
            .collect()
    }

    fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// The first cell of a text on the screen.
    fn cell(&self, text: &str) -> &Cell {
        for y in 0..self.0.area.height {
            for x in 0..self.0.area.width {
                let row: String = (x..self.0.area.width)
                    .map(|x| self.0[(x, y)].symbol())
                    .collect();
                if row.starts_with(text) {
                    return &self.0[(x, y)];
                }
            }
        }
        panic!("{text:?} is not on the screen:\n{}", self.text());
    }
}

fn at_every_size(name: &str, scene: &Scene) {
    for (width, height) in SIZES {
        let screen = scene.draw((width, height));
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), screen.text());
    }
}

#[test]
fn the_wall_in_every_state() {
    at_every_size("wall_empty", &Scene::of(pictures::empty()));
    at_every_size("wall_quiet", &Scene::of(pictures::quiet()).selecting(2));
    at_every_size(
        "wall_eight_states",
        &Scene::of(pictures::eight()).selecting(3),
    );
    let stale = Scene::of(pictures::eight()).later(Duration::from_millis(4_200));
    at_every_size("wall_no_pictures", &stale);
    let lost = Scene {
        link: Link::Lost { since: NOW },
        ..Scene::of(pictures::eight()).later(Duration::from_secs(75))
    };
    at_every_size("wall_no_connection", &lost);
}

/// Nothing is wrong yet: in 60 s the heart rate may reach its limit, and the saturation its floor.
fn may_reach(number: u8) -> StationSnapshot {
    let cycle = protocols::vocabulary::MachineKind::Cycle;
    let mut station = pictures::busy(number, cycle, "W6LE");
    station.view.heart_rate = VitalView {
        trend_per_minute: Some(7.0),
        ahead_60_s: Some((118.4, 4.0)),
        ..pictures::good(114.0)
    };
    station.view.saturation = VitalView {
        ahead_60_s: Some((90.7, 3.0)),
        ..pictures::good(91.0)
    };
    station.view.reason = Reason::Prediction;
    station
}

/// Everything well at the first, something foretold at the second, lost and free ones beside them.
fn foreseeing() -> Snapshot {
    let cycle = protocols::vocabulary::MachineKind::Cycle;
    pictures::gym(vec![
        pictures::busy(1, cycle, "K7PD"),
        may_reach(2),
        pictures::strap_lost(3),
        pictures::free(4, cycle),
    ])
}

#[test]
fn what_is_foretold_on_the_wall_and_at_the_station() {
    at_every_size("wall_foretold", &Scene::of(foreseeing()).selecting(2));
    let station = Scene::of(foreseeing()).selecting(2).after(&[Key::Enter]);
    at_every_size("station_foretold", &station);
}

/// One who does less at the same heart rate than in earlier sessions, and answers load as nobody assessed.
fn found(number: u8) -> StationSnapshot {
    let cycle = protocols::vocabulary::MachineKind::Cycle;
    let mut station = pictures::busy(number, cycle, "W6LE");
    if let Some(session) = station.session.as_mut() {
        session.findings = vec![
            Finding::AnswerToLoad {
                gain: 14.2,
                gain_sd: 1.1,
                assessed: 8.7,
            },
            Finding::LoadAtSameHeartRate {
                difference_met: -0.84,
                sd_met: 0.3,
                difference_w: Some(-21.8),
                sessions: 3,
            },
        ];
    }
    station
}

#[test]
fn what_is_found_on_the_wall_and_at_the_station() {
    let cycle = protocols::vocabulary::MachineKind::Cycle;
    let gym = pictures::gym(vec![
        found(1),
        pictures::busy(2, cycle, "K7PD"),
        pictures::free(3, cycle),
    ]);
    at_every_size("wall_found", &Scene::of(gym.clone()).selecting(1));
    let station = Scene::of(gym).selecting(1).after(&[Key::Enter]);
    at_every_size("station_found", &station);
}

#[test]
fn a_low_tile_says_that_something_was_found_and_how_to_see_it() {
    for (count, words) in [
        (8, "moves to hold HR 104 · finding"),
        (6, " · finding: Enter"),
    ] {
        let mut snapshot = pictures::eight();
        snapshot.stations.truncate(count);
        snapshot.stations[0] = found(1);
        let wall = Scene::of(snapshot).draw((80, 24)).text();
        assert!(wall.contains(words), "{wall}");
    }
}

#[test]
fn the_station_by_itself_has_the_pressure_that_is_due_whatever_was_found() {
    let mut snapshot = pictures::eight();
    snapshot.stations[0] = found(1);
    snapshot.stations[0].view.blood_pressure_due = Some(pictures::AT);
    let station = Scene::of(snapshot).after(&[Key::Enter]).draw((80, 24));
    let text = station.text();
    for wanted in ["BP 128/74", "BP due: b", "RPE 12", "FINDING:"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn what_is_foretold_is_never_older_than_its_number() {
    // On the wall and at the station by itself; nothing else on them is written so.
    let told = |change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = pictures::gym(vec![may_reach(1)]);
        change(&mut snapshot);
        SIZES.map(|size| {
            let wall = Scene::of(snapshot.clone());
            let wall_told = wall.draw(size).text();
            let station_told = wall.after(&[Key::Enter]).draw(size).text();
            let has = |words: &str| wall_told.contains(words) && station_told.contains(words);
            let any = |words: &str| wall_told.contains(words) || station_told.contains(words);
            assert_eq!(has("118±4"), any("118±4"));
            assert_eq!(has("91±3"), any("91±3"));
            (has("118±4"), has("91±3"), any("▒"))
        })
    };
    assert_eq!(told(&|_| {}), [(true, true, true); 3]);
    let aged = |age| {
        move |snapshot: &mut Snapshot| {
            snapshot.stations[0].view.heart_rate.sent_at = Some(pictures::before(age));
        }
    };
    assert_eq!(told(&aged(3)), [(true, true, true); 3]);
    assert_eq!(told(&aged(4)), [(false, true, false); 3]);
    let doubted = |snapshot: &mut Snapshot| {
        snapshot.stations[0].view.heart_rate.trust = Trust::Doubted;
    };
    assert_eq!(told(&doubted), [(false, true, false); 3]);
    let no_finger = |snapshot: &mut Snapshot| {
        let saturation = &mut snapshot.stations[0].view.saturation;
        (saturation.value, saturation.trust) = (None, Trust::Lost);
    };
    assert_eq!(told(&no_finger), [(true, false, true); 3]);
    // A picture that is old foretells nothing at all.
    let live = Scene::of(pictures::gym(vec![may_reach(1)]));
    assert!(live.draw((120, 40)).text().contains('±'));
    let old = live.later(Duration::from_millis(1_001));
    assert!(!old.draw((120, 40)).text().contains('±'));
    assert!(
        !old.after(&[Key::Enter])
            .draw((120, 40))
            .text()
            .contains('±')
    );
}

#[test]
fn a_limit_that_is_broken_is_told_by_its_alarm_and_not_foretold() {
    let draw = |now: f64, ahead: (f64, f64)| {
        let mut snapshot = pictures::gym(vec![may_reach(1)]);
        let heart_rate = &mut snapshot.stations[0].view.heart_rate;
        (heart_rate.value, heart_rate.ahead_60_s) = (Some(now), Some(ahead));
        Scene::of(snapshot)
            .after(&[Key::Enter])
            .draw((120, 40))
            .text()
    };
    assert!(draw(114.0, (117.4, 5.0)).contains("HR 117±5, may reach limit 122"));
    assert!(!draw(114.0, (117.4, 4.0)).contains("limit 122"));
    assert!(draw(121.0, (122.0, 4.0)).contains("HR 122±4, may reach limit 122"));
    assert!(!draw(122.0, (122.0, 4.0)).contains("limit 122"));
}

#[test]
fn in_a_low_tile_what_is_foretold_gives_way_to_the_numbers_of_now() {
    let draw = |heart: (f64, f64), upper: f64| {
        let cycle = protocols::vocabulary::MachineKind::Cycle;
        let mut snapshot = pictures::gym(
            (1..=8)
                .map(|number| pictures::busy(number, cycle, "K7PD"))
                .collect(),
        );
        let station = &mut snapshot.stations[0];
        station.view.heart_rate.ahead_60_s = Some(heart);
        if let Some(session) = &mut station.session {
            session.limits.heart_rate_upper = Some(upper);
            session.limits.zone = Some((100.0, 112.0));
        }
        let row = Scene::of(snapshot).draw((80, 24)).rows()[2].clone();
        row.chars()
            .take(40)
            .collect::<String>()
            .trim_end()
            .to_owned()
    };
    assert_eq!(
        draw((106.0, 5.0), 122.0),
        " ♥ 104 100–112 ≤122 →106±5  O₂  96 ≥88"
    );
    assert_eq!(
        draw((106.0, 12.0), 122.0),
        " ♥ 104 100–112 ≤122 →106±12  O₂  96 ≥88"
    );
    // Nothing of now is cut: an arrow and the limits stay.
    assert_eq!(
        draw((106.0, 12.0), 1220.0),
        " ♥ 104 100–112 ≤1220 →  O₂  96 ≥88"
    );
}

#[test]
fn lines_say_what_may_be_reached_and_no_number_that_moves() {
    let scene = Scene::of(foreseeing());
    let lines = crate::dashboard::line::picture(&scene.seen(), &scene.theme);
    let of = |station: &str| {
        let found = lines.iter().find(|line| line.starts_with(station));
        found.expect("each has a line").clone()
    };
    assert!(!of("station 1").contains("60 s"), "{}", of("station 1"));
    assert!(
        of("station 2").contains("HR may reach limit 122 in 60 s; SpO2 may reach floor 88 in 60 s"),
        "{}",
        of("station 2")
    );
}

#[test]
fn the_station_in_every_state() {
    for (name, station) in [
        ("conditioning", 1),
        ("alarm_high", 3),
        ("free", 4),
        ("strap_lost", 5),
        ("ready", 6),
        ("unguarded", 7),
        ("stopped", 8),
    ] {
        let scene = Scene::of(pictures::eight())
            .selecting(station)
            .after(&[Key::Enter]);
        at_every_size(&format!("station_{name}"), &scene);
    }
}

#[test]
fn dialogs_at_the_smallest_size() {
    let key = Key::Char;
    for (name, station, keys) in [
        ("help", 1, vec![key('?')]),
        ("more_load", 1, vec![key('+')]),
        ("start", 6, vec![key('s')]),
        (
            "blood_pressure_wrong",
            1,
            vec![key('b'), key('7'), Key::Enter],
        ),
        ("new_session", 4, vec![key('n')]),
        ("signs", 1, vec![key('X')]),
        ("sensors", 1, vec![key('B'), Key::Down]),
        ("leave", 1, vec![key('q')]),
    ] {
        let scene = Scene::of(pictures::eight()).selecting(station).after(&keys);
        insta::assert_snapshot!(format!("dialog_{name}"), scene.draw((80, 24)).text());
    }
    let mut free = pictures::quiet();
    free.stations[3] = pictures::free(4, protocols::vocabulary::MachineKind::Cycle);
    free.patients[3].at_station = None;
    let keys = [key('n'), Key::Enter, Key::Enter, Key::Enter];
    let scene = Scene::of(free).selecting(4).after(&keys);
    insta::assert_snapshot!("dialog_identifiers", scene.draw((80, 24)).text());
}

#[test]
fn every_key_stands_in_the_help() {
    for size in SIZES {
        let mut pages = String::new();
        for page in 0..8 {
            let mut keys = vec![Key::Char('?')];
            keys.extend((0..page).map(|_| Key::Tab));
            let scene = Scene::of(pictures::eight()).after(&keys);
            pages += &scene.draw(size).text();
        }
        for row in crate::dashboard::keys::TABLE {
            let first: Vec<_> = row.says.split(' ').take(4).collect();
            assert!(
                pages.contains(row.shown) && pages.contains(&first.join(" ")),
                "{} at {size:?}",
                row.shown
            );
        }
    }
}

#[test]
fn too_small_a_screen_keeps_alarms_the_worst_stations_and_stop() {
    let scene = Scene::of(pictures::eight()).selecting(3);
    insta::assert_snapshot!("small_60x14", scene.draw((60, 14)).text());
    insta::assert_snapshot!("small_30x6", scene.draw((30, 6)).text());
    for width in [1, 5, 20, 79, 80, 300] {
        for height in [1, 2, 3, 10, 23, 24, 100] {
            for keys in [
                vec![],
                vec![Key::Enter],
                vec![Key::Char('?')],
                vec![Key::Char('+')],
            ] {
                let scene = Scene::of(pictures::eight()).selecting(3).after(&keys);
                let screen = scene.draw((width, height));
                if width >= 20 {
                    assert!(screen.text().contains("Space STOP 3"), "{width}x{height}");
                }
            }
        }
    }
}

#[test]
fn ascii_alone_is_drawn_where_the_font_has_no_more() {
    let ascii = Scene {
        theme: Theme::new(false, true, jiff::tz::TimeZone::UTC),
        ..Scene::of(pictures::eight()).selecting(3)
    };
    for size in SIZES {
        for keys in [
            vec![],
            vec![Key::Enter],
            vec![Key::Char('X')],
            vec![Key::Char('b')],
            vec![Key::Char('?')],
            vec![Key::Char('+')],
        ] {
            let scene = Scene {
                theme: ascii.theme.clone(),
                ..Scene::of(pictures::eight()).selecting(3).after(&keys)
            };
            let text = scene.draw(size).text();
            let odd: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(odd, [], "{keys:?} at {size:?}");
        }
    }
    insta::assert_snapshot!("wall_ascii", ascii.draw((120, 40)).text());
}

#[test]
fn a_doubt_says_why_on_the_wall_and_at_the_station() {
    let mut snapshot = pictures::quiet();
    let view = &mut snapshot.stations[0].view;
    view.heart_rate = VitalView {
        trust: Trust::Doubted,
        doubted_by: Some(RuleId::HrCadenceLock),
        source: Some(HeartRateSource::Strap),
        ..pictures::good(120.0)
    };
    view.notes.agreement.differ = true;
    view.notes.agreement.strap = Some(120.0);
    view.notes.agreement.oximeter = Some(96.0);
    view.reason = Reason::SignalNotTrusted;
    let scene = Scene::of(snapshot.clone());
    let wall = scene.draw((200, 40)).text();
    assert!(
        wall.contains("no rise: strap's HR follows the pedals"),
        "{wall}"
    );
    let lines = crate::dashboard::line::picture(&scene.seen(), &scene.theme).join("\n");
    let narrow = scene.draw((80, 24)).text();
    assert!(
        narrow.contains("♥ 120 strap doubtful  O₂  96"),
        "a reason pushes no saturation away: {narrow}"
    );
    for part in [
        "HR by strap 120 doubtful (follows the pedals)",
        "HR differs, strap 120",
    ] {
        assert!(lines.contains(part), "{part}: {lines}");
    }
    let station = Scene::of(snapshot)
        .selecting(1)
        .after(&[Key::Enter])
        .draw((200, 40))
        .text();
    assert!(
        station.contains("strap doubtful: follows the pedals"),
        "{station}"
    );
    assert!(
        station.contains("HR differs, strap 120, oximeter's pulse 96"),
        "{station}"
    );
    assert!(station.contains("of 15 to 45 s ago"), "{station}");
}

#[test]
fn a_strap_that_is_lost_or_stood_in_for_is_named() {
    let mut snapshot = pictures::quiet();
    snapshot.stations[0].view.heart_rate = VitalView {
        source: Some(HeartRateSource::Strap),
        ..pictures::lost(6, protocols::vocabulary::Absence::NoContact)
    };
    let stood_in = &mut snapshot.stations[1].view;
    stood_in.heart_rate.source = Some(HeartRateSource::Oximeter);
    stood_in.notes.stands_in = true;
    let wall = Scene::of(snapshot.clone()).draw((200, 60)).text();
    assert!(wall.contains("strap 00:06 no contact"), "{wall}");
    assert!(wall.contains("strap lost: by oximeter"), "{wall}");
    snapshot.stations[1].view.notes.strap_doubted_by = Some(RuleId::HrStuck);
    let wall = Scene::of(snapshot.clone()).draw((200, 60)).text();
    assert!(wall.contains("strap doubted: by oxim"), "{wall}");
    let narrow = Scene::of(snapshot).draw((80, 24)).text();
    assert!(
        narrow.contains("♥  -- 00:06 no contact  O₂  96"),
        "{narrow}"
    );
    assert!(narrow.contains("by oximeter's pulse  O₂  96"), "{narrow}");
}

#[test]
fn of_an_irregular_rhythm_the_mean_is_shown_and_said() {
    let mut snapshot = pictures::quiet();
    let view = &mut snapshot.stations[0].view;
    view.heart_rate = VitalView {
        mean_15_s: Some(103.0),
        ..pictures::good(127.0)
    };
    let text = Scene::of(snapshot).draw((80, 24)).text();
    assert!(text.contains("103") && !text.contains("127"), "{text}");
    let station = Scene::of(pictures::quiet());
    assert!(!station.draw((200, 40)).text().contains("mean of 15 s"));
}

#[test]
fn a_missing_value_is_dashes_and_never_zero() {
    let mut snapshot = pictures::quiet();
    for station in &mut snapshot.stations {
        station.view.heart_rate = pictures::lost(6, protocols::vocabulary::Absence::Stale);
        station.view.saturation = pictures::lost(6, protocols::vocabulary::Absence::NoContact);
    }
    let text = Scene::of(snapshot).draw((80, 24)).text();
    assert!(text.contains("♥  -- lost 00:06"), "{text}");
    assert!(text.contains("O₂  -- 00:06 no con"), "{text}");
    assert!(!text.contains("♥   0"));
}

#[test]
fn a_value_ages_dims_and_goes() {
    let at = |age: u64| {
        let mut snapshot = pictures::quiet();
        snapshot.stations[0].view.heart_rate.sent_at = Some(pictures::before(age));
        Scene::of(snapshot).selecting(2).draw((80, 24))
    };
    let fresh = at(3);
    let cell = fresh.cell("104");
    assert_eq!(cell.fg, Color::LightGreen);
    let aged = at(4);
    assert!(aged.text().contains("104 00:04 old"), "{}", aged.text());
    assert!(aged.cell("104").modifier.contains(Modifier::DIM));
    assert_eq!(aged.cell("104").fg, Color::DarkGray);
    assert!(at(10).text().contains("104 00:10 old"));
    let gone = at(11);
    assert!(gone.text().contains("♥  -- lost 00:11"), "{}", gone.text());
}

#[test]
fn without_pictures_no_number_is_live_and_the_wall_says_so() {
    let live = Scene::of(pictures::quiet()).later(Duration::from_secs(1));
    assert!(!live.draw((80, 24)).text().contains("NO CONNECTION"));
    let scene = Scene::of(pictures::quiet()).later(Duration::from_millis(1_001));
    let screen = scene.draw((120, 40));
    assert!(screen.text().contains("NO CONNECTION TO THE GYM for 00:01"));
    assert!(screen.text().contains("use the stop buttons"));
    let banner = screen.cell("NO CONNECTION");
    assert_eq!((banner.fg, banner.bg), (Color::White, Color::Red));
    for colour in [Color::LightGreen, Color::LightCyan] {
        let live = screen
            .0
            .content
            .iter()
            .filter(|cell| cell.fg == colour)
            .count();
        assert_eq!(live, 0, "{colour:?}: a number looks live");
    }
}

#[test]
fn a_faster_gyms_values_age_by_the_clock_on_the_wall() {
    let at = |age: u64| {
        let mut snapshot = pictures::quiet();
        snapshot.clock = GymClock {
            boot_nanos: NOW,
            gym_nanos: NOW,
            rate: 10,
        };
        snapshot.stations[0].view.heart_rate.sent_at = Some(pictures::before(age));
        Scene::of(snapshot).selecting(2).draw((80, 24))
    };
    assert_eq!(at(30).cell("104").fg, Color::LightGreen);
    assert!(at(31).text().contains("104 00:31 old"));
    assert!(at(100).text().contains("104 01:40 old"));
    assert!(at(101).text().contains("♥  -- lost 01:41"));
}

#[test]
fn an_alarm_on_an_old_picture_does_not_flash() {
    for step in 0..40 {
        let lasts = Duration::from_millis(1_001 + 50 * step);
        let scene = Scene::of(pictures::eight()).selecting(1).later(lasts);
        let screen = scene.draw((80, 24));
        let cell = screen.cell("HR 131 > 122");
        assert_eq!((cell.fg, cell.bg), (Color::LightRed, Color::Reset));
    }
}

#[test]
fn a_high_alarm_flashes_between_two_phases_that_can_both_be_read() {
    let mut reverse = 0;
    let mut plain = 0;
    let mut changes = 0;
    let mut before = None;
    for step in 0..40 {
        // Two seconds, a frame each 50 ms; the picture stays fresh.
        let mut snapshot = pictures::eight();
        let lasts = Duration::from_millis(50 * step);
        snapshot.at = pictures::AT + lasts;
        let scene = Scene::of(snapshot).selecting(1).later(lasts);
        let screen = scene.draw((80, 24));
        let cell = screen.cell("HR 131 > 122");
        let lit = cell.bg == Color::Red;
        if lit {
            reverse += 1;
            assert_eq!(cell.fg, Color::White);
        } else {
            plain += 1;
            assert_eq!((cell.fg, cell.bg), (Color::LightRed, Color::Reset));
        }
        assert!(cell.modifier.contains(Modifier::BOLD));
        changes += u32::from(before.is_some_and(|before| before != lit));
        before = Some(lit);
    }
    assert_eq!((reverse, plain), (20, 20));
    assert_eq!(changes, 7, "2 Hz: eight phases in two seconds");
}

#[test]
fn an_acknowledged_alarm_stands_still_and_a_silenced_one_stays() {
    let mut snapshot = pictures::eight();
    snapshot.stations[2].alarms[0].acknowledged = true;
    snapshot.stations[2].alarms[0].silenced_until = Some(pictures::AT + Duration::from_secs(92));
    for step in 0..10 {
        let mut snapshot = snapshot.clone();
        let lasts = Duration::from_millis(100 * step);
        snapshot.at = pictures::AT + lasts;
        let screen = Scene::of(snapshot).later(lasts).draw((120, 40));
        let cell = screen.cell("HR 131 over limit 122");
        assert_eq!((cell.fg, cell.bg), (Color::LightRed, Color::Reset));
        assert!(screen.text().contains("sound off 01:3"));
    }
}

#[test]
fn without_colour_everything_is_still_told_apart() {
    let scene = Scene {
        theme: Theme::new(false, false, jiff::tz::TimeZone::UTC),
        ..Scene::of(pictures::eight()).selecting(2)
    };
    let screen = scene.draw((80, 24));
    for cell in &screen.0.content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
    assert!(
        screen
            .cell("HR 131 > 122")
            .modifier
            .contains(Modifier::REVERSED)
    );
    assert!(screen.cell("▶2 M2QX").modifier.contains(Modifier::REVERSED));
}

#[test]
fn red_and_yellow_belong_to_alarms() {
    let snapshot = pictures::quiet();
    for size in SIZES {
        for keys in [
            vec![],
            vec![Key::Enter],
            vec![Key::Char('?')],
            vec![Key::Char('+')],
        ] {
            let screen = Scene::of(snapshot.clone()).after(&keys).draw(size);
            for cell in &screen.0.content {
                for colour in [cell.fg, cell.bg] {
                    assert!(!matches!(
                        colour,
                        Color::Red | Color::LightRed | Color::Yellow | Color::LightYellow
                    ));
                }
            }
        }
    }
}

#[test]
fn the_selected_station_is_unmistakable() {
    for size in SIZES {
        for station in 1..=8 {
            let screen = Scene::of(pictures::eight()).selecting(station).draw(size);
            let pointers = screen.text().matches('▶').count();
            assert_eq!(pointers, 1);
            let cell = screen.cell(&format!("▶{station} "));
            assert!(cell.modifier.contains(Modifier::REVERSED | Modifier::BOLD));
            assert!(screen.text().contains(&format!("Space STOP {station}")));
        }
    }
}

#[test]
fn the_gyms_alarms_are_worst_first_each_with_the_key_that_helps() {
    let screen = Scene::of(pictures::eight()).selecting(2).draw((120, 40));
    let rows: Vec<String> = screen
        .rows()
        .into_iter()
        .filter(|row| row.ends_with("acknowledge"))
        .collect();
    let expected = [
        ("***", "3 ZB40", "3 a acknowledge"),
        ("**", "2 M2QX", " a acknowledge"),
        ("**", "5 C9TR", "5 a acknowledge"),
        ("**", "8 T5LE", "8 a acknowledge"),
    ];
    assert_eq!(rows.len(), expected.len());
    for (row, (mark, station, key)) in rows.iter().zip(expected) {
        assert_eq!(row.split_whitespace().next(), Some(mark));
        assert!(row.contains(station) && row.ends_with(key), "{row}");
    }
    assert!(
        rows[0].contains("HR 131 over limit 122 00:14"),
        "{}",
        rows[0]
    );
    assert!(
        rows[0].contains("taken to cool-down: 2.9 → 1.4 MET (30 W)"),
        "{}",
        rows[0]
    );
    assert!(
        rows[2].contains("sensor: no trusted heart rate"),
        "{}",
        rows[2]
    );
}

#[test]
fn alarms_that_do_not_fit_are_counted_with_their_stations() {
    let mut snapshot = pictures::gym((1..=8).map(pictures::over_limit).collect());
    snapshot
        .notices
        .push(pictures::notice("the disk is nearly full"));
    let text = Scene::of(snapshot).draw((80, 24)).text();
    assert!(
        text.contains("+ 6 more: *** 4, *** 5, *** 6, *** 7, *** 8, ! 1"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_with_the_gym_itself_is_said() {
    let mut snapshot = pictures::quiet();
    snapshot.virtual_devices = true;
    snapshot.record = RecordHealth::Failing {
        because: "disk full".to_owned(),
    };
    snapshot.stations[0].bench.unguarded = true;
    snapshot
        .notices
        .push(pictures::notice("session 12 was found unfinished"));
    let text = Scene::of(snapshot.clone()).draw((120, 40)).text();
    for said in [
        "DEMO virtual devices",
        "NOT RECORDED: disk full",
        "UNGUARDED 1:",
        "! session 12 was found unfinished",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    snapshot.record = RecordHealth::Recording {
        committed: pictures::before(9),
    };
    let text = Scene::of(snapshot).draw((120, 40)).text();
    assert!(text.contains("record 9 s behind"), "{text}");
}

#[test]
fn a_window_never_covers_the_alarms_nor_the_stop_key() {
    for keys in [
        vec![Key::Char('?')],
        vec![Key::Char('+')],
        vec![Key::Char('b')],
        vec![Key::Char('X')],
    ] {
        for size in SIZES {
            let plain = Scene::of(pictures::eight()).draw(size).rows();
            let scene = Scene::of(pictures::eight()).after(&keys);
            let places = super::places(ratatui::layout::Rect::new(0, 0, size.0, size.1));
            let rows = scene.draw(size).rows();
            for row in places.alarms.y..places.alarms.bottom() {
                assert_eq!(rows[usize::from(row)], plain[usize::from(row)]);
            }
            let key = if scene.ui.is_typing() { "F8" } else { "Space" };
            assert!(rows[usize::from(places.footer.y)].contains(&format!("{key} STOP 1")));
        }
    }
}

#[test]
fn sixty_four_stations_are_all_on_a_large_screen() {
    let snapshot = pictures::gym((1..=64).map(pictures::low_saturation).collect());
    let text = Scene::of(snapshot).draw((200, 60)).text();
    for station in 1..=64 {
        assert!(text.contains(&format!("{station} M2QX")), "{station}");
    }
}

#[test]
fn lines_for_a_screen_reader_tell_the_same() {
    let scene = Scene::of(pictures::eight());
    let lines = crate::dashboard::line::picture(&scene.seen(), &scene.theme);
    insta::assert_snapshot!("lines", lines.join("\n"));
    // Nothing ticks in them: a second later they are the same.
    let mut later = pictures::eight();
    later.at = pictures::AT + Duration::from_millis(900);
    let later = Scene::of(later).later(Duration::from_millis(900));
    assert_eq!(
        crate::dashboard::line::picture(&later.seen(), &later.theme),
        lines
    );
}

#[test]
fn a_long_name_of_a_gym_gives_way_to_its_alarms() {
    let mut snapshot = pictures::eight();
    snapshot.gym = "Rehabilitation, ground floor of the west wing".to_owned();
    for width in [80, 100, 120] {
        let header = Scene::of(snapshot.clone()).draw((width, 40)).rows()[0].clone();
        let marks = ["1 ***", "1 **", "recorded"];
        assert!(
            marks.iter().all(|mark| header.contains(mark)),
            "{width}: {header}"
        );
        assert!(header.contains("Rehab"), "{width}: {header}");
    }
}

#[test]
fn why_an_entry_is_not_taken_stands_there_whole() {
    let keys: Vec<Key> = "b74/128"
        .chars()
        .map(Key::Char)
        .chain([Key::Enter])
        .collect();
    let text = Scene::of(pictures::eight())
        .after(&keys)
        .draw((80, 24))
        .text();
    assert!(
        text.contains("not taken: systolic first: it is the higher one"),
        "{text}"
    );
}

#[test]
fn a_start_that_is_confirmed_is_told_as_one_that_comes_by_itself() {
    let waiting = |confirmed: bool| {
        let mut snapshot = pictures::gym(vec![pictures::ready(1)]);
        let interlock = &mut snapshot.stations[0].view.interlock;
        interlock.rest = true;
        interlock.door_check = false;
        interlock.confirmation = !confirmed;
        let scene = Scene::of(snapshot);
        (
            scene.draw((120, 40)).text(),
            scene.after(&[Key::Enter]).draw((120, 40)).text(),
        )
    };
    let (wall, station) = waiting(false);
    assert!(wall.contains("waiting for: resting values"), "{wall}");
    assert!(wall.contains("s start") && !wall.contains("d door check done"));
    assert!(station.contains("Waiting for:"), "{station}");
    let (wall, station) = waiting(true);
    assert!(
        wall.contains("STARTS BY ITSELF after: resting values"),
        "{wall}"
    );
    assert!(!wall.contains("s start"), "{wall}");
    assert!(station.contains("STARTS BY ITSELF after:"), "{station}");
}

#[test]
fn a_question_is_never_cut() {
    let mut scene = Scene::of(pictures::eight()).after(&[Key::Char('+')]);
    let Some(Dialog::Question(question)) = &mut scene.ui.dialog else {
        panic!("a question");
    };
    question.lines = vec!["word ".repeat(40) + "end"];
    for size in SIZES {
        let text = scene.draw(size).text();
        assert!(text.contains("word end"), "{text}");
        assert!(text.contains("[ y Yes ]"), "{text}");
    }
}

#[test]
fn a_remark_that_is_longer_than_a_line_is_read_to_its_end_and_never_covers_an_alarm() {
    let long = "station 2: new session NOT done: this machine's brake cannot go as low as the prescription: use another machine";
    let drawn = |snapshot, size| {
        let mut scene = Scene::of(snapshot);
        scene.ui.remark = Some(crate::dashboard::ui::Remark {
            text: long.to_owned(),
            loud: true,
            at: NOW,
        });
        scene.draw(size).text()
    };
    let quiet = drawn(pictures::quiet(), (80, 24));
    assert!(quiet.contains("use another machine"), "{quiet}");
    let full = drawn(pictures::eight(), (80, 24));
    assert!(
        full.contains("+ ") && full.contains("cannot go as low as the …"),
        "{full}"
    );
}

#[test]
fn an_alarm_whose_sound_is_off_keeps_its_words_in_a_low_tile() {
    let mut snapshot = pictures::eight();
    let alarm = &mut snapshot.stations[4].alarms[0];
    alarm.rule = RuleId::HrRecovery;
    (alarm.value, alarm.limit, alarm.active) = (None, None, true);
    alarm.silenced_until = Some(pictures::AT + Duration::from_mins(2));
    let rows = Scene::of(snapshot).draw((80, 24)).rows();
    let tile = rows
        .iter()
        .find(|row| row.contains("sound off"))
        .map(|row| row.chars().take(40).collect::<String>());
    let tile = tile.unwrap();
    assert!(tile.contains("heart rate recove"), "{tile}");
    assert!(tile.trim_end().ends_with("sound off 02:00"), "{tile}");
}
