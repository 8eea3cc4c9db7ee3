//! Small symmetric matrices, at most some twenty rows: plain loops are the right tool.

use super::float;

/// A symmetric matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Symmetric {
    size: usize,
    cells: Vec<f64>,
}

impl Symmetric {
    /// All zero.
    pub fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// The sum of the outer products of the rows with themselves: X'X.
    pub fn gram(rows: &[Vec<f64>], size: usize) -> Self {
        let mut gram = Self::zero(size);
        for row in rows {
            gram.add_outer(row, 1.0);
        }
        gram
    }

    /// How many rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// One cell.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// Adds to a cell and to its mirror image.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] += value;
        if row != column {
            self.cells[column * self.size + row] += value;
        }
    }

    /// Adds a row's outer product with itself, times a factor.
    pub fn add_outer(&mut self, row: &[f64], factor: f64) {
        for (index, left) in row.iter().enumerate().filter(|(_, left)| **left != 0.0) {
            let cells = &mut self.cells[index * self.size..(index + 1) * self.size];
            for (cell, right) in cells.iter_mut().zip(row) {
                *cell += factor * left * right;
            }
        }
    }

    /// The rows and columns named.
    #[must_use]
    pub fn part(&self, kept: &[usize]) -> Self {
        let cells = kept.iter().flat_map(|row| kept.iter().map(|column| self.at(*row, *column))).collect();
        Self { size: kept.len(), cells }
    }

    /// The matrix times a column.
    pub fn times(&self, column: &[f64]) -> Vec<f64> {
        self.cells.chunks(self.size.max(1)).map(|row| dot(row, column)).collect()
    }
}

/// The lower triangle whose product with its own mirror image is a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    size: usize,
    cells: Vec<f64>,
}

impl Cholesky {
    /// The factor; none where the matrix is not positive.
    pub fn of(matrix: &Symmetric) -> Option<Self> {
        let size = matrix.size;
        let mut factor = Self { size, cells: vec![0.0; size * size] };
        for row in 0..size {
            for column in 0..=row {
                let (left, right) = (factor.row(row), factor.row(column));
                let rest = matrix.at(row, column) - dot(&left[..column], &right[..column]);
                factor.cells[row * size + column] = if row == column {
                    // A pivot that is nothing beside the diagonal is nothing: the columns say the same thing twice.
                    if rest <= 1e-13 * matrix.at(row, row).abs() || !rest.is_finite() {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / factor.cells[column * size + column]
                };
            }
        }
        Some(factor)
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    /// The logarithm of the matrix' determinant.
    pub fn log_determinant(&self) -> f64 {
        2.0 * (0..self.size).map(|index| self.cells[index * self.size + index].ln()).sum::<f64>()
    }

    /// The triangle's inverse times a column.
    pub fn forward(&self, column: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(self.size);
        for (index, value) in column.iter().enumerate().take(self.size) {
            let row = self.row(index);
            solved.push((value - dot(&row[..index], &solved)) / row[index]);
        }
        solved
    }

    /// The mirror image's inverse times a column.
    pub fn backward(&self, column: &[f64]) -> Vec<f64> {
        let mut solved = column.to_vec();
        for index in (0..self.size).rev() {
            let later: f64 = (index + 1..self.size).map(|row| self.cells[row * self.size + index] * solved[row]).sum();
            solved[index] = (solved[index] - later) / self.cells[index * self.size + index];
        }
        solved
    }

    /// The matrix' inverse times a column.
    pub fn solve(&self, column: &[f64]) -> Vec<f64> {
        self.backward(&self.forward(column))
    }

    /// The matrix' inverse.
    pub fn inverse(&self) -> Symmetric {
        let mut inverse = Symmetric::zero(self.size);
        for column in 0..self.size {
            let mut unit = vec![0.0; self.size];
            unit[column] = 1.0;
            for (row, value) in self.solve(&unit).into_iter().enumerate() {
                inverse.cells[row * self.size + column] = value;
            }
        }
        inverse
    }
}

/// The sum of the products.
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// The root of the mean of the squares; none without any.
pub fn root_mean_square(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| (dot(values, values) / float(values.len())).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Symmetric {
        let mut matrix = Symmetric::zero(3);
        for (row, column, value) in
            [(0, 0, 4.0), (0, 1, 12.0), (0, 2, -16.0), (1, 1, 37.0), (1, 2, -43.0), (2, 2, 98.0)]
        {
            matrix.add(row, column, value);
        }
        matrix
    }

    #[test]
    fn the_textbook_matrix_has_the_textbook_factor() {
        let factor = Cholesky::of(&example()).unwrap();
        assert_eq!(factor.cells, [2.0, 0.0, 0.0, 6.0, 1.0, 0.0, -8.0, 5.0, 3.0]);
        assert!((factor.log_determinant() - 36.0_f64.ln()).abs() < 1e-12);
        let solved = factor.solve(&[1.0, 2.0, 3.0]);
        for (found, expected) in example().times(&solved).iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn columns_that_say_the_same_twice_have_no_factor() {
        let rows = vec![vec![1.0, 2.0], vec![2.0, 4.0], vec![3.0, 6.0]];
        assert_eq!(Cholesky::of(&Symmetric::gram(&rows, 2)), None);
    }
}
