// Matrix products without the overhead of a library call: with vectors, of vectors, and of small matrices.
//
// x = {a, b, a b}, n = {m, n, k, a is transposed, b is transposed, batches, then where each batch's a and b start}.
// All row-major. A vector register holds eight numbers; on processors with narrower ones it is a pair or four of them.

#include "CNumerics.h"
#include "kernel.h"

#include <string.h>

typedef double v8 __attribute__((vector_size(64)));
typedef double v8u __attribute__((vector_size(64), aligned(8)));
#define LOAD(p) (*(const v8u *)(p))
#define STORE(p, v) (*(v8u *)(p) = (v))
#define SPLAT(x) ((v8){(x), (x), (x), (x), (x), (x), (x), (x)})
#define SUM(v) ((((v)[0] + (v)[1]) + ((v)[2] + (v)[3])) + (((v)[4] + (v)[5]) + ((v)[6] + (v)[7])))

// y = A v for A [rows, columns].
INLINE void rows_times(const double *restrict A, const double *restrict v, double *restrict y, ptrdiff_t rows,
                       ptrdiff_t columns) {
  const ptrdiff_t whole = columns / 8 * 8;
  ptrdiff_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const double *a = A + i * columns;
    v8 s0 = SPLAT(0), s1 = s0, s2 = s0, s3 = s0;
    for (ptrdiff_t j = 0; j < whole; j += 8) {
      const v8 w = LOAD(v + j);
      s0 += LOAD(a + j) * w;
      s1 += LOAD(a + columns + j) * w;
      s2 += LOAD(a + 2 * columns + j) * w;
      s3 += LOAD(a + 3 * columns + j) * w;
    }
    double t0 = SUM(s0), t1 = SUM(s1), t2 = SUM(s2), t3 = SUM(s3);
    for (ptrdiff_t j = whole; j < columns; j++) {
      t0 += a[j] * v[j];
      t1 += a[columns + j] * v[j];
      t2 += a[2 * columns + j] * v[j];
      t3 += a[3 * columns + j] * v[j];
    }
    y[i] = t0;
    y[i + 1] = t1;
    y[i + 2] = t2;
    y[i + 3] = t3;
  }
  for (; i < rows; i++) {
    const double *a = A + i * columns;
    v8 s = SPLAT(0);
    for (ptrdiff_t j = 0; j < whole; j += 8) s += LOAD(a + j) * LOAD(v + j);
    double t = SUM(s);
    for (ptrdiff_t j = whole; j < columns; j++) t += a[j] * v[j];
    y[i] = t;
  }
}

// y = A^T v for A [rows, columns].
INLINE void columns_times(const double *restrict A, const double *restrict v, double *restrict y, ptrdiff_t rows,
                          ptrdiff_t columns) {
  memset(y, 0, (size_t)columns * sizeof *y);
  ptrdiff_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    const double *a = A + i * columns, *w = v + i;
    for (ptrdiff_t j = 0; j < columns; j++) {
      const double even = (a[j] * w[0] + a[2 * columns + j] * w[2]) + (a[4 * columns + j] * w[4] + a[6 * columns + j] * w[6]);
      const double odd = (a[columns + j] * w[1] + a[3 * columns + j] * w[3]) +
                         (a[5 * columns + j] * w[5] + a[7 * columns + j] * w[7]);
      y[j] += even + odd;
    }
  }
  for (; i < rows; i++)
    for (ptrdiff_t j = 0; j < columns; j++) y[j] += A[i * columns + j] * v[i];
}

#define EACH_BATCH                                                                            \
  for (ptrdiff_t batch = 0; batch < n[5]; batch++) {                                          \
    const double *a = x[0] + n[6 + 2 * batch], *b = x[1] + n[7 + 2 * batch];                  \
    double *y = x[2] + batch * n[0] * n[1];

// The right operand is a column.
KERNEL ppl_matrix_vector(ppl_operands x, ppl_integers n) {
  EACH_BATCH
    if (n[3])
      columns_times(a, b, y, n[2], n[0]);
    else
      rows_times(a, b, y, n[0], n[2]);
  }
}

