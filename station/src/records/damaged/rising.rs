//! Which of some numbers that should rise can be true.

/// Of each number whether it is one of the most that rise together, one after the other; of several such choices the one of the lowest numbers.
/// Those that are `None` cannot be.
pub(super) fn rising(numbers: &[Option<i64>]) -> Vec<bool> {
    // The place of the lowest number that ends so many that rise, and before each the place of the one before it.
    let mut ends: Vec<(i64, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (place, number) in numbers.iter().enumerate() {
        let Some(number) = *number else { continue };
        let length = ends.partition_point(|(end, _)| *end < number);
        if let (Some(slot), Some((_, previous))) = (
            before.get_mut(place),
            length.checked_sub(1).and_then(|last| ends.get(last)),
        ) {
            *slot = Some(*previous);
        }
        match ends.get_mut(length) {
            Some(end) => *end = (number, place),
            None => ends.push((number, place)),
        }
    }
    let mut is_true = vec![false; numbers.len()];
    let mut place = ends.last().map(|(_, place)| *place);
    while let Some(at) = place {
        if let Some(is_true) = is_true.get_mut(at) {
            *is_true = true;
        }
        place = before.get(at).copied().flatten();
    }
    is_true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(numbers: &[i64]) -> Vec<i64> {
        let some: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let is_true = rising(&some);
        let both = numbers.iter().zip(is_true);
        both.filter_map(|(number, is_true)| is_true.then_some(*number))
            .collect()
    }

    #[test]
    fn a_number_that_a_bit_made_too_high_hides_none_behind_it() {
        assert_eq!(kept(&[10, 11, 268, 13, 14]), [10, 11, 13, 14]);
        assert_eq!(kept(&[10, 11, 3, 13, 14]), [10, 11, 13, 14]);
        assert_eq!(kept(&[1, 2, 900, 901, 902, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]);
        assert_eq!(kept(&[1, 2, 268, 3]), [1, 2, 3]);
        assert_eq!(rising(&[None, Some(1), None]), [false, true, false]);
        assert_eq!(rising(&[]), Vec::<bool>::new());
    }

    proptest! {
        #[test]
        fn what_rises_stays_and_one_that_is_false_takes_none_with_it(
            count in 2_usize..60,
            place in 0_usize..60,
            false_number in 1_i64..200,
        ) {
            let mut numbers: Vec<i64> = (1..).take(count).map(|number| number * 3).collect();
            prop_assert_eq!(kept(&numbers), numbers.clone());
            let place = place % count;
            numbers[place] = false_number;
            let kept = kept(&numbers);
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(kept.len() >= count - 1);
        }
    }
}
