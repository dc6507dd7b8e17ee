// What every cycle of an ensemble filter does with the rows (members) and columns (points) of an ensemble.
#include <math.h>

#include "kernel.h"

KERNEL ppl_column_moments(const double *x, ptrdiff_t rows, ptrdiff_t columns, double *mean, double *variance) {
  for (ptrdiff_t j = 0; j < columns; j++) mean[j] = 0;
  for (ptrdiff_t i = 0; i < rows; i++)
    EACH for (ptrdiff_t j = 0; j < columns; j++) mean[j] += x[i * columns + j];
  EACH for (ptrdiff_t j = 0; j < columns; j++) mean[j] /= (double)rows;
  if (!variance) return;
  for (ptrdiff_t j = 0; j < columns; j++) variance[j] = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    EACH for (ptrdiff_t j = 0; j < columns; j++) {
      const double d = x[i * columns + j] - mean[j];
      variance[j] += d * d;
    }
  }
  EACH for (ptrdiff_t j = 0; j < columns; j++) variance[j] /= (double)(rows - 1);
}

KERNEL ppl_shift_rows(double *x, ptrdiff_t rows, ptrdiff_t columns, const double *before, double factor,
                      const double *after) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    double *row = x + i * columns;
    EACH for (ptrdiff_t j = 0; j < columns; j++) row[j] = after[j] + factor * (row[j] - before[j]);
  }
}

KERNEL ppl_column_squares(const double *x, ptrdiff_t rows, ptrdiff_t columns, const double *centre, double *mean) {
  for (ptrdiff_t j = 0; j < columns; j++) mean[j] = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    EACH for (ptrdiff_t j = 0; j < columns; j++) {
      const double d = x[i * columns + j] - centre[j];
      mean[j] += d * d;
    }
  }
  EACH for (ptrdiff_t j = 0; j < columns; j++) mean[j] /= (double)rows;
}

KERNEL ppl_add_scaled_columns(double *x, ptrdiff_t rows, ptrdiff_t columns, const double *other,
                              const double *factors) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    double *row = x + i * columns;
    const double *added = other + i * columns;
    EACH for (ptrdiff_t j = 0; j < columns; j++) row[j] += factors[j] * added[j];
  }
}

void ppl_ensemble_ranks(const double *x, ptrdiff_t rows, ptrdiff_t columns, const double *truth, ptrdiff_t *ranks) {
  for (ptrdiff_t j = 0; j < columns; j++) {
    ptrdiff_t below = 0, ties = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
      below += x[i * columns + j] < truth[j];
      ties += x[i * columns + j] == truth[j];
    }
    // Ties go evenly to the ranks that they span, from one column to the next.
    ranks[j] = below + (ties ? j % (ties + 1) : 0);
  }
}

// Columns that are sorted side by side, in registers.
enum { abreast = 16 };
ptrdiff_t ppl_ensemble_crps_workspace(ptrdiff_t rows) { return rows * abreast; }

// Sorts the columns of x, each place with each in an order that depends on the number of rows only.
//
// Reference: Batcher (1968), "Sorting networks and their applications", for any number of rows: Knuth, TAOCP 3, 5.2.2 M.
INLINE void sort_columns(double *x, ptrdiff_t rows) {
  for (ptrdiff_t p = 1; p < rows; p *= 2) {
    for (ptrdiff_t k = p; k > 0; k /= 2) {
      for (ptrdiff_t j = k % p; j + k < rows; j += 2 * k) {
        for (ptrdiff_t i = j; i < j + k && i + k < rows; i++) {
          if (i / (2 * p) != (i + k) / (2 * p)) continue;
          double *a = x + i * abreast, *b = x + (i + k) * abreast;
          EACH for (ptrdiff_t c = 0; c < abreast; c++) {
            const double u = a[c], v = b[c];
            a[c] = u < v ? u : v;
            b[c] = u < v ? v : u;
          }
        }
      }
    }
  }
}

KERNEL ppl_ensemble_crps(const double *x, ptrdiff_t rows, ptrdiff_t columns, const double *truth, double *scores,
                         double *work) {
  for (ptrdiff_t first = 0; first < columns; first += abreast) {
    const ptrdiff_t count = columns - first < abreast ? columns - first : abreast;
    double distance[abreast] = {0}, pairs[abreast] = {0};
    for (ptrdiff_t i = 0; i < rows; i++) {
      const double *row = x + i * columns + first;
      for (ptrdiff_t c = 0; c < abreast; c++) work[i * abreast + c] = c < count ? row[c] : 0;
      for (ptrdiff_t c = 0; c < count; c++) distance[c] += fabs(row[c] - truth[first + c]);
    }
    sort_columns(work, rows);
    // sum over pairs |x_i - x_k| / 2 = sum (2 i + 1 - N) x_(i).
    for (ptrdiff_t i = 0; i < rows; i++)
      EACH for (ptrdiff_t c = 0; c < abreast; c++) pairs[c] += (double)(2 * i + 1 - rows) * work[i * abreast + c];
    for (ptrdiff_t c = 0; c < count; c++)
      scores[first + c] = distance[c] / (double)rows - pairs[c] / ((double)rows * (double)rows);
  }
}

CLONED double ppl_serial_update(double *anomalies, double *mean, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t point,
                                double value, double variance, const double *weights, double *gain, double *observed) {
  double sum = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    observed[i] = anomalies[i * columns + point];
    sum += observed[i] * observed[i];
  }
  const double own = sum / (double)(rows - 1), total = own + variance;
  if (!(total > 0)) return own;
  for (ptrdiff_t j = 0; j < columns; j++) gain[j] = 0;
  for (ptrdiff_t i = 0; i < rows; i++)
    EACH for (ptrdiff_t j = 0; j < columns; j++) gain[j] += anomalies[i * columns + j] * observed[i];
  const double factor = 1 / ((double)(rows - 1) * total);
  if (weights) {
    EACH for (ptrdiff_t j = 0; j < columns; j++) gain[j] *= factor * weights[j];
  } else {
    EACH for (ptrdiff_t j = 0; j < columns; j++) gain[j] *= factor;
  }
  const double innovation = value - mean[point], shrinkage = 1 / (1 + sqrt(variance / total));
  EACH for (ptrdiff_t j = 0; j < columns; j++) mean[j] += gain[j] * innovation;
  for (ptrdiff_t i = 0; i < rows; i++) {
    const double part = shrinkage * observed[i];
    EACH for (ptrdiff_t j = 0; j < columns; j++) anomalies[i * columns + j] -= gain[j] * part;
  }
  return own;
}
