//! Monitors' links on simulated time: virtual devices at the other end, or the sheets' own bytes.

#[cfg(test)]
mod any_bytes;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oximeter;
#[cfg(test)]
mod radio;
#[cfg(test)]
mod rhythms;
#[cfg(test)]
mod sheets;
#[cfg(test)]
mod strap;
#[cfg(test)]
mod strap_faults;
#[cfg(test)]
mod virtual_oximeter;
#[cfg(test)]
mod wire;
