// Transposes in registers.
#pragma once
#include <stddef.h>

#include "vector_math.h"

typedef double v4 __attribute__((vector_size(32)));
typedef double v4u __attribute__((vector_size(32), aligned(8)));

// b[c][r] = a[r][c] for a block of 4 x 4; rows of a lie `rows` apart, those of b `columns`.
INLINE void transpose_block(const double *a, ptrdiff_t rows, double *b, ptrdiff_t columns) {
  const v4 r0 = *(const v4u *)a, r1 = *(const v4u *)(a + rows), r2 = *(const v4u *)(a + 2 * rows),
           r3 = *(const v4u *)(a + 3 * rows);
  const v4 low01 = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), high01 = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  const v4 low23 = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), high23 = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  *(v4u *)b = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  *(v4u *)(b + columns) = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  *(v4u *)(b + 2 * columns) = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  *(v4u *)(b + 3 * columns) = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
}

// b[c][r] = a[r][c] for a of `height` x `width`; rows of a lie `rows` apart, those of b `columns`.
INLINE void transpose_rows(const double *a, ptrdiff_t rows, double *b, ptrdiff_t columns, ptrdiff_t height,
                           ptrdiff_t width) {
  ptrdiff_t r = 0;
  for (; r + 4 <= height; r += 4) {
    ptrdiff_t c = 0;
    for (; c + 4 <= width; c += 4) transpose_block(a + r * rows + c, rows, b + c * columns + r, columns);
    for (; c < width; c++)
      for (ptrdiff_t i = r; i < r + 4; i++) b[c * columns + i] = a[i * rows + c];
  }
  for (; r < height; r++)
    for (ptrdiff_t c = 0; c < width; c++) b[c * columns + r] = a[r * rows + c];
}
