//! The Trackmaster link and the virtual treadmills of its two dialects, apart and against each other, in simulated time.

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
#[cfg(test)]
mod woodway;
#[cfg(test)]
mod woodway_device;
