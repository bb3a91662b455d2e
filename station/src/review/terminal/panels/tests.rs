use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use super::super::run::{Begin, Sitting};
use super::super::ui::{Screen, Tab};
use super::super::view::View;
use super::{chart, draw};
use crate::dashboard::keys::Key;
use crate::dashboard::theme::Theme;
use crate::records::Archive;
use crate::records::archive::local;
use crate::records::desk::{By, Meaning, sign};
use crate::records::fixtures::{
    SECRET, Visit, archive_of_a_visit, archive_of_a_visit_in_three_gyms, archive_of_all, hire,
};
use crate::review::export::fixtures::made;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// A person at a review, on a screen of one size.
struct Person<'a> {
    sitting: Sitting<'a>,
    theme: &'a Theme,
    size: (u16, u16),
}

impl<'a> Person<'a> {
    fn at(archive: &'a Archive, theme: &'a Theme, size: (u16, u16)) -> Self {
        let mut sitting = Sitting::begin(archive, theme, &Begin::default()).unwrap();
        while sitting.has_more() {
            sitting.read_more();
        }
        let mut person = Self {
            sitting,
            theme,
            size,
        };
        person.settle();
        person
    }

    /// As the loop does before it draws.
    fn settle(&mut self) {
        let screen = Rect::new(0, 0, self.size.0, self.size.1);
        let cells = chart::cells(screen, &self.sitting.ui);
        self.sitting.ui.axis.resize(cells);
    }

    fn press(&mut self, keys: &[Key]) -> &mut Self {
        for key in keys {
            assert!(!self.sitting.press(*key), "left by {key:?}");
            while self.sitting.has_more() {
                self.sitting.read_more();
            }
            self.settle();
        }
        self
    }

    /// When something was added at the desk: by the clock of this computer, whenever the test runs.
    fn written(&self) -> Vec<i64> {
        let opened = self.sitting.review.opened.as_ref();
        let record = opened.map(|opened| &opened.record);
        let notes = record.iter().flat_map(|record| &record.notes);
        let corrections = record.iter().flat_map(|record| &record.corrections);
        let signatures = record.iter().flat_map(|record| &record.signatures);
        notes
            .map(|note| note.wall_us)
            .chain(corrections.map(|correction| correction.wall_us))
            .chain(signatures.map(|signature| signature.wall_us))
            .collect()
    }

    /// The screen as text; ids and times that differ from run to run are drawn alike.
    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        let view = View {
            review: &self.sitting.review,
            ui: &self.sitting.ui,
            theme: self.theme,
        };
        terminal.draw(|frame| draw(frame, &view)).unwrap();
        let buffer = terminal.backend().buffer();
        let rows = (0..self.size.1).map(|row| {
            let cells = (0..self.size.0).map(|column| buffer[(column, row)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        });
        let text = rows.collect::<Vec<_>>().join("\n");
        let rows = self.sitting.review.day.rows.iter();
        let text = rows.fold(text, |text, row| {
            text.replace(&row.line.id, "S-20261123-143107-XXXX")
        });
        self.written().into_iter().fold(text, |text, wall_us| {
            text.replace(&local(wall_us, &TimeZone::UTC), "2026-11-24 09:00")
        })
    }
}

fn theme() -> Theme {
    Theme::new(true, false, TimeZone::UTC)
}

fn shot(name: &str, size: (u16, u16), text: &str) {
    insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), text);
}

#[test]
fn a_visit_with_holes_is_seen_at_every_size() {
    let (made, theme) = (made(), theme());
    for size in SIZES {
        let mut person = Person::at(&made.archive, &theme, size);
        shot("day", size, &person.screen());
        person.press(&[Key::Enter, Key::Char('n')]);
        shot("chart", size, &person.screen());
        person.press(&[
            Key::Char('+'),
            Key::Char('+'),
            Key::Char('p'),
            Key::Char('h'),
        ]);
        shot("closer_with_pleth", size, &person.screen());
        person.press(&[Key::Char('p'), Key::Char('0'), Key::Tab]);
        shot("events", size, &person.screen());
        person.press(&[Key::Tab]);
        shot("figures", size, &person.screen());
        person.press(&[Key::Tab]);
        shot("course", size, &person.screen());
        person.press(&[Key::Tab, Key::Char('?')]);
        shot("help", size, &person.screen());
    }
}

#[test]
fn why_tells_the_cores_own_account() {
    let (_folder, archive) = archive_of_a_visit();
    let theme = theme();
    for size in SIZES {
        let mut person = Person::at(&archive, &theme, size);
        person.press(&[Key::Enter, Key::Char('n'), Key::Char('n'), Key::Char('w')]);
        let text = person.screen();
        assert!(
            text.contains("let through") && text.contains("because"),
            "{text}"
        );
        shot("why", size, &text);
        person.press(&[Key::Char('w')]);
        assert!(
            !person.screen().contains("because  "),
            "the same key takes it away"
        );
    }
}

