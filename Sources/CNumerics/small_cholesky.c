// The Cholesky factor of a matrix of a few rows, for which a library call costs more than the arithmetic.
#include "CNumerics.h"

#include <math.h>

#include "kernel.h"
#include "transpose.h"

// A = L L^T in the lower triangle of A, row-major. Returns 0, or from 1 on the order of the first leading minor that is
// not positive.
CLONED ptrdiff_t ppl_small_cholesky(double *A, ptrdiff_t n) {
  for (ptrdiff_t j = 0; j < n; j++) {
    double *own = A + j * n;
    double pivot = own[j];
    for (ptrdiff_t k = 0; k < j; k++) pivot -= own[k] * own[k];
    if (!(pivot > 0 && pivot < INFINITY)) return j + 1;
    own[j] = sqrt(pivot);
    const double inverse = 1 / own[j];
    for (ptrdiff_t i = j + 1; i < n; i++) {
      double *row = A + i * n, sum = row[j];
      for (ptrdiff_t k = 0; k < j; k++) sum -= row[k] * own[k];
      row[j] = sum * inverse;
    }
  }
  return 0;
}

enum { lanes = 8, largest = PPL_SMALL_CHOLESKY };

// Each of `rows` right-hand sides of n numbers becomes A^-1 b. Eight at a time are turned into columns.
KERNEL ppl_small_cholesky_rows(const double *L, ptrdiff_t n, double *y, ptrdiff_t rows) {
  double work[largest * lanes], inverse[largest];
  for (ptrdiff_t i = 0; i < n; i++) inverse[i] = 1 / L[i * n + i];
  for (ptrdiff_t first = 0; first < rows; first += lanes) {
    const ptrdiff_t count = rows - first < lanes ? rows - first : lanes;
    for (ptrdiff_t i = 0; i < n * lanes; i++) work[i] = 0;
    transpose_rows(y + first * n, n, work, lanes, count, n);
    for (ptrdiff_t i = 0; i < n; i++) {
      double *own = work + i * lanes;
      for (ptrdiff_t k = 0; k < i; k++)
        EACH for (ptrdiff_t j = 0; j < lanes; j++) own[j] -= L[i * n + k] * work[k * lanes + j];
      EACH for (ptrdiff_t j = 0; j < lanes; j++) own[j] *= inverse[i];
    }
    for (ptrdiff_t i = n - 1; i >= 0; i--) {
      double *own = work + i * lanes;
      for (ptrdiff_t k = i + 1; k < n; k++)
        EACH for (ptrdiff_t j = 0; j < lanes; j++) own[j] -= L[k * n + i] * work[k * lanes + j];
      EACH for (ptrdiff_t j = 0; j < lanes; j++) own[j] *= inverse[i];
    }
    transpose_rows(work, lanes, y + first * n, n, n, count);
  }
}
