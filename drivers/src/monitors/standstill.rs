//! A count that has to move while a heart beats or a board works.

use core::time::Duration;

use protocols::vocabulary::Timestamp;

/// Since when a count has shown the same number.
#[derive(Debug, Default)]
pub(super) struct Standstill<N = u8>(Option<(N, Timestamp)>);

impl<N: PartialEq> Standstill<N> {
    /// The count shows `number` at `sent_at`: for how long it has not moved.
    pub(super) fn lasts(&mut self, number: N, sent_at: Timestamp) -> Duration {
        match self.0 {
            Some((ref last, since)) if *last == number => sent_at.since(since),
            _ => {
                self.0 = Some((number, sent_at));
                Duration::ZERO
            }
        }
    }
}
