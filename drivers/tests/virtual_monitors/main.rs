//! Every virtual monitor by itself, on simulated time: what it says, how often, what it answers, and that nothing makes it say more.

#[cfg(test)]
mod any_body;
#[cfg(test)]
mod bluetooth;
#[cfg(test)]
mod electrodes;
#[cfg(test)]
mod finger_packets;
#[cfg(test)]
mod host;
#[cfg(test)]
mod nonin;
#[cfg(test)]
mod printed;
#[cfg(test)]
mod radio;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trainer;
