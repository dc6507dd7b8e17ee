// Matrix products with at most a few hundred columns, for processors with registers of eight numbers: those of a
// network's layers. One packing of the right operand, and bias and rectifier on the way out of the registers.

#include "CNumerics.h"

#include <string.h>

#if defined(__x86_64__) && defined(__linux__)

#include <immintrin.h>

// The compiler prefers registers of half the width unless told.
#define WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define INLINE static inline __attribute__((always_inline)) WIDE

typedef double v8 __attribute__((vector_size(64)));
typedef double v8u __attribute__((vector_size(64), aligned(8)));
typedef long long mask __attribute__((vector_size(64)));
#define SPLAT(x) ((v8){(x), (x), (x), (x), (x), (x), (x), (x)})
#define UNROLL _Pragma("clang loop unroll(full)")

// A panel of at most 24 columns and 128 inner rows is half of a first-level cache; 256 rows of the left operand with it
// stay in the second level.
enum { widest_panel = 3, inner_block = 128, row_block = 256 };

int ppl_has_wide_registers(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

ptrdiff_t ppl_wide_product_workspace(ptrdiff_t columns) { return (inner_block + 1) * ((columns + 7) / 8 * 8); }

// The part of a register that lies within `count` numbers.
INLINE __mmask8 within(ptrdiff_t count) { return (__mmask8)(count >= 8 ? 0xff : count <= 0 ? 0 : (1 << count) - 1); }

// Columns of whole registers, of which `count` are the matrix's.
struct panel {
  ptrdiff_t first, count;
  int registers;
};

// The next panel of a row of registers, the rest shared evenly: 7 registers are 3, 2 and 2, not 3, 3 and 1.
INLINE struct panel panel_from(ptrdiff_t first, ptrdiff_t columns) {
  const ptrdiff_t registers = (columns - first + 7) / 8, panels = (registers + widest_panel - 1) / widest_panel;
  const ptrdiff_t own = (registers + panels - 1) / panels;
  return (struct panel){first, columns - first < 8 * own ? columns - first : 8 * own, (int)own};
}

// Rows of b in a row, and where asked their sums.
INLINE void pack_rows(const int registers, const double *b, ptrdiff_t row, ptrdiff_t inner, ptrdiff_t count,
                      double *packed, double *sums) {
  const __mmask8 last = within(count - 8 * (registers - 1));
  v8 total[widest_panel];
  UNROLL for (int c = 0; c < registers; c++) total[c] = SPLAT(0);
  for (ptrdiff_t p = 0; p < inner; p++, b += row, packed += 8 * registers) {
    UNROLL for (int c = 0; c < registers; c++) {
      const v8 value = _mm512_maskz_loadu_pd(c == registers - 1 ? last : 0xff, b + 8 * c);
      *(v8u *)(packed + 8 * c) = value;
      total[c] += value;
    }
  }
  if (!sums) return;
  UNROLL for (int c = 0; c < registers; c++) {
    const __mmask8 part = c == registers - 1 ? last : 0xff;
    _mm512_mask_storeu_pd(sums + 8 * c, part, total[c] + (v8)_mm512_maskz_loadu_pd(part, sums + 8 * c));
  }
}

// b[p * row + j * step] to panels, each of them rows of whole registers; zeros beyond the last column.
INLINE void pack(const double *b, ptrdiff_t row, ptrdiff_t step, ptrdiff_t inner, ptrdiff_t columns, double *packed,
                 double *sums) {
  for (ptrdiff_t j = 0; j < columns;) {
    const struct panel panel = panel_from(j, columns);
    double *own = sums ? sums + j : 0;
    if (step != 1) {
      const ptrdiff_t width = 8 * panel.registers;
      for (ptrdiff_t p = 0; p < inner; p++) {
        for (ptrdiff_t c = 0; c < width; c++)
          packed[p * width + c] = c < panel.count ? b[p * row + (j + c) * step] : 0;
        for (ptrdiff_t c = 0; own && c < panel.count; c++) own[c] += packed[p * width + c];
      }
    } else if (panel.registers == 3)
      pack_rows(3, b + j, row, inner, panel.count, packed, own);
    else if (panel.registers == 2)
      pack_rows(2, b + j, row, inner, panel.count, packed, own);
    else
      pack_rows(1, b + j, row, inner, panel.count, packed, own);
    packed += inner * 8 * panel.registers;
    j += panel.count;
  }
}

// Where a tile starts from and where it ends.
struct edge {
  const double *bias;      // of this panel, null to go on from y
  const double *rectified; // null, or at y's place the numbers whose rectifier the result goes back through
  ptrdiff_t stride;        // of y
  __mmask8 last;           // of the panel's last register
  int rectifies;
};

// `rows` x `registers` registers of the product.
INLINE void tile(const int rows, const int registers, const double *a, ptrdiff_t row, ptrdiff_t step, const double *b,
                 ptrdiff_t inner, double *y, const double *rectified, const struct edge *edge) {
  v8 s[8][widest_panel];
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int c = 0; c < registers; c++) {
    const ptrdiff_t place = i * edge->stride + 8 * c;
    const __mmask8 part = c == registers - 1 ? edge->last : 0xff;
    s[i][c] = edge->bias ? *(const v8u *)(edge->bias + 8 * c) : (v8)_mm512_maskz_loadu_pd(part, y + place);
    __builtin_prefetch(y + place, 1);
    if (rectified) __builtin_prefetch(rectified + place);
  }
  for (ptrdiff_t p = 0; p < inner; p++, a += step, b += 8 * registers) {
    UNROLL for (int i = 0; i < rows; i++) {
      const v8 f = SPLAT(a[i * row]);
      UNROLL for (int c = 0; c < registers; c++) s[i][c] += f * *(const v8u *)(b + 8 * c);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int c = 0; c < registers; c++) {
    const ptrdiff_t place = i * edge->stride + 8 * c;
    const __mmask8 part = c == registers - 1 ? edge->last : 0xff;
    v8 result = s[i][c];
    // NaN is not below 0 and stays.
    if (edge->rectifies) result = (v8)((mask)result & ~(mask)(result <= SPLAT(0)));
    if (rectified) {
      const v8 z = _mm512_maskz_loadu_pd(part, rectified + place);
      const v8 slope = _mm512_mask_mov_pd(result, _mm512_cmp_pd_mask(z, z, _CMP_UNORD_Q), z);
      result = (v8)((mask)slope & ~(mask)(z <= SPLAT(0)));
    }
    _mm512_mask_storeu_pd(y + place, part, result);
  }
}

#define ROWS(height)                                                                                           \
  for (; i + (height) <= rows; i += (height))                                                                  \
    tile(height, registers, a + i * row, row, step, b, inner, y + i * edge->stride,                             \
         edge->rectified ? edge->rectified + i * edge->stride : 0, edge);
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
  if (product->sums) memset(product->sums, 0, (size_t)columns * sizeof *product->sums);
  // One pass even without inner rows, so that the bias arrives.
  for (ptrdiff_t p = 0; p == 0 || p < inner; p += inner_block) {
    const ptrdiff_t depth = inner - p < inner_block ? inner - p : inner_block;
    const int is_last = p + depth == inner;
    pack(product->right + p * b_row, b_row, b_step, depth, columns, packed, product->sums);
    for (ptrdiff_t i = 0; i < rows; i += row_block) {
      const ptrdiff_t height = rows - i < row_block ? rows - i : row_block;
      const double *a = product->left + i * a_row + p * a_step, *b = packed;
      for (ptrdiff_t j = 0; j < columns;) {
        const struct panel panel = panel_from(j, columns);
        const ptrdiff_t place = i * columns + j;
        const struct edge edge = {.bias = p == 0 ? bias + j : 0,
                                  .rectified = product->rectified && is_last ? product->rectified + place : 0,
                                  .stride = columns,
                                  .last = within(panel.count - 8 * (panel.registers - 1)),
                                  .rectifies = product->rectifies && is_last};
        if (panel.registers == 3)
          all_rows(3, a, a_row, a_step, b, height, depth, y + place, &edge);
        else if (panel.registers == 2)
          all_rows(2, a, a_row, a_step, b, height, depth, y + place, &edge);
        else
          all_rows(1, a, a_row, a_step, b, height, depth, y + place, &edge);
        b += depth * 8 * panel.registers;
        j += panel.count;
      }
    }
  }
}

#else

int ppl_has_wide_registers(void) { return 0; }
ptrdiff_t ppl_wide_product_workspace(ptrdiff_t columns) { return 0; }
void ppl_wide_product(const struct ppl_product *product, double *y, double *work) {}

#endif
