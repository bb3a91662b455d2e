//! Straps, radios and monitors of the second row: the sheets' worked examples, byte for byte, and the laws that hold for any
//! bytes.

#[cfg(test)]
mod ant;
#[cfg(test)]
mod ble;
#[cfg(test)]
mod ivy_450c;
#[cfg(test)]
mod medlab_ecg;
#[cfg(test)]
mod polar_hrmi;
#[cfg(test)]
mod support;
