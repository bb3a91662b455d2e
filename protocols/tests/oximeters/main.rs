//! The oximeters' worked examples, byte for byte, and the laws that hold for any bytes. Format 2 of Nonin has its own in
//! `monitor_vectors`.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod own;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod wires;