// The left operand is a row.
KERNEL ppl_vector_matrix(ppl_operands x, ppl_integers n) {
  EACH_BATCH
    if (n[4])
      rows_times(b, a, y, n[1], n[2]);
    else
      columns_times(b, a, y, n[2], n[1]);
  }
}

// A column times a row.
KERNEL ppl_outer_product(ppl_operands x, ppl_integers n) {
  EACH_BATCH
    const ptrdiff_t columns = n[1];
    for (ptrdiff_t i = 0; i < n[0]; i++) {
      const double factor = a[i];
      double *row = y + i * columns;
      for (ptrdiff_t j = 0; j < columns; j++) row[j] = factor * b[j];
    }
  }
}

// Four rows and sixteen columns of the product in registers. A is read at a[i * row + p * step].
INLINE void tile(const double *a, ptrdiff_t row, ptrdiff_t step, const double *b, ptrdiff_t width, double *y,
                 ptrdiff_t columns, ptrdiff_t inner) {
  v8 s[4][2];
  for (int i = 0; i < 4; i++) s[i][0] = s[i][1] = SPLAT(0);
  for (ptrdiff_t p = 0; p < inner; p++) {
    const v8 b0 = LOAD(b + p * width), b1 = LOAD(b + p * width + 8);
    for (int i = 0; i < 4; i++) {
      const v8 f = SPLAT(a[i * row + p * step]);
      s[i][0] += f * b0;
      s[i][1] += f * b1;
    }
  }
  for (int i = 0; i < 4; i++) {
    STORE(y + i * columns, s[i][0]);
    STORE(y + i * columns + 8, s[i][1]);
  }
}

// Products whose extents are at most `small`. The right operand is copied to rows of a multiple of sixteen, and where
// the result does not fill a tile it goes through one beside it.
enum { small = 64 };
KERNEL ppl_small_product(ppl_operands x, ppl_integers n) {
  const ptrdiff_t rows = n[0], columns = n[1], inner = n[2];
  const ptrdiff_t width = (columns + 15) / 16 * 16;
  const ptrdiff_t row = n[3] ? 1 : inner, step = n[3] ? rows : 1;
  double right[small * small], left[4 * small], spare[4 * 16];
  EACH_BATCH
    for (ptrdiff_t p = 0; p < inner; p++) {
      for (ptrdiff_t j = 0; j < columns; j++) right[p * width + j] = n[4] ? b[j * inner + p] : b[p * columns + j];
      for (ptrdiff_t j = columns; j < width; j++) right[p * width + j] = 0;
    }
    for (ptrdiff_t i = 0; i < rows; i += 4) {
      const ptrdiff_t height = rows - i < 4 ? rows - i : 4;
      const double *block = a + i * row;
      ptrdiff_t block_row = row, block_step = step;
      if (height < 4) {
        for (ptrdiff_t r = 0; r < 4; r++)
          for (ptrdiff_t p = 0; p < inner; p++) left[r * inner + p] = r < height ? block[r * row + p * step] : 0;
        block = left;
        block_row = inner;
        block_step = 1;
      }
      for (ptrdiff_t j = 0; j < columns; j += 16) {
        const ptrdiff_t breadth = columns - j < 16 ? columns - j : 16;
        if (height == 4 && breadth == 16) {
          tile(block, block_row, block_step, right + j, width, y + i * columns + j, columns, inner);
        } else {
          tile(block, block_row, block_step, right + j, width, spare, 16, inner);
          for (ptrdiff_t r = 0; r < height; r++)
            memcpy(y + (i + r) * columns + j, spare + r * 16, (size_t)breadth * sizeof *y);
        }
      }
    }
  }
}
