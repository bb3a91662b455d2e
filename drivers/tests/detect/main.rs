//! Finding who is on a port: what is asked harms nobody, and what is there is named.
#![forbid(unsafe_code)]

#[cfg(test)]
mod line;
#[cfg(test)]
mod receivers;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod search;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod told;
#[cfg(test)]
mod uart;
#[cfg(test)]
mod unproved;
