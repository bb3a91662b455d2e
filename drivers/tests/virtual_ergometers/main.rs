//! The virtual ergometers against the worked requests and the figures of their protocols.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod computrainer;
#[cfg(test)]
mod daum;
#[cfg(test)]
mod ergoline;
#[cfg(test)]
mod every_one;
#[cfg(test)]
mod kettler;
#[cfg(test)]
mod monark;
#[cfg(test)]
mod waterrower;
