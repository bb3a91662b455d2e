//! In chronic lung disease load gives way in proportion as saturation comes near its floor, before any rule has to fire.
//!
//! The figures are a choice of this project: nothing published settles them. Load is cut by 15 % for each point of saturation under
//! the floor plus three, so that at the floor itself, where `spo2-floor` takes over, 55 % is left.

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

/// How far above the floor load begins to give way, in points of saturation.
const MARGIN: f64 = 3.0;

/// Share of the load that each point costs.
const SHARE_PER_POINT: f64 = 0.15;

/// How far above where load begins to give way it comes back, in points of saturation: without it load and saturation chase each
/// other for as long as the bout lasts (the same two points that `spo2-floor` asks for).
const BACK_ABOVE: f64 = 2.0;

/// A ceiling that comes down with saturation.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GiveWay {
    /// The load that was on when saturation came near: shares are of this, or the ceiling would feed on itself. And how near it has
    /// come since, in points under the margin.
    given_way: Option<(NetMets, f64)>,
}

impl GiveWay {
    /// The ceiling at this saturation (a mean of trusted values), or none. What has given way comes back when the saturation is well
    /// above the margin. Without a saturation it does not: no more than is on now; the rest is the rules' of a lost signal.
    pub fn ceiling(
        &mut self,
        saturation: Option<f64>,
        floor: f64,
        applied: NetMets,
    ) -> Option<NetMets> {
        let Some(saturation) = saturation else {
            return self.given_way.map(|_| applied);
        };
        let missing = floor + MARGIN - saturation;
        if missing <= -BACK_ABOVE || missing <= 0.0 && self.given_way.is_none() {
            self.given_way = None;
            return None;
        }
        let (from, nearest) = self.given_way.unwrap_or((applied, 0.0));
        let points = if missing > MARGIN { MARGIN } else { missing };
        let nearest = if points > nearest { points } else { nearest };
        self.given_way = Some((from, nearest));
        NetMets::new(from.get() * (1.0 - SHARE_PER_POINT * nearest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    #[test]
    fn load_gives_way_in_proportion_from_three_points_above_the_floor() {
        let mut give_way = GiveWay::default();
        assert_eq!(give_way.ceiling(Some(91.0), 88.0, mets(4.0)), None);
        let shares = [90.0, 89.0, 88.0, 85.0].map(|saturation| {
            give_way
                .ceiling(Some(saturation), 88.0, mets(3.0))
                .expect("it is near")
                .get()
        });
        for (is, share) in shares.iter().zip([0.85, 0.70, 0.55, 0.55]) {
            assert!((is - 3.0 * share).abs() < 1e-9, "{shares:?}");
        }
    }

    #[test]
    fn what_has_given_way_waits_until_saturation_is_two_points_clear() {
        let mut give_way = GiveWay::default();
        let cut = give_way.ceiling(Some(90.0), 88.0, mets(2.0));
        for saturation in [90.5, 91.0, 91.5, 92.9, 90.2] {
            let still = give_way.ceiling(Some(saturation), 88.0, mets(1.7));
            assert_eq!(still, cut, "{saturation}");
        }
        let lower = give_way.ceiling(Some(89.0), 88.0, mets(1.7)).expect("near");
        assert!((lower.get() - 1.4).abs() < 1e-9, "and goes on down");
        assert_eq!(give_way.ceiling(Some(93.0), 88.0, mets(1.4)), None);
        // From above, the same values take nothing.
        assert_eq!(give_way.ceiling(Some(91.5), 88.0, mets(2.0)), None);
    }

    #[test]
    fn it_does_not_feed_on_itself() {
        let mut give_way = GiveWay::default();
        let first = give_way.ceiling(Some(89.0), 88.0, mets(4.0));
        let second = give_way.ceiling(Some(89.0), 88.0, mets(2.0));
        assert_eq!(first, second);
        let unknown = give_way.ceiling(None, 88.0, mets(2.0));
        assert_eq!(unknown, Some(mets(2.0)), "it does not come back unseen");
        assert_eq!(give_way.ceiling(Some(93.0), 88.0, mets(2.0)), None);
        let anew = give_way.ceiling(Some(90.0), 88.0, mets(2.0)).expect("near");
        assert!((anew.get() - 1.7).abs() < 1e-9);
        let nobody_near = GiveWay::default().ceiling(None, 88.0, mets(2.0));
        assert_eq!(nobody_near, None);
    }
}
