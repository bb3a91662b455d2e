//! CSAFE: the virtual machines alone, and the link against them, in simulated time.

#[cfg(test)]
mod device;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod link;
#[cfg(test)]
mod restarts;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod strangers;
