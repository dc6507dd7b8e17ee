// Transposes of whole matrices.
#include "CNumerics.h"

#include "kernel.h"
#include "transpose.h"

// Both sides of a tile stay in the first-level cache.
enum { tile = 32 };

KERNEL ppl_transpose(const double *a, ptrdiff_t rows, ptrdiff_t columns, double *b) {
  for (ptrdiff_t i = 0; i < rows; i += tile) {
    const ptrdiff_t height = rows - i < tile ? rows - i : tile;
    for (ptrdiff_t j = 0; j < columns; j += tile) {
      const ptrdiff_t width = columns - j < tile ? columns - j : tile;
      transpose_rows(a + i * columns + j, columns, b + j * rows + i, rows, height, width);
    }
  }
}

KERNEL ppl_mirror_lower(double *a, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; i += tile) {
    const ptrdiff_t height = n - i < tile ? n - i : tile;
    for (ptrdiff_t j = 0; j < i; j += tile)
      transpose_rows(a + i * n + j, n, a + j * n + i, n, height, tile);
    for (ptrdiff_t r = i; r < i + height; r++)
      for (ptrdiff_t c = i; c < r; c++) a[c * n + r] = a[r * n + c];
  }
}
