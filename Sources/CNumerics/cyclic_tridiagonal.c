// Cyclic tridiagonal systems: the first unknown is eliminated, and the tridiagonal rest solved without pivoting.
//
// Row i of the matrix has lower[i] at i - 1, diagonal[i] at i, upper[i] at i + 1, all modulo n. With u the solution of the
// rest for a right-hand side y, and v that for what the first unknown x_0 does to it,
//
//     x_0 = (y_0 - upper_0 u_1 - lower_0 u_{n-1}) / (diagonal_0 + upper_0 v_1 + lower_0 v_{n-1}),    x_i = u_i + v_i x_0.
#include "CNumerics.h"

#include "kernel.h"
#include "transpose.h"

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

// The compiler prefers registers of half the width unless told.
#define WIDE_KERNEL __attribute__((min_vector_width(512))) KERNEL

typedef double eight __attribute__((vector_size(64), aligned(8)));
#define UNROLL _Pragma("clang loop unroll(full)")

// `count` neighbouring columns, or eights of columns, of a row-major matrix, in place. What a recurrence needs of the row
// before stays in registers.
#define DEFINE_SOLVER(name, number)                                                                            \
  INLINE void name(const double *factors, ptrdiff_t n, double *start, ptrdiff_t stride, const int count) {     \
    const double *multiplier = factors, *inverse = factors + n, *above = factors + 2 * n, *v = factors + 3 * n; \
    const double upper = factors[4 * n], lower = factors[4 * n + 1], scale = factors[4 * n + 2];               \
    const ptrdiff_t last = n - 1;                                                                              \
    number carry[4], first[4];                                                                                 \
    UNROLL for (int j = 0; j < count; j++) carry[j] = ((number *)(start + stride))[j];                         \
    for (ptrdiff_t i = 2; i < n; i++) {                                                                        \
      number *row = (number *)(start + i * stride);                                                            \
      UNROLL for (int j = 0; j < count; j++) row[j] = carry[j] = row[j] - multiplier[i] * carry[j];            \
    }                                                                                                          \
    number *end = (number *)(start + last * stride), *head = (number *)start;                                  \
    UNROLL for (int j = 0; j < count; j++) first[j] = head[j];                                                 \
    UNROLL for (int j = 0; j < count; j++) {                                                                   \
      end[j] = carry[j] = carry[j] * inverse[last];                                                            \
      first[j] -= lower * carry[j];                                                                            \
    }                                                                                                          \
    for (ptrdiff_t i = last - 1; i > 0; i--) {                                                                 \
      number *row = (number *)(start + i * stride);                                                            \
      UNROLL for (int j = 0; j < count; j++) row[j] = carry[j] = inverse[i] * row[j] - above[i] * carry[j];    \
    }                                                                                                          \
    UNROLL for (int j = 0; j < count; j++) head[j] = first[j] = (first[j] - upper * carry[j]) * scale;         \
    for (ptrdiff_t i = 1; i < n; i++) {                                                                        \
      number *row = (number *)(start + i * stride);                                                            \
      UNROLL for (int j = 0; j < count; j++) row[j] += v[i] * first[j];                                        \
    }                                                                                                          \
  }
DEFINE_SOLVER(solve_eights, eight)
DEFINE_SOLVER(solve_numbers, double)

enum { narrow = 8, wide = 4 * narrow };

WIDE_KERNEL ppl_cyclic_tridiagonal_columns(const double *factors, ptrdiff_t n, double *y, ptrdiff_t columns) {
  ptrdiff_t j = 0;
  for (; j + wide <= columns; j += wide) solve_eights(factors, n, y + j, columns, 4);
  for (; j + narrow <= columns; j += narrow) solve_eights(factors, n, y + j, columns, 1);
  for (; j + 4 <= columns; j += 4) solve_numbers(factors, n, y + j, columns, 4);
  for (; j < columns; j++) solve_numbers(factors, n, y + j, columns, 1);
}

ptrdiff_t ppl_cyclic_tridiagonal_workspace(ptrdiff_t n) { return n * 2 * narrow; }

// Some rows, at most `width`, are turned into columns, with zeros beside them where there are too few.
INLINE void solve_rows(const double *factors, ptrdiff_t n, double *rows, ptrdiff_t count, double *work,
                       const ptrdiff_t width) {
  transpose_rows(rows, n, work, width, count, n);
  for (ptrdiff_t i = 0; i < n; i++)
    for (ptrdiff_t j = count; j < width; j++) work[i * width + j] = 0;
  solve_eights(factors, n, work, width, (int)(width / narrow));
  transpose_rows(work, width, rows, n, n, count);
}

WIDE_KERNEL ppl_cyclic_tridiagonal_rows(const double *factors, ptrdiff_t n, double *y, ptrdiff_t rows, double *work) {
  for (ptrdiff_t first = 0; first < rows; first += 2 * narrow) {
    const ptrdiff_t count = rows - first < 2 * narrow ? rows - first : 2 * narrow;
    if (count <= narrow) {
      solve_rows(factors, n, y + first * n, count, work, narrow);
    } else {
      solve_rows(factors, n, y + first * n, count, work, 2 * narrow);
    }
  }
}