#[test]
fn ascii_alone_is_ascii_alone() {
    let made = made();
    let theme = Theme::new(false, true, TimeZone::UTC);
    for size in SIZES {
        let mut person = Person::at(&made.archive, &theme, size);
        for keys in [
            &[Key::Home][..],
            &[Key::Enter, Key::Char('n'), Key::Char('p')],
            &[Key::Tab],
            &[Key::Tab],
            &[Key::Tab],
            &[Key::Char('?')],
        ] {
            let text = person.press(keys).screen();
            // What people wrote into the record is shown as they wrote it.
            assert!(text.is_ascii(), "{text}");
        }
    }
    let mut person = Person::at(&made.archive, &theme, SIZES[0]);
    person.press(&[Key::Enter, Key::Char('n')]);
    shot("chart_ascii", SIZES[0], &person.screen());
}

#[test]
fn every_row_of_a_lane_is_empty_where_nothing_was_recorded() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (120, 40));
    person.press(&[Key::Enter, Key::Char('3'), Key::Char('4'), Key::Char('5')]);
    while person.sitting.ui.axis.per_cell() > 1 {
        person.press(&[Key::Char('+')]);
    }
    // The fixture's hole is from second 200 to 209; bout and session begin at second 1.
    person.sitting.ui.axis.jump(204);
    person.settle();
    let text = person.screen();
    let axis = &person.sitting.ui.axis;
    let column = usize::from(axis.column_of(203).unwrap() + chart::LABEL);
    let glyphs: Vec<char> = text
        .lines()
        .skip(2)
        .take(10)
        .filter_map(|line| line.chars().nth(column))
        .collect();
    assert!(
        glyphs.iter().all(|glyph| *glyph == '╱'),
        "{glyphs:?}\n{text}"
    );
    assert!(
        text.contains("not recorded: sample, because Nurse Joy pulled a plug"),
        "{text}"
    );
}

#[test]
fn what_is_laid_over_is_told_and_goes_again() {
    let (_folder, archive) = archive_of_all([Visit::whole, Visit::whole]);
    let theme = theme();
    let mut person = Person::at(&archive, &theme, (120, 40));
    person.press(&[Key::Enter, Key::Char('o')]);
    let screen = person.screen();
    let nothing = "no earlier visit of this patient";
    assert!(screen.contains(nothing), "{screen}");
    person.press(&[Key::Esc, Key::Char('o')]);
    let screen = person.screen();
    assert!(screen.contains("is laid over the session that is opened next"));
    assert_eq!(person.sitting.ui.screen, Screen::Day);
    // Over itself it would be one curve where two are looked for.
    person.press(&[Key::Enter, Key::Char('o')]);
    let screen = person.screen();
    assert!(screen.contains(nothing), "{screen}");
    assert!(!screen.contains("laid over:"), "{screen}");
    person.press(&[Key::Esc, Key::Down, Key::Enter]);
    let screen = person.screen();
    assert!(screen.contains("laid over: 2026-11-23 14:31"), "{screen}");
    person.press(&[Key::Char('o')]);
    let screen = person.screen();
    assert!(!screen.contains("laid over:"), "{screen}");
}

#[test]
fn a_search_narrows_the_day_and_esc_gives_it_back() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (80, 24));
    let typed: Vec<Key> = "nothing".chars().map(Key::Char).collect();
    person
        .press(&[Key::Char('/')])
        .press(&typed)
        .press(&[Key::Enter]);
    let text = person.screen();
    assert!(text.contains("0 sessions with \"nothing\""), "{text}");
    person.press(&[Key::Esc]);
    assert!(person.screen().contains("1 session"), "{}", person.screen());
    person
        .press(&[Key::Char('/')])
        .press(&typed[..2])
        .press(&[Key::Esc]);
    assert!(
        person.screen().contains("1 session"),
        "what is not entered does nothing"
    );
}

#[test]
fn views_follow_each_other_and_events_move_the_cursor() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (80, 24));
    person.press(&[Key::Enter, Key::Tab]);
    assert_eq!(person.sitting.ui.screen, Screen::Session(Tab::Events));
    let before = person.sitting.ui.axis.cursor();
    person.press(&[Key::Down, Key::Down]);
    let after = person.sitting.ui.axis.cursor();
    assert!(after > before, "{before} {after}");
    person.press(&[Key::Up, Key::Enter]);
    assert_eq!(person.sitting.ui.screen, Screen::Session(Tab::Chart));
    assert!(person.sitting.ui.axis.cursor() < after);
    person.press(&[Key::BackTab]);
    assert_eq!(person.sitting.ui.screen, Screen::Session(Tab::Course));
    person.press(&[Key::Char('q')]);
    assert_eq!(person.sitting.ui.screen, Screen::Day);
    assert!(
        person.sitting.press(Key::Char('q')),
        "q leaves from the day"
    );
}

/// What the load did and why stands there whole, however narrow the terminal; and the row of the cursor stays on the screen.
#[test]
fn events_are_told_to_their_end() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (80, 24));
    person.press(&[Key::Enter, Key::Tab, Key::Char('c')]);
    let seconds = |screen: &str| {
        screen
            .lines()
            .filter(|line| line.contains(" asked"))
            .count()
    };
    let mut commands = 0;
    for _ in 0..120 {
        let screen = person.screen();
        assert!(!screen.contains('\u{2026}'), "{screen}");
        commands += seconds(&screen);
        let cursor = person.sitting.ui.axis.cursor();
        let clock = format!("{}:{:02} ", cursor / 60, cursor % 60);
        assert!(screen.contains(&clock), "{clock} {screen}");
        person.press(&[Key::Down]);
    }
    assert!(commands > 20, "{commands}");
}

