// The parts of a network's layer that are no matrix product.

#include "CNumerics.h"
#include "kernel.h"

KERNEL ppl_rectify(double *y, ptrdiff_t count) {
  // NaN is not below 0 and stays.
  EACH for (ptrdiff_t i = 0; i < count; i++) y[i] = y[i] <= 0 ? 0 : y[i];
}

// x = {g, y, result}, n = {count}. A NaN of y is not below 0, and the derivative there is NaN.
KERNEL ppl_rectifier_reverse(ppl_operands x, ppl_integers n) {
  const double *g = x[0], *y = x[1];
  double *out = x[2];
  const ptrdiff_t count = n[0];
  EACH for (ptrdiff_t i = 0; i < count; i++) out[i] = y[i] <= 0 ? 0 : y[i] == y[i] ? g[i] : y[i];
}

KERNEL ppl_add_columns(const double *restrict g, double *restrict sums, ptrdiff_t rows, ptrdiff_t columns) {
  ptrdiff_t i = 0;
  for (; i + 4 <= rows; i += 4, g += 4 * columns)
    for (ptrdiff_t j = 0; j < columns; j++)
      sums[j] += (g[j] + g[columns + j]) + (g[2 * columns + j] + g[3 * columns + j]);
  for (; i < rows; i++, g += columns)
    for (ptrdiff_t j = 0; j < columns; j++) sums[j] += g[j];
}
