// Cyclic tridiagonal systems: the first unknown is eliminated, and the tridiagonal rest solved without pivoting.
//
// Row i of the matrix has lower[i] at i - 1, diagonal[i] at i, upper[i] at i + 1, all modulo n. With u the solution of the
// rest for a right-hand side y, and v that for what the first unknown x_0 does to it,
//
//     x_0 = (y_0 - upper_0 u_1 - lower_0 u_{n-1}) / (diagonal_0 + upper_0 v_1 + lower_0 v_{n-1}),    x_i = u_i + v_i x_0.
#include "CNumerics.h"

#include "kernel.h"

// factors = {multiplier of the row above [n], 1 / pivot [n], upper / pivot [n], v [n], upper_0, lower_0, 1 / denominator}.
CLONED double ppl_cyclic_tridiagonal_factor(const double *lower, const double *diagonal, const double *upper, ptrdiff_t n,
                                            double *factors) {
  double *multiplier = factors, *inverse = factors + n, *above = factors + 2 * n, *v = factors + 3 * n;
  double least = diagonal[1] < 0 ? -diagonal[1] : diagonal[1];
  multiplier[0] = inverse[0] = above[0] = multiplier[1] = 0;
  inverse[1] = 1 / diagonal[1];
  above[1] = upper[1] * inverse[1];
  v[0] = 1;
  v[1] = -lower[1];
  for (ptrdiff_t i = 2; i < n; i++) {
    multiplier[i] = lower[i] * inverse[i - 1];
    const double pivot = diagonal[i] - multiplier[i] * upper[i - 1], size = pivot < 0 ? -pivot : pivot;
    if (!(size >= least)) least = size;
    inverse[i] = 1 / pivot;
    above[i] = upper[i] * inverse[i];
    v[i] = -multiplier[i] * v[i - 1];
  }
  v[n - 1] = (v[n - 1] - upper[n - 1]) * inverse[n - 1];
  for (ptrdiff_t i = n - 2; i > 0; i--) v[i] = v[i] * inverse[i] - above[i] * v[i + 1];
  const double denominator = diagonal[0] + upper[0] * v[1] + lower[0] * v[n - 1];
  const double size = denominator < 0 ? -denominator : denominator;
  factors[4 * n] = upper[0];
  factors[4 * n + 1] = lower[0];
  factors[4 * n + 2] = 1 / denominator;
  return size >= least ? least : size;
}

// `width` neighbouring columns of a row-major matrix, in place.
INLINE void solve_columns(const double *factors, ptrdiff_t n, double *y, ptrdiff_t stride, const ptrdiff_t width) {
  const double *multiplier = factors, *inverse = factors + n, *above = factors + 2 * n, *v = factors + 3 * n;
  for (ptrdiff_t i = 2; i < n; i++) {
    double *row = y + i * stride;
    const double *before = row - stride;
    EACH for (ptrdiff_t j = 0; j < width; j++) row[j] -= multiplier[i] * before[j];
  }
  double *last = y + (n - 1) * stride;
  EACH for (ptrdiff_t j = 0; j < width; j++) last[j] *= inverse[n - 1];
  for (ptrdiff_t i = n - 2; i > 0; i--) {
    double *row = y + i * stride;
    const double *after = row + stride;
    EACH for (ptrdiff_t j = 0; j < width; j++) row[j] = inverse[i] * row[j] - above[i] * after[j];
  }
  const double upper = factors[4 * n], lower = factors[4 * n + 1], scale = factors[4 * n + 2];
  EACH for (ptrdiff_t j = 0; j < width; j++) y[j] = (y[j] - upper * y[stride + j] - lower * last[j]) * scale;
  for (ptrdiff_t i = 1; i < n; i++) {
    double *row = y + i * stride;
    EACH for (ptrdiff_t j = 0; j < width; j++) row[j] += v[i] * y[j];
  }
}

enum { wide = 32, narrow = 8 };

KERNEL ppl_cyclic_tridiagonal_columns(const double *factors, ptrdiff_t n, double *y, ptrdiff_t columns) {
  ptrdiff_t j = 0;
  for (; j + wide <= columns; j += wide) solve_columns(factors, n, y + j, columns, wide);
  for (; j + narrow <= columns; j += narrow) solve_columns(factors, n, y + j, columns, narrow);
  if (j < columns) solve_columns(factors, n, y + j, columns, columns - j);
}

ptrdiff_t ppl_cyclic_tridiagonal_workspace(ptrdiff_t n) { return n * 2 * narrow; }

// Some rows at a time are turned into columns, with zeros beside them where there are too few.
KERNEL ppl_cyclic_tridiagonal_rows(const double *factors, ptrdiff_t n, double *y, ptrdiff_t rows, double *work) {
  for (ptrdiff_t first = 0; first < rows; first += 2 * narrow) {
    const ptrdiff_t count = rows - first < 2 * narrow ? rows - first : 2 * narrow;
    const ptrdiff_t width = count <= narrow ? narrow : 2 * narrow;
    double *block = y + first * n;
    for (ptrdiff_t i = 0; i < n; i++) {
      for (ptrdiff_t j = 0; j < count; j++) work[i * width + j] = block[j * n + i];
      for (ptrdiff_t j = count; j < width; j++) work[i * width + j] = 0;
    }
    if (width == narrow) {
      solve_columns(factors, n, work, narrow, narrow);
    } else {
      solve_columns(factors, n, work, 2 * narrow, 2 * narrow);
    }
    for (ptrdiff_t j = 0; j < count; j++) {
      for (ptrdiff_t i = 0; i < n; i++) block[j * n + i] = work[i * width + j];
    }
  }
}
