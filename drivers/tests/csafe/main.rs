//! CSAFE: the virtual machines alone, and the link against them, in simulated time.

#[cfg(test)]
mod device;
#[cfg(test)]
mod link;
#[cfg(test)]
mod rig;
