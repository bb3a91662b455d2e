//! Arrays of more than 32 items, written down and read back: serde itself stops at 32.
//!
//! For `#[serde(with = "crate::arrays")]`.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the items one after the other, without a length: the type knows it.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn serialize<T, S, const N: usize>(
    array: &[T; N],
    serializer: S,
) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    let mut tuple = serializer.serialize_tuple(N)?;
    for item in array {
        tuple.serialize_element(item)?;
    }
    tuple.end()
}

/// Reads exactly as many items as the array has.
///
/// # Errors
/// Those of the deserializer, and where items are missing.
pub(crate) fn deserialize<'de, T, D, const N: usize>(deserializer: D) -> Result<[T; N], D::Error>
where
    T: Deserialize<'de> + Copy + Default,
    D: Deserializer<'de>,
{
    deserializer.deserialize_tuple(N, Items(PhantomData))
}

struct Items<T, const N: usize>(PhantomData<T>);

impl<'de, T, const N: usize> Visitor<'de> for Items<T, N>
where
    T: Deserialize<'de> + Copy + Default,
{
    type Value = [T; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<[T; N], A::Error> {
        let mut array = [T::default(); N];
        for (place, slot) in array.iter_mut().enumerate() {
            *slot = items
                .next_element()?
                .ok_or_else(|| A::Error::invalid_length(place, &self))?;
        }
        Ok(array)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Long(#[serde(with = "super")] [u16; 40]);

    #[test]
    fn a_long_array_comes_back_as_it_was_and_a_short_one_is_refused() {
        let mut long = Long([0; 40]);
        for (place, slot) in (0_u16..).zip(long.0.iter_mut()) {
            *slot = place * 3;
        }
        let bytes = postcard::to_allocvec(&long).expect("fits");
        assert_eq!(postcard::from_bytes::<Long>(&bytes), Ok(long));
        assert!(postcard::from_bytes::<Long>(&bytes[..39]).is_err());
    }
}
