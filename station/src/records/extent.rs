//! What a block of the record covers while it is written.

/// From when to when a block or a piece of one goes, in microseconds of its run, and how much it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent {
    /// The first of it.
    pub(super) first_us: u64,
    /// The last of it.
    pub(super) last_us: u64,
    /// How many there are.
    pub(super) count: u64,
}

impl Extent {
    /// One more, at that instant.
    pub(super) const fn add(&mut self, at_us: u64) {
        if self.count == 0 {
            self.first_us = at_us;
        }
        self.last_us = at_us;
        self.count = self.count.saturating_add(1);
    }
}
