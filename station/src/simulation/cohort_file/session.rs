//! The times of a session.

use toml::Spanned;

use super::super::cohort::SessionTimes;
use crate::config::kind::Whole;
use crate::config::section::Section;

/// Rest is measured from its twentieth second (`controllers.md` 3.2), so that half a minute is the least.
const READY: Whole = Whole(30..=3600, "seconds");
const WARM_UP: Whole = Whole(0..=3600, "seconds");
const CONDITIONING: Whole = Whole(60..=14_400, "seconds");
const COOL_DOWN: Whole = Whole(0..=3600, "seconds");

/// The reference times where none are written. `None` where anything is wrong: it has been noted then.
pub(super) fn read(section: &Section<'_, '_>) -> Option<SessionTimes> {
    if !section.has("session") {
        return Some(SessionTimes::REFERENCE);
    }
    let times = section.table("session")?;
    let read = |key, kind: &Whole| times.required(key, kind).map(Spanned::into_inner);
    let ready = read("ready_s", &READY);
    let warm_up = read("warm_up_s", &WARM_UP);
    let conditioning = read("conditioning_s", &CONDITIONING);
    let cool_down = read("cool_down_s", &COOL_DOWN);
    times.finish();
    Some(SessionTimes {
        ready_s: ready?,
        warm_up_s: warm_up?,
        conditioning_s: conditioning?,
        cool_down_s: cool_down?,
    })
}
