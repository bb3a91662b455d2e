//! The virtual machines of the catalogue: what a family of machines other than CSAFE and Trackmaster can be stood in for by. The
//! first of a list stands in for its family.

use protocols::daum_classic::{Cockpit, Dialect};
use protocols::vocabulary::Timestamp;

use super::{Model, Settings};
use crate::virtual_devices::VirtualDevice;
use crate::virtual_devices::computrainer::virtual_computrainer;
use crate::virtual_devices::daum_classic::{DaumClassicModel, virtual_daum_classic};
use crate::virtual_devices::daum_premium::{DaumPremiumModel, virtual_daum_premium};
use crate::virtual_devices::ergoline::{ErgolineModel, virtual_ergoline};
use crate::virtual_devices::kettler::{KettlerModel, virtual_kettler};
use crate::virtual_devices::monark::{MonarkModel, virtual_monark};
use crate::virtual_devices::waterrower::{WaterRowerModel, virtual_waterrower};
use crate::virtual_devices::woodway::virtual_woodway;

/// Ergoline. The setting `variant` makes the first of them one of P3 or P4.
pub const ERGOLINE: &[Model] = &[
    Model {
        id: "ergoline",
        what: "ergoline er900; with the setting variant one that is set to P3 or P4",
        build: |now, settings| {
            let model = match settings.get("variant") {
                Some("P3") => ErgolineModel::P3,
                Some("P4") => ErgolineModel::P4,
                _ => ErgolineModel::Er900,
            };
            Box::new(virtual_ergoline(now, model))
        },
    },
    Model {
        id: "ergoline-spaced",
        what: "ergoline er900 that puts a space between letter and digits",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::Er900Spaced)),
    },
    Model {
        id: "ergoline-ebike",
        what: "GE eBike: tells the load it was set to, and no heart rate",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::EBike)),
    },
    Model {
        id: "ergoline-er800s",
        what: "ergoline er800S: every second start stops; no blood pressure",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::Er800S)),
    },
    Model {
        id: "ergoline-p3",
        what: "ergoline er900 set to P3: load in steps that an ECG confirms",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::P3)),
    },
    Model {
        id: "ergoline-p4",
        what: "ergoline er900 set to P4: blood pressure alone",
        build: |now, _| Box::new(virtual_ergoline(now, ErgolineModel::P4)),
    },
];

/// Daum, classic. The settings `address` and `dialect` hold for all of them.
pub const DAUM_CLASSIC: &[Model] = &[
    Model {
        id: "daum-classic",
        what: "Daum 8008 TRS cockpit, up to 800 W",
        build: |now, settings| classic(now, settings, DaumClassicModel::EightHundred),
    },
    Model {
        id: "daum-classic-400",
        what: "Daum cockpit that goes to 400 W",
        build: |now, settings| classic(now, settings, DaumClassicModel::FourHundred),
    },
    Model {
        id: "daum-classic-8008",
        what: "Daum 8008 that loses a command within 50 ms of its last answer",
        build: |now, settings| classic(now, settings, DaumClassicModel::Hasty),
    },
];

/// Daum, premium.
pub const DAUM_PREMIUM: &[Model] = &[
    Model {
        id: "daum-premium",
        what: "Daum ergo_bike premium 8i",
        build: |now, _| Box::new(virtual_daum_premium(now, DaumPremiumModel::ErgoBike)),
    },
    Model {
        id: "daum-premium-run",
        what: "Daum ergo_run 8i, which only reads",
        build: |now, _| Box::new(virtual_daum_premium(now, DaumPremiumModel::ErgoRun)),
    },
];

/// Kettler.
pub const KETTLER: &[Model] = &[
    Model {
        id: "kettler",
        what: "Kettler ergometer",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::AnyCase)),
    },
    Model {
        id: "kettler-lower",
        what: "Kettler ergometer whose old firmware answers capitals with ERROR",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::SmallLetters)),
    },
    Model {
        id: "kettler-pausing",
        what: "Kettler ergometer that falls back to 25 W when nobody pedals for a minute",
        build: |now, _| Box::new(virtual_kettler(now, KettlerModel::Pausing)),
    },
];

/// Monark.
pub const MONARK: &[Model] = &[
    Model {
        id: "monark",
        what: "Monark LC7",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Lc)),
    },
    Model {
        id: "monark-novo",
        what: "Monark LC7 NOVO",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Novo)),
    },
    Model {
        id: "monark-manual",
        what: "Monark LC7 NOVO whose brake is set by hand",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::NovoByHand)),
    },
    Model {
        id: "monark-839e",
        what: "Monark 839E",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Mec839E)),
    },
    Model {
        id: "monark-lt2",
        what: "Monark LT2, which only reads",
        build: |now, _| Box::new(virtual_monark(now, MonarkModel::Lt2)),
    },
];

/// `CompuTrainer`.
pub const COMPUTRAINER: &[Model] = &[Model {
    id: "computrainer",
    what: "RacerMate CompuTrainer in ergometer mode",
    build: |now, _| Box::new(virtual_computrainer(now)),
}];

/// `WaterRower`.
pub const WATERROWER: &[Model] = &[
    Model {
        id: "waterrower",
        what: "WaterRower S4, firmware 2.10",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::S4)),
    },
    Model {
        id: "waterrower-holding",
        what: "WaterRower that keeps its last power when nobody rows",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::Holding)),
    },
    Model {
        id: "waterrower-swapped",
        what: "WaterRower that sends the bytes of two-byte values the other way round",
        build: |now, _| Box::new(virtual_waterrower(now, WaterRowerModel::Swapped)),
    },
];

/// Woodway.
pub const WOODWAY: &[Model] = &[Model {
    id: "woodway",
    what: "Woodway treadmill with its timer",
    build: |now, _| Box::new(virtual_woodway(now)),
}];

fn classic(now: Timestamp, settings: &Settings, model: DaumClassicModel) -> Box<dyn VirtualDevice> {
    let address = settings.number("address").unwrap_or(0);
    let cockpit = Cockpit {
        address: u8::try_from(address).unwrap_or(0),
        dialect: settings
            .get("dialect")
            .and_then(Dialect::from_name)
            .unwrap_or_default(),
    };
    Box::new(virtual_daum_classic(now, cockpit, model))
}
