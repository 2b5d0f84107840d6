//! Where each row of a long list is, though only those near the screen have ever been drawn.
//!
//! A row that was drawn has the height that was measured; every other is taken to be as high as those are on average.

/// The heights of a list's rows, in pixels.
#[derive(Clone, Debug, Default)]
pub struct Heights {
    /// What is known of each row; nought where nothing is.
    known: Vec<f32>,
    /// Sums over ranges of `known`, and how many are known there: a binary indexed tree (Fenwick 1994).
    sums: Vec<(f64, u32)>,
    guess: f64,
}

impl Heights {
    /// So many rows, each taken to be `guess` high.
    pub fn new(rows: usize, guess: f64) -> Self {
        Self { known: vec![0.0; rows], sums: vec![(0.0, 0); rows + 1], guess }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// A row was measured. Answers whether that is news.
    #[expect(clippy::cast_possible_truncation, reason = "pixels to a fraction")]
    pub fn measured(&mut self, row: usize, height: f64) -> bool {
        let Some(known) = self.known.get_mut(row) else { return false };
        let before = f64::from(*known);
        if (before - height).abs() < 0.25 || height <= 0.0 {
            return false;
        }
        let first = u32::from(before <= 0.0);
        *known = height as f32;
        let change = f64::from(*known) - before;
        let mut at = row + 1;
        while let Some((sum, count)) = self.sums.get_mut(at) {
            *sum += change;
            *count += first;
            at += at & at.wrapping_neg();
        }
        true
    }

    /// How high the rows before `row` are together.
    pub fn before(&self, row: usize) -> f64 {
        let row = row.min(self.len());
        let (sum, count) = self.prefix(row);
        sum + pixels(row - count) * self.average()
    }

    /// How high all rows are together.
    pub fn total(&self) -> f64 {
        self.before(self.len())
    }

    /// The row that lies `offset` pixels below the beginning; the last one if that is too far.
    pub fn at(&self, offset: f64) -> usize {
        let average = self.average();
        let (mut row, mut rest) = (0, offset.max(0.0));
        let mut step = self.sums.len().next_power_of_two();
        while step > 0 {
            if let Some(&(sum, count)) = self.sums.get(row + step) {
                let unknown = step - usize::try_from(count).unwrap_or(step);
                let height = sum + pixels(unknown) * average;
                if height <= rest {
                    row += step;
                    rest -= height;
                }
            }
            step /= 2;
        }
        row.min(self.len().saturating_sub(1))
    }

    fn prefix(&self, row: usize) -> (f64, usize) {
        let (mut at, mut total, mut known) = (row, 0.0, 0);
        while at > 0 {
            let (sum, count) = self.sums.get(at).copied().unwrap_or_default();
            total += sum;
            known += count as usize;
            at &= at - 1;
        }
        (total, known)
    }

    /// Half a dozen measured rows weigh as much as the guess.
    fn average(&self) -> f64 {
        const WEIGHT: f64 = 6.0;
        let (sum, count) = self.prefix(self.len());
        (sum + self.guess * WEIGHT) / (pixels(count) + WEIGHT)
    }
}

fn pixels(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::Heights;
    use proptest::prelude::*;

    #[test]
    fn a_list_without_rows_has_no_height() {
        let heights = Heights::new(0, 40.0);
        assert!(heights.is_empty());
        assert_eq!((heights.total(), heights.at(100.0)), (0.0, 0));
    }

    #[test]
    fn the_same_height_again_is_no_news() {
        let mut heights = Heights::new(3, 40.0);
        assert!(heights.measured(1, 60.0));
        assert!(!heights.measured(1, 60.1));
        assert!(!heights.measured(7, 60.0), "there is no such row");
    }

    proptest! {
        #[test]
        fn sums_are_what_adding_up_gives(
            rows in 1_usize..80, measured in prop::collection::vec((0_usize..80, 10_u16..400), 0..120), probe in 0.0..9_000.0_f64,
        ) {
            let mut heights = Heights::new(rows, 40.0);
            let mut known = vec![None; rows];
            for (row, height) in measured {
                heights.measured(row, f64::from(height));
                if let Some(known) = known.get_mut(row) { *known = Some(f64::from(height)); }
            }
            let average = heights.average();
            let mut sum = 0.0;
            let mut expected = rows - 1;
            let mut found = false;
            for (row, height) in known.iter().enumerate() {
                prop_assert!((heights.before(row) - sum).abs() < 1e-3);
                let next = sum + height.unwrap_or(average);
                if !found && next > probe { expected = row; found = true; }
                sum = next;
            }
            prop_assert!((heights.total() - sum).abs() < 1e-3);
            let at = heights.at(probe);
            prop_assert!(at == expected || (heights.before(at.max(expected)) - probe).abs() < 1e-3);
        }
    }
}
