// Matrix products with at most a few hundred columns, for processors with registers of eight numbers: those of a
// network's layers. One packing of the right operand, and bias and rectifier on the way out of the registers.

#include "CNumerics.h"

#include <string.h>

#if defined(__x86_64__) && defined(__linux__)

// The compiler prefers registers of half the width unless told.
#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define INLINE static inline __attribute__((always_inline)) WIDE

typedef double v8 __attribute__((vector_size(64)));
typedef double v8u __attribute__((vector_size(64), aligned(8)));
typedef long long mask __attribute__((vector_size(64)));
#define SPLAT(x) ((v8){(x), (x), (x), (x), (x), (x), (x), (x)})
#define UNROLL _Pragma("clang loop unroll(full)")

// A panel of 24 columns and 128 inner rows is half of a first-level cache; 256 rows of the left operand with it stay in
// the second level.
enum { panel = 24, inner_block = 128, row_block = 256 };

int ppl_has_wide_registers(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

ptrdiff_t ppl_wide_product_workspace(ptrdiff_t columns) { return (inner_block + 1) * ((columns + 7) / 8 * 8); }

// b[p * row + j * step] to panels, each of them rows of whole registers; zeros beyond the last column.
INLINE void pack(const double *b, ptrdiff_t row, ptrdiff_t step, ptrdiff_t inner, ptrdiff_t columns, double *packed) {
  for (ptrdiff_t j = 0; j < columns; j += panel) {
    const ptrdiff_t count = columns - j < panel ? columns - j : panel, width = (count + 7) / 8 * 8;
    for (ptrdiff_t p = 0; p < inner; p++, packed += width) {
      const double *source = b + p * row + j * step;
      for (ptrdiff_t c = 0; c < count; c++) packed[c] = source[c * step];
      for (ptrdiff_t c = count; c < width; c++) packed[c] = 0;
    }
  }
}

// Where a tile starts from and where it ends.
struct edge {
  const double *bias;  // of this panel, null to go on from y
  ptrdiff_t stride;    // of y
  ptrdiff_t count;     // columns of this panel
  int rectifies;
};

// `rows` x `registers` registers of the product.
INLINE void tile(const int rows, const int registers, const double *a, ptrdiff_t row, ptrdiff_t step, const double *b,
                 ptrdiff_t inner, double *y, const struct edge *edge) {
  v8 s[8][3];
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int c = 0; c < registers; c++) {
    v8 start = SPLAT(0);
    if (edge->bias)
      start = *(const v8u *)(edge->bias + 8 * c);
    else if (8 * c + 8 <= edge->count)
      start = *(const v8u *)(y + i * edge->stride + 8 * c);
    else
      memcpy(&start, y + i * edge->stride + 8 * c, (size_t)(edge->count - 8 * c) * sizeof *y);
    s[i][c] = start;
  }
  for (ptrdiff_t p = 0; p < inner; p++, a += step, b += 8 * registers) {
    UNROLL for (int i = 0; i < rows; i++) {
      const v8 f = SPLAT(a[i * row]);
      UNROLL for (int c = 0; c < registers; c++) s[i][c] += f * *(const v8u *)(b + 8 * c);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int c = 0; c < registers; c++) {
    v8 result = s[i][c];
    // NaN is not below 0 and stays.
    if (edge->rectifies) result = (v8)((mask)result & ~(mask)(result <= SPLAT(0)));
    if (8 * c + 8 <= edge->count)
      *(v8u *)(y + i * edge->stride + 8 * c) = result;
    else
      memcpy(y + i * edge->stride + 8 * c, &result, (size_t)(edge->count - 8 * c) * sizeof *y);
  }
}

#define ROWS(count)                                                             \
  for (; i + (count) <= rows; i += (count))                                     \
    tile(count, registers, a + i * row, row, step, b, inner, y + i * edge->stride, edge);
INLINE void all_rows(const int registers, const double *a, ptrdiff_t row, ptrdiff_t step, const double *b,
                     ptrdiff_t rows, ptrdiff_t inner, double *y, const struct edge *edge) {
  ptrdiff_t i = 0;
  ROWS(8)
  ROWS(4)
  ROWS(2)
  ROWS(1)
}

WIDE void ppl_wide_product(const struct ppl_product *product, double *y, double *work) {
  const ptrdiff_t rows = product->rows, columns = product->columns, inner = product->inner;
  const ptrdiff_t a_row = product->left_is_transposed ? 1 : inner, a_step = product->left_is_transposed ? rows : 1;
  const ptrdiff_t b_row = product->right_is_transposed ? 1 : columns, b_step = product->right_is_transposed ? inner : 1;
  const ptrdiff_t width = (columns + 7) / 8 * 8;
  double *bias = work, *packed = work + width;
  memset(bias, 0, (size_t)width * sizeof *bias);
  if (product->bias) memcpy(bias, product->bias, (size_t)columns * sizeof *bias);
  // One pass even without inner rows, so that the bias arrives.
  for (ptrdiff_t p = 0; p == 0 || p < inner; p += inner_block) {
    const ptrdiff_t depth = inner - p < inner_block ? inner - p : inner_block;
    pack(product->right + p * b_row, b_row, b_step, depth, columns, packed);
    for (ptrdiff_t i = 0; i < rows; i += row_block) {
      const ptrdiff_t height = rows - i < row_block ? rows - i : row_block;
      const double *a = product->left + i * a_row + p * a_step;
      for (ptrdiff_t j = 0; j < columns; j += panel) {
        const struct edge edge = {.bias = p == 0 ? bias + j : 0,
                                  .stride = columns,
                                  .count = columns - j < panel ? columns - j : panel,
                                  .rectifies = product->rectifies && p + depth == inner};
        const double *b = packed + j * depth;
        double *block = y + i * columns + j;
        if (edge.count > 16)
          all_rows(3, a, a_row, a_step, b, height, depth, block, &edge);
        else if (edge.count > 8)
          all_rows(2, a, a_row, a_step, b, height, depth, block, &edge);
        else
          all_rows(1, a, a_row, a_step, b, height, depth, block, &edge);
      }
    }
  }
}

#else

int ppl_has_wide_registers(void) { return 0; }
ptrdiff_t ppl_wide_product_workspace(ptrdiff_t columns) { return 0; }
void ppl_wide_product(const struct ppl_product *product, double *y, double *work) {}

#endif
