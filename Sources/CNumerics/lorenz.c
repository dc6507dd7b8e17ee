// The classical Runge-Kutta method for Lorenz's models and their tangents, on the rows of a matrix.
#include <string.h>

#include "kernel.h"

// Two points before and one after close the ring: x[i] stands at padded[i + 2].
INLINE void close_ring(double *padded, ptrdiff_t n) {
  padded[0] = padded[n];
  padded[1] = padded[n + 1];
  padded[n + 2] = padded[2];
}

// What of a slope goes into the sum of the step, and how far along it the next stage lies.
static const double part_of_slope[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
static const double way_to_next[3] = {0.5, 0.5, 1};

// dx_i/dt = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + F from `stage`; adds to `sum` and writes the next stage unless it is null.
INLINE void lorenz96_stage(const double *x, const double *stage, double *sum, double *next, ptrdiff_t n, double forcing,
                           double part, double way) {
  EACH for (ptrdiff_t i = 0; i < n; i++) {
    const double slope = (stage[i + 3] - stage[i]) * stage[i + 1] - stage[i + 2] + forcing;
    sum[i] += part * slope;
    if (next) next[i + 2] = x[i] + way * slope;
  }
  if (next) close_ring(next, n);
}

KERNEL ppl_lorenz96(double *rows, ptrdiff_t count, ptrdiff_t n, double forcing, double step, double *work) {
  double *x = work, *sum = work + n, *stages[2] = {work + 2 * n, work + 3 * n + 3};
  for (ptrdiff_t row = 0; row < count; row++) {
    double *state = rows + row * n;
    memcpy(x, state, n * sizeof *x);
    memcpy(sum, state, n * sizeof *x);
    memcpy(stages[0] + 2, state, n * sizeof *x);
    close_ring(stages[0], n);
    for (int k = 0; k < 3; k++)
      lorenz96_stage(x, stages[k % 2], sum, stages[(k + 1) % 2], n, forcing, step * part_of_slope[k], step * way_to_next[k]);
    lorenz96_stage(x, stages[1], sum, 0, n, forcing, step * part_of_slope[3], 0);
    memcpy(state, sum, n * sizeof *x);
  }
}

KERNEL ppl_lorenz96_tangent(double *rows, ptrdiff_t count, ptrdiff_t n, const double *state, double forcing, double step,
                            double *work) {
  const ptrdiff_t width = n + 3;
  double *sum = work, *points = work + n, *moving[2] = {points + 4 * width, points + 5 * width};
  memcpy(sum, state, n * sizeof *sum);
  memcpy(points + 2, state, n * sizeof *sum);
  close_ring(points, n);
  for (int k = 0; k < 3; k++)
    lorenz96_stage(state, points + k * width, sum, points + (k + 1) * width, n, forcing, 0, step * way_to_next[k]);
  for (ptrdiff_t row = 0; row < count; row++) {
    double *change = rows + row * n;
    memcpy(sum, change, n * sizeof *sum);
    memcpy(moving[0] + 2, change, n * sizeof *sum);
    close_ring(moving[0], n);
    for (int k = 0; k < 4; k++) {
      const double *y = points + k * width, *d = moving[k % 2];
      double *next = moving[(k + 1) % 2];
      const double part = step * part_of_slope[k], way = k < 3 ? step * way_to_next[k] : 0;
      EACH for (ptrdiff_t i = 0; i < n; i++) {
        const double slope = (d[i + 3] - d[i]) * y[i + 1] + (y[i + 3] - y[i]) * d[i + 1] - d[i + 2];
        sum[i] += part * slope;
        next[i + 2] = change[i] + way * slope;
      }
      close_ring(next, n);
    }
    memcpy(change, sum, n * sizeof *sum);
  }
}

// p = {sigma, rho, beta}.
INLINE void lorenz63_slope(const double *x, const double *p, double *slope) {
  slope[0] = p[0] * (x[1] - x[0]);
  slope[1] = x[0] * (p[1] - x[2]) - x[1];
  slope[2] = x[0] * x[1] - p[2] * x[2];
}

INLINE void lorenz63_tangent(const double *x, const double *d, const double *p, double *slope) {
  slope[0] = p[0] * (d[1] - d[0]);
  slope[1] = d[0] * (p[1] - x[2]) - x[0] * d[2] - d[1];
  slope[2] = d[0] * x[1] + x[0] * d[1] - p[2] * d[2];
}

KERNEL ppl_lorenz63(double *rows, ptrdiff_t count, const double *p, double step) {
  for (ptrdiff_t row = 0; row < count; row++) {
    double *x = rows + 3 * row, sum[3], stage[3], slope[3];
    for (int i = 0; i < 3; i++) sum[i] = stage[i] = x[i];
    for (int k = 0; k < 4; k++) {
      lorenz63_slope(stage, p, slope);
      for (int i = 0; i < 3; i++) {
        sum[i] += step * part_of_slope[k] * slope[i];
        stage[i] = x[i] + step * way_to_next[k < 3 ? k : 0] * slope[i];
      }
    }
    for (int i = 0; i < 3; i++) x[i] = sum[i];
  }
}

KERNEL ppl_lorenz63_tangent(double *rows, ptrdiff_t count, const double *state, const double *p, double step) {
  double points[4][3], slope[3];
  for (int i = 0; i < 3; i++) points[0][i] = state[i];
  for (int k = 0; k < 3; k++) {
    lorenz63_slope(points[k], p, slope);
    for (int i = 0; i < 3; i++) points[k + 1][i] = state[i] + step * way_to_next[k] * slope[i];
  }
  for (ptrdiff_t row = 0; row < count; row++) {
    double *change = rows + 3 * row, sum[3], stage[3];
    for (int i = 0; i < 3; i++) sum[i] = stage[i] = change[i];
    for (int k = 0; k < 4; k++) {
      lorenz63_tangent(points[k], stage, p, slope);
      for (int i = 0; i < 3; i++) {
        sum[i] += step * part_of_slope[k] * slope[i];
        stage[i] = change[i] + step * way_to_next[k < 3 ? k : 0] * slope[i];
      }
    }
    for (int i = 0; i < 3; i++) change[i] = sum[i];
  }
}
