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

void ppl_ensemble_crps(const double *x, ptrdiff_t rows, ptrdiff_t columns, const double *truth, double *scores,
                       double *work) {
  for (ptrdiff_t j = 0; j < columns; j++) {
    double distance = 0, pairs = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
      const double v = x[i * columns + j];
      distance += fabs(v - truth[j]);
      ptrdiff_t place = i;
      for (; place > 0 && work[place - 1] > v; place--) work[place] = work[place - 1];
      work[place] = v;
    }
    // sum over pairs |x_i - x_k| / 2 = sum (2 i + 1 - N) x_(i).
    for (ptrdiff_t i = 0; i < rows; i++) pairs += (double)(2 * i + 1 - rows) * work[i];
    scores[j] = distance / (double)rows - pairs / ((double)rows * (double)rows);
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
