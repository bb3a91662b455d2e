//! The secret that opens a network.

/// Bytes of a key.
const BYTES: usize = 8;

/// A network key, handed out by the network's owner. It comes from the site's configuration; it is never formatted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NetworkKey([u8; BYTES]);

impl NetworkKey {
    /// From its bytes, first on the wire first.
    #[must_use]
    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// From 16 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn from_hexadecimal(text: &str) -> Option<Self> {
        let mut digits = text.chars().map(|digit| digit.to_digit(16));
        let mut bytes = [0; BYTES];
        for byte in &mut bytes {
            let (high, low) = (digits.next()??, digits.next()??);
            *byte = u8::try_from(high << 4 | low).ok()?;
        }
        digits.next().is_none().then_some(Self(bytes))
    }

    pub(super) const fn bytes(self) -> [u8; BYTES] {
        self.0
    }
}

impl core::fmt::Debug for NetworkKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NetworkKey(masked)")
    }
}
