//! The Trackmaster link and the virtual treadmill, apart and against each other, in simulated time.

#[cfg(test)]
mod device;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod link;
#[cfg(test)]
mod rig;