#[test]
fn a_small_terminal_says_how_large_it_has_to_be() {
    let (made, theme) = (made(), theme());
    let person = Person::at(&made.archive, &theme, (60, 20));
    assert!(person.screen().starts_with("the terminal has to be 80x24"));
}

#[test]
fn what_is_added_is_asked_for_in_a_form_that_esc_closes() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (80, 24));
    person.press(&[Key::Enter]);
    for (key, name) in [('a', "note"), ('C', "correct"), ('S', "sign")] {
        person.press(&[Key::Char(key)]);
        shot(&format!("form_{name}"), (80, 24), &person.screen());
        person.press(&[Key::Char('q'), Key::Esc]);
        assert!(person.screen().contains("nothing was done"), "{name}");
    }
}

/// The line of a form that a secret is typed into.
fn secret(screen: &str) -> &str {
    let mut lines = screen.lines();
    lines
        .find(|line| line.contains("║ secret"))
        .unwrap_or_default()
}

#[test]
fn what_cannot_be_added_says_why_and_keeps_what_was_typed_but_the_secret() {
    let (made, theme) = (made(), theme());
    let mut person = Person::at(&made.archive, &theme, (80, 24));
    let text = |text: &str| -> Vec<Key> { text.chars().map(Key::Char).collect() };
    person
        .press(&[Key::Enter, Key::Char('C')])
        .press(&text("1"));
    person.press(&[Key::Enter]).press(&text("99"));
    person.press(&[Key::Enter]).press(&text("typed wrong"));
    person.press(&[Key::Enter]).press(&text("anna"));
    person.press(&[Key::Enter]).press(&text(SECRET));
    person.press(&[Key::Enter]);
    let screen = person.screen();
    assert!(
        screen.contains("not done:") && screen.contains("typed wrong"),
        "{screen}"
    );
    person
        .press(&[Key::Esc, Key::Char('S'), Key::Enter])
        .press(&text("hidden"));
    let screen = person.screen();
    assert!(
        secret(&screen).contains("******") && !screen.contains("hidden"),
        "{screen}"
    );
    person.press(&[Key::Enter]);
    let screen = person.screen();
    assert!(
        screen.contains("not done:") && !secret(&screen).contains('*'),
        "{screen}"
    );
}

#[test]
fn a_damaged_session_opens_with_what_is_whole() {
    let (_folder, archive) = archive_of_a_visit();
    let theme = theme();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute("UPDATE sample_blocks SET data = zeroblob(9)", [])
        .unwrap();
    let mut person = Person::at(&archive, &theme, (120, 40));
    person.press(&[Key::Enter]);
    let text = person.screen();
    assert!(text.contains("1 gap"), "{text}");
    assert!(text.contains('╱'), "what is damaged is hatched:\n{text}");
    assert!(text.contains("phase") && text.contains("warm-up"), "{text}");
}

#[test]
fn the_time_of_a_lost_gym_is_hatched_and_named() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let theme = theme();
    let mut person = Person::at(&archive, &theme, (200, 60));
    person.press(&[Key::Enter]);
    let text = person.screen();
    let phases = text.lines().find(|line| line.starts_with("phase")).unwrap();
    // As much of the name as there is room for.
    assert_eq!(phases.matches("│gym ").count(), 2, "{text}");
    let held = text.lines().find(|line| line.starts_with("held by"));
    assert_eq!(held.unwrap().matches("╱╱╱╱").count(), 2, "{text}");
}

#[test]
fn a_session_that_is_not_what_was_signed_says_so_in_the_day_and_over_every_view() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let session = archive.find("last").unwrap().id;
    let anna = By::of(Some("anna"));
    sign(archive.path(), &anna, SECRET, &session, Meaning::Review).unwrap();
    let theme = theme();
    for size in SIZES {
        let mut person = Person::at(&archive, &theme, size);
        assert!(!person.screen().contains("ALTERED"), "{}", person.screen());
        person.press(&[Key::Enter]);
        assert!(!person.screen().contains("ALTERED"), "{}", person.screen());
    }
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch("DROP TRIGGER signed_measurements_stay; UPDATE measurements SET value = 111")
        .unwrap();
    for size in SIZES {
        let mut person = Person::at(&archive, &theme, size);
        let day = person.screen();
        assert!(day.contains(" ALTERED"), "{size:?}\n{day}");
        person.press(&[Key::Enter]);
        let mut views = String::new();
        for _view in Tab::ALL {
            let text = person.screen();
            assert!(text.contains("ALTERED"), "{size:?}\n{text}");
            views.push_str(&text);
            person.press(&[Key::Tab]);
        }
        let course = "is no measure of the patient: its record is not what was";
        assert!(views.contains(course), "{size:?}\n{views}");
    }
}
