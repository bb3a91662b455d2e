//! Virtual oximeter and strap at one end, their links at the other, on simulated time.

#[cfg(test)]
mod any_bytes;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod oximeter;
#[cfg(test)]
mod strap;
#[cfg(test)]
mod strap_faults;
#[cfg(test)]
mod virtual_oximeter;
