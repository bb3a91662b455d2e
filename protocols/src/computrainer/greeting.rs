//! The words that both ends say once.

/// Finds a word in a stream, byte by byte. The word's first letter occurs in it once: so no begin of it is missed.
#[derive(Debug, Clone)]
pub(super) struct Greeting<const LENGTH: usize> {
    word: [u8; LENGTH],
    matched: usize,
}

impl<const LENGTH: usize> Greeting<LENGTH> {
    pub(super) const fn new(word: [u8; LENGTH]) -> Self {
        Self { word, matched: 0 }
    }

    /// Takes one byte; whether the word ends with it.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let goes_on = self.word.get(self.matched) == Some(&byte);
        let begins = self.word.first() == Some(&byte);
        self.matched = if goes_on {
            self.matched + 1
        } else {
            usize::from(begins)
        };
        if self.matched == LENGTH {
            self.matched = 0;
            return true;
        }
        false
    }

    pub(super) const fn reset(&mut self) {
        self.matched = 0;
    }
}
