//! The codecs of machines against worked bytes, and the laws that hold for any bytes.

#[cfg(test)]
mod computrainer;
#[cfg(test)]
mod daum_classic;
#[cfg(test)]
mod daum_premium;
#[cfg(test)]
mod ergoline;
#[cfg(test)]
mod kettler;
#[cfg(test)]
mod monark;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod waterrower;
#[cfg(test)]
mod wires;
#[cfg(test)]
mod woodway;
