//! The figures of the rules of entries (`rules.toml`), for the conditions and for whoever judges what was entered once more.

/// Pressures that end exercise whatever is prescribed, systolic and diastolic, in mmHg (`sbp-high`).
pub const PRESSURE_STOPS: (u16, u16) = (250, 115);
/// Pressures above which load comes down, in mmHg (`sbp-high-training`).
pub const PRESSURE_REDUCES: (u16, u16) = (220, 105);
/// A pressure has dropped that is lower than an earlier one by more than this, and a pulse pressure that is by as much, in mmHg.
pub const DROPPED_BY: u16 = 10;
/// From this load on the systolic pressure has to have risen, in thousandths of a net MET, as records keep loads (`sbp-no-rise`).
pub const RISEN_FROM_MILLI: u16 = 3_000;
/// Exertion, dyspnoea and angina from which on more is done than load coming down (`rpe-high`, `dyspnoea-high`, `angina`).
pub const EXERTION_ENDS: u8 = 17;
/// As [`EXERTION_ENDS`].
pub const DYSPNOEA_ENDS: u8 = 8;
/// As [`EXERTION_ENDS`].
pub const ANGINA_ENDS: u8 = 2;
/// Breaths a minute above which load comes down (`breathing`).
pub const BREATHS: u8 = 40;
/// So many more breaths a minute than before are too many as well.
pub const BREATHS_JUMP: u8 = 10;
/// A load is higher than another from this difference on, in thousandths of a net MET.
pub const HIGHER_MILLI: u16 = 100;
