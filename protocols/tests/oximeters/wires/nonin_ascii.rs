//! Nonin's line.

use proptest::prelude::*;
use protocols::nonin_ascii;
use protocols::wire::Report;

use super::{Wire, characters, codec, number};

pub(crate) struct NoninAscii;
impl Wire for NoninAscii {
    codec!(
        nonin_ascii::Line,
        nonin_ascii::LineDecoder,
        nonin_ascii::LineDecoder::new(),
        |line| Some(line.report())
    );
    const LEAST_SATURATION: u8 = 1;
    const LOST_BYTES: usize = 1;

    fn message() -> BoxedStrategy<Self::Message> {
        let clock = characters(b"00:00:00").prop_map(nonin_ascii::Clock::new);
        let clock = prop_oneof![Just(None), clock];
        (clock, number(), number(), any::<[bool; 3]>())
            .prop_map(|(clock, saturation_printed, rate_printed, marks)| {
                let [fast, breath, event] = marks;
                nonin_ascii::Line {
                    clock,
                    saturation_printed,
                    rate_printed,
                    marks: nonin_ascii::Marks {
                        fast,
                        breath,
                        event,
                    },
                }
            })
            .boxed()
    }
}
