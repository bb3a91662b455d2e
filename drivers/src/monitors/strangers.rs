//! Whoever speaks on a monitor's port in a protocol of this project that is not the monitor's own.
//!
//! Promises: a name is given where the bytes are proof, a whole message with its check or of a form that chance does not make.
//!
//! Deliberately absent: formats that a few bytes of noise can be (three, four, five and nine bytes, the board's markers). What
//! comes at another rate is noise.

use protocols::wire::Decoder;
use protocols::{
    ivy_450c, masimo, nellcor, nonin_ascii, nonin_df2, nonin_df7, nonin_df13, zephyr_hxm,
};

/// Everybody else's ears, and whether somebody was named since the port was opened.
#[derive(Debug)]
pub(super) struct Strangers {
    ears: Vec<(&'static str, Box<dyn Ear>)>,
    named: bool,
}

impl Strangers {
    /// All but the protocol of this id.
    pub(super) fn to(id: &str) -> Self {
        let mut ears: Vec<(&'static str, Box<dyn Ear>)> = vec![
            ("nonin-df2", Box::new(nonin_df2::PacketDecoder::new())),
            ("zephyr-hxm", Box::new(zephyr_hxm::PacketDecoder::new())),
            ("nonin-df7", Box::new(nonin_df7::PacketDecoder::new())),
            ("nonin-df13", Box::new(nonin_df13::SpotCheckDecoder::new())),
            ("nonin-ascii", Box::new(nonin_ascii::LineDecoder::new())),
            ("masimo", Box::new(masimo::LineDecoder::new())),
            ("nellcor", Box::new(nellcor::LineDecoder::new())),
            ("ivy-450c", Box::new(ivy_450c::FrameDecoder::new())),
        ];
        ears.retain(|(known, _)| *known != id);
        Self { ears, named: true }
    }

    /// The port was opened: nobody was named yet.
    pub(super) fn opened(&mut self) {
        for (_, ear) in &mut self.ears {
            ear.forget();
        }
        self.named = false;
    }

    /// Bytes came. Who speaks, if it is known by them.
    pub(super) fn heard(&mut self, bytes: &[u8]) -> Option<&'static str> {
        let mut name = None;
        for (id, ear) in &mut self.ears {
            if ear.hears(bytes) {
                name = name.or(Some(*id));
            }
        }
        name
    }

    /// The same name, if nobody was named since the port was opened.
    pub(super) fn first(&mut self, name: &'static str) -> Option<&'static str> {
        (!core::mem::replace(&mut self.named, true)).then_some(name)
    }
}

/// A decoder of any protocol.
trait Ear: core::fmt::Debug + Send {
    /// Whether these bytes complete a message.
    fn hears(&mut self, bytes: &[u8]) -> bool;

    fn forget(&mut self);
}

impl<D: Decoder + core::fmt::Debug + Send> Ear for D {
    fn hears(&mut self, bytes: &[u8]) -> bool {
        let mut found = false;
        self.feed(bytes, &mut |item| found |= item.content.is_ok());
        found
    }

    fn forget(&mut self) {
        self.reset();
    }
}
